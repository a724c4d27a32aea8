import { isVisibleAscii } from './text'

/**
 * An address as a URI value (RFC 5545 3.3.13): as the WHATWG parser serialises it, not escaped as TEXT. `''` where
 * it is no http(s) address: the property is then left out.
 */
export function encodeUri(value: string): string {
  if (value === '') return ''
  const url = URL.parse(value)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return ''
  // By its standard the parser encodes all else away; a line of the feed doesn't rest on that alone.
  return isVisibleAscii(url.href) ? url.href : ''
}
