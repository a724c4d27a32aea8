import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { MAX_TEXT_BYTES } from '../../../src/domain/events/bounds'
import { importSources } from '../../../src/domain/source-import'
import { runCron } from '../../support/crons'
import { aCalendar } from '../../support/events'
import { faultyDatabase } from '../../support/faults'
import { aPublisher, feedText, fetchWorker, summaries } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { count, logged } from '../../support/rows'
import { aSource, aSourcedCalendar, ics, match, type Sourced, vevent } from '../../support/source'
import { anEndpoint } from '../../support/webhooks'

const names = async ({ events }: Sourced) => (await events()).map(({ name }) => name)
const put = ({ api, calendarId }: Sourced, body: object) => api.put(`/calendar/${calendarId}`, body)

describe('an imported event', () => {
  it('is told to webhooks as the publisher’s own are', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    await anEndpoint(publisher, receiver.url)
    const club = await aSourcedCalendar(publisher, [match('a', 'A')])
    const [created] = await receiver.until(1)
    expect(created?.json).toMatchObject({
      type: 'event.created',
      data: { ecalId: '', calendarId: club.calendarId, event: { name: 'A', calendarId: club.calendarId } },
    })
    for (const [n, text] of [ics(match('a', 'B')), ics()].entries()) {
      club.source.answer = () => new Response(text)
      await env.DB.prepare('UPDATE calendar_sources SET next_check_at = 0').run()
      await runCron('* * * * *')
      await receiver.until(n + 2)
    }
    const messages = await receiver.until(3)
    expect(messages.map(({ json }) => json.type).sort()).toEqual([
      'event.created',
      'event.deleted',
      'event.updated',
    ])
  })

  it('reaches followers in their feeds, and leaves them like every other event', async ({ expect }) => {
    const publisher = await aPublisher()
    const club = await aSourcedCalendar(publisher, [
      match('a', 'A'),
      vevent('old', 'SUMMARY:Over', 'DTSTART:20200501T090000Z'),
    ])
    const person = await publisher.subscriber()
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, {
      calendarIds: [club.calendarId],
    })
    expect((await summaries(person.feed())).filter((name) => ['A', 'Over'].includes(name))).toEqual([
      'Over',
      'A',
    ])
    await club.says()
    const feed = await feedText(person.feed())
    expect(feed).not.toContain('SUMMARY:Over')
    expect(feed).toMatch(/STATUS:CANCELLED/)
  })

  it('is read-only, like all of a calendar with a source', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    const [{ id }] = await club.events()
    expect((await club.api.put(`/event/${id}`, { name: 'Mine' })).status).toBe(403)
    expect((await club.api.delete(`/event/${id}`)).status).toBe(403)
    expect(
      (
        await club.api.post('/event', {
          calendarId: club.calendarId,
          name: 'New',
          startDate: '2030-05-01',
          allDay: true,
        })
      ).status,
    ).toBe(403)
  })

  it('that can’t be read any more stays as it was; others go on', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A'), match('b', 'B', 2)])
    await club.says(
      match('a', 'A').replace('DTSTART:20300501T090000Z', 'DTSTART:tomorrow'),
      match('b', 'B2', 2),
    )
    expect(await names(club)).toEqual(['A', 'B2'])
    expect(await club.error()).toBe('1 event left out: no start that can be read (“A”).')
    await club.says(match('b', 'B2', 2))
    expect(await names(club)).toEqual(['B2'])
    expect(await club.error()).toBe('')
  })

  it('that becomes private leaves', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    await club.says(match('a', 'A').replace('END:VEVENT', 'CLASS:PRIVATE\nEND:VEVENT'))
    expect(await names(club)).toEqual([])
  })

  it('that comes back after it was gone is a new one', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    const [before] = await club.events()
    await club.says()
    await club.says(match('a', 'A'))
    const [after] = await club.events()
    expect(after).toMatchObject({ name: 'A', sequence: 0 })
    expect(after.id).not.toBe(before.id)
  })
})

describe('a source that is taken away or replaced', () => {
  it('leaves its events to the publisher', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    await put(club, { source: '' })
    const [{ id }] = await club.events()
    expect((await club.api.put(`/event/${id}`, { name: 'Ours now' })).status).toBe(200)
    await club.look(60)
    expect(club.source.asked).toHaveLength(1)
    expect(await names(club)).toEqual(['Ours now'])
  })

  it('set again makes them say what it says, and none of them twice', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [
      match('a', 'A'),
      match('b', 'B', 2),
      match('c', 'C', 3),
      match('d', 'D', 4),
    ])
    const [a, b, c, d] = await club.events()
    await put(club, { source: '' })
    const other = await aCalendar(club.api)
    await club.api.put(`/event/${a.id}`, {
      name: 'Edited',
      reference: 'kept',
      quickLink: [{ name: 'Map', url: 'https://club.com/' }],
    })
    await club.api.delete(`/event/${b.id}`)
    await club.api.put(`/event/${c.id}`, { calendarId: other })
    await put(club, { source: club.source.url })
    await club.look()
    const events = await club.events()
    expect(events.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D'])
    expect(events[0]).toMatchObject({
      id: a.id,
      sequence: 2,
      reference: 'kept',
      quickLink: [{ name: 'Map' }],
    })
    expect(events.slice(1, 3).map(({ id }) => [b.id, c.id].includes(id))).toEqual([false, false])
    expect(events[3]).toEqual(d)
    expect((await club.api.get(`/event/${c.id}`)).data).toMatchObject({ calendarId: other, name: 'C' })
  })

  it('leaves its events in place until the other one is there, which keeps those that it has too', async ({
    expect,
  }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A'), match('b', 'B', 2)])
    const [a] = await club.events()
    const next = aSource()
    next.answer = () => new Response('', { status: 500 })
    await put(club, { source: next.url })
    await club.look()
    expect(await names(club)).toEqual(['A', 'B'])
    next.answer = () => new Response(ics(match('a', 'A'), match('x', 'X', 3)))
    await club.look()
    expect(await names(club)).toEqual(['A', 'X'])
    expect((await club.events())[0]).toEqual(a)
  })
})

describe('a calendar’s bounds', () => {
  it('hold for what is imported: beyond them it stays as it was, and says why', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    const fill = (column: string, value: number) =>
      env.DB.prepare(`UPDATE calendars SET ${column} = ? WHERE id = ?`).bind(value, club.calendarId).run()
    const told = 'The calendar would hold more than 10000 events or 16 MiB of their text.'
    for (const [column, value] of [
      ['event_count', 10_000],
      ['text_bytes', MAX_TEXT_BYTES - 10],
    ] as const) {
      const real = await env.DB.prepare(`SELECT ${column} AS n FROM calendars WHERE id = ?`)
        .bind(club.calendarId)
        .first<number>('n')
      await fill(column, value)
      club.source.answer = () => new Response(ics(match('a', 'A'), match('b', 'B', 2)))
      const rows = await logged(() => club.look(24 * 60))
      expect(rows).toEqual([])
      expect(await club.error()).toBe(told)
      await fill(column, real ?? 0)
    }
    await club.look(24 * 60)
    expect(await names(club)).toEqual(['A', 'B'])
    const tooMany = Array.from({ length: 10_001 }, (_, n) => match(`m${n}`, 'M'))
    await club.says(...tooMany)
    expect(await club.error()).toBe('It holds more than 10000 events.')
    expect(await names(club)).toEqual(['A', 'B'])
  })

  it('are no bound to an import that takes several commits, and one that breaks off is taken up', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const details = `DESCRIPTION:${'Long. '.repeat(200)}`
    const many = Array.from({ length: 1_300 }, (_, n) =>
      match(`m${n}`, `M${n}`).replace('END:VEVENT', `${details}\nEND:VEVENT`),
    )
    const source = aSource(ics(...many))
    const calendarId = await aCalendar(publisher.api, { source: source.url })
    const run = (now: number, db: D1Database) =>
      importSources({ db, now, guard: { ownHosts: [], allowLoopback: false }, announce: () => undefined })
    // The last commit has more statements than the others: it fails.
    const { DB } = faultyDatabase(10)
    const now = Date.now() + 1_000
    const imported = () => count('calendar_events WHERE calendar_id = ?', calendarId)
    const marked = () => count('imported_events WHERE calendar_id = ?', calendarId)
    const first = await logged(() => run(now, DB).catch(() => undefined))
    const before = await imported()
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(1_300)
    expect([await marked(), first.length]).toEqual([before, before])
    const rest = await logged(() => run(now + 3_600_000, env.DB))
    expect([await imported(), await marked(), first.length + rest.length]).toEqual([1_300, 1_300, 1_300])
    expect((await fetchWorker(`/calendars/${calendarId}/x.ics`)).status).toBe(200)
  })
})
