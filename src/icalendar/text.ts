/**
 * TEXT values (RFC 5545 3.3.11). Whatever is stored, the encoded value is one line of well-formed Unicode:
 *
 * - `\`, `;` and `,` are escaped;
 * - CRLF, CR and LF become `\n`, and so do U+0085, U+2028 and U+2029. In iCalendar the last three are ordinary
 *   characters, but readers that split with the line breaks of Unicode (Python's `splitlines`) would start a line
 *   at each of them, and what follows could then pass for a property;
 * - all other control characters but TAB (C0, DEL, C1) are dropped. `splitlines` breaks at VT, FF and FS to RS too;
 * - a lone surrogate, which UTF-8 cannot say, becomes U+FFFD.
 */

import { continueLine, MAX_OCTETS, Octets } from './octets'

/** A value as TEXT (RFC 5545 3.3.11), not folded. */
export function encodeText(value: string): string {
  const out = new Octets(64)
  out.lineEnd = NEVER_FULL
  writeText(out, value)
  return decoder.decode(out.take())
}

/** Beyond any text, and small enough for V8 to keep it as an integer. */
const NEVER_FULL = 2 ** 30 - 1

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/**
 * A TEXT property as folded content line(s), `opening` with its colon; nothing at all where nothing of it remains.
 * @returns whether there is a line
 */
export function textLine(out: Octets, opening: Uint8Array, value: string): boolean {
  if (value === '') return false
  out.open(opening)
  const remains = writeText(out, value)
  if (remains) out.close()
  else out.at -= opening.length
  return remains
}

/** Whether a value is printable ASCII without a space, as a UID and a URI of ours must be. */
export function isVisibleAscii(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code <= 0x20 || code > 0x7e) return false
  }
  return true
}

const COMMA = 0x2c
const SEMICOLON = 0x3b
const BACKSLASH = 0x5c
const CR = 0x0d
const LF = 0x0a
const TAB = 0x09
const DEL = 0x7f
const LETTER_N = 0x6e
const NEXT_LINE = 0x85
const LINE_SEPARATOR = 0x2028
const PARAGRAPH_SEPARATOR = 0x2029
const REPLACEMENT = 0xfffd

/** How a character below U+00A0 is written. */
const [AS_IT_IS, ESCAPED, AS_BREAK, DROPPED] = [0, 1, 2, 3]
const WAYS = Uint8Array.from({ length: 0xa0 }, (_, code) => {
  if (code === COMMA || code === SEMICOLON || code === BACKSLASH) return ESCAPED
  if (code === CR || code === LF || code === NEXT_LINE) return AS_BREAK
  const isControl = code < 0x20 ? code !== TAB : code >= DEL
  return isControl ? DROPPED : AS_IT_IS
})

/**
 * Writes a value on the open line, in one pass that folds too, never inside of a character or an escape.
 * @returns whether anything of it remains
 */
export function writeText(out: Octets, value: string): boolean {
  const { length } = value
  // At most three octets a code unit, and three for a fold after some 70 of them.
  out.reserve(4 * length + 16)
  const { bytes, at: start } = out
  let { at, lineEnd } = out
  for (let n = 0; n < length; n++) {
    // Most characters go as they are: a loop of their own makes these the faster.
    for (; n < length && at < lineEnd; n++) {
      const plain = value.charCodeAt(n)
      if (plain >= 0x80 || WAYS[plain] !== AS_IT_IS) break
      bytes[at++] = plain
    }
    if (n === length) break
    const point = scalarAt(value, n)
    const way = wayOf(point)
    if (way === DROPPED) continue
    const size = way === AS_IT_IS ? octetsIn(point) : 2
    if (at + size > lineEnd) {
      at = continueLine(bytes, at)
      lineEnd = at + MAX_OCTETS - 1
    }
    if (way === AS_IT_IS) {
      writeScalar(bytes, at, point, size)
      if (size === 4) n++
    } else {
      bytes[at] = BACKSLASH
      bytes[at + 1] = way === AS_BREAK ? LETTER_N : point
      if (point === CR && value.charCodeAt(n + 1) === LF) n++
    }
    at += size
  }
  out.at = at
  out.lineEnd = lineEnd
  return at > start
}

/** How a character is written. */
function wayOf(point: number): number {
  if (point < 0xa0) return WAYS[point] ?? DROPPED
  return point === LINE_SEPARATOR || point === PARAGRAPH_SEPARATOR ? AS_BREAK : AS_IT_IS
}

/** How many octets a character has in UTF-8. */
function octetsIn(point: number): number {
  if (point < 0x80) return 1
  if (point < 0x800) return 2
  return point < 0x1_0000 ? 3 : 4
}

function writeScalar(bytes: Uint8Array, at: number, point: number, size: number): void {
  if (size === 1) {
    bytes[at] = point
  } else if (size === 2) {
    bytes[at] = 0xc0 | (point >> 6)
    bytes[at + 1] = 0x80 | (point & 0x3f)
  } else if (size === 3) {
    bytes[at] = 0xe0 | (point >> 12)
    bytes[at + 1] = 0x80 | ((point >> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (point & 0x3f)
  } else {
    bytes[at] = 0xf0 | (point >> 18)
    bytes[at + 1] = 0x80 | ((point >> 12) & 0x3f)
    bytes[at + 2] = 0x80 | ((point >> 6) & 0x3f)
    bytes[at + 3] = 0x80 | (point & 0x3f)
  }
}

/** The character that begins at a code unit; U+FFFD for half a surrogate pair. */
function scalarAt(value: string, at: number): number {
  const code = value.charCodeAt(at)
  if (code < 0xd800 || code > 0xdfff) return code
  const next = value.charCodeAt(at + 1)
  const isPair = code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff
  return isPair ? 0x1_0000 + ((code - 0xd800) << 10) + (next - 0xdc00) : REPLACEMENT
}
