import type { MiddlewareHandler } from 'hono'
import type { z } from 'zod'
import { DomainError } from '../../domain/errors'
import { fieldIssues } from '../../domain/fields'
import { readBody, strictText } from '../../platform/http'
import { parseObject } from '../../platform/json-object'
import { refuse } from './envelope'
import type { EventsEnv } from './environment'

/** The largest body that this surface reads. */
const MAX_BODY = 65_536

/** Reads the body as one JSON object, whatever its Content-Type says; without one the request is refused. */
export const readsJson: MiddlewareHandler<EventsEnv> = async (c, next) => {
  const bytes = await readBody(c.req.raw, MAX_BODY)
  if (bytes === 'too_large') return refuse(c, 'PAYLOAD_TOO_LARGE')
  if (bytes === 'too_slow') return refuse(c, 'REQUEST_TIMEOUT')
  const value = parseObject(strictText(bytes))
  if (value === null) return refuse(c, 'INVALID_JSON')
  c.set('body', value)
  return next()
}

/** What a schema makes of a body. @throws DomainError `invalid`, with everything that is wrong */
export function parseBody<T extends z.ZodType>(schema: T, body: Record<string, unknown>): z.output<T> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new DomainError('invalid', fieldIssues(parsed.error))
  return parsed.data
}

/** A JSON body of this shape, required, for the reference. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})
