/**
 * A recurring event (RFC 5545 3.8.5.3, 3.8.5.1, 3.8.4.4): the VEVENT of the series with its rule and an EXDATE for each
 * dropped occurrence, then a VEVENT of each changed one. No rule is expanded here.
 */

import type { CalendarEvent } from './calendar-event'
import { wallClock } from './date-time'
import { beginEvent, endEvent } from './event'
import {
  agreedOffset,
  DTEND,
  DTSTART,
  dateLine,
  EXDATE,
  RECURRENCE_ID,
  type TimeProperty,
  utcLine,
  writeTimes,
  zoneLine,
} from './event-times'
import { type Octets, octetsOf } from './octets'
import { type SeriesForm, seriesForm } from './series-form'
import { findTimeZone, isUtc } from './time-zone'

const MINUTE = 60_000
const DAY = 86_400_000
const RRULE = octetsOf('RRULE:')

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

/** Writes the VEVENTs of a series. @returns the zones whose VTIMEZONE they need */
export function renderSeries(event: CalendarEvent, series: Series, out: Octets): readonly string[] {
  const form = seriesForm(event, series.recurrence, series.endsAt)
  const start = wallClock(event.startDate, event.allDay ? '' : event.startTime)
  beginEvent(event, out)
  momentLine(out, DTSTART, start, form)
  const zones = new Set(form.kind === 'zone' ? [form.zone] : [])
  for (const zone of writeEnd(out, event, form, start)) zones.add(zone)
  if (isRule(form.rule)) out.line(RRULE, form.rule)
  for (const date of series.dropped) originalLine(out, EXDATE, date, form)
  endEvent(event, out)
  for (const { date, event: occurrence } of series.changed) {
    if (Number.isNaN(originalClock(date, form))) continue
    beginEvent(occurrence, out)
    for (const zone of writeTimes(occurrence, out)) zones.add(zone)
    originalLine(out, RECURRENCE_ID, date, form)
    endEvent(occurrence, out)
  }
  return [...zones]
}

/** Rules are checked when they are written; a line of the feed doesn't rest on that alone. */
const isRule = (rule: string) => /^[A-Z0-9=;,+-]+$/.test(rule)

/** A wall clock of the series' zone as a line in its form. */
function momentLine(out: Octets, property: TimeProperty, wall: number, form: SeriesForm): void {
  if (form.kind === 'date') dateLine(out, property, wall)
  else if (form.kind === 'utc') utcLine(out, property, wall - form.offset * MINUTE)
  else zoneLine(out, property, form.zone, wall)
}

/** An occurrence's original start; NaN where it is none. */
function originalClock(date: string, form: SeriesForm): number {
  const [day = '', time = ''] = date.split('T')
  return wallClock(day, form.kind === 'date' ? '' : time)
}

/** The same as a line; nothing where it is none. */
function originalLine(out: Octets, property: TimeProperty, date: string, form: SeriesForm): void {
  const wall = originalClock(date, form)
  if (!Number.isNaN(wall)) momentLine(out, property, wall, form)
}

/**
 * DTEND says how long every occurrence lasts, so it must be as far from DTSTART for a reader as it is: where the
 * clock of the end can't tell that, it is told by the clock of the start.
 * @returns the zones that it names, but for that of the series
 */
function writeEnd(out: Octets, event: CalendarEvent, form: SeriesForm, start: number): readonly string[] {
  const { timezone, endTimezone, startsAt, endsAt } = event
  const end = wallClock(event.endDate, event.allDay ? '' : event.endTime)
  const inForm = (wall: number) => momentLine(out, DTEND, wall, form)
  const later = start + endsAt - startsAt
  if (form.kind === 'date') inForm(end + DAY)
  else if (!(endsAt > startsAt)) return []
  else if (form.kind === 'utc') inForm(later)
  else if (endTimezone === timezone) inForm(end > start ? end : later)
  else if (!isAgreed(timezone, startsAt)) inForm(later)
  else if (isUtc(endTimezone)) utcLine(out, DTEND, endsAt)
  else if (!isAgreed(endTimezone, endsAt)) inForm(later)
  else {
    zoneLine(out, DTEND, endTimezone, end)
    return [endTimezone]
  }
  return []
}

function isAgreed(name: string, instant: number): boolean {
  const zone = findTimeZone(name)
  return zone !== undefined && agreedOffset(zone, instant) !== undefined
}
