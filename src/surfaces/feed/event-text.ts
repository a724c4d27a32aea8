import type { EventTextRow } from '../../domain/feed-events'
import { type CalendarEvent, renderEvent } from '../../icalendar'

const encoder = new TextEncoder()

/** The text of an event in UTF-8, and the zones whose VTIMEZONE it needs. */
export type EventText = { readonly bytes: Uint8Array; readonly zones: readonly string[] }

/** An event of a calendar as text: with the calendar's categories where it has none of its own. */
export function renderEventRow(event: EventTextRow, categories: string): EventText {
  const { text, zones } = renderEvent(toCalendarEvent(event, categories))
  return { bytes: encoder.encode(text), zones }
}

function toCalendarEvent(event: EventTextRow, categories: string): CalendarEvent {
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
    status: event.status,
    showAs: event.showAs,
    categories: event.categories || categories,
    alerts: [event.alert, event.alert2].filter((alert) => alert !== ''),
    cancelledTombstone: event.deletedAt !== null,
  }
}
