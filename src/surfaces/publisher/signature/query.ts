/** The query string of a signed call (`publisher-api.md` 1.1): decoded strictly, so that all read the same in it. */
export type SignedQuery =
  | { readonly ok: true; readonly parameters: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly field: string; readonly message: string }

const MAX_VALUE = 2000

/** A list of ids has room for the 100 that `GET /batch/events` takes (4.1), 24 digits and a comma each. */
const MAX_IDS = 100 * 25

/** Reads `rawQuery` (without `?`) as `application/x-www-form-urlencoded`; what can be read in two ways is refused. */
export function parseSignedQuery(rawQuery: string): SignedQuery {
  const parameters = new Map<string, string>()
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    const value = at < 0 ? '' : decode(pair.slice(at + 1))
    const field = name ?? ''
    if (name === null || value === null) {
      return { ok: false, field, message: 'Must be percent-encoded UTF-8.' }
    }
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name)) {
      return {
        ok: false,
        field,
        message: 'Names are 1 to 64 letters, digits, dots, hyphens and underscores.',
      }
    }
    if (parameters.has(name)) return { ok: false, field, message: 'Must stand only once.' }
    if (hasControlCharacter(value)) return { ok: false, field, message: 'Must not hold control characters.' }
    const max = name === 'ecal_id' ? MAX_IDS : MAX_VALUE
    if ([...value].length > max) {
      return { ok: false, field, message: `Must not have more than ${max} characters.` }
    }
    parameters.set(name, value)
  }
  if (parameters.has('apiSign') && parameters.has('apiSign256')) {
    return { ok: false, field: 'apiSign', message: 'Must not stand beside apiSign256.' }
  }
  return { ok: true, parameters }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

function hasControlCharacter(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

/** Parameters without one, sorted by name; names are ASCII, so code units are bytes. */
export function sortedWithout(parameters: ReadonlyMap<string, string>, without: string): [string, string][] {
  return [...parameters].filter(([name]) => name !== without).sort(([a], [b]) => (a < b ? -1 : 1))
}
