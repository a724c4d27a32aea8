import { tzlib_get_timezones } from 'timezones-ical-library'

/**
 * Wall clocks and instants. Zones are IANA names, instants epoch milliseconds, wall clocks `YYYY-MM-DD` and `HH:MM`.
 */

const MINUTE = 60_000
const DAY = 86_400_000

const formatters = new Map<string, Intl.DateTimeFormat>()

/** @throws RangeError for a zone that isn't known */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(zone, formatter)
  return formatter
}

let names: Map<string, string> | undefined

/**
 * A known zone's name in its proper letter case, aliases as they are written; null for anything else, offsets
 * included (`publisher-api.md` 4).
 */
export function canonicalTimeZone(name: string): string | null {
  // `Intl` can't tell: it replaces aliases and takes offsets and abbreviations for zones.
  names ??= new Map([...tzlib_get_timezones()].map((zone) => [zone.toLowerCase(), zone]))
  // Lower-casing brings some letters of other scripts, such as the Kelvin sign, to ASCII.
  const proper = isAscii(name) ? names.get(name.toLowerCase()) : undefined
  if (proper === undefined) return null
  try {
    formatterOf(proper)
    return proper
  } catch {
    return null
  }
}

/** Whether `Intl` knows a zone by this name; bare offsets are no names. */
export function isZoneOfIntl(name: string): boolean {
  if (!isAscii(name) || !/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function isAscii(text: string): boolean {
  return /^[!-~]*$/.test(text)
}

/** Offsets are kept for spans of this length. No zone has had two changes within less than seven days. */
const SPAN = 4 * DAY

/** So many spans are kept of a zone: a year's and more. */
const MAX_SPANS = 128

/** By zone, and by the span's number: the offset where it is the same from the span's first moment to its end. */
const spans = new Map<string, Map<number, number | null>>()

/**
 * How far a zone's wall clock is ahead of UTC at an instant, in milliseconds. Asking `Intl` takes long, and the
 * occurrences of a series are many.
 */
export function zoneOffsetMs(instant: number, zone: string): number {
  let known = spans.get(zone)
  if (!known) {
    known = new Map()
    spans.set(zone, known)
  }
  const span = Math.floor(instant / SPAN)
  let offset = known.get(span)
  if (offset === undefined) {
    const first = readOffset(span * SPAN, zone)
    offset = first === readOffset((span + 1) * SPAN, zone) ? first : null
    if (known.size >= MAX_SPANS) known.clear()
    known.set(span, offset)
  }
  return offset ?? readOffset(instant, zone)
}

/** @throws RangeError for a zone that isn't known */
function readOffset(instant: number, zone: string): number {
  const part: Record<string, number> = {}
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) part[type] = Number(value)
  const wall = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second)
  return wall - Math.floor(instant / 1000) * 1000
}

/**
 * The instant of a wall clock. A time that a zone skips moves forward by what was skipped; of one that it has twice,
 * the first counts (`publisher-api.md` 4).
 */
export function wallToInstant(date: string, time: string, zone: string): number {
  const wall = Date.parse(`${date}T${time}:00Z`)
  const before = zoneOffsetMs(wall - DAY, zone)
  const after = zoneOffsetMs(wall + DAY, zone)
  const early = wall - before
  if (before === after || zoneOffsetMs(early, zone) === before) return early
  const late = wall - after
  // In a gap neither offset gives this wall clock; the one before it leads to the time moved forward.
  return zoneOffsetMs(late, zone) === after ? late : early
}

/** The wall clock of an instant, to the minute. */
export function instantToWall(instant: number, zone: string): { date: string; time: string } {
  const iso = new Date(instant + zoneOffsetMs(instant, zone)).toISOString()
  return { date: iso.slice(0, 10), time: iso.slice(11, 16) }
}

/** `2024-08-28T15:03:31.109000+10:00`: six fraction digits and the zone's offset (`publisher-api.md` 5.1). */
export function isoWithOffset(instant: number, zone: string): string {
  // Offsets with seconds (Monrovia until 1972) can't be written: the nearest minute keeps the instant exact.
  const offset = Math.round(zoneOffsetMs(instant, zone) / MINUTE)
  const pad = (value: number) => String(Math.trunc(value)).padStart(2, '0')
  const wall = new Date(instant + offset * MINUTE).toISOString().slice(0, 23)
  const ahead = Math.abs(offset)
  return `${wall}000${offset < 0 ? '-' : '+'}${pad(ahead / 60)}:${pad(ahead % 60)}`
}
