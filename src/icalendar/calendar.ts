import { joinOctets, Octets, octetsOf } from './octets'
import { textLine } from './text'
import { findTimeZone } from './time-zone'

const OPENING = octetsOf(
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Daybook//Daybook 1.0//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n',
)
const REFRESH = octetsOf('REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n')
const NAME = octetsOf('NAME:')
const CALENDAR_NAME = octetsOf('X-WR-CALNAME:')
const CLOSING = octetsOf('END:VCALENDAR\r\n')

/** Room for the names that most feeds have. */
const NAMES_OCTETS = 256

/**
 * A whole VCALENDAR (RFC 5545 3.6, RFC 7986 5) in UTF-8: the header with its `name`, one VTIMEZONE for each zone that
 * an event refers to, by name, and what was rendered of VEVENTs in the order given.
 */
export function renderCalendar(
  name: string,
  zones: Iterable<string>,
  events: readonly Uint8Array[],
): Uint8Array {
  const names = new Octets(NAMES_OCTETS)
  textLine(names, NAME, name)
  textLine(names, CALENDAR_NAME, name)
  const parts = [OPENING, names.take(), REFRESH]
  for (const zone of [...new Set(zones)].sort()) {
    const found = findTimeZone(zone)
    if (found) parts.push(found.vtimezone)
  }
  return joinOctets([...parts, ...events, CLOSING])
}
