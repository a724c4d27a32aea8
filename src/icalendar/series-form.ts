import type { CalendarEvent } from './calendar-event'
import { wallClock } from './date-time'
import { agreedOffset } from './event-times'
import { lastingOffset } from './lasting-offset'
import { WEEKDAYS } from './observances'
import { findTimeZone, isUtc } from './time-zone'

const MINUTE = 60_000
const DAY = 86_400_000

/** The form in which the starts of a series are written, and its rule as it reads in that form. */
export type SeriesForm =
  | { readonly kind: 'date'; readonly rule: string }
  | { readonly kind: 'zone'; readonly rule: string; readonly zone: string }
  /** `offset`: minutes by which the series' clock is ahead of UTC. */
  | { readonly kind: 'utc'; readonly rule: string; readonly offset: number }

/**
 * How a series is told. In its zone its occurrences keep their wall clock, and where the zone's VTIMEZONE says what
 * is really in force, at its first occurrence and its last, that is right for every reader.
 *
 * Where it isn't (other years, irregular law), UTC is only right for a series over whose whole time the zone's offset
 * stays the same: else its occurrences would move by an hour when clocks change, in every app and for ever. Told in its
 * zone, only readers that have no time zone data of their own see those occurrences wrong at which the block is. UTC
 * must also be able to say the rule: where its date is another than the zone's, weekdays move along, days of a month
 * can't.
 */
export function seriesForm(event: CalendarEvent, rule: string, endsAt: number | null): SeriesForm {
  if (event.allDay) return { kind: 'date', rule }
  const { timezone, startsAt } = event
  if (isUtc(timezone)) return { kind: 'utc', rule, offset: 0 }
  const zone = findTimeZone(timezone)
  const inZone: SeriesForm | undefined = zone && { kind: 'zone', rule, zone: timezone }
  const agrees = (instant: number) => zone !== undefined && agreedOffset(zone, instant) !== undefined
  if (inZone && (endsAt === null || (agrees(startsAt) && agrees(endsAt)))) return inZone

  const offset = endsAt === null ? undefined : lastingOffset(timezone, startsAt, endsAt)
  const start = wallClock(event.startDate, event.startTime)
  if (offset !== undefined) {
    const utcRule = shiftedRule(rule, dayOf(start - offset * MINUTE) - dayOf(start))
    if (utcRule !== undefined) return { kind: 'utc', rule: utcRule, offset }
  }
  // A zone without a block has no other form.
  return inZone ?? { kind: 'utc', rule, offset: (start - startsAt) / MINUTE }
}

const dayOf = (wall: number) => Math.floor(wall / DAY)

/** A rule whose occurrences begin so many days later, -1 or 1; undefined where that can't be said. */
export function shiftedRule(rule: string, days: number): string | undefined {
  if (days === 0) return rule
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]))
  const isWeekly = parts.get('FREQ') === 'WEEKLY'
  if (!isWeekly && parts.get('FREQ') !== 'DAILY') return undefined
  if (parts.has('BYMONTH') || parts.has('BYMONTHDAY')) return undefined
  const weekdays = parts.get('BYDAY')
  if (weekdays) {
    parts.set(
      'BYDAY',
      weekdays
        .split(',')
        .map((day) => laterWeekday(day, days))
        .join(','),
    )
  }
  // Which weeks count with an INTERVAL depends on where they begin.
  if (isWeekly) parts.set('WKST', laterWeekday(parts.get('WKST') ?? 'MO', days))
  return [...parts].map(([name, value]) => `${name}=${value}`).join(';')
}

const laterWeekday = (day: string, days: number) => WEEKDAYS[(WEEKDAYS.indexOf(day) + days + 7) % 7] ?? ''
