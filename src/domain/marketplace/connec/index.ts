/** Data shared with a marketplace's hub (`marketplace.md` 8): imported at first, pushed and told of from then on. */
export {
  importDue,
  nothingShared,
  type SharingView,
  sharingEnded,
  sharingOf,
  sharingResumed,
} from './effects'
export { collections } from './entity'
export { listMaps } from './list-maps'
export { takeNotification } from './notifications'
export {
  type ImportMessage,
  type PushMessage,
  runImports,
  runPushes,
  wakeSharing,
} from './queue'
export { SHARES, type SharingContext } from './sharing'
