import { joinOctets } from '../../icalendar'
import { logLack } from '../../platform/fault-log'
import type { Fragment, FragmentEvent } from './fragment'
import { TEXT_VERSION } from './validators'

/**
 * Fragments of public calendars in the Cache API of this data centre, for isolates that haven't rendered them. Each
 * revision has a key of its own, so nothing is ever purged; the platform forgets what nobody asks for. The host is a
 * name that can't exist, and nothing that a client asks for is ever looked up here. Private calendars aren't kept:
 * what is erased may not go on in a cache.
 */

const CACHE = 'daybook-fragments'
const ORIGIN = 'https://fragments.daybook.invalid'

/** A day: what is still followed after that is rendered once more. */
const KEPT_SECONDS = 86_400

/** Names a fragment: the calendar, and the revision that it was read at. */
export type FragmentName = { readonly id: string; readonly revision: number }

const addressOf = ({ id, revision }: FragmentName) => `${ORIGIN}/${TEXT_VERSION}/${id}/${revision}`

/** The fragment as the data centre has it; undefined where it has none, or can't be asked. */
export async function loadFromColo(name: FragmentName): Promise<Fragment | undefined> {
  try {
    const cache = await caches.open(CACHE)
    const found = await cache.match(addressOf(name))
    return found && parseFragment(new Uint8Array(await found.arrayBuffer()))
  } catch (error) {
    warn(error)
    return undefined
  }
}

/** Gives a fragment to the other isolates of the data centre. */
export async function saveToColo(name: FragmentName, fragment: Fragment): Promise<void> {
  try {
    const cache = await caches.open(CACHE)
    const headers = { 'Cache-Control': `public, max-age=${KEPT_SECONDS}` }
    await cache.put(addressOf(name), new Response(formatFragment(fragment), { headers }))
  } catch (error) {
    warn(error)
  }
}

const warn = (error: unknown) => logLack('feed', 'cache', error)

/** What stands before the text: of each event its id, where it ends, which list of zones it has, whether it is gone. */
type FragmentHead = {
  readonly zones: readonly string[]
  readonly lists: readonly (readonly string[])[]
  readonly events: readonly [id: string, end: number, list: number, gone: number][]
}

const LINE_END = 10

/** A line of JSON about the events, then the bytes as they are. */
export function formatFragment({ bytes, zones, events }: Fragment): Uint8Array {
  const lists = [...new Set(events.map((event) => event.zones))]
  const head: FragmentHead = {
    zones,
    lists,
    events: events.map(({ id, end, zones: named, isGone }) => [id, end, lists.indexOf(named), +isGone]),
  }
  return joinOctets([new TextEncoder().encode(`${JSON.stringify(head)}\n`), bytes])
}

/** Reads what `formatFragment` wrote; undefined where a part is missing. */
export function parseFragment(kept: Uint8Array): Fragment | undefined {
  const lineEnd = kept.indexOf(LINE_END)
  const head: FragmentHead = JSON.parse(new TextDecoder().decode(kept.subarray(0, lineEnd)))
  const { zones, lists, events: entries } = head
  const bytes = kept.subarray(lineEnd + 1)
  const events = entries.map(([id, end, list, gone]): FragmentEvent => {
    return { id, end, zones: lists[list] ?? [], isGone: gone === 1 }
  })
  return (events.at(-1)?.end ?? 0) === bytes.length ? { bytes, zones, events } : undefined
}
