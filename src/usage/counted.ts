import type { AppClass } from './app-class'

/** What of a publisher was counted. */
export type Counts = {
  /** Feeds that were answered with their text. */
  readonly feeds: number
  /** Feeds that were answered as unchanged (304). */
  readonly unchanged: number
  /** Lists that apps read to stay in step. */
  readonly syncs: number
}

/** The last time that somebody's app fetched something, and the kind of app. */
export type Fetched = { readonly at: number; readonly app: AppClass }

/** What was seen last of a person. */
export type Seen = { readonly feed: Fetched | null; readonly sync: Fetched | null }

/** What one isolate counted of a publisher in a few seconds. */
export type Counted = Counts & {
  /** Epoch milliseconds. */
  readonly at: number
  readonly seen: ReadonlyMap<string, Seen>
}

/** Counts of an hour; `hour` is the number of hours since 1970 UTC. */
export type HourCounts = Counts & { readonly hour: number }

export const HOUR_MS = 3_600_000
