import { renderCalendar } from '../../icalendar'
import type { Fragment } from './fragment'
import type { Settlement } from './settle'

/**
 * The text of a feed: calendar after calendar, then what comes by direct relations alone; an event reached in several
 * ways stands once, at its first place. Without such events, and without any that the person has settled otherwise, it
 * is the fragments joined. The bytes depend on the arguments alone.
 */
export function composeFeed(name: string, fragments: readonly Fragment[], settlement: Settlement): string {
  const zones = new Set<string>()
  const texts: string[] = []
  const seen = fragments.length > 1 ? new Set<string>() : null
  for (const fragment of fragments) addFragment(fragment, settlement, seen, texts, zones)
  for (const { text, zones: named } of settlement.further) {
    texts.push(text)
    for (const zone of named) zones.add(zone)
  }
  return renderCalendar(name, zones, texts)
}

/** Adds what shows of a fragment: all of its text in one piece, but for events that are left out or replaced. */
function addFragment(
  { text, events, zones: allZones }: Fragment,
  { replaced }: Settlement,
  seen: Set<string> | null,
  texts: string[],
  zones: Set<string>,
): void {
  const out = new Set<number>()
  let from = 0
  let start = 0
  for (const [at, { id, end }] of events.entries()) {
    const isRepeated = seen?.has(id) === true
    const instead = isRepeated ? null : replaced.size > 0 ? replaced.get(id) : undefined
    seen?.add(id)
    if (instead !== undefined) {
      if (from < start) texts.push(text.slice(from, start))
      if (instead) {
        texts.push(instead.text)
        for (const zone of instead.zones) zones.add(zone)
      }
      out.add(at)
      from = end
    }
    start = end
  }
  if (out.size === 0) {
    texts.push(text)
    for (const zone of allZones) zones.add(zone)
    return
  }
  if (from < text.length) texts.push(text.slice(from))
  for (const [at, { zones: named }] of events.entries()) {
    if (!out.has(at)) for (const zone of named) zones.add(zone)
  }
}
