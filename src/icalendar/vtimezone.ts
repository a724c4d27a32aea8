import { encodeLocalDateTime } from './date-time'
import { foldAscii } from './folding'
import { type Observance, WEEKDAYS } from './observances'

/**
 * The VTIMEZONE of a zone (RFC 5545 3.6.5). It is written anew from what was read, so nothing else of the library's
 * text gets through: no LAST-MODIFIED, which would change a feed's bytes with each release of the library.
 *
 * Where summer time is the library's STANDARD and winter time, an hour less, its DAYLIGHT (Europe/Dublin), they
 * change places: the instants are the same, and many apps can't read a daylight saving time of minus one hour.
 */
export function renderVtimezone(zone: string, observances: readonly Observance[]): string {
  const isReversed = observances.some(({ kind, offsetFrom, offsetTo }) =>
    kind === 'DAYLIGHT' ? offsetTo < offsetFrom : offsetTo > offsetFrom,
  )
  let text = `BEGIN:VTIMEZONE\r\n${foldAscii(`TZID:${zone}`)}${foldAscii(`X-LIC-LOCATION:${zone}`)}`
  for (const { kind, name, offsetFrom, offsetTo, start, yearly } of observances) {
    const written = isReversed ? (kind === 'STANDARD' ? 'DAYLIGHT' : 'STANDARD') : kind
    text += `BEGIN:${written}\r\n${foldAscii(`TZNAME:${name}`)}TZOFFSETFROM:${encodeOffset(offsetFrom)}\r\n`
    text += `TZOFFSETTO:${encodeOffset(offsetTo)}\r\nDTSTART:${encodeLocalDateTime(start)}\r\n`
    if (yearly) {
      text += `RRULE:FREQ=YEARLY;BYMONTH=${yearly.month};BYDAY=${yearly.nth}${WEEKDAYS[yearly.weekday]}\r\n`
    }
    text += `END:${written}\r\n`
  }
  return `${text}END:VTIMEZONE\r\n`
}

/** Minutes east of UTC as UTC-OFFSET: `+1000`, `-0330` (RFC 5545 3.3.14). */
export function encodeOffset(minutes: number): string {
  const size = Math.abs(minutes)
  const digits = `${Math.floor(size / 60) * 100 + (size % 60)}`.padStart(4, '0')
  return `${minutes < 0 ? '-' : '+'}${digits}`
}
