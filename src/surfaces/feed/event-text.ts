import type { EventTextRow } from '../../domain/feed-events'
import { occurrencesOf } from '../../domain/occurrences'
import { type CalendarEvent, renderEvent, renderSeries } from '../../icalendar'

const encoder = new TextEncoder()

/** The text of an event in UTF-8, and the zones whose VTIMEZONE it needs. */
export type EventText = { readonly bytes: Uint8Array; readonly zones: readonly string[] }

/**
 * An event of a calendar as text, a series with its changed occurrences: with the calendar's categories where it has
 * none of its own. `awaitsAnswer`: to this person it is an invitation, so all of it that isn't cancelled is tentative.
 */
export function renderEventRow(event: EventTextRow, categories: string, awaitsAnswer = false): EventText {
  const settled = (each: EventTextRow) => toCalendarEvent(each, categories, awaitsAnswer)
  const { text, zones } =
    event.recurrence === '' ? renderEvent(settled(event)) : renderSeriesRow(event, settled)
  return { bytes: encoder.encode(text), zones }
}

function renderSeriesRow(event: EventTextRow, settled: (each: EventTextRow) => CalendarEvent) {
  const { recurrence, seriesEndsAt } = event
  const { dropped, changed } = occurrencesOf(event)
  return renderSeries(settled(event), {
    recurrence,
    endsAt: seriesEndsAt,
    dropped,
    changed: changed.map(({ date, event: occurrence }) => ({ date, event: settled(occurrence) })),
  })
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
