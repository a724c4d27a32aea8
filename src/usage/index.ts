/** How much feeds and sync are used, counted beside the hot paths. */
export type { AppClass } from './app-class'
export { type Counts, HOUR_MS, type HourCounts, type Seen } from './counted'
export { noteFeed, noteSync } from './notes'
export { forgetSeen, readSeen, readUsage, type Told } from './read'
