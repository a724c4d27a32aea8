import { DomainError, type FieldIssue } from '../../../domain/errors'
import {
  type ChangedEventFields,
  changedEventFields,
  type NewEventFields,
  newEventFields,
} from '../../../domain/events/fields'
import type { EventRow } from '../../../domain/events/values'
import { fieldIssues } from '../../../domain/fields'
import { eventObject } from '../../../objects/event'

/** The fields of an event's form (`portal.md`), and what they say of an event. */

const names = [
  'name',
  'startDate',
  'startTime',
  'endDate',
  'endTime',
  'timezone',
  'location',
  'details',
  'url',
  'reference',
] as const

export type EventFieldName = (typeof names)[number]

export const eventLabels: readonly (readonly [EventFieldName, string])[] = [
  ['name', 'Name'],
  ['startDate', 'Start'],
  ['startTime', 'Start time'],
  ['endDate', 'End'],
  ['endTime', 'End time'],
  ['timezone', 'Time zone'],
  ['location', 'Place'],
  ['details', 'Details'],
  ['url', 'Link'],
  ['reference', 'Reference'],
]

/** An event as its form shows it: what the publisher API tells of it. */
export function eventTexts(
  event: EventRow,
  publisher: { id: number; orgId: number },
): Record<EventFieldName, string> {
  const told = eventObject(event, publisher)
  return Object.fromEntries(names.map((name) => [name, told[name]])) as Record<EventFieldName, string>
}

/** What was posted, with a text for every field. */
export function postedTexts(form: URLSearchParams): Record<EventFieldName, string> {
  return Object.fromEntries(
    names.map((name) => [name, (form.get(name) ?? '').replace(/\r\n?/g, '\n')]),
  ) as Record<EventFieldName, string>
}

/** Both times empty: whole days. */
const isAllDay = ({ startTime, endTime }: Pick<Record<EventFieldName, string>, 'startTime' | 'endTime'>) =>
  startTime.trim() === '' && endTime.trim() === ''

/** The fields of a new event. @throws DomainError `invalid` */
export function newEventOf(form: URLSearchParams): NewEventFields {
  const texts = postedTexts(form)
  const { timezone, ...others } = texts
  const given = { ...others, allDay: isAllDay(texts), ...(timezone.trim() === '' ? {} : { timezone }) }
  const parsed = newEventFields.safeParse(given)
  if (!parsed.success) throw new DomainError('invalid', fieldIssues(parsed.error))
  return parsed.data
}

/**
 * The fields that a form would change of an event, given what it shows of it. What it leaves as it was keeps what it
 * is: an end that was never given goes on following the start. @throws DomainError `invalid`
 */
export function changedEventOf(
  form: URLSearchParams,
  shown: Record<EventFieldName, string>,
): ChangedEventFields {
  const texts = postedTexts(form)
  const changed: Record<string, unknown> = {}
  for (const name of names) {
    if (texts[name].trim() !== shown[name]) changed[name] = texts[name]
  }
  if (texts.timezone.trim() === '' && 'timezone' in changed) changed.timezone = null
  if (isAllDay(texts) !== isAllDay(shown)) changed.allDay = isAllDay(texts)
  const parsed = changedEventFields.safeParse(changed)
  if (!parsed.success) throw new DomainError('invalid', fieldIssues(parsed.error))
  return parsed.data
}

/** What is wrong with a form, where that is what an error says; null for any other error. */
export function issuesOf(error: unknown): readonly FieldIssue[] | null {
  if (!(error instanceof DomainError)) return null
  if (error.code === 'invalid') return error.issues.map(onTheForm)
  if (error.code === 'already_exists') {
    return [{ field: 'reference', message: 'Is taken: another one has this reference.' }]
  }
  if (error.code === 'limit_reached') {
    return [
      {
        field: '',
        message: 'the calendar is full. Delete events that are long over, or begin another one.',
      },
    ]
  }
  return null
}

/** How an event repeats is in no field of the form: what doesn't fit it is said above them. */
function onTheForm(issue: FieldIssue): FieldIssue {
  if (!/^(recurrence|exceptions)/.test(issue.field)) return issue
  return { field: '', message: `this doesn’t fit how the event repeats. ${issue.message}` }
}
