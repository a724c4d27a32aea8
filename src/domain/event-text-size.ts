import type { EventValues } from './event-values'

const encoder = new TextEncoder()

/** The bytes of an event's texts as a feed has them: the name stands twice, in the event and in its alarms. */
export function textBytes(values: EventValues): number {
  const { name, location, details, url, quickLinks, categories, exceptions } = values
  return encoder.encode([name, name, location, details, url, quickLinks, categories, exceptions].join(''))
    .length
}

/** What stands around the texts of an event, as `events.text_size` reckons it. */
const AROUND = 520

/** The size of an event's text in bytes, as `events.text_size` estimates it. */
export function textSize(values: EventValues): number {
  return AROUND + textBytes(values)
}
