/** A calendar holds at most this many live events, and this many bytes of their text (`design.md`, *Bounds*). */
export const MAX_EVENTS = 10_000
export const MAX_TEXT_BYTES = 16 * 1024 * 1024

/** Payment schedules own the events whose reference begins so (`payments.md` 9); `/apiv2` only reads them. */
export const SCHEDULE_PREFIX = 'schedule:'
