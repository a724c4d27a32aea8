import type { CalendarEvent } from '../../../src/icalendar'
import { calendarText, eventText } from '../../support/rendered'

/** An event as the feed gives it to the serializer: a match in Melbourne, unless the test says otherwise. */
export function anEvent(changes: Partial<CalendarEvent> = {}): CalendarEvent {
  const { timezone = 'Australia/Melbourne' } = changes
  return {
    id: '66cc0f7da64cf7ee93658fbf',
    createdAt: Date.UTC(2030, 3, 1),
    modifiedAt: Date.UTC(2030, 3, 2, 3, 4, 5),
    sequence: 0,
    allDay: false,
    startDate: '2030-05-01',
    startTime: '19:00',
    endDate: '2030-05-01',
    endTime: '20:00',
    timezone,
    endTimezone: timezone,
    startsAt: Date.UTC(2030, 4, 1, 9),
    endsAt: Date.UTC(2030, 4, 1, 10),
    name: 'Round 7',
    location: '',
    details: '',
    quickLinks: [],
    url: '',
    status: 'confirmed',
    showAs: 'busy',
    categories: '',
    alerts: [],
    cancelledTombstone: false,
    ...changes,
  }
}

/** The instant (epoch ms) of a wall clock, by the runtime's zone data: the first of two; moved forward in a gap. */
export function instantIn(zone: string, date: string, time: string): number {
  const wall = Date.parse(`${date}T${time}:00Z`)
  const around = [wall - 86_400_000, wall + 86_400_000].map((instant) => clockIn(zone, instant) - instant)
  const exact = around.map((offset) => wall - offset).filter((instant) => clockIn(zone, instant) === wall)
  return exact.length > 0 ? Math.min(...exact) : wall - (around[0] ?? 0)
}

/** What the clocks of a zone show at an instant, as the epoch ms of the same reading in UTC. */
export function clockIn(zone: string, instant: number): number {
  const clock = new Date(instant).toLocaleString('sv-SE', { timeZone: zone })
  return Date.parse(`${clock.replace(' ', 'T')}Z`) + (instant % 1000)
}

/** A timed event of an hour in one zone, its instants reckoned with `instantIn`. */
export function anHourIn(zone: string, date: string, time: string, changes: Partial<CalendarEvent> = {}) {
  const startsAt = instantIn(zone, date, time)
  const end = new Date(clockIn(zone, startsAt + 3_600_000)).toISOString()
  return anEvent({
    timezone: zone,
    startDate: date,
    startTime: time,
    startsAt,
    endsAt: startsAt + 3_600_000,
    endDate: end.slice(0, 10),
    endTime: end.slice(11, 16),
    ...changes,
  })
}

/** The feed `Fixtures` of some events, as bytes of text. */
export function feedOf(...events: CalendarEvent[]): string {
  const rendered = events.map(eventText)
  return calendarText(
    'Fixtures',
    rendered.flatMap(({ zones }) => zones),
    rendered.map(({ text }) => text),
  )
}

/** The content lines of an event's VEVENT, unfolded. */
export function linesOf(event: CalendarEvent): string[] {
  return eventText(event).text.replaceAll('\r\n ', '').split('\r\n').slice(0, -1)
}

/** The line of one property of an event, unfolded; undefined if it isn't there. */
export function lineOf(event: CalendarEvent, property: string): string | undefined {
  return linesOf(event).find((line) => line.startsWith(`${property}:`) || line.startsWith(`${property};`))
}
