import { instantToWall, wallToInstant } from '../../platform/time-zone'
import { addDays, isRealDate } from '../dates'
import type { Component, Line } from './components'
import { lineOf } from './components'
import { type Length, parameterOf, readLength } from './values'
import type { Zones } from './zones'

/** A day, or a time in a zone by its IANA name. */
export type When = {
  readonly date: string
  /** `HH:MM`; '' for a day. */
  readonly time: string
  /** '' for a day. */
  readonly zone: string
}

/** What is needed to understand times: the zones of the text, and the calendar's, which floating times are in. */
export type Clock = {
  readonly zones: Zones
  readonly zone: string
}

/** The times of a DTSTART, EXDATE, … line, one or many; what is none is left out. */
export function readTimes(line: Line, clock: Clock): When[] {
  const tzid = parameterOf(line, 'TZID')
  return line.value.split(',').flatMap((value) => readTime(value, tzid, clock) ?? [])
}

function readTime(value: string, tzid: string, clock: Clock): When | null {
  // Of a period in an RDATE its start counts. Its own length is left to the event's.
  const form = /^\s*(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?\d\d)?(?:\.\d+)?(Z?))?\s*(?:\/.*)?$/i.exec(
    value,
  )
  if (!form) return null
  const [, year, month, day, hour, minute, utc] = form
  const date = `${year}-${month}-${day}`
  if (!isRealDate(date)) return null
  if (hour === undefined) return { date, time: '', zone: '' }
  const time = `${hour}:${minute}`
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time)) return null
  if (utc) return { date, time, zone: 'UTC' }
  if (tzid === '') return { date, time, zone: clock.zone }
  const zone = clock.zones(tzid)
  if (zone.kind === 'named') return { date, time, zone: zone.name }
  if (zone.kind === 'own') {
    const wall = Date.parse(`${date}T${time}:00Z`)
    return { ...instantToWall(wall - zone.offsetOf(wall), 'UTC'), zone: 'UTC' }
  }
  return { date, time, zone: clock.zone }
}

/** What there is to say of a line's zone: whether a series can't follow it, and its name where nobody knows it. */
export function troubleWithZone(line: Line, { zones }: Clock): { isOwn: boolean; unknown: string } {
  const tzid = parameterOf(line, 'TZID')
  const kind = tzid === '' || /Z\s*$/i.test(line.value) ? 'named' : zones(tzid).kind
  return { isOwn: kind === 'own', unknown: kind === 'unknown' ? tzid : '' }
}

/** The same moment by the clock of another zone; a day stays what it is. */
export function inZone(when: When, zone: string): When {
  if (when.time === '' || when.zone === zone) return when
  return { ...instantToWall(wallToInstant(when.date, when.time, when.zone), zone), zone }
}

/** The original start of an occurrence as exceptions name it: `YYYY-MM-DD`, with `THH:MM` unless the series is all-day. */
export function occurrenceDate(when: When, series: When): string {
  if (series.time === '') return when.date
  const { date, time } = inZone(when, series.zone)
  return `${date}T${time || series.time}`
}

/** The end of an event, in the zone of its start; of an all-day one the last day (RFC 5545 3.6.1). */
export function readEnd(event: Component, start: When, clock: Clock): When {
  const line = lineOf(event, 'DTEND')
  const [end] = line ? readTimes(line, clock) : []
  const length = bounded(readLength(lineOf(event, 'DURATION')?.value ?? ''))
  if (start.time === '') {
    const after = end ? end.date : addDays(start.date, length?.days ?? 1)
    // The end is the day after; some programs write the last day itself where there is one only.
    return { date: after > start.date ? addDays(after, -1) : start.date, time: '', zone: '' }
  }
  if (end && end.time !== '') return notBefore(start, inZone(end, start.zone))
  if (end) return notBefore(start, { ...start, date: end.date })
  if (!length) return start
  const later = wallToInstant(addDays(start.date, length.days), start.time, start.zone)
  return notBefore(start, { ...instantToWall(later + length.seconds * 1000, start.zone), zone: start.zone })
}

/** More days than an event may last. */
const TOO_LONG = 400

/** A length that dates can be reckoned with; one that no event may have stays one. */
function bounded(length: Length | null): Length | null {
  if (length === null) return null
  const days = Math.max(-TOO_LONG, Math.min(TOO_LONG, length.days))
  const seconds = Math.max(-TOO_LONG * 86_400, Math.min(TOO_LONG * 86_400, length.seconds))
  return { days, seconds }
}

function notBefore(start: When, end: When): When {
  const at = ({ date, time, zone }: When) => wallToInstant(date, time, zone)
  return at(end) < at(start) ? start : end
}
