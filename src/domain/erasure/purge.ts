import { type Context, commit } from '../context'
import { closing } from './closing'
import { tablesOfPerson } from './inventory'
import { about, ofPersonsSql, personsSql } from './person'

/** Rows that one statement deletes, so that it never holds the database long. */
const AT_ONCE = 500

/** Private events, and those that the person made and that show nowhere any more. */
const EVENTS = `SELECT e.id FROM events e WHERE ${ofPersonsSql('e', 'owner_id', personsSql('?1'))} AND +e.publisher_id = ?2
  UNION SELECT e.id FROM events e WHERE e.creator_id IN (${personsSql('?1')}) AND e.creator_id <> ''
    AND +e.publisher_id = ?2 AND e.deleted_at IS NOT NULL AND e.tombstone_until IS NULL`

/** Deletes what is the person's own, and empties once more what a write under way may have left behind. */
export async function purge(ctx: Context, id: string): Promise<void> {
  const run = about(ctx, id)
  const some = `(SELECT id FROM (${EVENTS}) LIMIT ${AT_ONCE})`
  await untilNothing(ctx, [
    run(`DELETE FROM calendar_events WHERE event_id IN ${some} AND +publisher_id = ?2`),
    run(`DELETE FROM events WHERE id IN ${some}`),
  ])
  for (const { table, column, condition } of tablesOfPerson()) {
    const persons =
      column === 'viewer' ? `SELECT 'person:' || p.id FROM (${personsSql('?1')}) p` : personsSql('?1')
    await untilNothing(ctx, [
      run(
        `DELETE FROM ${table} WHERE rowid IN (SELECT x.rowid FROM ${table} x
           WHERE x.${column} IN (${persons}) AND +x.publisher_id = ?2 AND ${condition} LIMIT ${AT_ONCE})`,
      ),
    ])
  }
  await commit(ctx, closing(ctx, id))
}

/** Runs statements together until the last one finds nothing more. */
async function untilNothing(ctx: Context, statements: D1PreparedStatement[]): Promise<void> {
  for (;;) {
    const results = await ctx.db.batch(statements)
    if ((results.at(-1)?.meta.changes ?? 0) === 0) return
  }
}
