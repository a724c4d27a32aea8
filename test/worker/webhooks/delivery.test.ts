import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { describe, it } from 'vitest'
import { runCron } from '../../support/crons'
import { aPublisher } from '../../support/publisher'
import { aReceiver, type Received } from '../../support/receiver'
import { count } from '../../support/rows'
import { atTime } from '../../support/time'
import { allDispatched, anEndpoint, attemptsRecorded, deliveryOf, runAlarmAt } from '../../support/webhooks'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const due = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }

/** Whether the public Standard Webhooks library accepts what came. */
function isVerified(secret: string, message: Received): boolean {
  try {
    new Webhook(secret).verify(message.body, message.headers)
    return true
  } catch {
    return false
  }
}

describe('a delivery', () => {
  it('comes soon after the commit, signed and whole', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id, secret } = await anEndpoint(publisher, receiver.url)
    const person = await publisher.subscriber()
    const event = await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    const [subscribed, created] = await receiver.until(2)
    if (!subscribed || !created) throw new Error('too few messages')
    expect([subscribed.json.type, created.json.type]).toEqual(['subscriber.subscribed', 'event.created'])
    expect(created.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Daybook-Webhooks/1.0',
    })
    expect(created.id).toBe(`msg_${created.json.data.sequence}`)
    expect(created.json.data).toMatchObject({ ecalId: person.ecalId, event: event.data })
    expect(isVerified(secret, created)).toBe(true)
    expect(isVerified(`whsec_${btoa('another secret, 32 bytes of it!!')}`, created)).toBe(false)
    await attemptsRecorded(id, 2)
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${created.id}`)
    expect(data).toMatchObject({
      messageId: created.id,
      type: 'event.created',
      status: 'delivered',
      nextAttemptAt: null,
    })
    expect(data.attempts).toEqual([
      { at: expect.any(String), status: 204, durationMs: expect.any(Number), error: '', replay: false },
    ])
    expect(data.body).toBe(created.body)
    expect((await publisher.api.get(`/webhook/${id}`)).data.lastSuccessAt).not.toBeNull()
  })

  it('is verified before, during and after a rotation', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id, secret: first } = await anEndpoint(publisher, receiver.url)
    const ping = async () => {
      await publisher.api.post(`/webhook/${id}/test`)
      const messages = await receiver.until(receiver.received.length + 1)
      const last = messages.at(-1)
      if (!last) throw new Error('no message')
      return last
    }
    expect(isVerified(first, await ping())).toBe(true)

    const second = (await publisher.api.post(`/webhook/${id}/rotate-secret`, { overlapHours: 1 })).data.secret
    const during = await ping()
    expect([isVerified(first, during), isVerified(second, during)]).toEqual([true, true])
    expect(during.headers['webhook-signature']?.split(' ')).toHaveLength(2)

    // Rotating again keeps the newest two.
    const third = (await publisher.api.post(`/webhook/${id}/rotate-secret`, { overlapHours: 1 })).data.secret
    const newest = await ping()
    expect([first, second, third].map((secret) => isVerified(secret, newest))).toEqual([false, true, true])

    await env.DB.prepare('UPDATE webhook_endpoints SET former_secret_until = ? WHERE id = ?')
      .bind(Date.now(), id)
      .run()
    const after = await ping()
    expect([second, third].map((secret) => isVerified(secret, after))).toEqual([false, true])
    expect(after.headers['webhook-signature']?.split(' ')).toHaveLength(1)
  })

  it('that fails goes on by the schedule under one id, until it succeeds, and then never again', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 500 }))
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
    const person = await publisher.subscriber()
    const delays = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR]
    let now = Date.now()
    await atTime(now, async () => {
      await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
      await attemptsRecorded(id, 1)
    })
    const messageId = receiver.ids()[0] ?? ''
    for (const [made, delay] of delays.entries()) {
      const { next_attempt_at: next, tries, status } = await deliveryOf(id, messageId)
      expect([tries, status]).toEqual([made + 1, 'pending'])
      expect(next).toBeGreaterThanOrEqual(now + delay)
      expect(next).toBeLessThanOrEqual(now + delay * 1.2)
      now = next ?? 0
      if (made === delays.length - 1) receiver.answer = () => new Response('fine', { status: 200 })
      await runAlarmAt(now, id)
      await attemptsRecorded(id, made + 2)
    }
    expect(await deliveryOf(id, messageId)).toEqual({ status: 'delivered', tries: 6, next_attempt_at: null })
    await runAlarmAt(now + 3 * DAY, id)
    expect(receiver.ids()).toEqual(Array.from({ length: 6 }, () => messageId))
    expect(new Set(receiver.received.map((message) => message.body)).size).toBe(1)
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)
    expect(data.attempts.map((attempt: { status: number }) => attempt.status)).toEqual([
      500, 500, 500, 500, 500, 200,
    ])
    expect((await publisher.api.get(`/webhook/${id}`)).data.failingSince).toBeNull()
  })

  it('is failed after the tenth attempt, and can be replayed', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 404 }))
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
    const person = await publisher.subscriber()
    await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    const messageId = (await receiver.until(1))[0]?.id ?? ''
    await attemptsRecorded(id, 1)
    for (let made = 1; made < 10; made++) {
      const { next_attempt_at: next } = await deliveryOf(id, messageId)
      // Failures of the same day: this is about one delivery, not about an endpoint that fails for five days.
      await env.DB.prepare('UPDATE webhook_endpoints SET failing_since = ? WHERE id = ?').bind(next, id).run()
      await runAlarmAt(next ?? 0, id)
      await attemptsRecorded(id, made + 1)
    }
    expect(await deliveryOf(id, messageId)).toEqual({ status: 'failed', tries: 10, next_attempt_at: null })
    const log = await publisher.api.get(`/webhook/${id}/deliveries`, { status: 'failed' })
    expect(log.data.map((entry: { messageId: string }) => entry.messageId)).toEqual([messageId])

    receiver.answer = () => new Response(null, { status: 200 })
    const replayed = await publisher.api.post(`/webhook/${id}/deliveries/${messageId}/replay`)
    expect(replayed.data).toEqual({ messageId })
    await attemptsRecorded(id, 11)
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)
    expect([data.status, data.attempts.at(-1)]).toMatchObject(['delivered', { status: 200, replay: true }])
  })

  it('waits as long as Retry-After asks, but a day at most', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const inAnHour = (now: number) => new Date(now + HOUR).toUTCString()
    const cases: [number, string | typeof inAnHour, number, number][] = [
      [503, '120', 120 * SECOND, 120 * SECOND],
      [429, inAnHour, HOUR - SECOND, HOUR],
      [503, '999999', DAY, DAY],
      [429, '1', 5 * SECOND, 6 * SECOND],
      [500, '120', 5 * SECOND, 6 * SECOND],
      [503, 'soon', 5 * SECOND, 6 * SECOND],
    ]
    for (const [status, given, least, most] of cases) {
      const now = Date.now()
      const value = typeof given === 'string' ? given : given(now)
      const receiver = aReceiver(() => new Response(null, { status, headers: { 'Retry-After': value } }))
      const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
      await atTime(now, async () => {
        await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
        await attemptsRecorded(id, 1)
      })
      const messageId = receiver.ids()[0] ?? ''
      const wait = ((await deliveryOf(id, messageId)).next_attempt_at ?? 0) - now
      expect(wait, value).toBeGreaterThanOrEqual(least)
      expect(wait, value).toBeLessThanOrEqual(most)
    }
  })

  it.for([
    ['redirect', 302, () => new Response(null, { status: 302, headers: { Location: 'https://10.0.0.1/' } })],
    ['connection failed', 0, () => Promise.reject(new TypeError('network connection lost'))],
    ['timeout', 0, () => Promise.reject(new DOMException('timed out', 'TimeoutError'))],
    ['', 418, () => new Response('x'.repeat(100_000), { status: 418 })],
  ] as const)('that ends in «%s» is a failure', async ([error, status, answer], { expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(answer)
    const { id } = await anEndpoint(publisher, receiver.url)
    const { messageId } = (await publisher.api.post(`/webhook/${id}/test`)).data
    await attemptsRecorded(id, 1)
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)
    expect(data.attempts).toMatchObject([{ error, status }])
    expect(data.status).toBe('pending')
  })

  it('is not sent to an address that the guard refuses by now', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url)
    await env.DB.prepare(`UPDATE webhook_endpoints SET url = 'https://169.254.169.254/latest' WHERE id = ?`)
      .bind(id)
      .run()
    const { messageId } = (await publisher.api.post(`/webhook/${id}/test`)).data
    await attemptsRecorded(id, 1)
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)
    expect(data.attempts).toMatchObject([{ error: 'address refused', status: 0 }])
    expect(receiver.received).toEqual([])
  })

  it('to one endpoint is not held up by another that hangs', async ({ expect }) => {
    const publisher = await aPublisher()
    const hanging = aReceiver(() => new Promise(() => {}))
    const healthy = aReceiver()
    const { id } = await anEndpoint(publisher, hanging.url)
    await anEndpoint(publisher, healthy.url)
    const person = await publisher.subscriber()
    for (let n = 0; n < 5; n++) await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    await healthy.until(6)
    expect(hanging.received.length).toBeGreaterThan(0)
    expect(await count('webhook_attempts WHERE endpoint_id = ?', id)).toBe(0)
  })
})

describe('an endpoint', () => {
  it('that answers 410 is disabled at once, and what waits for it ends', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 500 }))
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
    const person = await publisher.subscriber()
    await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    const waiting = (await receiver.until(1))[0]?.id ?? ''
    await attemptsRecorded(id, 1)
    receiver.answer = () => new Response(null, { status: 410 })
    await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    const gone = (await receiver.until(2))[1]?.id ?? ''
    await attemptsRecorded(id, 3)
    const { data } = await publisher.api.get(`/webhook/${id}`)
    expect(data).toMatchObject({ active: false, disabledReason: 'gone', notice: { code: 'gone' } })
    for (const [messageId, error] of [
      [waiting, 'endpoint disabled'],
      [gone, ''],
    ]) {
      const delivery = (await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)).data
      expect([delivery.status, delivery.attempts.at(-1).error]).toEqual(['failed', error])
    }
    // It gets nothing more, and nothing of that when it is enabled again.
    await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    receiver.answer = () => new Response(null, { status: 200 })
    const back = await publisher.api.put(`/webhook/${id}`, { active: true })
    expect(back.data).toMatchObject({ active: true, disabledReason: '', notice: null })
    await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    await receiver.until(3)
    expect(receiver.received).toHaveLength(3)
  })

  it('that only fails carries a notice from day 3 and is disabled after five; one success clears both', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 500 }))
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
    const person = await publisher.subscriber()
    await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    const messageId = (await receiver.until(1))[0]?.id ?? ''
    await attemptsRecorded(id, 1)
    const start = Date.now()
    const failAt = async (instant: number, made: number) => {
      await env.DB.prepare(
        'UPDATE webhook_deliveries SET next_attempt_at = ?, tries = 1 WHERE endpoint_id = ?',
      )
        .bind(instant, id)
        .run()
      await runAlarmAt(instant, id)
      await attemptsRecorded(id, made)
      return (await publisher.api.get(`/webhook/${id}`)).data
    }
    expect((await failAt(start + 2 * DAY, 2)).notice).toBeNull()
    expect((await failAt(start + 3 * DAY + HOUR, 3)).notice).toMatchObject({ code: 'failing_soon' })
    receiver.answer = () => new Response(null, { status: 200 })
    expect(await failAt(start + 4 * DAY, 4)).toMatchObject({ notice: null, failingSince: null })
    receiver.answer = () => new Response(null, { status: 500 })
    expect(await failAt(start + 4 * DAY + HOUR, 5)).toMatchObject({ notice: null, active: true })
    const disabled = await failAt(start + 9 * DAY + 2 * HOUR, 7)
    expect(disabled).toMatchObject({ active: false, disabledReason: 'failing', notice: { code: 'failing' } })
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)
    expect([data.status, data.attempts.at(-1).error]).toEqual(['failed', 'endpoint disabled'])
  })

  it('gets its changed address with what waits', async ({ expect }) => {
    const publisher = await aPublisher()
    const former = aReceiver(() => new Response(null, { status: 500 }))
    const present = aReceiver()
    const { id } = await anEndpoint(publisher, former.url, { events: ['event.created'] })
    const person = await publisher.subscriber()
    await publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } })
    const messageId = (await former.until(1))[0]?.id ?? ''
    await attemptsRecorded(id, 1)
    await publisher.api.put(`/webhook/${id}`, { url: present.url })
    await runAlarmAt((await deliveryOf(id, messageId)).next_attempt_at ?? 0, id)
    await present.until(1)
    expect(present.ids()).toEqual([messageId])
  })

  it('that is deleted gets nothing more', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 500 }))
    const { id } = await anEndpoint(publisher, receiver.url)
    await publisher.api.post(`/webhook/${id}/test`)
    await attemptsRecorded(id, 1)
    await publisher.api.delete(`/webhook/${id}`)
    await runAlarmAt(Date.now() + DAY, id)
    expect(receiver.received).toHaveLength(1)
    expect(
      await env.DB.prepare('SELECT 1 FROM webhook_deliveries WHERE endpoint_id = ?').bind(id).first(),
    ).toBeNull()
  })

  it('gets only the types it asks for, of changes after it was made', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const query = { ecal_id: person.ecalId }
    await publisher.api.post('/event', { ...due, reference: 'before' }, { query })
    const receiver = aReceiver()
    await anEndpoint(publisher, receiver.url, { events: ['event.updated'] })
    await publisher.api.post('/event', due, { query })
    await publisher.api.put('/event/before', { name: 'After' })
    await publisher.api.delete('/event/before')
    await receiver.until(1)
    await allDispatched(publisher)
    expect(receiver.received.map((message) => message.json.type)).toEqual(['event.updated'])
  })
})

describe('old deliveries', () => {
  it('are forgotten after 30 days', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url)
    await publisher.api.post(`/webhook/${id}/test`)
    await attemptsRecorded(id, 1)
    await atTime(Date.now() + 29 * DAY, () => runCron('23 3 * * *'))
    expect((await publisher.api.get(`/webhook/${id}/deliveries`)).data).toHaveLength(1)
    await atTime(Date.now() + 31 * DAY, () => runCron('23 3 * * *'))
    expect((await publisher.api.get(`/webhook/${id}/deliveries`)).data).toEqual([])
  })
})
