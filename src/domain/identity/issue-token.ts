import { SignJWT } from 'jose'
import type { Database } from '../../platform/d1'
import type { Client } from './clients'
import type { Scope } from './scopes'
import { currentSigningKey } from './signing-keys'

/** Who tokens of ours are for, and how long they live. */
export const AUDIENCE = 'daybook'
export const TOKEN_TYPE = 'at+jwt'
const LIFETIME_SECONDS = 3600

/** The issuer of tokens of ours, at this deployment's origin. */
export function issuerAt(origin: string): string {
  return `${origin}/identity`
}

/** What a token is issued with. */
export type Issuing = {
  readonly db: Database
  /** `ENCRYPTION_KEY`. @throws Error where it is unset */
  readonly encryptionKey: () => string
  /** This deployment's origin. */
  readonly origin: string
  readonly now: number
}

export type IssuedToken = {
  readonly token: string
  readonly expiresInSeconds: number
}

/** Issues a token (`payments.md` 2) for scopes that were granted to a client. @throws Error without `ENCRYPTION_KEY` */
export async function issueToken(
  { db, encryptionKey, origin, now }: Issuing,
  client: Client,
  granted: readonly Scope[],
): Promise<IssuedToken> {
  const { kid, key } = await currentSigningKey(db, encryptionKey, now)
  const iat = Math.floor(now / 1000)
  const claims = {
    iss: issuerAt(origin),
    aud: AUDIENCE,
    sub: client.clientId,
    client_id: client.clientId,
    scope: granted.join(' '),
    iat,
    nbf: iat,
    exp: iat + LIFETIME_SECONDS,
    jti: crypto.randomUUID(),
  }
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: TOKEN_TYPE, kid }).sign(key)
  return { token, expiresInSeconds: LIFETIME_SECONDS }
}
