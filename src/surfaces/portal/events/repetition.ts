import { ruleParts } from '../../../domain/series/rule-periods'
import { instantToWall } from '../../../platform/time-zone'
import { dayInWords } from './times'

/** How an event repeats, in words. */

const weekdays = new Map([
  ['MO', 'Monday'],
  ['TU', 'Tuesday'],
  ['WE', 'Wednesday'],
  ['TH', 'Thursday'],
  ['FR', 'Friday'],
  ['SA', 'Saturday'],
  ['SU', 'Sunday'],
])

const periods: Readonly<Record<string, readonly [adverb: string, plural: string]>> = {
  DAILY: ['daily', 'days'],
  WEEKLY: ['weekly', 'weeks'],
  MONTHLY: ['monthly', 'months'],
  YEARLY: ['yearly', 'years'],
}

/**
 * `repeats every 2 weeks on Monday until Mon 1 Mar 2027`: what a recurrence rule says, its end as the event's own zone
 * has it. A rule that no sentence is known for just `repeats`.
 */
export function repetitionInWords({
  recurrence,
  timezone,
}: {
  recurrence: string
  timezone: string
}): string {
  const parts = ruleParts(recurrence)
  return `repeats${often(parts)}${endOf(parts, timezone)}`
}

function often(parts: ReadonlyMap<string, string>): string {
  const frequency = parts.get('FREQ') ?? ''
  const [adverb, plural] = periods[frequency] ?? ['', '']
  const interval = Number(parts.get('INTERVAL') ?? 1)
  const days = daysOf(frequency, parts)
  if (adverb === '' || days === null) return ''
  if (days === ' on weekdays' && interval === 1) return ' every weekday'
  return ` ${interval === 1 ? adverb : `every ${interval} ${plural}`}${days}`
}

/** Which days are meant, where the rule names some; null where there is no plain word for them. */
function daysOf(frequency: string, parts: ReadonlyMap<string, string>): string | null {
  const [byDay, byMonthDay, byMonth] = ['BYDAY', 'BYMONTHDAY', 'BYMONTH'].map((name) => parts.get(name))
  if (byDay === undefined && byMonthDay === undefined && byMonth === undefined) return ''
  const knows = (...names: (string | undefined)[]) => names.every((name) => name === undefined)
  switch (frequency) {
    case 'DAILY':
      return knows(byMonthDay, byMonth) && isWorkingWeek(byDay) ? ' on weekdays' : null
    case 'WEEKLY':
      return knows(byMonthDay, byMonth) ? weekdaysOf(byDay) : null
    case 'MONTHLY':
      if (!knows(byMonth)) return null
      if (byDay === undefined) return dayOfMonth(byMonthDay)
      return byMonthDay === undefined ? ordinalWeekday(byDay) : null
    case 'YEARLY':
      return byDay === undefined ? dayOfYear(byMonth, byMonthDay) : null
    default:
      return null
  }
}

const isWorkingWeek = (byDay = '') => [...byDay.split(',')].sort().join() === 'FR,MO,TH,TU,WE'

function weekdaysOf(byDay = ''): string | null {
  if (isWorkingWeek(byDay)) return ' on weekdays'
  const named = byDay.split(',')
  const names = [...weekdays].filter(([short]) => named.includes(short)).map(([, name]) => name)
  const last = names.pop()
  if (last === undefined) return null
  return ` on ${names.length === 0 ? last : `${names.join(', ')} and ${last}`}`
}

function dayOfMonth(byMonthDay = ''): string | null {
  if (byMonthDay === '-1') return ' on the last day'
  return /^\+?\d+$/.test(byMonthDay) ? ` on the ${ordinal(Number(byMonthDay))}` : null
}

const ordinals: Readonly<Record<string, string>> = {
  '1': 'first',
  '2': 'second',
  '3': 'third',
  '4': 'fourth',
  '5': 'fifth',
  '-1': 'last',
  '-2': 'second to last',
}

function ordinalWeekday(byDay: string): string | null {
  const which = ordinals[Number(byDay.slice(0, -2) || 'none')]
  const name = weekdays.get(byDay.slice(-2))
  return byDay.includes(',') || which === undefined || name === undefined ? null : ` on the ${which} ${name}`
}

function dayOfYear(byMonth = '', byMonthDay = ''): string | null {
  if (!/^\d+$/.test(byMonth) || (byMonthDay !== '' && !/^\+?\d+$/.test(byMonthDay))) return null
  const month = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long' }).format(
    Date.UTC(2000, Number(byMonth) - 1, 1),
  )
  return byMonthDay === '' ? ` in ${month}` : ` on ${Number(byMonthDay)} ${month}`
}

/** `1st`, `22nd`. */
function ordinal(number: number): string {
  const suffixes: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd' }
  return `${number}${suffixes[new Intl.PluralRules('en', { type: 'ordinal' }).select(number)] ?? 'th'}`
}

function endOf(parts: ReadonlyMap<string, string>, timezone: string): string {
  const count = parts.get('COUNT')
  if (count !== undefined) return Number(count) === 1 ? ', once' : `, ${Number(count)} times`
  const until = parts.get('UNTIL')
  return until === undefined ? '' : ` until ${dayInWords(dateOf(until, timezone))}`
}

/** The date of an UNTIL: an instant is of the day that it is where the event is. */
function dateOf(until: string, timezone: string): string {
  const date = `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`
  if (until.length === 8) return date
  const time = `${until.slice(9, 11)}:${until.slice(11, 13)}:${until.slice(13, 15)}`
  return instantToWall(Date.parse(`${date}T${time}Z`), timezone).date
}
