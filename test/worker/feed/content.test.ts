import { env } from 'cloudflare:workers'
import ICAL from 'ical.js'
import { describe, it } from 'vitest'
import { runCron } from '../../support/crons'
import { aPublisher, feedText, fetchWorker, summaries, type TestPublisher } from '../../support/publisher'
import { atTime } from '../../support/time'

const DAY = 86_400_000

/** The properties of the one VEVENT with a summary. */
function eventNamed(text: string, summary: string): ICAL.Component {
  const calendar = new ICAL.Component(ICAL.parse(text))
  const found = calendar
    .getAllSubcomponents('vevent')
    .find((e) => e.getFirstPropertyValue('summary') === summary)
  if (!found) throw new Error(`no event ${summary} in the feed`)
  return found
}

async function aFollowed(publisher: TestPublisher, fields = {}) {
  const calendar = (await publisher.api.post('/calendar', { name: 'Club', ...fields })).data.id as string
  const person = await publisher.subscriber()
  const calendarIds = [calendar]
  await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds })
  return { calendar, person }
}

const hourly = () => runCron('7 * * * *')

describe('an event in the feed', () => {
  it('carries every field as its property', async ({ expect }) => {
    const publisher = await aPublisher()
    const { calendar, person } = await aFollowed(publisher, { categories: 'Sports/Basketball' })
    const { data } = await publisher.api.post('/event', {
      name: 'Final; with, signs \\ and ünïcode ✅',
      calendarId: calendar,
      location: 'Main Court\nLevel 2',
      startDate: '2030-07-01',
      startTime: '19:00',
      endTime: '21:30',
      details: 'Bring friends',
      url: 'https://example.com/final?a=1&b=é',
      status: 'tentative',
      showAs: 'free',
      alert: '15M',
      alert2: '1D',
      quickLink: [{ name: 'Tickets', url: 'https://example.com/t' }],
    })
    const text = await feedText(person.feed())
    const event = eventNamed(text, 'Final; with, signs \\ and ünïcode ✅')
    const value = (name: string) => String(event.getFirstPropertyValue(name))
    expect(value('uid')).toBe(`${data.id}@daybook`)
    expect(value('location')).toBe('Main Court\nLevel 2')
    expect(value('description')).toBe('Bring friends\n\nTickets: https://example.com/t')
    expect(value('url')).toBe('https://example.com/final?a=1&b=%C3%A9')
    expect([value('status'), value('transp'), value('sequence')]).toEqual(['TENTATIVE', 'TRANSPARENT', '0'])
    expect(event.getFirstProperty('categories')?.getValues()).toEqual(['Sports', 'Basketball'])
    const triggers = event
      .getAllSubcomponents('valarm')
      .map((a) => String(a.getFirstPropertyValue('trigger')))
    expect(triggers).toEqual(['-PT15M', '-P1D'])
    expect(text).toContain('DTSTART;TZID=Australia/Melbourne:20300701T190000\r\n')
    expect(text).toContain('DTEND;TZID=Australia/Melbourne:20300701T213000\r\n')
    expect(text).toContain('BEGIN:VTIMEZONE\r\nTZID:Australia/Melbourne\r\n')
    for (const name of ['dtstamp', 'created', 'last-modified']) {
      expect(value(name)).toBe(`${data.created.slice(0, 19)}Z`)
    }
  })

  it('stands in the order of calendars followed, the private one first, in each by start', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { calendar: first, person } = await aFollowed(publisher)
    const second = (await publisher.api.post('/calendar', { name: 'Alphabetically earlier' })).data.id
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [second] })
    const add = (name: string, startDate: string, calendarId?: string) => {
      const target = calendarId ? { calendarId } : { ecalId: person.ecalId }
      return publisher.api.post('/event', { name, startDate, allDay: true, ...target })
    }
    await add('second early', '2029-01-01', second)
    await add('first late', '2031-01-01', first)
    await add('first early', '2030-01-01', first)
    await add('private', '2035-01-01')
    const [welcome, ...rest] = await summaries(person.feed())
    expect(welcome).toContain('connected')
    expect(rest).toEqual(['private', 'first early', 'first late', 'second early'])
  })

  it('is left out as a draft and comes when it goes live, with one id', async ({ expect }) => {
    const publisher = await aPublisher()
    const { calendar, person } = await aFollowed(publisher)
    const event = { name: 'Quiz', calendarId: calendar, startDate: '2030-06-01', allDay: true, draft: 1 }
    const { id } = (await publisher.api.post('/event', event)).data
    expect(await summaries(person.feed())).not.toContain('Quiz')
    await publisher.api.put(`/event/${id}`, { draft: 0 })
    expect(await feedText(person.feed())).toContain(`UID:${id}@daybook`)
    await publisher.api.put(`/event/${id}`, { draft: 1 })
    expect(await feedText(person.feed())).not.toContain(id)
  })

  it('never starts a line of its own, whatever its texts are', async ({ expect }) => {
    const publisher = await aPublisher({ name: 'X\r\nATTACH:bad' })
    const person = await publisher.subscriber()
    const evil = 'a\r\nEND:VEVENT\rBEGIN:VALARM\nX:1'
    const event = {
      startDate: '2030-06-01',
      allDay: true,
      name: evil,
      location: evil,
      details: evil,
      categories: evil,
    }
    const made = await publisher.api.post('/event', event, { query: { ecal_id: person.ecalId } })
    expect(made.data.name).toBe('a END:VEVENT BEGIN:VALARM X:1')
    const text = await feedText(person.feed())
    expect(text.match(/^BEGIN:VEVENT\r$/gm)).toHaveLength(2)
    expect(text).not.toMatch(/^(BEGIN:VALARM|ATTACH|X:1)/m)
  })
})

describe('a deleted event', () => {
  it('stays cancelled for 30 days where it was public, and then gives the calendar a new revision', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { calendar, person } = await aFollowed(publisher)
    const event = { name: 'Quiz', calendarId: calendar, startDate: '2035-06-01', allDay: true, alert: '1H' }
    const { id } = (await publisher.api.post('/event', event)).data
    await publisher.api.delete(`/event/${id}`)
    const feed = await person.feed()
    const etag = feed.headers.get('ETag')
    const tombstone = eventNamed(await feedText(feed), 'Quiz')
    expect(tombstone.getFirstPropertyValue('status')).toBe('CANCELLED')
    expect(tombstone.getFirstPropertyValue('sequence')).toBe(1)
    expect(tombstone.getAllSubcomponents('valarm')).toEqual([])

    await atTime(Date.now() + 29 * DAY, hourly)
    expect((await person.feed()).headers.get('ETag')).toBe(etag)
    await atTime(Date.now() + 31 * DAY, hourly)
    const later = await person.feed()
    expect(later.headers.get('ETag')).not.toBe(etag)
    expect(await feedText(later)).not.toContain(id)
    await atTime(Date.now() + 31 * DAY, hourly)
    expect((await person.feed()).headers.get('ETag')).toBe(later.headers.get('ETag'))
  })

  it('leaves with its end, and at once where it is over', async ({ expect }) => {
    const publisher = await aPublisher()
    const { calendar, person } = await aFollowed(publisher)
    const soon = new Date(Date.now() + 3 * DAY).toISOString().slice(0, 10)
    const make = async (name: string, startDate: string) =>
      (await publisher.api.post('/event', { name, calendarId: calendar, startDate, allDay: true })).data.id
    const over = await make('Over', '2020-01-01')
    const coming = await make('Coming', soon)
    await publisher.api.delete(`/event/${over}`)
    await publisher.api.delete(`/event/${coming}`)
    expect(await summaries(person.feed())).not.toContain('Over')
    expect(await summaries(person.feed())).toContain('Coming')
    await atTime(Date.now() + 5 * DAY, hourly)
    expect(await summaries(person.feed())).not.toContain('Coming')
  })

  it('leaves at once where it was private, moved, or went with its calendar', async ({ expect }) => {
    const publisher = await aPublisher()
    const { calendar, person } = await aFollowed(publisher)
    const other = (await publisher.api.post('/calendar', { name: 'Other' })).data.id
    const day = { startDate: '2035-06-01', allDay: true }
    const mine = await publisher.api.post(
      '/event',
      { name: 'Mine', ...day },
      { query: { ecal_id: person.ecalId } },
    )
    const moved = await publisher.api.post('/event', { name: 'Moved', calendarId: calendar, ...day })
    await publisher.api.post('/event', { name: 'Stays', calendarId: calendar, ...day })
    await publisher.api.delete(`/event/${mine.data.id}`)
    await publisher.api.put(`/event/${moved.data.id}`, { calendarId: other })
    const [, ...names] = await summaries(person.feed())
    expect(names).toEqual(['Stays'])
    await publisher.api.delete(`/calendar/${calendar}`)
    expect(await summaries(person.feed())).toHaveLength(1)
  })
})

describe('the feed of a cancelled company', () => {
  it('goes on until feedsEndAt, then is empty under another ETag, and comes back with a reactivation', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const before = (await person.feed()).headers.get('ETag')
    const end = Date.now() + DAY
    const set = (cancelled: number | null, ends: number | null) =>
      env.DB.prepare('UPDATE publishers SET cancelled_at = ?, feeds_end_at = ? WHERE id = ?')
        .bind(cancelled, ends, publisher.id)
        .run()
    await set(Date.now(), end)
    expect((await publisher.api.get('/calendar')).body.statusLong).toBe(
      'Signature mismatch or apiKey is not valid.',
    )
    expect((await person.feed()).headers.get('ETag')).toBe(before)
    const ended = await atTime(end, () => person.feed())
    expect(ended.headers.get('ETag')).not.toBe(before)
    expect(ended.headers.get('Last-Modified')).toBe(new Date(end).toUTCString())
    expect(await summaries(ended)).toEqual([])
    await set(null, null)
    expect((await person.feed()).headers.get('ETag')).toBe(before)
  })
})

describe('a public calendar’s own feed', () => {
  it('answers its events while it is live, and says when it is gone', async ({ expect }) => {
    const publisher = await aPublisher()
    const { data } = await publisher.api.post('/calendar', { name: 'Club & Co' })
    const path = new URL(data.feed).pathname
    await publisher.api.post('/event', {
      name: 'Quiz',
      calendarId: data.id,
      startDate: '2030-06-01',
      allDay: true,
    })
    const feed = await fetchWorker(path)
    expect(feed.headers.get('Cache-Control')).toBe('public, max-age=60')
    expect(feed.headers.get('X-Robots-Tag')).toBe('noindex')
    const text = await feedText(feed)
    expect(text).toContain('X-WR-CALNAME:Club & Co\r\n')
    const again = await fetchWorker(path, { headers: { 'If-None-Match': feed.headers.get('ETag') ?? '' } })
    expect(again.status).toBe(304)
    await publisher.api.put(`/calendar/${data.id}`, { draft: true })
    expect((await fetchWorker(path)).status).toBe(404)
    await publisher.api.put(`/calendar/${data.id}`, { draft: false })
    await publisher.api.delete(`/calendar/${data.id}`)
    expect((await fetchWorker(path)).status).toBe(410)
    const person = await publisher.subscriber()
    const [own] = (await publisher.api.get(`/subscriber/${person.ecalId}`)).data.data.privateCalIds
    expect((await fetchWorker(`/calendars/${own}/x.ics`)).status).toBe(404)
    expect((await fetchWorker(`/calendars/${'a'.repeat(24)}/x.ics`)).status).toBe(404)
  })
})
