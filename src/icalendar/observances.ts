/**
 * Reads the observances of a VTIMEZONE: its STANDARD and DAYLIGHT parts (RFC 5545 3.6.5). It knows the one shape
 * that today's rules need (one onset, or one each year on the nth weekday of a month) and refuses everything else:
 * a block that is half understood would put events at a wrong hour.
 */

export type Observance = {
  readonly kind: 'STANDARD' | 'DAYLIGHT'
  readonly name: string
  /** Minutes east of UTC before and after the onset. */
  readonly offsetFrom: number
  readonly offsetTo: number
  /** The first onset, as a wall clock of `offsetFrom`. */
  readonly start: number
  /** Every year on this day at the clock time of `start`; without it, `start` is the only onset. */
  readonly yearly?: YearlyDay
}

/** The nth weekday (0 is Sunday) of a month (1 to 12), n from 1 to 4, or from the month's end, -1 to -4. */
export type YearlyDay = { readonly month: number; readonly nth: number; readonly weekday: number }

export const WEEKDAYS: readonly string[] = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

const OBSERVANCE = /^BEGIN:(STANDARD|DAYLIGHT)\n((?:(?!BEGIN:|END:).+\n)+)END:\1\n/gm
const ONSET = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/
const OFFSET = /^([+-])(\d\d)(\d\d)(?:00)?$/
const YEARLY = /^FREQ=YEARLY;BYMONTH=(\d{1,2});BYDAY=(-?[1-4])(SU|MO|TU|WE|TH|FR|SA)$/
const KNOWN = new Set(['TZNAME', 'TZOFFSETFROM', 'TZOFFSETTO', 'DTSTART', 'RRULE'])

/** The observances of a VTIMEZONE block with any line ends; undefined if there is none or one is not understood. */
export function readObservances(block: string): Observance[] | undefined {
  const parts = [...`${block.replaceAll(/\r\n?/g, '\n')}\n`.matchAll(OBSERVANCE)]
  const observances = parts.map(([, kind, lines]) => readObservance(kind as Observance['kind'], lines ?? ''))
  if (observances.length === 0 || observances.includes(undefined)) return undefined
  return observances.filter((observance) => observance !== undefined)
}

function readObservance(kind: Observance['kind'], lines: string): Observance | undefined {
  const properties = new Map(lines.trimEnd().split('\n').map(splitProperty))
  if ([...properties.keys()].some((name) => !KNOWN.has(name))) return undefined
  const name = properties.get('TZNAME') ?? ''
  const offsetFrom = readOffset(properties.get('TZOFFSETFROM'))
  const offsetTo = readOffset(properties.get('TZOFFSETTO'))
  const start = readOnset(properties.get('DTSTART'))
  // Local mean time is none of today's rules, and its offsets have seconds.
  if (!/^[\w+-]+$/.test(name) || name === 'LMT') return undefined
  if (offsetFrom === undefined || offsetTo === undefined || start === undefined) return undefined
  const rule = properties.get('RRULE')
  if (rule === undefined) return { kind, name, offsetFrom, offsetTo, start }
  const yearly = readYearlyDay(rule)
  return yearly && { kind, name, offsetFrom, offsetTo, start, yearly }
}

function splitProperty(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1)]
}

function readOffset(value = ''): number | undefined {
  const match = OFFSET.exec(value)
  if (match === null) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? 0 - minutes : minutes
}

function readOnset(value = ''): number | undefined {
  const match = ONSET.exec(value)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  return year < 1970 ? undefined : Date.UTC(year, month - 1, day, hour, minute, second)
}

function readYearlyDay(rule: string): YearlyDay | undefined {
  const match = YEARLY.exec(rule)
  if (match === null) return undefined
  return {
    month: Number(match[1]),
    nth: Number(match[2]),
    weekday: WEEKDAYS.indexOf(match[3] ?? ''),
  }
}
