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

import { fold, foldAscii } from './folding'

/** A value as TEXT (RFC 5545 3.3.11), not yet folded. */
export function encodeText(value: string): string {
  const special = findSpecial(value)
  return special < 0 ? value : encodeFrom(value, special)
}

/** A TEXT property as folded content line(s); nothing at all where no character of the value remains. */
export function textLine(name: string, value: string): string {
  if (value === '') return ''
  const special = findSpecial(value)
  if (special < 0) return foldAscii(`${name}:${value}`)
  const encoded = encodeFrom(value, special)
  return encoded === '' ? '' : fold(`${name}:${encoded}`)
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

/** Encodes a value whose characters before `from` go as they are. */
function encodeFrom(value: string, from: number): string {
  let encoded = ''
  let kept = 0 // what stands before it is encoded; from here to `at`, characters go as they are
  for (let at = from; at < value.length; at++) {
    const code = value.charCodeAt(at)
    let replacement: string
    let taken = 1
    if (code === COMMA) replacement = '\\,'
    else if (code === SEMICOLON) replacement = '\\;'
    else if (code === BACKSLASH) replacement = '\\\\'
    else if (code === CR) {
      replacement = '\\n'
      if (value.charCodeAt(at + 1) === LF) taken = 2
    } else if (isOtherLineBreak(code)) replacement = '\\n'
    else if (isControl(code)) replacement = ''
    else if (code < 0xd800 || code > 0xdfff) continue
    else if (code <= 0xdbff && isLowSurrogate(value.charCodeAt(at + 1))) {
      at++
      continue
    } else replacement = '\ufffd'
    encoded += value.slice(kept, at) + replacement
    at += taken - 1
    kept = at + 1
  }
  return encoded + value.slice(kept)
}

function isOtherLineBreak(code: number): boolean {
  return code === LF || code === NEXT_LINE || code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR
}

function isControl(code: number): boolean {
  return code < 0x20 ? code !== TAB : code >= 0x7f && code <= 0x9f
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
