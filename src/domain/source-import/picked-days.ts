import { inZone, type When } from './times'

/** From when to when occurrences are wanted, both `YYYY-MM-DD`, inclusive. */
export type Window = { readonly from: string; readonly to: string }

/** How many days may still be looked at for one calendar. */
export type Budget = { days: number }

const DAY = 86_400_000
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

// Days are counted from 1970 on here.
const dayOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / DAY
const dateOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10)

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
  const isMonthly = parts.get('FREQ') === 'MONTHLY'
  const interval = Math.min(Number(parts.get('INTERVAL') ?? 1), 10_000)
  const count = Number(parts.get('COUNT') ?? Number.POSITIVE_INFINITY)
  const places = (parts.get('BYSETPOS') ?? '').split(',').map(Number)
  const [first, from] = [dayOf(start.date), dayOf(window.from)]
  const to = Math.min(dayOf(window.to), lastDay(parts.get('UNTIL'), start))
  const isMeant = meaning(parts, start, isMonthly)
  const picked: string[] = []
  let seen = 0
  // Only where occurrences are counted do those before the window matter.
  const skipped = count === Number.POSITIVE_INFINITY ? periodsBetween(start.date, window.from, isMonthly) : 0
  for (let n = Math.floor(skipped / interval) * interval; seen < count; n += interval) {
    const [begin, end] = periodOf(start.date, n, isMonthly)
    if (begin > to) break
    budget.days -= end - begin
    if (budget.days < 0) return null
    const days: number[] = []
    for (let day = begin; day < end; day++) if (isMeant(day, begin, end)) days.push(day)
    for (const day of placed(days, places)) {
      if (day < first || seen >= count) continue
      seen++
      if (day >= from && day <= to) picked.push(dateOf(day))
    }
  }
  return picked
}

/** How many periods begin after that of one date, up to that of another. */
function periodsBetween(date: string, later: string, isMonthly: boolean): number {
  const [year = 0, month = 0] = date.split('-').map(Number)
  const [toYear = 0, toMonth = 0] = later.split('-').map(Number)
  return Math.max(0, isMonthly ? (toYear - year) * 12 + toMonth - month : toYear - year)
}

/** The first day of the nth month or year from a date's own on, and the day after its last. */
function periodOf(date: string, n: number, isMonthly: boolean): [begin: number, end: number] {
  const [year = 0, month = 0] = date.split('-').map(Number)
  if (isMonthly) return [Date.UTC(year, month - 1 + n) / DAY, Date.UTC(year, month + n) / DAY]
  return [Date.UTC(year + n, 0) / DAY, Date.UTC(year + n + 1, 0) / DAY]
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

type Meaning = (day: number, begin: number, end: number) => boolean

/** Whether a rule means a day of a period, before it picks among those. */
function meaning(parts: ReadonlyMap<string, string>, start: When, isMonthly: boolean): Meaning {
  const list = (name: string) => parts.get(name)?.split(',') ?? []
  const byDay = list('BYDAY')
  const months = list('BYMONTH').map(Number)
  const startDay = Number(start.date.slice(8))
  const isOfYear = !isMonthly && months.length === 0
  // A rule that names no days means that of its start (RFC 5545 3.3.10).
  if (isOfYear && byDay.length === 0) months.push(Number(start.date.slice(5, 7)))
  const ofMonth = list('BYMONTHDAY').map(Number)
  const monthDays = ofMonth.length > 0 || byDay.length > 0 ? ofMonth : [startDay]
  return (day, begin, end) => {
    const at = new Date(day * DAY)
    const number = at.getUTCDate()
    if (months.length > 0 && !months.includes(at.getUTCMonth() + 1)) return false
    const first = day - number + 1
    const after = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1) / DAY
    if (monthDays.length > 0 && !monthDays.includes(number) && !monthDays.includes(day - after)) return false
    return (
      byDay.length === 0 || (isOfYear ? isNamed(day, byDay, begin, end) : isNamed(day, byDay, first, after))
    )
  }
}

/** Whether a day is one of those that BYDAY names, in the month or year from `begin` to before `end`. */
function isNamed(day: number, byDay: readonly string[], begin: number, end: number): boolean {
  const name = weekdays[new Date(day * DAY).getUTCDay()] ?? ''
  const place = Math.floor((day - begin) / 7) + 1
  const fromEnd = -Math.floor((end - 1 - day) / 7) - 1
  return byDay.some((each) => {
    if (!each.endsWith(name)) return false
    const ordinal = Number(each.slice(0, -2))
    return ordinal === 0 || ordinal === place || ordinal === fromEnd
  })
}

/** Those at the places that BYSETPOS names, counted from the first, or from the last where negative. */
function placed(days: readonly number[], places: readonly number[]): number[] {
  const chosen = places.map((place) => days.at(place > 0 ? place - 1 : place))
  return [...new Set(chosen.filter((day) => day !== undefined))].sort((a, b) => a - b)
}
