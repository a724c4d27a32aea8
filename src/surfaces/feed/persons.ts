import { ByteLru } from '../../platform/byte-lru'
import { nothingSettled, type Settlement, settlementBytes } from './settle'

type Known = {
  /** The feed's ETag, of which the settlement is. */
  readonly etag: string
  readonly settlement: Settlement
  /** The person's revision, where they had nothing to do with single events: that stays so while the revision does. */
  readonly nothingAt: number | null
}

/**
 * What persons settled of single events, in this isolate's memory, by the feed's key. That a feed is known here also
 * tells that this isolate has sent it before.
 */
export const settledPersons = new ByteLru<Known>(4 * 2 ** 20)

/** The settlement of a feed at an ETag and a revision of its person, where this isolate knows it. */
export function settledFor(key: string, etag: string, revision: number): Settlement | undefined {
  const known = settledPersons.get(key)
  if (known?.nothingAt === revision) return nothingSettled
  return known?.etag === etag ? known.settlement : undefined
}

/** Remembers what was settled at an ETag; for a person with nothing to settle, at what revision. */
export function rememberSettled(
  key: string,
  etag: string,
  settlement: Settlement,
  nothingAt: number | null,
): void {
  settledPersons.set(key, { etag, settlement, nothingAt }, settlementBytes(settlement))
}

/** Whether this isolate has sent a feed before, as far as it knows. */
export const wasSent = (key: string): boolean => settledPersons.has(key)

export function noteSent(key: string): void {
  if (!wasSent(key)) rememberSettled(key, '', nothingSettled, null)
}

/** Takes back that a feed was sent: there is none. */
export function noteMissing(key: string): void {
  settledPersons.delete(key)
}
