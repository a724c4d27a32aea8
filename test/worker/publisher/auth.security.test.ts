import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { revokeKey } from '../../../src/domain/tenants'
import { inOnePeriod, useUp } from '../../support/limiter-periods'
import { aPublisher, fetchWorker, type TestPublisher, tenancy } from '../../support/publisher'
import { count } from '../../support/rows'
import { md5Sign, nowSeconds, sendRaw, sendSigned, sendSigned256 } from '../../support/signing'

const refusal = '{"status":"403","statusLong":"Signature mismatch or apiKey is not valid."}'

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

const nonces = () => count('nonces')

describe('ts', () => {
  it.for([-290, 0, 290])('may be %i seconds from the server’s clock', async (offset, { expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}&ts=${nowSeconds() + offset}`
    expect((await sendSigned(secret, { query })).status).toBe(200)
    expect((await sendSigned256(secret, { query })).status).toBe(200)
  })

  it.for([-310, 310, -1e9, 1e9])('may not be %i seconds from it', async (offset, { expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}&ts=${nowSeconds() + offset}`
    expect((await sendSigned(secret, { query })).status).toBe(403)
    expect((await sendSigned256(secret, { query })).status).toBe(403)
  })

  it('of ever so many digits is stale, not malformed', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    expect((await sendSigned(secret, { query: `apiKey=${apiKey}&ts=${'9'.repeat(400)}` })).status).toBe(403)
  })
})

describe('a nonce', () => {
  it('opens the door once', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}&nonce=12345678&ts=${nowSeconds()}`
    expect((await sendSigned(secret, { query })).status).toBe(200)
    expect((await sendSigned(secret, { query })).status).toBe(403)
    expect((await sendSigned256(secret, { query })).status).toBe(403)
    const later = `apiKey=${apiKey}&nonce=12345678&ts=${nowSeconds() + 5}`
    expect((await sendSigned(secret, { query: later })).status).toBe(403)
  })

  it('opens it to exactly one of twenty that come at once', async ({ expect }) => {
    const { id, apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}&nonce=${'n'.repeat(64)}&ts=${nowSeconds()}`
    const call = { method: 'POST', query, body: '{"name":"Round 1"}' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendSigned(secret, call)))
    const statuses = answers.map((answer) => answer.status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 403)])
    expect(await count('calendars WHERE publisher_id = ?', id)).toBe(1)
  })

  it('is a key’s own', async ({ expect }) => {
    const publisher = await aPublisher()
    const other = await publisher.key()
    const rest = `nonce=for-both&ts=${nowSeconds()}`
    expect((await sendSigned(publisher.secret, { query: `apiKey=${publisher.apiKey}&${rest}` })).status).toBe(
      200,
    )
    expect((await sendSigned(other.secret, { query: `apiKey=${other.apiKey}&${rest}` })).status).toBe(200)
  })

  it('is not spent by a wrong signature or a stale ts', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const before = await nonces()
    const query = `apiKey=${apiKey}&nonce=not-spent&ts=${nowSeconds()}`
    expect((await sendRaw({ query: `${query}&apiSign=${await md5Sign('wrong', query)}` })).status).toBe(403)
    expect((await sendRaw({ query })).status).toBe(403)
    const stale = `apiKey=${apiKey}&nonce=not-spent&ts=${nowSeconds() - 400}`
    expect((await sendSigned(secret, { query: stale })).status).toBe(403)
    expect(await nonces()).toBe(before)
    expect((await sendSigned(secret, { query })).status).toBe(200)
    expect(await nonces()).toBe(before + 1)
  })

  it('is spent by a call that then fails', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}&nonce=for-a-404&ts=${nowSeconds()}`
    expect((await sendSigned(secret, { path: '/nowhere', query })).status).toBe(404)
    expect((await sendSigned(secret, { path: '/nowhere', query })).status).toBe(403)
  })
})

describe('a key that requires nonces', () => {
  it('opens nothing without ts and nonce', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, secret } = await publisher.key({ requireNonce: true })
    const ts = nowSeconds()
    for (const rest of ['', `&ts=${ts}`]) {
      expect((await sendSigned(secret, { query: `apiKey=${apiKey}${rest}` })).status).toBe(403)
      expect((await sendSigned256(secret, { query: `apiKey=${apiKey}${rest}` })).status).toBe(403)
    }
    const fresh = (nonce: string) => ({ query: `apiKey=${apiKey}&ts=${ts}&nonce=${nonce}` })
    expect((await sendSigned(secret, fresh('nonce--1'))).status).toBe(200)
    expect((await sendSigned256(secret, fresh('nonce--2'))).status).toBe(200)
  })
})

describe('a key used a thousand times', () => {
  it('has made its requests of these 10 seconds, while other keys go on', ({ expect }) =>
    inOnePeriod(10, async () => {
      const publisher = await aPublisher()
      const query = `apiKey=${publisher.apiKey}`
      const call = { path: '/nowhere', query }
      for (let n = 0; n < 3; n++) expect((await sendSigned(publisher.secret, call)).status).toBe(404)
      expect(await useUp(env.API_RATE, publisher.apiKey)).toBe(997)

      const refused = await sendSigned(publisher.secret, call)
      expect(refused.status).toBe(429)
      expect(await refused.json()).toEqual({
        status: '429',
        statusLong: 'Too many requests! Try again after sometime.',
      })
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(refused.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
      expect(refused.headers.get('Cache-Control')).toBe('no-store')

      const second = await publisher.key()
      expect((await second.get('/calendar')).status).toBe(200)
      expect((await sendRaw(call)).status).toBe(403)
    }))
})
