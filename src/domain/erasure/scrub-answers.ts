import { unseal } from '../../platform/sealed'
import type { Context } from '../context'
import { answerBelongsTo } from '../idempotency'
import type { KnownIds } from './person'

/** Kept answers that are opened at once. */
const A_PAGE = 50

type KeptRow = { method: string; path: string; key: string; answer: string }

/**
 * Forgets kept answers to requests with an Idempotency-Key that name a person. Their keys stay used: a repeat
 * conflicts, and is never done twice. Answers are sealed, so those of the publisher's last 24 hours are opened.
 */
export async function scrubAnswers(ctx: Context, { persons, calendars }: KnownIds): Promise<void> {
  const names = [...persons, ...calendars]
  let after = { method: '', path: '', key: '' }
  for (;;) {
    const { results } = await ctx.db
      .prepare(
        `SELECT method, path, key, answer_sealed AS answer FROM idempotency_keys
         WHERE publisher_id = ?1 AND answer_sealed IS NOT NULL AND (method, path, key) > (?2, ?3, ?4)
         ORDER BY method, path, key LIMIT ${A_PAGE}`,
      )
      .bind(ctx.publisher.id, after.method, after.path, after.key)
      .all<KeptRow>()
    const opened = await Promise.all(results.map((row) => open(ctx, row)))
    const named = results.filter((_, n) => names.some((name) => opened[n]?.includes(name) ?? true))
    if (named.length > 0) await ctx.db.batch(named.map((row) => forget(ctx, row)))
    const last = results.at(-1)
    if (!last || results.length < A_PAGE) return
    after = last
  }
}

/** undefined for one that can't be opened any more: nobody can tell whom it names. */
async function open(ctx: Context, { answer, ...scope }: KeptRow): Promise<string | undefined> {
  const owner = answerBelongsTo({ publisherId: ctx.publisher.id, ...scope })
  const encryptionKey = ctx.encryptionKey()
  return unseal(encryptionKey, answer, owner).catch(() => undefined)
}

function forget(ctx: Context, { method, path, key, answer }: KeptRow): D1PreparedStatement {
  return ctx.db
    .prepare(
      `UPDATE idempotency_keys SET status = NULL, answer_sealed = NULL, committed = 1
       WHERE publisher_id = ?1 AND method = ?2 AND path = ?3 AND key = ?4 AND answer_sealed = ?5`,
    )
    .bind(ctx.publisher.id, method, path, key, answer)
}
