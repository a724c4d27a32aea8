import { logAddressedLeaving, newWriteId } from '../../changes'
import type { Context } from '../context'
import { about, CONTACTS_OF_ERASED, isNobodysSql } from './person'

/** Relations that one question goes over: no index finds those that remember a contact. */
const A_SCAN = 20_000

/** What the person was reached by, and nobody else is. */
export async function contactsOfNobodyElse(ctx: Context, id: string): Promise<readonly string[]> {
  const { results } = await about(
    ctx,
    id,
  )(`SELECT c.value FROM (${CONTACTS_OF_ERASED}) c WHERE ${isNobodysSql('c.value')}`).all<{ value: string }>()
  return results.map((row) => row.value)
}

/**
 * Forgets the person's contacts in relations of others: of two that one was addressed with, that which didn't decide is
 * remembered for the actor (`event-subscriptions.md` 8), whose timeline is noted to be asked.
 */
export async function forgetAddressed(ctx: Context, id: string, contacts: readonly string[]): Promise<void> {
  if (contacts.length === 0) return
  const list = JSON.stringify(contacts)
  const isTheirs = (column: string) => `${column} IN (SELECT value FROM json_each(?3))`
  let after = 0
  for (;;) {
    const last = await ctx.db
      .prepare(
        `SELECT max(id) AS last FROM (SELECT rowid AS id FROM relations WHERE rowid > ? ORDER BY rowid LIMIT ${A_SCAN})`,
      )
      .bind(after)
      .first<number>('last')
    if (last === null) return
    const write = newWriteId()
    await ctx.db.batch([
      ctx.db
        .prepare(
          `UPDATE relations SET addressed_email = iif(${isTheirs('addressed_email')}, NULL, addressed_email),
             addressed_phone = iif(${isTheirs('addressed_phone')}, NULL, addressed_phone), write_id = ?4
           WHERE rowid > ?1 AND rowid <= ?2 AND +publisher_id = ?5
             AND (${isTheirs('addressed_email')} OR ${isTheirs('addressed_phone')})`,
        )
        .bind(after, last, list, write, ctx.publisher.id),
      logAddressedLeaving(ctx, write, [after, last]),
      ctx.db
        .prepare(
          `INSERT INTO erasure_viewers (subscriber_id, viewer, publisher_id)
           SELECT DISTINCT ?4, t.viewer, ?5 FROM relations r CROSS JOIN timelines t ON t.viewer = 'person:' || r.actor_id
           WHERE r.rowid > ?1 AND r.rowid <= ?2 AND r.write_id = ?3 ON CONFLICT DO NOTHING`,
        )
        .bind(after, last, write, id, ctx.publisher.id),
    ])
    after = last
  }
}
