import { findSchedule, type ScheduleRow, setStatus, stateOn } from '../../domain/payments'
import { answer } from './answers'
import type { PaymentsCall } from './environment'
import { bodyReader } from './requests'

/** The state of a schedule on the wire, as of a day (`payments.md` 7). */
function statusAnswer(accountId: string, schedule: ScheduleRow, today: string) {
  const { status, date } = stateOn(schedule, today)
  return {
    scheduleId: String(schedule.scheduleNo),
    accountId,
    status,
    date,
    note: schedule.statusNote,
    payMethod: schedule.payMethod,
    changedDateTime: new Date(schedule.statusChangedAt).toISOString(),
  }
}

/** GET …/{scheduleId}/status: as of today, whether the cron has run or not. */
export async function getStatus(c: PaymentsCall): Promise<Response> {
  const { accountId, scheduleId } = c.var.target
  const { schedule, today } = await findSchedule(c.var.context, accountId, scheduleId)
  return answer(c, statusAnswer(accountId, schedule, today))
}

/** POST …/{scheduleId}/status: what the biller tells. */
export async function postStatus(c: PaymentsCall): Promise<Response> {
  const { accountId, scheduleId } = c.var.target
  const { schedule, today } = await setStatus(c.var.context, accountId, scheduleId, bodyReader(c))
  return answer(c, statusAnswer(accountId, schedule, today))
}
