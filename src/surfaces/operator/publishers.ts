import { createRoute, z } from '@hono/zod-openapi'
import { atNewHome, inEach } from '../../databases'
import { DomainError } from '../../domain/errors'
import { oneLine, timeZoneName } from '../../domain/fields'
import { isPhoneRegion } from '../../domain/subscribers/profile'
import {
  createKey,
  createPublisher,
  type ListedPublisher,
  listPublishers,
  type PublisherView,
  revokeKey,
} from '../../domain/tenants'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'
import { enter } from './home'

const tags = ['Publishers']
const security = [{ operator: [] }]
const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const publisherShape = {
  id: z.number().int().openapi({ example: 12279 }),
  orgId: z.number().int().openapi({ example: 4191 }),
  name: z.string().openapi({ example: 'Acme Lending' }),
  timezone: z.string().openapi({ example: 'Australia/Melbourne' }),
  defaultRegion: z.string().openapi({ example: 'AU' }),
  apiKey: z.string().openapi({ example: '6f0c2d1e9b7a4c53' }),
  widgetId: z.string().openapi({ example: '66cc0f7964b36a314725e152' }),
}

const secret = z.string().openapi({ example: '9c1185a5c5e9fc54612808977ee8f548' })
const madeSchema = z.object({ ...publisherShape, apiSecret: secret }).openapi('MadePublisher')
const publisherSchema = z
  .object({
    ...publisherShape,
    partner: z.boolean(),
    reference: z.string(),
    created: z.string().openapi({ example: '2030-01-01T00:00:00.000Z' }),
  })
  .openapi('Publisher')

const publisherPath = z.object({ id: z.string().openapi({ example: '12279' }) })

const create = createRoute({
  method: 'post',
  path: '/operator/publishers',
  operationId: 'createPublisher',
  tags,
  security,
  summary: 'Make a publisher',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            name: oneLine(250, 1).openapi({ example: 'Acme Lending' }),
            timezone: timeZoneName.default('UTC'),
            partner: z.boolean({ error: 'Must be true or false.' }).default(false),
            defaultRegion: oneLine(2)
              .refine(isPhoneRegion, { error: 'Must be an ISO 3166 country code such as AU.' })
              .default('AU'),
          }),
        },
      },
    },
  },
  responses: { 201: json(madeSchema, 'Made; the secret is shown this once'), ...operatorErrors },
})

const list = createRoute({
  method: 'get',
  path: '/operator/publishers',
  operationId: 'listPublishers',
  tags,
  security,
  summary: 'List publishers',
  request: {
    query: z.object({
      limit: z.coerce.number({ error: 'Must be a whole number.' }).int().min(1).max(100).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/, 'Must be the next of the page before.')
        .default('0'),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(publisherSchema), next: z.string().optional() }), 'Oldest first'),
    ...operatorErrors,
  },
})

const read = createRoute({
  method: 'get',
  path: '/operator/publishers/{id}',
  operationId: 'readPublisher',
  tags,
  security,
  summary: 'Read a publisher',
  request: { params: publisherPath },
  responses: { 200: json(publisherSchema, 'The publisher'), ...operatorErrors },
})

const keySchema = z
  .object({
    apiKey: z.string().openapi({ example: '6f0c2d1e9b7a4c53' }),
    apiSecret: secret,
    md5: z.boolean(),
    requireNonce: z.boolean(),
    expiresAt: z.string().nullable(),
  })
  .openapi('ApiKey')

const addKey = createRoute({
  method: 'post',
  path: '/operator/publishers/{id}/keys',
  operationId: 'createKey',
  tags,
  security,
  summary: 'Give a publisher another key',
  request: {
    params: publisherPath,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            md5: z.boolean({ error: 'Must be true or false.' }).default(true),
            requireNonce: z.boolean({ error: 'Must be true or false.' }).default(false),
            expiresAt: z.iso
              .datetime({ offset: true, error: 'Must be an ISO 8601 instant.' })
              .nullable()
              .default(null),
          }),
        },
      },
    },
  },
  responses: { 201: json(keySchema, 'Made; the secret is shown this once'), ...operatorErrors },
})

const removeKey = createRoute({
  method: 'delete',
  path: '/operator/publishers/{id}/keys/{apiKey}',
  operationId: 'revokeKey',
  tags,
  security,
  summary: 'Revoke a key',
  request: { params: publisherPath.extend({ apiKey: z.string().openapi({ example: '6f0c2d1e9b7a4c53' }) }) },
  responses: { 204: { description: 'Revoked: it answers 403 from then on' }, ...operatorErrors },
})

function publicFacts({ id, orgId, name, timezone, defaultRegion }: PublisherView) {
  return { id, orgId, name, timezone, defaultRegion }
}

function publisherAnswer(publisher: ListedPublisher): z.infer<typeof publisherSchema> {
  return {
    ...publicFacts(publisher),
    apiKey: publisher.apiKey,
    widgetId: publisher.widgetId,
    partner: publisher.isPartner,
    reference: publisher.reference,
    created: new Date(publisher.createdAt).toISOString(),
  }
}

/** A publisher's id in a path: what has not its shape is unknown. @throws DomainError `not_found` */
function idOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new DomainError('not_found')
  return Number(text)
}

/** Publishers and their keys (`operator.md`). */
export function registerPublishers(app: OperatorApp): void {
  app.openapi(create, async (c) => {
    const { partner, ...values } = c.req.valid('json')
    enter(c, await atNewHome(c.env))
    const made = await createPublisher(c.var.context, {
      ...values,
      isPartner: partner,
      partnerId: null,
      reference: '',
      companyType: '',
    })
    const { apiKey, apiSecret, widgetId } = made
    return c.json({ ...publicFacts(made.publisher), apiKey, apiSecret, widgetId }, 201)
  })

  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const found: ListedPublisher[] = []
    // Ids rise from database to database.
    for (const { DB } of inEach(c.env)) {
      const wanted = limit + 1 - found.length
      if (wanted === 0) break
      const db = DB.withSession('first-primary')
      found.push(...(await listPublishers({ db }, { partnerId: null, after: Number(cursor), limit: wanted })))
    }
    const page = found.slice(0, limit)
    const next = found.length > limit ? { next: String(page.at(-1)?.id) } : {}
    return c.json({ data: page.map(publisherAnswer), ...next }, 200)
  })

  app.openapi(read, async (c) => {
    const id = idOf(c.req.valid('param').id)
    const [found] = await listPublishers(c.var.context, { partnerId: null, id, limit: 1 })
    if (!found) throw new DomainError('not_found')
    return c.json(publisherAnswer(found), 200)
  })

  app.openapi(addKey, async (c) => {
    const { md5, requireNonce, expiresAt } = c.req.valid('json')
    const policy = { md5, requireNonce, expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }
    const made = await createKey(c.var.context, idOf(c.req.valid('param').id), policy)
    const expires = policy.expiresAt === null ? null : new Date(policy.expiresAt).toISOString()
    return c.json({ ...made, md5, requireNonce, expiresAt: expires }, 201)
  })

  app.openapi(removeKey, async (c) => {
    const { id, apiKey } = c.req.valid('param')
    await revokeKey(c.var.context, idOf(id), apiKey)
    return c.body(null, 204)
  })
}
