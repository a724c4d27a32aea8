/**
 * The recurrence rules that events may have (`publisher-api.md` 4): RRULE text of RFC 5545 3.3.10 without its prefix,
 * so that it can stand in a feed as it is.
 */

const MAX_LENGTH = 500

/** The greatest INTEGER of RFC 5545 3.3.8. */
const MAX_INTEGER = 2_147_483_647

const weekday = '(?:MO|TU|WE|TH|FR|SA|SU)'
const ordinal = '(?:0?[1-9]|[1-4][0-9]|5[0-3])'
const dayOfMonth = '(?:0?[1-9]|[12][0-9]|3[01])'
const month = '(?:0?[1-9]|1[0-2])'

type Part = { readonly isGood: (value: string) => boolean; readonly wrong: string }

/** Each part's value: what it must look like, and what to say of one that doesn't. */
const parts = new Map<string, Part>([
  [
    'FREQ',
    {
      isGood: matches('DAILY|WEEKLY|MONTHLY|YEARLY'),
      wrong: 'Must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY.',
    },
  ],
  ['INTERVAL', { isGood: isPositive, wrong: `Must have an INTERVAL from 1 to ${MAX_INTEGER}.` }],
  ['COUNT', { isGood: isPositive, wrong: `Must have a COUNT from 1 to ${MAX_INTEGER}.` }],
  [
    'UNTIL',
    {
      isGood: isUntil,
      wrong: 'Must have an UNTIL that is a real date, YYYYMMDD, or UTC time, YYYYMMDDTHHMMSSZ.',
    },
  ],
  [
    'BYDAY',
    {
      isGood: matchesList(`(?:[+-]?${ordinal})?${weekday}`),
      wrong: 'Must have a BYDAY of MO, TU, WE, TH, FR, SA or SU, each with an ordinal from 1 to 53 or none.',
    },
  ],
  [
    'BYMONTHDAY',
    {
      isGood: matchesList(`[+-]?${dayOfMonth}`),
      wrong: 'Must have a BYMONTHDAY from 1 to 31 or from -31 to -1.',
    },
  ],
  ['BYMONTH', { isGood: matchesList(month), wrong: 'Must have a BYMONTH from 1 to 12.' }],
  ['WKST', { isGood: matches(weekday), wrong: 'Must have a WKST of MO, TU, WE, TH, FR, SA or SU.' }],
])

/** What is wrong with a recurrence rule, as a sentence for the field; null where it is fine. */
export function checkRecurrence(rule: string): string | null {
  if (rule.length > MAX_LENGTH) return `Must not have more than ${MAX_LENGTH} characters.`
  if (/^RRULE/i.test(rule)) return 'Must be the rule alone, without RRULE: before it.'
  const given = new Map<string, string>()
  for (const text of rule.split(';')) {
    const at = text.indexOf('=')
    const name = at < 0 ? text : text.slice(0, at)
    const value = at < 0 ? '' : text.slice(at + 1)
    const part = parts.get(name)
    if (part === undefined)
      return `Must be made of ${[...parts.keys()].join(', ')}, in capitals, with ; between.`
    if (given.has(name)) return `Must have ${name} only once.`
    if (!part.isGood(value)) return part.wrong
    given.set(name, value)
  }
  return contradiction(given)
}

/** What the parts, each of them fine, may not say together. */
function contradiction(given: ReadonlyMap<string, string>): string | null {
  const frequency = given.get('FREQ')
  if (frequency === undefined) return 'Must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY.'
  if (given.has('COUNT') && given.has('UNTIL')) return 'Must not have both COUNT and UNTIL.'
  if (given.has('BYMONTHDAY') && frequency === 'WEEKLY') return 'Must not have BYMONTHDAY with FREQ=WEEKLY.'
  const isByPeriod = frequency === 'MONTHLY' || frequency === 'YEARLY'
  if (!isByPeriod && /[0-9]/.test(given.get('BYDAY') ?? '')) {
    return 'Must not have ordinals in BYDAY but with FREQ=MONTHLY or FREQ=YEARLY.'
  }
  return null
}

/**
 * What is wrong with the form of a good rule's UNTIL, which goes with the event's start (RFC 5545 3.3.10): a date for
 * an all-day event, a UTC time for a timed one. null where it is fine or there is none.
 */
export function checkUntilForm(rule: string, allDay: boolean): string | null {
  const until = /(?:^|;)UNTIL=([^;]*)/.exec(rule)?.[1]
  if (until === undefined || until.includes('T') !== allDay) return null
  return allDay
    ? 'Must have an UNTIL that is a date, YYYYMMDD, as the event is all-day.'
    : 'Must have an UNTIL that is a UTC time, YYYYMMDDTHHMMSSZ, as the event is not all-day.'
}

function matches(pattern: string): (value: string) => boolean {
  const whole = new RegExp(`^(?:${pattern})$`)
  return (value) => whole.test(value)
}

function matchesList(pattern: string): (value: string) => boolean {
  return matches(`${pattern}(?:,${pattern})*`)
}

function isPositive(value: string): boolean {
  return /^[0-9]+$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_INTEGER
}

function isUntil(value: string): boolean {
  const form = /^([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})Z)?$/.exec(value)
  if (!form) return false
  const [, year, monthOfYear, day, hour = '00', minute = '00', second = '00'] = form
  const iso = `${year}-${monthOfYear}-${day}T${hour}:${minute}:${second}`
  const instant = Date.parse(`${iso}Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(iso)
}
