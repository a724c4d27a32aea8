import type { FeedState } from '../../domain/feeds/state'
import { sha256Hex } from '../../platform/digest'
import { parseHttpDate } from '../../platform/http'

/** Raised when the same rows would be written in other bytes: what is equal must be the same text. */
export const TEXT_VERSION = 2

/** What tells one state of a feed from another (RFC 9110, 8.8). */
export type Validators = { readonly etag: string; readonly modifiedAt: number }

/**
 * The revision vector as a strong ETag: the person's revision, those of the calendars that show or may show by single
 * events, and the feed's state; hashed, since raw numbers would show the activity of others (`widget-and-feeds.md` 3).
 */
export function validatorsOf(state: FeedState): Promise<Validators> {
  const known = reckoned.get(state)
  if (known) return known
  const validators = reckon(state)
  reckoned.set(state, validators)
  return validators
}

/** A state is asked for them more than once on its way. */
const reckoned = new WeakMap<FeedState, Promise<Validators>>()

async function reckon(state: FeedState): Promise<Validators> {
  const vector = [
    TEXT_VERSION,
    state.kind,
    // That of a limited address is another's once its person is merged, though nothing that it shows changed.
    state.name,
    state.revision,
    ...state.calendars.map(({ id, revision }) => [id, revision]),
    ...state.counted.map(({ id, revision }) => [id, revision, 'singly']),
  ]
  const hash = await sha256Hex(JSON.stringify(vector))
  return { etag: `"${hash.slice(0, 32)}"`, modifiedAt: state.modifiedAt }
}

/** A `Last-Modified` younger than this may stand for two changes of one second. */
const SETTLED_MS = 2_000

/**
 * Whether a conditional request holds the present state already. `If-None-Match` wins and compares weakly;
 * `If-Modified-Since` counts alone, and only where `Last-Modified` is at least 2 s past.
 */
export function isUnchanged(request: Request, { etag, modifiedAt }: Validators, now: number): boolean {
  const noneMatch = request.headers.get('If-None-Match')
  if (noneMatch !== null) {
    return noneMatch.trim() === '*' || entityTags(noneMatch).includes(etag)
  }
  const since = parseHttpDate(request.headers.get('If-Modified-Since') ?? '')
  const lastModified = Math.floor(modifiedAt / 1000) * 1000
  return since !== null && since >= lastModified && now - lastModified >= SETTLED_MS
}

/** The opaque tags of a list, without their weakness; a comma may stand inside one. */
function entityTags(list: string): string[] {
  return [...list.matchAll(/(?:W\/)?("[^"]*")/g)].map((match) => match[1] ?? '')
}

export function isConditional(request: Request): boolean {
  return request.headers.has('If-None-Match') || request.headers.has('If-Modified-Since')
}
