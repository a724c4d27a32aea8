import { realOffset } from './real-offset'

const HOUR = 3_600_000

/** No zone has had two changes within less than seven days: where it is the same at both ends, it stays in between. */
const SPAN = 96 * HOUR

/** Longer than this no offset is looked at whether it stays. */
const LONGEST = 5 * 366 * 24 * HOUR

/** Spans kept for each zone: more than five years. */
const KEPT_SPANS = 512

/** The offset at the beginning of a span, by the span's number. */
const known = new Map<string, Map<number, number | undefined>>()

/**
 * Minutes east of UTC that are really in force in a zone all the time from one instant to another; undefined where
 * there is no such. Pass names of the time zone library only: what is found out is kept.
 */
export function lastingOffset(zone: string, from: number, to: number): number | undefined {
  if (!(to - from <= LONGEST)) return undefined
  const offset = realOffset(zone, from)
  if (offset === undefined || realOffset(zone, to) !== offset) return undefined
  let spans = known.get(zone)
  if (spans === undefined) {
    spans = new Map()
    known.set(zone, spans)
  }
  for (let span = Math.floor(from / SPAN) + 1; span * SPAN < to; span++) {
    if (!spans.has(span)) {
      if (spans.size >= KEPT_SPANS) spans.clear()
      spans.set(span, realOffset(zone, span * SPAN))
    }
    if (spans.get(span) !== offset) return undefined
  }
  return offset
}
