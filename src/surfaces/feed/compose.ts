import type { FeedState } from '../../domain/feeds/state'
import { renderCalendar } from '../../icalendar'
import type { Fragment } from './fragment'
import type { Settlement } from './settle'

/**
 * A feed in UTF-8: calendar after calendar, then what comes by direct relations alone; an event reached in several ways
 * stands once, at its first place. Without such events, and without any that the person has settled otherwise, it is
 * the fragments joined. The bytes depend on the arguments alone.
 */
export function composeFeed(
  { name, calendars }: Pick<FeedState, 'name' | 'calendars'>,
  fragments: readonly Fragment[],
  settlement: Settlement,
): Uint8Array {
  const zones = new Set<string>()
  const parts: Uint8Array[] = []
  // What is in a private calendar stands in no other.
  const mayRepeat = calendars.filter(({ isPrivate }) => !isPrivate).length > 1
  const seen = mayRepeat ? new Set<string>() : null
  for (const [at, fragment] of fragments.entries()) {
    const isUnique = !seen || calendars[at]?.isPrivate === true
    if (isUnique && settlement.replaced.size === 0) addWhole(fragment, parts, zones)
    else addPicked(fragment, settlement, seen, parts, zones)
  }
  for (const { bytes, zones: named } of settlement.further) {
    parts.push(bytes)
    for (const zone of named) zones.add(zone)
  }
  return renderCalendar(name, zones, parts)
}

function addWhole({ bytes, zones: named }: Fragment, parts: Uint8Array[], zones: Set<string>): void {
  parts.push(bytes)
  for (const zone of named) zones.add(zone)
}

/** Adds what shows of a fragment: all but the events that stand before already, are left out or replaced. */
function addPicked(
  fragment: Fragment,
  { replaced }: Settlement,
  seen: Set<string> | null,
  parts: Uint8Array[],
  zones: Set<string>,
): void {
  const { bytes, events } = fragment
  const out = new Set<number>()
  let from = 0
  let start = 0
  for (const [at, { id, end }] of events.entries()) {
    const instead = seen?.has(id) ? null : replaced.get(id)
    seen?.add(id)
    if (instead !== undefined) {
      if (from < start) parts.push(bytes.subarray(from, start))
      if (instead) addWhole({ ...instead, events: [] }, parts, zones)
      out.add(at)
      from = end
    }
    start = end
  }
  if (out.size === 0) {
    addWhole(fragment, parts, zones)
    return
  }
  if (from < bytes.length) parts.push(bytes.subarray(from))
  for (const [at, { zones: named }] of events.entries()) {
    if (!out.has(at)) for (const zone of named) zones.add(zone)
  }
}
