import { instantToWall, wallToInstant } from '../platform/time-zone'
import { addDays, isClockTime, isRealDate } from './dates'
import type { FieldIssue } from './errors'

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

/** Completes and judges when an event is (`publisher-api.md` 4). All that is wrong is told at once. */
export function resolveTiming(given: GivenTiming): ResolvedTiming {
  const issues = formIssues(given)
  if (issues.length > 0) return { ok: false, issues }
  const timing = given.allDay ? allDayTiming(given) : clockTiming(given)
  const issue = spanIssue(timing)
  return issue ? { ok: false, issues: [issue] } : { ok: true, timing }
}

function formIssues({
  startDate = '',
  startTime = '',
  endDate = '',
  endTime = '',
  allDay,
}: GivenTiming): FieldIssue[] {
  const issues: FieldIssue[] = []
  const real = 'Must be a real date, YYYY-MM-DD, from 1970 to 2199.'
  const clock = 'Must be a time, HH:MM, from 00:00 to 23:59.'
  if (startDate === '') issues.push({ field: 'startDate', message: 'Is required.' })
  else if (!isRealDate(startDate)) issues.push({ field: 'startDate', message: real })
  if (endDate !== '' && !isRealDate(endDate)) issues.push({ field: 'endDate', message: real })
  if (allDay) return issues
  if (startTime === '')
    issues.push({ field: 'startTime', message: 'Is required unless the event is all-day.' })
  else if (!isClockTime(startTime)) issues.push({ field: 'startTime', message: clock })
  if (endTime !== '' && !isClockTime(endTime)) issues.push({ field: 'endTime', message: clock })
  return issues
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
  const endTimezone = given.endTimezone ?? timezone
  const startsAt = wallToInstant(startDate, startTime, timezone)
  const start = instantToWall(startsAt, timezone)
  const hourLater = instantToWall(startsAt + HOUR, endTimezone)
  const followingDate = endTime === '' ? hourLater.date : start.date
  const endsAt =
    endTime === '' && endDate === ''
      ? startsAt + HOUR
      : wallToInstant(endDate || followingDate, endTime || hourLater.time, endTimezone)
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

function spanIssue(timing: EventTiming): FieldIssue | null {
  const { allDay, startDate, endDate, endTimeGiven, startsAt, endsAt } = timing
  if (allDay ? endDate < startDate : endsAt < startsAt) {
    const field = !allDay && endTimeGiven && endDate === startDate ? 'endTime' : 'endDate'
    return { field, message: 'Must not be before the start.' }
  }
  const lastDay = addDays(startDate, allDay ? MAX_DAYS - 1 : MAX_DAYS)
  const tooLong = allDay
    ? endDate > lastDay
    : endsAt > wallToInstant(lastDay, timing.startTime, timing.timezone)
  return tooLong ? { field: 'endDate', message: `Must be at most ${MAX_DAYS} days after the start.` } : null
}
