import { writeLocalDateTime } from './date-time'
import { type Observance, WEEKDAYS } from './observances'
import { Octets, octetsOf } from './octets'

/**
 * The VTIMEZONE of a zone (RFC 5545 3.6.5). It is written anew from what was read, so nothing else of the library's
 * text gets through: no LAST-MODIFIED, which would change a feed's bytes with each release of the library.
 *
 * Where summer time is the library's STANDARD and winter time, an hour less, its DAYLIGHT (Europe/Dublin), they
 * change places: the instants are the same, and many apps can't read a daylight saving time of minus one hour.
 */
export function renderVtimezone(zone: string, observances: readonly Observance[]): Uint8Array {
  const isReversed = observances.some(({ kind, offsetFrom, offsetTo }) =>
    kind === 'DAYLIGHT' ? offsetTo < offsetFrom : offsetTo > offsetFrom,
  )
  const out = new Octets(2_048)
  out.line(octetsOf('BEGIN:'), 'VTIMEZONE')
  out.line(octetsOf('TZID:'), zone)
  out.line(octetsOf('X-LIC-LOCATION:'), zone)
  for (const { kind, name, offsetFrom, offsetTo, start, yearly } of observances) {
    const written = isReversed ? (kind === 'STANDARD' ? 'DAYLIGHT' : 'STANDARD') : kind
    out.line(octetsOf('BEGIN:'), written)
    out.line(octetsOf('TZNAME:'), name)
    out.line(octetsOf('TZOFFSETFROM:'), encodeOffset(offsetFrom))
    out.line(octetsOf('TZOFFSETTO:'), encodeOffset(offsetTo))
    out.open(octetsOf('DTSTART:'))
    writeLocalDateTime(out, start)
    out.close()
    if (yearly) {
      const { month, nth, weekday } = yearly
      out.line(octetsOf('RRULE:'), `FREQ=YEARLY;BYMONTH=${month};BYDAY=${nth}${WEEKDAYS[weekday]}`)
    }
    out.line(octetsOf('END:'), written)
  }
  out.line(octetsOf('END:'), 'VTIMEZONE')
  return out.take().slice()
}

/** Minutes east of UTC as UTC-OFFSET: `+1000`, `-0330` (RFC 5545 3.3.14). */
export function encodeOffset(minutes: number): string {
  const size = Math.abs(minutes)
  const digits = `${Math.floor(size / 60) * 100 + (size % 60)}`.padStart(4, '0')
  return `${minutes < 0 ? '-' : '+'}${digits}`
}
