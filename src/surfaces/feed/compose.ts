import type { EventRow } from '../../domain/event-values'
import type { FeedState, WholeFeed } from '../../domain/feeds'
import { type CalendarEvent, renderCalendar, renderEvent } from '../../icalendar'

/**
 * The text of a feed: calendar after calendar, then what comes by direct relations alone; in each by start, then UID;
 * an event reached in several ways stands once, at its first place. The bytes depend on the state and the rows alone.
 */
export function composeFeed(state: FeedState, { events, own }: Omit<WholeFeed, 'state'>): string {
  const byCalendar = Map.groupBy(events, (event) => event.inCalendar)
  const seen = new Set<string>()
  const zones = new Set<string>()
  const texts: string[] = []
  const add = (candidates: EventRow[], categories: string) => {
    for (const event of candidates.sort(byStart)) {
      if (seen.has(event.id)) continue
      seen.add(event.id)
      const settled = settle(event, categories, own)
      if (settled === null) continue
      const rendered = renderEvent(settled)
      texts.push(rendered.text)
      for (const zone of rendered.zones) zones.add(zone)
    }
  }
  for (const calendar of state.calendars) add(byCalendar.get(calendar.id) ?? [], calendar.categories)
  if (state.kind === 'live') {
    add([...[...own.direct.values()].map((direct) => direct.event), ...own.acknowledged], '')
  }
  return renderCalendar(state.name, zones, texts)
}

function byStart(a: EventRow, b: EventRow): number {
  return a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)
}

/**
 * An event as this person has it (`event-subscriptions.md` 10): the direct relation decides, else an answer. Declined,
 * it is left out (null); an invitation that waits is tentative, unless the event is cancelled anyway.
 */
function settle(event: EventRow, categories: string, own: WholeFeed['own']): CalendarEvent | null {
  const direct = own.direct.get(event.id)
  const declined = direct ? direct.rsvpStatus === 'not_attending' : own.declined.has(event.id)
  if (declined && event.deletedAt === null) return null
  const waits = direct?.permission.startsWith('invited_') && event.status !== 'cancelled'
  return toCalendarEvent(waits ? { ...event, status: 'tentative' } : event, categories)
}

function toCalendarEvent(event: EventRow, categories: string): CalendarEvent {
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
