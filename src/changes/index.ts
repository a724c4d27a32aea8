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
} from './log'
export {
  logAccount,
  logMarkedAccounts,
  logSchedules,
  type ToldSchedule,
} from './log-accounts'
export {
  logBills,
  logCompany,
  logCompanyOf,
  logUsersOf,
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
export { logAnswer, logLeaving, logRelation } from './log-relations'
export { isMeantFor, type MessageChange, type MessageRow, makePing, messageRow } from './messages'
export { type Erased, scrubPayload } from './scrub'
export {
  readEventSnapshot,
  readSubscriberSnapshot,
} from './snapshots'
export { newWriteId, type WriteContext } from './write'
