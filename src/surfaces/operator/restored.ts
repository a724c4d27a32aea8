import { createRoute, z } from '@hono/zod-openapi'
import { noteRestore } from '../../domain/restored'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'

const restored = createRoute({
  method: 'post',
  path: '/operator/restored',
  operationId: 'noteRestore',
  tags: ['Health'],
  security: [{ operator: [] }],
  summary: 'Say that the database was restored, before any traffic',
  request: { body: { content: { 'application/json': { schema: z.strictObject({}) } } } },
  responses: {
    200: {
      description: 'The sequence number from which changes go on',
      content: { 'application/json': { schema: z.object({ seq: z.number().int() }) } },
    },
    ...operatorErrors,
  },
})

/** `POST /operator/restored` (`operator.md`). */
export function registerRestored(app: OperatorApp): void {
  app.openapi(restored, async (c) => c.json({ seq: await noteRestore(c.var.context) }, 200))
}
