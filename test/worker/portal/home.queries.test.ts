import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { comingPayments } from '../../../src/domain/portal/coming'
import { comingEvents } from '../../../src/domain/portal/coming-events'
import type { PortalContext } from '../../../src/domain/portal/context'
import { lastDays, levelByDay, sumByDay } from '../../../src/domain/portal/days'
import { readTallies } from '../../../src/domain/portal/tallies'
import { unsubscribe } from '../../../src/domain/subscribers/unsubscribe'
import { countingEnv } from '../../support/counting'
import { runCron } from '../../support/crons'
import { aPublisher, type TestPublisher } from '../../support/publisher'
import { atTime } from '../../support/time'

const [HOUR, DAY] = [3_600_000, 86_400_000]

/** People who came an hour each, over a year, put straight into the database. */
async function aHundredThousand(publisher: TestPublisher, now: number): Promise<void> {
  await env.DB.prepare(
    `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 99999)
     INSERT INTO subscribers (id, publisher_id, state, email, subscribed_at, last_active_at, created_at, modified_at)
     SELECT printf('%08x%016x', ?1, n), ?1, 'active', n || '@example.com', ?2 - (n % 8760) * ${HOUR}, 1, 1, 1 FROM n`,
  )
    .bind(publisher.id, now)
    .run()
}

function contextOf(publisher: TestPublisher, db: D1Database, now: number): PortalContext {
  return {
    db,
    now,
    actor: 'user:x',
    publisher: {
      id: publisher.id,
      orgId: 1,
      name: '',
      timezone: 'Australia/Melbourne',
      defaultRegion: 'AU',
      isPartner: false,
    },
    encryptionKey: () => '',
    inEachWrite: [],
    staff: { userId: 'x', role: 'Admin', sessionHash: '' },
  }
}

async function planOf(sql: string): Promise<string> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>()
  return results.map(({ detail }) => detail).join('; ')
}

describe('what the first page draws', () => {
  it('is read in as many rows as there are hours, with 100,000 subscribers', async ({ expect }) => {
    const publisher = await aPublisher()
    const now = Date.now()
    await aHundredThousand(publisher, now)
    const { counted, counts } = countingEnv()
    const context = contextOf(publisher, counted.DB, now)
    const days = lastDays(now, 'Australia/Melbourne', 90)
    const since = days[0]?.startsAt ?? 0
    const tallies = await readTallies(context, { subscribers: since, deliveries: since })
    expect(counts.queries).toBe(1)
    expect(counts.rowsRead).toBeLessThan(91 * 24 + 10)
    expect(tallies.subscribers).toBe(100_000)
    const real = await env.DB.prepare(
      'SELECT count(*) AS n FROM subscribers WHERE publisher_id = ? AND subscribed_at < ?',
    )
    const joined = sumByDay(days, tallies.of('joined'))
    const levels = levelByDay(tallies.subscribers, joined, sumByDay(days, tallies.of('left')))
    for (const at of [0, 30, 88]) {
      const end = days[at + 1]?.startsAt ?? 0
      expect(levels[at]).toBe(await real.bind(publisher.id, Math.floor(end / HOUR) * HOUR).first('n'))
    }
    expect(levels.at(-1)).toBe(100_000)
  })

  it('counts who comes and goes, however they do', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await publisher.subscriber(), await publisher.subscriber()]
    await publisher.subscriber()
    await unsubscribe({ ...contextOf(publisher, env.DB, Date.now()) }, ben.ecalId)
    await env.DB.prepare("UPDATE subscribers SET state = 'merged' WHERE id = ?").bind(ann.ecalId).run()
    const tallies = await readTallies(contextOf(publisher, env.DB, Date.now()), {
      subscribers: 0,
      deliveries: 0,
    })
    const sum = (what: 'joined' | 'left') => tallies.of(what).reduce((all, { count }) => all + count, 0)
    expect([tallies.subscribers, sum('joined'), sum('left')]).toEqual([1, 3, 2])
  })

  it('is forgotten after 400 days; how many there are now stays', async ({ expect }) => {
    const publisher = await aPublisher()
    await publisher.subscriber({})
    await atTime(Date.now() + 401 * DAY, () => runCron('23 3 * * *'))
    const tallies = await readTallies(contextOf(publisher, env.DB, Date.now()), {
      subscribers: 0,
      deliveries: 0,
    })
    expect([tallies.subscribers, tallies.of('joined')]).toEqual([1, []])
  })

  it('asks for what is next by an index', async ({ expect }) => {
    const [coming, at] = [
      "(stored_status IS NULL OR stored_status = 'promised')",
      'CASE WHEN status_date IS NULL THEN start_date ELSE status_date END',
    ]
    expect(
      await planOf(
        `SELECT * FROM pay_schedules WHERE publisher_id = 1 AND ${coming} AND ${at} >= 'x' ORDER BY ${at} LIMIT 5`,
      ),
    ).toBe('SEARCH pay_schedules USING INDEX pay_schedules_coming (publisher_id=? AND <expr>>?)')
    expect(
      await planOf(
        `SELECT id FROM events WHERE publisher_id = 1 AND starts_at >= 5 AND owner_id = '' AND calendar_id <> '' AND draft = 0
         AND deleted_at IS NULL ORDER BY starts_at LIMIT 5`,
      ),
    ).toBe('SEARCH events USING INDEX events_coming (publisher_id=? AND starts_at>?)')
    const ends = 'CASE WHEN series_ends_at IS NULL THEN 9007199254740991 ELSE series_ends_at END'
    expect(
      await planOf(
        `SELECT * FROM events WHERE publisher_id = 1 AND ${ends} > 5 AND recurrence <> '' AND owner_id = ''
         AND calendar_id <> '' AND draft = 0 AND deleted_at IS NULL ORDER BY ${ends} LIMIT 301`,
      ),
    ).toBe('SEARCH events USING INDEX events_series (publisher_id=? AND <expr>>?)')
    expect(
      await planOf("SELECT 1 FROM bills WHERE publisher_id = 1 AND state = 'failed' LIMIT 100"),
    ).toContain('bills_publisher')
  })

  it('reads few rows for what is next beside very many private events', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const events = Array.from({ length: 100 }, (_, n) => ({
      name: `Due ${n}`,
      ecalId: person.ecalId,
      startDate: '2030-05-01',
      allDay: true,
    }))
    await publisher.api.post('/batch/events', { events })
    const { counted, counts } = countingEnv()
    const context = contextOf(publisher, counted.DB, Date.now())
    expect((await comingEvents(context)).events).toEqual([])
    expect(await comingPayments(context)).toEqual([])
    expect(counts.rowsRead).toBeLessThan(10)
  })
})

describe('what is next of events that repeat', () => {
  it('is read in one question and by as many series as are looked at, however many there are and were', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { data: calendar } = await publisher.api.post('/calendar', { name: 'Courses' })
    const begin = Date.parse('2020-01-01T09:00:00Z')
    const series = (prefix: string, ends: string) =>
      env.DB.prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
         INSERT INTO events (id, publisher_id, calendar_id, name, all_day, start_date, start_time, end_date, end_time, timezone,
           end_timezone, end_date_given, end_time_given, starts_at, ends_at, status, show_as, recurrence, series_ends_at,
           created_at, modified_at)
         SELECT printf('%s%08x%08x', ?4, ?1, i), ?1, ?2, 'Course ' || i, 0, '2020-01-01', '09:00', '2020-01-01', '10:00', 'UTC',
           'UTC', 1, 1, ?3, ?3 + 3600000, 'confirmed', 'busy', 'FREQ=DAILY', ${ends}, i, i FROM n`,
      )
        .bind(publisher.id, calendar.id, begin, prefix)
        .run()
    await series('eeeeeeee', '?3 + 3600000 + i')
    await series('ffffffff', 'NULL')
    const { counted, counts } = countingEnv()
    const now = Date.parse('2030-05-01T12:00:00Z')
    const { events, isPartial } = await comingEvents(contextOf(publisher, counted.DB, now))
    expect(events.map(({ startDate }) => startDate)).toEqual(Array.from({ length: 5 }, () => '2030-05-01'))
    expect([isPartial, counts.queries]).toEqual([true, 1])
    expect(counts.rowsRead).toBeLessThan(3000)
  })
})

describe('days', () => {
  it('are those of the company’s zone, also when its clocks move', ({ expect }) => {
    // In Melbourne clocks went forward on 5 October 2025 and back on 5 April 2026.
    for (const [now, date, hours] of [
      ['2025-10-06T02:00:00Z', '2025-10-05', 23],
      ['2026-04-06T02:00:00Z', '2026-04-05', 25],
    ] as const) {
      const days = lastDays(Date.parse(now), 'Australia/Melbourne', 3)
      const at = days.findIndex((day) => day.date === date)
      expect(((days[at + 1]?.startsAt ?? 0) - (days[at]?.startsAt ?? 0)) / HOUR).toBe(hours)
    }
  })

  it('put hours together where they begin, and leave out what was before', ({ expect }) => {
    const days = lastDays(Date.parse('2030-01-03T12:00:00Z'), 'UTC', 2)
    const hour = (iso: string) => Date.parse(iso) / HOUR
    expect(
      sumByDay(days, [
        { hour: hour('2030-01-01T23:00:00Z'), count: 9 },
        { hour: hour('2030-01-02T00:00:00Z'), count: 1 },
        { hour: hour('2030-01-02T23:00:00Z'), count: 2 },
        { hour: hour('2030-01-03T00:00:00Z'), count: 4 },
      ]),
    ).toEqual([3, 4])
    expect(levelByDay(10, [3, 4], [1, 0])).toEqual([6, 10])
  })
})
