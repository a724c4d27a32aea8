import { describe, it } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { count } from '../../support/rows'
import { md5Sign, nowSeconds, sendRaw, sendSigned, sendSigned256 } from '../../support/signing'

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
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}&nonce=${'n'.repeat(64)}&ts=${nowSeconds()}`
    const call = { method: 'POST', query, body: '{"name":"Round 1"}' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendSigned(secret, call)))
    const statuses = answers.map((answer) => answer.status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 403)])
    expect(await count('calendars WHERE name = ?', 'Round 1')).toBe(1)
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
