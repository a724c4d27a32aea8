import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { MarketplaceEnv } from './environment'
import { CONSUME, GROUP, GROUP_USER, INIT, METADATA } from './paths'

/** The reference of this surface: what a marketplace and its users' browsers send, and are answered. */

const message = z.object({ error: z.string() }).openapi('MarketplaceError')
const json = (schema: z.ZodType, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const page = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } })
const text = (example: string) => z.string().openapi({ example })

type Described = Pick<RouteConfig, 'method' | 'path' | 'summary' | 'request' | 'responses'> & {
  /** Whether the marketplace shows its API id and key; browsers don't. */
  readonly credentials: boolean
}

const done = json(z.object({ success: z.literal(true) }), 'Done, or done before')
const never = { description: 'It was never known here: nothing to do' }

const described: readonly Described[] = [
  {
    method: 'get',
    path: METADATA,
    summary: 'Read how Daybook is set up for the marketplace',
    credentials: true,
    responses: { 200: json(z.record(z.string(), z.unknown()), 'Metadata, without any secret') },
  },
  {
    method: 'get',
    path: INIT,
    summary: 'Start single sign-on',
    credentials: false,
    request: { query: z.object({ group_id: text('cld-1').optional() }) },
    responses: {
      302: { description: 'To the marketplace, with a SAML AuthnRequest' },
      400: json(message, 'The group_id is too long'),
    },
  },
  {
    method: 'post',
    path: CONSUME,
    summary: 'End single sign-on: the marketplace’s SAML response, posted by the browser',
    credentials: false,
    request: {
      body: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: z.object({
              SAMLResponse: z.string().openapi({ description: 'Base64' }),
              RelayState: text('/portal/billing').optional(),
            }),
          },
        },
      },
    },
    responses: {
      303: { description: 'To the portal, with a session' },
      403: page('Not signed on; the log has the cause under the reference shown'),
      413: page('More than 256 KiB'),
    },
  },
  {
    method: 'delete',
    path: GROUP,
    summary: 'Tell that a group’s subscription has ended',
    credentials: true,
    request: { params: z.object({ id: text('cld-1') }) },
    responses: { 200: done, 204: never },
  },
  {
    method: 'delete',
    path: GROUP_USER,
    summary: 'Tell that a user has left a group',
    credentials: true,
    request: { params: z.object({ group_id: text('cld-1'), id: text('usr-1') }) },
    responses: { 200: done, 204: never },
  },
]

/** Tells the app's registry of its paths, each with and without the marketplace's name. */
export function registerReference(app: OpenAPIHono<MarketplaceEnv>): void {
  const { openAPIRegistry: registry } = app
  registry.registerComponent('securitySchemes', 'marketplace', { type: 'http', scheme: 'basic' })
  for (const { credentials, path, request, responses, ...route } of described) {
    const common = {
      ...route,
      tags: ['Marketplace'],
      security: credentials ? [{ marketplace: [] }] : [],
      responses: {
        ...responses,
        ...(credentials ? { 401: json(message, 'Wrong or missing credentials') } : {}),
        404: json(message, 'Unknown marketplace'),
      },
    }
    const written = path.replace(/:(\w+)/g, '{$1}')
    registry.registerPath({ ...common, path: written, ...(request ? { request } : {}) })
    const params = z.object({ ...(request?.params as z.ZodObject | undefined)?.shape, tenant: text('demo') })
    registry.registerPath({ ...common, path: `${written}/{tenant}`, request: { ...request, params } })
  }
}
