/**
 * RFC 5545 text from plain values (`widget-and-feeds.md` 4). Pure functions: no I/O, nothing from the clock, equal
 * values give equal bytes. No field can start a line of its own, whatever was stored in it.
 */
export { renderCalendar } from './calendar'
export type { CalendarEvent } from './calendar-event'
export { categoryNames } from './categories'
export { renderEvent } from './event'
export { joinOctets, Octets } from './octets'
export { renderSeries, type Series } from './series'
