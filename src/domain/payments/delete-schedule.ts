import { getTableColumns } from 'drizzle-orm'
import { logSchedules, newWriteId } from '../../changes'
import { paySchedules } from '../../db/schema'
import { anew } from '../anew'
import { commit } from '../context'
import { findSchedule } from './account-view'
import { type EventPlan, noPlan } from './calendar-plan'
import type { PaymentsContext } from './context'
import { PaymentError, type PaymentErrorCode } from './errors'
import { type AccountFacts, guardFacts } from './facts'
import { isAfterCutOff, type ScheduleRow, stateOn } from './life'
import { insertAudit, insertCallNote, recordedUser } from './records'
import { findEventOf, guardSchedules } from './schedule-rows'
import { writeEvents } from './write-events'

/**
 * Deletes a live schedule (`payments.md` 6.4): it moves to the deleted ones, with audit record, call note, removal of
 * its event and log, all at once.
 * @throws PaymentError `not_found` (also where another call was first), `no_account_access`, `account_not_active`,
 *   `schedule_paid`, `not_a_future_schedule`, `cut_off_passed`
 */
export async function deleteSchedule(
  ctx: PaymentsContext,
  accountId: string,
  scheduleId: string,
): Promise<void> {
  await anew(async () => {
    const { facts, schedule, today } = await findSchedule(ctx, accountId, scheduleId)
    const refusal = refusalOfDelete(ctx.now, facts, schedule, today)
    if (refusal !== null) throw new PaymentError(refusal)
    await moveToDeleted(ctx, facts, schedule, today)
  })
}

/** Why a schedule can't be deleted on a day; null where it can. */
export function refusalOfDelete(
  now: number,
  { account, business }: AccountFacts,
  { startDate, storedStatus }: ScheduleRow,
  today: string,
): PaymentErrorCode | null {
  if (account.status !== 'active') return 'account_not_active'
  if (storedStatus === 'paid') return 'schedule_paid'
  if (startDate < today) return 'not_a_future_schedule'
  if (startDate > today) return null
  if (isAfterCutOff(business, now)) return 'cut_off_passed'
  return business.sameDayDelete === 'forbid' ? 'not_a_future_schedule' : null
}

async function moveToDeleted(
  ctx: PaymentsContext,
  facts: AccountFacts,
  schedule: ScheduleRow,
  today: string,
): Promise<void> {
  const write = newWriteId()
  const marked = { table: 'pay_schedules_deleted', write } as const
  const event = await findEventOf(ctx.db, schedule)
  const plan: EventPlan = { ...noPlan(), removed: event ? [event] : [] }
  await commit(ctx, [
    guardFacts(ctx, [facts]),
    guardSchedules(ctx.db, [schedule]),
    copyToDeleted(ctx, schedule, write),
    ctx.db
      .prepare('DELETE FROM pay_schedules WHERE schedule_no = ?1 AND publisher_id = ?2')
      .bind(schedule.scheduleNo, ctx.publisher.id),
    insertAudit(ctx, 'Schedule Deleted', marked, schedule.id),
    insertCallNote(ctx, marked, schedule.id),
    ...writeEvents(ctx, plan, write),
    logSchedules(ctx, 'schedule.deleted', [{ id: schedule.id, ...stateOn(schedule, today) }], write),
  ])
}

function copyToDeleted(ctx: PaymentsContext, schedule: ScheduleRow, write: string): D1PreparedStatement {
  const names = Object.values(getTableColumns(paySchedules)).map((column) => column.name)
  const values = names.map((name) => (name === 'write_id' ? '?1' : name))
  return ctx.db
    .prepare(
      `INSERT INTO pay_schedules_deleted (${names.join(', ')}, deleted_at, deleted_by)
       SELECT ${values.join(', ')}, ?2, ?3 FROM pay_schedules WHERE schedule_no = ?4 AND publisher_id = ?5`,
    )
    .bind(write, ctx.now, recordedUser(ctx.actor), schedule.scheduleNo, ctx.publisher.id)
}
