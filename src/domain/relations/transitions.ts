import type { Permission, RsvpStatus } from '../../objects/permissions'
import { DomainError, invalid } from '../errors'

/** Deprecated permissions of PATCH: a member has acknowledged, or keeps what they said (`event-subscriptions.md` 6). */
export type MemberPermission = 'member_read' | 'member_write'

/** What a request wants of a relation; what is undefined stays as it is. */
export type RelationChange = {
  readonly permission?: Permission | MemberPermission | undefined
  readonly rsvpStatus?: RsvpStatus | undefined
  readonly isInvitation?: boolean | undefined
  readonly message?: string | null | undefined
}

/** What of a relation can be changed. */
export type RelationState = {
  readonly permission: Permission
  readonly isInvitation: boolean
  readonly rsvpStatus: RsvpStatus | null
  readonly message: string | null
}

/** What somebody is to a relation that they see. */
export type Role = {
  readonly isSubscriber: boolean
  readonly isActor: boolean
  /** Whether they may write the event, and this relation isn't the owner's, which is the owner's and services' alone. */
  readonly isWriter: boolean
}

/** Whether one may delete a relation: the subscriber, a writer, the actor. */
export function mayRemove({ isSubscriber, isActor, isWriter }: Role): boolean {
  return isSubscriber || isActor || isWriter
}

const writes = (permission: Permission) => permission.endsWith('_write')
const acknowledged = (permission: Permission) => permission.startsWith('subscribed_')

/**
 * The state after a change, by the table of `event-subscriptions.md` 6 and by section 7. What equals the present is
 * no change, and always allowed. Who is both the subscriber and a writer is bound by what the subscriber may.
 * @throws DomainError `permission_transition`, `forbidden`, `invalid`: then nothing is changed
 */
export function changed(state: RelationState, change: RelationChange, role: Role): RelationState {
  const asked = change.permission && resolveMember(change.permission, state.permission, role)
  let permission = asked ?? state.permission
  if (permission !== state.permission && !mayTurn(state.permission, permission, role)) {
    throw new DomainError('permission_transition')
  }
  const isInvitation = change.isInvitation ?? state.isInvitation
  const mayInvite = role.isWriter && !role.isSubscriber
  if (isInvitation !== state.isInvitation && !mayInvite) throw new DomainError('forbidden')
  const rsvp = change.rsvpStatus ?? state.rsvpStatus
  if (rsvp !== state.rsvpStatus && !role.isSubscriber) throw new DomainError('forbidden')
  const message = change.message === undefined ? state.message : change.message
  if (message !== state.message && !role.isActor) throw new DomainError('forbidden')

  if (change.rsvpStatus === 'attending' && role.isSubscriber) {
    if (asked && asked !== state.permission && !acknowledged(asked)) {
      throw invalid('permission', 'Must be acknowledged where rsvp_status is attending.')
    }
    // Who sends back all that they received says nothing new.
    const saysYes = rsvp !== state.rsvpStatus || change.permission === undefined
    if (saysYes) permission = writes(permission) ? 'subscribed_write' : 'subscribed_read'
  }
  const asksAgain = acknowledged(state.permission) && !acknowledged(permission)
  const rsvpStatus = settled(state, isInvitation, asksAgain, rsvp)
  return { permission, isInvitation, message, rsvpStatus }
}

/** An invitation waits for an answer; what is none any more waits for nothing. Real answers stay. */
function settled(
  state: RelationState,
  isInvitation: boolean,
  asksAgain: boolean,
  rsvp: RsvpStatus | null,
): RsvpStatus | null {
  if (asksAgain) return isInvitation ? 'not_replied' : null
  if (isInvitation === state.isInvitation) return rsvp
  if (isInvitation) return rsvp ?? 'not_replied'
  return rsvp === 'not_replied' ? null : rsvp
}

/** The permission that a request means: of the deprecated ones, what they stand for from its sender. */
export function resolveMember(
  asked: Permission | MemberPermission,
  present: Permission,
  { isSubscriber }: Role,
): Permission {
  if (asked !== 'member_read' && asked !== 'member_write') return asked
  const half = asked === 'member_write' ? 'write' : 'read'
  return isSubscriber || acknowledged(present) ? `subscribed_${half}` : `invited_${half}`
}

function mayTurn(from: Permission, to: Permission, { isSubscriber, isWriter }: Role): boolean {
  const raises = !writes(from) && writes(to)
  // Nobody raises their own read to write, nor takes an acknowledgement back.
  if (isSubscriber) return !raises && !(acknowledged(from) && !acknowledged(to))
  // Nobody acknowledges for another.
  return isWriter && !(!acknowledged(from) && acknowledged(to))
}
