import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { revokeKey } from '../../../src/domain/tenants'
import { aPublisher, fetchWorker, type TestPublisher } from '../../support/publisher'
import { md5Sign, nowSeconds, sendRaw, sendSigned, sendSigned256 } from '../../support/signing'

const refusal = '{"status":"403","statusLong":"Signature mismatch or apiKey is not valid."}'

const tenancy = () => ({
  db: env.DB,
  now: Date.now(),
  encryptionKey: () => env.ENCRYPTION_KEY,
  inEachWrite: [],
})

async function spent(publisher: TestPublisher): Promise<Response> {
  const query = `apiKey=${publisher.apiKey}&nonce=spent-one&ts=${nowSeconds()}`
  await sendSigned(publisher.secret, { query })
  return sendSigned(publisher.secret, { query })
}

/** Every way not to be let in (`publisher-api.md` 1.5), for one path. */
const failures: Record<string, (publisher: TestPublisher, path: string) => Promise<Response>> = {
  'no key': (_, path) => fetchWorker(`/apiv2${path}`),
  'no signature': ({ apiKey }, path) => sendRaw({ path, query: `apiKey=${apiKey}` }),
  'an empty signature': ({ apiKey }, path) => sendRaw({ path, query: `apiKey=${apiKey}&apiSign=` }),
  'a wrong signature': ({ apiKey }, path) =>
    sendRaw({ path, query: `apiKey=${apiKey}&apiSign=${'0'.repeat(32)}` }),
  'a wrong secret': ({ apiKey }, path) => sendSigned('another secret', { path, query: `apiKey=${apiKey}` }),
  'an unknown key': ({ secret }, path) => sendSigned(secret, { path, query: 'apiKey=nobody' }),
  'an empty key': ({ secret }, path) => sendSigned(secret, { path, query: 'apiKey=' }),
  'a key in other letters': ({ apiKey, secret }, path) =>
    sendSigned(secret, { path, query: `apiKey=${apiKey.toUpperCase()}` }),
  'the secret of another publisher': async ({ apiKey }, path) =>
    sendSigned((await aPublisher()).secret, { path, query: `apiKey=${apiKey}` }),
  'a revoked key': async (publisher, path) => {
    const key = await publisher.key()
    await revokeKey(tenancy(), publisher.id, key.apiKey)
    return sendSigned(key.secret, { path, query: `apiKey=${key.apiKey}` })
  },
  'an expired key': async (publisher, path) => {
    const key = await publisher.key({ expiresAt: Date.now() - 1 })
    return sendSigned(key.secret, { path, query: `apiKey=${key.apiKey}` })
  },
  'a cancelled company': async (_, path) => {
    const { id, apiKey, secret } = await aPublisher()
    await env.DB.prepare('UPDATE publishers SET cancelled_at = 1 WHERE id = ?').bind(id).run()
    return sendSigned(secret, { path, query: `apiKey=${apiKey}` })
  },
  'a stale ts': ({ apiKey, secret }, path) => sendSigned(secret, { path, query: `apiKey=${apiKey}&ts=1` }),
  'a spent nonce': (publisher) => spent(publisher),
  'the stronger signature without ts': ({ apiKey, secret }, path) =>
    sendSigned256(secret, { path, query: `apiKey=${apiKey}` }),
  'MD5 where the key has none': async (publisher, path) => {
    const key = await publisher.key({ md5: false })
    return sendSigned(key.secret, { path, query: `apiKey=${key.apiKey}` })
  },
  'no nonce where the key requires one': async (publisher, path) => {
    const key = await publisher.key({ requireNonce: true })
    return sendSigned(key.secret, { path, query: `apiKey=${key.apiKey}` })
  },
}

describe('a call that is not let in', () => {
  it.for(Object.entries(failures))('can not tell why: %s', async ([, fail], { expect }) => {
    const publisher = await aPublisher()
    for (const path of ['/calendar', '/nowhere', '/event/652375ab635fd36a5e6695fb', '', '/']) {
      const response = await fail(publisher, path)
      expect([path, response.status, await response.text()]).toEqual([path, 403, refusal])
      expect([...response.headers].filter(([name]) => name !== 'content-length').sort()).toEqual([
        ['cache-control', 'no-store'],
        ['content-type', 'application/json; charset=utf-8'],
      ])
    }
  })

  it('is told nothing of methods, bodies and paths either', async ({ expect }) => {
    const { apiKey } = await aPublisher()
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const call = { method, path: '/calendar', query: `apiKey=${apiKey}`, body: 'not JSON' }
      const response = await sendRaw(call)
      expect([method, response.status, await response.text()]).toEqual([method, 403, refusal])
      expect(response.headers.get('Allow')).toBeNull()
    }
  })

  it('leaves a good key as good as it was', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    await sendSigned('wrong', { query: `apiKey=${apiKey}` })
    expect((await sendSigned(secret, { query: `apiKey=${apiKey}` })).status).toBe(200)
  })
})

describe('a key', () => {
  it('works until the moment it expires', async ({ expect }) => {
    const publisher = await aPublisher()
    const soon = await publisher.key({ expiresAt: Date.now() + 60_000 })
    expect((await soon.get('/calendar')).status).toBe(200)
  })

  it('may be one of several, each with its own secret', async ({ expect }) => {
    const publisher = await aPublisher()
    const second = await publisher.key()
    await second.post('/calendar', { name: 'Round 1' })
    expect((await publisher.api.get('/calendar')).data).toHaveLength(1)
    const crossed = await sendSigned(publisher.secret, { query: `apiKey=${second.apiKey}` })
    expect(crossed.status).toBe(403)
  })

  it('has no CORS headers in its answers', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const call = { query: `apiKey=${apiKey}`, headers: { Origin: 'https://shop.example' } }
    const response = await sendSigned(secret, call)
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('is no way to lengthen a signed MD5: padding has bytes that no query and no body may hold', async ({
    expect,
  }) => {
    const { apiKey } = await aPublisher()
    const padded = `apiKey=${apiKey}&reference=a%80%00%00%00&apiSign=${await md5Sign('x', '')}`
    expect((await sendRaw({ query: padded })).status).toBe(400)
  })
})
