import { z } from '@hono/zod-openapi'
import { listSeenCalendars, readSeenCalendar } from '../../domain/calendars/seen'
import { DomainError } from '../../domain/errors'
import { authenticated } from './authenticate'
import { answerItems, eventsErrors } from './envelope'
import type { EventsApp } from './environment'
import { calendarSchema } from './event-wire'
import { Parameters } from './parameters'
import { calendarsQuery } from './query-shapes'
import { addRoute } from './routes'
import { listOf } from './wire'

const tags = ['Calendars of apps']

const list = {
  method: 'get',
  path: '/calendars',
  operationId: 'listSeenCalendars',
  tags,
  summary: 'List the calendars that the caller sees',
  before: [authenticated('Service.read')],
  request: { query: calendarsQuery },
  responses: { 200: listOf(calendarSchema, 'A page'), ...eventsErrors },
} as const

const read = {
  method: 'get',
  path: '/calendars/{id}',
  operationId: 'readSeenCalendar',
  tags,
  summary: 'Read a calendar',
  before: [authenticated('Service.read')],
  request: { params: z.object({ id: z.string().openapi({ example: '66cc0f7964b36a314725e151' }) }) },
  responses: { 200: listOf(calendarSchema, 'The calendar'), ...eventsErrors },
} as const

/** The calendars that the caller sees (`event-subscriptions.md` 10). They are written where they live. */
export function registerCalendars(app: EventsApp): void {
  addRoute(app, list, async (c) => {
    const parameters = Parameters.of(c.req.url)
    const query = {
      ids: parameters.list('ids'),
      serviceIds: parameters.list('service_ids'),
      categories: parameters.list('categories'),
      ...parameters.page(),
    }
    parameters.check()
    if (parameters.has('sync_token')) throw new DomainError('filter_not_syncable')
    const { items, count } = await listSeenCalendars(c.var.context, query)
    return answerItems(c, items, { count, offset: query.offset, limit: query.limit })
  })

  addRoute(app, read, async (c) => {
    const calendar = await readSeenCalendar(c.var.context, c.req.param('id') ?? '')
    return answerItems(c, [calendar], { count: 1, offset: 0, limit: 1 })
  })
}
