import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { dispatchChanges, sweepUndelivered } from '../../../src/changes'
import { runCron } from '../../support/crons'
import { aPublisher, type TestPublisher } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { anEndpoint, attemptsRecorded, deliveryOf, runAlarmAt } from '../../support/webhooks'

const DAY = 24 * 3_600_000

async function push(publisher: TestPublisher, count: number): Promise<void> {
  const calendarId = (await publisher.api.post('/calendar', { name: 'Club' })).data.id
  const events = Array.from({ length: count }, (_, n) => ({
    name: `Round ${n}`,
    calendarId,
    startDate: '2030-05-01',
    allDay: true,
  }))
  await publisher.api.post('/batch/events', { events })
}

/** A promise, and what ends it. */
function aGate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

const ok = () => new Response(null, { status: 200 })

describe('while attempts are under way', () => {
  it('a 410 ends the rest at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 410 }))
    const { id } = await anEndpoint(publisher, receiver.url)
    await push(publisher, 60)
    await attemptsRecorded(id, 60)
    // Eight places were busy when the first answer came.
    expect(receiver.received.length).toBeLessThanOrEqual(16)
    expect((await publisher.api.get(`/webhook/${id}`)).data.disabledReason).toBe('gone')
  })

  it('a changed address and a deletion count for what waits', async ({ expect }) => {
    const publisher = await aPublisher()
    const gate = aGate()
    const former = aReceiver(() => gate.opened.then(ok))
    const present = aReceiver()
    const { id } = await anEndpoint(publisher, former.url)
    await push(publisher, 40)
    await former.until(8)
    await publisher.api.put(`/webhook/${id}`, { url: present.url })
    gate.open()
    await present.until(32)
    expect([former.received.length, present.received.length]).toEqual([8, 32])

    const held = aGate()
    present.answer = () => held.opened.then(ok)
    await push(publisher, 40)
    await present.until(40)
    await publisher.api.delete(`/webhook/${id}`)
    held.open()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(present.received).toHaveLength(40)
  })

  it('later messages take the free places', async ({ expect }) => {
    const publisher = await aPublisher()
    const gate = aGate()
    const receiver = aReceiver(() => (receiver.received.length === 1 ? gate.opened.then(ok) : ok()))
    const { id } = await anEndpoint(publisher, receiver.url)
    await push(publisher, 1)
    const [first] = await receiver.until(1)
    await push(publisher, 3)
    await receiver.until(4)
    // The first is still under way.
    expect((await deliveryOf(id, first?.id ?? '')).tries).toBe(0)
    gate.open()
    await attemptsRecorded(id, 4)
  })

  it('what was ended by disabling is not revived by an answer that comes late', async ({ expect }) => {
    const publisher = await aPublisher()
    const gate = aGate()
    const receiver = aReceiver(() => gate.opened.then(() => new Response(null, { status: 500 })))
    const { id } = await anEndpoint(publisher, receiver.url)
    await push(publisher, 1)
    const messageId = (await receiver.until(1))[0]?.id ?? ''
    await publisher.api.put(`/webhook/${id}`, { active: false })
    await publisher.api.put(`/webhook/${id}`, { active: true })
    gate.open()
    await attemptsRecorded(id, 2)
    expect(await deliveryOf(id, messageId)).toMatchObject({ status: 'failed', next_attempt_at: null })
  })

  it('a replay is made after the attempt that it came during', async ({ expect }) => {
    const publisher = await aPublisher()
    const gate = aGate()
    const receiver = aReceiver(() => gate.opened.then(() => new Response(null, { status: 500 })))
    const { id } = await anEndpoint(publisher, receiver.url)
    await push(publisher, 1)
    const messageId = (await receiver.until(1))[0]?.id ?? ''
    await publisher.api.post(`/webhook/${id}/deliveries/${messageId}/replay`)
    receiver.answer = ok
    gate.open()
    await receiver.until(2)
    await attemptsRecorded(id, 2)
    expect((await deliveryOf(id, messageId)).status).toBe('delivered')
  })
})

describe('an endpoint whose secret can not be opened', () => {
  it('fails by the schedule like any other, until it is given a new one', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url)
    await env.DB.prepare(`UPDATE webhook_endpoints SET secret_sealed = 'AAAA' WHERE id = ?`).bind(id).run()
    await push(publisher, 1)
    await attemptsRecorded(id, 1)
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries`)
    expect(data[0]).toMatchObject({
      status: 'pending',
      attempts: [{ status: 0, error: 'connection failed' }],
    })
    expect((await publisher.api.get(`/webhook/${id}`)).data.failingSince).not.toBeNull()
    await publisher.api.post(`/webhook/${id}/rotate-secret`)
    await runAlarmAt(Date.now() + DAY, id)
    await receiver.until(1)
  })
})

describe('a change that no message can be made of', () => {
  it('is set aside, and holds up nobody', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    await anEndpoint(publisher, receiver.url)
    await env.DB.prepare(
      `INSERT INTO changes (publisher_id, stream, op, entity_id, actor, at, message, payload, dispatched)
       VALUES (?, 'calendar:x', 'event.created', 'x', 'test', 0, 'event.created', '{}', 0)`,
    )
      .bind(publisher.id)
      .run()
    await push(publisher, 1)
    await receiver.until(1)
    const waiting = await env.DB.prepare(
      'SELECT count(*) AS n FROM changes WHERE dispatched = 0 AND publisher_id = ?',
    )
      .bind(publisher.id)
      .first<number>('n')
    expect(waiting).toBe(0)
  })
})

describe('an object that can not be woken', () => {
  it('leaves the others awake', async ({ expect }) => {
    const publisher = await aPublisher()
    const [one, two] = [aReceiver(), aReceiver()]
    const first = await anEndpoint(publisher, one.url)
    await anEndpoint(publisher, two.url)
    const broken = {
      ...env,
      WEBHOOK_ENDPOINT: {
        idFromName: (name: string) => name,
        get: (name: string) => {
          if (name === first.id) throw new Error('this object is ill')
          return env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(name))
        },
      },
    } as unknown as typeof env
    const send = env.CHANGES.send
    env.CHANGES.send = () => Promise.reject(new Error('the queue is down'))
    await push(publisher, 1).finally(() => {
      env.CHANGES.send = send
    })
    await sweepUndelivered(broken, Date.now())
    await two.until(1)
    expect(one.received).toEqual([])
    await runCron('* * * * *')
    await one.until(1)
  })
})

describe('a span that is replayed before it was dispatched', () => {
  it('keeps its whole schedule', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 500 }))
    const { id } = await anEndpoint(publisher, receiver.url)
    const send = env.CHANGES.send
    env.CHANGES.send = () => Promise.reject(new Error('the queue is down'))
    await push(publisher, 1).finally(() => {
      env.CHANGES.send = send
    })
    const since = new Date(Date.now() - 60_000).toISOString()
    expect((await publisher.api.post(`/webhook/${id}/replay`, { since })).data).toEqual({ queued: 1 })
    const messageId = (await receiver.until(1))[0]?.id ?? ''
    await attemptsRecorded(id, 1)
    await dispatchChanges(env, Date.now())
    const { status, next_attempt_at: next } = await deliveryOf(id, messageId)
    expect([status, next === null]).toEqual(['pending', false])
  })
})
