import { getTableColumns } from 'drizzle-orm'
import { events } from '../../db/schema'
import type { Database, Row } from '../../platform/d1'
import type { EventRow } from '../events/values'

/** The columns that a feed's text is made of: rows come by the thousand, and each column of each is parsed. */
const textColumns = [
  ...['id', 'createdAt', 'modifiedAt', 'deletedAt', 'sequence'],
  ...[
    'allDay',
    'startDate',
    'startTime',
    'endDate',
    'endTime',
    'timezone',
    'endTimezone',
    'startsAt',
    'endsAt',
    'endDateGiven',
    'endTimeGiven',
  ],
  ...['name', 'location', 'details', 'url', 'quickLinks', 'categories'],
  ...['status', 'showAs', 'alert', 'alert2', 'recurrence', 'exceptions', 'seriesEndsAt'],
] as const satisfies (keyof EventRow)[]

/** What a feed's text needs of an event. */
export type EventTextRow = Pick<EventRow, (typeof textColumns)[number]>

/** An event of a feed, and the calendar that it stands in. */
export type FeedEvent = EventTextRow & { readonly inCalendar: string }

const columns = textColumns.map((field) => ({ field, column: getTableColumns(events)[field] }))

/** SQL: the columns of an event `e`. */
const COLUMNS = columns.map(({ column }) => `e.${column.name}`).join(', ')

/** Rows that calendars read together may have; the estimate of their text doesn't count tombstones. */
const AT_ONCE = 2_000

/** What shows of a calendar: its live events, and those deleted whose tombstone still stands. */
const SHOWN = `e.draft = 0 AND (e.deleted_at IS NULL OR e.tombstone_until IS NOT NULL)`

const OF_CALENDARS = `SELECT m.calendar_id AS in_calendar, ${COLUMNS} FROM json_each(?1) k
  CROSS JOIN calendar_events m ON m.calendar_id = k.value CROSS JOIN events e ON e.id = m.event_id
  WHERE ${SHOWN} LIMIT ${AT_ONCE + 1}`

const OF_PRIVATE = `SELECT m.calendar_id AS in_calendar, ${COLUMNS} FROM feed_addresses a
  CROSS JOIN calendars c ON c.owner_id = a.subscriber_id
  CROSS JOIN calendar_events m ON m.calendar_id = c.id CROSS JOIN events e ON e.id = m.event_id
  WHERE a.address_hash = ?1 AND a.state IN ('live', 'merged') AND ${SHOWN} LIMIT ${AT_ONCE + 1}`

const PAGE_OF_CALENDAR = `SELECT m.calendar_id AS in_calendar, ${COLUMNS} FROM calendar_events m CROSS JOIN events e ON e.id = m.event_id
  WHERE m.calendar_id = ?1 AND m.event_id > ?2 AND ${SHOWN} ORDER BY m.event_id LIMIT ?3`

/** The events of some calendars, given their ids. */
export function selectEventsOf(db: Database, calendarIds: readonly string[]): D1PreparedStatement {
  return db.prepare(OF_CALENDARS).bind(JSON.stringify(calendarIds))
}

/** The events of the private calendar of whoever has an address, given its SHA-256. */
export function selectPrivateEvents(db: Database, addressHash: string): D1PreparedStatement {
  return db.prepare(OF_PRIVATE).bind(addressHash)
}

/** What these statements answered; null where one had more than is read at once. */
export function toFeedEvents(results: readonly (readonly Row[])[]): FeedEvent[] | null {
  return results.some((rows) => rows.length > AT_ONCE) ? null : results.flat().map(toFeedEvent)
}

function toFeedEvent(row: Row): FeedEvent {
  const event: Record<string, unknown> = { inCalendar: row.in_calendar }
  for (const { field, column } of columns) {
    const value = row[column.name]
    event[field] = value === null ? null : column.mapFromDriverValue(value as never)
  }
  return event as FeedEvent
}

/** A page of a calendar's events by id, with what else its text depends on, of one moment. */
export type EventPage = {
  readonly revision: number
  readonly categories: string
  readonly events: readonly FeedEvent[]
  readonly isLast: boolean
}

/** Reads a page of a calendar's events after an id; null where there is no such calendar. */
export async function readEventPage(
  db: Database,
  calendarId: string,
  afterEventId: string,
  limit: number,
): Promise<EventPage | null> {
  const [calendars, rows] = await db.batch<Row>([
    db.prepare('SELECT revision, categories FROM calendars WHERE id = ?').bind(calendarId),
    db.prepare(PAGE_OF_CALENDAR).bind(calendarId, afterEventId, limit),
  ])
  const [calendar] = calendars?.results ?? []
  if (!calendar || !rows) return null
  return {
    revision: Number(calendar.revision),
    categories: String(calendar.categories),
    events: rows.results.map(toFeedEvent),
    isLast: rows.results.length < limit,
  }
}
