import { base64, digest, type Hash, type Signer } from './saml-signer'

/**
 * A hub's responses, written by hand in canonical form: what is signed is the very text that is sent, so that no
 * canonicalisation of ours or of a library is needed to make one.
 */

export const MINUTE = 60_000
/** When the responses are issued. */
export const issuedAt = Date.parse('2030-05-01T10:00:00.000Z')
export const acsUrl = 'https://daybook.example/maestrano/auth/saml/consume/demo'
export const apiId = 'app-demo'
export const hubEntityId = 'https://hub.example/metadata'

const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion'
const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol'
const DS = 'http://www.w3.org/2000/09/xmldsig#'

/** What a response says; an attribute of the XML that is null is left out. Instants: epoch milliseconds. */
export type Draft = {
  readonly responseId: string
  readonly assertionId: string
  readonly version: string
  readonly assertionVersion: string
  readonly status: string
  /** Null: without an Issuer. */
  readonly issuer: string | null
  readonly responseIssuer: string | null
  readonly destination: string | null
  readonly issueInstant: number | string
  readonly inResponseTo: string | null
  /** Of the SubjectConfirmationData; by default that of the response. */
  readonly confirmedInResponseTo: string | null | undefined
  readonly recipient: string | null
  readonly confirmedUntil: number | string | null
  readonly notBefore: number | null
  readonly notOnOrAfter: number | null
  readonly sessionNotOnOrAfter: number | null
  /** Each a restriction with its audiences. */
  readonly audiences: readonly (readonly string[])[]
  /** XML in place of the audience restrictions. */
  readonly conditions: string | undefined
  /** XML in place of the one SubjectConfirmation. */
  readonly confirmations: string | undefined
  readonly nameId: string | null
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
  /** XML after the attributes of the assertion. */
  readonly moreAttributes: string
  /** XML before the assertion. */
  readonly extra: string
}

export const genuine: Draft = {
  responseId: '_response',
  assertionId: '_assertion',
  version: '2.0',
  assertionVersion: '2.0',
  status: 'urn:oasis:names:tc:SAML:2.0:status:Success',
  issuer: hubEntityId,
  responseIssuer: hubEntityId,
  destination: acsUrl,
  issueInstant: issuedAt,
  inResponseTo: '_request',
  confirmedInResponseTo: undefined,
  recipient: acsUrl,
  confirmedUntil: issuedAt + 5 * MINUTE,
  notBefore: issuedAt - MINUTE,
  notOnOrAfter: issuedAt + 5 * MINUTE,
  sessionNotOnOrAfter: null,
  audiences: [[apiId]],
  conditions: undefined,
  confirmations: undefined,
  nameId: 'usr-1',
  attributes: { uid: 'usr-1', group_uid: 'cld-1', email: 'ann@acme.example', name: 'Ann', surname: 'Lee' },
  moreAttributes: '',
  extra: '',
}

/** How and by whom a response is signed. */
export type Signing = {
  readonly signer: Signer
  readonly parts: readonly ('response' | 'assertion')[]
  readonly hash: Hash
  readonly digestHash: Hash
  /** Changes to the text of a SignedInfo before it is signed. */
  readonly alterSignedInfo: (text: string) => string
  /** Changes to the whole Signature after it was made. */
  readonly alterSignature: (text: string) => string
}

/** The XML of a response that is signed by this signer: the assertion alone, unless `signing` says else. */
export async function responseXml(
  signer: Signer,
  draft: Partial<Draft> = {},
  signing: Partial<Signing> = {},
): Promise<string> {
  const whole = { ...genuine, ...draft }
  const full: Signing = {
    signer,
    parts: ['assertion'],
    hash: 'SHA-256',
    digestHash: signing.hash ?? 'SHA-256',
    alterSignedInfo: (text) => text,
    alterSignature: (text) => text,
    ...signing,
  }
  const bare = assertionXml(whole, '')
  const inner = full.parts.includes('assertion')
    ? assertionXml(whole, await signatureXml(bare, whole.assertionId, full))
    : bare
  const outer = wholeXml(whole, '', inner)
  return full.parts.includes('response')
    ? wholeXml(whole, await signatureXml(outer, whole.responseId, full), inner)
    : outer
}

/** What is posted: base64 of the UTF-8 of a text. */
export function posted(xml: string): string[] {
  return [base64(new TextEncoder().encode(xml))]
}

function wholeXml(draft: Draft, signature: string, assertion: string): string {
  const { responseId, issueInstant, destination, inResponseTo, version, status, responseIssuer, extra } =
    draft
  const names = attributes({
    Destination: destination,
    ID: responseId,
    InResponseTo: inResponseTo,
    IssueInstant: instant(issueInstant),
    Version: version,
  })
  return [
    `<samlp:Response xmlns:samlp="${SAMLP}"${names}>`,
    responseIssuer === null ? '' : `<saml:Issuer xmlns:saml="${SAML}">${text(responseIssuer)}</saml:Issuer>`,
    signature,
    `<samlp:Status><samlp:StatusCode Value="${status}"></samlp:StatusCode></samlp:Status>`,
    extra,
    assertion,
    '</samlp:Response>',
  ].join('')
}

function assertionXml(draft: Draft, signature: string): string {
  const { assertionId, issueInstant, assertionVersion, issuer, nameId } = draft
  const names = attributes({
    ID: assertionId,
    IssueInstant: instant(issueInstant),
    Version: assertionVersion,
  })
  return [
    `<saml:Assertion xmlns:saml="${SAML}"${names}>`,
    issuer === null ? '' : `<saml:Issuer>${text(issuer)}</saml:Issuer>`,
    signature,
    '<saml:Subject>',
    nameId === null ? '' : `<saml:NameID>${text(nameId)}</saml:NameID>`,
    draft.confirmations ?? confirmationXml(draft),
    `</saml:Subject><saml:Conditions${attributes({
      NotBefore: instant(draft.notBefore),
      NotOnOrAfter: instant(draft.notOnOrAfter),
    })}>`,
    draft.conditions ?? draft.audiences.map(restrictionXml).join(''),
    `</saml:Conditions><saml:AuthnStatement${attributes({
      AuthnInstant: instant(draft.issueInstant),
      SessionNotOnOrAfter: instant(draft.sessionNotOnOrAfter),
    })}></saml:AuthnStatement><saml:AttributeStatement>`,
    ...Object.entries(draft.attributes).map(([name, values]) => attributeXml(name, values)),
    draft.moreAttributes,
    '</saml:AttributeStatement></saml:Assertion>',
  ].join('')
}

/** A bearer SubjectConfirmation as the draft has it. */
export function confirmationXml(changes: Partial<Draft> = {}): string {
  const draft = { ...genuine, ...changes }
  const names = attributes({
    InResponseTo:
      draft.confirmedInResponseTo === undefined ? draft.inResponseTo : draft.confirmedInResponseTo,
    NotOnOrAfter: instant(draft.confirmedUntil),
    Recipient: draft.recipient,
  })
  return [
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<saml:SubjectConfirmationData${names}></saml:SubjectConfirmationData></saml:SubjectConfirmation>`,
  ].join('')
}

export function restrictionXml(audiences: readonly string[]): string {
  const each = audiences.map((audience) => `<saml:Audience>${text(audience)}</saml:Audience>`)
  return `<saml:AudienceRestriction>${each.join('')}</saml:AudienceRestriction>`
}

export function attributeXml(name: string, values: string | readonly string[]): string {
  const each = [values].flat().map((value) => `<saml:AttributeValue>${text(value)}</saml:AttributeValue>`)
  return `<saml:Attribute Name="${attribute(name)}">${each.join('')}</saml:Attribute>`
}

/** The names of algorithms under which these hashes are signed and digested. */
const methods: Record<Hash, { readonly signature: string; readonly digest: string }> = {
  'SHA-1': { signature: `${DS}rsa-sha1`, digest: `${DS}sha1` },
  'SHA-256': {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
  'SHA-384': {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
    digest: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  },
  'SHA-512': {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
  },
}

/** A Signature of an element's canonical text. */
async function signatureXml(signed: string, id: string, signing: Signing): Promise<string> {
  const { signer, hash, digestHash, alterSignedInfo, alterSignature } = signing
  const info = alterSignedInfo(
    [
      `<ds:SignedInfo xmlns:ds="${DS}">`,
      '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>',
      `<ds:SignatureMethod Algorithm="${methods[hash].signature}"></ds:SignatureMethod>`,
      `<ds:Reference URI="#${attribute(id)}"><ds:Transforms>`,
      `<ds:Transform Algorithm="${DS}enveloped-signature"></ds:Transform>`,
      '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>',
      `<ds:DigestMethod Algorithm="${methods[digestHash].digest}"></ds:DigestMethod>`,
      `<ds:DigestValue>${await digest(digestHash, signed)}</ds:DigestValue></ds:Reference></ds:SignedInfo>`,
    ].join(''),
  )
  const value = await signer.sign(hash, info)
  // Inside of the Signature, which declares the prefix, canonical text doesn't declare it again.
  const inside = info.replace(` xmlns:ds="${DS}"`, '')
  return alterSignature(
    `<ds:Signature xmlns:ds="${DS}">${inside}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`,
  )
}

function instant(at: number | string | null): string | null {
  return typeof at === 'number' ? new Date(at).toISOString() : at
}

function attributes(values: Readonly<Record<string, string | null>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === null ? '' : ` ${name}="${attribute(value)}"`))
    .join('')
}

/** Canonical XML 1.0, section 2.3: text and attribute values. */
function text(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#xD;')
}

function attribute(value: string): string {
  return value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/"/g, '&quot;')
    .replace(/\t/g, '&#x9;')
    .replace(/\n/g, '&#xA;')
    .replace(/\r/g, '&#xD;')
}
