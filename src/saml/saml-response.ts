import type { Element } from '@xmldom/xmldom'
import { childElements, childrenNamed, isNamed, onlyChild, plainText, trimmedText } from './elements'
import { parseInstant } from './instants'
import { BEARER, SAML, XSI } from './names'

/** How far the hub's clock and ours may be apart. */
const SKEW = 2 * 60_000
/** How old an assertion may be, whatever it says itself. */
const MAX_AGE = 10 * 60_000

/** An attribute as it is written: a value that isn't plain text is null. */
export type SamlAttribute = { readonly name: string; readonly values: readonly (string | null)[] }

/** What a response says that a tenant's hub signed. Instants: epoch milliseconds. */
export type SamlResponse = {
  /** Good for one sign-on; it has to be remembered until `validUntil`. */
  readonly assertionId: string
  /** The request that is answered; null where the hub began by itself. */
  readonly inResponseTo: string | null
  /** Whether Response and SubjectConfirmationData name the same request, or both none. */
  readonly namesOneRequest: boolean
  readonly destination: string | null
  /** Where only the Response is signed, a response without Destination could be meant for anybody. */
  readonly needsDestination: boolean
  /** Of the one bearer confirmation; null where there is not exactly one. */
  readonly recipient: string | null
  /** The audiences of each restriction: every one of them must be met. */
  readonly audiences: readonly (readonly string[])[]
  /** Whether all conditions are of a kind that is understood (Core 2.5.1.1). */
  readonly hasKnownConditions: boolean
  readonly issueInstant: number
  /** From when on the response is good, clocks that differ allowed for; NaN (never) where that can't be read. */
  readonly validFrom: number
  /** The first instant at which it is refused as too old; NaN (always) where that can't be read. */
  readonly validUntil: number
  /** When a session made from it has to end, if the hub says so. */
  readonly sessionNotOnOrAfter: number | null
  readonly nameId: string | null
  readonly attributes: readonly SamlAttribute[]
}

/**
 * Reads a response; nothing is judged. `assertion` comes from signed bytes, and `response` too where it is signed.
 * Where only the assertion is, what `response` adds can only lead to refusal.
 */
export function readSamlResponse(
  response: Element,
  assertion: Element,
  { needsDestination }: { readonly needsDestination: boolean },
): SamlResponse {
  const subject = onlyChild(assertion, SAML, 'Subject')
  const confirmation = bearerConfirmation(subject)
  const conditions = childrenNamed(assertion, SAML, 'Conditions')
  const sessionEnds = instantsOf(childrenNamed(assertion, SAML, 'AuthnStatement'), 'SessionNotOnOrAfter')
  const issueInstant = parseInstant(assertion.getAttribute('IssueInstant'))
  const begins = instantsOf([...conditions, ...(confirmation ? [confirmation] : [])], 'NotBefore')
  const ends = [parseInstant(confirmation?.getAttribute('NotOnOrAfter') ?? null), ...sessionEnds]
  const [ofResponse, ofSubject] = [response, confirmation].map(
    (it) => it?.getAttribute('InResponseTo') ?? null,
  )
  return {
    assertionId: assertion.getAttribute('ID') ?? '',
    inResponseTo: ofSubject ?? ofResponse ?? null,
    namesOneRequest: ofSubject === ofResponse,
    destination: response.getAttribute('Destination'),
    needsDestination,
    recipient: confirmation?.getAttribute('Recipient') ?? null,
    ...readConditions(conditions),
    issueInstant,
    validFrom: Math.max(issueInstant, ...begins) - SKEW,
    // An assertion of exactly the greatest age is good.
    validUntil:
      Math.min(issueInstant + MAX_AGE + 1, ...ends, ...instantsOf(conditions, 'NotOnOrAfter')) + SKEW,
    sessionNotOnOrAfter: sessionEnds.length === 0 ? null : Math.min(...sessionEnds),
    nameId: trimmedText(onlyChild(subject, SAML, 'NameID')),
    attributes: childrenNamed(assertion, SAML, 'AttributeStatement')
      .flatMap((statement) => childrenNamed(statement, SAML, 'Attribute'))
      .map(readAttribute),
  }
}

/** The SubjectConfirmationData of the one bearer confirmation; null where there is not exactly one. */
function bearerConfirmation(subject: Element | null): Element | null {
  const confirmations = subject ? childrenNamed(subject, SAML, 'SubjectConfirmation') : []
  const [bearer, ...more] = confirmations.filter((it) => it.getAttribute('Method') === BEARER)
  return bearer && more.length === 0 ? onlyChild(bearer, SAML, 'SubjectConfirmationData') : null
}

function readConditions(
  conditions: readonly Element[],
): Pick<SamlResponse, 'audiences' | 'hasKnownConditions'> {
  const all = conditions.flatMap(childElements)
  const isKnown = (it: Element) =>
    ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'].some((name) => isNamed(it, SAML, name))
  return {
    hasKnownConditions: all.every(isKnown),
    audiences: all
      .filter((it) => isNamed(it, SAML, 'AudienceRestriction'))
      .map((it) => childrenNamed(it, SAML, 'Audience').map((audience) => trimmedText(audience) ?? '')),
  }
}

/** The instants that these elements give by that name, NaN for those that can't be read. */
function instantsOf(elements: readonly Element[], name: string): number[] {
  return elements.filter((it) => it.hasAttribute(name)).map((it) => parseInstant(it.getAttribute(name)))
}

function readAttribute(attribute: Element): SamlAttribute {
  const isNil = (value: Element) => ['true', '1'].includes(value.getAttributeNS(XSI, 'nil') ?? '')
  return {
    name: attribute.getAttribute('Name') ?? '',
    values: childrenNamed(attribute, SAML, 'AttributeValue')
      .filter((value) => !isNil(value))
      .map(plainText),
  }
}
