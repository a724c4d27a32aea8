import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { createLocalJWKSet, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { verifyAccessToken } from '../../../src/domain/identity'
import type { Env } from '../../../src/env'
import { unseal } from '../../../src/platform/sealed'
import { handle } from '../../support/front-door'
import { aPublisher, fetchWorker, ORIGIN } from '../../support/publisher'

export const TOKEN = '/identity/connect/token'
export const JWKS = '/identity/.well-known/openid-configuration/jwks'
export const ISSUER = `${ORIGIN}/identity`
export const DAY = 86_400_000
export const HOUR = 3_600_000

export type TestClient = { publisherId: number; clientId: string; clientSecret: string }

/** Calls the operator API. */
export async function operate(method: string, path: string, body?: unknown) {
  const response = await fetchWorker(path, {
    method,
    headers: { Authorization: 'Bearer test-operator-token' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

/** A new client of a publisher (a new one, where none is named). */
export async function aClient(
  values: {
    scopes?: string[]
    businesses?: string[]
    externalClientId?: string
    rateLimit?: object
    publisherId?: number
  } = {},
): Promise<TestClient> {
  const { publisherId = (await aPublisher()).id, ...rights } = values
  const made = await operate('POST', `/operator/publishers/${publisherId}/clients`, {
    scopes: ['schedules.read', 'schedules.write'],
    ...rights,
  })
  if (made.status !== 201) throw new Error(`a test's client answered ${made.status}`)
  return { publisherId, clientId: made.body.clientId, clientSecret: made.body.clientSecret }
}

export async function revoke({ publisherId, clientId }: TestClient): Promise<void> {
  await operate('DELETE', `/operator/publishers/${publisherId}/clients/${clientId}`)
}

/** Ends the subscription of a publisher's company. */
export async function cancel(publisherId: number): Promise<void> {
  await env.DB.prepare('UPDATE publishers SET cancelled_at = 1 WHERE id = ?').bind(publisherId).run()
}

export const formType = { 'Content-Type': 'application/x-www-form-urlencoded' }

/** The header of a client that authenticates by HTTP Basic, each part form-encoded. */
export function basic(clientId: string, secret: string): Record<string, string> {
  const encode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2)
  return { Authorization: `Basic ${btoa(`${encode(clientId)}:${encode(secret)}`)}` }
}

/** The form of a client that authenticates in it. */
export function form(client: TestClient, more: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    ...more,
  }
}

/** Posts to the token endpoint; `variables` replace those of the deployment (undefined unsets one). */
export async function askToken(
  body: Record<string, string> | string,
  headers: Record<string, string> = {},
  variables: Partial<Record<keyof Env, unknown>> = {},
) {
  const response = await callWith(variables, TOKEN, {
    method: 'POST',
    headers: { ...formType, ...headers },
    body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
}

/** A request to the app with other variables. */
export async function callWith(
  variables: Partial<Record<keyof Env, unknown>>,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  if (Object.keys(variables).length === 0) return fetchWorker(path, init)
  const changed = { ...env, ...variables } as unknown as Env
  return handle(new Request(new URL(path, ORIGIN), init), changed, createExecutionContext())
}

/** An access token of a client. */
export async function tokenOf(client: TestClient, scope?: string): Promise<string> {
  const answer = await askToken(form(client, scope === undefined ? {} : { scope }))
  if (answer.status !== 200) throw new Error(`a test's token answered ${answer.text}`)
  return answer.body.access_token
}

export type KeySet = { keys: { kty: string; kid: string; n: string; e: string }[] }

export async function keySet(): Promise<KeySet> {
  return (await fetchWorker(JWKS)).json()
}

/** Checks a token as an independent reader would: with nothing but the published keys. */
export async function readToken(token: string, now = Date.now()) {
  return jwtVerify(token, createLocalJWKSet(await keySet()), {
    issuer: ISSUER,
    audience: 'daybook',
    typ: 'at+jwt',
    currentDate: new Date(now),
  })
}

/** Verifies a token as a surface does. */
export function verify(token: string, now = Date.now(), variables = {}) {
  return verifyAccessToken(env.DB.withSession('first-primary'), variables, token, ORIGIN, now)
}

/** The claims of a token that is as good as a token of ours can be. */
export function goodClaims(clientId: string, now = Date.now()): JWTPayload & { iat: number } {
  const iat = Math.floor(now / 1000)
  return {
    iss: ISSUER,
    aud: 'daybook',
    sub: clientId,
    client_id: clientId,
    scope: 'schedules.read',
    iat,
    nbf: iat,
    exp: iat + 3600,
    jti: crypto.randomUUID(),
  }
}

/** Signs claims with the deployment's own key, as only the deployment could: the newest, or the one of `kid`. */
export async function signWithOurKey(
  claims: JWTPayload,
  { kid, ...header }: Record<string, unknown> & { kid?: string } = {},
) {
  const row = await env.DB.prepare(
    'SELECT kid, private_sealed FROM signing_keys WHERE ?1 IS NULL OR kid = ?1 ORDER BY generation DESC',
  )
    .bind(kid ?? null)
    .first<{ kid: string; private_sealed: string }>()
  if (!row) throw new Error('there is no such signing key')
  const jwk = JSON.parse(await unseal(env.ENCRYPTION_KEY, row.private_sealed, row.kid))
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: row.kid, ...header })
    .sign(await importJWK(jwk, String(header.alg ?? 'RS256')))
}

/** Forgets all keys. Test files may share a database, so those that leave strange keys call it at their end. */
export async function forgetKeys(): Promise<void> {
  await env.DB.prepare('DELETE FROM signing_keys').run()
}
