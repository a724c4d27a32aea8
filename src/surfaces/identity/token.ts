import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { atHome } from '../../databases'
import {
  scopes as allScopes,
  authenticateClient,
  grantScopes,
  issueToken,
  recordFailedAttempt,
} from '../../domain/identity'
import { publicOrigin, required } from '../../env'
import { clock } from '../../platform/clock'
import { sha256Hex } from '../../platform/digest'
import { readBody, strictText } from '../../platform/http'
import { comeAgain } from '../../platform/rates'
import { note } from '../../platform/request-log'
import { Strangers } from '../../platform/strangers'
import { answer, type IdentityEnv, refuse, refuseToken, tokenErrors } from './answers'
import { readTokenRequest } from './token-request'

export const TOKEN_PATH = '/identity/connect/token'

const MAX_BODY = 65_536

/** Clients that gave wrong secrets. Each of these is written down, by the client id that was given. */
const strangers = new Strangers('identity')

const reference = createRoute({
  method: 'post',
  path: TOKEN_PATH,
  operationId: 'createToken',
  tags: ['Tokens'],
  summary: 'Get a token',
  description:
    'The client gives its id and secret in the form or as HTTP Basic. Without `scope` the token has all of its scopes.',
  request: {
    body: {
      required: true,
      content: {
        'application/x-www-form-urlencoded': {
          schema: z.object({
            grant_type: z.literal('client_credentials'),
            scope: z.string().optional().openapi({
              description: 'Some of the client’s scopes, with spaces between them; left out, all of them',
            }),
            client_id: z.string().optional().openapi({ example: 'demo-client' }),
            client_secret: z.string().optional().openapi({ example: 'demo-client-secret' }),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'A token',
      content: {
        'application/json': {
          schema: z
            .object({
              access_token: z.string(),
              token_type: z.literal('Bearer'),
              expires_in: z.number().int(),
              scope: z.string().openapi({ example: allScopes.join(' ') }),
            })
            .openapi('Token', {
              example: {
                access_token: 'eyJhbGciOiJSUzI1NiJ9.eyJjbGllbnRfaWQiOiJkZW1vLWNsaWVudCJ9.c2lnbmF0dXJl',
                token_type: 'Bearer',
                expires_in: 3600,
                scope: 'schedules.read schedules.write',
              },
            }),
        },
      },
    },
    ...tokenErrors,
  },
})

/** Maintenance ends every call of the token endpoint, and the notice goes on every answer (`payments.md` 10.1). */
const maintenance = createMiddleware<IdentityEnv>(async (c, next) => {
  if (c.env.PAYMENTS_NOTICE) c.header('X-Notification', c.env.PAYMENTS_NOTICE)
  if (c.env.MAINTENANCE === 'true') return refuse(c, 503, { 'Retry-After': '300' })
  await next()
})

/** `POST /identity/connect/token` (`payments.md` 2). */
export function registerToken(app: OpenAPIHono<IdentityEnv>): void {
  // The dialect's own reading of the form, with OAuth's error codes, stands in for the schema's.
  app.openAPIRegistry.registerPath(reference)
  app.use(TOKEN_PATH, maintenance)
  app.post(TOKEN_PATH, answerToken)
}

async function answerToken(c: Context<IdentityEnv>): Promise<Response> {
  const body = await readBody(c.req.raw, MAX_BODY)
  if (typeof body === 'string') return refuse(c, body === 'too_large' ? 413 : 408)
  const request = readTokenRequest(c.req.raw.headers, strictText(body))
  if ('error' in request) return refuseToken(c, request.error)

  const { clientId, secret, scheme } = request
  const now = clock.now()
  const given = await sha256Hex(`${clientId}\n${secret}`)
  if (strangers.bars(c.req.raw, given, now)) return answer(c, { error: 'slow_down' }, 429, comeAgain)
  const { DB } = await atHome(c.env, 'client', clientId)
  const db = DB.withSession('first-primary')
  const client = await authenticateClient(db, clientId, secret)
  if (!client) {
    await strangers.failed(c.env.FAILED_RATE, c.req.raw, given, now)
    const seconds = clientId === '' ? null : await recordFailedAttempt(db, clientId, now)
    if (seconds === null) return refuseToken(c, 'invalid_client', scheme)
    return answer(c, { error: 'slow_down' }, 429, { 'Retry-After': String(seconds) })
  }

  strangers.passed(c.req.raw, given)
  note(c.executionCtx, { publisher: client.publisher.id })
  const granted = grantScopes(client.scopes, request.scopes)
  if (!granted) return refuseToken(c, 'invalid_scope')
  const origin = publicOrigin(c.env, c.req.raw)
  const encryptionKey = () => required(c.env, 'ENCRYPTION_KEY')
  const issued = await issueToken({ db, encryptionKey, origin, now }, client, granted)
  return answer(c, {
    access_token: issued.token,
    token_type: 'Bearer',
    expires_in: issued.expiresInSeconds,
    scope: granted.join(' '),
  })
}
