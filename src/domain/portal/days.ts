import { instantToWall, wallToInstant } from '../../platform/time-zone'
import { addDays } from '../dates'

/** Days of a company's calendar, and what counts by the hour put together by them. */

const HOUR_MS = 3_600_000

/** A day of a zone: from when on it is. */
export type Day = { readonly date: string; readonly startsAt: number }

/** The last `count` days of a zone, today the last. */
export function lastDays(now: number, zone: string, count: number): Day[] {
  const today = instantToWall(now, zone).date
  return Array.from({ length: count }, (_, at) => {
    const date = addDays(today, at + 1 - count)
    return { date, startsAt: wallToInstant(date, '00:00', zone) }
  })
}

type Hour = { readonly hour: number; readonly count: number }

/** Sums by the day; an hour belongs to the day that it begins in. What is before the first day is left out. */
export function sumByDay(days: readonly Day[], hours: readonly Hour[]): number[] {
  const sums = days.map(() => 0)
  for (const { hour, count } of hours) {
    const at = days.findLastIndex(({ startsAt }) => startsAt <= hour * HOUR_MS)
    if (at >= 0) sums[at] = (sums[at] ?? 0) + count
  }
  return sums
}

/** How many there were at the end of each day, given how many there are now. */
export function levelByDay(now: number, joined: readonly number[], left: readonly number[]): number[] {
  const levels: number[] = []
  let level = now
  for (let at = joined.length - 1; at >= 0; at--) {
    levels.unshift(level)
    level += (left[at] ?? 0) - (joined[at] ?? 0)
  }
  return levels
}
