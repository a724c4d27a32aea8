import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type CommonErrorCode, commonCode, DomainError } from '../../domain/errors'
import { logFault } from '../../platform/fault-log'
import type { OperatorEnv } from './environment'

type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 429 | 500

/** This surface's answer to each domain error (`operator.md`). A new code that is missing here does not compile. */
const answers: Record<CommonErrorCode, readonly [status: ErrorStatus, code: string, message: string]> = {
  invalid: [400, 'validation', 'The request is not valid.'],
  forbidden: [403, 'forbidden', 'This is not allowed.'],
  not_found: [404, 'not_found', 'There is no such thing.'],
  gone: [404, 'not_found', 'There is no such thing.'],
  inactive: [409, 'inactive', 'It is not active.'],
  already_exists: [409, 'already_exists', 'It exists already.'],
  limit_reached: [409, 'limit_reached', 'A limit is reached.'],
  idempotency_conflict: [409, 'conflict', 'The request conflicts with another.'],
}

/** Code and message of what no domain error stands behind. */
export const texts = {
  unauthorized: ['unauthorized', 'The operator token is missing or wrong.'],
  too_many: ['too_many', 'Too many wrong tokens. Try again later.'],
  too_slow: ['too_slow', 'The body did not come in time.'],
  too_large: ['too_large', 'The body is too large.'],
  internal: ['internal', 'Something went wrong on our side.'],
} as const

/** An error of this surface. */
export function refuse(
  c: Context<OperatorEnv>,
  status: ErrorStatus,
  code: string,
  message: string,
  more: { issues?: { path: string; message: string }[]; headers?: Record<string, string> } = {},
): Response {
  const error = { code, message, ...(more.issues ? { issues: more.issues } : {}) }
  return c.json({ error }, status, { 'Cache-Control': 'no-store', ...more.headers })
}

export function answerError(error: unknown, c: Context<OperatorEnv>): Response {
  if (error instanceof DomainError) {
    const [status, code, message] = answers[commonCode(error.code)]
    const issues = error.issues.map((issue) => ({ path: issue.field, message: issue.message }))
    return refuse(c, status, code, message, error.code === 'invalid' ? { issues } : {})
  }
  logFault('operator', error)
  return refuse(c, 500, ...texts.internal)
}

function said(domainCode: CommonErrorCode): [code: string, message: string] {
  const [, code, message] = answers[domainCode]
  return [code, message]
}

const errorSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    }),
  })
  .openapi('OperatorError')

const error = (description: string, code: string, message: string, issues?: object[]) => {
  const example = { error: { code, message, ...(issues ? { issues } : {}) } }
  return { description, content: { 'application/json': { schema: errorSchema, example } } }
}

export const operatorErrors = {
  400: error('Not valid', ...said('invalid'), [{ path: 'name', message: 'Is required.' }]),
  401: error('Wrong or missing operator token', ...texts.unauthorized),
  404: error('Unknown, or this surface is off', ...said('not_found')),
  409: error('A conflict with what is there', ...said('already_exists')),
  408: error('The body did not come within 30 seconds', ...texts.too_slow),
  413: error('Body over 64 KiB', ...texts.too_large),
  429: error('Too many wrong tokens', ...texts.too_many),
  500: error('Our fault', ...texts.internal),
}
