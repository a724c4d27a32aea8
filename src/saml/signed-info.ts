import type { Element } from '@xmldom/xmldom'
import { canonicalText } from './canonical'
import { parseDocument } from './document'
import { childElements, compactText, elementsOf, isNamed, onlyChild } from './elements'
import { type Checked, found, refused } from './failures'
import { DS, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N } from './names'
import type { PlacedSignature } from './structure'

/** Of a SignedInfo, in characters of its texts and attributes: a real one has under a thousand. */
const MAX_SIZE = 8192

/** What a signature says of itself, read from the very text that its value signs. */
export type SignedInfo = {
  /** Canonical: the UTF-8 of this is what is signed. */
  readonly text: string
  readonly canonicalization: string | null
  readonly signatureMethod: string | null
  readonly digestMethod: string | null
  /** Base64, as written but for white space. */
  readonly digest: string
  readonly signature: string
  /** Prefixes whose namespaces the parent's canonical text keeps as inclusive C14N would. */
  readonly inclusivePrefixes: readonly string[]
}

/**
 * Reads a signature whose form is exactly the one that SAML allows (Core 5.4, `marketplace.md` 3.2): one Reference,
 * by ID to the signature's parent, transforms enveloped-signature and exclusive C14N, in that order. Anything more
 * than that is refused. Which algorithms are good, and whether they agree, is not judged here.
 */
export function readSignedInfo({ signature, parent }: PlacedSignature): Checked<SignedInfo> {
  const [info, value, keyInfo, ...others] = childElements(signature)
  const isWhole =
    info &&
    value &&
    isNamed(info, DS, 'SignedInfo') &&
    isNamed(value, DS, 'SignatureValue') &&
    (!keyInfo || isNamed(keyInfo, DS, 'KeyInfo')) &&
    others.length === 0
  if (!isWhole || !isSmall(info)) return refused('signature_reference')
  const text = canonicalText(info, prefixesOf(onlyChild(info, DS, 'CanonicalizationMethod')) ?? [])
  const parsed = parseDocument(text)
  const read = parsed.ok ? readReference(parsed.value, parent.getAttribute('ID')) : null
  if (!read) return refused('signature_reference')
  return found({ ...read, text, signature: compactText(value) ?? '' })
}

/** No more than a genuine one can need: this much is read before any signature is known to be good. */
function isSmall(info: Element): boolean {
  let size = 0
  for (const { element } of elementsOf(info)) {
    for (const { name, value } of Array.from(element.attributes)) size += name.length + value.length
    if (++size > MAX_SIZE) return false
  }
  return size + (info.textContent?.length ?? 0) <= MAX_SIZE
}

function readReference(
  info: Element,
  parentId: string | null,
): Omit<SignedInfo, 'text' | 'signature'> | null {
  const methods = partsOf(info, 'CanonicalizationMethod', 'SignatureMethod', 'Reference')
  const [canonicalization, signatureMethod, reference] = methods ?? []
  const [transforms, digestMethod, digestValue] =
    partsOf(reference, 'Transforms', 'DigestMethod', 'DigestValue') ?? []
  const [enveloped, exclusive] = partsOf(transforms, 'Transform', 'Transform') ?? []
  const inclusivePrefixes = prefixesOf(exclusive)
  const isOfParent = Boolean(parentId) && reference?.getAttribute('URI') === `#${parentId}`
  const digest = compactText(digestValue ?? null)
  if (!isOfParent || !enveloped || !exclusive || !inclusivePrefixes || digest === null) return null
  if (!isBare(enveloped) || !isBare(signatureMethod) || !isBare(digestMethod)) return null
  if (algorithmOf(enveloped) !== ENVELOPED_SIGNATURE || algorithmOf(exclusive) !== EXCLUSIVE_C14N) return null
  return {
    canonicalization: algorithmOf(canonicalization),
    signatureMethod: algorithmOf(signatureMethod),
    digestMethod: algorithmOf(digestMethod),
    digest,
    inclusivePrefixes,
  }
}

/** The children of an element, if they have exactly these names of XML Signature. */
function partsOf(parent: Element | undefined, ...names: readonly string[]): Element[] | null {
  const children = parent ? childElements(parent) : []
  const isSame =
    children.length === names.length && children.every((child, at) => isNamed(child, DS, names[at] ?? ''))
  return isSame ? children : null
}

function isBare(element: Element | undefined): boolean {
  return element !== undefined && childElements(element).length === 0
}

function algorithmOf(element: Element | undefined): string | null {
  return element?.getAttribute('Algorithm') ?? null
}

/** The PrefixList of an exclusive C14N method; null where it has other parameters. */
function prefixesOf(method: Element | null | undefined): string[] | null {
  const [parameter, ...others] = method ? childElements(method) : []
  if (!parameter) return []
  if (others.length > 0 || !isNamed(parameter, EXCLUSIVE_C14N, 'InclusiveNamespaces')) return null
  const list = (parameter.getAttribute('PrefixList') ?? '').split(/\s+/)
  return list.filter((prefix) => /^[\p{L}_][\p{L}\p{N}._-]*$/u.test(prefix) && prefix !== 'xmlns')
}
