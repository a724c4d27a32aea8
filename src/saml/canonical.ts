import type { Element } from '@xmldom/xmldom'
// By its path: the package's main file would bring a second parser and Node's RSA with it.
import { ExclusiveCanonicalization } from 'xml-crypto/lib/exclusive-canonicalization'
import { childElements } from './elements'
import { XMLNS } from './names'

type Namespace = { readonly prefix: string }
type Attribute = { readonly namespaceURI: string | null; readonly localName: string }

/**
 * The library's exclusive canonicalisation, with its order mended: names are sorted by code unit and not by locale,
 * attributes by namespace first and not by both names glued together, and a namespace undone by `xmlns=""` is undone
 * once. Whatever it may still get wrong can only refuse a response, since values are read from its output.
 */
class Canonicalization extends ExclusiveCanonicalization {
  override nsCompare(a: Namespace, b: Namespace): number {
    return compare(a.prefix, b.prefix)
  }

  override attrCompare(a: Attribute, b: Attribute): 1 | 0 | -1 {
    return compare(a.namespaceURI ?? '', b.namespaceURI ?? '') || compare(a.localName, b.localName)
  }

  override renderNs(...given: Parameters<ExclusiveCanonicalization['renderNs']>) {
    const { rendered, newDefaultNs } = super.renderNs(...given)
    return { rendered, newDefaultNs: newDefaultNs ?? '' }
  }

  /** Without `process`, which takes parameters from any child that is named as theirs. */
  textOf(element: Element, inclusivePrefixes: readonly string[]): string {
    return this.processInner(element, [], '', {}, [...inclusivePrefixes])
  }
}

function compare(a: string, b: string): 1 | 0 | -1 {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/**
 * An element as exclusive C14N without comments writes it (https://www.w3.org/TR/xml-exc-c14n/); the document is left
 * as it is. `inclusivePrefixes`: the PrefixList of its InclusiveNamespaces. `without`: the name of children that are
 * left out, as the enveloped-signature transform does.
 */
export function canonicalText(
  element: Element,
  inclusivePrefixes: readonly string[],
  without: (child: Element) => boolean = () => false,
): string {
  const copy = element.cloneNode(true) as Element
  for (const prefix of inclusivePrefixes) {
    const namespace = inheritedNamespace(element, prefix)
    if (namespace) copy.setAttributeNS(XMLNS, `xmlns:${prefix}`, namespace)
  }
  for (const child of childElements(copy)) if (without(child)) copy.removeChild(child)
  return new Canonicalization().textOf(copy, inclusivePrefixes)
}

/** What a prefix means at an element that doesn't declare it itself. */
function inheritedNamespace(element: Element, prefix: string): string | null {
  if (element.hasAttributeNS(XMLNS, prefix)) return null
  for (let node = element.parentNode; node; node = node.parentNode) {
    const namespace = 'getAttributeNS' in node ? (node as Element).getAttributeNS(XMLNS, prefix) : null
    if (namespace !== null) return namespace
  }
  return null
}
