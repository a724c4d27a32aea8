import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { DomainError } from '../../domain/errors'
import {
  changeOwnEvent,
  createOwnEvent,
  deleteOwnEvent,
  listServiceEvents,
  type OwnEventChange,
  readServiceEvent,
} from '../../domain/own-events'
import { type EventQuery, timelineOf } from '../../timeline'
import { authenticated, authenticatedByTimeline } from './authenticate'
import { parseBody, readsJson } from './bodies'
import { countSync } from './count-sync'
import { answerItems, answerNothing, answerText, eventsErrors } from './envelope'
import type { EventsApp, EventsEnv } from './environment'
import { patchedEvent, toChange, toNewEvent, wholeEvent } from './event-fields'
import { eventBody, eventPatch, eventSchema } from './event-wire'
import { Parameters } from './parameters'
import { eventsQuery } from './query-shapes'
import { addRoute } from './routes'
import { listOf, syncOf } from './wire'

const tags = ['Events of apps']
const params = z.object({ id: z.string().openapi({ example: '665f1c2ab9d0c1e2f3a4b5c6' }) })
const item = { 200: listOf(eventSchema, 'The event'), ...eventsErrors }
const body = { required: true, content: { 'application/json': { schema: eventBody } } }
const patchBody = { required: true, content: { 'application/json': { schema: eventPatch } } }
const changed = {
  200: syncOf(eventSchema, 'The event, or what is left of it for the caller'),
  ...eventsErrors,
}

const list = {
  method: 'get',
  path: '/events',
  operationId: 'listOwnEvents',
  tags,
  summary: 'List the caller’s events, or what changed since a sync token',
  before: [authenticatedByTimeline],
  request: { query: eventsQuery },
  responses: { 200: syncOf(eventSchema, 'A page'), ...eventsErrors },
} as const

const read = {
  method: 'get',
  path: '/events/{id}',
  operationId: 'readOwnEvent',
  tags,
  summary: 'Read an event',
  before: [authenticated('Service.read')],
  request: { params },
  responses: item,
} as const

const create = {
  method: 'post',
  path: '/events',
  operationId: 'createOwnEvent',
  tags,
  summary: 'Make an event of one’s own',
  before: [authenticated('Service.write'), readsJson],
  request: { body },
  responses: item,
} as const

const replace = {
  method: 'put',
  path: '/events/{id}',
  operationId: 'replaceOwnEvent',
  tags,
  summary: 'Replace an event',
  before: [authenticated('Service.write'), readsJson],
  request: { params, body },
  responses: changed,
} as const

const patch = {
  method: 'patch',
  path: '/events/{id}',
  operationId: 'changeOwnEvent',
  tags,
  summary: 'Change an event, its calendars or one’s own answer',
  before: [authenticated('Service.write'), readsJson],
  request: { params, body: patchBody },
  responses: changed,
} as const

const remove = {
  method: 'delete',
  path: '/events/{id}',
  operationId: 'deleteOwnEvent',
  tags,
  summary: 'Delete an event with all relations',
  before: [authenticated('Service.write')],
  request: { params },
  responses: { 204: { description: 'Deleted' }, ...eventsErrors },
} as const

/** What of the list is asked for. @throws DomainError `invalid`, `filter_not_syncable` */
function queryOf(parameters: Parameters, isService: boolean): EventQuery {
  const syncToken = parameters.integer('sync_token', null)
  const query = {
    ids: parameters.list('ids'),
    serviceIds: parameters.list('service_ids'),
    calendarIds: parameters.list('calendar_ids'),
    anyCalendarIds: parameters.list('calendar_ids__or'),
    syncToken,
    ...parameters.order(syncToken),
    ...parameters.page(),
  }
  parameters.check()
  const leavable = query.serviceIds ?? query.calendarIds ?? query.anyCalendarIds
  if (syncToken !== null && leavable !== null) throw new DomainError('filter_not_syncable')
  // A service has no subscriptions of its own, whose tokens events would bear.
  if (isService && query.orderBy === 'sync_token') throw new DomainError('filter_not_syncable')
  if (isService && syncToken !== null) throw new DomainError('filter_not_syncable')
  return query
}

const idOf = (c: Context<EventsEnv>) => c.req.param('id') ?? ''
const isService = (c: Context<EventsEnv>) => c.var.context.acting.kind === 'service'
const syncTokenOf = (c: Context<EventsEnv>) => timelineOf(c.env, c.var.viewer).syncToken(c.var.viewer)

/** Answers one event as the caller sees it. @throws DomainError `event_not_found` */
async function answerOne(
  c: Context<EventsEnv>,
  id: string,
  meta: Record<string, unknown> = {},
): Promise<Response> {
  if (isService(c)) {
    const event = await readServiceEvent(c.var.context, id)
    return answerItems(c, [event], { sync_token: await syncTokenOf(c), ...meta })
  }
  const { viewer } = c.var
  const { item: found, syncToken } = await timelineOf(c.env, viewer).readEvent(viewer, id)
  if (found === null) throw new DomainError('event_not_found')
  return answerText(c, `[${found}]`, { sync_token: syncToken, ...meta })
}

async function change(c: Context<EventsEnv>, wanted: OwnEventChange): Promise<Response> {
  await changeOwnEvent(c.var.context, idOf(c), wanted)
  try {
    return await answerOne(c, idOf(c))
  } catch (error) {
    const isGone = error instanceof DomainError && error.code === 'event_not_found'
    if (isGone && !isService(c)) return answerGone(c)
    throw error
  }
}

/** Answers what is left of an event that its changer took out of their own sight: as a sync tells it. */
async function answerGone(c: Context<EventsEnv>): Promise<Response> {
  const { viewer } = c.var
  const none = { serviceIds: null, calendarIds: null, anyCalendarIds: null }
  const page = { orderBy: 'sync_token', ascending: true, limit: 1, offset: 0 } as const
  const query = { ...none, ...page, ids: [idOf(c)], syncToken: 0 }
  const listed = await timelineOf(c.env, viewer).listEvents(viewer, query)
  if (!listed.ok) throw new DomainError(listed.refusal)
  return answerText(c, listed.items, { sync_token: listed.syncToken })
}

/** The caller's events (`event-subscriptions.md` 10). */
export function registerEvents(app: EventsApp): void {
  addRoute(app, list, async (c) => {
    const query = queryOf(Parameters.of(c.req.url), isService(c))
    const { offset, limit } = query
    const { viewer, tokenHash, context } = c.var
    if (isService(c)) {
      const { items, count } = await listServiceEvents(context, query)
      countSync(c)
      return answerItems(c, items, { sync_token: await syncTokenOf(c), count, offset, limit })
    }
    const listed = await timelineOf(c.env, viewer).listEvents(viewer, query, tokenHash)
    if (!listed.ok) throw new DomainError(listed.refusal)
    countSync(c)
    const { items, count, syncToken } = listed
    return answerText(c, items, { sync_token: syncToken, count, offset, limit })
  })

  addRoute(app, read, (c) => answerOne(c, idOf(c), { count: 1, offset: 0, limit: 1 }))

  addRoute(app, create, async (c) => {
    if (isService(c)) throw new DomainError('forbidden')
    const wanted = toNewEvent(parseBody(wholeEvent, c.var.body))
    return answerOne(c, await createOwnEvent(c.var.context, wanted))
  })

  addRoute(app, replace, (c) => change(c, toChange(parseBody(wholeEvent, c.var.body))))

  addRoute(app, patch, (c) => change(c, toChange(parseBody(patchedEvent, c.var.body))))

  addRoute(app, remove, async (c) => {
    await deleteOwnEvent(c.var.context, idOf(c))
    return answerNothing(c)
  })
}
