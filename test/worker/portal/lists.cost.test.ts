import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { costOf } from '../../support/counting'
import { anOperatorsPublisher, type Browser } from './support'

/** So many of each kind that a walk over all of them would show. */
const MANY = 4000

const NUMBERS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})`

/** Makes a company large: people, people of its marketplace, events of another calendar, and their changes. */
async function grow(publisherId: number, calendarId: string): Promise<void> {
  const prefix = newId().slice(0, 16)
  const run = (sql: string) =>
    env.DB.prepare(`${sql.replace('{n}', NUMBERS)}`)
      .bind(prefix, publisherId, calendarId)
      .run()
  const id = `?1 || printf('%08x', i)`
  await run(
    `INSERT INTO subscribers (id, publisher_id, state, email, first_name, last_name, reference, subscribed_at, last_active_at, created_at, modified_at)
     {n} SELECT ${id}, ?2, 'active', 'p' || i || '@example.com', 'Many' || i, 'Person' || i, ?3 || i, i, i, i, i FROM n`,
  )
  await run(
    `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, signed_up_with, created_at)
     {n} SELECT ?2, 'email', 'p' || i || '@example.com', ${id}, 1, length(?3) FROM n`,
  )
  await run(
    `INSERT INTO directory (id, publisher_id, first_name, last_name, email, subscriber_id, created_at, updated_at, write_id)
     {n} SELECT ${id}, ?2, 'Many' || i, 'Person' || i, 'p' || i || '@example.com', ${id}, i, i, substr(?3, 1, 1) FROM n`,
  )
  await run(
    `INSERT INTO events (id, publisher_id, calendar_id, name, all_day, start_date, start_time, end_date, end_time, timezone,
       end_timezone, end_date_given, end_time_given, starts_at, ends_at, status, show_as, created_at, modified_at)
     {n} SELECT ${id}, ?2, ?3, 'Event ' || i, 1, '2040-05-01', '', '2040-05-01', '', 'UTC', 'UTC', 1, 1,
       2219443200000 + i, 2219529600000 + i, 'confirmed', 'free', i, i FROM n`,
  )
  await run(
    `INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at) {n} SELECT ?3, ${id}, ?2, i FROM n`,
  )
  await run(
    `INSERT INTO changes (publisher_id, stream, op, entity_id, actor, at, dispatched)
     {n} SELECT ?2, 'calendar:' || ?3, 'event.created', ${id}, 'operator', i, 1 FROM n`,
  )
  await run(
    `INSERT INTO portal_audit (mark, publisher_id, at, user_id, role, session, action, target)
     {n} SELECT ${id}, ?2, i, substr(?3, 1, 1), 'Admin', '', 'event.created', ${id} FROM n`,
  )
}

async function rowsRead(browser: Browser, path: string): Promise<number> {
  const { answer, counts } = await costOf(path, {
    headers: { Cookie: `__Host-daybook=${browser.session}` },
  })
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
  return counts.rowsRead
}

describe('what the pages of a company read', () => {
  it('is bounded by what they show, however many people, events and changes there are', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const [{ data: small }, { data: large }] = [
      await publisher.api.post('/calendar', { name: 'Small' }),
      await publisher.api.post('/calendar', { name: 'Large' }),
    ]
    const { data: event } = await publisher.api.post('/event', {
      ...{ calendarId: small.id, name: 'Round 1', startDate: '2040-05-01', allDay: true },
    })
    await publisher.api.post('/event', {
      ...{ calendarId: small.id, name: 'Training', startDate: '2020-05-01', allDay: true },
      recurrence: 'FREQ=WEEKLY',
    })
    const ann = await publisher.subscriber({ first_name: 'Ann', last_name: 'Lee' })
    const paths = [
      '/portal',
      '/portal/calendars',
      `/portal/calendars/${small.id}`,
      `/portal/calendars/${small.id}?past=1`,
      `/portal/calendars/${small.id}?month=2040-05`,
      `/portal/events/${event.id}`,
      '/portal/subscribers',
      '/portal/subscribers?q=ann%20l',
      `/portal/subscribers/${ann.ecalId}`,
      '/portal/settings',
    ]
    const before = await Promise.all(paths.map((path) => rowsRead(admin, path)))
    await grow(publisher.id, large.id)
    const after = await Promise.all(paths.map((path) => rowsRead(admin, path)))
    for (const [at, path] of paths.entries()) {
      const more = (after[at] ?? 0) - (before[at] ?? 0)
      // The list has a page of people by now, and the first page more events to choose from; all else shows what it did.
      const most = { '/portal': 150, '/portal/subscribers': 400 }[path] ?? 20
      expect(more, path).toBeLessThan(most)
    }
    // Many are found: as many as a search looks at, by each of its ways.
    expect(await rowsRead(admin, '/portal/subscribers?q=many')).toBeLessThan(9000)
    expect(await rowsRead(admin, '/portal/subscribers?q=p')).toBeLessThan(9000)
  })
})
