/**
 * Content lines (RFC 5545 3.1): at most 75 octets before each CRLF; a longer line goes on after CRLF and one space.
 * A fold never falls inside a UTF-8 sequence, nor between two surrogates.
 */

/** Of a line without its CRLF. */
export const MAX_OCTETS = 75

/** Ends and folds a line that holds ASCII only, where an octet is a character (RFC 5545 3.1). */
export function foldAscii(line: string): string {
  if (line.length <= MAX_OCTETS) return `${line}\r\n`
  let folded = line.slice(0, MAX_OCTETS)
  // The space that opens a continuation counts as one of its octets.
  for (let at = MAX_OCTETS; at < line.length; at += MAX_OCTETS - 1) {
    folded += `\r\n ${line.slice(at, at + MAX_OCTETS - 1)}`
  }
  return `${folded}\r\n`
}

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
