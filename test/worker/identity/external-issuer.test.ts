import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, it, vi } from 'vitest'
import { aClient, cancel, revoke, verify } from './support'

/** Claims that a token has, lacks (undefined) or has wrongly. */
type Claims = Record<string, unknown>

type Key = { alg: string; kid: string; sign: CryptoKey; jwk: Record<string, unknown> }

async function aKey(alg: string, kid: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, sign: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
}

/** An issuer on the internet of this test: `keys` is what it publishes, `asked` what was read of it. */
class Issuer {
  readonly url = `https://login-${crypto.randomUUID()}.example/tenant`
  readonly asked: string[] = []
  keys: Record<string, unknown>[] = []
  discovery: Record<string, unknown> = { issuer: this.url, jwks_uri: `${this.url}/keys` }
  down = false

  variables = { OIDC_ISSUER: this.url, OIDC_AUDIENCE: 'api://daybook' }

  fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const url = String(input instanceof Request ? input.url : input)
    this.asked.push(url)
    if (this.down) return new Response('down', { status: 503 })
    if (url === `${this.url}/.well-known/openid-configuration`) return Response.json(this.discovery)
    if (url === this.discovery.jwks_uri) return Response.json({ keys: this.keys })
    return new Response('none', { status: 404 })
  }

  token({ alg, kid, sign }: Key, claims: Claims = {}, header: Record<string, unknown> = {}) {
    return new SignJWT({
      iss: this.url,
      aud: 'api://daybook',
      client_id: name,
      scope: 'schedules.read',
      exp: Math.floor(now / 1000) + 3600,
      ...claims,
    })
      .setProtectedHeader({ alg, kid, ...header })
      .sign(sign)
  }

  verify = (token: string, at = now) => verify(token, at, this.variables)

  readsOfKeys = () => this.asked.filter((url) => url.endsWith('/keys')).length
}

const now = Date.now()
let issuer: Issuer
let name: string
let rsa: Key

beforeEach(async () => {
  issuer = new Issuer()
  name = `app-${crypto.randomUUID()}`
  rsa = await aKey('RS256', 'key-1')
  issuer.keys = [rsa.jwk]
  vi.stubGlobal('fetch', issuer.fetch)
})

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a token of the external issuer', () => {
  it('stands for the client that names it, with the rights of that client', async ({ expect }) => {
    const client = await aClient({ externalClientId: name, businesses: ['MELB01'] })
    const verified = await issuer.verify(await issuer.token(rsa))
    expect(verified).toMatchObject({
      clientId: client.clientId,
      publisher: { id: client.publisherId },
      scopes: ['schedules.read'],
      businesses: ['MELB01'],
      cancelled: false,
    })
    await cancel(client.publisherId)
    expect(await issuer.verify(await issuer.token(rsa))).toMatchObject({ cancelled: true })
    await revoke(client)
    expect(await issuer.verify(await issuer.token(rsa))).toBeNull()
  })

  it('may be signed with ES256', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const ec = await aKey('ES256', 'ec')
    issuer.keys.push(ec.jwk)
    expect(await issuer.verify(await issuer.token(ec))).not.toBeNull()
  })

  it.for<[string, (name: string) => Claims]>([
    ['azp, without client_id', (own) => ({ client_id: undefined, azp: own, sub: 'user-1' })],
    ['sub, without both', (own) => ({ client_id: undefined, sub: own })],
    ['client_id before azp and sub', (own) => ({ client_id: own, azp: 'other', sub: 'another' })],
  ])('names its client by %s', async ([, claims], { expect }) => {
    const { clientId } = await aClient({ externalClientId: name })
    expect((await issuer.verify(await issuer.token(rsa, claims(name))))?.clientId).toBe(clientId)
  })

  it.for<[string, (name: string) => Claims]>([
    ['an unknown client_id, whatever its azp and sub', (own) => ({ client_id: 'x', azp: own, sub: own })],
    ['an azp that is unknown, whatever its sub', (own) => ({ client_id: undefined, azp: 'x', sub: own })],
    ['a client_id that is no text', (own) => ({ client_id: 7, sub: own })],
    ['nobody', () => ({ client_id: undefined })],
  ])('is refused with %s', async ([, claims], { expect }) => {
    await aClient({ externalClientId: name })
    expect(await issuer.verify(await issuer.token(rsa, claims(name)))).toBeNull()
  })

  it('does not stand for a client by that client’s id with us', async ({ expect }) => {
    const { clientId } = await aClient({ externalClientId: name })
    expect(await issuer.verify(await issuer.token(rsa, { client_id: clientId, sub: clientId }))).toBeNull()
  })

  it.for<[Claims, string[]]>([
    [{ scope: 'schedules.write schedules.read accounts.read openid' }, ['schedules.read', 'schedules.write']],
    [{ scope: ['schedules.write', 7, 'x'] }, ['schedules.write']],
    [{ scope: undefined, scp: 'schedules.read' }, ['schedules.read']],
    [{ scope: undefined, scp: ['schedules.write', 'schedules.read'] }, ['schedules.read', 'schedules.write']],
    [{ scope: undefined }, []],
    [{ scope: { 'schedules.read': true } }, []],
  ])('with %j has the scopes %j', async ([claims, scopes], { expect }) => {
    await aClient({ externalClientId: name })
    expect((await issuer.verify(await issuer.token(rsa, claims)))?.scopes).toEqual(scopes)
  })

  it.for<[string, Claims]>([
    ['for another audience', { aud: 'daybook' }],
    ['that ended', { exp: Math.floor(now / 1000) - 5 }],
    ['without an end', { exp: undefined }],
    ['that has not begun', { nbf: Math.floor(now / 1000) + 6 }],
    ['of an issuer with a slash more', { iss: 'https://login.example/tenant/' }],
  ])('is refused %s', async ([, claims], { expect }) => {
    await aClient({ externalClientId: name })
    expect(await issuer.verify(await issuer.token(rsa, claims))).toBeNull()
  })

  it('is accepted within 5 s of its end, and for one of several audiences', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const claims = { aud: ['x', 'api://daybook'], exp: Math.floor(now / 1000) - 4 }
    expect(await issuer.verify(await issuer.token(rsa, claims))).not.toBeNull()
  })

  it('is refused by another key, method or header trick', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const theirs = await aKey('RS256', 'key-1')
    const weak = { ...rsa, alg: 'HS256', sign: new TextEncoder().encode(String(rsa.jwk.n)) as never }
    for (const token of [
      await issuer.token(theirs),
      await issuer.token(theirs, {}, { jwk: theirs.jwk }),
      await issuer.token(theirs, {}, { jku: 'https://evil.example/keys', kid: 'evil' }),
      await issuer.token(weak),
      await issuer.token(await aKey('PS256', 'key-1')),
    ]) {
      expect(await issuer.verify(token)).toBeNull()
    }
    expect(issuer.asked.some((url) => url.includes('evil'))).toBe(false)
  })

  it('is nothing while either variable is unset', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const token = await issuer.token(rsa)
    for (const variables of [{ OIDC_ISSUER: issuer.url }, { OIDC_AUDIENCE: 'api://daybook' }, {}]) {
      expect(await verify(token, now, variables)).toBeNull()
    }
    expect(issuer.asked).toEqual([])
  })

  it('is checked with keys for signing alone, and needs no name of a key', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const encryption = await aKey('RS256', 'enc')
    issuer.keys = [{ ...encryption.jwk, use: 'enc' }, { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' }, {}, rsa.jwk]
    expect(await issuer.verify(await issuer.token(encryption))).toBeNull()
    expect(await issuer.verify(await issuer.token(rsa, {}, { kid: undefined }))).not.toBeNull()
  })
})

describe('the external issuer’s keys', () => {
  it('are kept for 10 minutes', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const token = await issuer.token(rsa)
    await issuer.verify(token)
    await issuer.verify(token, now + 599_999)
    expect(issuer.asked).toEqual([`${issuer.url}/.well-known/openid-configuration`, `${issuer.url}/keys`])
    issuer.keys = []
    expect(await issuer.verify(token, now + 600_000)).toBeNull()
    expect(issuer.readsOfKeys()).toBe(2)
  })

  it('are read again for an unknown name, once a minute at most', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const [second, third] = [await aKey('RS256', 'key-2'), await aKey('RS256', 'key-3')]
    expect(await issuer.verify(await issuer.token(rsa))).not.toBeNull()
    issuer.keys.push(second.jwk)
    expect(await issuer.verify(await issuer.token(second))).not.toBeNull()
    expect(issuer.readsOfKeys()).toBe(2)

    issuer.keys.push(third.jwk)
    for (const wait of [0, 1000, 59_999]) {
      expect(await issuer.verify(await issuer.token(third), now + wait)).toBeNull()
    }
    expect(issuer.readsOfKeys()).toBe(2)
    expect(await issuer.verify(await issuer.token(third), now + 60_000)).not.toBeNull()
    expect(issuer.readsOfKeys()).toBe(3)
    expect(await issuer.verify(await issuer.token(rsa), now + 60_000)).not.toBeNull()
  })

  it('are read once for many tokens at once, and all of these are good', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const second = await aKey('RS256', 'key-2')
    const atOnce = async (key: Key) => {
      const token = await issuer.token(key)
      return Promise.all(Array.from({ length: 5 }, () => issuer.verify(token)))
    }
    expect(await atOnce(rsa)).not.toContain(null)
    expect(issuer.readsOfKeys()).toBe(1)
    issuer.keys.push(second.jwk)
    expect(await atOnce(second)).not.toContain(null)
    expect(issuer.readsOfKeys()).toBe(2)
  })

  it('are read by another where whoever reads them never comes back', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const token = await issuer.token(rsa)
    const begun = Promise.withResolvers<void>()
    vi.stubGlobal('fetch', () => {
      begun.resolve()
      return new Promise(() => {})
    })
    void issuer.verify(token)
    await begun.promise
    vi.stubGlobal('fetch', issuer.fetch)
    expect(await issuer.verify(token, now + 60_000)).not.toBeNull()
  })

  it('are not read again and again for names that nobody has', async ({ expect }) => {
    const stranger = await aKey('RS256', 'stranger')
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, n) => issuer.token(stranger, {}, { kid: `k${n}` })),
    )
    for (const token of tokens) expect(await issuer.verify(token)).toBeNull()
    expect(issuer.readsOfKeys()).toBe(1)
    await Promise.all(tokens.map((token) => issuer.verify(token, now + 60_000)))
    expect(issuer.readsOfKeys()).toBe(2)
  })

  it('can’t be read while the issuer is down: tokens are refused, and it is asked again later', async ({
    expect,
  }) => {
    await aClient({ externalClientId: name })
    const token = await issuer.token(rsa)
    issuer.down = true
    for (const wait of [0, 1, 9999]) expect(await issuer.verify(token, now + wait)).toBeNull()
    expect(issuer.asked).toHaveLength(1)
    issuer.down = false
    expect(await issuer.verify(token, now + 10_000)).not.toBeNull()
  })

  it('stay in use for known names while the issuer is down', async ({ expect }) => {
    await aClient({ externalClientId: name })
    const token = await issuer.token(rsa)
    expect(await issuer.verify(token)).not.toBeNull()
    issuer.down = true
    expect(await issuer.verify(await issuer.token(await aKey('RS256', 'new')))).toBeNull()
    expect(await issuer.verify(token)).not.toBeNull()
  })

  it.for<[string, (url: string) => Record<string, unknown>]>([
    ['of another issuer', (url) => ({ issuer: `${url}/`, jwks_uri: `${url}/keys` })],
    ['without an issuer', (url) => ({ jwks_uri: `${url}/keys` })],
    ['without keys', (url) => ({ issuer: url })],
    ['with keys at an address that is none', (url) => ({ issuer: url, jwks_uri: '/keys' })],
    [
      'with keys that anybody could change on the way',
      (url) => ({ issuer: url, jwks_uri: 'http://x.example/keys' }),
    ],
  ])('are not taken from a discovery document %s', async ([, discovery], { expect }) => {
    await aClient({ externalClientId: name })
    issuer.discovery = discovery(issuer.url)
    expect(await issuer.verify(await issuer.token(rsa))).toBeNull()
    expect(issuer.readsOfKeys()).toBe(0)
  })
})
