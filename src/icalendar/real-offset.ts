/** The offset that is really in force, by the runtime's own time zone data. */

const formatters = new Map<string, Intl.DateTimeFormat | undefined>()

/**
 * Minutes east of UTC in a zone at an instant, with a fraction where the offset has seconds; undefined if the
 * runtime doesn't know the zone. Pass names of the time zone library only: a formatter is kept for each.
 */
export function realOffset(zone: string, instant: number): number | undefined {
  let formatter = formatters.get(zone)
  if (formatter === undefined) {
    if (formatters.has(zone)) return undefined
    formatter = newFormatter(zone)
    formatters.set(zone, formatter)
  }
  return formatter && readOffset(formatter.format(instant))
}

function newFormatter(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}

/** Reads the end of `5/1/2030, GMT+10:00`; an offset of zero is `GMT` alone, one with seconds `GMT-00:44:30`. */
function readOffset(text: string): number {
  const at = text.indexOf('GMT') + 3
  if (at === text.length) return 0
  const minutes = Number(text.slice(at + 1, at + 3)) * 60 + Number(text.slice(at + 4, at + 6))
  const seconds = at + 6 === text.length ? 0 : Number(text.slice(at + 7, at + 9))
  return (text.charAt(at) === '-' ? -1 : 1) * (minutes + seconds / 60)
}
