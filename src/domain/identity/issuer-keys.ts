import { importJWK } from 'jose'
import { reasonOf } from '../../platform/failures'

/** How long an issuer's keys are good for, and how often a key name that they lack makes us read them again. */
const KEPT_MS = 600_000
const REREAD_AFTER_MS = 60_000
/** After a failure to read them, for how long nobody waits for the issuer again. */
const RETRY_AFTER_MS = 10_000
const TIMEOUT_MS = 5000
/** Both documents have been read by then, or whoever read them is gone. */
const GIVEN_UP_AFTER_MS = 2 * TIMEOUT_MS
/** How often those who wait for them look. */
const LOOK_MS = 20

/** A key of the external issuer. The method goes with the key, never with the token. */
export type IssuerKey = {
  readonly kid: string | undefined
  readonly alg: 'RS256' | 'ES256'
  readonly key: CryptoKey
}

type Known = {
  keys: readonly IssuerKey[]
  readAt: number
  rereadAt: number
  failedAt: number
  readingSince: number
}

const NEVER = Number.NEGATIVE_INFINITY

/** What each issuer published, in this isolate. A deployment has one issuer at most. */
const issuers = new Map<string, Known>()

/** The issuer's keys of that name; all of its keys for a token that names none. None where it can't be read. */
export async function issuerKeys(
  issuer: string,
  kid: string | undefined,
  now: number,
): Promise<readonly IssuerKey[]> {
  const known = issuers.get(issuer) ?? {
    keys: [],
    readAt: NEVER,
    rereadAt: NEVER,
    failedAt: NEVER,
    readingSince: NEVER,
  }
  issuers.set(issuer, known)
  const isFresh = () => now - known.readAt < KEPT_MS
  const named = () => (isFresh() ? known.keys.filter((key) => kid === undefined || key.kid === kid) : [])

  if (named().length > 0) return named()
  if (now - known.readingSince < GIVEN_UP_AFTER_MS) {
    await readByAnother(known)
    return named()
  }
  if (isFresh() && now - known.rereadAt < REREAD_AFTER_MS) return []
  if (now - known.failedAt < RETRY_AFTER_MS) return []
  if (isFresh()) known.rereadAt = now
  // Set before the issuer is asked, so that of many tokens at once one makes us ask.
  known.readingSince = now
  try {
    known.keys = await readKeys(issuer)
    known.readAt = now
  } catch (error) {
    known.failedAt = now
    const reason = reasonOf(error)
    console.error(JSON.stringify({ identity: 'issuer keys', error: reason }))
  } finally {
    known.readingSince = NEVER
  }
  // An unknown name just met by a first read was met by the keys of now.
  if (isFresh() && named().length === 0) known.rereadAt = now
  return named()
}

/** Waits for the request that reads the keys; by looking, since a request can't wait for another's I/O. */
async function readByAnother(known: Known): Promise<void> {
  for (let waited = 0; known.readingSince !== NEVER && waited < GIVEN_UP_AFTER_MS; waited += LOOK_MS) {
    await scheduler.wait(LOOK_MS)
  }
}

/** Reads an issuer's discovery document and the keys that it leads to. @throws where either is not as it must be */
async function readKeys(issuer: string): Promise<IssuerKey[]> {
  const discovery = await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  if (discovery.issuer !== issuer) throw new Error('the discovery document is of another issuer')
  const address = typeof discovery.jwks_uri === 'string' ? URL.parse(discovery.jwks_uri) : null
  if (address?.protocol !== 'https:' && address?.protocol !== new URL(issuer).protocol) {
    throw new Error('the discovery document has no usable jwks_uri')
  }
  const { keys } = await readJson(address.href)
  if (!Array.isArray(keys)) throw new Error('the key set has no keys')
  const imported = await Promise.all(keys.map(importIssuerKey))
  return imported.filter((key) => key !== null)
}

async function readJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    headers: { Accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status !== 200) throw new Error(`the issuer answered ${response.status}`)
  const value: unknown = await response.json()
  if (typeof value !== 'object' || value === null) throw new Error('the issuer answered no object')
  return value as Record<string, unknown>
}

/** A key that signs with RS256 or ES256; null for all others, which an issuer may well have beside it. */
async function importIssuerKey(jwk: unknown): Promise<IssuerKey | null> {
  if (typeof jwk !== 'object' || jwk === null) return null
  const { kty, crv, n, e, x, y, alg, use, kid } = jwk as Record<string, string | undefined>
  const method = kty === 'RSA' ? 'RS256' : kty === 'EC' && crv === 'P-256' ? 'ES256' : null
  if (method === null || (alg ?? method) !== method || (use ?? 'sig') !== 'sig') return null
  try {
    // Public members only, whatever else it published.
    const members = method === 'RS256' ? { kty, n, e } : { kty, crv, x, y }
    const key = await importJWK(JSON.parse(JSON.stringify(members)), method)
    return key instanceof Uint8Array ? null : { kid, alg: method, key }
  } catch {
    return null
  }
}
