import { z } from '@hono/zod-openapi'
import { timeZoneName } from '../../domain/fields'
import type { NewOwnEvent, OwnEventChange, OwnTiming } from '../../domain/own-events'
import { boolean, rsvpStatus, text } from './subscription-fields'

/** ISO 8601 in extended form, with `Z` or an offset and zero to six fractional digits. */
const ISO =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,6}))?)?(?:Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)$/

/** An instant in epoch milliseconds; what is finer becomes a fraction, so that no minute looks whole which isn't. */
function parseInstant(value: string): number | null {
  const match = ISO.exec(value)
  if (!match) return null
  const [
    ,
    date = '',
    hour,
    minute,
    second = '00',
    fraction = '',
    sign,
    offsetHour = '0',
    offsetMinute = '0',
  ] = match
  const wall = Date.parse(`${date}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(date)) return null
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === '-' ? -1 : 1)
  return wall - offset + Number(fraction.padEnd(6, '0')) / 1000
}

const isRequired = (otherwise: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? 'Is required.' : otherwise

const instant = z.string({ error: isRequired('Must be a string.') }).transform((value, context) => {
  const at = parseInstant(value)
  if (at !== null) return at
  context.addIssue('Must be an ISO 8601 instant with Z or an offset.')
  return z.NEVER
})

const zone = z.string({ error: isRequired('Must be a string.') }).pipe(timeZoneName)

const location = z
  .object({ text: text(250) }, { error: 'Must be an object with text, or null.' })
  .nullable()
  .transform((value) => value?.text ?? '')

const calendarIds = z
  .array(z.string({ error: 'Must be a string.' }), { error: 'Must be an array.' })
  .max(100, 'Must not have more than 100 values.')

const optionalFields = {
  event_type: z.literal('normal', { error: 'Must be normal.' }).optional(),
  title: text(250).optional(),
  description: text(10_000)
    .nullable()
    .transform((value) => value ?? '')
    .optional(),
  all_day: boolean.optional(),
  start_location: location.optional(),
  calendar_ids: calendarIds.optional(),
}

const requiredTimes = { start: instant, end: instant, start_timezone: zone, end_timezone: zone }

/** The body of POST and PUT; what is optional keeps its value in PUT. */
export const wholeEvent = z.object({ ...requiredTimes, ...optionalFields, rsvp_status: rsvpStatus.nullish() })

/** Fields of which a PATCH names at least one. */
const writable = [...Object.keys(requiredTimes), ...Object.keys(optionalFields), 'rsvp_status'] as const

export const patchedEvent = z
  .object({
    ...z.object(requiredTimes).partial().shape,
    ...optionalFields,
    rsvp_status: rsvpStatus.optional(),
  })
  .refine((body) => writable.some((name) => body[name as keyof typeof body] !== undefined), {
    error: `Must have one of ${writable.join(', ')}.`,
    path: [],
  })
  .refine((body) => body.start === undefined || body.start_timezone !== undefined, {
    error: 'Is required with start.',
    path: ['start_timezone'],
  })
  .refine((body) => body.end === undefined || body.end_timezone !== undefined, {
    error: 'Is required with end.',
    path: ['end_timezone'],
  })

type Whole = z.output<typeof wholeEvent>
type Patched = z.output<typeof patchedEvent>

export function toNewEvent(body: Whole): NewOwnEvent {
  const timing: OwnTiming = {
    start: body.start,
    end: body.end,
    startTimezone: body.start_timezone,
    endTimezone: body.end_timezone,
    allDay: body.all_day ?? false,
  }
  return {
    title: body.title ?? '',
    description: body.description ?? '',
    location: body.start_location ?? '',
    timing,
    calendarIds: body.calendar_ids ?? [],
    rsvpStatus: body.rsvp_status ?? null,
  }
}

/** What a PATCH or PUT changes. */
export function toChange(body: Whole | Patched): OwnEventChange {
  const { calendar_ids: calendarIds, rsvp_status: rsvp, ...own } = body
  return {
    title: body.title,
    description: body.description,
    location: body.start_location,
    timing: {
      start: body.start,
      end: body.end,
      startTimezone: body.start_timezone,
      endTimezone: body.end_timezone,
      allDay: body.all_day,
    },
    calendarIds,
    rsvpStatus: rsvp ?? undefined,
    writes: Object.values(own).some((value) => value !== undefined),
  }
}
