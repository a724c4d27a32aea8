import { createRoute, z } from '@hono/zod-openapi'
import { assemble } from '../../platform/openapi/assemble'
import { describe } from '../../platform/openapi/describe'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'

const reference = createRoute({
  method: 'get',
  path: '/operator/openapi.json',
  operationId: 'readOperatorReference',
  tags: ['Health'],
  security: [{ operator: [] }],
  summary: 'Read this reference',
  responses: {
    200: {
      description: 'An OpenAPI document',
      content: {
        'application/json': {
          schema: z.looseObject({ openapi: z.string(), info: z.looseObject({ title: z.string() }) }).openapi({
            example: { openapi: '3.1.0', info: { title: 'Daybook operator API', version: '1' } },
          }),
        },
      },
    },
    ...operatorErrors,
  },
})

const tags = [
  { name: 'Publishers', description: 'The tenants of this deployment, their keys and their staff.' },
  { name: 'Clients', description: 'Client systems of the token service.' },
  { name: 'Businesses', description: 'Billers, whose accounts the payments surface keeps.' },
  { name: 'Marketplaces', description: 'Marketplaces, their companies, bills and imports.' },
  { name: 'Health', description: 'How this deployment stands, and what is done after a restore.' },
]

const securitySchemes = {
  operator: { type: 'http', scheme: 'bearer', description: 'The operator token of this deployment.' },
} as const

const info = {
  title: 'Daybook operator API',
  version: '1',
  description: 'For whoever runs this deployment: tenants and their credentials, marketplaces, health.',
  license: { name: 'MIT', identifier: 'MIT' },
}

/** `GET /operator/openapi.json` (`operator.md`). */
export function registerReference(app: OperatorApp): void {
  app.openAPIRegistry.registerPath(reference)
  let document: object | null = null
  app.get(reference.getRoutingPath(), (c) => {
    document ??= assemble({ info }, [describe(app, { tags, securitySchemes })])
    return c.json({ ...document, servers: [{ url: c.var.origin }] })
  })
}
