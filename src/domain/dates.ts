const DAY = 86_400_000

/** Whether a text is a real day, `YYYY-MM-DD`, in any year of four digits. */
export function isRealDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const instant = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text)
}

/** Whether a text is a date that an event may have: a real one, in 1970–2199 (`publisher-api.md` 4). */
export function isRealDate(text: string): boolean {
  return isRealDay(text) && text >= '1970' && text < '2200'
}

/** Whether a text is a time of day, `HH:MM` from `00:00` to `23:59`. */
export function isClockTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text)
}

/** The number of a date, counted from 1970 on; `dateOf` leads back. */
export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY
}

export function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}

/** The date `days` after a date. */
export function addDays(date: string, days: number): string {
  return dateOf(dayOf(date) + days)
}

/** How many days `to` is after `from`. */
export function daysBetween(from: string, to: string): number {
  return dayOf(to) - dayOf(from)
}
