import type { ChangedEventFields } from '../../../src/domain/events/fields'
import { type EventValues, newEventValues } from '../../../src/domain/events/values'
import { renderEventRow } from '../../../src/surfaces/feed/event-text'
import { calendarText } from '../../support/rendered'

/** A weekly training of an hour in Melbourne, on Wednesdays from May 2030, unless the test says otherwise. */
export const training: ChangedEventFields = {
  name: 'Training',
  startDate: '2030-05-01',
  startTime: '19:00',
  timezone: 'Australia/Melbourne',
  recurrence: 'FREQ=WEEKLY;COUNT=4',
}

/** What a publisher says of a series, judged and stored. */
export const stored = (fields: ChangedEventFields): EventValues =>
  newEventValues({ ...training, ...fields }, 'UTC')

/** The text of a stored event, and the zones it names. */
export function textOf(values: EventValues, changes: { deletedAt?: number; awaitsAnswer?: boolean } = {}) {
  const row = {
    ...values,
    id: '66cc0f7da64cf7ee93658fbf',
    createdAt: Date.UTC(2030, 3, 1),
    modifiedAt: Date.UTC(2030, 3, 2, 3, 4, 5),
    deletedAt: changes.deletedAt ?? null,
    sequence: 3,
  }
  const { bytes, zones } = renderEventRow(row, 'Club', changes.awaitsAnswer)
  return { text: new TextDecoder().decode(bytes), zones }
}

/** The feed with that series alone. */
export function seriesFeed(fields: ChangedEventFields): string {
  const { text, zones } = textOf(stored(fields))
  return calendarText('Club', zones, [text])
}

/** The VEVENTs of a series, each as its lines, unfolded. */
export function veventsOf(fields: ChangedEventFields): string[][] {
  const [, ...vevents] = textOf(stored(fields)).text.replaceAll('\r\n ', '').split('BEGIN:VEVENT\r\n')
  return vevents.map((each) => each.split('\r\n').slice(0, -2))
}

/** The lines of some properties of a VEVENT. */
export const linesNamed = (vevent: readonly string[] = [], ...names: string[]) =>
  vevent.filter((line) => names.some((name) => line.startsWith(`${name}:`) || line.startsWith(`${name};`)))
