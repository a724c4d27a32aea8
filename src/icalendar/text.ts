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

import { foldAscii, MAX_OCTETS } from './folding'

/** A value as TEXT (RFC 5545 3.3.11), not yet folded. */
export function encodeText(value: string): string {
  const special = findSpecial(value)
  return special < 0 ? value : encodeFrom(special, '', value, Number.POSITIVE_INFINITY)
}

/** A TEXT property as folded content line(s); nothing at all where no character of the value remains. */
export function textLine(name: string, value: string): string {
  if (value === '') return ''
  const special = findSpecial(value)
  if (special < 0) return foldAscii(`${name}:${value}`)
  const opening = `${name}:`
  const isLate = opening.length + special > MAX_OCTETS
  const line = encodeFrom(isLate ? 0 : special, opening, value, MAX_OCTETS)
  return line === opening ? '' : `${line}\r\n`
}

/** Whether a value is printable ASCII without a space, as a UID and a URI of ours must be. */
export function isVisibleAscii(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code <= 0x20 || code > 0x7e) return false
  }
  return true
}

/** Where the first character stands that is not printable ASCII or needs an escape; -1 if the value goes as it is. */
function findSpecial(value: string): number {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code < 0x20 || code > 0x7e || code === COMMA || code === SEMICOLON || code === BACKSLASH) return at
  }
  return -1
}

const COMMA = 0x2c
const SEMICOLON = 0x3b
const BACKSLASH = 0x5c
const CR = 0x0d
const LF = 0x0a
const TAB = 0x09
const NEXT_LINE = 0x85
const LINE_SEPARATOR = 0x2028
const PARAGRAPH_SEPARATOR = 0x2029

/** What stands for a character below U+00A0: its escape, nothing for a control; undefined where it goes as it is. */
const REPLACEMENTS: readonly (string | undefined)[] = Array.from({ length: 0xa0 }, (_, code) => {
  if (code === COMMA || code === SEMICOLON || code === BACKSLASH) return `\\${String.fromCharCode(code)}`
  if (code === CR || code === LF || code === NEXT_LINE) return '\\n'
  const isControl = code < 0x20 ? code !== TAB : code >= 0x7f
  return isControl ? '' : undefined
})

/**
 * Encodes a value after `opening`, in one pass that folds too: at most `limit` octets a line, and no fold inside of a
 * character or an escape. The characters before `from` go as they are, all on the first line.
 */
function encodeFrom(from: number, opening: string, value: string, limit: number): string {
  let line = opening
  let octets = opening.length + from
  let kept = 0 // what stands before it is in `line`; from here to `at`, characters go as they are
  for (let at = from; at < value.length; ) {
    const code = value.charCodeAt(at)
    let end = at + 1
    let size = code < 0x80 ? 1 : code < 0x800 ? 2 : 3
    let replacement: string | undefined
    if (code < 0xa0) {
      replacement = REPLACEMENTS[code]
      if (replacement !== undefined) size = replacement.length
      if (code === CR && value.charCodeAt(end) === LF) end++
    } else if (code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR) {
      replacement = '\\n'
      size = 2
    } else if (code >= 0xd800 && code <= 0xdfff) {
      if (code <= 0xdbff && isLowSurrogate(value.charCodeAt(end))) {
        end++
        size = 4
      } else replacement = '\ufffd'
    }
    if (octets + size > limit) {
      line += `${value.slice(kept, at)}\r\n `
      kept = at
      octets = 1
    }
    octets += size
    if (replacement !== undefined) {
      line += value.slice(kept, at) + replacement
      kept = end
    }
    at = end
  }
  return line + value.slice(kept)
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
