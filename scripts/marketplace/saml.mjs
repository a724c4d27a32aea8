// @ts-check
// SAML 2.0 as the hub speaks it: reads an AuthnRequest, writes and signs a Response (marketplace.md 3).
import { fromBase64, randomHex, toBase64, utf8 } from './bytes.mjs'
import { canonical, element } from './canonical-xml.mjs'
import { signBytes } from './identity.mjs'

/** @typedef {import('./identity.mjs').Identity} Identity */
/** @typedef {import('./canonical-xml.mjs').Element} Element */
/** @typedef {{ id: string, issuer: string, acs: string, destination: string | null }} AuthnRequest */
/** @typedef {Record<string, string | readonly string[] | null | undefined>} Attributes */

const MINUTE_MS = 60_000

const status = 'urn:oasis:names:tc:SAML:2.0:status:'
const xmldsig = 'http://www.w3.org/2000/09/xmldsig#'
const xmldsigMore = 'http://www.w3.org/2001/04/xmldsig-more#'
const xmlenc = 'http://www.w3.org/2001/04/xmlenc#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** @type {Record<'sha1' | 'sha256' | 'sha384' | 'sha512', { hash: import('./identity.mjs').Hash, signature: string, digest: string }>} */
const algorithms = {
  sha1: { hash: 'SHA-1', signature: `${xmldsig}rsa-sha1`, digest: `${xmldsig}sha1` },
  sha256: { hash: 'SHA-256', signature: `${xmldsigMore}rsa-sha256`, digest: `${xmlenc}sha256` },
  sha384: { hash: 'SHA-384', signature: `${xmldsigMore}rsa-sha384`, digest: `${xmldsigMore}sha384` },
  sha512: { hash: 'SHA-512', signature: `${xmldsigMore}rsa-sha512`, digest: `${xmlenc}sha512` },
}

/**
 * Reads the query parameter `SAMLRequest` (base64 of raw DEFLATE).
 * @param {string} text
 * @returns {Promise<AuthnRequest>}
 * @throws Error that says what is wrong with it
 */
export async function readAuthnRequest(text) {
  const xml = await inflate(text)
  const [root] = /<samlp:AuthnRequest\b[^>]*>/.exec(xml) ?? []
  if (!root) throw new Error('the SAMLRequest holds no samlp:AuthnRequest')
  const attribute = (/** @type {string} */ name) => {
    const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(root)
    return found ? unescapeXml(found[1] ?? found[2] ?? '') : null
  }
  const id = attribute('ID')
  if (!id) throw new Error('the AuthnRequest has no ID')
  const acs = attribute('AssertionConsumerServiceURL')
  if (!acs) throw new Error('the AuthnRequest has no AssertionConsumerServiceURL')
  const issuer = /<saml:Issuer\b[^>]*>([^<]*)<\/saml:Issuer>/.exec(xml)?.[1]
  if (!issuer) throw new Error('the AuthnRequest has no saml:Issuer')
  return { id, acs, issuer: unescapeXml(issuer.trim()), destination: attribute('Destination') }
}

/** @param {string} text */
async function inflate(text) {
  try {
    const bytes = new Blob([fromBase64(text)]).stream()
    return await new Response(bytes.pipeThrough(new DecompressionStream('deflate-raw'))).text()
  } catch (cause) {
    throw new Error('the SAMLRequest is not base64 of DEFLATE', { cause })
  }
}

/** @param {string} text */
const unescapeXml = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')

/**
 * What a response says. Only the first block is needed; a value of the second that is null is left out of the XML.
 * Times are epoch milliseconds.
 * @typedef {object} ResponseOptions
 * @property {Identity} identity signs it
 * @property {string} acs AssertionConsumerServiceURL, to which it is posted
 * @property {string} audience `apiId` of the tenant
 * @property {string} nameId
 * @property {Attributes | readonly (readonly [string, string])[]} attributes a list of values makes several
 *   AttributeValue; pairs may name an attribute twice
 * @property {string | null} [requestId] ID of the AuthnRequest; null or none where the sign-on began at the hub
 *
 * @property {string | null} [issuer]
 * @property {string | null} [responseIssuer]
 * @property {string | null} [destination]
 * @property {string | null} [recipient]
 * @property {string | null} [inResponseTo] of the Response
 * @property {string | null} [confirmationInResponseTo] of SubjectConfirmationData
 * @property {number} [now] what the other times are counted from
 * @property {number | null} [issueInstant] of Response and Assertion
 * @property {number | null} [notBefore] of Conditions
 * @property {number | null} [notOnOrAfter] of Conditions
 * @property {number | null} [confirmationNotOnOrAfter]
 * @property {number | null} [sessionNotOnOrAfter]
 * @property {string} [statusCode] the part after `urn:oasis:names:tc:SAML:2.0:status:`
 * @property {string} [responseId]
 * @property {string} [assertionId]
 *
 * @property {'assertion' | 'response' | 'both' | 'none'} [sign] which part carries a signature
 * @property {'sha1' | 'sha256' | 'sha384' | 'sha512'} [algorithm]
 * @property {boolean} [keyInfo] whether the certificate stands in the signature
 * @property {(response: Element) => void} [arrange] changes the tree before anything is signed
 */

/**
 * A signed response: `xml`, and `samlResponse`, its base64 for the form field.
 * @param {ResponseOptions} options
 * @returns {Promise<{ xml: string, samlResponse: string, responseId: string, assertionId: string }>}
 */
export async function signResponse(options) {
  const { responseId = `_${randomHex()}`, assertionId = `_${randomHex()}`, sign = 'assertion' } = options
  const response = responseTree({ ...options, responseId, assertionId })
  options.arrange?.(response)
  const assertion = response.children.find(
    (child) => child !== null && typeof child === 'object' && child.name === 'saml:Assertion',
  )
  if ((sign === 'assertion' || sign === 'both') && assertion && typeof assertion === 'object') {
    await addSignature(assertion, options)
  }
  if (sign === 'response' || sign === 'both') await addSignature(response, options)
  const xml = canonical(response)
  return { xml, samlResponse: encodeResponse(xml), responseId, assertionId }
}

/** A response as the form field `SAMLResponse` holds it. @param {string} xml */
export const encodeResponse = (xml) => toBase64(utf8(xml))

/** @param {ResponseOptions & { responseId: string, assertionId: string }} options @returns {Element} */
function responseTree({
  acs,
  audience,
  nameId,
  attributes,
  requestId = null,
  responseId,
  assertionId,
  issuer = 'Demo Marketplace',
  responseIssuer = issuer,
  destination = acs,
  recipient = acs,
  inResponseTo = requestId,
  confirmationInResponseTo = requestId,
  now = Date.now(),
  issueInstant = now,
  notBefore = now - MINUTE_MS,
  notOnOrAfter = now + 5 * MINUTE_MS,
  confirmationNotOnOrAfter = now + 5 * MINUTE_MS,
  sessionNotOnOrAfter = null,
  statusCode = 'Success',
}) {
  return element(
    'samlp:Response',
    {
      ID: responseId,
      Version: '2.0',
      IssueInstant: time(issueInstant),
      Destination: destination,
      InResponseTo: inResponseTo,
    },
    issuerElement(responseIssuer),
    element('samlp:Status', {}, element('samlp:StatusCode', { Value: status + statusCode })),
    element(
      'saml:Assertion',
      { ID: assertionId, Version: '2.0', IssueInstant: time(issueInstant) },
      issuerElement(issuer),
      element(
        'saml:Subject',
        {},
        element('saml:NameID', { Format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' }, nameId),
        element(
          'saml:SubjectConfirmation',
          { Method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer' },
          element('saml:SubjectConfirmationData', {
            InResponseTo: confirmationInResponseTo,
            NotOnOrAfter: time(confirmationNotOnOrAfter),
            Recipient: recipient,
          }),
        ),
      ),
      element(
        'saml:Conditions',
        { NotBefore: time(notBefore), NotOnOrAfter: time(notOnOrAfter) },
        element('saml:AudienceRestriction', {}, element('saml:Audience', {}, audience)),
      ),
      element(
        'saml:AuthnStatement',
        {
          AuthnInstant: time(issueInstant),
          SessionIndex: assertionId,
          SessionNotOnOrAfter: time(sessionNotOnOrAfter),
        },
        element(
          'saml:AuthnContext',
          {},
          element('saml:AuthnContextClassRef', {}, 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password'),
        ),
      ),
      element('saml:AttributeStatement', {}, ...attributeElements(attributes)),
    ),
  )
}

/** @param {number | null} ms */
const time = (ms) => (ms === null ? null : new Date(ms).toISOString())

/** @param {string | null} issuer */
const issuerElement = (issuer) => (issuer === null ? null : element('saml:Issuer', {}, issuer))

/** @param {ResponseOptions['attributes']} attributes */
function attributeElements(attributes) {
  /** @type {readonly (readonly [string, string | readonly string[] | null | undefined])[]} */
  const pairs = Array.isArray(attributes) ? attributes : Object.entries(attributes)
  return pairs.map(([name, value]) => {
    if (value === null || value === undefined) return null
    const values = typeof value === 'string' ? [value] : value
    return element(
      'saml:Attribute',
      { Name: name, NameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic' },
      ...values.map((each) => element('saml:AttributeValue', {}, each)),
    )
  })
}

/**
 * An enveloped signature, put behind the Issuer as the schema wants it.
 * @param {Element} signed @param {ResponseOptions} options
 */
async function addSignature(signed, { identity, algorithm = 'sha256', keyInfo = true }) {
  const { hash, signature, digest } = algorithms[algorithm]
  const digestValue = toBase64(await crypto.subtle.digest(hash, utf8(canonical(signed))))
  const signedInfo = element(
    'ds:SignedInfo',
    {},
    element('ds:CanonicalizationMethod', { Algorithm: exclusive }),
    element('ds:SignatureMethod', { Algorithm: signature }),
    element(
      'ds:Reference',
      { URI: `#${signed.attributes.ID}` },
      element(
        'ds:Transforms',
        {},
        element('ds:Transform', { Algorithm: `${xmldsig}enveloped-signature` }),
        element('ds:Transform', { Algorithm: exclusive }),
      ),
      element('ds:DigestMethod', { Algorithm: digest }),
      element('ds:DigestValue', {}, digestValue),
    ),
  )
  const value = toBase64(await signBytes(identity, hash, utf8(canonical(signedInfo))))
  const certificate = identity.certificate.replace(/-----[^-]+-----|\s/g, '')
  const tree = element(
    'ds:Signature',
    {},
    signedInfo,
    element('ds:SignatureValue', {}, value),
    keyInfo
      ? element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate)))
      : null,
  )
  signed.children.splice(1, 0, tree)
}
