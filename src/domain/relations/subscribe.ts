import { logRelation, newWriteId } from '../../changes'
import { isLiveEvent, isReachedByCalendar } from '../../objects/event-access'
import type { RsvpStatus } from '../../objects/permissions'
import { GuardBroken, guardAgainst } from '../../platform/d1'
import { isId, newId } from '../../platform/ids'
import { type ActingContext, actorId } from '../acting'
import { commit } from '../context'
import { DomainError } from '../errors'
import { findByContacts, guardReached, makePlaceholder } from '../subscribers/placeholders'
import { USABLE } from '../subscribers/subscribers'
import { callerRank } from './read-relation'

/** At most so many live direct relations an event. */
const MAX_RELATIONS = 1_000

/** More rounds than requests that could sensibly make one person at once. */
const ROUNDS = 50

/** Whom a subscription is for: a person by id, else by contacts, normalised. */
export type Addressee =
  | { readonly id: string }
  | { readonly email: string | null; readonly phone: string | null }

export type NewSubscription = {
  readonly eventId: string
  readonly addressee: Addressee
  readonly permission: 'invited_read' | 'invited_write'
  readonly isInvitation: boolean
  /** Only the subscriber answers: anything but `not_replied` is refused. */
  readonly rsvpStatus: RsvpStatus | null
  readonly message: string | null
  /** Names that stay with the relation. */
  readonly firstName: string
  readonly lastName: string
}

/**
 * Relates a person to an event directly. Where a live relation exists, nothing is written; one that was removed comes
 * back under its id. Of equal requests at once exactly one creates.
 * @throws DomainError `event_not_found`, `forbidden`, `subscriber_not_found`, `contact_conflict`, `limit_reached`
 */
export async function subscribeToEvent(
  ctx: ActingContext,
  wanted: NewSubscription,
): Promise<{ readonly subscriberId: string; readonly created: boolean }> {
  await assertWriter(ctx, wanted.eventId)
  if ((wanted.rsvpStatus ?? 'not_replied') !== 'not_replied') throw new DomainError('forbidden')
  for (let round = 0; round < ROUNDS; round++) {
    const { id, isNew, reach } = await findAddressee(ctx, wanted.addressee)
    const write = newWriteId()
    try {
      const results = await commit(ctx, [
        insertRelation(ctx, wanted, id, write, isNew),
        ...reach(write),
        guardAgainst(
          ctx.db,
          `EXISTS (SELECT 1 FROM relations WHERE event_id = ?1 AND subscriber_id = ?2 AND write_id = ?3)
           AND (SELECT count(*) FROM relations WHERE event_id = ?1 AND removed_at IS NULL) > ${MAX_RELATIONS}`,
          wanted.eventId,
          id,
          write,
        ),
        ...logRelation(ctx, 'relation.created', wanted.eventId, id, write),
      ])
      if (results[0]?.results.length === 1) return { subscriberId: id, created: true }
      await assertWriter(ctx, wanted.eventId)
      if (await hasRelation(ctx, wanted.eventId, id)) return { subscriberId: id, created: false }
      await assertUsable(ctx, id)
    } catch (error) {
      if (!(error instanceof GuardBroken)) throw error
      if (await isFull(ctx, wanted.eventId)) throw new DomainError('limit_reached')
    }
  }
  throw new Error('a person was made too often at once')
}

/** @throws DomainError `event_not_found` for one that the caller doesn't see, `forbidden` without write */
async function assertWriter(ctx: ActingContext, eventId: string): Promise<void> {
  const row = isId(eventId)
    ? await ctx.db
        .prepare(
          `SELECT ${callerRank('e.id')} AS rank FROM events e WHERE e.id = ?2 AND e.publisher_id = ?3 AND ${isLiveEvent()}`,
        )
        .bind(actorId(ctx), eventId, ctx.publisher.id)
        .first<{ rank: number | null }>()
    : null
  if (!row || row.rank === null) throw new DomainError('event_not_found')
  if (row.rank < 3) throw new DomainError('forbidden')
}

/** Whom a request is for. `reach`: what makes sure of it in the write, and makes a person who isn't there yet. */
type Found = {
  readonly id: string
  readonly isNew: boolean
  readonly reach: (write: string) => D1PreparedStatement[]
}

/** @throws DomainError `subscriber_not_found`, `contact_conflict` */
async function findAddressee(ctx: ActingContext, addressee: Addressee): Promise<Found> {
  if ('id' in addressee) {
    await assertUsable(ctx, addressee.id)
    return { id: addressee.id, isNew: false, reach: () => [] }
  }
  const found = await findByContacts(ctx, addressee)
  const guard = guardReached(ctx, found)
  if (found.kind === 'person') return { id: found.id, isNew: false, reach: () => [guard] }
  const id = newId()
  return { id, isNew: true, reach: (write) => [guard, ...makePlaceholder(ctx, id, found.contact, write)] }
}

/** @throws DomainError `subscriber_not_found` for one unknown, unsubscribed, merged away or of another publisher */
async function assertUsable(ctx: ActingContext, id: string): Promise<void> {
  const row = isId(id)
    ? await ctx.db
        .prepare(`SELECT 1 FROM subscribers WHERE id = ?1 AND publisher_id = ?2 AND state IN ${USABLE}`)
        .bind(id, ctx.publisher.id)
        .first()
    : null
  if (!row) throw new DomainError('subscriber_not_found')
}

async function hasRelation(ctx: ActingContext, eventId: string, subscriberId: string): Promise<boolean> {
  const row = await ctx.db
    .prepare('SELECT 1 FROM relations WHERE event_id = ? AND subscriber_id = ? AND removed_at IS NULL')
    .bind(eventId, subscriberId)
    .first()
  return row !== null
}

async function isFull(ctx: ActingContext, eventId: string): Promise<boolean> {
  const count = await ctx.db
    .prepare('SELECT count(*) AS n FROM relations WHERE event_id = ? AND removed_at IS NULL')
    .bind(eventId)
    .first<number>('n')
  return (count ?? 0) >= MAX_RELATIONS
}

/** What the person answered while the event came through calendars is taken over, unless the request says anew. */
function insertRelation(
  ctx: ActingContext,
  wanted: NewSubscription,
  id: string,
  write: string,
  isNew: boolean,
): D1PreparedStatement {
  const { addressee } = wanted
  const addressed = 'id' in addressee ? { email: null, phone: null } : addressee
  const rsvp = wanted.isInvitation ? 'not_replied' : wanted.rsvpStatus
  const said = `(SELECT a.rsvp_status FROM answers a
    WHERE a.subscriber_id = ?3 AND a.event_id = e.id AND ${isReachedByCalendar('e.id', '?3')})`
  const values = {
    permission: 'excluded.permission',
    is_invitation: 'excluded.is_invitation',
    rsvp_status: 'excluded.rsvp_status',
    message: 'excluded.message',
    actor_id: 'excluded.actor_id',
    is_owner: '0',
    first_name: 'excluded.first_name',
    last_name: 'excluded.last_name',
    addressed_email: 'excluded.addressed_email',
    addressed_phone: 'excluded.addressed_phone',
    created_at: 'excluded.created_at',
    removed_at: 'NULL',
    write_id: 'excluded.write_id',
  }
  const person = isNew
    ? 'true'
    : `EXISTS (SELECT 1 FROM subscribers s WHERE s.id = ?3 AND s.publisher_id = e.publisher_id AND s.state IN ${USABLE})`
  return ctx.db
    .prepare(
      `INSERT INTO relations (event_id, subscriber_id, publisher_id, permission, is_invitation, rsvp_status, message,
         actor_id, is_owner, first_name, last_name, addressed_email, addressed_phone, created_at, write_id)
       SELECT e.id, ?3, e.publisher_id, ?5, ?6, coalesce(?7, ${said}), ?8, ?1, 0, ?9, ?10, ?11, ?12, ?13, ?14
       FROM events e WHERE e.id = ?2 AND e.publisher_id = ?4 AND ${isLiveEvent()} AND ${callerRank('e.id')} >= 3 AND ${person}
       ON CONFLICT (event_id, subscriber_id)
       DO UPDATE SET ${Object.entries(values)
         .map(([name, value]) => `${name} = ${value}`)
         .join(', ')}
       WHERE relations.removed_at IS NOT NULL RETURNING event_id`,
    )
    .bind(
      actorId(ctx),
      wanted.eventId,
      id,
      ctx.publisher.id,
      wanted.permission,
      wanted.isInvitation ? 1 : 0,
      rsvp,
      wanted.message,
      wanted.firstName,
      wanted.lastName,
      addressed.email,
      addressed.phone,
      ctx.now,
      write,
    )
}
