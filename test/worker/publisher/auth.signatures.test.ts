import { describe, it, vi } from 'vitest'
import { clock } from '../../../src/platform/clock'
import { aPublisher, fetchWorker, type TestPublisher } from '../../support/publisher'
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
const VECTOR_SECONDS = 1_900_000_000

/** The table of `publisher-api.md` 1.2. */
const vectors = [
  ['GET', '/calendar', 'apiKey=demo-key', '', '66cec71c1f56c2ffe112f225be741d79', 200],
  [
    'GET',
    '/event',
    'type=private&ecal_id=652375ab635fd36a5e6695fb&apiKey=demo-key',
    '',
    '37c51ba32d11f90dcef09242fa0de92e',
    404,
  ],
  [
    'POST',
    '/event',
    'apiKey=demo-key&ecal_id=652375ab635fd36a5e6695fb',
    B,
    '24945dbb3c67c5b4a15020389bc7e27f',
    404,
  ],
  ['GET', '/event', 'apiKey=demo-key&reference=Round+1+%C3%A9', '', '57a232ae64eb9db373ae1df888dca9c7', 200],
  ['GET', '/calendar', 'aaa=Green&apiKey=123123123&xxx=Orange', '', '3683a3c00c16724dbe3f2efb1561bb13', 200],
] as const

async function demoPublisher(): Promise<TestPublisher> {
  const publisher = await aPublisher()
  await seedKey(publisher.id, 'demo-key', 'demo-secret')
  await seedKey(publisher.id, '123123123', 'API-SECRET')
  return publisher
}

/** A row of that table whose nonce is too short for 1.3: its signature can only be told from the outside as not 403. */
const shortNonce = 'apiKey=demo-key&nonce=n-0001&ts=1900000000&apiSign=b5e4e03a1d692caf6d8796caec2056c4'

describe('apiSign', () => {
  it('is what the contract’s table says, at the front door', async ({ expect }) => {
    await demoPublisher()
    vi.spyOn(clock, 'now').mockReturnValue(VECTOR_SECONDS * 1000)
    for (const [method, path, query, body, sign, status] of vectors) {
      const call = { method, path, ...(body === '' ? {} : { body }) }
      const response = await sendRaw({ ...call, query: `${query}&apiSign=${sign}` })
      expect([query, response.status]).toEqual([query, status])
      const wrong = await sendRaw({ ...call, query: `${query}&apiSign=${sign.replace(/^./, 'f')}` })
      expect([query, wrong.status]).toEqual([query, 403])
    }
    expect((await sendRaw({ query: shortNonce })).status).toBe(400)
    vi.restoreAllMocks()
  })

  it('signs the bytes of a POST as they are sent, whatever JSON they are', async ({ expect }) => {
    const { api, apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}`
    const body = '{ "name" : "Caf\\u00e9\\/",\n\t"draft":0 }'
    const sent = await sendSigned(secret, { method: 'POST', query, body })
    expect(sent.status).toBe(200)
    const again = JSON.stringify(JSON.parse(body))
    const serialised = await sendRaw({
      method: 'POST',
      query: `${query}&apiSign=${await md5Sign(secret, query, again)}`,
      body,
    })
    expect(serialised.status).toBe(403)
    expect((await api.get('/calendar')).data).toHaveLength(1)
  })

  it('of a PUT has the body in it', async ({ expect }) => {
    const { api, apiKey, secret } = await aPublisher()
    const { data } = await api.post('/calendar', { name: 'Round 1' })
    const call = { method: 'PUT', path: `/calendar/${data.id}`, body: '{"name":"Round 2"}' }
    const query = `apiKey=${apiKey}`
    const unsigned = await sendRaw({ ...call, query: `${query}&apiSign=${await md5Sign(secret, query)}` })
    expect(unsigned.status).toBe(403)
    expect((await sendSigned(secret, { ...call, query })).status).toBe(200)
    expect((await api.get(`/calendar/${data.id}`)).data.name).toBe('Round 2')
  })

  it.for([
    ['without its body', ''],
    ['with its body', '{"ids":["652375ab635fd36a5e6695fb"]}'],
  ])('of a DELETE may be made %s', async ([, signedPart], { expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}`
    const response = await sendRaw({
      method: 'DELETE',
      path: '/batch/events',
      query: `${query}&apiSign=${await md5Sign(secret, query, signedPart)}`,
      body: '{"ids":["652375ab635fd36a5e6695fb"]}',
    })
    expect(response.status).toBe(200)
  })

  it('of a DELETE with another body’s bytes is refused', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}`
    const response = await sendRaw({
      method: 'DELETE',
      path: '/batch/events',
      query: `${query}&apiSign=${await md5Sign(secret, query, '{"ids":["f"]}')}`,
      body: '{"ids":["652375ab635fd36a5e6695fb"]}',
    })
    expect(response.status).toBe(403)
  })

  it('of a HEAD is that of a GET', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const response = await sendSigned(secret, { method: 'HEAD', query: `apiKey=${apiKey}` })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it('counts unknown parameters in, in whatever order they come', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `z.9=1&a-b=%20+&B_=&apiKey=${apiKey}&empty`
    expect((await sendSigned(secret, { query })).status).toBe(200)
    const sign = await md5Sign(secret, query)
    expect((await sendRaw({ query: `apiSign=${sign}&${query}` })).status).toBe(200)
    expect((await sendRaw({ query: `${query}&more=1&apiSign=${sign}` })).status).toBe(403)
    expect((await sendRaw({ query: `${query.replace('&empty', '')}&apiSign=${sign}` })).status).toBe(403)
  })

  it('sorts names by byte, capitals before small letters', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    expect((await sendSigned(secret, { query: `b=1&B=2&_=3&a=4&A=5&apiKey=${apiKey}&-=6` })).status).toBe(200)
  })

  it('is lower-case hex, in the query string and nowhere else', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    const query = `apiKey=${apiKey}`
    const apiSign = await md5Sign(secret, query)
    expect((await sendRaw({ query: `${query}&apiSign=${apiSign.toUpperCase()}` })).status).toBe(403)
    expect((await sendRaw({ query: `${query}&apisign=${apiSign}` })).status).toBe(403)
    expect((await sendRaw({ query, headers: { apiSign, apiKey } })).status).toBe(403)
    const inBody = JSON.stringify({ apiKey, apiSign, name: 'Round 1' })
    expect((await sendRaw({ method: 'POST', query, body: inBody })).status).toBe(403)
    const inBodyOnly = await fetchWorker('/apiv2/calendar', { method: 'POST', body: inBody })
    expect(inBodyOnly.status).toBe(403)
  })
})

/** The table of `publisher-api.md` 1.4. */
const vectors256 = [
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
    for (const [method, path, query, body, sign, status] of vectors256) {
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
