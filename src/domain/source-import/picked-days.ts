import { dateOf, dayOf } from '../dates'
import { rulePeriods } from '../series/rule-periods'
import { inZone, type When } from './times'

/** From when to when occurrences are wanted, both `YYYY-MM-DD`, inclusive. */
export type Window = { readonly from: string; readonly to: string }

/** How many days may still be looked at for one calendar. */
export type Budget = { days: number }

/**
 * The days on which a rule with BYSETPOS occurs (`rules.ts`, `picking`): those of the window, in order. Each month or
 * year is laid out day by day, so that a rule takes no longer for what it says; null once the budget is spent.
 */
export function pickedDays(
  parts: ReadonlyMap<string, string>,
  start: When,
  window: Window,
  budget: Budget,
): string[] | null {
  const periods = rulePeriods(parts, start.date)
  const interval = Math.min(Number(parts.get('INTERVAL') ?? 1), 10_000)
  const count = Number(parts.get('COUNT') ?? Number.POSITIVE_INFINITY)
  const places = (parts.get('BYSETPOS') ?? '').split(',').map(Number)
  const [first, from] = [dayOf(start.date), dayOf(window.from)]
  const to = Math.min(dayOf(window.to), lastDay(parts.get('UNTIL'), start))
  const picked: string[] = []
  let seen = 0
  // Only where occurrences are counted do those before the window matter.
  const skipped = count === Number.POSITIVE_INFINITY ? Math.max(0, periods.numberOf(from)) : 0
  for (let n = Math.floor(skipped / interval) * interval; seen < count; n += interval) {
    const begin = periods.beginOf(n)
    if (begin > to) break
    budget.days -= periods.length
    if (budget.days < 0) return null
    for (const day of placed(periods.daysOf(n), places)) {
      if (day < first || seen >= count) continue
      seen++
      if (day >= from && day <= to) picked.push(dateOf(day))
    }
  }
  return picked
}

/** The last day on which a series may begin an occurrence, in its own zone. */
function lastDay(until: string | undefined, start: When): number {
  const form = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?/.exec(until ?? '')
  if (!form) return Number.POSITIVE_INFINITY
  const [, year, month, day, hour, minute] = form
  const date = `${year}-${month}-${day}`
  if (hour === undefined || start.time === '') return dayOf(date)
  const last = inZone({ date, time: `${hour}:${minute}`, zone: 'UTC' }, start.zone)
  return last.time < start.time ? dayOf(last.date) - 1 : dayOf(last.date)
}

/** Those at the places that BYSETPOS names, counted from the first, or from the last where negative. */
function placed(days: readonly number[], places: readonly number[]): number[] {
  const chosen = places.map((place) => days.at(place > 0 ? place - 1 : place))
  return [...new Set(chosen.filter((day) => day !== undefined))].sort((a, b) => a - b)
}
