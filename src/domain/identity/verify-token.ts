import { decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload, jwtVerify } from 'jose'
import { type Database, runBatch } from '../../platform/d1'
import { type Client, type ClientRow, liveClient, toClient } from './clients'
import { AUDIENCE, issuerAt, TOKEN_TYPE } from './issue-token'
import { issuerKeys } from './issuer-keys'
import { commonScopes } from './scopes'
import { selectPublishedKey } from './signing-keys'

/** How far the clock of who issued a token may be from ours. */
const LEEWAY_SECONDS = 5

/** The variables of the one external issuer; it is trusted where both are set. */
export type IssuerVariables = {
  readonly OIDC_ISSUER?: string | undefined
  readonly OIDC_AUDIENCE?: string | undefined
}

/** Who calls: `scopes` are those that the token has and the client still has, all else is the client's of now. */
export type VerifiedClient = Client

/**
 * The client that a bearer token stands for (`payments.md` 3), or null for whatever reason. A client of a cancelled
 * company is given, as `cancelled`: each surface refuses it in its own words. Nothing in the token's header chooses a
 * key or a method, beyond the name under which a key of the issuer is looked up.
 * @param db a session that begins at the primary, so that a revoked client is refused at once
 * @param origin this deployment's own
 */
export async function verifyAccessToken(
  db: Database,
  variables: IssuerVariables,
  token: string,
  origin: string,
  now: number,
): Promise<VerifiedClient | null> {
  const claimed = readUnverified(token)
  if (!claimed) return null
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = variables
  const trusted = Boolean(issuer && audience) && claimed.payload.iss === issuer
  const [claims, client] =
    trusted && issuer && audience
      ? await verifyExternal(db, token, claimed, { issuer, audience }, now)
      : await verifyOwn(db, token, claimed, origin, now)
  return claims && client ? { ...client, scopes: commonScopes(client.scopes, scopesOf(claims)) } : null
}

/** What a token says before anything of it is believed. */
type Claimed = { readonly kid: string | undefined; readonly payload: JWTPayload }

function readUnverified(token: string): Claimed | null {
  try {
    const { kid } = decodeProtectedHeader(token)
    const payload = decodeJwt(token)
    return kid === undefined || typeof kid === 'string' ? { kid, payload } : null
  } catch {
    return null
  }
}

type Verified = readonly [claims: JWTPayload, client: Client | null] | readonly [null, null]

const refused: Verified = [null, null]

async function verifyOwn(
  db: Database,
  token: string,
  { kid, payload: { sub } }: Claimed,
  origin: string,
  now: number,
): Promise<Verified> {
  if (kid === undefined || typeof sub !== 'string') return refused
  const [keys, clients] = await runBatch(db, [
    selectPublishedKey(db, kid, now),
    db.prepare(liveClient('c.client_id = ?')).bind(sub),
  ])
  const jwk = keys?.results[0]?.public_jwk
  if (typeof jwk !== 'string') return refused
  const key = await publicKey(kid, jwk)
  const claims = await signedClaims(token, key, 'RS256', {
    issuer: issuerAt(origin),
    audience: AUDIENCE,
    typ: TOKEN_TYPE,
    now,
  })
  // The client was read by a `sub` that the signature has now proved.
  const row = clients?.results[0]
  return claims ? [claims, row ? toClient(row as ClientRow) : null] : refused
}

async function verifyExternal(
  db: Database,
  token: string,
  { kid }: Claimed,
  issuer: { issuer: string; audience: string },
  now: number,
): Promise<Verified> {
  for (const { key, alg } of await issuerKeys(issuer.issuer, kid, now)) {
    const claims = await signedClaims(token, key, alg, { ...issuer, now })
    if (!claims) continue
    const name = claimedClient(claims)
    if (typeof name !== 'string' || name === '') return refused
    const row = await db.prepare(liveClient('c.external_client_id = ?')).bind(name).first<ClientRow>()
    return [claims, row && toClient(row)]
  }
  return refused
}

/** What a token of the external issuer says that its client is. */
export const claimedClient = ({ client_id, azp, sub }: JWTPayload): unknown => client_id ?? azp ?? sub

type Expected = { issuer: string; audience: string; typ?: string; now: number }

/** The claims of a token that this key signed, for us and for now; null otherwise. */
async function signedClaims(
  token: string,
  key: CryptoKey,
  alg: 'RS256' | 'ES256',
  { now, ...expected }: Expected,
): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      ...expected,
      algorithms: [alg],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(now),
      requiredClaims: ['exp'],
    })
    return payload
  } catch {
    return null
  }
}

/** `scope` (a text or a list), else `scp`. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  const given = scope ?? scp
  if (typeof given === 'string') return given.split(' ')
  return Array.isArray(given) ? given.filter((each) => typeof each === 'string') : []
}

/** Public keys of ours that this isolate has imported; there are three at most at any time. */
const imported = new Map<string, { jwk: string; key: CryptoKey }>()

async function publicKey(kid: string, jwk: string): Promise<CryptoKey> {
  const known = imported.get(kid)
  if (known?.jwk === jwk) return known.key
  const key = await importJWK(JSON.parse(jwk), 'RS256')
  if (key instanceof Uint8Array) throw new Error('a signing key is none')
  imported.set(kid, { jwk, key })
  return key
}
