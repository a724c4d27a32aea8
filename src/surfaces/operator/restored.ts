import { createRoute, z } from '@hono/zod-openapi'
import { databaseNumbers, inDatabase } from '../../databases'
import { erasureRegister, erasuresToRepeat } from '../../domain/erasure'
import { invalid } from '../../domain/errors'
import { noteRestore } from '../../domain/restored'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'
import { enter } from './home'

const restoredInput = z.strictObject({
  database: z
    .number({ error: 'Must be the number of a database.' })
    .int()
    .optional()
    .openapi({ description: 'Which one was restored, where there are several; 0 is the first', example: 0 }),
})

const restored = createRoute({
  method: 'post',
  path: '/operator/restored',
  operationId: 'noteRestore',
  tags: ['Health'],
  security: [{ operator: [] }],
  summary: 'Say that the database was restored, before any traffic',
  request: { body: { content: { 'application/json': { schema: restoredInput } } } },
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
    const numbers = databaseNumbers(c.env)
    const { database = numbers.length === 1 ? 0 : undefined } = c.req.valid('json')
    if (database === undefined) throw invalid('database', 'Is required, as there are several databases.')
    if (!numbers.includes(database)) throw invalid('database', 'There is no database of this number.')
    enter(c, inDatabase(c.env, database))
    const { context } = c.var
    const seq = await noteRestore(context)
    const register = erasureRegister(c.env)
    await erasuresToRepeat(context.db, context.now, (after, limit) => register.list(after, limit))
    return c.json({ seq }, 200)
  })
}
