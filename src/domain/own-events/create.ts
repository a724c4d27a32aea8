import { logEvents, logOwner, newWriteId } from '../../changes'
import type { RsvpStatus } from '../../objects/permissions'
import { GuardBroken } from '../../platform/d1'
import { newId } from '../../platform/ids'
import type { ActingContext } from '../acting'
import { commit } from '../context'
import { DomainError } from '../errors'
import { eventRow } from '../events/create'
import type { EventValues } from '../events/values'
import { USABLE } from '../subscribers/subscribers'
import { guardRoom, mayFillAll, moveEvent, planMoves } from './membership'
import { type OwnTiming, toEventTiming } from './timing'

/** An event as a person makes it. */
export type NewOwnEvent = {
  readonly title: string
  readonly description: string
  readonly location: string
  readonly timing: OwnTiming
  readonly calendarIds: readonly string[]
  readonly rsvpStatus: RsvpStatus | null
}

/** More rounds than follows of one person sensibly change meanwhile. */
const ROUNDS = 50

/**
 * Makes an event of a person's own: they own it, and it is in the calendars named. Logs `event.created`, and
 * `relation.created` in the owner's stream.
 * @throws DomainError `forbidden`, `invalid`, `limit_reached`
 */
export async function createOwnEvent(ctx: ActingContext, event: NewOwnEvent): Promise<string> {
  if (ctx.acting.kind === 'service') throw new DomainError('forbidden')
  const owner = ctx.acting.id
  const values = valuesOf(event)
  for (let round = 0; round < ROUNDS; round++) {
    const { into } = await planMoves(ctx, [], event.calendarIds)
    const id = newId()
    const write = newWriteId()
    const row = {
      ...eventRow(ctx, id, values, { id: into[0] ?? '', ownerId: '' }, write),
      creator_id: owner,
    }
    try {
      const [made] = await commit(ctx, [
        insertEvent(ctx, row, owner, into),
        ...moveEvent(ctx, id, { into, outOf: [] }, write),
        ...guardRoom(ctx, id, into, false),
        // Before the relation: the owner's stream tells of that one.
        ...logEvents(ctx, 'event.created', [id], write),
        insertOwner(ctx, id, event.rsvpStatus, write),
        ...logOwner(ctx, id, write),
      ])
      if (made?.results.length === 1) return id
    } catch (error) {
      if (error instanceof GuardBroken) throw new DomainError('limit_reached')
      throw error
    }
    await assertUsable(ctx, owner)
  }
  throw new Error('calendars changed too often to put an event into them')
}

function valuesOf({ title, description, location, timing }: NewOwnEvent): EventValues {
  return {
    ...toEventTiming(timing),
    name: title,
    details: description,
    location,
    url: '',
    status: 'confirmed',
    showAs: 'busy',
    alert: '',
    alert2: '',
    quickLinks: '[]',
    categories: '',
    draft: false,
    reference: '',
    referenceType: '',
    recurrence: '',
    exceptions: '[]',
    seriesEndsAt: null,
  }
}

function insertEvent(
  ctx: ActingContext,
  row: Record<string, unknown>,
  owner: string,
  into: readonly string[],
): D1PreparedStatement {
  const names = Object.keys(row)
  return ctx.db
    .prepare(
      `INSERT INTO events (${names.join(', ')}) SELECT ${names.map((_, at) => `?${at + 4}`).join(', ')}
       WHERE ${mayFillAll('?3', '?1', '?2')}
         AND EXISTS (SELECT 1 FROM subscribers s WHERE s.id = ?1 AND s.publisher_id = ?2 AND s.state IN ${USABLE})
       RETURNING id`,
    )
    .bind(owner, ctx.publisher.id, JSON.stringify(into), ...Object.values(row))
}

function insertOwner(
  ctx: ActingContext,
  eventId: string,
  rsvpStatus: RsvpStatus | null,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `INSERT INTO relations (event_id, subscriber_id, publisher_id, permission, is_invitation, rsvp_status,
         actor_id, is_owner, created_at, write_id)
       SELECT e.id, e.creator_id, e.publisher_id, 'subscribed_write', 0, ?1, e.creator_id, 1, ?2, ?3
       FROM events e WHERE e.id = ?4 AND e.write_id = ?3`,
    )
    .bind(rsvpStatus, ctx.now, write, eventId)
}

/** A person who unsubscribed or was merged away meanwhile makes nothing more. @throws DomainError */
async function assertUsable(ctx: ActingContext, id: string): Promise<void> {
  const row = await ctx.db
    .prepare(`SELECT 1 FROM subscribers WHERE id = ?1 AND state IN ${USABLE}`)
    .bind(id)
    .first()
  if (!row) throw new DomainError('not_authenticated')
}
