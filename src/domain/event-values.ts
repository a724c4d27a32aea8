import type { InferSelectModel } from 'drizzle-orm'
import type { events } from '../db/schema'
import { addDays, daysBetween } from './dates'
import { DomainError, type FieldIssue } from './errors'
import type { ChangedEventFields, EventException } from './event-fields'
import { type EventTiming, type ResolvedTiming, resolveTiming } from './event-timing'
import { checkUntilForm } from './recurrence'

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
  const timezone = pick(fields.timezone, current?.timezone, zoneOfCalendar)
  const zoneChanged = timezone !== current?.timezone
  const timing = resolveTiming({
    allDay,
    timezone,
    ...(current && !zoneChanged && current.endTimezone !== current.timezone
      ? { endTimezone: current.endTimezone }
      : {}),
    startDate: pick(fields.startDate, current?.startDate, ''),
    startTime: pick(fields.startTime, current?.startTime, ''),
    endDate: pick(fields.endDate, current?.endDateGiven ? current.endDate : undefined, ''),
    endTime: pick(fields.endTime, current?.endTimeGiven ? current.endTime : undefined, ''),
  })
  if (!timing.ok) issues.push(...timing.issues)

  const recurrence = pick(fields.recurrence, current?.recurrence, '')
  const exceptions = pick(
    fields.exceptions,
    current && (JSON.parse(current.exceptions) as EventException[]),
    [],
  )
  const until = recurrence === '' ? null : checkUntilForm(recurrence, allDay)
  if (until !== null) issues.push({ field: 'recurrence', message: until })
  if (recurrence === '' && exceptions.length > 0) {
    issues.push({ field: 'exceptions', message: 'Only an event with a recurrence has exceptions.' })
  }
  if (timing.ok) issues.push(...exceptionIssues(exceptions, timing.timing))
  if (!timing.ok || issues.length > 0) throw new DomainError('invalid', issues)

  return {
    ...(current && isSaidAgain(current, timing.timing) ? asBefore(timing.timing, current) : timing.timing),
    recurrence,
    exceptions: JSON.stringify(exceptions),
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

/**
 * Whether a change says nothing new of when the event is. An end that follows from the start and is now said as it
 * stands (an answer sent back as it came) is no news; one that was given and is cleared is.
 */
function isSaidAgain(current: EventValues, timing: EventTiming): boolean {
  if (current.endDateGiven && !timing.endDateGiven) return false
  if (current.endTimeGiven && !timing.endTimeGiven) return false
  return visibleTiming.every((name) => current[name] === timing[name])
}

function asBefore(timing: EventTiming, before: EventValues): EventTiming {
  const { startsAt, endsAt, endDateGiven, endTimeGiven } = before
  return { ...timing, startsAt, endsAt, endDateGiven, endTimeGiven }
}

/** The value given, the one there is where none was given, the default where it is cleared or there is none. */
function pick<T, D extends T>(given: T | null | undefined, current: T | undefined, byDefault: D): T {
  if (given === null) return byDefault
  return given ?? current ?? byDefault
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

/** The columns of a series that the times of its occurrences follow from. */
export type SeriesTiming = Pick<
  EventValues,
  'allDay' | 'startDate' | 'endDate' | 'endTime' | 'timezone' | 'endDateGiven' | 'endTimeGiven'
>

/**
 * When a changed occurrence is: its own fields, all else from the series (`publisher-api.md` 4). As with an event, an
 * end that was never given moves with the start; a given one stays as many days after it.
 */
export function occurrenceTiming(exception: EventException, series: SeriesTiming): ResolvedTiming {
  const [date = '', time = ''] = exception.date.split('T')
  const startDate = exception.startDate ?? date
  const days = daysBetween(series.startDate, series.endDate)
  return resolveTiming({
    allDay: pick(exception.allDay, series.allDay, false),
    timezone: pick(exception.timezone, series.timezone, series.timezone),
    startDate,
    startTime: pick(exception.startTime, time, ''),
    endDate: pick(exception.endDate, series.endDateGiven ? addDays(startDate, days) : '', ''),
    endTime: pick(exception.endTime, series.endTimeGiven ? series.endTime : '', ''),
  })
}
