import { logMarkedAccounts } from '../../changes'
import type { Context } from '../context'

/**
 * Statements by which a merge of two persons moves the links of accounts to the one who stays; the one who goes is
 * marked by the write. The events go with the other private events of the one who goes; whatever that leaves undone,
 * the every-minute cron does.
 */
export function moveSchedules(ctx: Context, from: string, to: string, write: string): D1PreparedStatement[] {
  return [
    ctx.db
      .prepare(
        `UPDATE accounts SET subscriber_id = ?1, updated_at = ?2, write_id = ?3, calendar_stale = 1
         WHERE publisher_id = ?4 AND subscriber_id = ?5
           AND EXISTS (SELECT 1 FROM subscribers WHERE id = ?5 AND write_id = ?3)`,
      )
      .bind(to, ctx.now, write, ctx.publisher.id, from),
    logMarkedAccounts(ctx, to, write),
  ]
}
