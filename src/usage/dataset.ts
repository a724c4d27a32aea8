import type { Env } from '../env'
import { isId } from '../platform/ids'
import { type AppClass, appClasses } from './app-class'
import { type Counted, type Fetched, HOUR_MS, type HourCounts, type Seen } from './counted'

/**
 * Counts in an Analytics Engine dataset, where one is bound. A point has the publisher as its index; blob 1 says what it
 * is: `counts` (doubles: feeds, unchanged, syncs) or `feed`, `sync` of a person (blobs: person, app; double: when).
 */

/** Points that one request may write are limited: so many persons are told of at a time. */
const MAX_PERSONS = 200

/** Writes what was counted; this is queued by the runtime and waits for nothing. */
export function writeToDataset(dataset: AnalyticsEngineDataset, publisherId: number, counted: Counted): void {
  const indexes = [String(publisherId)]
  const { feeds, unchanged, syncs, seen } = counted
  dataset.writeDataPoint({ indexes, blobs: ['counts'], doubles: [feeds, unchanged, syncs] })
  const points = [...seen].flatMap(([person, { feed, sync }]) => [
    ...(feed ? [{ indexes, blobs: ['feed', person, feed.app], doubles: [feed.at] }] : []),
    ...(sync ? [{ indexes, blobs: ['sync', person, sync.app], doubles: [sync.at] }] : []),
  ])
  for (const point of points.slice(0, MAX_PERSONS)) dataset.writeDataPoint(point)
}

/** How a dataset is asked: by SQL over HTTP, with an account and a token of its own. */
export type DatasetReader = { readonly url: string; readonly token: string; readonly dataset: string }

/** null where the secrets for reading aren't set: then counts are kept and can't be shown. */
export function datasetReaderOf(env: Env): DatasetReader | null {
  const { USAGE_ACCOUNT_ID: account, USAGE_API_TOKEN: token, USAGE_DATASET: dataset = 'daybook_usage' } = env
  if (!account || !token || !/^\w{1,64}$/.test(dataset)) return null
  const path = `accounts/${encodeURIComponent(account)}/analytics_engine/sql`
  return { url: `https://api.cloudflare.com/client/v4/${path}`, token, dataset }
}

/** How long a page waits for the answer. */
const TIMEOUT_MS = 3_000

async function ask(reader: DatasetReader, sql: string): Promise<Record<string, unknown>[]> {
  const response = await fetch(reader.url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${reader.token}` },
    body: `${sql} FORMAT JSON`,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`the dataset answered ${response.status}`)
  const { data } = (await response.json()) as { data: Record<string, unknown>[] }
  return data
}

/** Counts of a publisher by the hour, from an hour on. A point that was sampled stands for several. */
export async function hoursOfDataset(
  reader: DatasetReader,
  publisherId: number,
  since: number,
): Promise<HourCounts[]> {
  const sum = (at: number) => `sum(_sample_interval * double${at})`
  const rows = await ask(
    reader,
    `SELECT intDiv(toUInt32(timestamp), 3600) AS hour, ${sum(1)} AS feeds, ${sum(2)} AS unchanged, ${sum(3)} AS syncs
     FROM ${reader.dataset} WHERE index1 = '${publisherId}' AND blob1 = 'counts'
       AND timestamp >= toDateTime(${since * (HOUR_MS / 1000)}) GROUP BY hour ORDER BY hour`,
  )
  return rows.map(({ hour, feeds, unchanged, syncs }) => ({
    hour: Number(hour),
    feeds: Number(feeds),
    unchanged: Number(unchanged),
    syncs: Number(syncs),
  }))
}

/** What was seen last of persons. Their ids are of 24 hexadecimal digits, all others are left out. */
export async function seenOfDataset(
  reader: DatasetReader,
  publisherId: number,
  persons: readonly string[],
): Promise<Map<string, Seen>> {
  const ids = persons.filter(isId)
  if (ids.length === 0) return new Map()
  const rows = await ask(
    reader,
    `SELECT blob1 AS what, blob2 AS person, argMax(blob3, double1) AS app, max(double1) AS at FROM ${reader.dataset}
     WHERE index1 = '${publisherId}' AND blob1 IN ('feed', 'sync') AND blob2 IN (${ids.map((id) => `'${id}'`).join(', ')})
     GROUP BY what, person`,
  )
  const seen = new Map<string, Seen>()
  for (const { what, person, app, at } of rows) {
    const fetched: Fetched = { at: Number(at), app: knownApp(app) }
    const known = seen.get(String(person)) ?? { feed: null, sync: null }
    seen.set(String(person), { ...known, [what === 'sync' ? 'sync' : 'feed']: fetched })
  }
  return seen
}

function knownApp(app: unknown): AppClass {
  return appClasses.find((known) => known === app) ?? 'other'
}
