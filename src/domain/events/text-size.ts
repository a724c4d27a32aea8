import { AROUND_TEXT } from '../../db/schema'
import type { EventException } from './fields'
import type { EventValues } from './values'

const encoder = new TextEncoder()

/**
 * The bytes of an event in a feed, as `events.text_size` estimates them: the name stands twice, in the event and in its
 * alarms, and a series is there once more for each occurrence that is changed and not dropped.
 */
export function textSize(values: EventValues): number {
  const { recurrence, exceptions } = values
  const changed =
    exceptions === '[]'
      ? 0
      : (JSON.parse(exceptions) as EventException[]).filter(({ cancelled }) => !cancelled).length
  return (1 + changed) * (AROUND_TEXT + ownBytes(values)) + bytesOf(recurrence) + bytesOf(exceptions)
}

/** The bytes of the row that an event is, roughly: its texts, and what stands around them. */
export function rowSize(values: EventValues): number {
  return AROUND_TEXT + ownBytes(values) + bytesOf(values.recurrence) + bytesOf(values.exceptions)
}

function ownBytes({ name, location, details, url, quickLinks, categories }: EventValues): number {
  return bytesOf([name, name, location, details, url, quickLinks, categories].join(''))
}

const bytesOf = (text: string) => encoder.encode(text).length
