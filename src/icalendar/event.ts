import { renderAlarm } from './alarm'
import type { CalendarEvent } from './calendar-event'
import { categoriesLine } from './categories'
import { encodeUtcDateTime } from './date-time'
import { type EventTimes, renderTimes } from './event-times'
import { fold, foldAscii } from './folding'
import { encodeText, isVisibleAscii, textLine } from './text'
import { encodeUri } from './uri'

const STATUS = { confirmed: 'CONFIRMED', tentative: 'TENTATIVE', cancelled: 'CANCELLED' } as const
const WHITE_SPACE = /[\s\u0085]/g
const TRANSPARENCY = { busy: 'OPAQUE', free: 'TRANSPARENT' } as const

/** The VEVENT with its VALARMs (RFC 5545 3.6.1), and the zones whose VTIMEZONE it needs: none, one or two names. */
export function renderEvent(event: CalendarEvent): { text: string; zones: readonly string[] } {
  return renderEventAt(event, renderTimes(event))
}

/** The same with other lines for its times: those of a series, or of an occurrence of one. */
export function renderEventAt(
  event: CalendarEvent,
  times: EventTimes,
): { text: string; zones: readonly string[] } {
  const modified = encodeUtcDateTime(event.modifiedAt)
  const created = encodeUtcDateTime(event.createdAt)
  const status = STATUS[event.cancelledTombstone ? 'cancelled' : event.status]
  let text = `BEGIN:VEVENT\r\n${uidLine(event.id)}DTSTAMP:${modified}\r\nLAST-MODIFIED:${modified}\r\n`
  text += `CREATED:${created}\r\nSEQUENCE:${event.sequence}\r\n`
  text += times.text
  text += textLine('SUMMARY', event.name)
  text += textLine('LOCATION', event.location)
  text += textLine('DESCRIPTION', description(event))
  text += urlLine(event.url)
  text += `STATUS:${status}\r\nTRANSP:${TRANSPARENCY[event.showAs]}\r\n`
  text += categoriesLine(event.categories)
  if (!event.cancelledTombstone) for (const alert of event.alerts) text += renderAlarm(alert, event.name)
  return { text: `${text}END:VEVENT\r\n`, zones: times.zones }
}

/** A UID is TEXT (RFC 5545 3.8.4.7), and ours holds no white space either. */
function uidLine(id: string): string {
  const value = isVisibleAscii(id) ? id : id.replaceAll(WHITE_SPACE, '')
  return fold(`UID:${encodeText(value)}@daybook`)
}

/** The details, then after an empty line the quick links, one a line. */
function description({ details, quickLinks }: CalendarEvent): string {
  if (quickLinks.length === 0) return details
  const links = quickLinks.map(({ name, url }) => (name === '' ? url : `${name}: ${url}`)).join('\n')
  return details === '' ? links : `${details}\n\n${links}`
}

function urlLine(url: string): string {
  const uri = encodeUri(url)
  return uri === '' ? '' : foldAscii(`URL:${uri}`)
}
