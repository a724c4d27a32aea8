/** Events as apps for persons and services write them (`event-subscriptions.md` 10). */

export { changeOwnEvent, type OwnEventChange } from './change'
export { createOwnEvent, type NewOwnEvent } from './create'
export { deleteOwnEvent } from './delete'
export { listServiceEvents, readServiceEvent } from './read'
export type { OwnTiming } from './timing'
