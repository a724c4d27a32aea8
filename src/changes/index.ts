/** The change log: every write appends to it in its own batch, and whoever tells of a change reads it. */

export {
  announceChanges,
  announcing,
  type ChangesMessage,
  countChangesBetween,
  dispatchChanges,
  insertMessages,
  readChangesBetween,
  sweepUndelivered,
  wakeEndpoint,
} from './dispatch'
export {
  type Among,
  type Contact,
  type EventOp,
  listed,
  logCalendar,
  logCalendarsOf,
  logContactLost,
  logContactVerified,
  logEvents,
  logFurtherCalendars,
  logMovedFrom,
  logParticipants,
  logSubscriber,
  type SubscriberOp,
} from './log'
export {
  logAccount,
  logMarkedAccounts,
  logSchedules,
  type ScheduleOp,
  type ToldSchedule,
} from './log-accounts'
export {
  type CompanyOp,
  logBills,
  logCompany,
  logCompanyOf,
  logUsers,
  logUsersOf,
  type UserOp,
} from './log-company'
export {
  logContactRequested,
  logLosersRelations,
  logMerged,
  logNames,
  logNewPrivateCalendars,
  logOwnRelations,
  logRelationsLeaving,
} from './log-contacts'
export { logAddressedLeaving, logMessagesLeaving, logUnlinking } from './log-erased'
export { logOwner } from './log-own-events'
export { logAnswer, logLeaving, logRelation, type RelationOp } from './log-relations'
export { isMeantFor, type MessageChange, type MessageRow, makePing, messageRow } from './messages'
export { type Erased, scrubPayload } from './scrub'
export {
  type EventSnapshot,
  readEventSnapshot,
  readSubscriberSnapshot,
  type SubscriberSnapshot,
} from './snapshots'
export { newWriteId, type WriteContext } from './write'
