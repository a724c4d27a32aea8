import type { Row } from '../platform/d1'
import { commit, type TenancyContext } from './context'

/** How far the sequence jumps: above any seq that the lost state ever gave. */
const JUMP = 2 ** 32

/**
 * After a restore of the database, before any traffic: jumps the sequence of changes, sets every revision to it and
 * raises the life of every timeline, so that no revision, ETag, sync token or webhook id is used twice
 * (`operator.md`). Repeated, it jumps again. @returns the seq of the row that it writes
 */
export async function noteRestore(ctx: TenancyContext): Promise<number> {
  const known = { changes: 'seq', calendars: 'revision', subscribers: 'revision', webhook_messages: 'seq' }
  const highest = Object.entries(known)
    .map(([table, column]) => `coalesce((SELECT max(${column}) FROM ${table}), 0)`)
    .join(', ')
  const lift = (table: string) =>
    ctx.db
      .prepare(
        `UPDATE ${table} SET revision = (SELECT max(seq) FROM changes), revised_at = max(revised_at, ?)`,
      )
      .bind(ctx.now)
  const [jumped] = await commit(ctx, [
    ctx.db
      .prepare(
        `INSERT INTO changes (seq, publisher_id, stream, op, entity_id, actor, at, message, payload, dispatched)
         SELECT max(${highest}) + ${JUMP}, 0, 'restored', 'restored', '', 'operator', ?, NULL, NULL, 1 RETURNING seq`,
      )
      .bind(ctx.now),
    lift('calendars'),
    lift('subscribers'),
    ctx.db.prepare('UPDATE timelines SET life = life + 1'),
  ])
  const row: Row | undefined = jumped?.results[0]
  if (!row) throw new Error('the sequence did not jump')
  return Number(row.seq)
}
