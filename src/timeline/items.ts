import { events } from '../db/schema'
import { fromColumns } from '../domain/columns'
import { eventFields } from '../domain/events/objects'
import type { EventRow } from '../domain/events/values'
import { emailKey } from '../objects/email'
import { personObject, type SubscriptionFacts, subscriptionObject } from '../objects/event-subscription'
import { wireInstant } from '../objects/instant'
import { permissionOf, type RsvpStatus } from '../objects/permissions'
import { publisherAsActor, readRelation } from '../objects/relation-rows'
import type { Row } from '../platform/d1'
import type { Viewer } from './viewer'

/** One event subscription in a viewer's view, ready to be sent but for its token. */
export type Item = {
  /** `{event}_{subscriber}` */
  readonly id: string
  readonly eventId: string
  readonly subscriberId: string
  /** Whether it is the viewer's own. */
  readonly own: boolean
  /** Epoch milliseconds. */
  readonly created: number
  readonly rsvp: RsvpStatus | null
  readonly json: string
  /** Of an own item: the event itself, its creation, and the calendars through which it is had (a JSON array). */
  readonly event: string | null
  readonly eventCreated: number
  readonly calendars: string
}

/** What items are made with beside their rows. */
export type Making = {
  readonly viewer: Viewer
  readonly publisher: { readonly id: number; readonly name: string }
  /** What shows of the viewer (`Look.profile`). */
  readonly profile: string
}

type Via = [calendarId: string, rank: number, since: number]

/** An own item from a row of `ownItems`; null where the event doesn't reach the viewer after all. */
export function toOwnItem(row: Row, making: Making): Item | null {
  const via = JSON.parse(String(row.via)) as Via[]
  const facts = row.relation
    ? readRelation(String(row.relation), making.publisher)
    : indirectFacts(row, via, making)
  if (!facts) return null
  const { personId } = making.viewer
  if (personId === null) return null
  const calendarIds = via.map(([id]) => id).sort()
  const seen = subscriptionObject({ ...facts, calendarIds }, { personId })
  const event = fromColumns<EventRow>(events, row)
  const creator =
    event.creatorId === ''
      ? publisherAsActor(making.publisher)
      : {
          id: event.creatorId,
          firstName: String(row.creator_first_name ?? ''),
          lastName: String(row.creator_last_name ?? ''),
        }
  const { actor, message, created } = facts
  return {
    ...base(facts, true),
    json: JSON.stringify(seen),
    event: JSON.stringify({
      ...eventFields(event, creator),
      permission: seen.permission,
      previous_permission: null,
      is_invitation: seen.is_invitation,
      invitation: actor && { actor: personObject(actor), message, created: wireInstant(created) },
      calendar_ids: calendarIds,
      rsvp_status: seen.rsvp_status,
    }),
    eventCreated: event.createdAt,
    calendars: JSON.stringify(calendarIds),
  }
}

/** Somebody else's item from a row of `othersItems`. */
export function toOthersItem(row: Row, { viewer, publisher }: Making): Item {
  const facts = readRelation(String(row.relation), publisher)
  const seenBy = viewer.personId === null ? 'service' : { personId: viewer.personId }
  return {
    ...base(facts, false),
    json: JSON.stringify(subscriptionObject(facts, seenBy)),
    event: null,
    eventCreated: 0,
    calendars: '[]',
  }
}

function base({ eventId, subscriber, created, rsvpStatus }: SubscriptionFacts, own: boolean) {
  const subscriberId = subscriber.id
  return { id: `${eventId}_${subscriberId}`, eventId, subscriberId, own, created, rsvp: rsvpStatus }
}

/** What an event that comes through calendars only is to the viewer, with what they answered. */
function indirectFacts(row: Row, via: readonly Via[], { viewer, profile }: Making): SubscriptionFacts | null {
  if (via.length === 0 || viewer.personId === null) return null
  const [, person] = JSON.parse(profile) as [string, string | null]
  if (person === null) return null
  const [firstName, lastName, tags, email, phone] = JSON.parse(person)
  const [rsvpStatus, acknowledged] = JSON.parse(String(row.answer ?? '[null,0]')) as [
    RsvpStatus | null,
    number,
  ]
  const highest = Math.max(...via.map(([, rank]) => rank))
  return {
    eventId: String(row.id),
    subscriber: {
      id: viewer.personId,
      firstName,
      lastName,
      tags: (JSON.parse(tags) as string[]).filter((tag) => tag !== ''),
      email: email === null ? null : emailKey(email),
      phone,
    },
    isInvitation: false,
    permission: permissionOf(acknowledged === 1 && highest % 2 === 1 ? highest + 1 : highest),
    actor: null,
    message: null,
    created: Math.min(...via.map(([, , since]) => since)),
    calendarIds: [],
    rsvpStatus,
    addressedEmail: null,
    addressedPhone: null,
  }
}
