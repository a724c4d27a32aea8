/**
 * DATE and DATE-TIME values (RFC 5545 3.3.4, 3.3.5). A wall clock is kept as the epoch ms at which a clock in UTC
 * would show the same, so that it can be reckoned with; it is written from numbers, never from the stored text.
 */

const DAY = 86_400_000
const MINUTE = 60_000

/** The wall clock of `YYYY-MM-DD` and `HH:MM` (midnight where there is no time). NaN if it is none. */
export function wallClock(date: string, time: string): number {
  const day = dayOf(date)
  if (time === '') return day
  return day + Number(time.slice(0, 2)) * 3_600_000 + Number(time.slice(3, 5)) * MINUTE
}

/** A wall clock's date as DATE: `20300501` (RFC 5545 3.3.4). */
export function encodeDate(wall: number): string {
  return dateText(Math.floor(wall / DAY))
}

/** A wall clock as DATE-TIME with local time: `20300501T190000` (RFC 5545 3.3.5, form 1; form 3 with a TZID). */
export function encodeLocalDateTime(wall: number): string {
  return dateTimeText(wall, '')
}

/** An instant, epoch ms, as DATE-TIME in UTC: `20300501T090000Z` (RFC 5545 3.3.5, form 2). */
export function encodeUtcDateTime(instant: number): string {
  return dateTimeText(instant, 'Z')
}

function dateTimeText(wall: number, suffix: string): string {
  const day = Math.floor(wall / DAY)
  const second = Math.floor((wall - day * DAY) / 1000)
  // The time is joined first: V8 copies what is so short, and links longer texts, which costs again later.
  const time = `${TIMES[Math.floor(second / 60)]}${TWO_DIGITS[second % 60]}${suffix}`
  return dateText(day) + time
}

const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, n) => `${n}`.padStart(2, '0'))

/** `T` with hour and minute, for each minute of a day. */
const TIMES: readonly string[] = Array.from(
  { length: 1_440 },
  (_, minute) => `T${TWO_DIGITS[Math.floor(minute / 60)]}${TWO_DIGITS[minute % 60]}`,
)

/** A calendar's events fall on few days: some thousand of them are kept, as they are written and as they are stored. */
const KEPT_DAYS = 4_096
const dateTexts = new Map<number, string>()
const days = new Map<string, number>()

function dateText(day: number): string {
  let text = dateTexts.get(day)
  if (text === undefined) {
    const date = new Date(day * DAY)
    text = `${date.getUTCFullYear()}${TWO_DIGITS[date.getUTCMonth() + 1]}${TWO_DIGITS[date.getUTCDate()]}`
    if (dateTexts.size >= KEPT_DAYS) dateTexts.clear()
    dateTexts.set(day, text)
  }
  return text
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
