import { textLine } from './text'
import { findTimeZone } from './time-zone'

const OPENING =
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Daybook//Daybook 1.0//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n'
const REFRESH = 'REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n'

/**
 * A whole VCALENDAR (RFC 5545 3.6, RFC 7986 5): the header with its `name`, one VTIMEZONE for each zone that an
 * event refers to, by name, and the VEVENTs in the order given.
 */
export function renderCalendar(name: string, zones: Iterable<string>, eventTexts: readonly string[]): string {
  const vtimezones = [...new Set(zones)].sort().map((zone) => findTimeZone(zone)?.vtimezone ?? '')
  const names = textLine('NAME', name) + textLine('X-WR-CALNAME', name)
  return `${OPENING}${names}${REFRESH}${vtimezones.join('')}${eventTexts.join('')}END:VCALENDAR\r\n`
}
