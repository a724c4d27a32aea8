import { dayOf } from '../dates'

/**
 * The days that a recurrence rule means (RFC 5545 3.3.10), laid out period by period: a day, week, month or year. No
 * more is done for a rule than the periods asked for need, whatever it says. Days are counted from 1970 on.
 */

const DAY = 86_400_000
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

/** The parts of a rule by their names. */
export function ruleParts(rule: string): ReadonlyMap<string, string> {
  return new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]))
}

/** The periods of a rule, from that of its start on, which is the one of number 0. */
export type RulePeriods = {
  /** How many days there are to lay out in one, at most. */
  readonly length: number
  /** The number of the period that a day is in. */
  numberOf(day: number): number
  /** The first day of a period. */
  beginOf(number: number): number
  /** The days of a period that the rule means, in order. */
  daysOf(number: number): number[]
}

/** The periods of a good rule whose series begins on a date. */
export function rulePeriods(parts: ReadonlyMap<string, string>, startDate: string): RulePeriods {
  const start = dayOf(startDate)
  switch (parts.get('FREQ')) {
    case 'YEARLY':
      return yearly(meaningOf(parts), startDate)
    case 'MONTHLY':
      return monthly(meaningOf(parts), startDate)
    case 'WEEKLY':
      return weekly(meaningOf(parts), start, Math.max(0, WEEKDAYS.indexOf(parts.get('WKST') ?? 'MO')))
    default:
      return daily(meaningOf(parts), start)
  }
}

type Meaning = {
  /** 0 to 11; empty: any. */
  readonly months: ReadonlySet<number>
  /** From 1 on, or from the month's end, -1 for its last; empty: any. */
  readonly monthDays: ReadonlySet<number>
  /** An ordinal of 0 means every one; empty: any. */
  readonly weekdays: readonly { readonly weekday: number; readonly ordinal: number }[]
}

function meaningOf(parts: ReadonlyMap<string, string>): Meaning {
  const list = (name: string) => parts.get(name)?.split(',') ?? []
  return {
    months: new Set(list('BYMONTH').map((month) => Number(month) - 1)),
    monthDays: new Set(list('BYMONTHDAY').map(Number)),
    weekdays: list('BYDAY').map((each) => ({
      weekday: WEEKDAYS.indexOf(each.slice(-2)),
      ordinal: Number(each.slice(0, -2)),
    })),
  }
}

function daily(meaning: Meaning, start: number): RulePeriods {
  return {
    length: 1,
    numberOf: (day) => day - start,
    beginOf: (number) => start + number,
    daysOf: (number) => (isMeant(start + number, meaning) ? [start + number] : []),
  }
}

function weekly(meaning: Meaning, start: number, firstWeekday: number): RulePeriods {
  const begin = start - ((weekdayOf(start) - firstWeekday + 7) % 7)
  const weekdays =
    meaning.weekdays.length > 0 ? meaning.weekdays : [{ weekday: weekdayOf(start), ordinal: 0 }]
  return {
    length: 7,
    numberOf: (day) => Math.floor((day - begin) / 7),
    beginOf: (number) => begin + number * 7,
    daysOf: (number) =>
      [0, 1, 2, 3, 4, 5, 6]
        .map((at) => begin + number * 7 + at)
        .filter((day) => isMeant(day, { ...meaning, weekdays })),
  }
}

function monthly(meaning: Meaning, startDate: string): RulePeriods {
  const { year, month, day: ofMonth } = calendarOf(dayOf(startDate))
  const namesDays = meaning.monthDays.size > 0 || meaning.weekdays.length > 0
  const whole = namesDays ? meaning : { ...meaning, monthDays: new Set([ofMonth]) }
  return {
    length: 31,
    numberOf(day) {
      const at = calendarOf(day)
      return (at.year - year) * 12 + at.month - month
    },
    beginOf: (number) => firstOf(year, month + number),
    daysOf: (number) => daysOfMonth(year, month + number, whole),
  }
}

function yearly(meaning: Meaning, startDate: string): RulePeriods {
  const { year, month, day: ofMonth } = calendarOf(dayOf(startDate))
  const isOfYear = meaning.months.size === 0
  // A rule that names no days means that of its start.
  const takesMonth = isOfYear && meaning.weekdays.length === 0
  const takesDay = meaning.monthDays.size === 0 && meaning.weekdays.length === 0
  const whole: Meaning = {
    ...meaning,
    months: takesMonth ? new Set([month]) : meaning.months,
    monthDays: takesDay ? new Set([ofMonth]) : meaning.monthDays,
  }
  return {
    length: 366,
    numberOf: (day) => calendarOf(day).year - year,
    beginOf: (number) => firstOf(year + number, 0),
    daysOf(number) {
      // Without BYMONTH the ordinals of BYDAY count from the ends of the year.
      const scope = isOfYear ? { begin: firstOf(year + number, 0), end: firstOf(year + number + 1, 0) } : null
      return Array.from({ length: 12 }, (_, at) => daysOfMonth(year + number, at, whole, scope)).flat()
    },
  }
}

function daysOfMonth(
  year: number,
  month: number,
  { months, monthDays, weekdays }: Meaning,
  scope: { begin: number; end: number } | null = null,
): number[] {
  if (months.size > 0 && !months.has(((month % 12) + 12) % 12)) return []
  const begin = firstOf(year, month)
  const end = firstOf(year, month + 1)
  const days: number[] = []
  for (let day = begin; day < end; day++) {
    if (monthDays.size > 0 && !monthDays.has(day - begin + 1) && !monthDays.has(day - end)) continue
    if (weekdays.length > 0 && !isNamed(day, weekdays, scope?.begin ?? begin, scope?.end ?? end)) continue
    days.push(day)
  }
  return days
}

/** Whether a rule by days or weeks means a day. */
function isMeant(day: number, { months, monthDays, weekdays }: Meaning): boolean {
  if (weekdays.length > 0 && !weekdays.some(({ weekday }) => weekday === weekdayOf(day))) return false
  if (months.size === 0 && monthDays.size === 0) return true
  const { year, month, day: ofMonth } = calendarOf(day)
  if (months.size > 0 && !months.has(month)) return false
  return monthDays.size === 0 || monthDays.has(ofMonth) || monthDays.has(day - firstOf(year, month + 1))
}

/** Whether a day is one of those that BYDAY names, in the month or year from `begin` to before `end`. */
function isNamed(day: number, weekdays: Meaning['weekdays'], begin: number, end: number): boolean {
  const name = weekdayOf(day)
  return weekdays.some(({ weekday, ordinal }) => {
    if (weekday !== name) return false
    if (ordinal === 0) return true
    return ordinal > 0
      ? ordinal === Math.floor((day - begin) / 7) + 1
      : ordinal === -Math.floor((end - 1 - day) / 7) - 1
  })
}

/** 0 is Sunday; 1970 began on a Thursday. */
const weekdayOf = (day: number) => (((day + 4) % 7) + 7) % 7

const firstOf = (year: number, month: number) => Date.UTC(year, month, 1) / DAY

function calendarOf(day: number): { year: number; month: number; day: number } {
  const at = new Date(day * DAY)
  return { year: at.getUTCFullYear(), month: at.getUTCMonth(), day: at.getUTCDate() }
}
