/** What a VTIMEZONE says: its offset at an instant, and the instant of a wall clock (RFC 5545 3.6.5, 3.3.5). */

import type { Observance, YearlyDay } from './observances'

const MINUTE = 60_000
const DAY = 86_400_000

export type ZoneRules = { readonly observances: readonly Observance[]; readonly offsets: readonly number[] }

/** The rules of some observances, with the offsets they know, the greatest first. */
export function zoneRules(observances: readonly Observance[]): ZoneRules {
  const offsets = new Set(observances.map((observance) => observance.offsetTo))
  return { observances, offsets: [...offsets].sort((a, b) => b - a) }
}

/** Minutes east of UTC at an instant, by the observance that began last; undefined before the first one began. */
export function offsetAt({ observances }: ZoneRules, instant: number): number | undefined {
  let latest = Number.NEGATIVE_INFINITY
  let offset: number | undefined
  for (const observance of observances) {
    const onset = lastOnset(observance, instant)
    if (onset <= instant && onset > latest) {
      latest = onset
      offset = observance.offsetTo
    }
  }
  return offset
}

/**
 * The instant that a wall clock means (RFC 5545 3.3.5): of a time that comes twice the first, and a time that is
 * skipped is read with the offset before the gap. NaN where the rules don't reach.
 */
export function instantOf(rules: ZoneRules, wall: number): number {
  for (const offset of rules.offsets) {
    const instant = wall - offset * MINUTE
    if (offsetAt(rules, instant) === offset) return instant
  }
  const greatest = rules.offsets[0] ?? Number.NaN
  const beforeGap = offsetAt(rules, wall - greatest * MINUTE)
  return beforeGap === undefined ? Number.NaN : wall - beforeGap * MINUTE
}

/** An observance's last onset at or before an instant; its first where that is later. */
function lastOnset({ start, offsetFrom, yearly }: Observance, instant: number): number {
  const shift = offsetFrom * MINUTE
  const first = start - shift
  if (yearly === undefined || !(instant > first)) return first
  const clock = start % DAY // never negative: `start` is in 1970 or later
  const year = new Date(instant + shift).getUTCFullYear()
  const thisYear = dayOf(yearly, year) + clock - shift
  return Math.max(first, thisYear <= instant ? thisYear : dayOf(yearly, year - 1) + clock - shift)
}

/** That day of a year, epoch ms of its midnight in UTC. */
function dayOf({ month, nth, weekday }: YearlyDay, year: number): number {
  if (nth > 0) {
    const first = new Date(Date.UTC(year, month - 1, 1))
    return first.getTime() + (((weekday - first.getUTCDay() + 7) % 7) + (nth - 1) * 7) * DAY
  }
  const last = new Date(Date.UTC(year, month, 0))
  return last.getTime() - (((last.getUTCDay() - weekday + 7) % 7) + (-nth - 1) * 7) * DAY
}
