import { decodeJwt } from 'jose'
import { atHome, atHomeOfName } from '../../databases'
import type { Env } from '../../env'
import { claimedClient } from './verify-token'

/**
 * The bindings of the database in which a bearer token says that its client lives. Nothing of the token is believed:
 * one that lies is looked for where its client isn't, and refused.
 */
export async function atHomeOfToken(env: Env, token: string): Promise<Env> {
  let payload: ReturnType<typeof decodeJwt>
  try {
    payload = decodeJwt(token)
  } catch {
    return env
  }
  const isExternal = env.OIDC_ISSUER !== undefined && payload.iss === env.OIDC_ISSUER
  const name = isExternal ? claimedClient(payload) : payload.sub
  if (typeof name !== 'string') return env
  return isExternal ? atHomeOfName(env, 'external', name) : atHome(env, 'client', name)
}
