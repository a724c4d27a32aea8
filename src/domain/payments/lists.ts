import { paySchedules } from '../../db/schema'
import type { Row } from '../../platform/d1'
import { fromColumns } from '../columns'
import type { Context } from '../context'
import type { ScheduleRow } from './life'

/** SQL of schedules that are to come, as their indexes know them: nothing was told of them, or a promise. */
export const COMING = `(stored_status IS NULL OR stored_status = 'promised')`

/** SQL of the date on which such a one is due: its own, or the one that was promised. */
export const COMING_ON = 'CASE WHEN status_date IS NULL THEN start_date ELSE status_date END'

/** Live schedules of an account (its internal id), the one due last first. */
export async function readScheduleRows(
  ctx: Context,
  accountUid: string,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<ScheduleRow[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT * FROM pay_schedules WHERE account_uid = ?1 AND class = 'ScheduleOneOff'
       ORDER BY start_date DESC, schedule_no DESC LIMIT ?2 OFFSET ?3`,
    )
    .bind(accountUid, limit, offset)
    .all<Row>()
  return results.map((row) => fromColumns<ScheduleRow>(paySchedules, row))
}
