import { hmacSha256Hex, sameSecret } from '../../platform/digest'
import { randomHex } from '../../platform/ids'
import { keysOf, sealingKey } from '../../platform/sealed'

/**
 * The ids of sign-on requests. An id says by itself that we made it, when, at which marketplace, for which address and
 * for which browser, so that nothing is stored before an answer comes: an anonymous caller can't fill the database.
 *
 * `_` nonce (32 hex) · time (12 hex, epoch ms) · mark of the request (32 hex) · mark of the browser (32 hex)
 */

/** A request is good for so long (`marketplace.md` 3.1). */
export const REQUEST_LASTS_MS = 10 * 60_000

/** What an answer has to fit to. */
export type RequestPlace = { readonly tenant: string; readonly acsUrl: string }

/** A new id. `browser`: the browser's secret, '' for a request that any browser may answer. */
export async function newRequestId(
  encryptionKey: string,
  place: RequestPlace,
  browser: string,
  now: number,
): Promise<string> {
  const stem = `_${randomHex(16)}${now.toString(16).padStart(12, '0')}`
  const key = sealingKey(encryptionKey)
  const marks = await Promise.all([requestMark(key, stem, place), browserMark(key, stem, browser)])
  return stem + marks.join('')
}

const SHAPE = /^(?<stem>_[0-9a-f]{32}(?<time>[0-9a-f]{12}))(?<mark>[0-9a-f]{32})(?<browser>[0-9a-f]{32})$/

/** Whether an id is one of ours, made for this place and not too long ago. */
export async function isOurRequest(
  encryptionKey: string,
  id: string,
  place: RequestPlace,
  now: number,
): Promise<boolean> {
  const { stem, time, mark } = SHAPE.exec(id)?.groups ?? {}
  if (stem === undefined || time === undefined || mark === undefined) return false
  const isOurs = await isMarked(mark, encryptionKey, (key) => requestMark(key, stem, place))
  const age = now - Number.parseInt(time, 16)
  return isOurs && age >= 0 && age <= REQUEST_LASTS_MS
}

/** Whether an id of ours was made for the browser that has this secret. */
export async function isOfBrowser(encryptionKey: string, id: string, browser: string): Promise<boolean> {
  const { stem, browser: mark } = SHAPE.exec(id)?.groups ?? {}
  if (stem === undefined || mark === undefined || browser === '') return false
  return isMarked(mark, encryptionKey, (key) => browserMark(key, stem, browser))
}

/** Whether a mark is of one of our keys: a request that was made before a change of keys is answered after it. */
async function isMarked(
  mark: string,
  encryptionKey: string,
  markBy: (key: string) => Promise<string>,
): Promise<boolean> {
  const good = await Promise.all(keysOf(encryptionKey).map(markBy))
  const same = await Promise.all(good.map((each) => sameSecret(mark, each)))
  return same.includes(true)
}

function requestMark(key: string, stem: string, { tenant, acsUrl }: RequestPlace): Promise<string> {
  return markOf(key, ['request', stem, tenant, acsUrl])
}

function browserMark(key: string, stem: string, browser: string): Promise<string> {
  return markOf(key, ['browser', stem, browser])
}

/** 128 bits of a MAC with a key of its own. */
async function markOf(key: string, about: readonly string[]): Promise<string> {
  const own = await hmacSha256Hex(key, 'daybook sign-on requests')
  return (await hmacSha256Hex(own, JSON.stringify(about))).slice(0, 32)
}
