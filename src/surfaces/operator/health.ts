import { createRoute, z } from '@hono/zod-openapi'
import { inEach } from '../../databases'
import { databaseAnswers, type Figures, readFigures, together } from '../../domain/health'
import { clock } from '../../platform/clock'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'

const seconds = z.number().int()
const count = z.number().int()
const dueFigures = z.object({ due: count, oldestDueSeconds: seconds }).optional()

const example: Figures & { ok: boolean; d1: boolean } = {
  ok: true,
  d1: true,
  changes: { latest: 4711, undispatched: 0, oldestUndispatchedSeconds: 0 },
  webhooks: { pending: 2, failed: 0, oldestPendingSeconds: 4, overdueSeconds: 0 },
  timelines: { viewers: 1200, live: 3 },
  erasures: { pending: 0, oldestPendingSeconds: 0 },
  bills: { due: 0, oldestDueSeconds: 0 },
  imports: { due: 0, oldestDueSeconds: 0 },
  pushes: { due: 0, oldestDueSeconds: 0 },
  sources: { due: 1, oldestDueSeconds: 12 },
  database: { bytes: 52_428_800 },
}

const healthSchema = z
  .object({
    ok: z
      .boolean()
      .openapi({ description: 'Whether there are figures, of each database where there are several' }),
    d1: z.boolean().openapi({ description: 'Whether the database answers within 5 s' }),
    changes: z.object({ latest: count, undispatched: count, oldestUndispatchedSeconds: seconds }).optional(),
    webhooks: z
      .object({ pending: count, failed: count, oldestPendingSeconds: seconds, overdueSeconds: seconds })
      .optional(),
    timelines: z.object({ viewers: count, live: count }).optional(),
    erasures: z.object({ pending: count, oldestPendingSeconds: seconds }).optional(),
    bills: dueFigures,
    imports: dueFigures,
    pushes: dueFigures,
    sources: dueFigures,
    database: z.object({ bytes: count }).optional(),
  })
  .openapi('Health', { example })

const health = createRoute({
  method: 'get',
  path: '/operator/health',
  operationId: 'readHealth',
  tags: ['Health'],
  security: [{ operator: [] }],
  summary: 'Figures of this deployment',
  responses: {
    200: { description: 'The figures', content: { 'application/json': { schema: healthSchema } } },
    ...operatorErrors,
  },
})

/** `GET /operator/health`: how far everything is behind, over all databases. It answers 200 whatever they do. */
export function registerHealth(app: OperatorApp): void {
  app.openapi(health, async (c) => {
    const now = clock.now()
    const each = await Promise.all(
      inEach(c.env).map(({ DB }) => {
        const db = DB.withSession('first-primary')
        return Promise.all([readFigures(db, now), databaseAnswers(db)])
      }),
    )
    const found = each.flatMap(([figures]) => figures ?? [])
    const d1 = each.every(([, answers]) => answers)
    return c.json({ ok: found.length === each.length, d1, ...together(found) }, 200)
  })
}
