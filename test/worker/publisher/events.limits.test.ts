import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import {
  aCalendar,
  anEvent,
  type Fixtures,
  made,
  paymentDue,
  round1,
  withCalendar,
} from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { expectUntouched, limitReached } from '../../support/refusals'
import { count } from '../../support/rows'

const MAX_EVENTS = 10_000
const MAX_BYTES = 16 * 1024 * 1024

/** Says that a calendar holds so many events, or so much text, without making them. */
async function fill(calendarId: string, held: { events?: number; bytes?: number }): Promise<void> {
  await env.DB.prepare('UPDATE calendars SET event_count = ?, text_bytes = ? WHERE id = ?')
    .bind(held.events ?? 0, held.bytes ?? 0, calendarId)
    .run()
}

const held = (calendarId: string) =>
  env.DB.prepare('SELECT event_count AS events, text_bytes AS bytes FROM calendars WHERE id = ?')
    .bind(calendarId)
    .first<{ events: number; bytes: number }>()

/** What a new event counts, in bytes. */
async function sizeOf(publisher: Fixtures, more: Record<string, unknown>): Promise<number> {
  const calendarId = await aCalendar(publisher.api)
  await anEvent({ ...publisher, calendarId }, more)
  return (await held(calendarId))?.bytes ?? 0
}

describe('a calendar of 10,000 events', () => {
  it('takes no more, new or moved in', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const elsewhere = await anEvent({ ...publisher, calendarId: await aCalendar(api) })
    await fill(calendarId, { events: MAX_EVENTS - 1 })
    const last = await anEvent(publisher)
    expect(await held(calendarId)).toMatchObject({ events: MAX_EVENTS })
    await expectUntouched(
      expect,
      async () => {
        for (const answer of [
          await api.post('/event', { ...round1, calendarId }),
          await api.post('/event', { ...round1, calendarId, draft: 1 }),
          await api.put(`/event/${elsewhere.id}`, { calendarId }),
        ]) {
          expect([answer.status, answer.body]).toEqual([409, limitReached])
        }
      },
      () => held(calendarId),
    )
    expect((await api.put(`/event/${last.id}`, { name: 'Round 2', details: 'longer' })).status).toBe(200)
    await api.delete(`/event/${last.id}`)
    expect((await api.put(`/event/${elsewhere.id}`, { calendarId })).status).toBe(200)
  })

  it('takes as many of a batch as there is room for, and tells the rest', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const roomy = await aCalendar(api)
    await anEvent(publisher, { reference: 'taken' })
    await fill(calendarId, { events: MAX_EVENTS - 2 })
    const item = (more: object) => ({ ...round1, calendarId, ...more })
    const events = [
      item({ reference: 'taken' }),
      item({ name: '' }),
      item({}),
      item({ calendarId: roomy }),
      item({}),
      item({}),
      item({ calendarId: roomy }),
    ]
    const { data } = await api.post('/batch/events', { events })
    const statuses = data.map((result: { status: string }) => result.status)
    expect(statuses).toEqual(['409', '400', '200', '200', '200', '409', '200'])
    expect(data[0]).toMatchObject({ statusLong: 'Already exists.' })
    expect(data[5]).toMatchObject({ statusLong: 'Limit reached.' })
    expect(await held(calendarId)).toMatchObject({ events: MAX_EVENTS })
  })

  it('takes the last one once, of twenty that come at once', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    await fill(calendarId, { events: MAX_EVENTS - 1 })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.post('/event', { ...round1, calendarId })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ])
    expect(await count('events WHERE calendar_id = ?', calendarId)).toBe(1)
  })

  it('is really counted, event by event', { timeout: 30_000 }, async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const five = Array.from({ length: 500 }, () => ({ ...round1, calendarId }))
    for (let made = 0; made < MAX_EVENTS; made += 500) await api.post('/batch/events', { events: five })
    expect(await held(calendarId)).toMatchObject({ events: MAX_EVENTS })
    expect((await api.post('/event', { ...round1, calendarId })).body).toEqual(limitReached)
  })

  it('may be a person’s', async ({ expect }) => {
    const publisher = await withCalendar()
    const person = await aStoredPerson(publisher)
    await fill(person.calendarId, { events: MAX_EVENTS })
    const answer = await publisher.api.post('/event', paymentDue, { query: { ecal_id: person.ecalId } })
    expect([answer.status, answer.body]).toEqual([409, limitReached])
  })
})

describe('a calendar of 16 MiB of text', () => {
  it('takes what fits to the byte, and not one more', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const event = { details: 'é'.repeat(100), location: '🎉' }
    const size = await sizeOf(publisher, event)
    await fill(calendarId, { bytes: MAX_BYTES - size + 1 })
    await expectUntouched(expect, async () => {
      const answer = await api.post('/event', { ...round1, calendarId, ...event })
      expect([answer.status, answer.body]).toEqual([409, limitReached])
    })
    await fill(calendarId, { bytes: MAX_BYTES - size })
    const { id } = await anEvent(publisher, event)
    expect(await held(calendarId)).toEqual({ events: 1, bytes: MAX_BYTES })
    await expectUntouched(
      expect,
      async () => {
        for (const change of [
          { details: 'é'.repeat(101) },
          { details: '日'.repeat(99) },
          { name: 'Round 10' },
        ]) {
          const answer = await api.put(`/event/${id}`, change)
          expect([change, answer.status, answer.body]).toEqual([change, 409, limitReached])
        }
      },
      async () => (await api.get(`/event/${id}`)).data,
    )
    expect((await api.put(`/event/${id}`, { details: 'é'.repeat(99), status: 'cancelled' })).status).toBe(200)
    expect((await api.put(`/event/${id}`, { details: 'é'.repeat(100) })).status).toBe(200)
  })

  it('takes no text by a change of many events either, all or none', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    for (const name of ['A', 'B']) await anEvent(publisher, { name, referenceType: 'round' })
    const before = await held(calendarId)
    const names = (data: { name: string }[]) => data.map(({ name }) => name).sort()
    // A name counts twice: in two events 11 characters more are 44 bytes.
    const longer = { name: 'Twelve chars' }
    await fill(calendarId, { events: 2, bytes: MAX_BYTES - 43 })
    const answer = await api.put('/events/round', longer)
    expect([answer.status, answer.body]).toEqual([409, limitReached])
    expect(names((await api.get('/event')).data)).toEqual(['A', 'B'])
    await fill(calendarId, { events: 2, bytes: MAX_BYTES - 44 })
    expect((await api.put('/events/round', longer)).data.updated).toBe(2)
    expect((await held(calendarId))?.bytes).toBe(MAX_BYTES)
    expect(before?.events).toBe(2)
  })

  it('that is over already may still lose text, and change what has none', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const { id } = await anEvent(publisher, { details: 'long', referenceType: 'round' })
    await fill(calendarId, { events: MAX_EVENTS + 5, bytes: 2 * MAX_BYTES })
    expect((await api.put(`/event/${id}`, { startTime: '12:00' })).status).toBe(200)
    expect((await api.put(`/event/${id}`, { details: 'lon' })).status).toBe(200)
    expect((await api.put('/events/round', { details: '' })).status).toBe(200)
    expect((await api.delete(`/event/${id}`)).status).toBe(200)
  })

  it('that has too many events since a merge may still be given text', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const { id } = await anEvent(publisher, { referenceType: 'round' })
    await fill(calendarId, { events: MAX_EVENTS + 5, bytes: 1000 })
    expect((await api.put(`/event/${id}`, { details: 'long' })).status).toBe(200)
    expect((await api.put('/events/round', { details: 'longer' })).status).toBe(200)
    expect((await api.post('/event', { ...round1, calendarId })).status).toBe(409)
  })

  it('counts an event’s whole text', async ({ expect }) => {
    const publisher = await withCalendar()
    const plain = await sizeOf(publisher, {})
    for (const [more, bytes] of [
      [{ name: 'Round 12' }, 2],
      [{ location: 'é' }, 2],
      [{ details: '🎉' }, 4],
      [{ url: 'https://a.bc' }, 12],
      [{ categories: 'A/B' }, 3],
      [{ reference: 'not counted' }, 0],
    ] as const) {
      expect([more, (await sizeOf(publisher, more)) - plain]).toEqual([more, bytes])
    }
    const links = await made(
      publisher.api.post('/event', {
        ...round1,
        calendarId: publisher.calendarId,
        quickLink: [{ name: 'x', url: 'https://a.bc' }],
      }),
    )
    expect(links.quickLink).toHaveLength(1)
  })
})
