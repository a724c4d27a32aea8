import { wallToInstant } from '../../platform/time-zone'
import { dateOf, dayOf } from '../dates'
import type { EventException } from '../events/fields'
import { occurrenceTiming, type SeriesTiming } from './occurrence-timing'
import { type RulePeriods, ruleParts, rulePeriods } from './rule-periods'

/**
 * When a series is over. It is reckoned when an event is written and kept beside it, so that nothing else expands a
 * rule: lists and tombstones compare a number.
 */

/** The last date that an event may have. */
export const LAST_DAY = dayOf('2199-12-31')

/** So many days are laid out for one rule at most; a series that isn't over by then is taken for an endless one. */
export const MAX_DAYS = 20_000

/** SQL: when an event `e` is over; far off for a series without a known end. */
export const eventEndSql = `iif(e.recurrence = '', e.ends_at, coalesce(e.series_ends_at, ${Number.MAX_SAFE_INTEGER}))`

/** A series as its end follows from it. */
type Series = SeriesTiming & { readonly startTime: string; readonly startsAt: number }

/**
 * The end of the last occurrence of a series, epoch ms: dropped ones don't count, changed ones as they are. Where all
 * are dropped it is the first one's. null for what is no series, and for one that goes on beyond what dates there are.
 */
export function seriesEnd(
  series: Series,
  recurrence: string,
  exceptions: readonly EventException[],
): number | null {
  if (recurrence === '') return null
  const parts = ruleParts(recurrence)
  if (!parts.has('COUNT') && !parts.has('UNTIL')) return null
  const days = lastDays(parts, series, exceptions.length)
  if (days === null) return null
  const changedEnds = exceptions.flatMap((exception) => {
    const timing = exception.cancelled ? null : occurrenceTiming(exception, series)
    return timing?.ok ? [timing.timing.endsAt] : []
  })
  const excepted = new Set(exceptions.map(({ date }) => date))
  const nameOf = (day: number) => `${dateOf(day)}${series.allDay ? '' : `T${series.startTime}`}`
  const last = days.findLast((day) => !excepted.has(nameOf(day)))
  const usual = last === undefined ? null : occurrenceTiming({ date: nameOf(last) }, series)
  // The occurrence itself may reach beyond the last date that there is.
  if (usual && !usual.ok) return null
  const ends = usual ? [usual.timing.endsAt, ...changedEnds] : changedEnds
  return ends.length === 0 ? series.endsAt : Math.max(...ends)
}

/**
 * The days on which the last occurrences begin, in order: more of them than are excepted, where there are so many.
 * The first one is the event's own, whatever the rule says of that day. null where the end is out of reach.
 */
function lastDays(parts: ReadonlyMap<string, string>, series: Series, excepted: number): number[] | null {
  const periods = rulePeriods(parts, series.startDate)
  const interval = Number(parts.get('INTERVAL') ?? 1)
  const first = dayOf(series.startDate)
  const until = parts.get('UNTIL')
  const days =
    until === undefined
      ? daysByCount(periods, interval, first, Number(parts.get('COUNT')))
      : daysByUntil(periods, interval, first, untilOf(until, series), excepted + 1)
  return days && [...(days.includes(first) ? [] : [first]), ...days]
}

function daysByCount(periods: RulePeriods, interval: number, first: number, count: number): number[] | null {
  if (count > MAX_DAYS) return null
  const days: number[] = []
  let room = MAX_DAYS
  for (let number = 0; days.length < count; number += interval) {
    room -= periods.length
    if (room < 0 || !(periods.beginOf(number) <= LAST_DAY)) return null
    days.push(...periods.daysOf(number).filter((day) => day >= first))
  }
  days.length = count
  return days.some((day) => day > LAST_DAY) ? null : days
}

/** From the end backwards, `wanted` of them or all. */
function daysByUntil(
  periods: RulePeriods,
  interval: number,
  first: number,
  { day: until, isBeyond }: Until,
  wanted: number,
): number[] | null {
  if (until > LAST_DAY) return null
  const days: number[] = []
  let room = MAX_DAYS
  let number = Math.floor(periods.numberOf(until) / interval) * interval
  for (; number >= 0 && days.length < wanted; number -= interval) {
    room -= periods.length
    if (room < 0) return null
    const meant = periods.daysOf(number).filter((day) => day >= first && day <= until && !isBeyond(day))
    days.unshift(...meant)
  }
  return days
}

type Until = {
  /** The last day on which an occurrence may begin at all. */
  readonly day: number
  /** Whether that of a day begins too late. */
  readonly isBeyond: (day: number) => boolean
}

/** An UNTIL is the last moment at which an occurrence may begin (RFC 5545 3.3.10): a date, or an instant in UTC. */
export function untilOf(
  until: string,
  { startTime, timezone }: Pick<Series, 'startTime' | 'timezone'>,
): Until {
  const date = `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`
  if (until.length === 8) return { day: dayOf(date), isBeyond: () => false }
  const time = `${until.slice(9, 11)}:${until.slice(11, 13)}:${until.slice(13, 15)}`
  const instant = Date.parse(`${date}T${time}Z`)
  // Where clocks are ahead of UTC it is the next day already.
  const day = dayOf(date) + 1
  return {
    day,
    // Further back it is plain.
    isBeyond: (each) => each > day - 4 && wallToInstant(dateOf(each), startTime, timezone) > instant,
  }
}
