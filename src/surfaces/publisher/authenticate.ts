import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { announceChanges } from '../../changes'
import { atHome } from '../../databases'
import { findKey, spendNonce, touchKey, type UsableKey } from '../../domain/api-keys'
import type { FieldIssue } from '../../domain/errors'
import { retractCalendar } from '../../domain/feeds/public'
import { type Env, publicOrigin, required } from '../../env'
import { clock } from '../../platform/clock'
import { bookmarkOf, type Database, openSession } from '../../platform/d1'
import { sameSecret } from '../../platform/digest'
import { frontCacheOf } from '../../platform/front-cache'
import { readBody } from '../../platform/http'
import { comeAgain } from '../../platform/rates'
import { note } from '../../platform/request-log'
import { Strangers } from '../../platform/strangers'
import { answer, refuse } from './envelope'
import type { PublisherEnv } from './environment'
import { apiSigns } from './signature/api-sign'
import { apiSign256 } from './signature/api-sign-256'
import { parseSignedQuery } from './signature/query'

/** The largest body that this surface reads. */
const MAX_BODY = 1_048_576

/** How far `ts` may be from the server's clock, in seconds. */
const TS_WINDOW = 300

/** Clients whose keys or signatures were wrong. */
const strangers = new Strangers('publisher')

/**
 * Authenticates every request before anything else is looked at (`publisher-api.md` 1), and makes what handlers need.
 * Only a body too large and a query that can be read in two ways are told earlier. All failures look alike.
 */
export const authenticate = createMiddleware<PublisherEnv>(async (c, next) => {
  const body = await readBody(c.req.raw, MAX_BODY)
  if (typeof body === 'string') return refuse(c, body === 'too_large' ? 413 : 408)
  const { pathname, search } = new URL(c.req.url)
  const query = parseSignedQuery(search.slice(1))
  if (!query.ok) return malformed(c, query)

  const { parameters } = query
  const call = { method: c.req.method, path: pathname, parameters, body }
  const now = clock.now()
  const named = parameters.get('apiKey') ?? ''
  if (strangers.bars(c.req.raw, named, now)) return refuse(c, 429, comeAgain)
  c.env = await atHome(c.env, 'key', named)
  const session = openSession(c.env.DB, c.req.header('Daybook-Bookmark'), 'first-primary')
  const key = await signer(c.env, call, now)
  if (!key) {
    await strangers.failed(c.env.FAILED_RATE, c.req.raw, named, now)
    return refuse(c, 403)
  }
  note(c.executionCtx, { publisher: key.publisher.id })
  const issue = timeIssue(parameters)
  if (issue) return malformed(c, issue)
  if (!(await isTimely(session, key, parameters, now))) {
    // Whoever caught a signed call can send it again and again: that counts for nobody's key.
    await strangers.failed(c.env.FAILED_RATE, c.req.raw, named, now)
    return refuse(c, 403)
  }
  strangers.passed(c.req.raw, named)
  if (!(await c.env.API_RATE.limit({ key: key.apiKey })).success)
    return refuse(c, 429, { 'Retry-After': '10' })
  c.executionCtx.waitUntil(touchKey(c.env.DB, key, now))

  const front = frontCacheOf(c.executionCtx)
  c.set('body', body)
  c.set('parameters', parameters)
  c.set('session', session)
  c.set('origin', publicOrigin(c.env, c.req.raw))
  c.set('context', {
    db: session,
    now,
    actor: `key:${key.apiKey}`,
    publisher: key.publisher,
    encryptionKey: () => required(c.env, 'ENCRYPTION_KEY'),
    inEachWrite: [],
    announce: () => c.executionCtx.waitUntil(announceChanges(c.env)),
    retract: front ? (calendarId) => retractCalendar(front, calendarId) : undefined,
  })
  await next()
  for (const [name, value] of Object.entries(bookmarkOf(c.req, session))) c.header(name, value)
})

type Call = {
  readonly method: string
  readonly path: string
  readonly parameters: ReadonlyMap<string, string>
  readonly body: Uint8Array
}

/** What is wrong with the form of `ts` and `nonce` (1.3). */
function timeIssue(parameters: ReadonlyMap<string, string>) {
  const ts = parameters.get('ts')
  const nonce = parameters.get('nonce')
  if (ts !== undefined && !/^\d+$/.test(ts))
    return { field: 'ts', message: 'Must be unix seconds, digits only.' }
  if (nonce === undefined) return null
  if (!/^[A-Za-z0-9_-]{8,64}$/.test(nonce)) {
    return { field: 'nonce', message: 'Must be 8 to 64 letters, digits, hyphens and underscores.' }
  }
  return ts === undefined ? { field: 'nonce', message: 'Must come with ts.' } : null
}

function malformed(c: Context<PublisherEnv>, { field, message }: FieldIssue): Response {
  return answer(c, { status: '400', statusLong: 'Invalid input.', errors: [{ field, message }] }, 400)
}

/**
 * The key that a call was signed with, or null: for whatever reason, and after the same work. Keys are read at the
 * primary, so that a revoked one is refused at once.
 */
async function signer(env: Env, call: Call, now: number): Promise<UsableKey | null> {
  const { parameters } = call
  const db = env.DB.withSession('first-primary')
  const key = await findKey(db, parameters.get('apiKey') ?? '', now, () => required(env, 'ENCRYPTION_KEY'))
  const signed = await isSigned(key?.secret ?? 'no such key', call)
  if (!key || !signed || key.cancelled) return null
  return parameters.has('apiSign') && !key.md5 ? null : key
}

/** Whether a call comes in its time, and with its nonce for the first time, where its key or scheme asks for it. */
async function isTimely(
  db: Database,
  key: UsableKey,
  parameters: ReadonlyMap<string, string>,
  now: number,
): Promise<boolean> {
  const ts = parameters.get('ts')
  const nonce = parameters.get('nonce')
  if (ts === undefined && (parameters.has('apiSign256') || key.requireNonce)) return false
  if (key.requireNonce && nonce === undefined) return false
  if (ts !== undefined && Math.abs(Math.floor(now / 1000) - Number(ts)) > TS_WINDOW) return false
  if (nonce === undefined) return true
  // Good until its `ts` is stale by the window, whichever way the clocks differ.
  return spendNonce(db, key.apiKey, nonce, now + (2 * TS_WINDOW + 1) * 1000)
}

async function isSigned(secret: string, { method, path, parameters, body }: Call): Promise<boolean> {
  const strong = parameters.get('apiSign256')
  if (strong !== undefined)
    return sameSecret(strong, await apiSign256(secret, method, path, parameters, body))
  const given = parameters.get('apiSign') ?? ''
  const good = await apiSigns(secret, method, parameters, body)
  const same = await Promise.all(good.map((digest) => sameSecret(given, digest)))
  return same.includes(true)
}
