/** The rules of payments (`payments.md`): businesses, accounts, one-off schedules, their life and their records. */
export {
  type AccountView,
  findAccount,
  findSchedule,
  listAccounts,
  listSchedules,
  OUTSTANDING,
  readAccount,
  type SchedulePage,
} from './account-view'
export { patchAccount, putAccount } from './accounts'
export { NumberLiteral, parseJsonObject } from './amounts'
export { putBusiness, readBusiness } from './businesses'
export { type EventPlan, noPlan } from './calendar-plan'
export { type PaymentsContext, reaches } from './context'
export { createSchedule, refusalOfState } from './create-schedule'
export { type CursorOf, makeCursor, readCursor } from './cursors'
export { deleteSchedule, refusalOfDelete } from './delete-schedule'
export { PaymentError, type PaymentErrorCode } from './errors'
export { placeholders, type TemplateKind, templateKinds } from './event-text'
export type { AccountFacts } from './facts'
export { type BusinessRow, localDay, type ScheduleRow, type ScheduleState, stateOn } from './life'
export { COMING, COMING_ON, readScheduleRows } from './lists'
export { moveSchedules } from './move-schedules'
export { type ListedRecord, listRecords } from './records'
export { setStatus } from './set-status'
export { sweepDays, sweepStale } from './sweep-schedules'
export { writeEvents } from './write-events'
