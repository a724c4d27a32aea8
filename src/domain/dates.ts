const DAY = 86_400_000

/** Whether a text is a real calendar date, `YYYY-MM-DD`, in 1970–2199 (`publisher-api.md` 4). */
export function isRealDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const year = Number(text.slice(0, 4))
  const instant = Date.parse(`${text}T00:00:00Z`)
  return (
    year >= 1970 && year <= 2199 && !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text)
  )
}

/** Whether a text is a time of day, `HH:MM` from `00:00` to `23:59`. */
export function isClockTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text)
}

/** The date `days` after a date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)
}

/** How many days `to` is after `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY)
}
