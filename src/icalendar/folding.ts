import { MAX_OCTETS } from './octets'

/**
 * Content lines (RFC 5545 3.1): at most 75 octets before each CRLF; a longer line goes on after CRLF and one space.
 * A fold never falls inside a UTF-8 sequence, nor between two surrogates.
 */

/** Ends and folds any line without lone surrogates, by its octets in UTF-8 (RFC 5545 3.1). */
export function fold(line: string): string {
  let folded = ''
  let start = 0
  let octets = 0
  for (let at = 0; at < line.length; ) {
    const code = line.charCodeAt(at)
    const isPair = code >= 0xd800 && code <= 0xdbff
    const size = isPair ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3
    if (octets + size > MAX_OCTETS) {
      folded += `${line.slice(start, at)}\r\n `
      start = at
      octets = 1
    }
    octets += size
    at += isPair ? 2 : 1
  }
  return `${folded}${line.slice(start)}\r\n`
}
