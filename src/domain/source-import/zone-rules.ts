import ICAL from 'ical.js'
import { type Component, lineOf, linesOf } from './components'

/** How far a zone's clock is ahead of UTC when it shows a time, both in milliseconds as if the clock were UTC's. */
export type OffsetsOf = (wall: number) => number

/** Changes of a clock that one zone may list. */
const MAX_OBSERVANCES = 100

/**
 * Rules that a VTIMEZONE may have: a day of a month, once a year, that comes in most years. Any other could keep the
 * library busy for as long as its author likes.
 */
const yearly =
  /^(?=.*FREQ=YEARLY)(?=.*BYMONTH=\d)(?:(?:FREQ=YEARLY|INTERVAL=1|WKST=[A-Z]{2}|UNTIL=\d{8}(?:T\d{6}Z?)?|BYMONTH=(?:[1-9]|1[0-2])|BYDAY=-?[1-5]?(?:MO|TU|WE|TH|FR|SA|SU)|BYMONTHDAY=(?:[1-9]|1\d|2[0-8])(?:,(?:[1-9]|1\d|2[0-8])){0,27})(?:;|$))+$/

/** The clock of a VTIMEZONE (RFC 5545 3.6.5); null where its rules can't be read. */
export function readRules(block: Component): OffsetsOf | null {
  const observances = block.components.filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
  if (observances.length === 0 || observances.length > MAX_OBSERVANCES) return null
  if (!observances.every(isPlain)) return null
  try {
    const text = ['BEGIN:VTIMEZONE', 'TZID:own', ...observances.flatMap(write), 'END:VTIMEZONE'].join('\r\n')
    const zone = ICAL.Timezone.fromData({ component: ICAL.Component.fromString(text), tzid: 'own' })
    return (wall) => {
      const at = new Date(wall)
      const time = new ICAL.Time(
        {
          year: at.getUTCFullYear(),
          month: at.getUTCMonth() + 1,
          day: at.getUTCDate(),
          hour: at.getUTCHours(),
          minute: at.getUTCMinutes(),
          second: 0,
          isDate: false,
        },
        ICAL.Timezone.localTimezone,
      )
      return zone.utcOffset(time) * 1000
    }
  } catch {
    return null
  }
}

const wanted = ['DTSTART', 'TZOFFSETFROM', 'TZOFFSETTO', 'RRULE', 'RDATE']

function isPlain(observance: Component): boolean {
  const start = lineOf(observance, 'DTSTART')
  const offsets = [lineOf(observance, 'TZOFFSETFROM'), lineOf(observance, 'TZOFFSETTO')]
  return (
    start !== undefined &&
    /^1[6-9]\d{6}T\d{6}$|^2\d{7}T\d{6}$/.test(start.value) &&
    offsets.every(
      (line) => line !== undefined && /^[+-](?:0\d|1[0-5])[0-5]\d(?:[0-5]\d)?$/.test(line.value),
    ) &&
    linesOf(observance, 'RRULE').every(({ value }) => value.length <= 200 && yearly.test(value)) &&
    linesOf(observance, 'RDATE').every(({ value }) => /^[0-9TZ,]{8,2000}$/.test(value))
  )
}

function write(observance: Component): string[] {
  const lines = observance.lines.filter(({ name }) => wanted.includes(name))
  return [
    `BEGIN:${observance.name}`,
    ...lines.map(({ name, value }) => `${name}:${value}`),
    `END:${observance.name}`,
  ]
}
