import type { Row } from '../platform/d1'
import { commit, type TenancyContext } from './context'
import type { Reached } from './erasure'

/**
 * After a restore of the database, before any traffic: jumps the sequence of changes, sets every revision to it and
 * gives every timeline a life that none had, so that no revision, ETag, sync token or webhook id is used twice
 * (`operator.md`). Repeated, it jumps again. `jump`: where to go on, above what the database knows and above all
 * earlier jumps. @returns the seq of the row that it writes
 */
export async function noteRestore(
  ctx: TenancyContext,
  jump: (known: Reached) => Promise<Reached>,
): Promise<number> {
  const { seq, life } = await jump(await reachedBy(ctx))
  const lift = (table: string) =>
    ctx.db.prepare(`UPDATE ${table} SET revision = ?1, revised_at = max(revised_at, ?2)`).bind(seq, ctx.now)
  await commit(ctx, [
    ctx.db
      .prepare(
        `INSERT INTO changes (seq, publisher_id, stream, op, entity_id, actor, at, message, payload, dispatched)
         VALUES (?1, 0, 'restored', 'restored', '', 'operator', ?2, NULL, NULL, 1)`,
      )
      .bind(seq, ctx.now),
    lift('calendars'),
    lift('subscribers'),
    ctx.db.prepare('UPDATE timelines SET life = ?').bind(life),
  ])
  return seq
}

/** The highest number and life that the database knows. */
async function reachedBy({ db }: TenancyContext): Promise<Reached> {
  const known = { changes: 'seq', calendars: 'revision', subscribers: 'revision', webhook_messages: 'seq' }
  const highest = Object.entries(known)
    .map(([table, column]) => `coalesce((SELECT max(${column}) FROM ${table}), 0)`)
    .join(', ')
  const row = await db
    .prepare(`SELECT max(${highest}) AS seq, coalesce((SELECT max(life) FROM timelines), 0) AS life`)
    .first<Row>()
  return { seq: Number(row?.seq ?? 0), life: Number(row?.life ?? 0) }
}
