import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { aService } from '../../../support/apps'
import { aPublisher } from '../../../support/publisher'
import { atTime } from '../../../support/time'
import { aClient, cancel, DAY, goodClaims, revoke, signWithOurKey, tokenOf } from '../../identity/support'
import { allScopes } from '../../payments/support'
import { bearer, type Caller, sending } from './table'
import type { World } from './world'

export const everyScope = [...allScopes, 'Service.read', 'Service.write']

/** Callers whose token stands for nobody, by what is wrong with it; the client is A's own. */
export async function badTokens({ a, b }: World): Promise<Record<string, Caller>> {
  const { clientId } = a.biller.client
  const claims = { ...goodClaims(clientId), scope: everyScope.join(' ') }
  const ended = await aClient({ publisherId: a.publisher.id, scopes: everyScope })
  const revoked = await tokenOf(ended)
  await revoke(ended)
  const good = await tokenOf(a.biller.client)
  const [header = '', , signature = ''] = good.split('.')
  const others = base64url.encode(JSON.stringify(claims))
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const forged = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', jwk: await exportJWK(publicKey) })
    .sign(privateKey)
  const basic = btoa(`${clientId}:${a.biller.client.clientSecret}`)
  const tokens: Record<string, string> = {
    'a revoked client’s token': revoked,
    'an expired token': await atTime(Date.now() - DAY, () => tokenOf(a.biller.client)),
    'a token for another audience': await signWithOurKey({ ...claims, aud: 'another' }),
    'a token of another issuer': await signWithOurKey({ ...claims, iss: 'https://other.example/identity' }),
    'a token of an unknown client': await signWithOurKey({ ...claims, sub: crypto.randomUUID() }),
    'a token that is no access token': await signWithOurKey(claims, { typ: 'JWT' }),
    'a token without a signature': new UnsecuredJWT(claims).encode(),
    'a token with another’s signature': [header, others, signature].join('.'),
    'a token that another key signed': forged,
    'a publisher’s key as a token': a.publisher.apiKey,
    'a publisher’s secret as a token': a.publisher.secret,
    'a client’s secret as a token': a.biller.client.clientSecret,
    'the operator’s token': 'test-operator-token',
  }
  return {
    ...Object.fromEntries(Object.entries(tokens).map(([who, token]) => [who, bearer(token)])),
    'a client’s id and secret': sending('Authorization', `Basic ${basic}`),
    'the session of an Admin': sending('Cookie', `__Host-daybook=${b.admin.session}; a=${a.admin.session}`),
  }
}

/** A token of a company that was cancelled. */
export async function ofCancelled(): Promise<Caller> {
  const closed = await aPublisher()
  const { authorization } = await aService(closed, everyScope)
  await cancel(closed.id)
  return sending('Authorization', authorization ?? '')
}

/** A token of A with these scopes only. */
export async function withScopes({ a }: World, scopes: string[], businesses?: string[]): Promise<Caller> {
  const rights = { publisherId: a.publisher.id, scopes, ...(businesses ? { businesses } : {}) }
  return bearer(await tokenOf(await aClient(rights)))
}
