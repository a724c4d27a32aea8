import { eventObject } from '../objects/event'
import { subscriptionObject } from '../objects/event-subscription'
import { readRelation } from '../objects/relation-rows'
import { scheduleObject } from '../objects/schedule'
import { calendarLabel, locationObject } from '../objects/subscriber'
import { wants } from '../webhooks/message-types'
import type { ScheduleSnapshot } from './log-accounts'
import { readEventSnapshot, readSubscriberSnapshot, type SubscriberSnapshot } from './snapshots'

/** A change that carries a message, as the dispatcher reads it. */
export type MessageChange = {
  readonly seq: number
  readonly publisherId: number
  readonly orgId: number
  readonly at: number
  readonly type: string
  readonly payload: string
}

/** A message as it is stored and sent: its bytes are fixed when it is made. */
export type Message = {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly body: string
  /** The flat body of the `ecal` format; null where this message has none. */
  readonly ecalBody: string | null
}

/** The message that a change carries (`webhooks.md` 3). */
function makeMessage(change: MessageChange): Message {
  const { seq, type, at } = change
  const data = { sequence: seq, ...dataOf(change) }
  return {
    id: `msg_${seq}`,
    type,
    at,
    body: JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }),
    ecalBody: ecalBodyOf(change),
  }
}

/** A ping: sent on request, by no change. */
export function makePing(id: string, webhookId: string, at: number): Message {
  const type = 'webhook.ping'
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: { webhookId } })
  return { id, type, at, body, ecalBody: null }
}

/** A message as it is stored: its row of `webhook_messages`, `ecal` being the flat body. */
export type MessageRow = {
  readonly id: string
  readonly publisher: number
  readonly seq: number
  readonly type: string
  readonly at: number
  readonly body: string
  readonly ecal: string | null
}

export function messageRow(change: MessageChange): MessageRow {
  const { id, type, at, body, ecalBody } = makeMessage(change)
  return { id, publisher: change.publisherId, seq: change.seq, type, at, body, ecal: ecalBody }
}

/** Whether an endpoint gets the message of a change: committed after it was made, of a type and format it takes. */
export function isMeantFor(
  listener: {
    readonly publisherId: number
    readonly events: readonly string[]
    readonly format: 'standard' | 'ecal'
    readonly sinceSeq: number
  },
  change: MessageChange,
): boolean {
  return (
    listener.publisherId === change.publisherId &&
    change.seq > listener.sinceSeq &&
    wants(listener.events, change.type) &&
    (listener.format === 'standard' || isForEcal(change))
  )
}

/** The `ecal` format is for subscriptions through the widget only. */
function isForEcal({ type, payload }: MessageChange): boolean {
  if (type === 'subscriber.subscribed') return true
  return type === 'subscriber.updated' && readSubscriberSnapshot(payload).about.reason === 'resubscribed'
}

function dataOf({ type, payload, publisherId, orgId }: MessageChange): object {
  if (type.startsWith('event.')) {
    const event = readEventSnapshot(payload)
    const { ownerId, creatorId, calendarId } = event
    return { ecalId: ownerId || creatorId, calendarId, event: eventObject(event, { id: publisherId, orgId }) }
  }
  if (type.startsWith('event_subscription.')) return subscriptionData(type, payload)
  if (type === 'contact.verification_requested') return verificationData(JSON.parse(payload))
  if (type.startsWith('subscriber.') && type !== 'subscriber.merged') {
    const person = readSubscriberSnapshot(payload)
    return { ...subscriberData(person), ...person.about }
  }
  if (type.startsWith('schedule.')) return scheduleData(JSON.parse(payload))
  return JSON.parse(payload)
}

/** `payments.md` 11: the schedule and its state as of the change. */
function scheduleData(schedule: ScheduleSnapshot) {
  const { accountId, businessAccountId, subscriberId, status, date, note } = schedule
  return {
    accountId,
    businessAccountId,
    subscriberId,
    schedule: scheduleObject(schedule),
    status,
    date,
    note,
  }
}

/** `event-subscriptions.md` 11: the item as a service sees it; the message with a new one, to be delivered. */
function subscriptionData(type: string, payload: string) {
  const { relation, publisher } = JSON.parse(payload)
  const facts = readRelation(relation, publisher)
  const { isPlaceholder: placeholder, message } = facts
  const seen = subscriptionObject(facts, 'service')
  if (type === 'event_subscription.removed') {
    const { id, event_id, subscriber } = seen
    const eventSubscription = { id, event_id, subscriber: { id: subscriber.id }, permission: 'removed' }
    return { eventSubscription, placeholder }
  }
  return {
    eventSubscription: seen,
    placeholder,
    ...(type === 'event_subscription.created' ? { message } : {}),
  }
}

/** What asks a client to hand a code over. The code itself is put in at each attempt (`webhooks/codes.ts`). */
function verificationData(request: {
  ecalId: string
  email: string | null
  phoneNumber: string | null
  expires: number
}) {
  const { ecalId, email, phoneNumber, expires } = request
  return { ecalId, email, phoneNumber, code: '', expires: new Date(expires).toISOString() }
}

/** `webhooks.md` 3.1: the person as of the change. No feed address. */
function subscriberData(person: SubscriberSnapshot) {
  return {
    ecalId: person.id,
    email: person.email,
    emailVerified: person.emailVerified,
    reference: person.reference,
    publisherId: person.publisherId,
    widgetId: person.widgetId,
    application: person.application,
    calendarIds: person.calendars.map((calendar) => calendar.id),
    calendarNames: person.calendars.map(calendarLabel),
    privateCalendarId: person.calendars.find((calendar) => calendar.isPrivate)?.id ?? '',
    first_name: person.firstName,
    last_name: person.lastName,
    name: person.name,
    mobile: person.mobile,
    location: locationObject(person.location),
    ip: person.ip,
    os: person.os,
    device: person.device,
    referringPage: person.referringPage,
    custom: JSON.parse(person.custom),
    isActive: person.state === 'active',
    subscribedAt: new Date(person.subscribedAt).toISOString(),
  }
}

/** `webhooks.md` 3.2: the dialect's flat payload, for subscriptions through the widget only. */
function ecalBodyOf(change: MessageChange): string | null {
  const { payload, at } = change
  if (!isForEcal(change)) return null
  const data = subscriberData(readSubscriberSnapshot(payload))
  return JSON.stringify({
    ecalId: data.ecalId,
    email: data.email,
    timestamp: Math.floor(at / 1000),
    application: data.application,
    widgetId: data.widgetId,
    publisherId: data.publisherId,
    reference: data.reference,
    calendarIds: data.calendarIds,
    calendarNames: data.calendarNames,
    first_name: data.first_name,
    last_name: data.last_name,
    name: data.name,
    mobile: data.mobile,
    location: data.location,
    ip: data.ip,
    os: data.os,
    device: data.device,
    data: data.custom,
    emailVerified: data.emailVerified,
  })
}
