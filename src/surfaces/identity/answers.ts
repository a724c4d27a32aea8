import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Env } from '../../env'
import { reasonOf } from '../../platform/failures'

export type IdentityEnv = { Bindings: Env }

/** Why the token endpoint refuses (`payments.md` 2). It tells no more, so that a caller can't learn which check failed. */
export type TokenError =
  | 'invalid_request'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_client'
  | 'slow_down'

/** An answer as JSON: never cached, by old caches neither. */
export function answer(
  c: Context<IdentityEnv>,
  body: object,
  status: 200 | 400 | 401 | 404 | 405 | 408 | 413 | 429 | 500 | 503 = 200,
  headers: Record<string, string> = {},
): Response {
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    ...headers,
  })
}

/** A refusal of the token endpoint. `scheme` is how the client gave its secret. */
export function refuseToken(
  c: Context<IdentityEnv>,
  error: Exclude<TokenError, 'slow_down'>,
  scheme: 'form' | 'basic' = 'form',
): Response {
  if (error !== 'invalid_client' || scheme === 'form') return answer(c, { error }, 400)
  return answer(c, { error }, 401, { 'WWW-Authenticate': 'Basic realm="identity"' })
}

/** What has no OAuth code, in the words of the payments surface (`payments.md` 1 and 10). */
const texts = {
  404: 'The resource provided could not be found',
  408: 'The request body did not come in time.',
  413: 'The request body is too large.',
  429: 'You have exceeded the maximum limit of request allowed. Please try your request again in a moment.',
  500: 'Something went wrong while processing your request. We’re sorry for the trouble. We’ve been notified of the error and will correct it as soon as possible. Please try your request again in a moment.',
  503: 'The API is currently unavailable due to a scheduled outage – please try again soon.',
} as const

export function refuse(
  c: Context<IdentityEnv>,
  status: keyof typeof texts,
  headers: Record<string, string> = {},
): Response {
  return answer(c, { message: texts[status] }, status, headers)
}

/** A method that a path does not have. */
export function refuseMethod(c: Context<IdentityEnv>, allow: string): Response {
  const message = `The requested resource does not support http method '${c.req.method}'.`
  return answer(c, { message }, 405, { Allow: allow })
}

/** Whatever was thrown is our fault; nothing about the cause is told. */
export function answerError(error: unknown, c: Context<IdentityEnv>): Response {
  console.error(JSON.stringify({ surface: 'identity', error: reasonOf(error) }))
  return refuse(c, 500)
}

const oauthSchema = z.object({ error: z.string() }).openapi('TokenError')
const messageSchema = z.object({ message: z.string() }).openapi('IdentityError')

const oauthError = (error: TokenError) => ({
  'application/json': { schema: oauthSchema, example: { error } },
})
const messageError = (status: keyof typeof texts) => ({
  'application/json': { schema: messageSchema, example: { message: texts[status] } },
})

/** What every path may answer, for its reference. */
export const ourFault = { 500: { description: 'Our fault', content: messageError(500) } }

export const tooMany = { 429: { description: 'Asked too often', content: messageError(429) } }

/** The errors of the token endpoint, for its reference. */
export const tokenErrors = {
  400: {
    description: 'The request, the grant type, the scope or the client is not valid',
    content: oauthError('invalid_client'),
  },
  401: {
    description: 'The client is not valid, and gave its secret as HTTP Basic',
    content: oauthError('invalid_client'),
  },
  408: { description: 'The body did not come within 30 seconds', content: messageError(408) },
  413: { description: 'Body over 64 KiB', content: messageError(413) },
  429: { description: 'Too many failed attempts', content: oauthError('slow_down') },
  ...ourFault,
  503: { description: 'Maintenance', content: messageError(503) },
}
