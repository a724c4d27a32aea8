import { describe, it } from 'vitest'
import { inOnePeriod } from '../../support/limiter-periods'
import { aPublisher, type TestPublisher } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { anEndpoint, attemptsRecorded, deliveryOf } from '../../support/webhooks'

const HOUR = 3_600_000

const pushEvents = async (publisher: TestPublisher, count: number) => {
  const calendarId = (await publisher.api.post('/calendar', { name: 'Club' })).data.id
  for (let n = 0; n < count; n++) {
    await publisher.api.post('/event', {
      name: `Round ${n}`,
      calendarId,
      startDate: '2030-05-01',
      allDay: true,
    })
  }
}

describe('a replay', () => {
  it('of one message has the same id, time and data, a new signature, and one attempt more', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url)
    await pushEvents(publisher, 1)
    const messageId = (await receiver.until(1))[0]?.id ?? ''
    await attemptsRecorded(id, 1)
    receiver.answer = () => new Response(null, { status: 500 })
    await publisher.api.post(`/webhook/${id}/deliveries/${messageId}/replay`)
    const [first, second] = await receiver.until(2)
    await attemptsRecorded(id, 2)
    expect([second?.id, second?.body]).toEqual([first?.id, first?.body])
    expect(Number(second?.headers['webhook-timestamp'])).toBeGreaterThanOrEqual(
      Number(first?.headers['webhook-timestamp']),
    )
    // A failure of it counts towards nothing.
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)
    expect([data.status, data.nextAttemptAt]).toEqual(['delivered', null])
    expect(
      data.attempts.map(({ replay, status }: { replay: boolean; status: number }) => [status, replay]),
    ).toEqual([
      [204, false],
      [500, true],
    ])
    expect((await publisher.api.get(`/webhook/${id}`)).data).toMatchObject({
      failingSince: null,
      lastFailureAt: null,
    })
  })

  it('of one that is pending makes an attempt now, and leaves its schedule as it is', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 500 }))
    const { id } = await anEndpoint(publisher, receiver.url)
    await pushEvents(publisher, 1)
    const messageId = (await receiver.until(1))[0]?.id ?? ''
    await attemptsRecorded(id, 1)
    const scheduled = await deliveryOf(id, messageId)
    const replay = () => publisher.api.post(`/webhook/${id}/deliveries/${messageId}/replay`)
    for (const attempts of [2, 3, 4]) {
      await replay()
      await attemptsRecorded(id, attempts)
    }
    expect(await deliveryOf(id, messageId)).toEqual(scheduled)
    receiver.answer = () => new Response(null, { status: 200 })
    await replay()
    await attemptsRecorded(id, 5)
    expect(await deliveryOf(id, messageId)).toEqual({ status: 'delivered', tries: 1, next_attempt_at: null })
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)
    expect(data.attempts.map((attempt: { replay: boolean }) => attempt.replay)).toEqual([
      ...[false, true, true, true, true],
    ])
  })

  it('of a span sends all that the endpoint’s events match now, in order, those it never had too', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    await pushEvents(publisher, 5)
    await publisher.subscriber()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
    const since = new Date(Date.now() - HOUR).toISOString()
    const replayed = await publisher.api.post(`/webhook/${id}/replay`, { since })
    expect(replayed.data).toEqual({ queued: 5 })
    const messages = await receiver.until(5)
    expect(messages.map((message) => message.json.type)).toEqual(Array(5).fill('event.created'))
    await attemptsRecorded(id, 5)
    const log = await publisher.api.get(`/webhook/${id}/deliveries`)
    expect(log.data.map((entry: { status: string }) => entry.status)).toEqual(Array(5).fill('delivered'))
    const until = new Date(Date.now() - HOUR / 2).toISOString()
    expect((await publisher.api.post(`/webhook/${id}/replay`, { since, until })).data).toEqual({ queued: 0 })
  })

  it('is refused for what it can not be', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.deleted'] })
    await pushEvents(publisher, 1)
    const path = `/webhook/${id}`
    expect((await publisher.api.post(`${path}/deliveries/msg_1/replay`)).status).toBe(404)
    const span = async (body: object) =>
      (await publisher.api.post(`${path}/replay`, body)).body.errors?.[0]?.field
    expect(await span({})).toBe('since')
    expect(await span({ since: 'yesterday' })).toBe('since')
    expect(await span({ since: new Date(Date.now() - 31 * 24 * HOUR).toISOString() })).toBe('since')
    const now = new Date().toISOString()
    expect(await span({ since: now, until: new Date(Date.now() - HOUR).toISOString() })).toBe('until')
    await publisher.api.put(path, { active: false })
    expect((await publisher.api.post(`${path}/replay`, { since: now })).status).toBe(409)
    expect((await publisher.api.post(`${path}/deliveries/msg_1/replay`)).status).toBe(409)
  })

  it('is limited to 100 calls a minute for an endpoint', ({ expect }) =>
    inOnePeriod(60, async () => {
      const publisher = await aPublisher()
      const { id } = await anEndpoint(publisher, aReceiver().url)
      const replay = () => publisher.api.post(`/webhook/${id}/deliveries/msg_0/replay`)
      const answers = await Promise.all(Array.from({ length: 101 }, replay))
      const limited = answers.filter((answer) => answer.status === 429)
      expect(limited).toHaveLength(1)
      expect(Number(limited[0]?.headers.get('Retry-After'))).toBeGreaterThan(0)
    }))
})

describe('the log', () => {
  it('is filtered by status, type and time, newest first', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url)
    await pushEvents(publisher, 2)
    await receiver.until(2)
    await attemptsRecorded(id, 2)
    receiver.answer = () => new Response(null, { status: 500 })
    await publisher.subscriber()
    await receiver.until(3)
    await attemptsRecorded(id, 3)
    const path = `/webhook/${id}/deliveries`
    const types = async (query: Record<string, string>) =>
      (await publisher.api.get(path, query)).data.map((entry: { type: string }) => entry.type)
    expect(await types({})).toEqual(['subscriber.subscribed', 'event.created', 'event.created'])
    expect(await types({ status: 'pending' })).toEqual(['subscriber.subscribed'])
    expect(await types({ status: 'delivered' })).toEqual(['event.created', 'event.created'])
    expect(await types({ type: 'event.created', limit: '1' })).toEqual(['event.created'])
    expect(await types({ since: new Date(Date.now() + HOUR).toISOString() })).toEqual([])
    expect((await publisher.api.get(path, { page: '2' })).status).toBe(204)
    for (const [field, value] of Object.entries({ status: 'lost', type: 'event.exploded', since: 'then' })) {
      const refused = await publisher.api.get(path, { [field]: value })
      expect([refused.status, refused.body.errors[0].field]).toEqual([400, field])
    }
    expect((await publisher.api.get(`${path}/msg_0`)).status).toBe(404)
  })
})
