import type { Element } from '@xmldom/xmldom'
import { chooseAlgorithms } from './algorithms'
import type { Certificate } from './certificates'
import { parseDocument } from './document'
import { childrenNamed, onlyChild, trimmedText } from './elements'
import { type Checked, found, refused } from './failures'
import { decodeMessage } from './message'
import { SAML, SAMLP, SUCCESS } from './names'
import { readSamlResponse, type SamlResponse } from './saml-response'
import { readSignedInfo } from './signed-info'
import { findAssertion, findSignatures, type PlacedSignature } from './structure'
import { verifySignature } from './verify'

/** What is configured of a tenant's identity provider. */
export type IdentityProvider = {
  /** Any of them may have signed. */
  readonly certificates: readonly Certificate[]
  /** Whether signatures and digests of SHA-1 are good. */
  readonly allowSha1: boolean
  /** The issuer to be found; null where any will do, since the key proves the origin. */
  readonly entityId: string | null
}

/**
 * The first half of the checks of `marketplace.md` 3.2, up to `issuer`: what the fields named `SAMLResponse` of the
 * form say, if this identity provider signed it. The result is not yet good for a sign-on: `checkConditions` says
 * whether it is meant for us, now, once the caller knows the request that it answers. Never throws; of several
 * failures the first in the table's order is told.
 */
export async function readResponse(
  fields: readonly string[],
  provider: IdentityProvider,
): Promise<Checked<SamlResponse>> {
  const text = decodeMessage(fields)
  if (!text.ok) return text
  const written = parseDocument(text.value)
  if (!written.ok) return written
  const assertion = findAssertion(written.value)
  if (!assertion.ok) return assertion
  const signatures = findSignatures(written.value, assertion.value)
  if (!signatures.ok) return signatures
  const covered = await verifyAll(signatures.value, provider)
  if (!covered.ok) return covered
  const signed = signedElements(written.value, assertion.value, covered.value)
  return signed.ok ? judge(signed.value, provider.entityId) : signed
}

/** The canonical text that each signature covers, by its parent; every signature has to be good. */
async function verifyAll(
  placed: readonly PlacedSignature[],
  { certificates, allowSha1 }: IdentityProvider,
): Promise<Checked<ReadonlyMap<Element, string>>> {
  const read = placed.map((each) => ({ parent: each.parent, info: readSignedInfo(each) }))
  const signatures = read.flatMap(({ parent, info }) => (info.ok ? [{ parent, info: info.value }] : []))
  if (signatures.length < placed.length) return refused('signature_reference')
  const chosen = signatures.flatMap((each) => {
    const algorithms = chooseAlgorithms(each.info, allowSha1)
    return algorithms ? [{ ...each, algorithms }] : []
  })
  if (chosen.length < placed.length) return refused('signature_algorithm')
  const covered = new Map<Element, string>()
  for (const { parent, info, algorithms } of chosen) {
    const text = await verifySignature(info, algorithms, parent, certificates)
    if (text === null) return refused('signature_invalid')
    covered.set(parent, text)
  }
  return found(covered)
}

type Signed = { readonly response: Element; readonly assertion: Element; readonly needsDestination: boolean }

/**
 * Both elements parsed anew from what is signed. Of a response whose assertion alone is signed, the response remains
 * as it is written.
 */
function signedElements(
  response: Element,
  assertion: Element,
  covered: ReadonlyMap<Element, string>,
): Checked<Signed> {
  const whole = covered.get(response)
  const part = covered.get(assertion)
  const parsed = parseDocument(whole ?? part ?? '')
  if (!parsed.ok) return parsed
  if (whole === undefined) return found({ response, assertion: parsed.value, needsDestination: false })
  const inside = findAssertion(parsed.value)
  if (!inside.ok) return inside
  return found({ response: parsed.value, assertion: inside.value, needsDestination: part === undefined })
}

function judge(
  { response, assertion, needsDestination }: Signed,
  entityId: string | null,
): Checked<SamlResponse> {
  const status = onlyChild(onlyChild(response, SAMLP, 'Status'), SAMLP, 'StatusCode')
  if (status?.getAttribute('Value') !== SUCCESS) return refused('status_not_success')
  const issuer = trimmedText(onlyChild(assertion, SAML, 'Issuer'))
  const issuers = [issuer, ...childrenNamed(response, SAML, 'Issuer').map(trimmedText)]
  const isExpected = entityId === null || issuers.every((each) => each === entityId)
  if (issuer === null || !isExpected) return refused('issuer')
  return found(readSamlResponse(response, assertion, { needsDestination }))
}
