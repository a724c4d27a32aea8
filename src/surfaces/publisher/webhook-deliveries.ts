import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { dispatchChanges, wakeEndpoint } from '../../changes'
import { readEndpoint } from '../../domain/webhooks/endpoints'
import {
  type DeliveryEntry,
  listDeliveries,
  pingEndpoint,
  readDelivery,
  replayDelivery,
  replaySpan,
} from '../../domain/webhooks/log'
import { messageTypes } from '../../webhooks/message-types'
import { ok, publisherErrors, refuse, success } from './envelope'
import type { PublisherApp, PublisherEnv } from './environment'
import { allowsJson, instant, jsonBody, paging, requiresJson } from './fields'
import { listed } from './lists'

const tags = ['Webhooks']
const path = z.object({ id: z.string().openapi({ example: '66cc0f7964b36a314725e151' }) })
const deliveryPath = path.extend({ messageId: z.string().openapi({ example: 'msg_4711' }) })

const attemptSchema = z.object({
  at: z.string(),
  status: z.number().int(),
  durationMs: z.number().int(),
  error: z.string(),
  replay: z.boolean(),
})

const example = {
  messageId: 'msg_4711',
  type: 'event.updated',
  status: 'delivered' as const,
  created: '2030-04-01T00:00:00.000Z',
  nextAttemptAt: null,
  attempts: [{ at: '2030-04-01T00:00:01.000Z', status: 204, durationMs: 87, error: '', replay: false }],
}

const deliverySchema = z
  .object({
    messageId: z.string(),
    type: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    created: z.string(),
    nextAttemptAt: z.string().nullable(),
    attempts: z.array(attemptSchema),
  })
  .openapi('WebhookDelivery', { example })

const wholeSchema = deliverySchema
  .extend({ body: z.string() })
  .openapi('WholeWebhookDelivery', { example: { ...example, body: '{"type":"event.updated","data":{}}' } })

function deliveryAnswer(entry: DeliveryEntry): z.infer<typeof deliverySchema> {
  const iso = (at: number) => new Date(at).toISOString()
  return {
    messageId: entry.messageId,
    type: entry.type,
    status: entry.status,
    created: iso(entry.createdAt),
    nextAttemptAt: entry.nextAttemptAt === null ? null : iso(entry.nextAttemptAt),
    attempts: entry.attempts.map(({ at, ...attempt }) => ({ at: iso(at), ...attempt })),
  }
}

const list = createRoute({
  method: 'get',
  path: '/apiv2/webhook/{id}/deliveries',
  operationId: 'listDeliveries',
  tags,
  summary: 'Read the delivery log, newest first',
  request: {
    params: path,
    query: z.object({
      ...paging(),
      status: z
        .enum(['pending', 'delivered', 'failed'], { error: 'Must be pending, delivered or failed.' })
        .optional(),
      type: z.enum(messageTypes, { error: 'Must be a type of message.' }).optional(),
      since: instant.optional(),
    }),
  },
  responses: { 200: ok(z.array(deliverySchema)), ...publisherErrors },
})

const read = createRoute({
  method: 'get',
  path: '/apiv2/webhook/{id}/deliveries/{messageId}',
  operationId: 'readDelivery',
  tags,
  summary: 'Read one delivery, with its body',
  request: { params: deliveryPath },
  responses: {
    200: ok(wholeSchema),
    ...publisherErrors,
  },
})

const messageIdSchema = z.object({ messageId: z.string().openapi({ example: 'msg_4711' }) })

const test = createRoute({
  method: 'post',
  path: '/apiv2/webhook/{id}/test',
  operationId: 'pingWebhook',
  tags,
  summary: 'Send a ping',
  middleware: allowsJson,
  request: { params: path },
  responses: { 200: ok(messageIdSchema), ...publisherErrors },
})

const replay = createRoute({
  method: 'post',
  path: '/apiv2/webhook/{id}/deliveries/{messageId}/replay',
  operationId: 'replayDelivery',
  tags,
  summary: 'Send a message again',
  middleware: allowsJson,
  request: { params: deliveryPath },
  responses: { 200: ok(messageIdSchema), ...publisherErrors },
})

const replayAll = createRoute({
  method: 'post',
  path: '/apiv2/webhook/{id}/replay',
  operationId: 'replayDeliveries',
  tags,
  summary: 'Send every message of a span again',
  middleware: requiresJson,
  request: {
    params: path,
    body: jsonBody(
      z.object({
        since: instant.openapi({ example: '2030-04-01T00:00:00.000Z' }),
        until: instant.nullable().optional(),
      }),
    ),
  },
  responses: { 200: ok(z.object({ queued: z.number().int().openapi({ example: 3 }) })), ...publisherErrors },
})

/** Whether an endpoint has had its replay calls of this minute. */
async function isOverLimit(c: HonoContext<PublisherEnv>, endpointId: string): Promise<boolean> {
  const key = `${c.var.context.publisher.id} ${endpointId}`
  return !(await c.env.REPLAY_RATE.limit({ key })).success
}

/** Wakes an endpoint for what was just recorded as due; should that fail, the sweep does. */
function wakeSoon(c: HonoContext<PublisherEnv>, endpointId: string): void {
  c.executionCtx.waitUntil(wakeEndpoint(c.env, endpointId).catch(() => {}))
}

/** The delivery log, pings and replays (`webhooks.md` 6). */
export function registerWebhookDeliveries(app: PublisherApp): void {
  app.openapi(list, async (c) => {
    const { page, limit, ...filter } = c.req.valid('query')
    const span = { offset: (page - 1) * limit, limit }
    const entries = await listDeliveries(c.var.context, c.req.valid('param').id, { ...filter, ...span })
    return listed(c, entries.map(deliveryAnswer))
  })

  app.openapi(read, async (c) => {
    const { id, messageId } = c.req.valid('param')
    const { body, ...entry } = await readDelivery(c.var.context, id, messageId)
    return c.json(success({ ...deliveryAnswer(entry), body }), 200)
  })

  app.openapi(test, async (c) => {
    const { id } = c.req.valid('param')
    const messageId = await pingEndpoint(c.var.context, id)
    wakeSoon(c, id)
    return c.json(success({ messageId }), 200)
  })

  app.openapi(replay, async (c) => {
    const { id, messageId } = c.req.valid('param')
    if (await isOverLimit(c, id)) return refuse(c, 429, { 'Retry-After': '60' }) as never
    await replayDelivery(c.var.context, id, messageId)
    wakeSoon(c, id)
    return c.json(success({ messageId }), 200)
  })

  app.openapi(replayAll, async (c) => {
    const { id } = c.req.valid('param')
    if (await isOverLimit(c, id)) return refuse(c, 429, { 'Retry-After': '60' }) as never
    const { since, until } = c.req.valid('json')
    // What was committed and not yet dispatched gets its own schedule first.
    await readEndpoint(c.var.context, id)
    await dispatchChanges(c.env, c.var.context.now)
    const queued = await replaySpan(c.var.context, id, since, until ?? c.var.context.now)
    if (queued > 0) wakeSoon(c, id)
    return c.json(success({ queued }), 200)
  })
}
