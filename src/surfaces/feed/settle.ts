import type { OwnEvents } from '../../domain/feeds/own-events'
import type { FeedState } from '../../domain/feeds/state'
import { type EventText, renderEventRow } from './event-text'
import { type Fragment, inFeedOrder } from './fragment'

/** How a person's feed differs from the calendars in it (`event-subscriptions.md` 10, *In the feed*). */
export type Settlement = {
  /** Events of calendars that read otherwise for this person, by id; null: left out. */
  readonly replaced: ReadonlyMap<string, EventText | null>
  /** Events that no calendar of the feed holds, in order. */
  readonly further: readonly EventText[]
}

export const nothingSettled: Settlement = { replaced: new Map(), further: [] }

type Place = { readonly categories: string; readonly isGone: boolean }

/**
 * Settles what single events are to a person: the direct relation decides, else an answer. Declined, an event is left
 * out; an invitation that waits is tentative, unless the event is cancelled anyway.
 */
export function settle(state: FeedState, fragments: readonly Fragment[], own: OwnEvents): Settlement {
  const places = findPlaces(state, fragments, own)
  const replaced = new Map<string, EventText | null>()
  for (const id of own.declined) {
    if (!own.direct.has(id) && places.get(id)?.isGone === false) replaced.set(id, null)
  }
  const elsewhere = own.acknowledged
    .filter(({ id }) => !own.direct.has(id) && !own.declined.has(id))
    .map((event) => ({ event, waits: false }))
  for (const [id, { event, permission, rsvpStatus }] of own.direct) {
    const place = places.get(id)
    const waits = permission.startsWith('invited_')
    if (rsvpStatus === 'not_attending') replaced.set(id, null)
    else if (!place) elsewhere.push({ event, waits })
    else if (waits) replaced.set(id, renderEventRow(event, place.categories, true))
  }
  const further = elsewhere
    .filter(({ event }) => !places.has(event.id))
    .sort((a, b) => inFeedOrder(a.event, b.event))
  return { replaced, further: further.map(({ event, waits }) => renderEventRow(event, '', waits)) }
}

/** Where those events that a person has to do with stand first. */
function findPlaces(
  { calendars }: FeedState,
  fragments: readonly Fragment[],
  { direct, declined, acknowledged }: OwnEvents,
): Map<string, Place> {
  const sought = new Set([...direct.keys(), ...declined, ...acknowledged.map(({ id }) => id)])
  const places = new Map<string, Place>()
  for (const [at, { events }] of fragments.entries()) {
    const categories = calendars[at]?.categories ?? ''
    for (const { id, isGone } of events) {
      if (sought.has(id) && !places.has(id)) places.set(id, { categories, isGone })
    }
  }
  return places
}

/** The memory that a settlement takes, roughly. */
export function settlementBytes({ replaced, further }: Settlement): number {
  let bytes = 300
  for (const text of replaced.values()) bytes += 150 + (text?.bytes.length ?? 0)
  for (const text of further) bytes += 100 + text.bytes.length
  return bytes
}
