import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { anEvent, paymentDue, round1, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { aPublisher } from '../../support/publisher'
import { alreadyExists, expectInvalid, expectUntouched, limitReached, refusal } from '../../support/refusals'
import { count } from '../../support/rows'
import { nowSeconds, sendSigned } from '../../support/signing'

const once = { headers: { 'Idempotency-Key': 'once' } }
const keysOf = (publisherId: number) => count('idempotency_keys WHERE publisher_id = ?', publisherId)
const conflict = refusal(409, 'Idempotency-Key conflict.')

describe('an Idempotency-Key of another request', () => {
  it('is a conflict: another body, another query, another key of the API', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const [ann, ben] = [await aStoredPerson(publisher), await aStoredPerson(publisher)]
    await api.post('/event', paymentDue, { ...once, query: { ecal_id: ann.ecalId } })
    const second = await publisher.key()
    await expectUntouched(expect, async () => {
      for (const answer of [
        await api.post('/event', paymentDue, { ...once, query: { ecal_id: ben.ecalId } }),
        await api.post('/event', paymentDue, { ...once, query: { ecal_id: ann.ecalId, more: '1' } }),
        await api.post(
          '/event',
          { ...paymentDue, details: 'x' },
          { ...once, query: { ecal_id: ann.ecalId } },
        ),
        await api.post('/event', `${JSON.stringify(paymentDue)} `, {
          ...once,
          query: { ecal_id: ann.ecalId },
        }),
        await api.post('/event', { ...round1, calendarId }, once),
        await api.post('/event', '', once),
        await second.post('/event', paymentDue, { ...once, query: { ecal_id: ann.ecalId } }),
      ]) {
        expect([answer.status, answer.body]).toEqual([409, conflict])
      }
    })
  })

  it('is a conflict while its request is going on', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    await api.post('/event', { ...round1, calendarId }, once)
    await env.DB.prepare('UPDATE idempotency_keys SET status = NULL, answer_sealed = NULL').run()
    const again = await api.post('/event', { ...round1, calendarId }, once)
    expect([again.status, again.body]).toEqual([409, conflict])
    // Its effect was committed: however long ago, it is never done twice.
    await env.DB.prepare('UPDATE idempotency_keys SET held_at = held_at - 3600000').run()
    expect((await api.post('/event', { ...round1, calendarId }, once)).status).toBe(409)
    expect(await count('events WHERE calendar_id = ?', calendarId)).toBe(1)
  })

  it('is free again where its request died without an effect', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const body = { ...round1, calendarId }
    await api.post('/event', body, once)
    const died = `UPDATE idempotency_keys SET status = NULL, answer_sealed = NULL, committed = 0`
    await env.DB.prepare(died).run()
    expect((await api.post('/event', body, once)).status).toBe(409)
    await env.DB.prepare('UPDATE idempotency_keys SET held_at = held_at - 61000').run()
    expect((await api.post('/event', body, once)).status).toBe(200)
  })
})

describe('an answer that is no success', () => {
  it('is not kept: put right, the same key works', async ({ expect }) => {
    const { id, api, calendarId } = await withCalendar()
    const good = { ...round1, calendarId }
    expectInvalid(expect, 'name', await api.post('/event', { ...good, name: '' }, once))
    expectInvalid(expect, 'body', await api.post('/event', '{', once))
    expect((await api.post('/event', { ...good, calendarId: 'f'.repeat(24) }, once)).status).toBe(404)
    expect((await api.post('/event', { ...good, reference: 'schedule:1' }, once)).status).toBe(403)
    expect(await keysOf(id)).toBe(0)
    expect((await api.post('/event', good, once)).status).toBe(200)
  })

  it('is not kept where a reference was taken, and the reference may become free', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    for (const [path, body] of [
      ['/event', { ...round1, calendarId, reference: 'r-1' }],
      ['/calendar', { name: 'Round 1', reference: 'r-1' }],
    ] as const) {
      await api.post(path, body)
      for (let tries = 0; tries < 2; tries++) {
        const { status, body: answer } = await api.post(path, body, once)
        expect([path, status, answer]).toEqual([path, 409, alreadyExists])
      }
      await api.delete(`${path}/r-1`)
      const { status, headers } = await api.post(path, body, once)
      expect([path, status, headers.get('Idempotent-Replayed')]).toEqual([path, 200, null])
    }
  })

  it('is not kept where a limit was reached', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const fill = (events: number) =>
      env.DB.prepare('UPDATE calendars SET event_count = ? WHERE id = ?').bind(events, calendarId).run()
    await fill(10_000)
    for (let tries = 0; tries < 2; tries++) {
      expect((await api.post('/event', { ...round1, calendarId }, once)).body).toEqual(limitReached)
    }
    await fill(0)
    expect((await api.post('/event', { ...round1, calendarId }, once)).status).toBe(200)
  })

  it('is not kept on unknown paths and methods', async ({ expect }) => {
    const { id, api, calendarId } = await withCalendar()
    expect((await api.post('/nowhere', {}, once)).status).toBe(404)
    expect((await api.post(`/calendar/${calendarId}`, {}, once)).status).toBe(405)
    expect(await keysOf(id)).toBe(0)
  })

  it('holds no key where the caller was not let in', async ({ expect }) => {
    const { id, apiKey } = await aPublisher()
    const call = {
      method: 'POST',
      query: `apiKey=${apiKey}&ts=${nowSeconds()}`,
      body: '{"name":"Round 1"}',
      ...once,
    }
    expect((await sendSigned('wrong', call)).status).toBe(403)
    expect(await keysOf(id)).toBe(0)
  })

  it('of a batch with bad items is a success, and kept', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    await anEvent(publisher, { reference: 'taken' })
    for (const events of [[{}], [{ ...round1, calendarId, reference: 'taken' }]]) {
      const key = { headers: { 'Idempotency-Key': `batch ${JSON.stringify(events).length}` } }
      const first = await api.post('/batch/events', { events }, key)
      const second = await api.post('/batch/events', { events }, key)
      expect([second.status, second.text]).toEqual([200, first.text])
      expect(second.headers.get('Idempotent-Replayed')).toBe('true')
    }
  })
})

describe('a bad Idempotency-Key', () => {
  it.for([
    ['nothing', ''],
    ['256 characters', 'k'.repeat(256)],
    ['a tab', 'a\tb'],
    ['a letter that is not ASCII', 'caf\u00e9'],
  ] as const)('is refused, and nothing is done: %s', async ([, key], { expect }) => {
    const { api } = await aPublisher()
    await expectUntouched(expect, async () => {
      const options = { headers: { 'Idempotency-Key': key } }
      expectInvalid(expect, 'Idempotency-Key', await api.post('/calendar', { name: 'Round 1' }, options))
    })
  })
})
