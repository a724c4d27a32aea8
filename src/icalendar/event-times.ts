/**
 * An event's DTSTART and DTEND (RFC 5545 3.8.2.4, 3.8.2.2), and the zones that they name.
 *
 * A time is written in its zone only where every reader gets the right instant from the VTIMEZONE beside it. If one
 * of the two can't be, both are written in UTC: the contract speaks of the event, and an app then shows one event in
 * one way.
 */

import type { CalendarEvent } from './calendar-event'
import { wallClock, writeDate, writeLocalDateTime, writeUtcDateTime } from './date-time'
import { type Octets, octetsOf } from './octets'
import { realOffset } from './real-offset'
import { steadyOffset } from './steady-offset'
import { findTimeZone, isUtc, type TimeZone } from './time-zone'
import { instantOf, offsetAt } from './zone-rules'

const MINUTE = 60_000
const DAY = 86_400_000

/** How the name of a property goes on in the three forms of its value. */
const openings = (name: string) => ({
  date: octetsOf(`${name};VALUE=DATE:`),
  utc: octetsOf(`${name}:`),
  zone: octetsOf(`${name};TZID=`),
})
export type TimeProperty = ReturnType<typeof openings>

export const DTSTART = openings('DTSTART')
export const DTEND = openings('DTEND')
export const EXDATE = openings('EXDATE')
export const RECURRENCE_ID = openings('RECURRENCE-ID')

/**
 * Writes the lines DTSTART and, where the event has an extent, DTEND.
 * @returns the names of the zones they refer to
 */
export function writeTimes(event: CalendarEvent, out: Octets): readonly string[] {
  const { startsAt, endsAt } = event
  if (event.allDay) {
    dateLine(out, DTSTART, wallClock(event.startDate, ''))
    // The end of an all-day event is the day after the last (RFC 5545 3.6.1: DTEND is not part of it).
    dateLine(out, DTEND, wallClock(event.endDate, '') + DAY)
    return []
  }
  const hasExtent = endsAt > startsAt
  const start = timeInZone(event.timezone, event.startDate, event.startTime, startsAt)
  const end = hasExtent ? timeInZone(event.endTimezone, event.endDate, event.endTime, endsAt) : start
  if (start === undefined || end === undefined) {
    utcLine(out, DTSTART, startsAt)
    if (hasExtent) utcLine(out, DTEND, endsAt)
    return []
  }
  timeLine(out, DTSTART, start)
  if (hasExtent) timeLine(out, DTEND, end)
  return zonesOf(start, end)
}

/** A wall clock and the zone it is in; without one, an instant. */
type Time = { readonly clock: number; readonly zone?: string }

/** A time in its own zone's form; undefined where a VTIMEZONE can't say it and the event must be written in UTC. */
function timeInZone(zone: string, date: string, time: string, instant: number): Time | undefined {
  if (isUtc(zone)) return { clock: instant }
  const found = findTimeZone(zone)
  if (found === undefined) return undefined
  const wall = wallClock(date, time)
  const steady = steadyOffset(found, instant)
  if (steady !== undefined && wall - instant === steady * MINUTE) return { clock: wall, zone }
  const offset = agreedOffset(found, instant)
  if (offset === undefined) return undefined
  const read = instantOf(found.rules, wall)
  // Near a change of the clocks; and a time in a gap, which is written moved forward.
  if (read === instant) return { clock: instant + offset * MINUTE, zone }
  // The second of two equal wall clocks: a reader would take it for the first.
  if (wall - instant === offset * MINUTE) return undefined
  // The zone's law has changed since the instant was reckoned: the wall clock is what was meant.
  return agreedOffset(found, read) === undefined ? undefined : { clock: wall, zone }
}

/** The offset at an instant, where the zone's VTIMEZONE says what is really in force. */
export function agreedOffset({ name, rules }: TimeZone, instant: number): number | undefined {
  const offset = offsetAt(rules, instant)
  return offset !== undefined && offset === realOffset(name, instant) ? offset : undefined
}

function timeLine(out: Octets, property: TimeProperty, { clock, zone }: Time): void {
  if (zone === undefined) utcLine(out, property, clock)
  else zoneLine(out, property, zone, clock)
}

/** A property that is a date: that of a wall clock. */
export function dateLine(out: Octets, property: TimeProperty, wall: number): void {
  out.open(property.date)
  writeDate(out, wall)
  out.close()
}

/** A property that is an instant. */
export function utcLine(out: Octets, property: TimeProperty, instant: number): void {
  out.open(property.utc)
  writeUtcDateTime(out, instant)
  out.close()
}

/** A property that is a wall clock in a zone. The longest name of a zone leaves room for it on the line. */
export function zoneLine(out: Octets, property: TimeProperty, zone: string, wall: number): void {
  out.open(property.zone)
  out.ascii(zone)
  out.ascii(':')
  writeLocalDateTime(out, wall)
  out.close()
}

function zonesOf(start: Time, end: Time): string[] {
  const zones = start.zone === undefined ? [] : [start.zone]
  if (end.zone !== undefined && end.zone !== start.zone) zones.push(end.zone)
  return zones
}
