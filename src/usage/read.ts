import type { Env } from '../env'
import { reasonOf } from '../platform/failures'
import { HOUR_MS, type HourCounts, type Seen } from './counted'
import { type DatasetReader, datasetReaderOf, hoursOfDataset, seenOfDataset } from './dataset'

/**
 * What was counted; or why it can't be told: it is kept in a dataset that this deployment has no secrets to read
 * (`elsewhere`), or whoever keeps it did not answer (`away`). A page goes on without it.
 */
export type Told<T> =
  | { readonly kind: 'told'; readonly value: T }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'away' }

/** Counts of a publisher's feeds and sync reads by the hour, from an instant on. Never throws. */
export function readUsage(env: Env, publisherId: number, since: number): Promise<Told<HourCounts[]>> {
  const hour = Math.floor(since / HOUR_MS)
  return told(
    env,
    (reader) => hoursOfDataset(reader, publisherId, hour),
    () => ledgerOf(env, publisherId).hours(hour),
  )
}

/**
 * When the apps of persons last fetched their feed and last synced, by subscriber; those never seen are left out.
 * Never throws.
 */
export function readSeen(
  env: Env,
  publisherId: number,
  subscriberIds: readonly string[],
): Promise<Told<ReadonlyMap<string, Seen>>> {
  return told<ReadonlyMap<string, Seen>>(
    env,
    (reader) => seenOfDataset(reader, publisherId, subscriberIds),
    () => ledgerOf(env, publisherId).seen(subscriberIds),
  )
}

/** Forgets when the apps of persons were seen last. A dataset can't be edited: what it keeps ends by itself. */
export async function forgetSeen(
  env: Env,
  publisherId: number,
  subscriberIds: readonly string[],
): Promise<void> {
  await ledgerOf(env, publisherId).unsee(subscriberIds)
}

function ledgerOf(env: Env, publisherId: number) {
  return env.USAGE_LEDGER.get(env.USAGE_LEDGER.idFromName(String(publisherId)))
}

async function told<T>(
  env: Env,
  fromDataset: (reader: DatasetReader) => Promise<T>,
  fromLedger: () => Promise<T>,
): Promise<Told<T>> {
  try {
    if (!env.USAGE) return { kind: 'told', value: await fromLedger() }
    const reader = datasetReaderOf(env)
    return reader === null ? { kind: 'elsewhere' } : { kind: 'told', value: await fromDataset(reader) }
  } catch (error) {
    console.warn(JSON.stringify({ usage: 'not read', error: reasonOf(error) }))
    return { kind: 'away' }
  }
}
