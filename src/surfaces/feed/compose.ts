import type { FeedCalendar, FeedEvent, FeedState } from '../../domain/feeds'
import { type CalendarEvent, renderCalendar, renderEvent } from '../../icalendar'

/**
 * The text of a feed: calendar after calendar, in each by start, then UID; an event reached in several ways stands
 * once, at its first place. The bytes depend on the state and the rows alone.
 */
export function composeFeed(state: FeedState, events: readonly FeedEvent[]): string {
  const byCalendar = Map.groupBy(events, (event) => event.inCalendar)
  const seen = new Set<string>()
  const zones = new Set<string>()
  const texts: string[] = []
  for (const calendar of state.calendars) {
    for (const event of (byCalendar.get(calendar.id) ?? []).sort(byStart)) {
      if (seen.has(event.id)) continue
      seen.add(event.id)
      const rendered = renderEvent(toCalendarEvent(event, calendar))
      texts.push(rendered.text)
      for (const zone of rendered.zones) zones.add(zone)
    }
  }
  return renderCalendar(state.name, zones, texts)
}

function byStart(a: FeedEvent, b: FeedEvent): number {
  return a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)
}

function toCalendarEvent(event: FeedEvent, calendar: FeedCalendar): CalendarEvent {
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
    categories: event.categories || calendar.categories,
    alerts: [event.alert, event.alert2].filter((alert) => alert !== ''),
    cancelledTombstone: event.deletedAt !== null,
  }
}
