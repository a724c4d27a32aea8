import type { Env } from '../env'
import { clock } from '../platform/clock'
import { parseRetryAfter } from '../platform/http'
import { type GuardOptions, guardAddress } from './address-guard'
import type { DueDelivery, Outcome } from './deliveries'
import { encryptBody } from './encryption'
import type { Target } from './endpoints'
import { signatures } from './signing'

/** No answer within this time is a failure (`webhooks.md` 6). */
const TIMEOUT_MS = 15_000

/** What the address guard goes by where there is no request: this deployment's own settings. */
export function guardOf(env: Env): GuardOptions {
  const origin = env.PUBLIC_ORIGIN ? new URL(env.PUBLIC_ORIGIN) : null
  return {
    ownHosts: origin ? [origin.hostname] : [],
    ownOrigins: origin ? [origin.origin] : [],
    allowLoopback: env.WEBHOOK_ALLOW_LOOPBACK === 'true',
  }
}

/** Sends one message to one endpoint, once, and tells how it ended. Nothing that is answered is read but its status. */
export async function attemptDelivery(env: Env, target: Target, delivery: DueDelivery): Promise<Outcome> {
  const at = clock.now()
  const ended = (status: number, error: Outcome['error'], retryAfterMs = 0): Outcome => {
    return { at, status, durationMs: Math.max(0, clock.now() - at), error, retryAfterMs }
  }
  const body = bodyFor(target, delivery)
  if (body === null || target.secrets.length === 0) return ended(0, 'connection failed')
  const guarded = guardAddress(target.url, guardOf(env))
  if (!guarded.ok) return ended(0, 'address refused')
  try {
    const response = await fetch(guarded.url, {
      ...(await requestFor(target, delivery.messageId, body, at)),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    const isRedirect = response.status >= 300 && response.status < 400
    const mayWait = response.status === 429 || response.status === 503
    const wait = mayWait ? parseRetryAfter(response.headers.get('Retry-After'), at) : 0
    return ended(response.status, isRedirect ? 'redirect' : '', wait)
  } catch (error) {
    return ended(0, error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'connection failed')
  }
}

/** What an endpoint of this format gets of a message; null where there is nothing for it. */
function bodyFor({ format }: Target, { type, body, ecalBody }: DueDelivery): string | null {
  return format === 'ecal' && type !== 'webhook.ping' ? ecalBody : body
}

/** The request of an attempt: signed as it is sent, with the secrets of now (`webhooks.md` 4). */
async function requestFor(
  target: Target,
  messageId: string,
  plain: string,
  at: number,
): Promise<RequestInit> {
  const body = target.encryptionSecret === null ? plain : await encryptBody(target.encryptionSecret, plain)
  const timestamp = Math.floor(at / 1000)
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'Daybook-Webhooks/1.0',
      'webhook-id': messageId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': await signatures(target.secrets, messageId, timestamp, body),
    },
    body,
  }
}
