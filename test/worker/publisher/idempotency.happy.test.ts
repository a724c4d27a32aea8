import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { anEvent, paymentDue, round1, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { Api, aPublisher } from '../../support/publisher'
import { count, rowCounts } from '../../support/rows'
import { nowSeconds, sendSigned, sendSigned256 } from '../../support/signing'

const once = { headers: { 'Idempotency-Key': 'once' } }

describe('a POST with an Idempotency-Key', () => {
  it('is answered again, word for word, and done once', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const body = { ...round1, calendarId }
    const first = await api.post('/event', body, once)
    const before = await rowCounts()
    const second = await api.post('/event', body, once)
    expect(first.headers.get('Idempotent-Replayed')).toBeNull()
    expect([second.status, second.text]).toEqual([200, first.text])
    expect(second.headers.get('Idempotent-Replayed')).toBe('true')
    expect(second.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(second.headers.get('Cache-Control')).toBe('no-store')
    expect(await rowCounts()).toEqual(before)
    await api.delete(`/event/${first.data.id}`)
    expect((await api.post('/event', body, once)).text).toBe(first.text)
  })

  it('is one request whatever its signature, ts, nonce and the order of its query', async ({ expect }) => {
    const publisher = await withCalendar()
    const { apiKey, secret } = publisher
    const { ecalId } = await aStoredPerson(publisher)
    const call = { method: 'POST', path: '/event', body: JSON.stringify(paymentDue), ...once }
    const ts = nowSeconds()
    const answers = [
      await sendSigned(secret, { ...call, query: `apiKey=${apiKey}&ecal_id=${ecalId}` }),
      await sendSigned(secret, { ...call, query: `ecal_id=${ecalId}&apiKey=${apiKey}&ts=${ts}` }),
      await sendSigned(secret, {
        ...call,
        query: `ts=${ts}&nonce=nonce--1&apiKey=${apiKey}&ecal_id=${ecalId}`,
      }),
      await sendSigned256(secret, { ...call, query: `apiKey=${apiKey}&ts=${ts + 1}&ecal_id=${ecalId}` }),
      await sendSigned(secret, { ...call, path: '/event/', query: `apiKey=${apiKey}&ecal_id=${ecalId}` }),
    ]
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(texts).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(await count('events WHERE owner_id = ?', ecalId)).toBe(1)
  })

  it('is done once however many come at once', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const body = { ...round1, calendarId }
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.post('/event', body, once)))
    for (const { status, body } of answers) {
      expect([200, 409]).toContain(status)
      if (status === 409) expect(body).toEqual({ status: '409', statusLong: 'Idempotency-Key conflict.' })
    }
    const good = answers.filter(({ status }) => status === 200)
    expect(new Set(good.map(({ text }) => text)).size).toBe(1)
    expect(good.filter(({ headers }) => headers.get('Idempotent-Replayed') === null)).toHaveLength(1)
    expect(await count('events WHERE calendar_id = ?', calendarId)).toBe(1)
    expect((await api.post('/event', body, once)).text).toBe(good[0]?.text)
  })

  it('that carries a secret is replayed in full, and kept sealed', async ({ expect }) => {
    const partner = await aPublisher({ partner: true })
    const body = { name: 'Acme', reference: 'acme' }
    const first = await partner.api.post('/account', body, once)
    const second = await partner.api.post('/account', body, once)
    expect(second.data).toEqual(first.data)
    expect(second.data.apiSecret).toMatch(/^[0-9a-f]{64}$/)
    const api = new Api(second.data.apiKey, second.data.apiSecret)
    expect((await api.get('/widget')).status).toBe(200)
    const rows = await env.DB.prepare('SELECT * FROM idempotency_keys').all()
    expect(JSON.stringify(rows.results)).not.toContain(first.data.apiSecret)
    expect(await count('publishers WHERE partner_id = ?', partner.id)).toBe(1)
  })

  it('goes for every POST', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const { ecalId } = await aStoredPerson(publisher)
    const event = await anEvent(publisher)
    for (const [path, body] of [
      ['/calendar', { name: 'Round 1' }],
      ['/event', { ...round1, calendarId }],
      ['/batch/events', { events: [{ ...round1, calendarId }, {}] }],
      ['/batch/events/search', { ids: [event.id] }],
      ['/widget', { name: 'W' }],
      [`/subscriber/${ecalId}/subscriptions/add`, { calendarIds: [calendarId] }],
      [`/subscriber/${ecalId}/unsubscribe`, undefined],
    ] as const) {
      const first = await api.post(path, body, once)
      const before = await rowCounts()
      const second = await api.post(path, body, once)
      expect([path, second.status, second.text]).toEqual([path, 200, first.text])
      expect(second.headers.get('Idempotent-Replayed')).toBe('true')
      expect(await rowCounts()).toEqual(before)
    }
  })
})

describe('an Idempotency-Key', () => {
  it('is kept for 24 hours', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const body = { ...round1, calendarId }
    const first = await api.post('/event', body, once)
    const age = (hours: number) =>
      env.DB.prepare('UPDATE idempotency_keys SET expires_at = expires_at - ?, held_at = held_at - ?')
        .bind(hours * 3_600_000, hours * 3_600_000)
        .run()
    await age(23.9)
    expect((await api.post('/event', body, once)).data.id).toBe(first.data.id)
    await age(0.2)
    const later = await api.post('/event', { ...body, name: 'Round 2' }, once)
    expect([later.status, later.data.name]).toEqual([200, 'Round 2'])
  })

  it('is each path’s and each publisher’s own', async ({ expect }) => {
    const [one, two] = [await withCalendar(), await withCalendar()]
    const first = await one.api.post('/calendar', { name: 'Round 1' }, once)
    expect((await one.api.post('/widget', { name: 'Round 1' }, once)).status).toBe(200)
    const other = await two.api.post('/calendar', { name: 'Round 2' }, once)
    expect([other.status, other.data.name]).toEqual([200, 'Round 2'])
    expect((await one.api.post('/calendar', { name: 'Round 1' }, once)).data).toEqual(first.data)
  })

  it('is told apart by letter case, and may be any printable ASCII', async ({ expect }) => {
    const { api } = await aPublisher()
    const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(0x20 + at)).join('')
    for (const key of ['x', 'X', 'k'.repeat(255), `!${printable}!`]) {
      const { status } = await api.post(
        '/calendar',
        { name: `Of ${key.slice(0, 3)}` },
        { headers: { 'Idempotency-Key': key } },
      )
      expect([key, status]).toEqual([key, 200])
    }
    expect((await api.get('/calendar')).data).toHaveLength(4)
  })

  it('means nothing on other methods', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    for (const name of ['A1', 'A2']) {
      const { data } = await api.put(`/calendar/${calendarId}`, { name }, once)
      expect(data.name).toBe(name)
    }
    await api.delete(`/calendar/${calendarId}`, once)
    expect((await api.delete(`/calendar/${calendarId}`, once)).status).toBe(404)
    const bad = { headers: { 'Idempotency-Key': '' } }
    expect((await api.call('GET', '/calendar', bad)).status).toBe(200)
    expect(await count('idempotency_keys WHERE method <> ?', 'POST')).toBe(0)
  })
})
