import type { Database } from '../platform/d1'
import { randomHex } from '../platform/ids'

/** What a row of the log takes from the request that writes. */
export type WriteContext = {
  readonly db: Database
  /** Epoch milliseconds: the time of everything that this request writes. */
  readonly now: number
  /** Who acts: `key:{apiKey}`, `widget:{id}`, `operator`, `cron`, … (`publisher-api.md` 7). */
  readonly actor: string
  readonly publisher: { readonly id: number }
}

/**
 * A random mark for the rows that one write changes. State statements set it; log statements then take exactly the
 * rows that bear it, wherever they stand in the batch.
 */
export function newWriteId(): string {
  return randomHex(8)
}

/** The head of every statement that appends to the log: the columns that it selects, in their order. */
export const INTO_LOG =
  'INSERT INTO changes (publisher_id, stream, op, entity_id, actor, at, message, payload, dispatched)'
