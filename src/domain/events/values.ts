import type { InferSelectModel } from 'drizzle-orm'
import type { events } from '../../db/schema'
import { instantToWall, wallToInstant } from '../../platform/time-zone'
import { isClockTime, isRealDate } from '../dates'
import { DomainError, type FieldIssue } from '../errors'
import { pick } from '../pick'
import { seriesEnd } from '../series/end'
import { occurrenceTiming } from '../series/occurrence-timing'
import { checkUntilForm } from '../series/recurrence'
import type { ChangedEventFields, EventException } from './fields'
import { type EventTiming, type ResolvedTiming, resolveTiming } from './timing'

/** An event as it stands in the database. */
export type EventRow = InferSelectModel<typeof events>

/** The columns that hold when an event is: they depend on each other, so they are judged and written together. */
export const timingColumns = [
  'allDay',
  'startDate',
  'startTime',
  'endDate',
  'endTime',
  'timezone',
  'endTimezone',
  'endDateGiven',
  'endTimeGiven',
  'startsAt',
  'endsAt',
  'recurrence',
  'exceptions',
  'seriesEndsAt',
] as const

/** Of these, what an answer shows of one occurrence. */
const visibleTiming = [
  'allDay',
  'startDate',
  'startTime',
  'endDate',
  'endTime',
  'timezone',
  'endTimezone',
] as const

/** What a client decides of an event, in the form that is stored. */
export type EventValues = Pick<
  EventRow,
  | (typeof timingColumns)[number]
  | 'name'
  | 'location'
  | 'details'
  | 'url'
  | 'status'
  | 'showAs'
  | 'alert'
  | 'alert2'
  | 'quickLinks'
  | 'categories'
  | 'draft'
  | 'reference'
  | 'referenceType'
>

const noText = { location: '', details: '', url: '', alert: '', alert2: '', categories: '' }

/**
 * The values of a new event. `timezone` is the calendar's, taken where the event names none.
 * @throws DomainError `invalid`
 */
export function newEventValues(fields: ChangedEventFields, timezone: string): EventValues {
  return eventValues(undefined, fields, timezone)
}

/**
 * The values of an event after a change: the fields given, cleared where null. The whole is judged, not the change;
 * an end that was never given moves with the start.
 * @throws DomainError `invalid`
 */
export function changedEventValues(
  current: EventValues,
  fields: ChangedEventFields,
  timezone: string,
): EventValues {
  return eventValues(current, fields, timezone)
}

function eventValues(
  current: EventValues | undefined,
  fields: ChangedEventFields,
  zoneOfCalendar: string,
): EventValues {
  const issues: FieldIssue[] = []
  const allDay = pick(fields.allDay, current?.allDay, false)
  const timing = timingOf(current, fields, zoneOfCalendar)
  if (!timing.ok) issues.push(...timing.issues)

  const recurrence = pick(fields.recurrence, current?.recurrence, '')
  const exceptions = pick(
    fields.exceptions,
    current && (JSON.parse(current.exceptions) as EventException[]),
    [],
  )
  issues.push(...recurrenceIssues(recurrence, exceptions, allDay))
  if (timing.ok) issues.push(...exceptionIssues(exceptions, timing.timing))
  if (!timing.ok || issues.length > 0) throw new DomainError('invalid', issues)

  const when =
    current && isSaidAgain(current, timing.timing) ? asBefore(timing.timing, current) : timing.timing
  return {
    ...seriesValues(current, when, recurrence, exceptions),
    name: pick(fields.name, current?.name, ''),
    location: pick(fields.location, current?.location, noText.location),
    details: pick(fields.details, current?.details, noText.details),
    url: pick(fields.url, current?.url, noText.url),
    status: pick(fields.status, current?.status, 'confirmed'),
    showAs: pick(fields.showAs, current?.showAs, allDay ? 'free' : 'busy'),
    alert: pick(fields.alert, current?.alert, noText.alert),
    alert2: pick(fields.alert2, current?.alert2, noText.alert2),
    quickLinks:
      fields.quickLink === undefined ? (current?.quickLinks ?? '[]') : JSON.stringify(fields.quickLink ?? []),
    categories: pick(fields.categories, current?.categories, noText.categories),
    draft: pick(fields.draft, current?.draft, false),
    reference: pick(fields.reference, current?.reference, ''),
    referenceType: pick(fields.referenceType, current?.referenceType, ''),
  }
}

/** When an event is, and when it repeats; the end of a series is reckoned where one of these differs. */
function seriesValues(
  current: EventValues | undefined,
  timing: EventTiming,
  recurrence: string,
  exceptions: readonly EventException[],
): Pick<EventValues, (typeof timingColumns)[number]> {
  const series = { ...timing, recurrence, exceptions: JSON.stringify(exceptions) }
  const isAsBefore =
    current && Object.entries(series).every(([name, value]) => current[name as keyof EventValues] === value)
  const seriesEndsAt = isAsBefore ? current.seriesEndsAt : seriesEnd(timing, recurrence, exceptions)
  return { ...series, seriesEndsAt }
}

/** When an event is after a change. */
function timingOf(
  current: EventValues | undefined,
  fields: ChangedEventFields,
  zoneOfCalendar: string,
): ResolvedTiming {
  // What is left alone was judged when it was written, and by the rules of who wrote it.
  if (current && saysNothingOfTiming(fields)) return { ok: true, timing: timingIn(current) }
  const allDay = pick(fields.allDay, current?.allDay, false)
  const timezone = pick(fields.timezone, current?.timezone, zoneOfCalendar)
  const ownEnd = current && timezone === current.timezone ? ownZoneEnd(current, fields, allDay) : null
  const resolved = resolveTiming({
    allDay,
    timezone,
    startDate: pick(fields.startDate, current?.startDate, ''),
    startTime: pick(fields.startTime, current?.startTime, ''),
    endDate: pick(fields.endDate, current?.endDateGiven ? current.endDate : undefined, ''),
    endTime: pick(fields.endTime, current?.endTimeGiven ? current.endTime : undefined, ''),
    ...ownEnd,
  })
  if (!resolved.ok || !ownEnd || !allDay) return resolved
  return { ok: true, timing: { ...resolved.timing, endTimezone: ownEnd.endTimezone } }
}

function saysNothingOfTiming(fields: ChangedEventFields): boolean {
  const { allDay, timezone, startDate, startTime, endDate, endTime } = fields
  return [allDay, timezone, startDate, startTime, endDate, endTime].every((value) => value === undefined)
}

/**
 * The end of an event that has a zone of its own for it. It is told in the start's zone, and so it is read; the zone,
 * which `/apiv2` doesn't show, stays. null where there is none, or the end is cleared.
 */
function ownZoneEnd(
  current: EventValues,
  fields: ChangedEventFields,
  allDay: boolean,
): { endTimezone: string; endDate?: string; endTime?: string } | null {
  const { timezone, endTimezone } = current
  if (endTimezone === timezone || allDay !== current.allDay) return null
  if (allDay) return { endTimezone }
  const told = instantToWall(current.endsAt, timezone)
  const date = pick(fields.endDate, told.date, '')
  const time = pick(fields.endTime, told.time, '')
  if (date === told.date && time === told.time) {
    return { endTimezone, endDate: current.endDate, endTime: current.endTime }
  }
  if (!isRealDate(date) || !isClockTime(time)) return null
  const end = instantToWall(wallToInstant(date, time, timezone), endTimezone)
  return { endTimezone, endDate: end.date, endTime: end.time }
}

/**
 * Whether a change says nothing new of when the event is. An end that follows from the start and is now said as it
 * stands (an answer sent back as it came) is no news; one that was given and is cleared is.
 */
function isSaidAgain(current: EventValues, timing: EventTiming): boolean {
  if (current.endDateGiven && !timing.endDateGiven) return false
  if (current.endTimeGiven && !timing.endTimeGiven) return false
  return visibleTiming.every((name) => current[name] === timing[name])
}

function timingIn(event: EventValues): EventTiming {
  const { startDate, startTime, endDate, endTime, allDay, timezone, endTimezone } = event
  const said = { startDate, startTime, endDate, endTime, allDay, timezone, endTimezone }
  const { startsAt, endsAt, endDateGiven, endTimeGiven } = event
  return { ...said, startsAt, endsAt, endDateGiven, endTimeGiven }
}

function asBefore(timing: EventTiming, before: EventValues): EventTiming {
  const { startsAt, endsAt, endDateGiven, endTimeGiven } = before
  return { ...timing, startsAt, endsAt, endDateGiven, endTimeGiven }
}

/** What keeps a rule and its exceptions from being a series with these times. */
export function seriesIssues(
  recurrence: string,
  exceptions: readonly EventException[],
  timing: EventTiming,
): FieldIssue[] {
  return [...recurrenceIssues(recurrence, exceptions, timing.allDay), ...exceptionIssues(exceptions, timing)]
}

function recurrenceIssues(
  recurrence: string,
  exceptions: readonly EventException[],
  allDay: boolean,
): FieldIssue[] {
  const issues: FieldIssue[] = []
  const until = recurrence === '' ? null : checkUntilForm(recurrence, allDay)
  if (until !== null) issues.push({ field: 'recurrence', message: until })
  if (recurrence === '' && exceptions.length > 0) {
    issues.push({ field: 'exceptions', message: 'Only an event with a recurrence has exceptions.' })
  }
  return issues
}

/** What is wrong with the exceptions of a series: their dates' form, two for one date, and their own times. */
function exceptionIssues(exceptions: readonly EventException[], series: EventTiming): FieldIssue[] {
  const issues: FieldIssue[] = []
  const seen = new Set<string>()
  for (const [index, exception] of exceptions.entries()) {
    const field = `exceptions.${index}`
    const [, time = ''] = exception.date.split('T')
    if ((time === '') !== series.allDay) {
      const form = series.allDay ? 'YYYY-MM-DD' : 'YYYY-MM-DDTHH:MM'
      issues.push({ field: `${field}.date`, message: `Must be the occurrence's original start, ${form}.` })
      continue
    }
    if (seen.has(exception.date)) issues.push({ field: `${field}.date`, message: 'Must stand only once.' })
    seen.add(exception.date)
    if (exception.cancelled) continue
    const timing = occurrenceTiming(exception, series)
    if (!timing.ok) {
      issues.push(...timing.issues.map((issue) => ({ ...issue, field: `${field}.${issue.field}` })))
    }
  }
  return issues
}
