/** Where a zone's clocks are left alone, so that nothing about a time there has to be found out. */

import { realOffset } from './real-offset'
import type { TimeZone } from './time-zone'
import { offsetAt } from './zone-rules'

const HOUR = 3_600_000

/** Spans are looked at with what is around them: two offsets of a zone are never further apart than a day and a half. */
const SPAN = 72 * HOUR
const MARGIN = 36 * HOUR

/** Spans kept for each zone: more than four years. */
const KEPT_SPANS = 512

/**
 * Minutes east of UTC at an instant where a zone's VTIMEZONE and the runtime agree on one offset for the days around
 * it, so that its clock time is neither skipped nor comes twice; undefined elsewhere.
 */
export function steadyOffset(zone: TimeZone, instant: number): number | undefined {
  const { steadySpans: spans } = zone
  const number = Math.floor(instant / SPAN)
  let offset = spans.get(number)
  if (offset === undefined) {
    offset = lookUp(zone, number * SPAN)
    if (spans.size >= KEPT_SPANS) spans.clear()
    spans.set(number, offset)
  }
  return Number.isNaN(offset) ? undefined : offset
}

/** No zone has had two changes within less than seven days: what is equal at both ends was so all the time. */
function lookUp({ name, rules }: TimeZone, from: number): number {
  const [first, last] = [from - MARGIN, from + SPAN + MARGIN]
  const offset = offsetAt(rules, first)
  const isSteady =
    offset !== undefined &&
    offset === offsetAt(rules, last) &&
    offset === realOffset(name, first) &&
    offset === realOffset(name, last)
  return isSteady ? offset : Number.NaN
}
