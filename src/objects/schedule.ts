import { moneyJson } from './money'

/** A one-off schedule on the wire: always these six fields in this order (`payments.md` 6). */
export function scheduleObject(schedule: {
  readonly scheduleNo: number
  readonly accountId: string
  readonly dueDate: string
  readonly cents: number
  readonly description: string
  readonly externalId: string
}) {
  return {
    scheduleId: String(schedule.scheduleNo),
    accountId: schedule.accountId,
    dueDate: schedule.dueDate,
    amount: moneyJson(schedule.cents),
    scheduleDescription: schedule.description,
    externalScheduleId: schedule.externalId,
  }
}
