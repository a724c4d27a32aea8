import { env } from 'cloudflare:workers'
import { base64url, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, it, vi } from 'vitest'
import { verifyAccessToken } from '../../../src/domain/identity'
import { aPublisher, ORIGIN } from '../../support/publisher'
import { atTime } from '../../support/time'
import {
  aClient,
  cancel,
  DAY,
  forgetKeys,
  goodClaims,
  HOUR,
  ISSUER,
  keySet,
  revoke,
  signWithOurKey,
  type TestClient,
  tokenOf,
  verify,
} from './support'

let client: TestClient
let kid: string
const now = Date.now()
const seconds = Math.floor(now / 1000)

beforeAll(async () => {
  await forgetKeys()
  client = await aClient()
  kid = (await atTime(now, keySet)).keys[0]?.kid ?? ''
})

afterAll(forgetKeys)

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a token of ours', () => {
  it('stands for its client, with what the client may do', async ({ expect }) => {
    const publisher = await aPublisher({ name: 'Biller' })
    const rights = { businesses: ['MELB01', 'SYD01'], rateLimit: { limit: 5, windowSeconds: 60 } }
    const made = await aClient({ publisherId: publisher.id, scopes: ['accounts.read'], ...rights })
    expect(await verify(await tokenOf(made))).toEqual({
      clientId: made.clientId,
      publisher: expect.objectContaining({ id: publisher.id, name: 'Biller' }),
      cancelled: false,
      scopes: ['accounts.read'],
      ...rights,
    })
    const plain = await verify(await tokenOf(client))
    expect([plain?.businesses, plain?.rateLimit]).toEqual([null, null])
  })

  it('has the scopes that are in it and still on the client, no others', async ({ expect }) => {
    const made = await aClient({ scopes: ['Service.write', 'schedules.read', 'accounts.read'] })
    const token = await tokenOf(made, 'schedules.read Service.write')
    expect((await verify(token))?.scopes).toEqual(['Service.write', 'schedules.read'])
    await env.DB.prepare('UPDATE clients SET scopes = ?, businesses = ? WHERE client_id = ?')
      .bind('["accounts.read","schedules.read"]', '["LATER"]', made.clientId)
      .run()
    const later = await verify(token)
    expect([later?.scopes, later?.businesses]).toEqual([['schedules.read'], ['LATER']])
  })

  it('is worth nothing from the moment its client is revoked', async ({ expect }) => {
    const made = await aClient()
    const token = await tokenOf(made)
    expect(await verify(token)).not.toBeNull()
    await revoke(made)
    expect(await verify(token)).toBeNull()
  })

  it('of a cancelled company is told apart, since each surface refuses it in its own words', async ({
    expect,
  }) => {
    const made = await aClient()
    const token = await tokenOf(made)
    await cancel(made.publisherId)
    expect(await verify(token)).toMatchObject({ clientId: made.clientId, cancelled: true })
  })

  it.for<[string, number, boolean]>([
    ['at once', 0, true],
    ['just before its end', 3599, true],
    ['4 s after its end', 3604, true],
    ['5 s after its end', 3605, false],
    ['4 s before its beginning', -4, true],
    ['5 s before its beginning', -5, true],
    ['6 s before its beginning', -6, false],
  ])('%s: %i s, %s', async ([, offset, good], { expect }) => {
    const token = await signWithOurKey(goodClaims(client.clientId, now))
    expect((await verify(token, (seconds + offset) * 1000)) !== null).toBe(good)
  })
})

describe('refused is a token', () => {
  it.for<[string, Record<string, unknown>]>([
    ['of another issuer', { iss: 'https://evil.example/identity' }],
    ['of an issuer that looks like us', { iss: `${ISSUER}/` }],
    ['for another audience', { aud: 'someone-else' }],
    ['without an audience', { aud: undefined }],
    ['without an end', { exp: undefined }],
    ['that ended', { exp: seconds - 60 }],
    ['that has not begun', { nbf: seconds + 60 }],
    ['of an unknown client', { sub: crypto.randomUUID() }],
    ['of no client', { sub: undefined }],
    ['of a client that is no text', { sub: 7 }],
    ['whose times are texts', { exp: String(seconds + 60) }],
  ])('%s, even where we signed it', async ([, claims], { expect }) => {
    const good = goodClaims(client.clientId, now)
    expect(await verify(await signWithOurKey(good), now)).not.toBeNull()
    expect(await verify(await signWithOurKey({ ...good, ...claims } as typeof good), now)).toBeNull()
  })

  it.for<[string, Record<string, unknown>]>([
    ['that is no access token', { typ: 'JWT' }],
    ['of no type', { typ: undefined }],
  ])('%s, even where we signed it', async ([, header], { expect }) => {
    expect(await verify(await signWithOurKey(goodClaims(client.clientId, now), header), now)).toBeNull()
  })

  it('changed in any part', async ({ expect }) => {
    const token = await tokenOf(client)
    const [header = '', payload = '', signature = ''] = token.split('.')
    const other = await aClient({ scopes: ['accounts.write'] })
    const claims = { ...goodClaims(other.clientId), scope: 'accounts.write' }
    const changed = [
      [header, base64url.encode(JSON.stringify(claims)), signature],
      [header, payload, `${signature.slice(0, -8)}AAAAAAAA`],
      [header, payload, ''],
      [base64url.encode(JSON.stringify({ alg: 'RS256', kid, typ: 'at+jwt' })), payload, signature],
    ]
    for (const parts of changed) expect(await verify(parts.join('.'))).toBeNull()
    expect(await verify(token)).not.toBeNull()
  })

  it.for(['', 'x', 'a.b.c', '..', '{}', 'e30.e30.e30', 'é.é.é', `${'x'.repeat(5000)}.y.z`, 'null'])(
    'that is none: %j',
    async (text, { expect }) => {
      expect(await verify(text)).toBeNull()
    },
  )

  it('without a signature (alg none)', async ({ expect }) => {
    const claims = goodClaims(client.clientId)
    expect(await verify(new UnsecuredJWT(claims).encode())).toBeNull()
    const header = { alg: 'none', typ: 'at+jwt', kid }
    const parts = [header, claims].map((part) => base64url.encode(JSON.stringify(part)))
    expect(await verify(`${parts.join('.')}.`)).toBeNull()
  })

  it('signed with our public key as if it were a shared secret (HS256)', async ({ expect }) => {
    const jwk = (await keySet()).keys[0]
    if (!jwk) throw new Error('no key')
    const key = await importJWK(jwk, 'RS256', { extractable: true })
    if (key instanceof Uint8Array) throw new Error('no key')
    for (const secret of [await exportSPKI(key), jwk.n, JSON.stringify(jwk)]) {
      const token = await new SignJWT(goodClaims(client.clientId))
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
        .sign(new TextEncoder().encode(secret))
      expect(await verify(token)).toBeNull()
    }
  })

  it('signed by another key, whatever its header offers as the key', async ({ expect }) => {
    const asked = vi.fn(async () => Response.json({ keys: [] }))
    vi.stubGlobal('fetch', asked)
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const url = 'https://evil.example/keys'
    for (const header of [
      { kid },
      { kid: 'their-own' },
      {},
      { jwk },
      { jwk, kid },
      { jku: url, kid },
      { x5u: url, kid },
    ]) {
      const token = await new SignJWT(goodClaims(client.clientId))
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...header })
        .sign(privateKey)
      expect(await verify(token)).toBeNull()
    }
    expect(asked).not.toHaveBeenCalled()
  })

  it('by another method than RS256, even with our own key', async ({ expect }) => {
    for (const alg of ['RS384', 'RS512', 'PS256']) {
      expect(await verify(await signWithOurKey(goodClaims(client.clientId), { alg }))).toBeNull()
    }
    const { privateKey } = await generateKeyPair('ES256')
    const token = await new SignJWT(goodClaims(client.clientId))
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .sign(privateKey)
    expect(await verify(token)).toBeNull()
  })

  it('of a key that is published no more, even where it could still sign', async ({ expect }) => {
    const later = now + 30 * DAY
    const keys = await atTime(now + 29 * DAY, keySet)
    const [, successor] = keys.keys.map((key) => key.kid)
    for (const [by, at, good] of [
      [kid, later + 2 * HOUR - 1, true],
      [kid, later + 2 * HOUR, false],
      [successor ?? '', later + 2 * HOUR, true],
    ] as const) {
      const token = await signWithOurKey(goodClaims(client.clientId, at), { kid: by })
      expect((await verify(token, at)) !== null).toBe(good)
    }
  })

  it('of a key that we have no more', async ({ expect }) => {
    const token = await tokenOf(client)
    expect(await verify(token)).not.toBeNull()
    await forgetKeys()
    expect(await verify(token)).toBeNull()
  })

  it('of another deployment', async ({ expect }) => {
    const token = await tokenOf(client)
    const db = env.DB.withSession('first-primary')
    expect(await verifyAccessToken(db, {}, token, ORIGIN, Date.now())).not.toBeNull()
    expect(await verifyAccessToken(db, {}, token, 'https://other.example', Date.now())).toBeNull()
  })
})
