import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type CommonErrorCode, commonCode, DomainError, type FieldIssue, invalid } from '../../domain/errors'
import { logFault } from '../../platform/fault-log'
import type { PublisherEnv } from './environment'

/** The statuses that an error of this dialect has (`publisher-api.md` 2). */
export type ErrorStatus = 400 | 403 | 404 | 405 | 408 | 409 | 413 | 429 | 500 | 503

export type ErrorBody = { status: string; statusLong: string; errors?: readonly FieldIssue[] }

/** The dialect's answer to each domain error. A new code that is missing here does not compile. */
const answers: Record<CommonErrorCode, readonly [status: ErrorStatus, text: string]> = {
  invalid: [400, 'Invalid input.'],
  forbidden: [403, 'Forbidden.'],
  not_found: [404, 'Not found.'],
  gone: [404, 'Not found.'],
  inactive: [409, 'The endpoint is not active.'],
  already_exists: [409, 'Already exists.'],
  limit_reached: [409, 'Limit reached.'],
  idempotency_conflict: [409, 'Idempotency-Key conflict.'],
}

/** The error body of a domain error, for an answer or an item of a batch. */
export function errorOf(error: DomainError): [ErrorStatus, ErrorBody] {
  const [status, statusLong] = answers[commonCode(error.code)]
  return [status, { status: String(status), statusLong, ...(status === 400 ? { errors: error.issues } : {}) }]
}

/** Statuses that no domain error stands behind. */
const texts = {
  403: 'Signature mismatch or apiKey is not valid.',
  404: 'Not found.',
  405: 'Method not allowed.',
  408: 'Request timeout.',
  413: 'Payload too large.',
  429: 'Too many requests! Try again after sometime.',
  500: 'Internal error.',
} as const

/** A refusal before the domain is reached. The 403 is one for all reasons, so that a caller can't tell which. */
export function refuse(
  c: Context<PublisherEnv>,
  status: keyof typeof texts,
  headers: Record<string, string> = {},
): Response {
  return answer(c, { status: String(status), statusLong: texts[status] }, status, headers)
}

/** Any answer of this surface: never cached, always UTF-8 JSON. */
export function answer(
  c: Context<PublisherEnv>,
  body: object,
  status: 200 | ErrorStatus,
  headers: Record<string, string> = {},
): Response {
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  })
}

/** Turns whatever was thrown into the dialect's answer; what is our fault gives nothing away. */
export function answerError(error: unknown, c: Context<PublisherEnv>): Response {
  if (error instanceof DomainError) {
    const [status, body] = errorOf(error)
    return answer(c, body, status)
  }
  logFault('publisher', error)
  return refuse(c, 500)
}

/** The body of a success: `data` is left out where there is nothing to say. */
export function success<T>(data: T): { data: T; status: '200'; statusLong: 'OK' } {
  return { data, status: '200', statusLong: 'OK' }
}

export const done = { status: '200', statusLong: 'OK' } as const

const errorSchema = z
  .object({
    status: z.string(),
    statusLong: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('PublisherError')

const error = (description: string, example: ErrorBody) => ({
  description,
  content: { 'application/json': { schema: errorSchema, example } },
})

const refusal = (status: keyof typeof texts) => ({ status: String(status), statusLong: texts[status] })

/** The errors that every route of this surface may answer, for its reference. */
export const publisherErrors = {
  400: error('Invalid parameter, body or field', errorOf(invalid('name', 'Must not be empty.'))[1]),
  403: error('Authentication failed, or what is asked is not allowed', refusal(403)),
  404: error('Unknown, or of another publisher', refusal(404)),
  409: error(
    'Reference taken, a limit reached, or an Idempotency-Key conflict',
    errorOf(new DomainError('already_exists'))[1],
  ),
  408: error('The body did not come within 30 seconds', refusal(408)),
  413: error('Body over 1 MiB', refusal(413)),
  429: error('Too many requests', refusal(429)),
  500: error('Our fault', refusal(500)),
}

/** A 200 with `data` of this shape, for the reference; `example` is of `data`, where not that of the schema. */
export const ok = <T extends z.ZodType>(schema: T, description = 'OK', example?: z.input<T>) => ({
  description,
  content: {
    'application/json': {
      schema: z.object({ data: schema, status: z.literal('200'), statusLong: z.literal('OK') }),
      ...(example === undefined ? {} : { example: success(example) }),
    },
  },
})

/** A 200 with nothing to say, for the reference. */
export const okWithoutData = {
  description: 'OK',
  content: {
    'application/json': { schema: z.object({ status: z.literal('200'), statusLong: z.literal('OK') }) },
  },
}
