import { renderAlarm } from './alarm'
import type { CalendarEvent } from './calendar-event'
import { categoriesLine } from './categories'
import { encodeUtcDateTime } from './date-time'
import { type EventTimes, renderTimes } from './event-times'
import { foldAscii } from './folding'
import { encodeText, isVisibleAscii, textLine } from './text'
import { encodeUri } from './uri'

const STATUS = {
  confirmed: 'STATUS:CONFIRMED\r\n',
  tentative: 'STATUS:TENTATIVE\r\n',
  cancelled: 'STATUS:CANCELLED\r\n',
} as const
const WHITE_SPACE = /[\s\u0085]/g
const TRANSPARENCY = { busy: 'TRANSP:OPAQUE\r\n', free: 'TRANSP:TRANSPARENT\r\n' } as const

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
  text += status
  text += TRANSPARENCY[event.showAs]
  text += categoriesLine(event.categories)
  if (!event.cancelledTombstone && event.alerts.length > 0) text += alarms(event)
  return { text: `${text}END:VEVENT\r\n`, zones: times.zones }
}

/** A UID is TEXT (RFC 5545 3.8.4.7), and ours holds no white space either. */
function uidLine(id: string): string {
  if (isVisibleAscii(id)) return foldAscii(`UID:${encodeText(id)}@daybook`)
  return textLine('UID', `${id.replaceAll(WHITE_SPACE, '')}@daybook`)
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

function alarms({ alerts, name }: CalendarEvent): string {
  // An alarm must have a description, be it empty.
  const description = textLine('DESCRIPTION', name) || 'DESCRIPTION:\r\n'
  let text = ''
  for (const alert of alerts) text += renderAlarm(alert, description)
  return text
}
