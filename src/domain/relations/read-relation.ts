import { directRank, indirectRank, isLiveEvent, summaryRank } from '../../objects/event-access'
import { type Permission, permissionOf, type RsvpStatus } from '../../objects/permissions'
import { isId } from '../../platform/ids'
import { type ActingContext, actorId } from '../acting'
import { DomainError } from '../errors'
import type { RelationState, Role } from './transitions'

/** The highest rank: what a service has on every event of its publisher. */
const WRITER = 3

/** SQL: the rank that the caller (`?1` their id, '' for a service) has on an event. */
export const callerRank = (eventId: string) => `iif(?1 = '', 4, ${summaryRank(eventId, '?1')})`

/** A relation as its caller finds it. */
export type FoundRelation = RelationState & {
  readonly eventId: string
  readonly subscriberId: string
  /** Whether it is direct; else it is the caller's own, through calendars. */
  readonly direct: boolean
  readonly role: Role
  /** The rank on which the role was decided: a write compares it. */
  readonly rank: number | null
  /** Of an indirect one: the rank that the calendars give, before what was answered. */
  readonly acknowledged: boolean
}

type FoundRow = {
  permission: Permission | null
  is_invitation: number
  rsvp_status: RsvpStatus | null
  message: string | null
  actor_id: string
  is_owner: number
  rank: number | null
  sees: number | null
  through: number | null
  said: RsvpStatus | null
  acknowledged: number | null
}

/** The ids of an event subscription's parts; null where it is none. */
export function partsOf(id: string): { eventId: string; subscriberId: string } | null {
  const [eventId = '', subscriberId = '', ...more] = id.split('_')
  return isId(eventId) && isId(subscriberId) && more.length === 0 ? { eventId, subscriberId } : null
}

/** A relation that the caller sees (`event-subscriptions.md` 5). @throws DomainError `relation_not_found` */
export async function findRelation(
  ctx: ActingContext,
  eventId: string,
  subscriberId: string,
): Promise<FoundRelation> {
  const me = actorId(ctx)
  const row = await ctx.db
    .prepare(
      `SELECT r.permission, r.is_invitation, r.rsvp_status, r.message, r.actor_id, r.is_owner,
         ${callerRank('e.id')} AS rank, ${directRank('e.id', '?1')} AS sees, ${indirectRank('e.id', '?1')} AS through,
         a.rsvp_status AS said, a.acknowledged
       FROM events e LEFT JOIN relations r ON r.event_id = e.id AND r.subscriber_id = ?3 AND r.removed_at IS NULL
       LEFT JOIN answers a ON a.event_id = e.id AND a.subscriber_id = ?3
       WHERE e.id = ?2 AND e.publisher_id = ?4 AND ${isLiveEvent()}`,
    )
    .bind(me, eventId, subscriberId, ctx.publisher.id)
    .first<FoundRow>()
  const isService = ctx.acting.kind === 'service'
  const isSubscriber = !isService && me === subscriberId
  if (!row) throw new DomainError('relation_not_found')
  const of = { eventId, subscriberId, rank: row.rank }
  if (row.permission === null) {
    if (!isSubscriber || row.through === null) throw new DomainError('relation_not_found')
    return {
      ...of,
      direct: false,
      permission: permissionOf(row.through),
      isInvitation: false,
      rsvpStatus: row.said,
      message: null,
      acknowledged: row.acknowledged === 1,
      role: { isSubscriber: true, isActor: false, isWriter: false },
    }
  }
  if (!isService && !isSubscriber && row.sees === null) throw new DomainError('relation_not_found')
  const isOwners = row.is_owner === 1
  return {
    ...of,
    direct: true,
    permission: row.permission,
    isInvitation: row.is_invitation === 1,
    rsvpStatus: row.rsvp_status,
    message: row.message,
    acknowledged: false,
    role: {
      isSubscriber,
      isActor: row.actor_id === me,
      isWriter: isService || (!isOwners && row.rank !== null && row.rank >= WRITER),
    },
  }
}
