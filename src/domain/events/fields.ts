import { z } from 'zod'
import { isClockTime, isRealDate } from '../dates'
import { categoryPaths, flag, httpUrl, manyLines, oneLine, optional, timeZoneName } from '../fields'
import { checkRecurrence } from '../series/recurrence'

const date = oneLine(10).refine((value) => value === '' || isRealDate(value), {
  error: 'Must be a real date, YYYY-MM-DD, from 1970 to 2199.',
})

const time = oneLine(5).refine((value) => value === '' || isClockTime(value), {
  error: 'Must be a time, HH:MM, from 00:00 to 23:59.',
})

const alert = oneLine(4).refine((value) => value === '' || /^\d{1,3}[MHDW]$/.test(value), {
  error: 'Must be a number from 0 to 999 and M, H, D or W, such as 15M.',
})

const choice = <const T extends string>(...values: T[]) =>
  oneLine(20)
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(values, { error: `Must be one of ${values.join(', ')}.` }))

const quickLink = z.object(
  {
    name: oneLine(100),
    url: httpUrl(2000).refine((value) => value !== '', { error: 'Must not be empty.' }),
  },
  { error: 'Must be an object with name and url.' },
)

/** The fields that an occurrence of a series may have of its own. */
const occurrenceShape = {
  name: oneLine(250, 1),
  location: optional(manyLines(500)),
  startDate: date.refine((value) => value !== '', { error: 'Must not be empty.' }),
  startTime: optional(time),
  endDate: optional(date),
  endTime: optional(time),
  allDay: optional(flag),
  timezone: optional(timeZoneName),
  details: optional(manyLines(8000)),
  url: optional(httpUrl(2000)),
  status: optional(choice('confirmed', 'tentative', 'cancelled')),
  showAs: optional(choice('busy', 'free')),
  alert: optional(alert),
  alert2: optional(alert),
  quickLink: optional(
    z.array(quickLink, { error: 'Must be an array.' }).max(10, 'Must not have more than 10 links.'),
  ),
  categories: optional(categoryPaths),
}

const exception = z.object(
  {
    date: oneLine(16).refine((value) => isOccurrenceDate(value), {
      error: 'Must be YYYY-MM-DD or YYYY-MM-DDTHH:MM.',
    }),
    cancelled: flag.optional(),
    ...z.object(occurrenceShape).partial().shape,
  },
  { error: 'Must be an object with a date.' },
)

function isOccurrenceDate(value: string): boolean {
  return (
    isRealDate(value.slice(0, 10)) &&
    (value.length === 10 || (value[10] === 'T' && isClockTime(value.slice(11))))
  )
}

const reference = oneLine(128)

/** What a client may say of an event (`publisher-api.md` 4), by the names it has on the wire. */
const eventShape = {
  ...occurrenceShape,
  draft: optional(flag),
  reference: optional(reference),
  referenceType: optional(oneLine(64)),
  recurrence: optional(
    oneLine(500).superRefine((rule, context) => {
      const wrong = rule === '' ? null : checkRecurrence(rule)
      if (wrong !== null) context.addIssue(wrong)
    }),
  ),
  exceptions: optional(
    z.array(exception, { error: 'Must be an array.' }).max(500, 'Must not have more than 500 exceptions.'),
  ),
}

/** The fields of a new event: those that are required, and any of the others. */
export const newEventFields = z.object(eventShape)

/** The fields of a change: any of them. */
export const changedEventFields = z.object(eventShape).partial()

export type NewEventFields = z.infer<typeof newEventFields>
export type ChangedEventFields = z.infer<typeof changedEventFields>
export type EventException = z.infer<typeof exception>
