import { DomainError } from '../../../../src/domain/errors'
import type { ChangedEventFields } from '../../../../src/domain/events/fields'
import { changedEventValues, type EventValues, newEventValues } from '../../../../src/domain/events/values'

export const ZONE = 'Australia/Melbourne'

export const allDay: ChangedEventFields = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }
export const timed: ChangedEventFields = { name: 'Round 1', startDate: '2030-05-01', startTime: '19:00' }
export const nightly: ChangedEventFields = { ...timed, recurrence: 'FREQ=DAILY;COUNT=5' }

export const create = (fields: ChangedEventFields) => newEventValues(fields, ZONE)

/** The event after it was made and changed step by step. */
export function changed(fields: ChangedEventFields, ...changes: ChangedEventFields[]): EventValues {
  return changes.reduce((event, change) => changedEventValues(event, change, ZONE), create(fields))
}

/** What is wrong with an event after its changes; nothing where it is fine. */
export function issues(fields: ChangedEventFields, ...changes: ChangedEventFields[]): string[] {
  try {
    changed(fields, ...changes)
    return []
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'invalid') throw error
    return error.issues.map(({ field, message }) => `${field}: ${message}`)
  }
}

export const when = ({ startDate, startTime, endDate, endTime }: EventValues) =>
  `${startDate} ${startTime} – ${endDate} ${endTime}`.replaceAll(/ +/g, ' ').trim()
