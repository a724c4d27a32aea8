import { createRoute, z } from '@hono/zod-openapi'
import {
  databaseAnswers,
  readDeliveryFigures,
  readErasureFigures,
  readLogFigures,
  readTimelineFigures,
} from '../../domain/health'
import { clock } from '../../platform/clock'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'

const healthSchema = z
  .object({
    ok: z.boolean(),
    d1: z.boolean(),
    changes: z
      .object({
        latest: z.number().int(),
        undispatched: z.number().int(),
        oldestUndispatchedSeconds: z.number().int(),
      })
      .optional(),
    webhooks: z
      .object({
        pending: z.number().int(),
        failed: z.number().int(),
        oldestPendingSeconds: z.number().int(),
      })
      .optional(),
    timelines: z.object({ viewers: z.number().int(), live: z.number().int() }).optional(),
    erasures: z.object({ pending: z.number().int(), oldestPendingSeconds: z.number().int() }).optional(),
  })
  .openapi('Health', {
    example: {
      ok: true,
      d1: true,
      changes: { latest: 4711, undispatched: 0, oldestUndispatchedSeconds: 0 },
      webhooks: { pending: 2, failed: 0, oldestPendingSeconds: 4 },
      timelines: { viewers: 1200, live: 3 },
      erasures: { pending: 0, oldestPendingSeconds: 0 },
    },
  })

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

/** `GET /operator/health`: figures of what exists. */
export function registerHealth(app: OperatorApp): void {
  app.openapi(health, async (c) => {
    const { db } = c.var.context
    const d1 = await databaseAnswers(db)
    if (!d1) return c.json({ ok: false, d1 }, 200)
    const now = clock.now()
    const [changes, webhooks, timelines, erasures] = await Promise.all([
      readLogFigures(db, now),
      readDeliveryFigures(db, now),
      readTimelineFigures(db, now),
      readErasureFigures(db, now),
    ])
    return c.json({ ok: true, d1, changes, webhooks, timelines, erasures }, 200)
  })
}
