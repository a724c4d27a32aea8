import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type CommonErrorCode, commonCode, DomainError } from '../../domain/errors'
import type { OperatorEnv } from './environment'

type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 500

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
  console.error(
    JSON.stringify({ surface: 'operator', error: error instanceof Error ? error.message : 'unknown' }),
  )
  return refuse(c, 500, 'internal', 'Something went wrong on our side.')
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

const error = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorSchema } },
})

export const operatorErrors = {
  400: error('Not valid'),
  401: error('Wrong or missing operator token'),
  404: error('Unknown, or this surface is off'),
}
