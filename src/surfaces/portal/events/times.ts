import { daysBetween } from '../../../domain/dates'
import type { ListedEvent } from '../../../domain/portal/listed-events'

/** When an event is, in words. */

type Timing = Pick<
  ListedEvent,
  'allDay' | 'startDate' | 'startTime' | 'endDate' | 'endTime' | 'timezone' | 'endTimezone'
>

/** `Tue 1 Dec 2026`. */
export function dayInWords(date: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
    .format(Date.parse(`${date}T00:00:00Z`))
    .replace(',', '')
}

/** `December 2026`. */
export function monthInWords(month: string): string {
  const format = { timeZone: 'UTC', month: 'long', year: 'numeric' } as const
  return new Intl.DateTimeFormat('en-GB', format).format(Date.parse(`${month}-01T00:00:00Z`))
}

/**
 * `Tue 1 Dec 2026, 19:00–21:00`, as it was said; a time zone is named where it isn't the company's (`zone`). Whole days
 * have none.
 */
export function whenInWords(event: Timing, zone: string): string {
  const { allDay, startDate, startTime, endDate, endTime, timezone, endTimezone } = event
  const isOneDay = startDate === endDate
  if (allDay) return isOneDay ? dayInWords(startDate) : `${dayInWords(startDate)} to ${dayInWords(endDate)}`
  const named = (name: string) => (name === zone ? '' : ` (${name})`)
  const start = `${dayInWords(startDate)}, ${startTime}`
  if (timezone !== endTimezone) {
    return `${start}${named(timezone)} to ${dayInWords(endDate)}, ${endTime} (${endTimezone})`
  }
  const isShort = isOneDay || (daysBetween(startDate, endDate) === 1 && endTime <= startTime)
  const end = isShort ? `–${endTime}` : ` to ${dayInWords(endDate)}, ${endTime}`
  return `${start}${startTime === endTime && isOneDay ? '' : end}${named(timezone)}`
}
