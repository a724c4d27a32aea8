import { createRoute, z } from '@hono/zod-openapi'
import { resealPage } from '../../domain/reseal'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'
import { databaseField, enterDatabase } from './home'

const resealing = z
  .object({
    examined: z.number().int().openapi({ description: 'Rows that this call looked at', example: 500 }),
    resealed: z.number().int().openapi({ description: 'Values sealed anew', example: 500 }),
    unopened: z.number().int().openapi({ description: 'Values that none of the keys opens', example: 0 }),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'What to send as `after`; null at the end', example: 'feed_addresses/500' }),
  })
  .openapi('Resealing')

const reseal = createRoute({
  method: 'post',
  path: '/operator/reseal',
  operationId: 'reseal',
  tags: ['Health'],
  security: [{ operator: [] }],
  summary: 'Seal a page of stored secrets anew, after a change of ENCRYPTION_KEY',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z.strictObject({
            database: databaseField,
            after: z.string().default('').openapi({ example: 'feed_addresses/500' }),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'What was done, and where to go on',
      content: { 'application/json': { schema: resealing } },
    },
    ...operatorErrors,
  },
})

/** `POST /operator/reseal`: repeated until there is no `next`, it leaves nothing that a former key sealed. */
export function registerReseal(app: OperatorApp): void {
  app.openapi(reseal, async (c) => {
    const { database, after } = c.req.valid('json')
    enterDatabase(c, database)
    return c.json(await resealPage(c.var.context, after), 200)
  })
}
