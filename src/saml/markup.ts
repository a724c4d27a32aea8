import type { SamlFailure } from './failures'

/**
 * What no response may hold, looked for in the text before a parser sees it (`marketplace.md` 3.2). Outside of the
 * markup refused here, `<!` and `<?` occur nowhere in well-formed XML, so there is nothing to be clever about.
 */

const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])[Uu][Tt][Ff]-8\1)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(?:yes|no)\2)?[ \t\r\n]*\?>/

/** Anything but the characters of XML 1.0 (section 2.2). */
const noCharacter = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** `&` that begins neither one of the five entities that need no declaration nor a number. */
const noReference = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)/

/** Far more than a real response has: what a parser needs a long time for is not given to it. */
const MAX_TAGS = 5_000
const MAX_EQUALS_SIGNS = 5_000

/**
 * The text without its XML declaration, or why it is refused. A declaration must say what is so: XML 1.0 in UTF-8.
 * The last checks cover what the parser would let through (bare `&`, control characters, `]]>`) and what would
 * keep it busy.
 */
export function inspectMarkup(
  text: string,
): { readonly text: string } | { readonly code: Extract<SamlFailure, 'forbidden_markup' | 'malformed'> } {
  const body = text.replace(declaration, '')
  // A declaration that is not as above is malformed, any other processing instruction is not welcome.
  if (/^<\?xml[ \t\r\n]/.test(body)) return { code: 'malformed' }
  if (body.includes('<!') || body.includes('<?')) return { code: 'forbidden_markup' }
  if (count(body, '<') > MAX_TAGS || count(body, '=') > MAX_EQUALS_SIGNS) return { code: 'malformed' }
  const isText = !noCharacter.test(body) && !noReference.test(body) && !body.includes(']]>')
  return isText && numbersAreCharacters(body) ? { text: body } : { code: 'malformed' }
}

function numbersAreCharacters(text: string): boolean {
  for (const [, hex, decimal] of text.matchAll(/&#(?:x([0-9A-Fa-f]+)|([0-9]+));/g)) {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    if (code > 0x10ffff || noCharacter.test(String.fromCodePoint(code))) return false
  }
  return true
}

function count(text: string, char: string): number {
  let found = 0
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) found++
  return found
}
