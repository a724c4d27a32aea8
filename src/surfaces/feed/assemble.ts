import {
  type FeedRead,
  type FeedSource,
  type FeedState,
  onlyState,
  type Wanted,
} from '../../domain/feeds/state'
import type { Fragment } from './fragment'
import { claimMissing, type Hold, keepRead, type Reading } from './fragments'
import { rememberSettled, settledFor } from './persons'
import { nothingSettled, type Settlement, settle } from './settle'
import { validatorsOf } from './validators'

/** All that a feed is composed of, of one moment. */
export type Assembled = {
  readonly state: FeedState
  readonly fragments: readonly Fragment[]
  readonly settlement: Settlement
}

/** More rounds than any feed needs: each reads what is missing yet, of a state that may have gone on. */
const MAX_ROUNDS = 500

/**
 * Brings together what a feed is made of, given its state. What is in memory costs nothing; what is in nobody's memory
 * is read in one batch with the state again, so that each fragment is kept under the very revision that it was read
 * at, and the state that is answered is the one whose revisions the fragments have. That needs a second question to
 * D1: only the state tells the revisions that the caches are asked by.
 * @param wanted what was read with the first state
 */
export async function assemble(
  reading: Reading,
  first: FeedRead,
  wanted: Wanted,
): Promise<Assembled | 'not_found' | 'gone'> {
  const { source, db, now } = reading
  const held: Hold = new Map()
  let read = first
  if (wanted.privateEvents) keepRead(reading, read, privateIdsOf(read), held)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { state } = read
    if (typeof state === 'string') return state
    const { fragments, missing } = claimMissing(state.calendars, held)
    const known = await knownSettlement(source, state)
    if (missing) {
      read = (await missing.make(reading, !known, held)) ?? read
      continue
    }
    const settlement = known ?? (await settleNow(source, state, fragments, read))
    if (settlement) return { state, fragments, settlement }
    read = await source.read(db, now, { ...onlyState, own: true })
  }
  throw new Error('a feed changed faster than it could be read')
}

function privateIdsOf({ state }: FeedRead): string[] {
  return typeof state === 'string' ? [] : state.calendars.filter((c) => c.isPrivate).map(({ id }) => id)
}

/** What the person settled of single events, where that is known without reading it. */
async function knownSettlement({ key }: FeedSource, state: FeedState): Promise<Settlement | undefined> {
  if (state.kind !== 'live') return nothingSettled
  return settledFor(key, (await validatorsOf(state)).etag, state.revision)
}

/** The same from what was read with this very state; undefined where it wasn't. */
async function settleNow(
  { key }: FeedSource,
  state: FeedState,
  fragments: readonly Fragment[],
  { own }: FeedRead,
): Promise<Settlement | undefined> {
  if (!own) return undefined
  const settlement = own.isNothing ? nothingSettled : settle(state, fragments, own)
  const { etag } = await validatorsOf(state)
  rememberSettled(key, etag, settlement, own.isNothing ? state.revision : null)
  return settlement
}
