import type { FeedCalendar, FeedRead, FeedSource } from '../../domain/feeds/state'
import { ByteLru } from '../../platform/byte-lru'
import type { Database } from '../../platform/d1'
import { loadFromColo, saveToColo } from './colo-cache'
import { type Fragment, fragmentBytes, joinPieces, renderPieces } from './fragment'
import { renderInPages } from './large-calendar'

/**
 * Where fragments are kept and made. A key is a calendar and its revision: what is under it never changes, and a new
 * revision is a new key, so nothing is ever stale and nothing is purged. First this isolate's memory is looked at,
 * then the data centre's cache, then D1 is asked; of the requests that miss one fragment at once, one makes it.
 */

/** With what persons settled (`persons.ts`), 32 MB. */
export const fragmentMemory = new ByteLru<Fragment>(28 * 2 ** 20)

/** Fragments that some request is making now. */
const making = new Map<string, Promise<Fragment | undefined>>()

/** What a feed is read with. */
export type Reading = {
  readonly source: FeedSource
  readonly db: Database
  readonly now: number
  readonly execution: Pick<ExecutionContext, 'waitUntil'>
}

/** The fragments that one request has in hand: those too large for the memory, too. */
export type Hold = Map<string, Fragment>

/** How long a request waits for another one that makes what it misses, before it makes that itself. */
const PATIENCE_MS = 5_000

/** Text that is read and rendered at once; a calendar beyond that alone, in pages. */
const AT_ONCE_BYTES = 2 ** 20

type Keyed = Pick<FeedCalendar, 'id' | 'revision'>

const keyOf = ({ id, revision }: Keyed) => `${id}:${revision}`

/** Work to be done before a feed has all of its fragments. @returns what was read of the feed anew, if anything was */
type Missing = { make: (reading: Reading, wantsOwn: boolean, held: Hold) => Promise<FeedRead | undefined> }

/** The fragments of calendars in their order; or, where one is missing, the work that makes them. */
export function claimMissing(
  calendars: readonly FeedCalendar[],
  held: Hold,
): { fragments: Fragment[]; missing: Missing | null } {
  const fragments: Fragment[] = []
  const missing: FeedCalendar[] = []
  for (const calendar of calendars) {
    const key = keyOf(calendar)
    const fragment = held.get(key) ?? fragmentMemory.get(key)
    if (fragment) {
      held.set(key, fragment)
      fragments.push(fragment)
    } else {
      missing.push(calendar)
    }
  }
  if (missing.length === 0) return { fragments, missing: null }
  return { fragments, missing: { make: (reading, wantsOwn, hold) => make(missing, reading, wantsOwn, hold) } }
}

/** Makes what nobody else is making, and waits for the rest. */
async function make(
  missing: readonly FeedCalendar[],
  reading: Reading,
  wantsOwn: boolean,
  held: Hold,
): Promise<FeedRead | undefined> {
  const [mine, others] = [[] as FeedCalendar[], [] as Promise<void>[]]
  for (const calendar of missing) {
    const key = keyOf(calendar)
    const other = making.get(key)
    if (other) others.push(patiently(other, (fragment) => held.set(key, fragment)))
    else mine.push(calendar)
  }
  if (mine.length === 0) {
    await Promise.all(others)
    return undefined
  }
  const work = obtain(mine, reading, wantsOwn, held)
  for (const calendar of mine) {
    const key = keyOf(calendar)
    const one = work.then(
      () => held.get(key),
      () => undefined,
    )
    making.set(key, one)
    // It goes on though its client hangs up: others wait for it.
    reading.execution.waitUntil(one.finally(() => making.delete(key)))
  }
  const [read] = await Promise.all([work, ...others])
  return read
}

/** Waits for another request's fragment, not for ever: that request may have been cut off. */
async function patiently(
  other: Promise<Fragment | undefined>,
  take: (fragment: Fragment) => void,
): Promise<void> {
  const fragment = await Promise.race([other, scheduler.wait(PATIENCE_MS)])
  if (fragment) take(fragment)
}

/** Gets fragments from the data centre, or as many of the others from D1 as are read at once. */
async function obtain(
  calendars: readonly FeedCalendar[],
  reading: Reading,
  wantsOwn: boolean,
  held: Hold,
): Promise<FeedRead | undefined> {
  const { source, db, now } = reading
  const found = await Promise.all(calendars.map((c) => (c.isPrivate ? undefined : loadFromColo(c))))
  const cold: FeedCalendar[] = []
  for (const [at, calendar] of calendars.entries()) {
    const fragment = found[at]
    if (fragment) keep(calendar, fragment, held)
    else cold.push(calendar)
  }
  const group = readAtOnce(cold)
  const calendarIds = group.map(({ id }) => id)
  const [only] = group
  if (!only) return undefined
  const isLarge = only.textBytes > AT_ONCE_BYTES
  const read = isLarge
    ? null
    : await source.read(db, now, { calendarIds, own: wantsOwn, privateEvents: false })
  if (read && (read.events !== null || typeof read.state === 'string')) {
    keepRead(reading, read, calendarIds, held)
    return read
  }
  for (const calendar of group) {
    const made = await renderInPages(db, calendar)
    if (made) keepNew(reading, { ...calendar, revision: made.revision }, made.fragment, held)
  }
  return source.read(db, now, { calendarIds: [], own: wantsOwn, privateEvents: false })
}

/** As many of these calendars as may be read and rendered at once: one at least. */
function readAtOnce(calendars: readonly FeedCalendar[]): FeedCalendar[] {
  let bytes = 0
  const [first, ...rest] = calendars
  if (!first) return []
  bytes += first.textBytes
  const fitting = rest.filter((calendar) => {
    if (bytes + calendar.textBytes > AT_ONCE_BYTES) return false
    bytes += calendar.textBytes
    return true
  })
  return [first, ...fitting]
}

/** Keeps what was read of some calendars, under the revisions that they had at that moment. */
export function keepRead(
  reading: Pick<Reading, 'execution'>,
  { state, events }: FeedRead,
  calendarIds: readonly string[],
  held: Hold,
): void {
  if (typeof state === 'string' || !events) return
  const byCalendar = Map.groupBy(events, ({ inCalendar }) => inCalendar)
  for (const calendar of state.calendars) {
    if (!calendarIds.includes(calendar.id)) continue
    const known = fragmentMemory.get(keyOf(calendar))
    if (known) held.set(keyOf(calendar), known)
    else {
      const pieces = renderPieces(byCalendar.get(calendar.id) ?? [], calendar.categories)
      keepNew(reading, calendar, joinPieces(pieces), held)
    }
  }
}

function keepNew(
  { execution }: Pick<Reading, 'execution'>,
  calendar: FeedCalendar,
  fragment: Fragment,
  held: Hold,
): void {
  keep(calendar, fragment, held)
  if (!calendar.isPrivate) execution.waitUntil(saveToColo(calendar, fragment))
}

function keep(calendar: Keyed, fragment: Fragment, held: Hold): void {
  const key = keyOf(calendar)
  held.set(key, fragment)
  fragmentMemory.set(key, fragment, fragmentBytes(fragment))
}
