import { events } from '../db/schema'
import type { Database, Row } from '../platform/d1'
import { fromColumns } from './columns'
import type { EventRow } from './event-values'
import { noOwnEvents, type OwnEvents, selectOwnEvents, toOwnEvents } from './feed-own-events'

/**
 * What a feed is made of. One indexed read gives the feed's state and the revisions of the calendars followed; the
 * events are read only where the feed is really sent. A feed read writes nothing.
 */

/** A calendar that a feed is made of, as of its revision. */
export type FeedCalendar = {
  readonly id: string
  readonly revision: number
  readonly isPrivate: boolean
  readonly categories: string
}

export type FeedState = {
  /** `live`: all the person has; `limited`: some public calendars only; `ended`: nothing any more. */
  readonly kind: 'live' | 'limited' | 'ended' | 'public'
  readonly name: string
  /** The person's revision; 0 where it doesn't count. */
  readonly revision: number
  /** Calendars that show, in the order of the feed: the private one, then those followed in their order. */
  readonly calendars: readonly FeedCalendar[]
  /** Live calendars followed as `invited_*`: an event of theirs that was acknowledged shows, so their changes count. */
  readonly counted: readonly Pick<FeedCalendar, 'id' | 'revision'>[]
  /** Epoch milliseconds: the last change of anything that the feed depends on. */
  readonly modifiedAt: number
}

/** A feed, or why there is none. */
export type FeedLookup = FeedState | 'not_found' | 'gone'

/** An event of a feed, and the calendar that it stands in. */
export type FeedEvent = EventRow & { readonly inCalendar: string }

type StateRow = {
  state: 'live' | 'merged' | 'limited' | 'rotated'
  changed_at: number
  person: string
  revision: number
  revised_at: number
  ics_filename: string
  feeds_end_at: number | null
  followed: string | null
}

/** position, id, revision, revised at, is private, how it shows (`SHOWS`; 0 not at all), categories */
type FollowedTuple = [number, string, number, number, number, number, string]

/** A calendar that is live shows as a whole, or by single events that were acknowledged. */
const SHOWS = { whole: 1, singly: 2 } as const

const TUPLE = (position: string, shows: string) =>
  `json_array(${position}, c.id, c.revision, c.revised_at, c.kind = 'private',
    iif(c.draft = 0 AND c.deleted_at IS NULL, ${shows}, 0), c.categories)`

const STATE = `SELECT a.state, a.changed_at, s.state AS person, s.revision, s.revised_at, s.ics_filename, p.feeds_end_at,
    CASE a.state
      WHEN 'rotated' THEN NULL
      WHEN 'limited' THEN (SELECT json_group_array(${TUPLE('l.key', `c.kind = 'public'`)})
        FROM json_each(a.calendar_ids) l CROSS JOIN calendars c ON c.id = l.value)
      ELSE (SELECT json_group_array(${TUPLE('f.position', `iif(c.kind = 'private' OR f.permission NOT LIKE 'invited%', ${SHOWS.whole}, ${SHOWS.singly})`)})
        FROM follows f CROSS JOIN calendars c ON c.id = f.calendar_id WHERE f.subscriber_id = s.id)
    END AS followed
  FROM feed_addresses a JOIN subscribers s ON s.id = a.subscriber_id JOIN publishers p ON p.id = a.publisher_id
  WHERE a.address_hash = ?1`

const SHOWN = `e.draft = 0 AND (e.deleted_at IS NULL OR e.tombstone_until IS NOT NULL)`

const EVENTS = `WITH shown (calendar_id) AS (
    SELECT f.calendar_id FROM feed_addresses a CROSS JOIN follows f ON f.subscriber_id = a.subscriber_id
      CROSS JOIN calendars k ON k.id = f.calendar_id
      WHERE a.address_hash = ?1 AND a.state IN ('live', 'merged') AND (k.kind = 'private' OR f.permission NOT LIKE 'invited%')
    UNION ALL
    SELECT l.value FROM feed_addresses a CROSS JOIN json_each(a.calendar_ids) l
      WHERE a.address_hash = ?1 AND a.state = 'limited')
  SELECT c.id AS in_calendar, e.* FROM shown CROSS JOIN calendars c ON c.id = shown.calendar_id
    CROSS JOIN calendar_events m ON m.calendar_id = c.id CROSS JOIN events e ON e.id = m.event_id
  WHERE c.draft = 0 AND c.deleted_at IS NULL AND ${SHOWN}`

function toState(row: StateRow | undefined, now: number): FeedLookup {
  if (!row) return 'not_found'
  if (row.state === 'rotated') return 'gone'
  const followed = (JSON.parse(row.followed ?? '[]') as FollowedTuple[]).sort(([a], [b]) => a - b)
  const isLimited = row.state === 'limited'
  const companyEnded = row.feeds_end_at !== null && row.feeds_end_at <= now ? row.feeds_end_at : 0
  const stateChanged = Math.max(companyEnded, row.state === 'live' ? 0 : row.changed_at)
  if (row.person !== 'active' || companyEnded > 0) {
    const modifiedAt = Math.max(stateChanged, row.revised_at)
    return {
      kind: 'ended',
      name: row.ics_filename,
      revision: row.revision,
      calendars: [],
      counted: [],
      modifiedAt,
    }
  }
  const shown = followed.filter(([, , , , , shows]) => shows === SHOWS.whole)
  const calendars = shown.map(([, id, revision, , isPrivate, , categories]): FeedCalendar => {
    return { id, revision, isPrivate: isPrivate === 1, categories }
  })
  return {
    kind: isLimited ? 'limited' : 'live',
    name: row.ics_filename,
    revision: isLimited ? 0 : row.revision,
    calendars: [...calendars.filter((c) => c.isPrivate), ...calendars.filter((c) => !c.isPrivate)],
    counted: followed
      .filter(([, , , , , shows]) => shows === SHOWS.singly)
      .map(([, id, revision]) => ({ id, revision })),
    // Calendars drafted or deleted count here too: what made them leave is a change of the feed.
    modifiedAt: Math.max(stateChanged, isLimited ? 0 : row.revised_at, ...followed.map(([, , , at]) => at)),
  }
}

/** The state of the feed at an address, given its SHA-256. One query, nothing of the events. */
export async function readFeedState(db: Database, addressHash: string, now: number): Promise<FeedLookup> {
  const row = await db.prepare(STATE).bind(addressHash).first<StateRow>()
  return toState(row ?? undefined, now)
}

/** What a feed is composed of. */
export type WholeFeed = {
  readonly state: FeedLookup
  readonly events: readonly FeedEvent[]
  /** What the person has to do with single events. */
  readonly own: OwnEvents
}

/** State and events in one batch: one consistent moment. */
export async function readFeed(db: Database, addressHash: string, now: number): Promise<WholeFeed> {
  const [states, rows, ...own] = await db.batch<Row>([
    db.prepare(STATE).bind(addressHash),
    db.prepare(EVENTS).bind(addressHash),
    ...selectOwnEvents(db, addressHash),
  ])
  return {
    state: toState(states?.results[0] as StateRow | undefined, now),
    events: toFeedEvents(rows?.results ?? []),
    own: toOwnEvents(own.map((result) => result.results)),
  }
}

function toFeedEvents(rows: readonly Row[]): FeedEvent[] {
  return rows.map((row) => ({ ...fromColumns<EventRow>(events, row), inCalendar: String(row.in_calendar) }))
}

type CalendarStateRow = {
  id: string
  name: string
  categories: string
  revision: number
  revised_at: number
  draft: number
  deleted_at: number | null
  feeds_end_at: number | null
}

const CALENDAR_STATE = `SELECT c.id, c.name, c.categories, c.revision, c.revised_at, c.draft, c.deleted_at, p.feeds_end_at
  FROM calendars c JOIN publishers p ON p.id = c.publisher_id WHERE c.id = ?1 AND c.kind = 'public'`

const CALENDAR_EVENTS = `SELECT m.calendar_id AS in_calendar, e.* FROM calendar_events m CROSS JOIN events e ON e.id = m.event_id
  WHERE m.calendar_id = ?1 AND ${SHOWN}`

function toCalendarState(row: CalendarStateRow | undefined, now: number): FeedLookup {
  if (!row || (row.draft === 1 && row.deleted_at === null)) return 'not_found'
  if (row.deleted_at !== null) return 'gone'
  const { id, name, revision, categories } = row
  if (row.feeds_end_at !== null && row.feeds_end_at <= now) {
    const modifiedAt = Math.max(row.revised_at, row.feeds_end_at)
    return { kind: 'ended', name, revision, calendars: [], counted: [], modifiedAt }
  }
  const calendars = [{ id, revision, isPrivate: false, categories }]
  return { kind: 'public', name, revision: 0, calendars, counted: [], modifiedAt: row.revised_at }
}

/** As `readFeedState`, of a public calendar's own feed (`widget-and-feeds.md` 5). */
export async function readCalendarFeedState(
  db: Database,
  calendarId: string,
  now: number,
): Promise<FeedLookup> {
  const row = await db.prepare(CALENDAR_STATE).bind(calendarId).first<CalendarStateRow>()
  return toCalendarState(row ?? undefined, now)
}

/** As `readFeed`, of a public calendar's own feed. */
export async function readCalendarFeed(db: Database, calendarId: string, now: number): Promise<WholeFeed> {
  const [states, rows] = await db.batch<Row>([
    db.prepare(CALENDAR_STATE).bind(calendarId),
    db.prepare(CALENDAR_EVENTS).bind(calendarId),
  ])
  const state = toCalendarState(states?.results[0] as CalendarStateRow | undefined, now)
  return { state, events: toFeedEvents(rows?.results ?? []), own: noOwnEvents }
}
