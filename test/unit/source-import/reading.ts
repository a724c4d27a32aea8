import type { EventException } from '../../../src/domain/events/fields'
import type { EventValues } from '../../../src/domain/events/values'
import { readSource } from '../../../src/domain/source-import/read-source'

export const NOW = Date.UTC(2030, 3, 1)

/** A calendar's text with these lines. */
export function text(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n')
}

/** A VEVENT of these lines, under the UID `a`. */
export function entry(...lines: string[]): string {
  return [
    'BEGIN:VEVENT',
    ...(lines.some((line) => line.startsWith('UID')) ? [] : ['UID:a']),
    ...lines,
    'END:VEVENT',
  ].join('\r\n')
}

export type Read = EventValues & { key: string; exceptionList: EventException[] }

/** The events of a good text, with what is told of it. */
export function read(content: string, zone = 'Europe/Berlin'): { events: Read[]; remarks: string } {
  const source = readSource(content, zone, NOW)
  if (!source.ok) throw new Error(source.reason)
  const events = source.events.map(({ key, values }) => ({
    ...values,
    key,
    exceptionList: JSON.parse(values.exceptions),
  }))
  return { events, remarks: source.remarks }
}

/** The one event of these lines. */
export function one(...lines: string[]): Read {
  const { events } = read(text(entry(...lines)))
  const [event] = events
  if (!event || events.length > 1) throw new Error(`${events.length} events`)
  return event
}

/** Start and end as they are told. */
export function span(event: Read): string {
  const { startDate, startTime, endDate, endTime, timezone } = event
  return [startDate, startTime, endDate, endTime, timezone].join(' ')
}

/** Why a text is refused; '' where it isn't. */
export function refusal(content: string): string {
  const source = readSource(content, 'Europe/Berlin', NOW)
  return source.ok ? '' : source.reason
}
