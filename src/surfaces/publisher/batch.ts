import { createRoute, z } from '@hono/zod-openapi'
import { DomainError, invalid } from '../../domain/errors'
import { createEvents, type NewEvent } from '../../domain/events/create'
import { deleteEvents } from '../../domain/events/delete'
import { listEvents, readEvents } from '../../domain/events/read'
import { fieldIssues, oneLine } from '../../domain/fields'
import { resolveSubscribers } from '../../domain/subscribers/subscribers'
import { errorOf, ok, publisherErrors, success } from './envelope'
import type { PublisherApp } from './environment'
import { newEventBody, targetOf } from './event-bodies'
import { eventType, id, idList, jsonBody, paging, queryFlag, requiresJson } from './fields'
import { listed } from './lists'
import { foldQuickLinks } from './quick-links'
import { eventAnswer, eventSchema } from './wire/event'

const tags = ['Batch']
const MAX_ITEMS = 500

/** What is wrong with one item is told up to here: an answer must not outgrow its request. */
const MAX_ERRORS = 5
const size = `Must have 1 to ${MAX_ITEMS} items.`

const idsBody = z
  .object({ ids: z.array(id, { error: size }).min(1, size).max(MAX_ITEMS, size) })
  .openapi({ example: { ids: ['66cc0f7da64cf7ee93658fbf', '66cc0f7da64cf7ee93658fc0'] } })

const list = createRoute({
  method: 'get',
  path: '/apiv2/batch/events',
  operationId: 'listEventsOfMany',
  tags,
  summary: 'List events of many subscribers',
  request: {
    query: z.object({
      ...paging(),
      ecal_id: idList(100).optional().openapi({ example: '652375ab635fd36a5e6695fb' }),
      referenceType: oneLine(64).optional(),
      type: eventType.default('private'),
      showPastEvents: queryFlag(true),
    }),
  },
  responses: { 200: ok(z.array(eventSchema)), ...publisherErrors },
})

const paymentDue = { name: 'Payment Due', allDay: true, ecal_id: '652375ab635fd36a5e6695fb' }

const itemSchema = z
  .object({
    index: z.number().int(),
    status: z.string(),
    id: z.string().optional(),
    reference: z.string().optional(),
    ecalId: z.string().optional(),
    calendarId: z.string().optional(),
    statusLong: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('BatchResult', {
    example: {
      index: 0,
      status: '200',
      id: '66cc0f7da64cf7ee93658fbf',
      reference: 'loan-7/2030-05',
      ecalId: '652375ab635fd36a5e6695fb',
      calendarId: '652375ab635fd36a5e6695fb_private',
    },
  })

const create = createRoute({
  method: 'post',
  path: '/apiv2/batch/events',
  operationId: 'createEvents',
  tags,
  summary: 'Make up to 500 events',
  middleware: requiresJson,
  request: {
    body: jsonBody(
      z.object({
        // Each item is judged by itself, so that one bad item harms no other.
        events: z
          .array(z.unknown().openapi({ allOf: [{ $ref: '#/components/schemas/NewEvent' }] }), { error: size })
          .min(1, size)
          .max(MAX_ITEMS, size)
          .openapi({
            example: [
              { ...paymentDue, reference: 'loan-7/2030-06', startDate: '2030-06-01' },
              { ...paymentDue, reference: 'loan-7/2030-07', startDate: '2030-07-01' },
            ],
          }),
      }),
    ),
  },
  responses: { 200: ok(z.array(itemSchema)), ...publisherErrors },
})

const search = createRoute({
  method: 'post',
  path: '/apiv2/batch/events/search',
  operationId: 'readEvents',
  tags,
  summary: 'Read up to 500 events by id',
  middleware: requiresJson,
  request: { body: jsonBody(idsBody) },
  responses: { 200: ok(z.array(eventSchema)), ...publisherErrors },
})

const remove = createRoute({
  method: 'delete',
  path: '/apiv2/batch/events',
  operationId: 'deleteEvents',
  tags,
  summary: 'Delete up to 500 events',
  middleware: requiresJson,
  request: { body: jsonBody(idsBody) },
  responses: {
    200: ok(z.array(z.object({ id, status: z.string().openapi({ example: '200' }) }))),
    ...publisherErrors,
  },
})

type Item = z.infer<typeof itemSchema>

/** An item as a new event, or what is wrong with it. */
function readItem(item: unknown): NewEvent | DomainError {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return invalid('', 'Must be an object.')
  const parsed = newEventBody.safeParse(foldQuickLinks(item as Record<string, unknown>))
  if (!parsed.success) return new DomainError('invalid', fieldIssues(parsed.error))
  try {
    return { fields: parsed.data, target: targetOf(parsed.data) }
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}

function refused(index: number, error: DomainError): Item {
  const { status, statusLong, errors } = errorOf(error)[1]
  return { index, status, statusLong, ...(errors ? { errors: errors.slice(0, MAX_ERRORS) } : {}) }
}

/** Events in batches (`publisher-api.md` 4.1). */
export function registerBatch(app: PublisherApp): void {
  app.openapi(list, async (c) => {
    const { context } = c.var
    const { ecal_id: ecalIds, ...filter } = c.req.valid('query')
    if (ecalIds === undefined && !filter.referenceType) {
      throw invalid('ecal_id', 'Must be given, or referenceType.')
    }
    const subscriberIds = ecalIds && (await resolveSubscribers(context, ecalIds))
    if (subscriberIds?.length === 0) throw new DomainError('not_found')
    const events = await listEvents(context, { ...filter, subscriberIds, showDraft: false })
    return listed(
      c,
      events.map((event) => eventAnswer(event, context.publisher)),
    )
  })

  app.openapi(create, async (c) => {
    const items = c.req.valid('json').events.map(readItem)
    const good = items.filter((item): item is NewEvent => !(item instanceof DomainError))
    const results = await createEvents(c.var.context, good)
    let next = 0
    const data = items.map((item, index): Item => {
      if (item instanceof DomainError) return refused(index, item)
      const result = results[next++]
      if (result === undefined || 'error' in result)
        return refused(index, result?.error ?? new DomainError('not_found'))
      const { id, reference, ownerId, calendarId } = result
      return { index, status: '200', id, reference, ecalId: ownerId, calendarId }
    })
    return c.json(success(data), 200)
  })

  app.openapi(search, async (c) => {
    const { context } = c.var
    const events = await readEvents(context, c.req.valid('json').ids)
    return c.json(success(events.map((event) => eventAnswer(event, context.publisher))), 200)
  })

  app.openapi(remove, async (c) => {
    const results = await deleteEvents(c.var.context, c.req.valid('json').ids)
    const status = { forbidden: '403', not_found: '404' } as const
    return c.json(
      success(results.map(({ id, refused }) => ({ id, status: refused ? status[refused] : '200' }))),
      200,
    )
  })
}
