import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { events } from '../../../src/db/schema'
import { fromColumns } from '../../../src/domain/columns'
import { textSize } from '../../../src/domain/events/text-size'
import type { EventRow } from '../../../src/domain/events/values'
import { aService } from '../../support/apps'
import { anEvent, type Fixtures, withCalendar } from '../../support/events'
import { aSourcedCalendar, vevent } from '../../support/source'

const DAY = 86_400_000

/** The date so many days from now. */
const on = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10)

/** A series of days, from some day on. */
const days = (name: string, from: number, recurrence: string, more = {}) => ({
  ...{ name, startDate: on(from), allDay: true, recurrence },
  ...more,
})

/** The names that a list shows without past events. */
async function listed({ api, calendarId }: Fixtures, query = {}): Promise<string[]> {
  const { data } = await api.get('/event', { calendarIds: calendarId, ...query })
  return data.map(({ name }: { name: string }) => name)
}

const club = () => withCalendar({ timezone: 'UTC' })

describe('a series in the list of events', () => {
  it('stays while it has not ended', async ({ expect }) => {
    const publisher = await club()
    const until = (at: number) => `FREQ=DAILY;UNTIL=${on(at).replaceAll('-', '')}`
    for (const fields of [
      days('endless', -400, 'FREQ=DAILY'),
      days('over by its count', -399, 'FREQ=WEEKLY;COUNT=3'),
      days('goes on by its count', -398, 'FREQ=WEEKLY;COUNT=100'),
      days('over by its date', -397, until(-2)),
      days('goes on by its date', -396, until(2)),
      days('as good as endless', -395, 'FREQ=DAILY;COUNT=2147483647'),
      days('for 500 years', -394, 'FREQ=WEEKLY;UNTIL=25300101'),
      days('last one dropped', -8, 'FREQ=WEEKLY;COUNT=3', {
        exceptions: [{ date: on(6), cancelled: true }],
      }),
      days('last one put forward', -7, 'FREQ=WEEKLY;COUNT=3', {
        exceptions: [{ date: on(7), startDate: on(-5) }],
      }),
      days('one put off', -90, 'FREQ=WEEKLY;COUNT=3', { exceptions: [{ date: on(-83), startDate: on(3) }] }),
      days('all dropped, once to come', 5, 'FREQ=DAILY;COUNT=1', {
        exceptions: [{ date: on(5), cancelled: true }],
      }),
    ]) {
      await anEvent(publisher, { startTime: null, ...fields })
    }
    const current = ['endless', 'goes on by its count', 'goes on by its date', 'as good as endless']
    expect((await listed(publisher)).sort()).toEqual(
      // The one put forward is over when the second, of today, is.
      [
        ...current,
        'for 500 years',
        'one put off',
        'last one put forward',
        'all dropped, once to come',
      ].sort(),
    )
    expect(await listed(publisher, { showPastEvents: 'true' })).toHaveLength(11)
  })

  it('is over when it is, whatever wrote it', async ({ expect }) => {
    const publisher = await club()
    const { api, calendarId } = publisher
    const service = await aService(publisher)
    const over = days('', -60, 'FREQ=WEEKLY;COUNT=3')
    await api.post('/batch/events', {
      events: ['batch', 'batch of two'].map((name) => ({ ...over, name, calendarId })),
    })
    expect(await listed(publisher)).toEqual([])
    const put = await anEvent(publisher, { ...over, name: 'put', startTime: null })
    const bulk = await anEvent(publisher, { ...over, name: 'bulk', startTime: null, referenceType: 'bulk' })
    const own = await anEvent(publisher, { ...over, name: 'own', startTime: null })
    await api.put(`/event/${put.id}`, { recurrence: 'FREQ=WEEKLY;COUNT=300' })
    await api.put('/events/bulk', { recurrence: 'FREQ=WEEKLY' })
    const start = `${on(-6)}T00:00:00Z`
    const end = `${on(-5)}T00:00:00Z`
    const zones = { start_timezone: 'UTC', end_timezone: 'UTC' }
    expect((await service.patch(`/events/${own.id}`, { start, end, ...zones })).text).toContain(own.id)
    expect((await listed(publisher)).sort()).toEqual(['bulk', 'own', 'put'])
    await api.put(`/event/${put.id}`, { name: 'put off', startDate: on(-3000) })
    await api.put('/events/bulk', { recurrence: 'FREQ=WEEKLY;COUNT=2' })
    expect(await listed(publisher)).toEqual(['own'])
    await api.put(`/event/${bulk.id}`, { exceptions: [{ date: on(-60), startDate: on(1) }] })
    expect(await listed(publisher)).toEqual(['own', 'bulk'].reverse())
  })

  it('of a source is over when it is', async ({ expect }) => {
    const series = (rule: string) =>
      vevent('s', 'SUMMARY:Training', 'DTSTART;VALUE=DATE:20200506', `RRULE:FREQ=WEEKLY;${rule}`)
    const sourced = await aSourcedCalendar(await club(), [series('COUNT=3')])
    expect(await listed(sourced)).toEqual([])
    await sourced.says(series('INTERVAL=1'))
    expect(await listed(sourced)).toEqual(['Training'])
    await sourced.says(series('UNTIL=20210506'))
    expect(await listed(sourced)).toEqual([])
  })

  it('that was written before ends were kept counts as endless, and isn’t news by that alone', async ({
    expect,
  }) => {
    const publisher = await club()
    const fields = days('old', -60, 'FREQ=WEEKLY;COUNT=3', { startTime: null })
    const { id } = await anEvent(publisher, fields)
    await env.DB.prepare('UPDATE events SET series_ends_at = NULL WHERE id = ?').bind(id).run()
    expect(await listed(publisher)).toEqual(['old'])
    const { data } = await publisher.api.put(`/event/${id}`, fields)
    expect(data.sequence).toBe(0)
    await publisher.api.put(`/event/${id}`, { recurrence: 'FREQ=WEEKLY;COUNT=2' })
    expect(await listed(publisher)).toEqual([])
  })

  it('keeps its end to itself', async ({ expect }) => {
    const publisher = await club()
    const event = await anEvent(publisher, days('x', 1, 'FREQ=WEEKLY;COUNT=3', { startTime: null }))
    expect(Object.keys(event).filter((key) => /series/i.test(key))).toEqual([])
    const payload = await env.DB.prepare('SELECT payload FROM changes WHERE entity_id = ?')
      .bind(event.id)
      .first<string>('payload')
    expect(payload).toContain('FREQ=WEEKLY')
    expect(payload).not.toMatch(/series/i)
  })
})

describe('the room that a series takes in a calendar', () => {
  const exceptions = [
    { date: '2030-05-02', name: 'Other' },
    { date: '2030-05-03', cancelled: true },
    { date: '2030-05-04', name: 'Says "cancelled":true', details: 'é' },
  ]

  it('counts each changed occurrence, as the database and the API reckon alike', async ({ expect }) => {
    const publisher = await club()
    const { id } = await anEvent(publisher, {
      ...{ name: 'Días', startDate: '2030-05-01', startTime: null, allDay: true, details: 'x'.repeat(1000) },
      ...{ recurrence: 'FREQ=DAILY', exceptions },
    })
    const row = await env.DB.prepare('SELECT * FROM events WHERE id = ?').bind(id).first()
    const event = fromColumns<EventRow>(events, row ?? {})
    expect(event.textSize).toBe(textSize(event))
    expect(event.textSize).toBeGreaterThan(3 * 1520)
    expect(event.textSize).toBeLessThan(4 * 1520)
    const room = () =>
      env.DB.prepare('SELECT text_bytes FROM calendars WHERE id = ?')
        .bind(publisher.calendarId)
        .first<number>('text_bytes')
    expect(await room()).toBe(event.textSize)
    await publisher.api.put(`/event/${id}`, { exceptions: exceptions.slice(1, 2) })
    expect(await room()).toBeLessThan(2 * 1520)
    await publisher.api.delete(`/event/${id}`)
    expect(await room()).toBe(0)
  })

  it('may not be more than there is', async ({ expect }) => {
    const publisher = await club()
    const dates = Array.from({ length: 499 }, (_, n) =>
      new Date(Date.UTC(2030, 4, 2 + n)).toISOString().slice(0, 10),
    )
    const fields = {
      ...{ name: 'Long', startDate: '2030-05-01', startTime: null, allDay: true, details: 'x'.repeat(8000) },
      recurrence: 'FREQ=DAILY',
    }
    const { calendarId, api } = publisher
    const renamed = dates.map((date) => ({ date, name: 'Other' }))
    for (let n = 0; n < 3; n++) await anEvent(publisher, { ...fields, exceptions: renamed })
    const fourth = { ...fields, calendarId, exceptions: renamed }
    expect((await api.post('/event', fourth)).body.statusLong).toBe('Limit reached.')
    const dropped = dates.map((date) => ({ date, cancelled: true }))
    const { id } = await anEvent(publisher, { ...fields, exceptions: dropped })
    expect((await api.put(`/event/${id}`, { exceptions: renamed })).body.statusLong).toBe('Limit reached.')
  })
})
