/**
 * DATE and DATE-TIME values (RFC 5545 3.3.4, 3.3.5). A wall clock is kept as the epoch ms at which a clock in UTC
 * would show the same, so that it can be reckoned with; it is written from numbers, never from the stored text.
 */

import { type Octets, octetsOf } from './octets'

const DAY = 86_400_000
const MINUTE = 60_000

/** The wall clock of `YYYY-MM-DD` and `HH:MM` (midnight where there is no time). NaN if it is none. */
export function wallClock(date: string, time: string): number {
  const day = dayOf(date)
  if (time === '') return day
  return day + timeOf(time)
}

/** Writes a wall clock's date as DATE: `20300501` (RFC 5545 3.3.4). */
export function writeDate(out: Octets, wall: number): void {
  out.copy(dateOctets(Math.floor(wall / DAY)))
}

/** Writes a wall clock as DATE-TIME with local time: `20300501T190000` (RFC 5545 3.3.5, form 1; form 3 with a TZID). */
export function writeLocalDateTime(out: Octets, wall: number): void {
  const day = Math.floor(wall / DAY)
  const second = ((wall - day * DAY) / 1000) | 0
  out.copy(dateOctets(day))
  out.reserve(TIME_OCTETS)
  const { bytes, at } = out
  const minute = (second / 60) | 0
  bytes[at] = LETTER_T
  writeTwoDigits(bytes, at + 1, (minute / 60) | 0)
  writeTwoDigits(bytes, at + 3, minute % 60)
  writeTwoDigits(bytes, at + 5, second % 60)
  out.at += TIME_OCTETS
}

/** Writes an instant, epoch ms, as DATE-TIME in UTC: `20300501T090000Z` (RFC 5545 3.3.5, form 2). */
export function writeUtcDateTime(out: Octets, instant: number): void {
  writeLocalDateTime(out, instant)
  out.reserve(1)
  out.bytes[out.at++] = LETTER_Z
}

/** `T190000` */
const TIME_OCTETS = 7
const ZERO = 0x30
const LETTER_T = 0x54
const LETTER_Z = 0x5a

function writeTwoDigits(bytes: Uint8Array, at: number, number: number): void {
  const tens = (number / 10) | 0
  bytes[at] = ZERO + tens
  bytes[at + 1] = ZERO + number - 10 * tens
}

/** A calendar's events fall on few days: some thousand of them are kept, as they are written and as they are stored. */
const KEPT_DAYS = 4_096
const dates = new Map<number, Uint8Array>()
const days = new Map<string, number>()
const times = new Map<string, number>()

function dateOctets(day: number): Uint8Array {
  let octets = dates.get(day)
  if (octets === undefined) {
    const date = new Date(day * DAY)
    const [month, dayOfMonth] = [date.getUTCMonth() + 1, date.getUTCDate()]
    octets = octetsOf(`${date.getUTCFullYear() * 10_000 + month * 100 + dayOfMonth}`)
    if (dates.size >= KEPT_DAYS) dates.clear()
    dates.set(day, octets)
  }
  return octets
}

/** `HH:MM` as the milliseconds since midnight. */
function timeOf(time: string): number {
  let ms = times.get(time)
  if (ms === undefined) {
    ms = Number(time.slice(0, 2)) * 3_600_000 + Number(time.slice(3, 5)) * MINUTE
    if (times.size >= KEPT_DAYS) times.clear()
    times.set(time, ms)
  }
  return ms
}

/** Midnight of `YYYY-MM-DD`. */
function dayOf(date: string): number {
  let day = days.get(date)
  if (day === undefined) {
    day = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)))
    if (days.size >= KEPT_DAYS) days.clear()
    days.set(date, day)
  }
  return day
}
