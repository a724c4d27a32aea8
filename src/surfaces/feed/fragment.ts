import type { FeedEvent } from '../../domain/feeds/events'
import { joinOctets } from '../../icalendar'
import { viewEventRow } from './event-text'

/**
 * The VEVENTs of one calendar at one revision, in the order of the feed, as UTF-8: what all who follow it have in
 * common. Where each event stands in it is kept beside, so that single ones can be left out or replaced.
 */
export type Fragment = {
  readonly bytes: Uint8Array
  /** The zones of all its events. */
  readonly zones: readonly string[]
  readonly events: readonly FragmentEvent[]
}

export type FragmentEvent = {
  readonly id: string
  /** Where the event's bytes end; they begin where those of the one before end. */
  readonly end: number
  readonly zones: readonly string[]
  /** Deleted: what is left of it is a tombstone, which shows whatever a person answered. */
  readonly isGone: boolean
}

/** One event that was rendered, before it has its place. */
export type Piece = {
  readonly id: string
  readonly startsAt: number
  readonly bytes: Uint8Array
  readonly zones: readonly string[]
  readonly isGone: boolean
}

/** Renders events of a calendar. */
export function renderPieces(events: readonly FeedEvent[], categories: string): Piece[] {
  return events.map((event) => {
    const { bytes, zones } = viewEventRow(event, categories)
    return { id: event.id, startsAt: event.startsAt, bytes, zones, isGone: event.deletedAt !== null }
  })
}

/** Puts the events of a calendar together: by start, then UID. */
export function joinPieces(pieces: Piece[]): Fragment {
  pieces.sort(inFeedOrder)
  const known = new Map<string, readonly string[]>()
  const events: FragmentEvent[] = []
  let end = 0
  for (const { id, bytes, zones, isGone } of pieces) {
    end += bytes.length
    events.push({ id, end, zones: sharedZones(known, zones), isGone })
  }
  const all = new Set([...known.values()].flat())
  return { bytes: joinOctets(pieces.map((piece) => piece.bytes)), zones: [...all], events }
}

/** The order of events in a feed, as far as a calendar's own go. */
export function inFeedOrder(
  a: { readonly startsAt: number; readonly id: string },
  b: { readonly startsAt: number; readonly id: string },
): number {
  return a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)
}

/** Most events of a calendar name the same zones: one list serves them all. */
function sharedZones(known: Map<string, readonly string[]>, zones: readonly string[]): readonly string[] {
  const name = zones.join(' ')
  const shared = known.get(name) ?? zones
  known.set(name, shared)
  return shared
}

/** What an event's entry takes beside its text, roughly. */
const ENTRY_BYTES = 150

/** The memory that a fragment takes, roughly. */
export function fragmentBytes({ bytes, events }: Fragment): number {
  return bytes.length + (events.length + 1) * ENTRY_BYTES
}
