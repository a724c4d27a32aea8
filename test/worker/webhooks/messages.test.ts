import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aPublisher, type TestPublisher } from '../../support/publisher'
import { aReceiver, type Receiver } from '../../support/receiver'
import { signedSignUp, signUp } from '../../support/sign-up'
import { anEndpoint } from '../../support/webhooks'

const day = { startDate: '2030-05-01', allDay: true }

/** A publisher whose messages arrive, and the types that came since the last look. */
async function aListening(): Promise<{
  publisher: TestPublisher
  receiver: Receiver
  types: (n: number) => Promise<string[]>
}> {
  const publisher = await aPublisher()
  const receiver = aReceiver()
  await anEndpoint(publisher, receiver.url)
  let seen = 0
  const types = async (count: number) => {
    const all = await receiver.until(seen + count)
    const fresh = all.slice(seen).sort((a, b) => Number(a.json.data.sequence) - Number(b.json.data.sequence))
    seen = all.length
    return fresh.map((message) => message.json.type)
  }
  return { publisher, receiver, types }
}

/** The last message of a type. */
function lastOf(receiver: Receiver, type: string) {
  const found = receiver.received.filter((message) => message.json.type === type).at(-1)
  if (!found) throw new Error(`no ${type} came`)
  return found.json
}

describe('messages', () => {
  it('tell of a person’s sign-up, with all of it but the feed address', async ({ expect }) => {
    const { publisher, receiver, types } = await aListening()
    const calendar = (await publisher.api.post('/calendar', { name: 'Club', categories: 'A/B' })).data.id
    const signed = await signUp(
      publisher,
      'ella@example.com',
      {
        calendarIds: [calendar],
        first_name: 'Ella',
        subscriber_reference: 'cust-7',
        mobileNumber: '0412345678',
        referringPage: 'https://example.com/loans',
        data: { loanId: 'L-1', n: 1.5 },
      },
      { 'CF-Connecting-IP': '139.216.205.51', 'User-Agent': 'Mozilla/5.0 (Windows NT 10.0)' },
    )
    expect(await types(1)).toEqual(['subscriber.subscribed'])
    const { data, timestamp } = lastOf(receiver, 'subscriber.subscribed')
    const person = (await publisher.api.get(`/subscriber/${signed.ecalId}`)).data
    expect(data).toEqual({
      sequence: expect.any(Number),
      ecalId: signed.ecalId,
      email: 'ella@example.com',
      emailVerified: false,
      reference: 'cust-7',
      publisherId: publisher.id,
      widgetId: publisher.widgetId,
      application: 'google',
      calendarIds: person.data.calIds,
      calendarNames: ['Club (A, B)', `${signed.ecalId}_private`],
      privateCalendarId: person.data.privateCalIds[0],
      first_name: 'Ella',
      last_name: '',
      name: '',
      mobile: '0412345678',
      location: person.location,
      ip: '139.216.205.51',
      os: 'Windows',
      device: 'Desktop',
      referringPage: 'https://example.com/loans',
      custom: { loanId: 'L-1', n: 1.5 },
      isActive: true,
      subscribedAt: person.created,
      welcomeEventId: person.data.privateEventIds[0],
    })
    expect(timestamp).toBe(person.created)
    expect(JSON.stringify(data)).not.toContain(signed.feedPath.split('/')[2])
  })

  it('come once for each write, in the order of commits, and for none that changed nothing', async ({
    expect,
  }) => {
    const { publisher, receiver, types } = await aListening()
    const { api } = publisher
    const typed = await signUp(publisher, 'ann@example.com')
    expect(await types(1)).toEqual(['subscriber.subscribed'])
    const query = { ecal_id: typed.ecalId }

    await api.post('/event', { name: 'Due', reference: 'due', ...day }, { query })
    await api.put('/event/due', { name: 'Due' })
    await api.put('/event/due', { name: 'Paid' })
    await api.delete('/event/due')
    expect(await types(3)).toEqual(['event.created', 'event.updated', 'event.deleted'])
    expect(lastOf(receiver, 'event.deleted').data).toMatchObject({
      ecalId: typed.ecalId,
      event: { name: 'Paid', sequence: 2 },
    })

    const calendar = (await api.post('/calendar', { name: 'Club' })).data.id
    const other = (await api.post('/calendar', { name: 'Other' })).data.id
    const items = [1, 2, 3].map((n) => ({
      name: `Round ${n}`,
      calendarId: calendar,
      referenceType: 'round',
      ...day,
    }))
    await api.post('/batch/events', { events: items })
    await api.put('/events/round', { location: 'Hall' })
    expect(await types(6)).toEqual([...Array(3).fill('event.created'), ...Array(3).fill('event.updated')])

    const quiz = (await api.post('/event', { name: 'Quiz', calendarId: calendar, draft: 1, ...day })).data.id
    await api.put(`/event/${quiz}`, { name: 'Pub quiz' })
    await api.put(`/event/${quiz}`, { draft: 0 })
    await api.put(`/event/${quiz}`, { calendarId: other })
    await api.put(`/event/${quiz}`, { draft: 1 })
    await api.delete(`/event/${quiz}`)
    expect(await types(3)).toEqual(['event.created', 'event.updated', 'event.deleted'])
    expect(lastOf(receiver, 'event.updated').data).toMatchObject({ ecalId: '', calendarId: other })

    const path = `/subscriber/${typed.ecalId}`
    await api.post(`${path}/subscriptions/add`, { calendarIds: [calendar] })
    await api.post(`${path}/subscriptions/add`, { calendarIds: [calendar] })
    await api.post(`${path}/subscriptions/remove`, { calendarIds: [calendar] })
    await api.post(`${path}/feed-address/rotate`)
    expect(await types(3)).toEqual(Array(3).fill('subscriber.updated'))
    const reasons = receiver.received
      .filter((message) => message.json.type === 'subscriber.updated')
      .map((message) => message.json.data.reason)
    expect(reasons).toEqual(['calendars_added', 'calendars_removed', 'feed_address_rotated'])

    expect(await signUp(publisher, 'ann@example.com', { application: 'apple' })).toMatchObject({
      status: 200,
    })
    await signUp(publisher, 'ann@example.com')
    expect(await types(1)).toEqual(['subscriber.link_requested'])
    expect(lastOf(receiver, 'subscriber.link_requested').data).toMatchObject({
      ecalId: typed.ecalId,
      application: 'apple',
      emailVerified: false,
    })

    await signedSignUp(publisher, 'ann@example.com', { application: 'apple' })
    expect(await types(2)).toEqual(['subscriber.updated', 'contact.verified'])
    expect(lastOf(receiver, 'subscriber.updated').data).toMatchObject({
      reason: 'resubscribed',
      emailVerified: true,
    })
    expect(lastOf(receiver, 'contact.verified').data).toEqual({
      sequence: expect.any(Number),
      ecalId: typed.ecalId,
      email: 'ann@example.com',
      phoneNumber: null,
    })

    await api.delete(`/calendar/${calendar}`)
    await api.post(`${path}/unsubscribe`)
    expect(await types(1)).toEqual(['subscriber.unsubscribed'])
    expect(lastOf(receiver, 'subscriber.unsubscribed').data).toMatchObject({ isActive: false })

    const sequences = receiver.received.map((message) => Number(message.json.data.sequence))
    expect(new Set(sequences).size).toBe(sequences.length)
    expect(receiver.ids()).toEqual(sequences.map((sequence) => `msg_${sequence}`))
  })

  it('reach every endpoint that wants them, under one id and with the same bytes', async ({ expect }) => {
    const publisher = await aPublisher()
    const stranger = await aPublisher()
    const [all, some, none, foreign] = [aReceiver(), aReceiver(), aReceiver(), aReceiver()]
    await anEndpoint(publisher, all.url)
    await anEndpoint(publisher, some.url, { events: ['subscriber.subscribed'] })
    await anEndpoint(publisher, none.url, { events: ['event.deleted'] })
    await anEndpoint(stranger, foreign.url)
    await publisher.subscriber()
    const [[one], [two]] = [await all.until(1), await some.until(1)]
    expect([one?.id, one?.body]).toEqual([two?.id, two?.body])
    await stranger.subscriber()
    await foreign.until(1)
    expect([none.received.length, foreign.received.length]).toEqual([0, 1])
  })

  it('in the ecal format are flat, for sign-ups only, and encrypted where a secret is set', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const [flat, sealed] = [aReceiver(), aReceiver()]
    await anEndpoint(publisher, flat.url, { format: 'ecal' })
    await anEndpoint(publisher, sealed.url, { format: 'ecal', encryptionSecret: 'correct horse' })
    const person = await signUp(publisher, 'ann@example.com', { data: { loanId: 'L-1' } })
    const query = { ecal_id: person.ecalId }
    await publisher.api.post('/event', { name: 'Due', ...day }, { query })
    await publisher.api.post(`/subscriber/${person.ecalId}/feed-address/rotate`)
    await signedSignUp(publisher, 'ann@example.com')
    const messages = await flat.until(2)
    expect(messages.map((message) => Object.keys(message.json))).toEqual(
      Array(2).fill([
        ...[
          'ecalId',
          'email',
          'timestamp',
          'application',
          'widgetId',
          'publisherId',
          'reference',
          'calendarIds',
        ],
        ...[
          'calendarNames',
          'first_name',
          'last_name',
          'name',
          'mobile',
          'location',
          'ip',
          'os',
          'device',
          'data',
        ],
        'emailVerified',
      ]),
    )
    const first = JSON.parse(messages[0]?.body ?? '')
    expect(first).toMatchObject({ ecalId: person.ecalId, data: { loanId: 'L-1' }, emailVerified: false })
    expect(Math.abs(first.timestamp - Date.now() / 1000)).toBeLessThan(60)
    expect(JSON.parse(messages[1]?.body ?? '').emailVerified).toBe(true)

    const [encrypted] = await sealed.until(2)
    const outer = JSON.parse(encrypted?.body ?? '')
    expect(Object.keys(outer)).toEqual(['encrypted'])
    expect(await decrypt('correct horse', outer.encrypted)).toBe(messages[0]?.body)
  })

  it('ping an endpoint whatever its events, format and state', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url, { format: 'ecal' })
    await publisher.api.put(`/webhook/${id}`, { active: false })
    const { messageId } = (await publisher.api.post(`/webhook/${id}/test`)).data
    expect(messageId).toMatch(/^msg_ping_[0-9a-f]{24}$/)
    const [ping] = await receiver.until(1)
    expect(ping?.id).toBe(messageId)
    expect(ping?.json).toEqual({
      type: 'webhook.ping',
      timestamp: expect.stringMatching(/Z$/),
      data: { webhookId: id },
    })
    expect(
      (await env.DB.prepare('SELECT count(*) AS n FROM changes WHERE op LIKE ?').bind('webhook%').first())?.n,
    ).toBe(0)
  })
})

async function decrypt(secret: string, encrypted: string): Promise<string> {
  const bytes = Uint8Array.from(atob(encrypted), (char) => char.charCodeAt(0))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))
  const key = await crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['decrypt'])
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: bytes.subarray(0, 12) },
    key,
    bytes.subarray(12),
  )
  return new TextDecoder().decode(plain)
}
