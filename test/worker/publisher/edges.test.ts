import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { Api, aPublisher } from '../../support/publisher'
import { signedSignUp, signUp } from '../../support/sign-up'

const day = { startDate: '2030-05-01', allDay: true }
const statuses = (data: { status: string }[]) => data.map((item) => item.status)

describe('a batch near the bounds', () => {
  it('takes a small item after one that does not fit, and a reference that nobody holds', async ({
    expect,
  }) => {
    const { api } = await aPublisher()
    const nearlyFull = (await api.post('/calendar', { name: 'Nearly full' })).data.id
    const roomy = (await api.post('/calendar', { name: 'Roomy' })).data.id
    await env.DB.prepare('UPDATE calendars SET text_bytes = ? WHERE id = ?')
      .bind(16 * 1024 * 1024 - 5_000, nearlyFull)
      .run()
    const { data } = await api.post('/batch/events', {
      events: [
        { name: 'Large', calendarId: nearlyFull, details: 'x'.repeat(8_000), reference: 'same', ...day },
        { name: 'Small', calendarId: nearlyFull, ...day },
        { name: 'Elsewhere', calendarId: roomy, reference: 'same', ...day },
      ],
    })
    expect(statuses(data)).toEqual(['409', '200', '200'])
    expect(data[0].statusLong).toBe('Limit reached.')
  })

  it('is kept whole where every field is as large as may be', async ({ expect }) => {
    const { api } = await aPublisher()
    const calendarId = (await api.post('/calendar', { name: 'Club' })).data.id
    const quickLink = Array.from({ length: 10 }, () => ({
      name: '"'.repeat(100),
      url: 'https://example.com/',
    }))
    const events = Array.from({ length: 400 }, (_, n) => ({
      name: `Round ${n}`,
      calendarId,
      quickLink,
      ...day,
    }))
    const made = await api.post('/batch/events', { events })
    expect(new Set(statuses(made.data))).toEqual(new Set(['200']))
    const read = await api.get(`/event/${made.data[399].id}`)
    expect(read.data.quickLink).toEqual(quickLink)
    const row = await env.DB.prepare('SELECT payload FROM changes WHERE entity_id = ?')
      .bind(read.data.id)
      .first()
    expect(
      JSON.parse(String(row?.payload)).event[1].quickLinks ??
        JSON.parse(String(row?.payload)).event[0].quickLinks,
    ).toEqual(quickLink)
  })

  it('tells only some of what is wrong with an item, so that an answer does not outgrow its request', async ({
    expect,
  }) => {
    const { api } = await aPublisher()
    const bad = {
      name: 'x',
      ...day,
      recurrence: 'FREQ=DAILY',
      exceptions: Array.from({ length: 500 }, () => ({})),
    }
    const good = {
      name: 'Round 1',
      calendarId: (await api.post('/calendar', { name: 'Club' })).data.id,
      ...day,
    }
    const headers = { 'Idempotency-Key': 'a-large-answer' }
    const events = [good, ...Array.from({ length: 499 }, () => bad)]
    const first = await api.post('/batch/events', { events }, { headers })
    expect([first.status, first.data[1].errors.length]).toEqual([200, 5])
    const again = await api.post('/batch/events', { events }, { headers })
    expect([again.status, again.headers.get('Idempotent-Replayed'), again.text]).toEqual([
      200,
      'true',
      first.text,
    ])
    expect((await api.get('/event')).data).toHaveLength(1)
  })
})

describe('an e-mail with capitals beyond ASCII', () => {
  it('is verified once it was signed or confirmed', async ({ expect }) => {
    const publisher = await aPublisher()
    const signed = await signedSignUp(publisher, 'Ünal@Example.com')
    expect((await publisher.api.get(`/subscriber/${signed.ecalId}`)).data.emailVerified).toBe(true)
    const typed = await signUp(publisher, 'Äo@Example.com')
    const confirmed = await publisher.api.post(`/subscriber/${typed.ecalId}/confirm-email`)
    expect(confirmed.data).toMatchObject({ emailVerified: true, email: 'Äo@Example.com' })
    expect((await publisher.api.get('/subscriber/äO@example.COM')).data.emailVerified).toBe(true)
  })
})

describe('what is refused before a body is looked at', () => {
  it('is an account call of who is no partner, and an unknown action', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    expect((await publisher.api.post('/account', '')).status).toBe(403)
    expect((await publisher.api.get('/account', { limit: 'x' })).status).toBe(403)
    expect((await publisher.api.post(`/subscriber/${ecalId}/subscriptions/toggle`, '')).status).toBe(404)
    expect((await new Api(publisher.apiKey, 'wrong').get('/calendar', { ts: 'now' })).status).toBe(403)
  })
})

describe('an odd value', () => {
  it.for([
    ['allDay', '{"name":"x","startDate":"2030-05-01","allDay":1e400}', 'body'],
    ['endDate', JSON.stringify({ name: 'x', startDate: '2199-12-31', startTime: '23:30' }), 'endDate'],
  ] as const)('of %s is refused', async ([, body, field], { expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const refused = await publisher.api.post('/event', body, { query: { ecal_id: ecalId } })
    expect([refused.status, refused.body.errors?.[0]?.field]).toEqual([400, field])
  })

  it('of a public event’s calendar can not be none, and an item’s prototype is no field', async ({
    expect,
  }) => {
    const { api } = await aPublisher()
    const calendarId = (await api.post('/calendar', { name: 'Club' })).data.id
    const { id } = (await api.post('/event', { name: 'Quiz', calendarId, ...day })).data
    const refused = await api.put(`/event/${id}`, { calendarId: null })
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, 'calendarId'])
    const hidden = `{"events":[{"__proto__":{"name":"Quiz","calendarId":"${calendarId}","startDate":"2030-05-01","allDay":true}}]}`
    expect(statuses((await api.post('/batch/events', hidden)).data)).toEqual(['400'])
    expect((await api.get('/batch/events', { referenceType: '', type: 'fixture' })).status).toBe(400)
  })

  it('of a permission leaves the private calendar in the feed', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const [own] = (await publisher.api.get(`/subscriber/${person.ecalId}`)).data.data.privateCalIds
    const body = { calendarIds: [own], permission: 'invited_read' }
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, body)
    expect(await (await person.feed()).text()).toContain('BEGIN:VEVENT')
  })
})

describe('a list of subscribers', () => {
  it('may name a hundred', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const ids = [ecalId, ...Array.from({ length: 99 }, (_, n) => n.toString(16).padStart(24, '0'))]
    const found = await publisher.api.get('/batch/events', { ecal_id: ids.join(',') })
    expect([found.status, found.data.length]).toEqual([200, 1])
  })
})
