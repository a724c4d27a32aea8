import { createRoute, z } from '@hono/zod-openapi'
import { invalid } from '../../domain/errors'
import { changeEvent, changeEventsByType } from '../../domain/events/change'
import { createEvent } from '../../domain/events/create'
import { deleteEvent } from '../../domain/events/delete'
import { listEvents, readEvent } from '../../domain/events/read'
import { oneLine, timeZoneName } from '../../domain/fields'
import { resolveSubscriber } from '../../domain/subscribers/subscribers'
import { done, ok, okWithoutData, publisherErrors, success } from './envelope'
import type { PublisherApp } from './environment'
import { changedEventBody, newEventBody, targetOf } from './event-bodies'
import { date, eventType, id, idList, jsonBody, paging, queryFlag, requiresEventJson } from './fields'
import { listed } from './lists'
import { eventAnswer, eventSchema } from './wire/event'

const tags = ['Events']
const path = z.object({
  idOrReference: z
    .string()
    .openapi({ description: 'An id, or a reference, percent-encoded', example: '66cc0f7da64cf7ee93658fbf' }),
})
const owner = z.object({
  ecal_id: id.optional().openapi({
    description: 'Makes it a private event of this subscriber',
    example: '652375ab635fd36a5e6695fb',
  }),
})

const list = createRoute({
  method: 'get',
  path: '/apiv2/event',
  operationId: 'listEvents',
  tags,
  summary: 'List events',
  request: {
    query: z.object({
      ...paging(),
      ecal_id: id.optional(),
      type: eventType.optional(),
      calendarIds: idList(50).optional(),
      reference: oneLine(128).optional(),
      referenceType: oneLine(64).optional(),
      startDate: date.optional(),
      endDate: date.optional(),
      showPastEvents: queryFlag(false),
      showDraft: queryFlag(false),
      tz: timeZoneName.optional(),
    }),
  },
  responses: { 200: ok(z.array(eventSchema)), ...publisherErrors },
})

const read = createRoute({
  method: 'get',
  path: '/apiv2/event/{idOrReference}',
  operationId: 'readEvent',
  tags,
  summary: 'Read an event',
  request: { params: path },
  responses: { 200: ok(eventSchema), ...publisherErrors },
})

const create = createRoute({
  method: 'post',
  path: '/apiv2/event',
  operationId: 'createEvent',
  tags,
  summary: 'Make an event, public or private',
  middleware: requiresEventJson,
  request: { query: owner, body: jsonBody(newEventBody) },
  responses: { 200: ok(eventSchema), ...publisherErrors },
})

const change = createRoute({
  method: 'put',
  path: '/apiv2/event/{idOrReference}',
  operationId: 'changeEvent',
  tags,
  summary: 'Change an event',
  middleware: requiresEventJson,
  request: { params: path, query: owner, body: jsonBody(changedEventBody) },
  responses: { 200: ok(eventSchema), ...publisherErrors },
})

const remove = createRoute({
  method: 'delete',
  path: '/apiv2/event/{idOrReference}',
  operationId: 'deleteEvent',
  tags,
  summary: 'Delete an event',
  request: { params: path },
  responses: { 200: okWithoutData, ...publisherErrors },
})

const bulkSchema = z
  .object({
    referenceType: z.string(),
    matched: z.number().int(),
    updated: z.number().int(),
    ids: z.array(z.string()),
  })
  .openapi('BulkChange', {
    example: { referenceType: 'payment', matched: 2, updated: 1, ids: ['66cc0f7da64cf7ee93658fbf'] },
  })

const changeByType = createRoute({
  method: 'put',
  path: '/apiv2/events/{referenceType}',
  operationId: 'changeEventsByType',
  tags,
  summary: 'Change every event with a referenceType',
  middleware: requiresEventJson,
  request: {
    params: z.object({ referenceType: z.string().openapi({ example: 'payment' }) }),
    body: jsonBody(changedEventBody),
  },
  responses: { 200: ok(bulkSchema), ...publisherErrors },
})

/** Fields that tell events apart or place them: a bulk change has none of them. */
const notInBulk = ['reference', 'calendarId', 'ecalId', 'ecal_id', 'type'] as const

/** Events, public and private (`publisher-api.md` 4). */
export function registerEvents(app: PublisherApp): void {
  app.openapi(list, async (c) => {
    const { context } = c.var
    const { ecal_id: ecalId, tz, ...filter } = c.req.valid('query')
    const subscriberIds = ecalId === undefined ? undefined : [await resolveSubscriber(context, ecalId)]
    const events = await listEvents(context, { ...filter, subscriberIds })
    return listed(
      c,
      events.map((event) => eventAnswer(event, context.publisher, tz)),
    )
  })

  app.openapi(read, async (c) => {
    const event = await readEvent(c.var.context, c.req.valid('param').idOrReference)
    return c.json(success(eventAnswer(event, c.var.context.publisher)), 200)
  })

  app.openapi(create, async (c) => {
    const { context } = c.var
    const fields = c.req.valid('json')
    const created = await createEvent(context, {
      fields,
      target: targetOf(fields, c.req.valid('query').ecal_id),
    })
    return c.json(success(eventAnswer(await readEvent(context, created), context.publisher)), 200)
  })

  app.openapi(change, async (c) => {
    const { context } = c.var
    const fields = c.req.valid('json')
    const target = targetOf(fields, c.req.valid('query').ecal_id)
    const event = await changeEvent(context, c.req.valid('param').idOrReference, fields, target)
    return c.json(success(eventAnswer(event, context.publisher)), 200)
  })

  app.openapi(remove, async (c) => {
    await deleteEvent(c.var.context, c.req.valid('param').idOrReference)
    return c.json(done, 200)
  })

  app.openapi(changeByType, async (c) => {
    const { referenceType } = c.req.valid('param')
    const fields = c.req.valid('json')
    const given = notInBulk.find((field) => fields[field] !== undefined)
    if (given) throw invalid(given, 'Must be left out when many events are changed.')
    const result = await changeEventsByType(c.var.context, referenceType, fields)
    return c.json(success({ referenceType, ...result, ids: [...result.ids] }), 200)
  })
}
