/** The offset that is really in force, by the runtime's own time zone data. */

const HOUR = 3_600_000

/** Offsets are looked up for spans of this length. No zone has had two changes within less than seven days. */
const SPAN = 96 * HOUR

/** So many spans are kept of a zone: two years and more. */
const MAX_SPANS = 256

/**
 * A zone's formatter; the span last asked for, where the offset is the same from its first moment to its end; and, by
 * the number of their span, the offsets asked for before, null where one changes.
 */
type Clock = {
  readonly formatter: Intl.DateTimeFormat
  readonly spans: Map<number, number | null>
  from: number
  offset: number
}

const clocks = new Map<string, Clock | undefined>()

/**
 * Minutes east of UTC in a zone at an instant, with a fraction where the offset has seconds; undefined if the
 * runtime doesn't know the zone. Pass names of the time zone library only: a formatter is kept for each.
 */
export function realOffset(zone: string, instant: number): number | undefined {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    if (clocks.has(zone)) return undefined
    clock = newClock(zone)
    clocks.set(zone, clock)
    if (clock === undefined) return undefined
  }
  // A calendar's events come in order of time, so the span of the one before is mostly that of the next.
  if (instant >= clock.from && instant < clock.from + SPAN) return clock.offset
  const span = Math.floor(instant / SPAN)
  const offset = spanOffset(clock, span)
  if (offset === null) return readOffset(clock.formatter.format(instant))
  clock.from = span * SPAN
  clock.offset = offset
  return offset
}

/** Longer than this no offset is looked at whether it stays. */
const LONGEST = 5 * 366 * 24 * HOUR

/** The offset that is in force all the time from one instant to another; undefined where there is no such. */
export function steadyOffset(zone: string, from: number, to: number): number | undefined {
  if (!(to - from <= LONGEST)) return undefined
  const offset = realOffset(zone, from)
  for (let instant = from + SPAN; instant < to; instant += SPAN) {
    if (realOffset(zone, instant) !== offset) return undefined
  }
  return realOffset(zone, to) === offset ? offset : undefined
}

function spanOffset({ formatter, spans }: Clock, span: number): number | null {
  const known = spans.get(span)
  if (known !== undefined) return known
  const first = readOffset(formatter.format(span * SPAN))
  const offset = readOffset(formatter.format((span + 1) * SPAN)) === first ? first : null
  if (spans.size >= MAX_SPANS) spans.clear()
  spans.set(span, offset)
  return offset
}

function newClock(zone: string): Clock | undefined {
  try {
    const formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    return { formatter, spans: new Map(), from: Number.NaN, offset: Number.NaN }
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
