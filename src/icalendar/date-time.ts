/**
 * DATE and DATE-TIME values (RFC 5545 3.3.4, 3.3.5). A wall clock is kept as the epoch ms at which a clock in UTC
 * would show the same, so that it can be reckoned with; it is written from numbers, never from the stored text.
 */

/** The wall clock of `YYYY-MM-DD` and `HH:MM` (midnight where there is no time). NaN if it is none. */
export function wallClock(date: string, time: string): number {
  const day = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)))
  if (time === '') return day
  return day + Number(time.slice(0, 2)) * 3_600_000 + Number(time.slice(3, 5)) * 60_000
}

/** A wall clock's date as DATE: `20300501` (RFC 5545 3.3.4). */
export function encodeDate(wall: number): string {
  return dateOf(new Date(wall))
}

/** A wall clock as DATE-TIME with local time: `20300501T190000` (RFC 5545 3.3.5, form 1; form 3 with a TZID). */
export function encodeLocalDateTime(wall: number): string {
  const date = new Date(wall)
  const time =
    twoDigits(date.getUTCHours()) + twoDigits(date.getUTCMinutes()) + twoDigits(date.getUTCSeconds())
  return `${dateOf(date)}T${time}`
}

/** An instant, epoch ms, as DATE-TIME in UTC: `20300501T090000Z` (RFC 5545 3.3.5, form 2). */
export function encodeUtcDateTime(instant: number): string {
  return `${encodeLocalDateTime(instant)}Z`
}

function dateOf(date: Date): string {
  return `${date.getUTCFullYear()}${twoDigits(date.getUTCMonth() + 1)}${twoDigits(date.getUTCDate())}`
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}
