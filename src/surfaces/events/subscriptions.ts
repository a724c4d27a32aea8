import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { toContacts } from '../../domain/contacts/values'
import { DomainError, rateLimited } from '../../domain/errors'
import {
  type Addressee,
  changeRelation,
  partsOf,
  type RelationChange,
  relationAsMade,
  removeRelation,
  subscribeToEvent,
} from '../../domain/relations'
import { type SubscriptionQuery, timelineOf } from '../../timeline'
import { authenticated, authenticatedByTimeline } from './authenticate'
import { jsonBody, parseBody, readsJson } from './bodies'
import { countSync } from './count-sync'
import { answerItems, answerNothing, answerText, eventsErrors } from './envelope'
import type { EventsApp, EventsEnv } from './environment'
import { Parameters } from './parameters'
import { subscriptionsQuery } from './query-shapes'
import { addRoute } from './routes'
import { newSubscription, patchedSubscription, patchShape, replacedSubscription } from './subscription-fields'
import { listOf, subscriptionSchema, syncOf } from './wire'

const tags = ['Event subscriptions']
const named = {
  params: z.object({
    id: z.string().openapi({ example: '665f1c2ab9d0c1e2f3a4b5c6_652375ab635fd36a5e6695fb' }),
  }),
}
const item = { 200: listOf(subscriptionSchema, 'The event subscription'), ...eventsErrors }

const list = {
  method: 'get',
  path: '/event-subscriptions',
  operationId: 'listEventSubscriptions',
  tags,
  summary: 'List event subscriptions, or what changed since a sync token',
  before: [authenticatedByTimeline],
  request: { query: subscriptionsQuery },
  responses: { 200: syncOf(subscriptionSchema, 'A page'), ...eventsErrors },
} as const

const read = {
  method: 'get',
  path: '/event-subscriptions/{id}',
  operationId: 'readEventSubscription',
  tags,
  summary: 'Read an event subscription',
  before: [authenticated('Service.read')],
  request: named,
  responses: item,
} as const

const create = {
  method: 'post',
  path: '/event-subscriptions',
  operationId: 'createEventSubscription',
  tags,
  summary: 'Relate a person to an event, by id, e-mail address or phone number',
  before: [authenticated('Service.write'), readsJson],
  request: { body: jsonBody(newSubscription) },
  responses: item,
} as const

const replace = {
  method: 'put',
  path: '/event-subscriptions/{id}',
  operationId: 'replaceEventSubscription',
  tags,
  summary: 'Replace an event subscription',
  before: [authenticated('Service.write'), readsJson],
  request: { ...named, body: jsonBody(replacedSubscription) },
  responses: item,
} as const

const patch = {
  method: 'patch',
  path: '/event-subscriptions/{id}',
  operationId: 'changeEventSubscription',
  tags,
  summary: 'Change permission, answer or invitation of an event subscription',
  before: [authenticated('Service.write'), readsJson],
  request: { ...named, body: jsonBody(patchShape) },
  responses: item,
} as const

const remove = {
  method: 'delete',
  path: '/event-subscriptions/{id}',
  operationId: 'removeEventSubscription',
  tags,
  summary: 'Remove a direct relation',
  before: [authenticated('Service.write')],
  request: named,
  responses: { 204: { description: 'Removed' }, ...eventsErrors },
} as const

/** What of the list is asked for. @throws DomainError `invalid`, `filter_not_syncable` */
function queryOf(parameters: Parameters): SubscriptionQuery {
  const syncToken = parameters.integer('sync_token', null)
  const rsvpStatus = parameters.word(
    'rsvp_status',
    ['not_replied', 'attending', 'not_attending', 'null'],
    null,
  )
  const query = {
    eventIds: parameters.list('event_ids'),
    subscriberIds: parameters.list('subscriber_ids'),
    serviceIds: parameters.list('service_ids'),
    rsvpStatus,
    syncToken,
    ...parameters.order(syncToken),
    ...parameters.page(),
  }
  parameters.check()
  if (syncToken !== null && (rsvpStatus !== null || query.serviceIds !== null)) {
    throw new DomainError('filter_not_syncable')
  }
  return query
}

/** @throws DomainError `relation_not_found` for what is no id of an event subscription */
function idParts(id: string): { eventId: string; subscriberId: string } {
  const parts = partsOf(id)
  if (!parts) throw new DomainError('relation_not_found')
  return parts
}

/** Answers one item as the caller sees it. @throws DomainError `relation_not_found` */
async function answerOne(
  c: Context<EventsEnv>,
  id: string,
  meta: Record<string, unknown> = {},
): Promise<Response> {
  const { item: found, syncToken } = await timelineOf(c.env, c.var.viewer).readSubscription(c.var.viewer, id)
  if (found === null) throw new DomainError('relation_not_found')
  return answerText(c, `[${found}]`, { sync_token: syncToken, ...meta })
}

const idOf = (c: Context<EventsEnv>) => c.req.param('id') ?? ''

/** Event subscriptions (`event-subscriptions.md` 8). */
export function registerSubscriptions(app: EventsApp): void {
  addRoute(app, list, async (c) => {
    const query = queryOf(Parameters.of(c.req.url))
    const { viewer, tokenHash } = c.var
    const listed = await timelineOf(c.env, viewer).listSubscriptions(viewer, query, tokenHash)
    if (!listed.ok) throw new DomainError(listed.refusal)
    countSync(c)
    const { items, syncToken, count } = listed
    const { offset, limit } = query
    return answerText(c, items, { sync_token: syncToken, count, offset, limit })
  })

  addRoute(app, read, (c) => {
    const id = idOf(c)
    idParts(id)
    return answerOne(c, id, { count: 1, offset: 0, limit: 1 })
  })

  addRoute(app, create, async (c) => {
    const { context, viewer } = c.var
    const wanted = parseBody(newSubscription, c.var.body)
    const addressee = addresseeOf(c, wanted.subscriber)
    const isByContact = !('id' in addressee)
    if (isByContact && viewer.personId !== null) {
      const wait = await timelineOf(c.env, viewer).countContactPost()
      if (wait !== null) throw rateLimited(wait)
    }
    const { subscriberId, created } = await subscribeToEvent(context, {
      eventId: wanted.event_id,
      addressee,
      permission: wanted.permission ?? 'invited_read',
      isInvitation: wanted.is_invitation ?? false,
      rsvpStatus: wanted.rsvp_status ?? null,
      message: wanted.message ?? null,
      firstName: wanted.subscriber.first_name ?? '',
      lastName: wanted.subscriber.last_name ?? '',
    })
    return answerMade(c, wanted.event_id, subscriberId, created)
  })

  addRoute(app, replace, async (c) => {
    const id = idOf(c)
    const wanted = parseBody(replacedSubscription, c.var.body)
    const subscriberId = wanted.subscriber.id ?? wanted.subscriber.user_id ?? ''
    const issues = []
    const must = 'Must be the one of the path.'
    if (wanted.event_id !== id.split('_')[0]) issues.push({ field: 'event_id', message: must })
    if (subscriberId !== id.split('_')[1]) issues.push({ field: 'subscriber.id', message: must })
    if (issues.length > 0) throw new DomainError('invalid', issues)
    return change(c, id, {
      permission: wanted.permission,
      isInvitation: wanted.is_invitation,
      rsvpStatus: wanted.rsvp_status ?? undefined,
      message: wanted.message,
    })
  })

  addRoute(app, patch, async (c) => {
    const wanted = parseBody(patchedSubscription, c.var.body)
    return change(c, idOf(c), {
      permission: wanted.permission,
      isInvitation: wanted.is_invitation,
      rsvpStatus: wanted.rsvp_status,
    })
  })

  addRoute(app, remove, async (c) => {
    const { eventId, subscriberId } = idParts(idOf(c))
    await removeRelation(c.var.context, eventId, subscriberId)
    return answerNothing(c)
  })
}

/** Answers what a POST made or found, also to a maker who doesn't see it in lists. */
async function answerMade(
  c: Context<EventsEnv>,
  eventId: string,
  subscriberId: string,
  created: boolean,
): Promise<Response> {
  const { context, viewer } = c.var
  const found = await timelineOf(c.env, viewer).readSubscription(viewer, `${eventId}_${subscriberId}`)
  const meta = { sync_token: found.syncToken, created }
  if (found.item !== null) return answerText(c, `[${found.item}]`, meta)
  const made = await relationAsMade(context, eventId, subscriberId)
  if (made === null) throw new DomainError('relation_not_found')
  return answerItems(c, [{ ...made, sync_token: found.syncToken }], meta)
}

async function change(c: Context<EventsEnv>, id: string, wanted: RelationChange): Promise<Response> {
  const { eventId, subscriberId } = idParts(id)
  await changeRelation(c.var.context, eventId, subscriberId, wanted)
  return answerOne(c, id)
}

type WireAddressee = z.output<typeof newSubscription>['subscriber']

/** Whom a POST is for: with an id the contacts are ignored. @throws DomainError `invalid` */
function addresseeOf(c: Context<EventsEnv>, wire: WireAddressee): Addressee {
  const id = wire.id ?? wire.user_id
  if (id !== undefined && id !== null) return { id }
  return toContacts(
    { email: wire.email ?? null, phone: wire.phone_number ?? wire.phonenumber ?? null },
    c.var.context.publisher.defaultRegion,
    'subscriber.',
  )
}
