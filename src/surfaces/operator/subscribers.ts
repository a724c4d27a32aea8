import { createRoute, z } from '@hono/zod-openapi'
import { announceChanges } from '../../changes'
import type { Context } from '../../domain/context'
import { erasePerson, readPersonExport } from '../../domain/erasure'
import { DomainError } from '../../domain/errors'
import { unattendedContextOf } from '../../domain/unattended'
import { reachOf } from '../../timeline'
import { operatorErrors } from './envelope'
import type { OperatorApp, OperatorCall } from './environment'

const tags = ['Subscribers']
const security = [{ operator: [] }]

const path = z.object({
  id: z
    .string()
    .transform((text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0))
    .openapi({ example: '12279' }),
  ecalId: z.string().openapi({ example: '652375ab635fd36a5e6695fb' }),
})

const rows = z.array(z.record(z.string(), z.unknown()))

const exportSchema = z
  .object({
    ecalId: z.string(),
    exportedAt: z.string(),
    persons: rows.openapi({ description: 'The person, and those who were merged into them' }),
    contacts: rows,
    contactRequests: rows,
    applications: rows,
    feedAddresses: rows.openapi({ description: 'Their states; never an address' }),
    signUps: rows,
    tokens: rows.openapi({ description: 'Names and dates; never a token' }),
    follows: rows,
    calendars: rows,
    privateEvents: rows,
    ownEvents: rows.openapi({ description: 'Events that the person made' }),
    relations: rows,
    invitations: rows.openapi({ description: 'What the person wrote to others' }),
    answers: rows,
    accounts: rows,
    schedules: rows,
    deletedSchedules: rows,
    auditRecords: rows,
    callNotes: rows,
    directory: rows,
    idMap: rows,
    invoices: rows,
    portalAudit: rows,
    timelines: rows,
    changes: rows.openapi({ description: 'What the log tells, as webhooks tell it' }),
    deliveries: rows,
  })
  .openapi('PersonExport')

const read = createRoute({
  method: 'get',
  path: '/operator/publishers/{id}/subscribers/{ecalId}/export',
  tags,
  security,
  summary: 'Read all that is stored of a person',
  request: { params: path },
  responses: {
    200: {
      description: 'All of it, without secrets',
      content: { 'application/json': { schema: exportSchema } },
    },
    ...operatorErrors,
  },
})

const erase = createRoute({
  method: 'delete',
  path: '/operator/publishers/{id}/subscribers/{ecalId}',
  tags,
  security,
  summary: 'Erase a person',
  request: { params: path },
  responses: { 204: { description: 'Erased, now or before' }, ...operatorErrors },
})

/** What is done for a publisher. @throws DomainError `not_found` */
async function contextFor(c: OperatorCall, publisherId: number): Promise<Context> {
  const { context } = c.var
  const announce = () => c.executionCtx.waitUntil(announceChanges(c.env))
  const unattended = await unattendedContextOf({ ...context, announce }, publisherId, 'operator')
  if (!unattended) throw new DomainError('not_found')
  return { ...unattended, encryptionKey: context.encryptionKey }
}

/** Text as bytes, a piece whenever the reader has taken the one before. */
function streamed(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}

/** Export and erasure of one person (`operator.md`). */
export function registerSubscribers(app: OperatorApp): void {
  app.openapi(read, async (c) => {
    const { id, ecalId } = c.req.valid('param')
    const pieces = await readPersonExport(await contextFor(c, id), ecalId)
    // Never held whole, so it can't be the object that the reference tells of.
    return c.body(streamed(pieces), 200, { 'Content-Type': 'application/json' }) as never
  })

  app.openapi(erase, async (c) => {
    const { id, ecalId } = c.req.valid('param')
    await erasePerson(await contextFor(c, id), reachOf(c.env), ecalId)
    return c.body(null, 204)
  })
}
