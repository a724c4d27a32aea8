export { answerEvent, changeRelation, removeRelation } from './change-relation'
export { partsOf } from './read-relation'
export { type Addressee, type NewSubscription, subscribeToEvent } from './subscribe'
export type { RelationChange } from './transitions'
