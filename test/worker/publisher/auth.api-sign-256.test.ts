import { describe, it, vi } from 'vitest'
import { clock } from '../../../src/platform/clock'
import { aPublisher } from '../../support/publisher'
import {
  hmacSign,
  md5Sign,
  nowSeconds,
  seedKey,
  sendRaw,
  sendSigned,
  sendSigned256,
} from '../../support/signing'

const B = '{"name":"✅ Payment Received","startDate":"2030-05-01","allDay":"yes"}'

/** The table of `publisher-api.md` 1.4. */
const vectors = [
  [
    'GET',
    '/calendar',
    'apiKey=demo-key&ts=1900000000',
    '',
    'e0722055494be66cd985c8ab5a5d2ef2a8476f207e52a19c53db5e31eb5742b3',
    200,
  ],
  [
    'POST',
    '/event/',
    'apiKey=demo-key&ecal_id=652375ab635fd36a5e6695fb&ts=1900000000',
    B,
    '4e76de511c773025b9ae70a6cdd0962f2eb17f1556aad4af9197282747d11e4d',
    404,
  ],
  [
    'GET',
    '/event',
    'apiKey=demo-key&reference=Round%201%20%C3%A9%20%28a%2Ab%29&ts=1900000000',
    '',
    'b29f5af5d911df8fd09be1330dd45cc6d1717eb14967856ccb2161458fa44b1f',
    200,
  ],
] as const

describe('apiSign256', () => {
  it('is what the contract’s table says, at the front door', async ({ expect }) => {
    const publisher = await aPublisher()
    await seedKey(publisher.id, 'demo-key', 'demo-secret')
    vi.spyOn(clock, 'now').mockReturnValue(1_900_000_000_000)
    for (const [method, path, query, body, sign, status] of vectors) {
      const call = { method, path, ...(body === '' ? {} : { body }) }
      const send = (apiSign256: string) => sendRaw({ ...call, query: `${query}&apiSign256=${apiSign256}` })
      expect([path, (await send(sign)).status]).toEqual([path, status])
      expect((await send(sign.toUpperCase())).status).toBe(403)
      expect((await send(sign.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status).toBe(403)
    }
    vi.restoreAllMocks()
  })

  it('needs a ts', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    expect((await sendSigned256(secret, { query: `apiKey=${apiKey}` })).status).toBe(403)
    expect((await sendSigned256(secret, { query: `apiKey=${apiKey}&ts=${nowSeconds()}` })).status).toBe(200)
  })

  it('covers method, path, query and body', async ({ expect }) => {
    const { api, apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}&ts=${nowSeconds()}`
    const body = '{"name":"Round 1"}'
    const sign = await hmacSign(secret, 'POST', '/apiv2/calendar', query, body)
    const good = { method: 'POST', path: '/calendar', query: `${query}&apiSign256=${sign}`, body }
    for (const changed of [
      { method: 'PUT' },
      { path: '/calendar/' },
      { path: '/widget' },
      { query: `${query}&more=1&apiSign256=${sign}` },
      { body: '{"name":"Round 2"}' },
      { body: `${body} ` },
    ]) {
      expect([changed, (await sendRaw({ ...good, ...changed })).status]).toEqual([changed, 403])
    }
    expect((await sendRaw(good)).status).toBe(200)
    expect((await api.get('/calendar')).data).toHaveLength(1)
  })

  it('of a DELETE always has the body in it', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}&ts=${nowSeconds()}`
    const body = '{"ids":["652375ab635fd36a5e6695fb"]}'
    const call = { method: 'DELETE', path: '/batch/events', query, body }
    expect((await sendSigned256(secret, call)).status).toBe(200)
    const without = await hmacSign(secret, 'DELETE', '/apiv2/batch/events', query)
    expect((await sendRaw({ ...call, query: `${query}&apiSign256=${without}` })).status).toBe(403)
  })

  it('takes the path as it is sent, slash and percent-encoding included', async ({ expect }) => {
    const { api, apiKey, secret } = await aPublisher()
    await api.post('/calendar', { name: 'Round 1', reference: 'loan-7/é +%' })
    const query = `apiKey=${apiKey}&ts=${nowSeconds()}`
    for (const path of [
      '/calendar/loan-7%2F%C3%A9%20+%25',
      '/calendar/loan-7%2f%c3%a9%20%2B%25/',
      '/calendar/',
    ]) {
      expect([path, (await sendSigned256(secret, { path, query })).status]).toEqual([path, 200])
    }
    const decoded = await hmacSign(secret, 'GET', '/apiv2/calendar/loan-7/é +%', query)
    const path = '/calendar/loan-7%2F%C3%A9%20+%25'
    expect((await sendRaw({ path, query: `${query}&apiSign256=${decoded}` })).status).toBe(403)
  })

  it('encodes all but the unreserved characters', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const others = `a=${encodeURIComponent('!\'()*~-._ +/?#[]@$&,;=:%"<>\\^`{|}é🎉')}`
    const query = `${others}&apiKey=${apiKey}&ts=${nowSeconds()}&empty`
    expect((await sendSigned256(secret, { query })).status).toBe(200)
  })
})

describe('a key without MD5', () => {
  it('takes the stronger signature only', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, secret } = await publisher.key({ md5: false })
    const query = `apiKey=${apiKey}&ts=${nowSeconds()}`
    expect((await sendSigned(secret, { query })).status).toBe(403)
    expect((await sendSigned256(secret, { query })).status).toBe(200)
    const swapped = await md5Sign(secret, query)
    expect((await sendRaw({ query: `${query}&apiSign256=${swapped}` })).status).toBe(403)
  })
})
