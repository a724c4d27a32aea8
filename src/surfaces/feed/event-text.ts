import type { EventTextRow } from '../../domain/feeds/events'
import { occurrencesOf } from '../../domain/series/occurrences'
import { type CalendarEvent, Octets, renderEvent, renderSeries } from '../../icalendar'

/** Kept for good: V8 drops the code that it made for a class once no instance of it is left. */
const out = new Octets()

/** The text of an event in UTF-8, and the zones whose VTIMEZONE it needs. */
export type EventText = { readonly bytes: Uint8Array; readonly zones: readonly string[] }

/**
 * An event of a calendar as text, a series with its changed occurrences: with the calendar's categories where it has
 * none of its own. `awaitsAnswer`: to this person it is an invitation, so all of it that isn't cancelled is tentative.
 */
export function renderEventRow(event: EventTextRow, categories: string, awaitsAnswer = false): EventText {
  const { bytes, zones } = viewEventRow(event, categories, awaitsAnswer)
  return { bytes: bytes.slice(), zones }
}

/** The same for as long as a request lasts: the bytes are a view of a larger piece of memory, which they keep. */
export function viewEventRow(event: EventTextRow, categories: string, awaitsAnswer = false): EventText {
  const settled = (each: EventTextRow) => toCalendarEvent(each, categories, awaitsAnswer)
  out.take() // what a failure may have left behind
  const zones = event.recurrence === '' ? renderEvent(settled(event), out) : writeSeriesRow(event, settled)
  return { bytes: out.take(), zones }
}

function writeSeriesRow(
  event: EventTextRow,
  settled: (each: EventTextRow) => CalendarEvent,
): readonly string[] {
  const { recurrence, seriesEndsAt } = event
  const { dropped, changed } = occurrencesOf(event)
  const series = {
    recurrence,
    endsAt: seriesEndsAt,
    dropped,
    changed: changed.map(({ date, event: occurrence }) => ({ date, event: settled(occurrence) })),
  }
  return renderSeries(settled(event), series, out)
}

function toCalendarEvent(event: EventTextRow, categories: string, awaitsAnswer: boolean): CalendarEvent {
  return {
    id: event.id,
    createdAt: event.createdAt,
    modifiedAt: event.modifiedAt,
    sequence: event.sequence,
    allDay: event.allDay,
    startDate: event.startDate,
    startTime: event.startTime,
    endDate: event.endDate,
    endTime: event.endTime,
    timezone: event.timezone,
    endTimezone: event.endTimezone,
    startsAt: event.startsAt,
    endsAt: event.endsAt,
    name: event.name,
    location: event.location,
    details: event.details,
    quickLinks: JSON.parse(event.quickLinks),
    url: event.url,
    status: awaitsAnswer && event.status !== 'cancelled' ? 'tentative' : event.status,
    showAs: event.showAs,
    categories: event.categories || categories,
    alerts: [event.alert, event.alert2].filter((alert) => alert !== ''),
    cancelledTombstone: event.deletedAt !== null,
  }
}
