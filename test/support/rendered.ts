import { type CalendarEvent, Octets, renderCalendar, renderEvent } from '../../src/icalendar'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What is written to octets, as text. */
export function written(write: (out: Octets) => void): string {
  const out = new Octets()
  write(out)
  return decoder.decode(out.take())
}

/** The text of an event, and the zones that it names. */
export function eventText(event: CalendarEvent): { text: string; zones: readonly string[] } {
  let zones: readonly string[] = []
  const text = written((out) => {
    zones = renderEvent(event, out)
  })
  return { text, zones }
}

/** The text of a calendar, given the texts of its events. */
export function calendarText(name: string, zones: Iterable<string>, events: readonly string[]): string {
  const encoder = new TextEncoder()
  return decoder.decode(
    renderCalendar(
      name,
      zones,
      events.map((text) => encoder.encode(text)),
    ),
  )
}
