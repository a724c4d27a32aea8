import { announceChanges } from '../../changes'
import { atHomeOfToken, type Scope, type VerifiedClient, verifyAccessToken } from '../../domain/identity'
import { PaymentError } from '../../domain/payments'
import { type Env, publicOrigin, required } from '../../env'
import { clock } from '../../platform/clock'
import { openSession } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'
import { logLack } from '../../platform/fault-log'
import { comeAgain } from '../../platform/rates'
import { note } from '../../platform/request-log'
import { Strangers } from '../../platform/strangers'
import { refuse, refuseClaim } from './answers'
import type { PaymentsCall } from './environment'

/** Clients whose tokens were wrong. */
const strangers = new Strangers('payments')

/**
 * Lets a call in, and makes what its handler needs; else answers why not: 401, 429, 403 (`payments.md` 1, *Order of
 * checks*). What is answered to a good token tells of its rate.
 */
export async function admit(c: PaymentsCall, scope: Scope): Promise<Response | null> {
  const now = clock.now()
  const header = c.req.header('Authorization')
  const [, token] = /^Bearer +(\S+) *$/i.exec(header ?? '') ?? []
  const hash = token ? await sha256Hex(token) : ''
  if (token && strangers.bars(c.req.raw, hash, now)) return refuse(c, 429, comeAgain)
  if (token) c.env = await atHomeOfToken(c.env, token)
  const db = openSession(c.env.DB, null, 'first-primary')
  const client = token ? await verifyAccessToken(db, c.env, token, publicOrigin(c.env, c.req.raw), now) : null
  if (!client) {
    if (token) await strangers.failed(c.env.FAILED_RATE, c.req.raw, hash, now)
    const challenge = header === undefined ? 'Bearer' : 'Bearer error="invalid_token"'
    return refuse(c, 401, { 'WWW-Authenticate': challenge })
  }
  strangers.passed(c.req.raw, hash)
  note(c.executionCtx, { publisher: client.publisher.id })
  const retryAfter = await countRequest(c, client, now)
  if (retryAfter !== null) return refuse(c, 429, { 'Retry-After': String(retryAfter) })
  if (!client.scopes.includes(scope)) return refuseClaim(c, scope)
  if (client.cancelled || client.businesses?.length === 0) throw new PaymentError('no_business_access')
  c.set('session', db)
  c.set('context', {
    db,
    now,
    actor: `client:${client.clientId}`,
    publisher: client.publisher,
    businesses: client.businesses,
    encryptionKey: () => required(c.env, 'ENCRYPTION_KEY'),
    inEachWrite: [],
    announce: () => c.executionCtx.waitUntil(announceChanges(c.env)),
  })
  return null
}

/** Counts a request of a client; answers after how many seconds to come again, or null where it may go on. */
async function countRequest(c: PaymentsCall, client: VerifiedClient, now: number): Promise<number | null> {
  const { limit, windowSeconds } = client.rateLimit ?? defaultRate(c.env)
  const counted = await hit(c.env, client.clientId, limit, windowSeconds, now)
  const endsAt = Math.ceil((counted?.endsAt ?? now + windowSeconds * 1000) / 1000)
  c.header('X-RateLimit-Limit', String(limit))
  c.header('X-RateLimit-Remaining', String(counted?.remaining ?? limit))
  c.header('X-RateLimit-Reset', String(endsAt))
  return counted === null || counted.allowed ? null : Math.max(1, endsAt - Math.floor(now / 1000))
}

/** What the client's counter says; null where it can't be asked: then requests pass. */
async function hit(env: Env, clientId: string, limit: number, windowSeconds: number, now: number) {
  try {
    const counter = env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(clientId))
    return await counter.hit(limit, windowSeconds, now)
  } catch (error) {
    logLack('payments', 'rate', error)
    return null
  }
}

function defaultRate(env: Env) {
  const positive = (text: string | undefined, otherwise: number) => {
    return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : otherwise
  }
  return {
    limit: positive(env.PAYMENTS_RATE_LIMIT, 10_000),
    windowSeconds: positive(env.PAYMENTS_RATE_WINDOW, 3_600),
  }
}
