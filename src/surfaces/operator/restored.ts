import { createRoute, z } from '@hono/zod-openapi'
import { seqsAbove } from '../../databases'
import { erasureRegister, erasuresToRepeat } from '../../domain/erasure'
import { noteRestore } from '../../domain/restored'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'
import { databaseField, enterDatabase } from './home'

const restored = createRoute({
  method: 'post',
  path: '/operator/restored',
  operationId: 'noteRestore',
  tags: ['Health'],
  security: [{ operator: [] }],
  summary: 'Say that the database was restored, before any traffic',
  request: {
    body: { content: { 'application/json': { schema: z.strictObject({ database: databaseField }) } } },
  },
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
  app.openapi(restored, async (c) => {
    const database = enterDatabase(c, c.req.valid('json').database)
    const { context } = c.var
    const register = erasureRegister(c.env)
    // One that was restored to before its beginning has a range of numbers all the same.
    const from = seqsAbove(database)
    const seq = await noteRestore(context, ({ seq, life }) =>
      register.jump(database, { seq: Math.max(seq, from), life }),
    )
    await erasuresToRepeat(context.db, context.now, (after, limit) => register.list(after, limit))
    return c.json({ seq }, 200)
  })
}
