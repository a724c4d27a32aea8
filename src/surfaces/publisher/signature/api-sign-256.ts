import { hmacSha256Hex, sha256Hex } from '../../../platform/digest'
import { sortedWithout } from './query'

/** Percent-encoding of RFC 3986: only unreserved characters stay bare. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/**
 * `apiSign256` (`publisher-api.md` 1.4): HMAC-SHA256 over method, path as sent, sorted query and the body's hash.
 */
export async function apiSign256(
  secret: string,
  method: string,
  path: string,
  parameters: ReadonlyMap<string, string>,
  body: Uint8Array,
): Promise<string> {
  const query = sortedWithout(parameters, 'apiSign256').map(
    ([name, value]) => `${encode(name)}=${encode(value)}`,
  )
  return hmacSha256Hex(
    secret,
    [method.toUpperCase(), path, query.join('&'), await sha256Hex(body)].join('\n'),
  )
}
