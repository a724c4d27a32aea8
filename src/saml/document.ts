import { DOMParser, type Element } from '@xmldom/xmldom'
import { elementsOf } from './elements'
import { type Checked, found, refused } from './failures'
import { inspectMarkup } from './markup'
import { XMLNS } from './names'

const MAX_DEPTH = 64

/**
 * The root element of a text that holds no forbidden markup, is well-formed with respect to namespaces and at most
 * 64 elements deep (`marketplace.md` 3.2). The parser gives up at its first doubt.
 */
export function parseDocument(text: string): Checked<Element> {
  const inspected = inspectMarkup(text)
  if ('code' in inspected) return refused(inspected.code)
  const root = parse(inspected.text)
  return root && isUsable(root) ? found(root) : refused('malformed')
}

function parse(text: string): Element | null {
  const parser = new DOMParser({
    locator: false,
    // XML 1.0 (section 2.11): U+0085 and U+2028, which the parser would take for line ends too, are characters.
    normalizeLineEndings: (written) => written.replace(/\r\n?/g, '\n'),
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`)
    },
  })
  try {
    return parser.parseFromString(text, 'text/xml').documentElement
  } catch {
    return null
  }
}

/**
 * Depth, and the names that the canonicalisation would not write as it should: attributes that begin with `xmlns`
 * (reserved) and namespaces with characters that would need escapes (no URI has them).
 */
function isUsable(root: Element): boolean {
  for (const { element, depth } of elementsOf(root)) {
    if (depth > MAX_DEPTH) return false
    for (const { name, namespaceURI, value } of Array.from(element.attributes)) {
      if (name.startsWith('xmlns') && namespaceURI !== XMLNS) return false
      if (namespaceURI === XMLNS && /[\s"&<>]/.test(value)) return false
    }
  }
  return true
}
