/**
 * An event's DTSTART and DTEND (RFC 5545 3.8.2.4, 3.8.2.2), and the zones that they name.
 *
 * A time is written in its zone only where every reader gets the right instant from the VTIMEZONE beside it. If one
 * of the two can't be, both are written in UTC: the contract speaks of the event, and an app then shows one event in
 * one way.
 */

import type { CalendarEvent } from './calendar-event'
import { encodeDate, encodeLocalDateTime, encodeUtcDateTime, wallClock } from './date-time'
import { foldAscii } from './folding'
import { realOffset } from './real-offset'
import { steadyOffset } from './steady-offset'
import { findTimeZone, isUtc, type TimeZone } from './time-zone'
import { instantOf, offsetAt } from './zone-rules'

const MINUTE = 60_000
const DAY = 86_400_000

export type EventTimes = { readonly text: string; readonly zones: readonly string[] }

/** The lines DTSTART and, where the event has an extent, DTEND; with the names of the zones they refer to. */
export function renderTimes(event: CalendarEvent): EventTimes {
  if (event.allDay) return { text: allDayLines(event), zones: [] }
  const start = timeInZone(event.timezone, event.startDate, event.startTime, event.startsAt)
  if (!(event.endsAt > event.startsAt)) {
    return start === undefined
      ? { text: utcLine('DTSTART', event.startsAt), zones: [] }
      : { text: timeLine('DTSTART', start), zones: zonesOf(start) }
  }
  const end = timeInZone(event.endTimezone, event.endDate, event.endTime, event.endsAt)
  if (start === undefined || end === undefined) {
    return { text: utcLine('DTSTART', event.startsAt) + utcLine('DTEND', event.endsAt), zones: [] }
  }
  return { text: timeLine('DTSTART', start) + timeLine('DTEND', end), zones: zonesOf(start, end) }
}

/** The end of an all-day event is written as the day after the last (RFC 5545 3.6.1: DTEND is not part of it). */
function allDayLines({ startDate, endDate }: CalendarEvent): string {
  const start = encodeDate(wallClock(startDate, ''))
  const end = encodeDate(wallClock(endDate, '') + DAY)
  return `DTSTART;VALUE=DATE:${start}\r\nDTEND;VALUE=DATE:${end}\r\n`
}

/** A DATE-TIME value and the zone it is in; without one it is in UTC. */
type Time = { readonly value: string; readonly zone?: string }

/** A time in its own zone's form; undefined where a VTIMEZONE can't say it and the event must be written in UTC. */
function timeInZone(zone: string, date: string, time: string, instant: number): Time | undefined {
  if (isUtc(zone)) return { value: encodeUtcDateTime(instant) }
  const found = findTimeZone(zone)
  if (found === undefined) return undefined
  const wall = wallClock(date, time)
  const steady = steadyOffset(found, instant)
  if (steady !== undefined && wall - instant === steady * MINUTE) {
    return { value: encodeLocalDateTime(wall), zone }
  }
  const offset = agreedOffset(found, instant)
  if (offset === undefined) return undefined
  const read = instantOf(found.rules, wall)
  // Near a change of the clocks; and a time in a gap, which is written moved forward.
  if (read === instant) return { value: encodeLocalDateTime(instant + offset * MINUTE), zone }
  // The second of two equal wall clocks: a reader would take it for the first.
  if (wall - instant === offset * MINUTE) return undefined
  // The zone's law has changed since the instant was reckoned: the wall clock is what was meant.
  return agreedOffset(found, read) === undefined ? undefined : { value: encodeLocalDateTime(wall), zone }
}

/** The offset at an instant, where the zone's VTIMEZONE says what is really in force. */
export function agreedOffset({ name, rules }: TimeZone, instant: number): number | undefined {
  const offset = offsetAt(rules, instant)
  return offset !== undefined && offset === realOffset(name, instant) ? offset : undefined
}

function timeLine(property: string, { value, zone }: Time): string {
  return foldAscii(zone === undefined ? `${property}:${value}` : `${property};TZID=${zone}:${value}`)
}

function utcLine(property: string, instant: number): string {
  return `${property}:${encodeUtcDateTime(instant)}\r\n`
}

function zonesOf(start: Time, end: Time = start): string[] {
  const zones = start.zone === undefined ? [] : [start.zone]
  if (end.zone !== undefined && end.zone !== start.zone) zones.push(end.zone)
  return zones
}
