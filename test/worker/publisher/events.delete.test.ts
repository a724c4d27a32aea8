import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, anEvent, withCalendar } from '../../support/events'
import { notFound } from '../../support/refusals'

const DAY = 24 * 3_600_000

type DeletedRow = {
  deleted_at: number | null
  tombstone_until: number | null
  sequence: number
  shown: number
}

/** The row that a deleted event leaves, and in how many calendars it still shows. */
async function rowOf(id: string): Promise<DeletedRow> {
  const row = await env.DB.prepare(
    `SELECT deleted_at, tombstone_until, sequence,
       (SELECT count(*) FROM calendar_events WHERE event_id = e.id) AS shown FROM events e WHERE id = ?`,
  )
    .bind(id)
    .first<DeletedRow>()
  if (row === null) throw new Error('no such row')
  return row
}

describe('a deleted event', () => {
  it('is not found from then on, by any call', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const { id } = await anEvent(publisher, { reference: 'r-1', referenceType: 'round' })
    const { status, body } = await api.delete(`/event/${id}`)
    expect([status, body]).toEqual([200, { status: '200', statusLong: 'OK' }])
    for (const answer of [
      await api.delete(`/event/${id}`),
      await api.get(`/event/${id}`),
      await api.get('/event/r-1'),
      await api.put(`/event/${id}`, { name: 'Round 2' }),
      await api.put('/event/r-1', { name: 'Round 2' }),
      await api.put('/events/round', { name: 'Round 2' }),
    ]) {
      expect([answer.status, answer.body]).toEqual([404, notFound])
    }
    expect((await api.get('/event', { showPastEvents: '1', showDraft: '1' })).data).toEqual([])
    expect((await api.post('/batch/events/search', { ids: [id] })).data).toEqual([])
  })

  it('leaves a tombstone in its calendar for 30 days', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher)
    await publisher.api.delete(`/event/${id}`)
    const row = await rowOf(id)
    expect(row).toMatchObject({ sequence: 1, shown: 1 })
    expect(row.tombstone_until).toBe((row.deleted_at ?? 0) + 30 * DAY)
    expect(Math.abs(Date.now() - (row.deleted_at ?? 0))).toBeLessThan(5000)
  })

  it('leaves it until its end where that is sooner', async ({ expect }) => {
    const publisher = await withCalendar({ timezone: 'UTC' })
    const startDate = new Date(Date.now() + 2 * DAY).toISOString().slice(0, 10)
    const { id } = await anEvent(publisher, { startDate, startTime: '10:00', endTime: '11:30' })
    await publisher.api.delete(`/event/${id}`)
    expect((await rowOf(id)).tombstone_until).toBe(Date.parse(`${startDate}T11:30:00Z`))
    const whole = await anEvent(publisher, { startDate, allDay: true })
    await publisher.api.delete(`/event/${whole.id}`)
    expect((await rowOf(whole.id)).tombstone_until).toBe(Date.parse(`${startDate}T00:00:00Z`) + DAY)
  })

  it.for([
    ['that is over', { startDate: '2020-05-01' }, {}],
    ['that is a draft', { draft: 1 }, {}],
    ['of a draft calendar', {}, { draft: 1 }],
  ] as const)('%s leaves none', async ([, more, calendar], { expect }) => {
    const publisher = await withCalendar({}, calendar)
    const { id } = await anEvent(publisher, more)
    await publisher.api.delete(`/event/${id}`)
    expect(await rowOf(id)).toMatchObject({ tombstone_until: null, shown: 0, sequence: 1 })
  })

  it('leaves none in a calendar that it was moved out of, or drawn back from', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const { id } = await anEvent(publisher)
    await api.put(`/event/${id}`, { calendarId: await aCalendar(api) })
    const left = 'SELECT count(*) AS n FROM calendar_events WHERE calendar_id = ?'
    expect(await env.DB.prepare(left).bind(publisher.calendarId).first('n')).toBe(0)
    await api.put(`/event/${id}`, { draft: 1 })
    expect(await rowOf(id)).toMatchObject({ deleted_at: null, tombstone_until: null })
  })

  it('takes its text and its place out of its calendar’s bounds', async ({ expect }) => {
    const publisher = await withCalendar()
    const events = [
      await anEvent(publisher),
      await anEvent(publisher),
      await anEvent(publisher, { draft: 1 }),
    ]
    const bounds = () =>
      env.DB.prepare('SELECT event_count, text_bytes FROM calendars WHERE id = ?')
        .bind(publisher.calendarId)
        .first()
    expect(await bounds()).toEqual({ event_count: 3, text_bytes: 3 * (520 + 2 * 'Round 1'.length + 4) })
    for (const { id } of events) await publisher.api.delete(`/event/${id}`)
    expect(await bounds()).toEqual({ event_count: 0, text_bytes: 0 })
  })
})
