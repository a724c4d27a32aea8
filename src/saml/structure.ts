import type { Element } from '@xmldom/xmldom'
import { childrenNamed, elementsOf, isNamed } from './elements'
import { type Checked, found, refused } from './failures'
import { DS, SAML, SAMLP } from './names'

/** A signature and the element that it must be of. */
export type PlacedSignature = { readonly signature: Element; readonly parent: Element }

/**
 * The one assertion of a SAML 2.0 response, wherever else one might hide (`marketplace.md` 3.2). Asked of the whole
 * document first, and again of the bytes that a signature covers.
 */
export function findAssertion(root: Element): Checked<Element> {
  if (!isNamed(root, SAMLP, 'Response') || root.getAttribute('Version') !== '2.0') return refused('malformed')
  let count = 0
  for (const { element } of elementsOf(root)) {
    if (isNamed(element, SAML, 'EncryptedAssertion')) return refused('encrypted')
    if (isNamed(element, SAML, 'Assertion')) count++
  }
  const [assertion] = childrenNamed(root, SAML, 'Assertion')
  if (!assertion || count !== 1) return refused('assertion_count')
  // Both are required by the schema; the ID is what a replay is known by.
  const isWhole = assertion.getAttribute('Version') === '2.0' && assertion.getAttribute('ID')
  return isWhole ? found(assertion) : refused('malformed')
}

/**
 * The signatures of a response: one of it, one of its assertion, or both, and none elsewhere. No two elements share
 * an ID, so that there is one answer to what a reference means.
 */
export function findSignatures(response: Element, assertion: Element): Checked<readonly PlacedSignature[]> {
  const ids = new Set<string>()
  let hasDoubleId = false
  let count = 0
  for (const { element } of elementsOf(response)) {
    const id = element.getAttribute('ID')
    if (id !== null) hasDoubleId ||= ids.has(id)
    if (id !== null) ids.add(id)
    if (isNamed(element, DS, 'Signature')) count++
  }
  if (count === 0) return refused('unsigned')
  const perParent = [response, assertion].map((parent) =>
    childrenNamed(parent, DS, 'Signature').map((signature) => ({ signature, parent })),
  )
  const placed = perParent.flat()
  const isElsewhere = placed.length !== count || perParent.some((signatures) => signatures.length > 1)
  return hasDoubleId || isElsewhere ? refused('signature_reference') : found(placed)
}
