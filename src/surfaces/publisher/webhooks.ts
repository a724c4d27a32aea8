import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { invalid } from '../../domain/errors'
import { characters, flag, oneLine, optional } from '../../domain/fields'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type EndpointRow,
  listEndpoints,
  readEndpoint,
  rotateSecret,
} from '../../domain/webhooks/endpoints'
import { ecalTypes, messageTypes } from '../../webhooks/message-types'
import { secretBytes } from '../../webhooks/signing'
import { checkAddress } from './addresses'
import { done, ok, okWithoutData, publisherErrors, success } from './envelope'
import type { PublisherApp, PublisherEnv } from './environment'
import { allowsJson, jsonBody, paging, requiresJson } from './fields'
import { listed } from './lists'

const tags = ['Webhooks']
const path = z.object({ id: z.string().openapi({ example: '66cc0f7964b36a314725e151' }) })

const secret = z.string({ error: 'Must be a text.' }).refine((value) => secretBytes(value) !== null, {
  error: 'Must be whsec_ and the base64 of 24 to 64 bytes.',
})

/** The text of a key: taken as it is, its bytes are the key. */
const keyText = z
  .string({ error: 'Must be a text.' })
  .refine((value) => value.isWellFormed() && characters(value) >= 8 && characters(value) <= 256, {
    error: 'Must have 8 to 256 characters.',
  })

const shape = {
  url: oneLine(2000, 1).openapi({ example: 'https://example.com/daybook' }),
  events: optional(
    z
      .array(z.enum(['*', ...messageTypes], { error: `Must be * or one of ${messageTypes.join(', ')}.` }), {
        error: 'Must be an array of types.',
      })
      .min(1, 'Must not be empty.'),
  ).openapi({ example: ['subscriber.subscribed', 'subscriber.updated'] }),
  format: optional(z.enum(['standard', 'ecal'], { error: 'Must be standard or ecal.' })),
  encryptionSecret: optional(keyText),
  description: optional(oneLine(250)),
  active: optional(flag),
}

const newEndpoint = z.object({ ...shape, secret: secret.nullable().optional() }).openapi('NewWebhookEndpoint')
const changedEndpoint = z
  .object({ ...shape, secret: z.unknown().openapi({ description: 'Refused: `rotate-secret` changes it' }) })
  .partial()
  .openapi('ChangedWebhookEndpoint', { example: { events: ['*'], active: true } })

const noticeTexts = {
  gone: 'The endpoint answered 410 Gone and was disabled. Enable it again when it is back.',
  failing: 'The endpoint failed for five days and was disabled. Enable it again when it is back.',
  failing_soon: 'The endpoint has been failing for three days or more. After five it will be disabled.',
} as const

const instant = z.string().nullable()

const example = {
  id: '66cc0f7964b36a314725e151',
  url: 'https://example.com/daybook',
  events: ['subscriber.subscribed', 'subscriber.updated'],
  format: 'standard' as const,
  description: '',
  active: true,
  encrypted: false,
  disabledReason: '' as const,
  disabledAt: null,
  failingSince: null,
  lastSuccessAt: '2030-04-02T00:00:00.000Z',
  lastFailureAt: null,
  notice: null,
  created: '2030-04-01T00:00:00.000Z',
  modified: '2030-04-01T00:00:00.000Z',
}

const endpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    format: z.enum(['standard', 'ecal']),
    description: z.string(),
    active: z.boolean(),
    encrypted: z.boolean(),
    disabledReason: z.enum(['', 'manual', 'gone', 'failing']),
    disabledAt: instant,
    failingSince: instant,
    lastSuccessAt: instant,
    lastFailureAt: instant,
    notice: z.object({ code: z.string(), message: z.string(), at: z.string() }).nullable(),
    created: z.string(),
    modified: z.string(),
    secret: z.string().optional().openapi({ description: 'Where it was just made: shown this once' }),
  })
  .openapi('WebhookEndpoint', { example })

const iso = (at: number) => new Date(at).toISOString()
const isoOrNull = (at: number | null) => (at === null ? null : iso(at))

function endpointAnswer(endpoint: EndpointRow): z.infer<typeof endpointSchema> {
  const { notice, noticeAt } = endpoint
  return {
    id: endpoint.id,
    url: endpoint.url,
    events: endpoint.events,
    format: endpoint.format,
    description: endpoint.description,
    active: endpoint.active,
    encrypted: endpoint.encryptionSecretSealed !== null,
    disabledReason: endpoint.disabledReason,
    disabledAt: isoOrNull(endpoint.disabledAt),
    failingSince: isoOrNull(endpoint.failingSince),
    lastSuccessAt: isoOrNull(endpoint.lastSuccessAt),
    lastFailureAt: isoOrNull(endpoint.lastFailureAt),
    notice: notice === null ? null : { code: notice, message: noticeTexts[notice], at: iso(noticeAt ?? 0) },
    created: iso(endpoint.createdAt),
    modified: iso(endpoint.modifiedAt),
  }
}

const responses = { 200: ok(endpointSchema), ...publisherErrors }

/** Where a secret was just made. */
const withSecret = {
  200: ok(endpointSchema, 'The secret is shown this once', {
    ...example,
    secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  }),
  ...publisherErrors,
}

const list = createRoute({
  method: 'get',
  path: '/apiv2/webhook',
  operationId: 'listWebhooks',
  tags,
  summary: 'List webhook endpoints',
  request: { query: z.object(paging()) },
  responses: { 200: ok(z.array(endpointSchema)), ...publisherErrors },
})

const read = createRoute({
  method: 'get',
  path: '/apiv2/webhook/{id}',
  operationId: 'readWebhook',
  tags,
  summary: 'Read a webhook endpoint',
  request: { params: path },
  responses,
})

const create = createRoute({
  method: 'post',
  path: '/apiv2/webhook',
  operationId: 'createWebhook',
  tags,
  summary: 'Make a webhook endpoint',
  middleware: requiresJson,
  request: { body: jsonBody(newEndpoint) },
  responses: withSecret,
})

const change = createRoute({
  method: 'put',
  path: '/apiv2/webhook/{id}',
  operationId: 'changeWebhook',
  tags,
  summary: 'Change a webhook endpoint',
  middleware: requiresJson,
  request: { params: path, body: jsonBody(changedEndpoint) },
  responses,
})

const remove = createRoute({
  method: 'delete',
  path: '/apiv2/webhook/{id}',
  operationId: 'deleteWebhook',
  tags,
  summary: 'Delete a webhook endpoint',
  request: { params: path },
  responses: { 200: okWithoutData, ...publisherErrors },
})

const rotate = createRoute({
  method: 'post',
  path: '/apiv2/webhook/{id}/rotate-secret',
  operationId: 'rotateWebhookSecret',
  tags,
  summary: 'Give a webhook endpoint a new secret',
  middleware: allowsJson,
  request: {
    params: path,
    body: jsonBody(
      z.object({
        secret: secret.nullable().optional(),
        overlapHours: z
          .int({ error: 'Must be a whole number from 0 to 168.' })
          .min(0, 'Must be a whole number from 0 to 168.')
          .max(168, 'Must be a whole number from 0 to 168.')
          .nullable()
          .optional()
          .openapi({ example: 24 }),
      }),
    ),
  },
  responses: withSecret,
})

type Body = z.infer<typeof changedEndpoint>

/** Refuses what the format doesn't take. @throws DomainError `invalid` */
function checkFormat(format: 'standard' | 'ecal', events: readonly string[], isEncrypted: boolean): void {
  if (format === 'standard') {
    if (isEncrypted) throw invalid('encryptionSecret', 'Only the ecal format is encrypted.')
    return
  }
  const strange = events.find((type) => !ecalTypes.includes(type))
  if (strange) throw invalid('events', `The ecal format knows ${ecalTypes.join(', ')}.`)
}

/** What a body gives, null being the default. */
function fromWire(body: Body) {
  const { url, events, format, description, active } = body
  const given = {
    url,
    events: events === null ? ['*'] : events,
    format: format === null ? ('standard' as const) : format,
    description: description === null ? '' : description,
    active: active === null ? true : active,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<{
    url: string
    events: string[]
    format: 'standard' | 'ecal'
    description: string
    active: boolean
  }>
}

/** Webhook endpoints (`webhooks.md` 1). */
export function registerWebhooks(app: PublisherApp): void {
  app.openapi(list, async (c) => {
    const endpoints = await listEndpoints(c.var.context, c.req.valid('query'))
    return listed(c, endpoints.map(endpointAnswer))
  })

  app.openapi(read, async (c) => {
    return c.json(success(endpointAnswer(await readEndpoint(c.var.context, c.req.valid('param').id))), 200)
  })

  app.openapi(create, async (c) => {
    const body = c.req.valid('json')
    const values = {
      events: ['*'],
      format: 'standard' as const,
      description: '',
      active: true,
      ...fromWire(body),
      url: body.url,
    }
    checkAddress(c, 'url', values.url)
    checkFormat(values.format, values.events, Boolean(body.encryptionSecret))
    const secrets = { secret: body.secret ?? undefined, encryptionSecret: body.encryptionSecret }
    const made = await createEndpoint(c.var.context, values, secrets)
    return c.json(success({ ...endpointAnswer(made.endpoint), secret: made.secret }), 200)
  })

  app.openapi(change, async (c) => {
    const body = c.req.valid('json')
    if (body.secret !== undefined) throw invalid('secret', 'Is changed by rotate-secret only.')
    const endpoint = await changed(c, c.req.valid('param').id, body)
    return c.json(success(endpointAnswer(endpoint)), 200)
  })

  app.openapi(remove, async (c) => {
    await deleteEndpoint(c.var.context, c.req.valid('param').id)
    return c.json(done, 200)
  })

  app.openapi(rotate, async (c) => {
    const { secret, overlapHours } = c.req.valid('json')
    const rotated = await rotateSecret(c.var.context, c.req.valid('param').id, {
      secret: secret ?? undefined,
      overlapHours: overlapHours ?? 24,
    })
    return c.json(success({ ...endpointAnswer(rotated.endpoint), secret: rotated.secret }), 200)
  })
}

async function changed(c: HonoContext<PublisherEnv>, id: string, body: Body): Promise<EndpointRow> {
  const { context } = c.var
  const values = fromWire(body)
  if (values.url !== undefined) checkAddress(c, 'url', values.url)
  const before = await readEndpoint(context, id)
  const stays = before.encryptionSecretSealed !== null && body.encryptionSecret === undefined
  checkFormat(
    values.format ?? before.format,
    values.events ?? before.events,
    stays || Boolean(body.encryptionSecret),
  )
  return changeEndpoint(context, id, values, { encryptionSecret: body.encryptionSecret })
}
