import { logAnswer, logEvents, logRelation, newWriteId } from '../../changes'
import { isReachedByCalendar } from '../../objects/event-access'
import type { RsvpStatus } from '../../objects/permissions'
import { type ActingContext, actorId } from '../acting'
import { commit } from '../context'
import { DomainError } from '../errors'
import { callerRank, type FoundRelation, findRelation } from './read-relation'
import { changed, mayRemove, type RelationChange, type RelationState, resolveMember } from './transitions'

/** More rounds than writers that could sensibly meet on one relation. */
const ROUNDS = 200

/**
 * Changes a relation, all that is asked or nothing. The state that the rules were judged by is compared in the write
 * itself; where it moved, they are judged anew. What changes nothing writes nothing.
 * @throws DomainError `relation_not_found`, `permission_transition`, `forbidden`, `indirect_relation`, `invalid`
 */
export async function changeRelation(
  ctx: ActingContext,
  eventId: string,
  subscriberId: string,
  change: RelationChange,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await findRelation(ctx, eventId, subscriberId)
    if (found.direct ? await changeDirect(ctx, found, change) : await answer(ctx, found, change)) return
  }
  throw new Error('a relation changed too often to be written')
}

/** Answers an event for the caller: on their own relation, or where it comes through calendars beside it. */
export async function answerEvent(
  ctx: ActingContext,
  eventId: string,
  rsvpStatus: RsvpStatus,
): Promise<void> {
  if (ctx.acting.kind === 'service') throw new DomainError('forbidden')
  await changeRelation(ctx, eventId, ctx.acting.id, { rsvpStatus })
}

/** @returns whether it is done; false where the relation moved meanwhile */
async function changeDirect(
  ctx: ActingContext,
  found: FoundRelation,
  change: RelationChange,
): Promise<boolean> {
  const next = changed(found, change, found.role)
  if (isSame(found, next)) return true
  const write = newWriteId()
  const [updated] = await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE relations SET permission = ?4, is_invitation = ?5, rsvp_status = ?6, message = ?7, write_id = ?8
         WHERE ${asFound('?9', '?10', '?11', '?12')} RETURNING event_id`,
      )
      .bind(
        ...keysOf(ctx, found),
        ...columnsOf(next),
        write,
        ...columnsOf(found),
        found.rank,
        found.role.isActor ? 1 : 0,
      ),
    ...logRelation(ctx, 'relation.updated', found.eventId, found.subscriberId, write),
  ])
  return updated?.results.length === 1
}

/** The caller, the event and the person: the first three parameters of each write. */
const keysOf = (ctx: ActingContext, { eventId, subscriberId }: FoundRelation) => [
  actorId(ctx),
  eventId,
  subscriberId,
]

const columnsOf = ({ permission, isInvitation, rsvpStatus, message }: RelationState) => [
  permission,
  isInvitation ? 1 : 0,
  rsvpStatus,
  message,
]

/** SQL: the relation is as it was found, and so is what its caller is to it: `?13` the rank, `?14` whether the actor. */
function asFound(permission: string, isInvitation: string, rsvp: string, message: string): string {
  return `event_id = ?2 AND subscriber_id = ?3 AND removed_at IS NULL AND permission = ${permission}
    AND is_invitation = ${isInvitation} AND rsvp_status IS ${rsvp} AND message IS ${message}
    AND ${callerRank('relations.event_id')} IS ?13 AND (actor_id = ?1) = ?14
    AND EXISTS (SELECT 1 FROM events e WHERE e.id = ?2 AND e.deleted_at IS NULL AND e.draft = 0)`
}

function isSame(a: RelationState, b: RelationState): boolean {
  return columnsOf(a).every((value, at) => value === columnsOf(b)[at])
}

/**
 * What a person says of an event that comes through calendars: kept as an answer, which nobody else sees.
 * @returns whether it is done
 */
async function answer(ctx: ActingContext, found: FoundRelation, change: RelationChange): Promise<boolean> {
  const { rsvpStatus, acknowledged } = answered(found, change)
  if (rsvpStatus === found.rsvpStatus && acknowledged === found.acknowledged) return true
  const write = newWriteId()
  const [kept] = await commit(ctx, [
    ctx.db
      .prepare(
        `INSERT INTO answers (subscriber_id, event_id, publisher_id, rsvp_status, acknowledged, answered_at, write_id)
         SELECT ?1, e.id, e.publisher_id, ?3, ?4, ?5, ?6 FROM events e
         WHERE e.id = ?2 AND e.deleted_at IS NULL AND e.draft = 0 AND ${isReachedByCalendar('e.id', '?1')}
           AND NOT EXISTS (SELECT 1 FROM relations r WHERE r.event_id = ?2 AND r.subscriber_id = ?1 AND r.removed_at IS NULL)
         ON CONFLICT (subscriber_id, event_id)
         DO UPDATE SET rsvp_status = ?3, acknowledged = ?4, answered_at = ?5, write_id = ?6
         WHERE answers.rsvp_status IS ?7 AND answers.acknowledged = ?8 RETURNING event_id`,
      )
      .bind(
        found.subscriberId,
        found.eventId,
        rsvpStatus,
        acknowledged ? 1 : 0,
        ctx.now,
        write,
        found.rsvpStatus,
        found.acknowledged ? 1 : 0,
      ),
    logAnswer(ctx, found.eventId, found.subscriberId, write),
  ])
  return kept?.results.length === 1
}

/** An indirect subscription can be answered and acknowledged; all else is the calendars' affair. */
function answered(
  found: FoundRelation,
  change: RelationChange,
): { rsvpStatus: RsvpStatus | null; acknowledged: boolean } {
  const asked = change.permission && resolveMember(change.permission, found.permission, found.role)
  const touchesMore =
    (change.isInvitation ?? false) ||
    (change.message ?? null) !== null ||
    (asked && asked !== found.permission && asked !== found.permission.replace('invited_', 'subscribed_'))
  if (touchesMore) throw new DomainError('indirect_relation')
  const next = changed(found, { ...change, isInvitation: undefined, message: undefined }, found.role)
  const acknowledges = next.permission !== found.permission
  return { rsvpStatus: next.rsvpStatus, acknowledged: found.acknowledged || acknowledges }
}

/**
 * Removes a direct relation; an event that is in no calendar goes with its last one.
 * @throws DomainError `relation_not_found`, `forbidden`, `indirect_relation`
 */
export async function removeRelation(
  ctx: ActingContext,
  eventId: string,
  subscriberId: string,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await findRelation(ctx, eventId, subscriberId)
    if (!found.direct) throw new DomainError('indirect_relation')
    if (!mayRemove(found.role)) throw new DomainError('forbidden')
    const write = newWriteId()
    const [removed] = await commit(ctx, [
      ctx.db
        .prepare(
          `UPDATE relations SET removed_at = ?4, write_id = ?5
           WHERE event_id = ?2 AND subscriber_id = ?3 AND removed_at IS NULL AND ${callerRank('relations.event_id')} IS ?6
             AND (actor_id = ?1) = ?7 AND (is_owner = 0 OR ?1 IN ('', subscriber_id))
             AND EXISTS (SELECT 1 FROM events e WHERE e.id = ?2 AND e.deleted_at IS NULL AND e.draft = 0)
           RETURNING event_id`,
        )
        .bind(...keysOf(ctx, found), ctx.now, write, found.rank, found.role.isActor ? 1 : 0),
      ctx.db
        .prepare(
          `UPDATE events SET deleted_at = ?3, modified_at = ?3, sequence = sequence + 1, write_id = ?4
           WHERE id = ?1 AND deleted_at IS NULL
             AND EXISTS (SELECT 1 FROM relations WHERE event_id = ?1 AND subscriber_id = ?2 AND write_id = ?4)
             AND NOT EXISTS (SELECT 1 FROM relations WHERE event_id = ?1 AND removed_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM calendar_events WHERE event_id = ?1)`,
        )
        .bind(eventId, subscriberId, ctx.now, write),
      ...logRelation(ctx, 'relation.removed', eventId, subscriberId, write),
      ...logEvents(ctx, 'event.deleted', [eventId], write),
    ])
    if (removed?.results.length === 1) return
  }
  throw new Error('a relation changed too often to be removed')
}
