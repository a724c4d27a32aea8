/**
 * A recurring event (RFC 5545 3.8.5.3, 3.8.5.1, 3.8.4.4): the VEVENT of the series with its rule and an EXDATE for each
 * dropped occurrence, then a VEVENT of each changed one. No rule is expanded here.
 */

import type { CalendarEvent } from './calendar-event'
import { encodeDate, encodeLocalDateTime, encodeUtcDateTime, wallClock } from './date-time'
import { renderEventAt } from './event'
import { agreedOffset, renderTimes } from './event-times'
import { foldAscii } from './folding'
import { type SeriesForm, seriesForm } from './series-form'
import { findTimeZone, isUtc } from './time-zone'

const MINUTE = 60_000
const DAY = 86_400_000

/** What makes a series of an event. */
export type Series = {
  /** The value of its RRULE. */
  readonly recurrence: string
  /** The end of its last occurrence, epoch ms; null where none is known. */
  readonly endsAt: number | null
  /** Dropped occurrences by their original start: `YYYY-MM-DD`, with `THH:MM` unless the series is all-day. */
  readonly dropped: readonly string[]
  /** Changed ones, as whole as the series, which `date` names in the same way. */
  readonly changed: readonly { readonly date: string; readonly event: CalendarEvent }[]
}

/** The VEVENTs of a series, and the zones whose VTIMEZONE they need. */
export function renderSeries(
  event: CalendarEvent,
  { recurrence, endsAt, dropped, changed }: Series,
): { text: string; zones: readonly string[] } {
  const form = seriesForm(event, recurrence, endsAt)
  const start = wallClock(event.startDate, event.allDay ? '' : event.startTime)
  const end = endOf(event, form, start)
  let times = momentLine('DTSTART', start, form) + end.line
  if (isRule(form.rule)) times += foldAscii(`RRULE:${form.rule}`)
  for (const date of dropped) times += originalLine('EXDATE', date, form)
  const zones = new Set(form.kind === 'zone' ? [form.zone, ...end.zones] : [])
  let { text } = renderEventAt(event, { text: times, zones: [] })
  for (const { date, event: occurrence } of changed) {
    const original = originalLine('RECURRENCE-ID', date, form)
    if (original === '') continue
    const own = renderTimes(occurrence)
    text += renderEventAt(occurrence, { text: own.text + original, zones: [] }).text
    for (const zone of own.zones) zones.add(zone)
  }
  return { text, zones: [...zones] }
}

/** Rules are checked when they are written; a line of the feed doesn't rest on that alone. */
const isRule = (rule: string) => /^[A-Z0-9=;,+-]+$/.test(rule)

/** A wall clock of the series' zone as a line in its form. */
function momentLine(property: string, wall: number, form: SeriesForm): string {
  if (form.kind === 'date') return `${property};VALUE=DATE:${encodeDate(wall)}\r\n`
  if (form.kind === 'utc') return `${property}:${encodeUtcDateTime(wall - form.offset * MINUTE)}\r\n`
  return foldAscii(`${property};TZID=${form.zone}:${encodeLocalDateTime(wall)}`)
}

/** An occurrence's original start as a line; `''` where it is none. */
function originalLine(property: string, date: string, form: SeriesForm): string {
  const [day = '', time = ''] = date.split('T')
  const wall = wallClock(day, form.kind === 'date' ? '' : time)
  return Number.isNaN(wall) ? '' : momentLine(property, wall, form)
}

/**
 * DTEND says how long every occurrence lasts, so it must be as far from DTSTART for a reader as it is: where the
 * clock of the end can't tell that, it is told by the clock of the start.
 */
function endOf(event: CalendarEvent, form: SeriesForm, start: number): { line: string; zones: string[] } {
  const { timezone, endTimezone, startsAt, endsAt } = event
  if (form.kind === 'date') {
    return { line: momentLine('DTEND', wallClock(event.endDate, '') + DAY, form), zones: [] }
  }
  if (!(endsAt > startsAt)) return { line: '', zones: [] }
  const later = momentLine('DTEND', start + endsAt - startsAt, form)
  if (form.kind === 'utc') return { line: later, zones: [] }
  const end = wallClock(event.endDate, event.endTime)
  if (endTimezone === timezone) {
    return { line: end > start ? momentLine('DTEND', end, form) : later, zones: [] }
  }
  if (!isAgreed(timezone, startsAt)) return { line: later, zones: [] }
  if (isUtc(endTimezone)) return { line: `DTEND:${encodeUtcDateTime(endsAt)}\r\n`, zones: [] }
  if (!isAgreed(endTimezone, endsAt)) return { line: later, zones: [] }
  return {
    line: foldAscii(`DTEND;TZID=${endTimezone}:${encodeLocalDateTime(end)}`),
    zones: [endTimezone],
  }
}

function isAgreed(name: string, instant: number): boolean {
  const zone = findTimeZone(name)
  return zone !== undefined && agreedOffset(zone, instant) !== undefined
}
