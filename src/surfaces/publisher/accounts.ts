import { createRoute, z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { DomainError } from '../../domain/errors'
import { oneLine, optional, timeZoneName } from '../../domain/fields'
import { createPublisher, listPublishers, type PublisherView } from '../../domain/tenants'
import { ok, publisherErrors, success } from './envelope'
import type { PublisherApp, PublisherEnv } from './environment'
import { jsonBody, paging, requiresJson } from './fields'
import { listed } from './lists'

const tags = ['Accounts']

/** Lets partners in only, before anything of the request is looked at. */
const partnersOnly = createMiddleware<PublisherEnv>((c, next) => {
  if (!c.var.context.publisher.isPartner) throw new DomainError('forbidden')
  return next()
})

const example = {
  id: 12280,
  orgId: 4191,
  name: 'Acme Lending',
  reference: 'acme',
  timezone: 'Australia/Melbourne',
  companyType: 'lender',
  apiKey: '6f0c2d1e9b7a4c53',
  widgetId: '66cc0f7964b36a314725e152',
  created: '2030-04-01T00:00:00.000Z',
}

const accountSchema = z
  .object({
    id: z.number().int(),
    orgId: z.number().int(),
    name: z.string(),
    reference: z.string(),
    timezone: z.string(),
    companyType: z.string(),
    apiKey: z.string(),
    apiSecret: z.string().optional().openapi({ description: 'Where it was just made: shown this once' }),
    widgetId: z.string(),
    created: z.string(),
  })
  .openapi('Account', { example })

const list = createRoute({
  method: 'get',
  path: '/apiv2/account',
  operationId: 'listAccounts',
  tags,
  summary: 'List the publishers that this partner made',
  middleware: partnersOnly,
  request: { query: z.object({ ...paging(), reference: oneLine(128).optional() }) },
  responses: { 200: ok(z.array(accountSchema)), ...publisherErrors },
})

const create = createRoute({
  method: 'post',
  path: '/apiv2/account',
  operationId: 'createAccount',
  tags,
  summary: 'Make a publisher (partner keys only)',
  middleware: [partnersOnly, requiresJson] as const,
  request: {
    body: jsonBody(
      z.object({
        name: oneLine(250, 1).openapi({ example: 'Acme Lending' }),
        reference: optional(oneLine(128)).openapi({ example: 'acme' }),
        timezone: optional(timeZoneName),
        companyType: optional(oneLine(64)),
      }),
    ),
  },
  responses: {
    200: ok(accountSchema, 'Made', { ...example, apiSecret: '9c1185a5c5e9fc54612808977ee8f548' }),
    ...publisherErrors,
  },
})

function accountAnswer(publisher: PublisherView, apiKey: string, widgetId: string, apiSecret?: string) {
  const { id, orgId, name, reference, timezone, companyType } = publisher
  return {
    id,
    orgId,
    name,
    reference,
    timezone,
    companyType,
    apiKey,
    ...(apiSecret === undefined ? {} : { apiSecret }),
    widgetId,
    created: new Date(publisher.createdAt).toISOString(),
  }
}

/** Accounts of a partner (`publisher-api.md` 6). */
export function registerAccounts(app: PublisherApp): void {
  app.openapi(list, async (c) => {
    const { context } = c.var
    const { page, limit, reference } = c.req.valid('query')
    const filter = { partnerId: context.publisher.id, reference, limit, offset: (page - 1) * limit }
    const publishers = await listPublishers(context, filter)
    return listed(
      c,
      publishers.map((publisher) => accountAnswer(publisher, publisher.apiKey, publisher.widgetId)),
    )
  })

  app.openapi(create, async (c) => {
    const { context } = c.var
    const { name, reference, timezone, companyType } = c.req.valid('json')
    const made = await createPublisher(context, {
      name,
      timezone: timezone ?? context.publisher.timezone,
      defaultRegion: context.publisher.defaultRegion,
      isPartner: false,
      partnerId: context.publisher.id,
      reference: reference ?? '',
      companyType: companyType ?? '',
    })
    return c.json(success(accountAnswer(made.publisher, made.apiKey, made.widgetId, made.apiSecret)), 200)
  })
}
