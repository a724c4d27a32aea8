import { events } from '../../db/schema'
import type { Row } from '../../platform/d1'
import { fromColumns } from '../columns'
import { dayOf } from '../dates'
import type { EventRow } from '../events/values'
import { nextOccurrence, occurrencesOn, roomFor, type Series } from '../series/days'
import { eventEndSql } from '../series/end'
import type { PortalContext } from './context'

/** The events of one calendar as staff look at them: as a list, or by month. */

/** An event as lists show it. */
export type ListedEvent = Series & Pick<EventRow, 'id' | 'startsAt' | 'draft'>

/** A series in a list stands where its next occurrence is; null for what doesn't repeat, and where none was found. */
export type EventInList = ListedEvent & { readonly next: ListedEvent | null }

export const EVENT_COLUMNS = `e.id, e.name, e.location, e.all_day, e.start_date, e.start_time, e.end_date, e.end_time, e.timezone,
  e.end_timezone, e.starts_at, e.ends_at, e.end_date_given, e.end_time_given, e.status, e.draft, e.recurrence, e.exceptions`

// A calendar holds a bounded number of events, so they are read by the calendar, never by the publisher.
const LISTED = `SELECT ${EVENT_COLUMNS} FROM calendar_events m CROSS JOIN events e ON e.id = m.event_id
  WHERE m.calendar_id = ?1 AND +e.publisher_id = ?2 AND e.deleted_at IS NULL`

const toListed = (row: Row) => fromColumns<ListedEvent>(events, row)

/** Series of a calendar that are looked at for one page, and the days that are laid out for all of them. */
const MOST_SERIES = 300
const ROOM = 200_000

type Page = { readonly limit: number; readonly offset: number }

/**
 * A calendar's events: those to come, the next first, a series where its next occurrence is; or those that are over, the
 * latest first.
 */
export async function eventsByDate(
  ctx: PortalContext,
  calendarId: string,
  isPast: boolean,
  page: Page,
): Promise<EventInList[]> {
  return isPast ? pastEvents(ctx, calendarId, page) : eventsToCome(ctx, calendarId, page)
}

async function pastEvents(
  ctx: PortalContext,
  calendarId: string,
  { limit, offset }: Page,
): Promise<EventInList[]> {
  const { results } = await ctx.db
    .prepare(
      `${LISTED} AND ${eventEndSql} <= ?3
       ORDER BY iif(e.recurrence = '', e.starts_at, e.series_ends_at) DESC, e.id DESC LIMIT ?4 OFFSET ?5`,
    )
    .bind(calendarId, ctx.publisher.id, ctx.now, limit, offset)
    .all<Row>()
  return results.map((row) => ({ ...toListed(row), next: null }))
}

async function eventsToCome(
  ctx: PortalContext,
  calendarId: string,
  { limit, offset }: Page,
): Promise<EventInList[]> {
  const series = await seriesWithNext(ctx, calendarId)
  // Whatever stands before those skipped here and the series together stands on earlier pages.
  const skipped = Math.max(0, offset - series.length)
  const { results } = await ctx.db
    .prepare(
      `${LISTED} AND (e.recurrence = '' OR e.id NOT IN (SELECT value FROM json_each(?6))) AND ${eventEndSql} > ?3
       ORDER BY e.starts_at, e.id LIMIT ?4 OFFSET ?5`,
    )
    .bind(
      calendarId,
      ctx.publisher.id,
      ctx.now,
      limit + offset - skipped,
      skipped,
      JSON.stringify(series.map(({ id }) => id)),
    )
    .all<Row>()
  const others = results.map((row) => ({ ...toListed(row), next: null }))
  return [...others, ...series]
    .sort((a, b) => startOf(a) - startOf(b) || (a.id < b.id ? -1 : 1))
    .slice(offset - skipped, offset - skipped + limit)
}

const startOf = ({ next, startsAt }: EventInList) => next?.startsAt ?? startsAt

async function seriesWithNext(ctx: PortalContext, calendarId: string): Promise<EventInList[]> {
  const { results } = await ctx.db
    .prepare(
      `${LISTED} AND e.recurrence <> '' AND ${eventEndSql} > ?3 ORDER BY e.starts_at, e.id LIMIT ${MOST_SERIES}`,
    )
    .bind(calendarId, ctx.publisher.id, ctx.now)
    .all<Row>()
  const room = roomFor(ROOM)
  return results.map(toListed).flatMap((series) => {
    const next = nextOccurrence(series, 'endsAt', ctx.now, room)
    return next === null ? [] : [{ ...series, next }]
  })
}

/** More events of a month than a person looks at. */
const MOST_OF_MONTH = 1000

const DAY = 86_400_000

export type Month = {
  /** What is on in it, by start; of a series each occurrence. */
  readonly events: readonly ListedEvent[]
  /** Something that repeats was left out: there is more of it than is laid out for one page. */
  readonly isPartial: boolean
}

/** SQL: one of the dates of a series `e` was moved to a day up to `?3`, which may be before its first. */
const MOVED_BEFORE = `EXISTS (SELECT 1 FROM json_each(e.exceptions) WHERE value ->> '$.startDate' <= ?3)`

/** Events on any day from `first` to `last`, of a series its occurrences. */
export async function eventsOfDays(
  ctx: PortalContext,
  calendarId: string,
  first: string,
  last: string,
): Promise<Month> {
  const [single, repeating] = await ctx.db.batch<Row>([
    ctx.db
      .prepare(
        `${LISTED} AND e.recurrence = '' AND e.start_date <= ?4 AND e.end_date >= ?3
         ORDER BY e.starts_at, e.id LIMIT ${MOST_OF_MONTH}`,
      )
      .bind(calendarId, ctx.publisher.id, first, last),
    ctx.db
      .prepare(
        `${LISTED} AND e.recurrence <> '' AND (e.start_date <= ?3 OR ${MOVED_BEFORE}) AND ${eventEndSql} > ?4
         ORDER BY e.starts_at, e.id LIMIT ${MOST_SERIES + 1}`,
      )
      // A day of any zone begins less than a day before that of UTC.
      .bind(calendarId, ctx.publisher.id, last, (dayOf(first) - 1) * DAY),
  ])
  const room = roomFor(ROOM)
  const found = (single?.results ?? []).map(toListed)
  const series = (repeating?.results ?? []).map(toListed)
  for (const each of series.slice(0, MOST_SERIES)) {
    const most = MOST_OF_MONTH - found.length
    found.push(...occurrencesOn(each, first, last, room, most))
  }
  return {
    events: found.sort((a, b) => a.startsAt - b.startsAt),
    isPartial: room.isSpent || series.length > MOST_SERIES || found.length >= MOST_OF_MONTH,
  }
}
