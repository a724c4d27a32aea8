import type { ChangedEventFields, EventException } from '../events/fields'
import type { EventRow } from '../events/values'

/**
 * What a form changes of a series, so that dates of its own stay so: exceptions are named by the start of their
 * occurrence, and a form that moves the time of day knows nothing of them. Those of another time mean no occurrence, and
 * stay as they are.
 */
export function keepingExceptions(
  event: Pick<EventRow, 'allDay' | 'startTime' | 'exceptions'>,
  changed: ChangedEventFields,
): ChangedEventFields {
  const allDay = changed.allDay ?? event.allDay
  const before = timeOf(event.allDay, event.startTime)
  const after = timeOf(allDay, changed.startTime ?? event.startTime)
  if (event.exceptions === '[]' || before === after) return changed
  const exceptions = (JSON.parse(event.exceptions) as EventException[]).map((exception) => {
    const { date } = exception
    return date.slice(10) === before ? { ...exception, date: `${date.slice(0, 10)}${after}` } : exception
  })
  return { ...changed, exceptions }
}

/** The part of an exception's name after its date. */
const timeOf = (allDay: boolean, startTime: string) => (allDay ? '' : `T${startTime}`)
