import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { events } from '../../src/db/schema'
import { fromColumns } from '../../src/domain/columns'
import type { EventRow } from '../../src/domain/events/values'
import { loadFromColo } from '../../src/surfaces/feed/colo-cache'
import { renderEventRow } from '../../src/surfaces/feed/event-text'
import { fragmentMemory } from '../../src/surfaces/feed/fragments'
import { settledPersons } from '../../src/surfaces/feed/persons'
import { handle } from './front-door'
import { ORIGIN, type TestPublisher } from './publisher'
import { calendarText } from './rendered'

type Row = Record<string, string | number | null>

/** Makes this isolate forget what it keeps of feeds, as a new one would begin; the data centre's cache stays. */
export function forgetFeeds(): void {
  fragmentMemory.clear()
  settledPersons.clear()
}

async function rowsOf(table: string, publisherId: number): Promise<Row[]> {
  const sql = `SELECT * FROM ${table} WHERE publisher_id = ?`
  return (await env.DB.prepare(sql).bind(publisherId).all<Row>()).results
}

/** What the fragment of a calendar must be now, and the revision that it must be kept under. */
export async function plainFragment(calendarId: string): Promise<{ revision: number; text: string }> {
  const calendar = await env.DB.prepare('SELECT * FROM calendars WHERE id = ?').bind(calendarId).first<Row>()
  const { results } = await env.DB.prepare(
    `SELECT e.* FROM calendar_events m JOIN events e ON e.id = m.event_id
     WHERE m.calendar_id = ? AND e.draft = 0 AND (e.deleted_at IS NULL OR e.tombstone_until IS NOT NULL)
     ORDER BY e.starts_at, e.id`,
  )
    .bind(calendarId)
    .all<Row>()
  const bytes = results.map((row) => {
    return renderEventRow(fromColumns<EventRow>(events, row), String(calendar?.categories)).bytes
  })
  return {
    revision: Number(calendar?.revision),
    text: bytes.map((each) => new TextDecoder().decode(each)).join(''),
  }
}

/** The texts of a calendar's fragment at a revision wherever they are kept: in memory, in the data centre's cache. */
export async function keptTexts(calendarId: string, revision: number): Promise<string[]> {
  const kept = [
    fragmentMemory.get(`${calendarId}:${revision}`),
    await loadFromColo({ id: calendarId, revision }),
  ]
  return kept.flatMap((fragment) => (fragment ? [new TextDecoder().decode(fragment.bytes)] : []))
}

/**
 * What an active person's feed must be, put together in the plainest way from whole tables, event by event, so that
 * the feed is compared with something else than itself (`widget-and-feeds.md` 3, `event-subscriptions.md` 10).
 */
export async function plainFeed(publisherId: number, ecalId: string): Promise<string> {
  const rows = new Map<string, Row[]>()
  const tables = ['calendars', 'follows', 'calendar_events', 'events', 'relations', 'answers', 'subscribers']
  for (const table of tables) rows.set(table, await rowsOf(table, publisherId))
  const all = (table: string) => rows.get(table) ?? []
  const mine = (table: string) => all(table).filter((row) => row.subscriber_id === ecalId)
  const eventsOf = (calendarId: unknown) =>
    all('calendar_events')
      .filter((m) => m.calendar_id === calendarId)
      .flatMap((m) => all('events').filter((e) => e.id === m.event_id))
  const isLive = (e: Row) => e.draft === 0 && e.deleted_at === null
  const follows = mine('follows')
    .map((follow) => ({ follow, calendar: all('calendars').find((c) => c.id === follow.calendar_id) }))
    .flatMap(({ follow, calendar }) => (calendar ? [{ follow, calendar }] : []))
    .filter(({ calendar }) => calendar.draft === 0 && calendar.deleted_at === null)
  const answers = new Map(mine('answers').map((a) => [a.event_id, a]))
  const direct = new Map(
    mine('relations')
      .filter((r) => r.removed_at === null)
      .map((r) => [r.event_id, r]),
  )
  const texts: string[] = []
  const zones = new Set<string>()
  const seen = new Set<unknown>()
  const add = (list: Row[], categories: string) => {
    list.sort((a, b) => Number(a.starts_at) - Number(b.starts_at) || (String(a.id) < String(b.id) ? -1 : 1))
    for (const row of list) {
      if (seen.has(row.id)) continue
      seen.add(row.id)
      const event = fromColumns<EventRow>(events, row)
      const relation = isLive(row) ? direct.get(row.id) : undefined
      const declined = (relation ?? answers.get(row.id))?.rsvp_status === 'not_attending'
      if (declined && row.deleted_at === null) continue
      const waits = String(relation?.permission ?? '').startsWith('invited')
      const { bytes, zones: named } = renderEventRow(event, categories, waits)
      texts.push(new TextDecoder().decode(bytes))
      for (const zone of named) zones.add(zone)
    }
  }
  const whole = follows
    .filter(
      ({ follow, calendar }) =>
        calendar.kind === 'private' || !String(follow.permission).startsWith('invited'),
    )
    .sort((a, b) => {
      const byKind = Number(b.calendar.kind === 'private') - Number(a.calendar.kind === 'private')
      return byKind || Number(a.follow.position) - Number(b.follow.position)
    })
  for (const { calendar } of whole) {
    const shown = eventsOf(calendar.id).filter(
      (e) => isLive(e) || (e.draft === 0 && e.tombstone_until !== null),
    )
    add(shown, String(calendar.categories))
  }
  const reached = follows.flatMap(({ calendar }) => eventsOf(calendar.id))
  add(
    all('events').filter(
      (e) =>
        isLive(e) &&
        (direct.has(e.id) ||
          (answers.get(e.id)?.acknowledged === 1 && reached.some(({ id }) => id === e.id))),
    ),
    '',
  )
  const person = all('subscribers').find(({ id }) => id === ecalId)
  return calendarText(String(person?.ics_filename), zones, texts)
}

/** A subscriber who follows some calendars. */
export async function aFollower(publisher: TestPublisher, ...calendarIds: string[]) {
  const person = await publisher.subscriber()
  await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds })
  return person
}

/** Makes so many events of one hour in a calendar, each with the same details. */
export async function manyEvents(publisher: TestPublisher, calendarId: string, count: number, details = '') {
  for (let from = 0; from < count; from += 100) {
    const events = Array.from({ length: Math.min(100, count - from) }, (_, n) => ({
      name: `Round ${from + n}`,
      calendarId,
      startDate: '2030-05-01',
      startTime: '19:30',
      details,
    }))
    const made = await publisher.api.post('/batch/events', { events })
    if (made.status !== 200) throw new Error(made.text)
  }
}

/** The revision of a calendar now. */
export function revisionOf(calendarId: string): Promise<number | null> {
  return env.DB.prepare('SELECT revision FROM calendars WHERE id = ?').bind(calendarId).first('revision')
}

/** The text of a feed as a database answers it that something happens to on the way. */
export async function feedThrough(DB: D1Database, path: string): Promise<string> {
  const execution = createExecutionContext()
  const text = await (await handle(new Request(`${ORIGIN}${path}`), { ...env, DB }, execution)).text()
  await waitOnExecutionContext(execution)
  return text
}
