import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { importSources } from '../../../src/domain/source-import'
import { aCalendar } from '../../support/events'
import { faultyDatabase } from '../../support/faults'
import { aPublisher } from '../../support/publisher'
import { count, logged } from '../../support/rows'
import { aSource, aSourcedCalendar, ics, match } from '../../support/source'

const run = (now: number, db: D1Database = env.DB) =>
  importSources({ db, now, guard: { ownHosts: [], allowLoopback: false }, announce: () => undefined })

const MINUTE = 60_000

describe('sources', () => {
  it('are asked every 15 minutes, and no sooner', async ({ expect }) => {
    const { source, look } = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    for (const [minutes, times] of [
      [1, 1],
      [13, 1],
      [1, 2],
      [14, 2],
      [1, 3],
    ] as const) {
      await look(minutes)
      expect(source.asked).toHaveLength(times)
    }
  })

  it('that fail are asked half as often each time, down to once a day', async ({ expect }) => {
    const { source, look } = await aSourcedCalendar(await aPublisher(), [])
    source.answer = () => new Response('', { status: 500 })
    await look(15)
    for (const minutes of [15, 30, 60, 120, 240, 480, 960, 1440, 1440]) {
      const before = source.asked.length
      await look(minutes - 1)
      expect(source.asked, `before ${minutes}`).toHaveLength(before)
      await look(1)
      expect(source.asked, `after ${minutes}`).toHaveLength(before + 1)
    }
    source.answer = () => new Response(ics())
    await look(1440)
    const before = source.asked.length
    await look(15)
    expect(source.asked).toHaveLength(before + 1)
  })

  it('rest as long as their server asks for, up to a day', async ({ expect }) => {
    const { source, look } = await aSourcedCalendar(await aPublisher(), [])
    const answer = (seconds: string) => () =>
      new Response('', { status: 429, headers: { 'Retry-After': seconds } })
    source.answer = answer('7200')
    await look(15)
    await look(119)
    expect(source.asked).toHaveLength(2)
    source.answer = answer('99999999')
    await look(1)
    expect(source.asked).toHaveLength(3)
    await look(1440)
    expect(source.asked).toHaveLength(4)
  })

  it('that are set anew are asked at once, whatever was before', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    club.source.answer = () => new Response('', { status: 500 })
    await club.look()
    await club.look()
    const put = (source: string) => club.api.put(`/calendar/${club.calendarId}`, { source })
    await put('')
    expect((await club.calendar()).sourceStatus).toEqual({ lastFetched: null, error: '' })
    await put(club.source.url)
    const asked = club.source.asked.length
    await club.look(1)
    expect(club.source.asked).toHaveLength(asked + 1)
    await put(club.source.url)
    await club.look(1)
    expect(club.source.asked).toHaveLength(asked + 1)
  })

  it('of drafts are imported; of deleted calendars and of companies that ended they are not', async ({
    expect,
  }) => {
    const draft = await aSourcedCalendar(await aPublisher(), [match('a', 'A')], { draft: 1 })
    expect(await draft.events()).toHaveLength(1)
    await draft.api.delete(`/calendar/${draft.calendarId}`)
    await draft.look()
    expect(draft.source.asked).toHaveLength(1)
    expect(await count('imported_events WHERE calendar_id = ?', draft.calendarId)).toBe(0)
    expect(await count('calendar_sources WHERE calendar_id = ?', draft.calendarId)).toBe(0)

    const ended = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    const cancel = (at: number | null) =>
      env.DB.prepare('UPDATE publishers SET cancelled_at = ? WHERE id = ?').bind(at, ended.id).run()
    await cancel(1)
    await ended.look()
    await ended.look()
    expect(ended.source.asked).toHaveLength(1)
    await cancel(null)
    await ended.look(60)
    expect(ended.source.asked).toHaveLength(2)
  })

  it('are imported once, however many runs there are at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const source = aSource(ics(...Array.from({ length: 30 }, (_, n) => match(`m${n}`, `Match ${n}`))))
    const calendarId = await aCalendar(publisher.api, { source: source.url })
    const now = Date.now() + 1_000
    const rows = await logged(() => Promise.all([run(now), run(now), run(now)]))
    expect(rows.filter((row) => row.stream === `calendar:${calendarId}`)).toHaveLength(30)
    expect(source.asked).toHaveLength(1)
    expect((await publisher.api.get('/event', { calendarIds: calendarId })).data).toHaveLength(30)
  })

  it('of one publisher keep no other’s waiting', async ({ expect }) => {
    const [many, one] = [await aPublisher(), await aPublisher()]
    const crowd = Array.from({ length: 62 }, () => aSource())
    for (const { url } of crowd) await aCalendar(many.api, { source: url })
    const late = aSource()
    await aCalendar(one.api, { source: late.url })
    await run(Date.now() + 1_000)
    expect(late.asked).toHaveLength(1)
    expect(crowd.filter(({ asked }) => asked.length > 0).length).toBeLessThan(62)
    await run(Date.now() + 2_000)
    expect(crowd.every(({ asked }) => asked.length === 1)).toBe(true)
  })

  it('are imported whole or not at all, whichever statement fails, and then again', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A'), match('b', 'B', 2)])
    club.source.answer = () => new Response(ics(match('a', 'A2'), match('c', 'C', 3)))
    const before = await club.events()
    let now = Date.now() + 60 * MINUTE
    for (let at = 0; ; at++) {
      const { DB, seen } = faultyDatabase(at)
      const rows = await logged(() => run(now, DB).catch(() => undefined))
      now += 2 * 24 * 60 * MINUTE
      if (at >= seen.statements) {
        expect(rows.map(({ op }) => op)).toEqual(['event.deleted', 'event.updated', 'event.created'])
        break
      }
      expect(rows, `statement ${at}`).toEqual([])
      expect(await club.events()).toEqual(before)
    }
    expect((await club.events()).map(({ name }) => name)).toEqual(['A2', 'C'])
  })

  it('that changed while they were asked bring nothing of the former one', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    const next = aSource(ics(match('n', 'Next')))
    const changes = {
      'another source': () => club.api.put(`/calendar/${club.calendarId}`, { source: next.url }),
      'no source': () => club.api.put(`/calendar/${club.calendarId}`, { source: '' }),
      'no calendar': () => club.api.delete(`/calendar/${club.calendarId}`),
    }
    let now = Date.now()
    for (const [name, change] of Object.entries(changes)) {
      await club.api.put(`/calendar/${club.calendarId}`, { source: club.source.url })
      club.source.answer = async () => {
        await change()
        return new Response(ics(match('late', 'Late')))
      }
      now += 60 * MINUTE
      const rows = await logged(() => run(now))
      expect(
        rows.filter(({ actor }) => actor === 'cron'),
        name,
      ).toEqual([])
    }
  })
})
