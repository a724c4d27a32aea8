import { events } from '../../db/schema'
import type { Row } from '../../platform/d1'
import { instantToWall, wallToInstant } from '../../platform/time-zone'
import { fromColumns } from '../columns'
import { nextOccurrence, roomFor } from '../series/days'
import type { PortalContext } from './context'
import { EVENT_COLUMNS, type ListedEvent } from './listed-events'

/** What is next: public events. */

export type ComingEvent = ListedEvent & { readonly calendarName: string }

export type ComingEvents = {
  readonly events: readonly ComingEvent[]
  /** More events repeat than are looked at, so that one of those may come earlier. */
  readonly isPartial: boolean
}

/** So many are told; somewhat more are read, since a series may have dropped the occurrence that it begins with. */
const SHOWN = 5
const READ = 4 * SHOWN

/** So many series are looked at for their next occurrence: those whose end is known before the others. */
const MOST_SERIES = 300

/** Days that are laid out for all of them. */
const ROOM = 200_000

const PUBLIC = "owner_id = '' AND calendar_id <> '' AND draft = 0 AND deleted_at IS NULL"
const ENDS = 'CASE WHEN series_ends_at IS NULL THEN 9007199254740991 ELSE series_ends_at END'

const calendarOf = (join: string) =>
  `${join} calendars c ON c.id = e.calendar_id AND c.kind = 'public' AND c.draft = 0 AND c.deleted_at IS NULL`

/** The next events of public calendars, from today on; of a series its next occurrence. */
export async function comingEvents({ db, publisher, now }: PortalContext): Promise<ComingEvents> {
  const today = wallToInstant(instantToWall(now, publisher.timezone).date, '00:00', publisher.timezone)
  const [beginning, repeating] = await db.batch<Row>([
    db
      .prepare(
        `SELECT ${EVENT_COLUMNS}, c.name AS calendar FROM events e ${calendarOf('JOIN')}
         WHERE e.publisher_id = ?1 AND e.starts_at >= ?2 AND e.owner_id = '' AND e.calendar_id <> '' AND e.draft = 0
           AND e.deleted_at IS NULL
         ORDER BY e.starts_at LIMIT ${READ}`,
      )
      .bind(publisher.id, today),
    db
      .prepare(
        `SELECT ${EVENT_COLUMNS}, c.name AS calendar FROM (
           SELECT * FROM events WHERE publisher_id = ?1 AND ${ENDS} > ?2 AND recurrence <> '' AND ${PUBLIC}
           ORDER BY ${ENDS} LIMIT ${MOST_SERIES + 1}) e
         ${calendarOf('LEFT JOIN')}`,
      )
      .bind(publisher.id, today),
  ])
  const series = (repeating?.results ?? []).slice(0, MOST_SERIES).filter(({ calendar }) => calendar !== null)
  const looked = new Set(series.map(({ id }) => id))
  const single = (beginning?.results ?? []).filter(({ id }) => !looked.has(id)).map(toComing)
  const room = roomFor(ROOM)
  // From midnight on, and one that begins with the day is of it.
  const next = series.flatMap((row) => nextOccurrence(toComing(row), 'startsAt', today - 1, room) ?? [])
  return {
    events: [...single, ...next].sort((a, b) => a.startsAt - b.startsAt).slice(0, SHOWN),
    isPartial: room.isSpent || (repeating?.results.length ?? 0) > MOST_SERIES,
  }
}

function toComing(row: Row): ComingEvent {
  return { ...fromColumns<ListedEvent>(events, row), calendarName: String(row.calendar) }
}
