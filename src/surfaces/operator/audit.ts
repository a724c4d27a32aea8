import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '../../domain/errors'
import { readAudit } from '../../domain/portal/audit'
import { listPublishers } from '../../domain/tenants'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'

const someRows = 'Must be a whole number from 1 to 200.'

const audit = createRoute({
  method: 'get',
  path: '/operator/publishers/{id}/audit',
  operationId: 'readAudit',
  tags: ['Publishers'],
  security: [{ operator: [] }],
  summary: 'Read what a publisher’s staff did in the portal',
  request: {
    params: z.object({
      id: z
        .string()
        .transform((text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0))
        .openapi({ example: '12279' }),
    }),
    query: z.object({
      limit: z.coerce
        .number({ error: someRows })
        .int(someRows)
        .min(1, someRows)
        .max(200, someRows)
        .default(100),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/, 'Must be the next of the page before.')
        .optional(),
    }),
  },
  responses: {
    200: {
      description: 'Newest first; kept 400 days',
      content: {
        'application/json': {
          schema: z
            .object({
              data: z.array(
                z.object({
                  at: z.string().openapi({ example: '2030-01-01T00:00:00.000Z' }),
                  userId: z.string(),
                  action: z.string().openapi({ example: 'key.created' }),
                  target: z.string().openapi({ description: 'The record’s id' }),
                }),
              ),
              next: z.string().optional(),
            })
            .openapi('PortalAudit'),
        },
      },
    },
    ...operatorErrors,
  },
})

/** `GET /operator/publishers/{id}/audit` (`portal.md`, *Audit*). */
export function registerAudit(app: OperatorApp): void {
  app.openapi(audit, async (c) => {
    const { id } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const [publisher] = await listPublishers(c.var.context, { partnerId: null, id, limit: 1 })
    if (!publisher) throw new DomainError('not_found')
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor)
    const found = await readAudit(c.var.context.db, id, { before, limit: limit + 1 })
    const shown = found.slice(0, limit)
    const next = found.length > limit ? { next: String(shown.at(-1)?.id) } : {}
    const data = shown.map(({ at, userId, action, target }) => {
      return { at: new Date(at).toISOString(), userId, action, target }
    })
    return c.json({ data, ...next }, 200)
  })
}
