import { instantToWall, wallToInstant } from '../../platform/time-zone'
import { addDays, isClockTime, isRealDate } from '../dates'
import type { FieldIssue } from '../errors'

/** When an event is, as it was said; what is '' or left out was not given. */
export type GivenTiming = {
  readonly startDate?: string
  readonly startTime?: string
  readonly endDate?: string
  readonly endTime?: string
  readonly allDay: boolean
  readonly timezone: string
  /** Where the end has a zone of its own. */
  readonly endTimezone?: string
}

/** When an event is, complete. For all-day events the times are '' and the end date is the last day, inclusive. */
export type EventTiming = {
  readonly startDate: string
  readonly startTime: string
  readonly endDate: string
  readonly endTime: string
  readonly allDay: boolean
  readonly timezone: string
  readonly endTimezone: string
  /** Epoch milliseconds. */
  readonly startsAt: number
  readonly endsAt: number
  /** Whether the end was given: one that was not moves with the start. */
  readonly endDateGiven: boolean
  readonly endTimeGiven: boolean
}

export type ResolvedTiming =
  | { readonly ok: true; readonly timing: EventTiming }
  | { readonly ok: false; readonly issues: FieldIssue[] }

const HOUR = 3_600_000

/** An event lasts at most this many days. */
const MAX_DAYS = 366

const ends = {
  tooEarly: 'Must not be before the start.',
  tooLate: `Must not make the event longer than ${MAX_DAYS} days.`,
}

/** Completes and judges when an event is (`publisher-api.md` 4). All that is wrong is told at once. */
export function resolveTiming(given: GivenTiming): ResolvedTiming {
  const issues = formIssues(given)
  if (issues.length > 0) return { ok: false, issues: [...issues, ...dateIssues(given)] }
  const timing = given.allDay ? allDayTiming(given) : clockTiming(given)
  const issue = spanIssue(timing)
  return issue ? { ok: false, issues: [issue] } : { ok: true, timing }
}

function formIssues(given: GivenTiming): FieldIssue[] {
  const { startDate = '', startTime = '', endDate = '', endTime = '', allDay } = given
  const issues: FieldIssue[] = []
  const tell = (field: string, message: string) => issues.push({ field, message })
  const date = 'Must be a real date, YYYY-MM-DD, from 1970 to 2199.'
  const clock = 'Must be a time, HH:MM, from 00:00 to 23:59.'
  if (startDate === '') tell('startDate', 'Is required.')
  else if (!isRealDate(startDate)) tell('startDate', date)
  if (endDate !== '' && !isRealDate(endDate)) tell('endDate', date)
  if (allDay) return issues
  if (startTime === '') tell('startTime', 'Is required unless the event is all-day.')
  else if (!isClockTime(startTime)) tell('startTime', clock)
  if (endTime !== '' && !isClockTime(endTime)) tell('endTime', clock)
  return issues
}

/** What good dates tell by themselves, where the times can't be judged. */
function dateIssues({ startDate = '', endDate = '', timezone, endTimezone }: GivenTiming): FieldIssue[] {
  if (!isRealDate(startDate) || !isRealDate(endDate)) return []
  // Across the date line an event may end on the date before.
  if (endTimezone && endTimezone !== timezone) return []
  if (endDate < startDate) return [{ field: 'endDate', message: ends.tooEarly }]
  return endDate > addDays(startDate, MAX_DAYS) ? [{ field: 'endDate', message: ends.tooLate }] : []
}

function allDayTiming({ startDate = '', endDate = '', timezone }: GivenTiming): EventTiming {
  const lastDay = endDate || startDate
  return {
    startDate,
    startTime: '',
    endDate: lastDay,
    endTime: '',
    allDay: true,
    timezone,
    endTimezone: timezone,
    startsAt: wallToInstant(startDate, '00:00', timezone),
    endsAt: wallToInstant(addDays(lastDay, 1), '00:00', timezone),
    endDateGiven: endDate !== '',
    endTimeGiven: false,
  }
}

function clockTiming(given: GivenTiming): EventTiming {
  const { startDate = '', startTime = '', endDate = '', endTime = '', timezone } = given
  const endTimezone = given.endTimezone || timezone
  const startsAt = wallToInstant(startDate, startTime, timezone)
  const start = instantToWall(startsAt, timezone)
  const endsAt =
    endTime === ''
      ? defaultEnd(startsAt, endDate, endTimezone)
      : wallToInstant(endDate || startDate, endTime, endTimezone)
  const end = instantToWall(endsAt, endTimezone)
  return {
    startDate: start.date,
    startTime: start.time,
    endDate: end.date,
    endTime: end.time,
    allDay: false,
    timezone,
    endTimezone,
    startsAt,
    endsAt,
    endDateGiven: endDate !== '',
    endTimeGiven: endTime !== '',
  }
}

/**
 * The end for which no time was given, on a date or '' where none was given either: one hour after the start. On
 * another date than the one on which that hour ends it is an hour on by the clock.
 */
function defaultEnd(startsAt: number, date: string, zone: string): number {
  if (date === '' || date === instantToWall(startsAt + HOUR, zone).date) return startsAt + HOUR
  return wallToInstant(date, hourLater(instantToWall(startsAt, zone).time), zone)
}

/** The time of day one hour on; after 23:59 it begins anew. */
function hourLater(time: string): string {
  const hour = (Number(time.slice(0, 2)) + 1) % 24
  return `${String(hour).padStart(2, '0')}${time.slice(2)}`
}

function spanIssue(timing: EventTiming): FieldIssue | null {
  const { allDay, startDate, endDate, endTimeGiven, startsAt, endsAt } = timing
  if (!isRealDate(endDate)) return { field: 'endDate', message: 'Must not be after 2199.' }
  if (allDay ? endDate < startDate : endsAt < startsAt) {
    const field = !allDay && endTimeGiven && endDate === startDate ? 'endTime' : 'endDate'
    return { field, message: ends.tooEarly }
  }
  const lastDay = addDays(startDate, allDay ? MAX_DAYS - 1 : MAX_DAYS)
  const tooLong = allDay
    ? endDate > lastDay
    : endsAt > wallToInstant(lastDay, timing.startTime, timing.timezone)
  return tooLong ? { field: 'endDate', message: ends.tooLate } : null
}
