import { type RouteConfig, z } from '@hono/zod-openapi'
import { describeRoutes } from '../../platform/openapi/describe'
import type { Document } from '../../platform/openapi/document'
import { CONSUME, GROUP, GROUP_USER, INIT, METADATA, NOTIFICATIONS } from './paths'

/** The reference of this surface: what a marketplace and its users' browsers send, and are answered. */

const message = z.object({ error: z.string() }).openapi('MarketplaceError')
const json = (schema: z.ZodType, description: string, example?: object) => ({
  description,
  content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
})
const failure = (description: string, error: string) => json(message, description, { error })
const page = (description: string) => ({
  description,
  content: { 'text/html': { schema: z.string(), example: '<!doctype html>…' } },
})
const tooMany = failure('Asked too often', 'Too many requests')
const text = (example: string) => z.string().openapi({ example })

/** A part of it, enough to know it by; whoever reads it takes the fields that are there. */
const metadata = {
  environment: 'production',
  app: { host: 'https://daybook.example' },
  api: { id: 'app-demo', version: '1.0.0', host: 'https://hub.example.com', base: '/api/v1/' },
  sso: { enabled: true, slo_enabled: true, init_path: INIT, consume_path: CONSUME, creation_mode: 'real' },
}

type Described = Pick<
  RouteConfig,
  'method' | 'path' | 'operationId' | 'summary' | 'request' | 'responses'
> & {
  /** Whether the marketplace shows its API id and key; browsers don't. */
  readonly credentials: boolean
}

const done = json(z.object({ success: z.literal(true) }), 'Done, or done before')
const never = { description: 'It was never known here: nothing to do' }

const described: readonly Described[] = [
  {
    method: 'get',
    path: METADATA,
    operationId: 'readMetadata',
    summary: 'Read how Daybook is set up for the marketplace',
    credentials: true,
    responses: { 200: json(z.record(z.string(), z.unknown()), 'Metadata, without any secret', metadata) },
  },
  {
    method: 'get',
    path: INIT,
    operationId: 'startSignOn',
    summary: 'Start single sign-on',
    credentials: false,
    request: { query: z.object({ group_id: text('cld-1').optional() }) },
    responses: {
      302: { description: 'To the marketplace, with a SAML AuthnRequest' },
      400: failure('The group_id is too long', 'Invalid group_id'),
      429: tooMany,
    },
  },
  {
    method: 'post',
    path: CONSUME,
    operationId: 'endSignOn',
    summary: 'End single sign-on: the marketplace’s SAML response, posted by the browser',
    credentials: false,
    request: {
      body: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: z.object({
              SAMLResponse: z
                .string()
                .openapi({ description: 'Base64', example: 'PHNhbWxwOlJlc3BvbnNlLz4=' }),
              RelayState: text('/portal/billing').optional(),
            }),
          },
        },
      },
    },
    responses: {
      303: { description: 'To the portal, with a session' },
      403: page('Not signed on; the log has the cause under the reference shown'),
      408: page('It did not come within 30 seconds'),
      413: page('More than 256 KiB'),
      429: tooMany,
    },
  },
  {
    method: 'delete',
    path: GROUP,
    operationId: 'cancelGroup',
    summary: 'Tell that a group’s subscription has ended',
    credentials: true,
    request: { params: z.object({ id: text('cld-1') }) },
    responses: { 200: done, 204: never },
  },
  {
    method: 'delete',
    path: GROUP_USER,
    operationId: 'removeGroupUser',
    summary: 'Tell that a user has left a group',
    credentials: true,
    request: { params: z.object({ group_id: text('cld-1'), id: text('usr-1') }) },
    responses: { 200: done, 204: never },
  },
  {
    method: 'post',
    path: NOTIFICATIONS,
    operationId: 'notify',
    summary: 'Tell of records that changed in the data hub',
    credentials: true,
    request: {
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))).openapi({
              description: 'Records by the name of their collection',
              example: { people: [{ id: 'person-1', group_id: 'cld-1', first_name: 'Ann' }] },
            }),
          },
        },
      },
    },
    responses: {
      200: json(z.object({}), 'It arrived; what can’t be used is in the log of the marketplace'),
      408: failure('It did not come within 30 seconds', 'The body did not come in time'),
      413: failure('More than 5 MiB', 'The body is too large'),
    },
  },
]

const securitySchemes = {
  marketplaceKey: {
    type: 'http',
    scheme: 'basic',
    description: 'The API id and key that the marketplace gave for this app.',
  },
} as const

const tags = [
  {
    name: 'Marketplace',
    description:
      'What a marketplace, its data hub and the browsers of its users send. Each path is with the name of the marketplace at its end, too.',
  },
]

/** A path with the name of the marketplace, and without. */
function bothPaths({ credentials, path, request, responses, ...route }: Described): RouteConfig[] {
  const common = {
    ...route,
    tags: ['Marketplace'],
    security: credentials ? [{ marketplaceKey: [] }] : [],
    responses: {
      ...responses,
      ...(credentials ? { 401: failure('Wrong or missing credentials', 'Invalid credentials') } : {}),
      404: failure('Unknown marketplace', 'Unknown marketplace'),
      500: failure('Our fault', 'Something went wrong on our side'),
    },
  }
  const written = path.replace(/:(\w+)/g, '{$1}')
  const params = z.object({ ...(request?.params as z.ZodObject | undefined)?.shape, tenant: text('demo') })
  return [
    { ...common, path: written, ...(request ? { request } : {}) },
    {
      ...common,
      path: `${written}/{tenant}`,
      operationId: `${route.operationId}Of`,
      summary: `${route.summary} (of a marketplace by name)`,
      request: { ...request, params },
    },
  ]
}

/** The reference of this surface. */
export function marketplaceReference(): Document {
  return describeRoutes(described.flatMap(bothPaths), { tags, securitySchemes })
}
