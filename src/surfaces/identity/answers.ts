import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Env } from '../../env'
import { commonMessages, noSuchMethod } from '../../objects/payment-messages'
import { logFault } from '../../platform/fault-log'

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

/** What has no OAuth code. */
export function refuse(
  c: Context<IdentityEnv>,
  status: keyof typeof commonMessages,
  headers: Record<string, string> = {},
): Response {
  return answer(c, { message: commonMessages[status] }, status, headers)
}

/** A method that a path does not have. */
export function refuseMethod(c: Context<IdentityEnv>, allow: string): Response {
  return answer(c, { message: noSuchMethod(c.req.method) }, 405, { Allow: allow })
}

/** Whatever was thrown is our fault; nothing about the cause is told. */
export function answerError(error: unknown, c: Context<IdentityEnv>): Response {
  logFault('identity', error)
  return refuse(c, 500)
}

const oauthSchema = z.object({ error: z.string() }).openapi('TokenError')
const messageSchema = z.object({ message: z.string() }).openapi('IdentityError')

const oauthError = (error: TokenError) => ({
  'application/json': { schema: oauthSchema, example: { error } },
})
const messageError = (status: keyof typeof commonMessages) => ({
  'application/json': { schema: messageSchema, example: { message: commonMessages[status] } },
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
