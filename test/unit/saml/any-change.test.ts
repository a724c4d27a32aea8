import fc from 'fast-check'
import { describe, it } from 'vitest'
import { acsUrl, apiId, issuedAt, posted, responseXml } from '../../support/saml'
import { samlFixture } from '../../support/saml-fixtures'
import { read, signOn } from '../../support/saml-sign-on'
import { newSigner } from '../../support/saml-signer'

const hub = await newSigner()
const attributes = {
  uid: 'usr-1',
  group_uid: 'cld-1',
  name: 'Ann & “Zoë” <😀>\u00a0',
  email: 'ann@acme.example',
}

const responses = {
  'a signed assertion': { xml: await responseXml(hub, { attributes }), pem: hub.pem },
  'a signed response': { xml: await responseXml(hub, { attributes }, { parts: ['response'] }), pem: hub.pem },
  'both signed': {
    xml: await responseXml(hub, { attributes }, { parts: ['assertion', 'response'] }),
    pem: hub.pem,
  },
  'one by xmlsec1': { xml: samlFixture('xmlsec1-hard-text.xml'), pem: samlFixture('xmlsec1.pem') },
  'one by Java': { xml: samlFixture('java-both.xml'), pem: samlFixture('java.pem') },
}

/** Characters that mean something somewhere in a response, and any others. */
const anyChar = fc.oneof(
  fc.constantFrom(
    '<',
    '>',
    '&',
    '"',
    "'",
    '/',
    '=',
    ' ',
    '\n',
    '\r',
    '\t',
    ';',
    '#',
    '!',
    '?',
    '-',
    ':',
    '0',
    '1',
    '2',
    'x',
    'X',
    '\0',
    '\ufeff',
    '\u00a0',
    '😀',
  ),
  fc.string({ minLength: 0, maxLength: 2, unit: 'binary' }),
)

describe.for(Object.entries(responses))('a change of one character: %s', ([, { xml, pem }]) => {
  it('never makes it say something else', async ({ expect }) => {
    const genuine = await signOn(xml, { pems: [pem] })
    expect(genuine).toHaveProperty('userUid', 'usr-1')
    const change = fc.tuple(fc.nat({ max: xml.length - 1 }), fc.nat({ max: 1 }), anyChar)
    await fc.assert(
      fc.asyncProperty(change, async ([at, removed, text]) => {
        const changed = xml.slice(0, at) + text + xml.slice(at + removed)
        const result = await signOn(changed, { pems: [pem] })
        if (typeof result !== 'string') expect(result).toEqual(genuine)
      }),
      { numRuns: 400 },
    )
  })

  it('of its base64 does neither', async ({ expect }) => {
    const tenant = { pems: [pem] }
    const [field = ''] = posted(xml)
    const genuine = await read([field], tenant)
    const char = fc.constantFrom(...'ABCDwxyz0189+/=-_ \n%')
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: field.length - 1 }), char, async (at, text) => {
        const result = await read([field.slice(0, at) + text + field.slice(at + 1)], tenant)
        // What stands around a signed assertion is not signed, and is not used but to refuse.
        if (typeof result !== 'string') {
          expect({ ...result, destination: acsUrl, inResponseTo: '_request', namesOneRequest: true }).toEqual(
            genuine,
          )
        }
      }),
      { numRuns: 400 },
    )
  })
})

describe('any text', () => {
  it('that is posted is refused or read, and never throws', async ({ expect }) => {
    const tag = fc.constantFrom(
      '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Version="2.0" ID="a">',
      '</samlp:Response>',
      '<saml:Assertion Version="2.0" ID="b">',
      '</saml:Assertion>',
      '<ds:Signature>',
      '</ds:Signature>',
      '<ds:SignedInfo>',
      '</ds:SignedInfo>',
      '<ds:SignatureValue/>',
      '<ds:Reference URI="#b"/>',
      '<ds:CanonicalizationMethod Algorithm="x"/>',
    )
    const anyXml = fc
      .array(fc.oneof({ arbitrary: tag, weight: 9 }, fc.string()))
      .map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(anyXml, async (xml) => {
        expect(typeof (await read(posted(xml), { pems: [hub.pem] }))).toBe('string')
      }),
      { numRuns: 500 },
    )
  })

  it('in a value is read as it was written', async ({ expect }) => {
    const value = fc.string({ unit: fc.constantFrom(...'aZ é&<>"\'\u00a0😀;#x]') }).map((text) => text.trim())
    await fc.assert(
      fc.asyncProperty(value, async (name) => {
        const draft = { attributes: { ...attributes, name }, issueInstant: issuedAt, audiences: [[apiId]] }
        const xml = await responseXml(hub, draft, { parts: ['assertion', 'response'] })
        expect(await signOn(xml, { pems: [hub.pem] })).toHaveProperty('firstName', name)
      }),
      { numRuns: 100 },
    )
  })
})
