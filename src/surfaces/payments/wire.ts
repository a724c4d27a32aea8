import type { ScheduleRow } from '../../domain/payments'
import { scheduleObject } from '../../objects/schedule'

/** A schedule of an account on the wire. */
export function scheduleAnswer(accountId: string, schedule: ScheduleRow) {
  return scheduleObject({
    scheduleNo: schedule.scheduleNo,
    accountId,
    dueDate: schedule.startDate,
    cents: schedule.installmentCents,
    description: schedule.payDesc,
    externalId: schedule.externalIdentifier,
  })
}
