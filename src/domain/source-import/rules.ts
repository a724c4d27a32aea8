import { instantToWall, wallToInstant } from '../../platform/time-zone'
import { isRealDate } from '../dates'
import { checkRecurrence, checkUntilForm } from '../series/recurrence'
import type { When } from './times'

/**
 * What becomes of a recurrence rule from outside. Events keep a subset of RFC 5545 (`publisher-api.md` 4); programs
 * write the same rules in more ways than that.
 */
export type Rule =
  /** A rule that an event keeps, in the form that it has there. */
  | { readonly kind: 'kept'; readonly text: string }
  /** A good rule that picks days of a month or a year by their place, such as the last working day. */
  | { readonly kind: 'picking'; readonly parts: ReadonlyMap<string, string> }
  | { readonly kind: 'unsupported' }

const unsupported: Rule = { kind: 'unsupported' }

/** No rule that says something is longer. */
const MAX_LENGTH = 2_000

/** Reads a RRULE's value for a series that begins at `start`. */
export function readRule(value: string, start: When): Rule {
  if (value.length > MAX_LENGTH) return unsupported
  const parts = partsOf(value)
  if (parts === null) return unsupported
  leaveOutDefaults(parts, start)
  const until = parts.get('UNTIL')
  if (until !== undefined) {
    const proper = untilFor(until, start)
    if (proper === null) return unsupported
    parts.set('UNTIL', proper)
    // Both may not stand together; the date is what people see.
    parts.delete('COUNT')
  }
  placeAsOrdinal(parts)
  const places = parts.get('BYSETPOS')
  if (places === undefined) return keeps(parts, start) ? { kind: 'kept', text: textOf(parts) } : unsupported
  const frequency = parts.get('FREQ')
  if (frequency !== 'MONTHLY' && frequency !== 'YEARLY') return unsupported
  if (!/^-?[1-9]\d{0,2}(?:,-?[1-9]\d{0,2})*$/.test(places)) return unsupported
  const others = new Map([...parts].filter(([name]) => name !== 'BYSETPOS'))
  return keeps(others, start) ? { kind: 'picking', parts } : unsupported
}

function textOf(parts: ReadonlyMap<string, string>): string {
  return [...parts].map(([name, each]) => `${name}=${each}`).join(';')
}

function keeps(parts: ReadonlyMap<string, string>, start: When): boolean {
  const text = textOf(parts)
  return checkRecurrence(text) === null && checkUntilForm(text, start.time === '') === null
}

/** The parts of a rule by their names; null where one stands twice. */
function partsOf(value: string): Map<string, string> | null {
  const parts = new Map<string, string>()
  for (const text of value.toUpperCase().replace(/\s/g, '').split(';')) {
    const [name = '', ...rest] = text.split('=')
    if (name === '' || name.startsWith('X-')) continue
    if (parts.has(name)) return null
    parts.set(name, rest.join('='))
  }
  return parts
}

/** Leaves out what says nothing beyond what a rule says without it. */
function leaveOutDefaults(parts: Map<string, string>, { time }: When): void {
  const [hour = '', minute = ''] = time.split(':')
  const saysNothing: Record<string, (value: string) => boolean> = {
    INTERVAL: (value) => value === '1',
    RSCALE: (value) => value === 'GREGORIAN',
    SKIP: (value) => value === 'OMIT',
    BYHOUR: (value) => time === '' || Number(value) === Number(hour),
    BYMINUTE: (value) => time === '' || Number(value) === Number(minute),
    BYSECOND: (value) => Number(value) === 0,
  }
  for (const [name, value] of [...parts]) if (saysNothing[name]?.(value)) parts.delete(name)
}

/** UNTIL in the form that goes with the start: a date, or UTC. Programs also write the other, or local time. */
function untilFor(until: string, start: When): string | null {
  const form = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?$/.exec(until)
  if (!form) return null
  const [, year, month, day, hour = '23', minute = '59', utc] = form
  const date = `${year}-${month}-${day}`
  if (!isRealDate(date) || !/^(?:[01]\d|2[0-3])[0-5]\d$/.test(hour + minute)) return null
  if (start.time === '') return date.replaceAll('-', '')
  if (utc) return `${date.replaceAll('-', '')}T${hour}${minute}00Z`
  const inUtc = instantToWall(wallToInstant(date, `${hour}:${minute}`, start.zone), 'UTC')
  return `${inUtc.date.replaceAll('-', '')}T${inUtc.time.replace(':', '')}00Z`
}

/** `BYDAY=TU;BYSETPOS=2` of a month says what `BYDAY=2TU` says. */
function placeAsOrdinal(parts: Map<string, string>): void {
  const { FREQ, BYDAY = '', BYSETPOS = '', BYMONTH = '' } = Object.fromEntries(parts)
  const isOfOneMonth = FREQ === 'MONTHLY' || (FREQ === 'YEARLY' && /^\d+$/.test(BYMONTH))
  if (!isOfOneMonth || parts.has('BYMONTHDAY')) return
  if (!/^(?:MO|TU|WE|TH|FR|SA|SU)$/.test(BYDAY) || !/^-?[1-5]$/.test(BYSETPOS)) return
  parts.set('BYDAY', `${BYSETPOS}${BYDAY}`)
  parts.delete('BYSETPOS')
}
