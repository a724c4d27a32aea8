import { type RouteConfig, z } from '@hono/zod-openapi'
import { describeRoutes } from '../../platform/openapi/describe'
import type { Document } from '../../platform/openapi/document'
import { DOCS_PATH, HEALTH_PATH, OPENAPI_PATH, POSTMAN_PATH } from './paths'

const tag = 'Reference'

const tags = [{ name: tag, description: 'This reference, and whether the service is up.' }]

const json = (schema: z.ZodType, description: string, example: object) => ({
  description,
  content: { 'application/json': { schema, example } },
})

const health = z.object({ ok: z.boolean() })

const route = (path: string, operationId: string, summary: string) => ({
  method: 'get' as const,
  path,
  operationId,
  summary,
  tags: [tag],
})

const routes: readonly RouteConfig[] = [
  {
    ...route(HEALTH_PATH, 'readHealth', 'Ask whether the service is up'),
    responses: {
      200: json(health, 'It is', { ok: true }),
      503: json(health, 'Its database does not answer', { ok: false }),
    },
  },
  {
    ...route(OPENAPI_PATH, 'readReference', 'Read this reference as an OpenAPI document'),
    responses: {
      200: json(z.looseObject({ openapi: z.string() }), 'The document', { openapi: '3.1.0' }),
      304: { description: 'As it was' },
    },
  },
  {
    ...route(
      POSTMAN_PATH,
      'downloadCollection',
      'Download the calls as a Postman collection that signs them',
    ),
    responses: {
      200: json(z.looseObject({ info: z.looseObject({}) }), 'The collection', { info: { name: 'Daybook' } }),
      304: { description: 'As it was' },
    },
  },
  {
    ...route(DOCS_PATH, 'openReference', 'Open this reference as a page'),
    responses: {
      200: {
        description: 'The page',
        content: { 'text/html': { schema: z.string(), example: '<!doctype html>…' } },
      },
    },
  },
]

/** The reference of the reference. */
export function docsReference(): Document {
  return describeRoutes(routes, { tags })
}
