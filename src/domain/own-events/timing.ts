import { instantToWall } from '../../platform/time-zone'
import { addDays, isRealDate } from '../dates'
import { DomainError, type FieldIssue, invalid } from '../errors'
import type { EventException } from '../events/fields'
import { type EventTiming, resolveTiming } from '../events/timing'
import { type EventRow, seriesIssues } from '../events/values'
import { seriesEnd } from '../series/end'

/** When an event is, as `event-subscriptions.md` 10 tells it. Of an all-day one the end is the first day after. */
export type OwnTiming = {
  /** Epoch milliseconds; of an all-day event its dates at 00:00 UTC. */
  readonly start: number
  readonly end: number
  readonly startTimezone: string
  readonly endTimezone: string
  readonly allDay: boolean
}

const MINUTE = 60_000
const DAY = 86_400_000
const MAX_DAYS = 366

/** When a stored event is. */
export function ownTiming(event: EventRow): OwnTiming {
  const { allDay, startDate, endDate, startsAt, endsAt } = event
  return {
    start: allDay ? dateInstant(startDate) : startsAt,
    end: allDay ? dateInstant(addDays(endDate, 1)) : endsAt,
    startTimezone: event.timezone,
    endTimezone: event.endTimezone,
    allDay,
  }
}

export function isSameTiming(a: OwnTiming, b: OwnTiming): boolean {
  return (
    a.start === b.start &&
    a.end === b.end &&
    a.startTimezone === b.startTimezone &&
    a.endTimezone === b.endTimezone &&
    a.allDay === b.allDay
  )
}

/** The columns of when an event is, judged. @throws DomainError `invalid` */
export function toEventTiming(timing: OwnTiming): EventTiming {
  const issues = [...instantIssues('start', timing), ...instantIssues('end', timing)]
  if (issues.length === 0) issues.push(...spanIssues(timing))
  if (issues.length > 0) throw new DomainError('invalid', issues)
  return timing.allDay ? allDayColumns(timing) : timedColumns(timing)
}

function instantIssues(field: 'start' | 'end', timing: OwnTiming): FieldIssue[] {
  const at = timing[field]
  if (timing.allDay) {
    if (at % DAY !== 0) return [{ field, message: 'Must be a date, 00:00 in UTC, of an all-day event.' }]
  } else if (at % MINUTE !== 0) return [{ field, message: 'Must be a whole minute.' }]
  const zone = timing.allDay ? 'UTC' : timing[`${field}Timezone`]
  // Its wall clock must be one that the publisher API can tell as well.
  const years = [instantToWall(at, 'UTC'), instantToWall(at, zone)]
  return years.every(({ date }) => isRealDate(date)) ? [] : [{ field, message: 'Must be in 1970 to 2199.' }]
}

function spanIssues({ start, end }: OwnTiming): FieldIssue[] {
  if (end <= start) return [{ field: 'end', message: 'Must be after start.' }]
  if (end - start > MAX_DAYS * DAY) {
    return [{ field: 'end', message: `Must be at most ${MAX_DAYS} days after start.` }]
  }
  return []
}

/** Wall clocks stand in their own zones; the instants of an all-day event are those of the start's zone. */
function allDayColumns({ start, end, startTimezone, endTimezone }: OwnTiming): EventTiming {
  const startDate = instantToWall(start, 'UTC').date
  const endDate = instantToWall(end - DAY, 'UTC').date
  const resolved = resolveTiming({ startDate, endDate, allDay: true, timezone: startTimezone })
  if (!resolved.ok) throw new DomainError('invalid', resolved.issues)
  return { ...resolved.timing, endTimezone }
}

function timedColumns({ start, end, startTimezone, endTimezone }: OwnTiming): EventTiming {
  const from = instantToWall(start, startTimezone)
  const to = instantToWall(end, endTimezone)
  return {
    startDate: from.date,
    startTime: from.time,
    endDate: to.date,
    endTime: to.time,
    allDay: false,
    timezone: startTimezone,
    endTimezone,
    startsAt: start,
    endsAt: end,
    endDateGiven: true,
    endTimeGiven: true,
  }
}

/**
 * The end of a series with new times; null for what is none.
 * @throws DomainError `invalid` where its occurrences don't fit them
 */
export function fittingSeriesEnd(event: EventRow, timing: EventTiming): number | null {
  const exceptions = JSON.parse(event.exceptions) as EventException[]
  const [issue] = seriesIssues(event.recurrence, exceptions, timing)
  if (issue) throw invalid('start', `Does not fit the series (${issue.field}: ${issue.message})`)
  return seriesEnd(timing, event.recurrence, exceptions)
}

const dateInstant = (date: string) => Date.parse(`${date}T00:00:00Z`)
