import { writeAlarm } from './alarm'
import type { CalendarEvent } from './calendar-event'
import { categoriesLine } from './categories'
import { writeUtcDateTime } from './date-time'
import { writeTimes } from './event-times'
import { type Octets, octetsOf } from './octets'
import { isVisibleAscii, textLine, writeText } from './text'
import { encodeUri } from './uri'

const BEGIN = octetsOf('BEGIN:VEVENT\r\n')
const UID = octetsOf('UID:')
const AT_DAYBOOK = '@daybook'
const STAMP = octetsOf('\r\nDTSTAMP:')
const MODIFIED = octetsOf('\r\nLAST-MODIFIED:')
const CREATED = octetsOf('\r\nCREATED:')
const SEQUENCE = octetsOf('\r\nSEQUENCE:')
const SUMMARY = octetsOf('SUMMARY:')
const LOCATION = octetsOf('LOCATION:')
const DESCRIPTION = octetsOf('DESCRIPTION:')
const URL_ = octetsOf('URL:')
const END = octetsOf('END:VEVENT\r\n')

const statusLines = (status: string) => ({
  busy: octetsOf(`STATUS:${status}\r\nTRANSP:OPAQUE\r\n`),
  free: octetsOf(`STATUS:${status}\r\nTRANSP:TRANSPARENT\r\n`),
})
const STATUS = {
  confirmed: statusLines('CONFIRMED'),
  tentative: statusLines('TENTATIVE'),
  cancelled: statusLines('CANCELLED'),
} as const

const WHITE_SPACE = /[\s\u0085]/g

/**
 * Writes the VEVENT with its VALARMs (RFC 5545 3.6.1).
 * @returns the zones whose VTIMEZONE it needs: none, one or two names
 */
export function renderEvent(event: CalendarEvent, out: Octets): readonly string[] {
  beginEvent(event, out)
  const zones = writeTimes(event, out)
  endEvent(event, out)
  return zones
}

/** What stands before the lines for its times: those of an event, of a series, or of an occurrence of one. */
export function beginEvent({ id, modifiedAt, createdAt, sequence }: CalendarEvent, out: Octets): void {
  out.copy(BEGIN)
  out.open(UID)
  // A UID is TEXT (RFC 5545 3.8.4.7), and ours holds no white space either.
  writeText(out, isVisibleAscii(id) ? id : id.replaceAll(WHITE_SPACE, ''))
  out.ascii(AT_DAYBOOK)
  out.copy(STAMP)
  writeUtcDateTime(out, modifiedAt)
  out.copy(MODIFIED)
  writeUtcDateTime(out, modifiedAt)
  out.copy(CREATED)
  writeUtcDateTime(out, createdAt)
  out.open(SEQUENCE)
  out.ascii(`${sequence}`)
  out.close()
}

/** What stands after them. */
export function endEvent(event: CalendarEvent, out: Octets): void {
  textLine(out, SUMMARY, event.name)
  textLine(out, LOCATION, event.location)
  textLine(out, DESCRIPTION, description(event))
  const uri = encodeUri(event.url)
  if (uri !== '') out.line(URL_, uri)
  out.copy(STATUS[event.cancelledTombstone ? 'cancelled' : event.status][event.showAs])
  out.copy(categoriesLine(event.categories))
  if (!event.cancelledTombstone) for (const alert of event.alerts) writeAlarm(out, alert, event.name)
  out.copy(END)
}

/** The details, then after an empty line the quick links, one a line. */
function description({ details, quickLinks }: CalendarEvent): string {
  if (quickLinks.length === 0) return details
  const links = quickLinks.map(({ name, url }) => (name === '' ? url : `${name}: ${url}`)).join('\n')
  return details === '' ? links : `${details}\n\n${links}`
}
