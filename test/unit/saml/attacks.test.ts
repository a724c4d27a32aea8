import { describe, it } from 'vitest'
import { type Draft, posted, responseXml, type Signing } from '../../support/saml'
import { disguise, displaced, doubled, transplant, unsigned, wrappings } from '../../support/saml-attacks'
import { read, signOn } from '../../support/saml-sign-on'
import { newSigner } from '../../support/saml-signer'

const hub = await newSigner()
const otherHub = await newSigner()
const tenant = { pems: [hub.pem] }

const SIGNED_WHOLE: Partial<Signing> = { parts: ['response'] }
const SIGNED_BOTH: Partial<Signing> = { parts: ['assertion', 'response'] }
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

function genuine(draft: Partial<Draft> = {}, signing: Partial<Signing> = {}): Promise<string> {
  return responseXml(hub, draft, signing)
}

describe('a genuine response', () => {
  it.for([
    ['its assertion', {}],
    ['the whole', SIGNED_WHOLE],
    ['both', SIGNED_BOTH],
    ['SHA-384', { hash: 'SHA-384' }],
    ['SHA-512', { hash: 'SHA-512' }],
    ['SHA-512 over a digest of SHA-256', { hash: 'SHA-512', digestHash: 'SHA-256' }],
  ] as const)('is accepted with a signature of %s', async ([, signing], { expect }) => {
    expect(await signOn(await genuine({}, signing), tenant)).toMatchObject({ userUid: 'usr-1' })
  })

  it('is accepted by any of four certificates', async ({ expect }) => {
    const pems = [
      ...(await Promise.all([newSigner(), newSigner(), newSigner()])).map(({ pem }) => pem),
      hub.pem,
    ]
    expect(await signOn(await genuine({}, SIGNED_BOTH), { pems })).toMatchObject({ userUid: 'usr-1' })
  })

  it('is accepted with line breaks in its base64, a byte order mark and an XML declaration', async ({
    expect,
  }) => {
    const xml = `\ufeff<?xml version='1.0' encoding="utf-8" standalone='no' ?>\n${await genuine()}\n`
    const [field = ''] = posted(xml)
    const wrapped = field.replace(/.{1,76}/g, '$&\r\n')
    expect(await read([wrapped], tenant)).toMatchObject({ nameId: 'usr-1' })
  })

  it('is accepted whatever its KeyInfo says', async ({ expect }) => {
    const foreign = otherHub.pem.replace(/-----.*-----|\s/g, '')
    const keyInfo = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${foreign}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
    const alterSignature = (text: string) => text.replace('</ds:Signature>', `${keyInfo}</ds:Signature>`)
    expect(await signOn(await genuine({}, { alterSignature }), tenant)).toMatchObject({ userUid: 'usr-1' })
    const forged = await responseXml(otherHub, {}, { alterSignature })
    expect(await signOn(forged, tenant)).toBe('signature_invalid')
  })
})

describe('signature wrapping', () => {
  for (const [name, { of, wrap }] of Object.entries(wrappings)) {
    it(`is refused: ${name}`, async ({ expect }) => {
      const xml = await genuine({}, { parts: [of] })
      const wrapped = wrap(xml)
      // The attack is a real one: both the signed text and the forged user are in it.
      expect(wrapped).toContain('usr-666')
      expect(wrapped).toContain('>usr-1<')
      expect(await signOn(wrapped, tenant)).toBe('assertion_count')
    })
  }

  it('is refused where the signed text hides under another name', async ({ expect }) => {
    expect(await signOn(disguise(await genuine()), tenant)).toBe('signature_reference')
  })

  it('is refused where a forged assertion borrows the ID of what is signed', async ({ expect }) => {
    const xml = disguise(await genuine()).replace('ID="_evil"', 'ID="_assertion"')
    expect(await signOn(xml, tenant)).toBe('signature_reference')
  })
})

describe('markup that has no business in a response', () => {
  it.for([
    ['a DOCTYPE', (xml: string) => `<!DOCTYPE Response>${xml}`],
    [
      'an entity declaration',
      (xml: string) => `<!DOCTYPE r [<!ENTITY uid "usr-666">]>${xml.replace('>usr-1<', '>&uid;<')}`,
    ],
    ['a billion laughs', (xml: string) => `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${xml}`],
    ['an external entity', (xml: string) => `<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">${xml}`],
    ['a comment inside a value', (xml: string) => xml.replace('>usr-1<', '>usr-1<!-- -->.evil<')],
    ['a comment between elements', (xml: string) => xml.replace('<saml:Subject>', '<!--x--><saml:Subject>')],
    ['a comment after the end', (xml: string) => `${xml}<!-- -->`],
    ['CDATA', (xml: string) => xml.replace('>usr-1<', '><![CDATA[usr-1]]><')],
    ['a processing instruction', (xml: string) => xml.replace('>usr-1<', '><?x?>usr-1<')],
    ['a style sheet', (xml: string) => `<?xml-stylesheet href="x"?>${xml}`],
    ['two XML declarations', (xml: string) => `<?xml version="1.0"?><?xml-x version="1.0"?>${xml}`],
  ] as const)('is refused: %s', async ([, alter], { expect }) => {
    for (const signing of [{}, SIGNED_WHOLE]) {
      expect(await signOn(alter(await genuine({}, signing)), tenant)).toBe('forbidden_markup')
    }
  })
})

describe('what is no response', () => {
  it.for([
    ['nothing', []],
    ['an empty field', ['']],
    ['two fields', ['PHg+PC94Pg==', 'PHg+PC94Pg==']],
  ] as const)('is refused: %s', async ([, fields], { expect }) => {
    expect(await read(fields, tenant)).toBe('no_response')
  })

  it.for([
    ['no base64', '%3Csaml%3E'],
    ['base64 for addresses', '-_-_'],
    ['base64 without its padding', 'PHg+PC94Pg'],
    ['bytes that are no UTF-8', btoa('<x>\xff</x>')],
    ['UTF-16', btoa('\xff\xfe<\0x\0/\0>\0')],
    ['a NUL', btoa('<x>\0</x>')],
    ['no XML', btoa('SAMLResponse')],
    ['two roots', btoa('<x/><x/>')],
    ['text after the end', btoa('<x/>x')],
    ['an end too few', btoa('<x>')],
    ['another root', btoa('<x xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>')],
    ['a prefix of nothing', btoa('<samlp:Response Version="2.0"/>')],
    ['an unknown entity', btoa('<x>&nbsp;</x>')],
    ['a bare ampersand', btoa('<x>a & b</x>')],
    ['a control character by its number', btoa('<x>&#1;</x>')],
    ['a number that is no character', btoa('<x>&#x110000;</x>')],
    ['a control character', btoa('<x>\x01</x>')],
    ['XML 1.1', btoa('<?xml version="1.1"?><x/>')],
    ['Latin 1 by its own word', btoa('<?xml version="1.0" encoding="ISO-8859-1"?><x/>')],
    ['more than a form of 256 KiB can hold', btoa(' '.repeat(200_000))],
  ] as const)('is refused: %s', async ([, field], { expect }) => {
    expect(await read([field], tenant)).toBe('malformed')
  })

  it.for([
    ['SAML 1.1', { version: '1.1' }],
    ['an assertion of SAML 1.1', { assertionVersion: '1.1' }],
    ['an assertion without an ID', { assertionId: '' }],
  ] as const)('is refused: %s', async ([, draft], { expect }) => {
    expect(await signOn(await genuine(draft), tenant)).toBe('malformed')
  })

  it('is refused: an encrypted assertion', async ({ expect }) => {
    const extra =
      '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"></saml:EncryptedAssertion>'
    expect(await signOn(await genuine({ extra }), tenant)).toBe('encrypted')
  })

  it('is refused: no assertion, and two', async ({ expect }) => {
    const xml = await genuine({}, SIGNED_WHOLE)
    expect(await signOn(xml.replace(/<saml:Assertion .*<\/saml:Assertion>/s, ''), tenant)).toBe(
      'assertion_count',
    )
    const [assertion = ''] = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml) ?? []
    const other = assertion.replace('_assertion', '_other')
    expect(await signOn(xml.replace(assertion, assertion + other), tenant)).toBe('assertion_count')
  })
})

describe('a signature', () => {
  it('has to be there', async ({ expect }) => {
    expect(await signOn(unsigned(await genuine({}, SIGNED_BOTH)), tenant)).toBe('unsigned')
  })

  it('is not believed of another tenant’s hub', async ({ expect }) => {
    expect(await signOn(await genuine(), { pems: [otherHub.pem] })).toBe('signature_invalid')
  })

  it('has to be good where there are two, each of them', async ({ expect }) => {
    const [one, other] = await Promise.all([genuine({}, SIGNED_BOTH), responseXml(otherHub, {}, SIGNED_BOTH)])
    expect(await signOn(transplant(other, one), tenant)).toBe('signature_invalid')
    expect(await signOn(transplant(one, other), tenant)).toBe('signature_invalid')
  })

  it.for([
    ['an attribute altered', (xml: string) => xml.replace('>cld-1<', '>cld-2<')],
    ['the user altered', (xml: string) => xml.replaceAll('usr-1', 'usr-2')],
    ['white space added', (xml: string) => xml.replace('<saml:Subject>', '<saml:Subject> ')],
    ['another signature value', (xml: string) => xml.replace(/<ds:SignatureValue>..../, '$&AAAA')],
    ['no signature value', (xml: string) => xml.replace(/(<ds:SignatureValue>)[^<]*/, '$1')],
    [
      'a digest made anew',
      (xml: string) => xml.replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${btoa('x'.repeat(32))}`),
    ],
    ['a comment’s worth of text in the digest', (xml: string) => xml.replace(/(<ds:DigestValue>)/, '$1AAAA')],
  ] as const)('is not good with %s', async ([, alter], { expect }) => {
    for (const signing of [{}, SIGNED_WHOLE, SIGNED_BOTH]) {
      expect(await signOn(alter(await genuine({}, signing)), tenant)).toBe('signature_invalid')
    }
  })

  it.for([
    ['RSA with SHA-1', { hash: 'SHA-1' }],
    ['a digest of SHA-1', { digestHash: 'SHA-1' }],
    ['HMAC with SHA-256', method('http://www.w3.org/2001/04/xmldsig-more#hmac-sha256')],
    ['HMAC with SHA-1', method('http://www.w3.org/2000/09/xmldsig#hmac-sha1')],
    ['none', method('none')],
    ['no name', method('')],
    ['ECDSA', method('http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256')],
    ['DSA', method('http://www.w3.org/2000/09/xmldsig#dsa-sha1')],
    ['MD5', method('http://www.w3.org/2001/04/xmldsig-more#rsa-md5')],
    ['an unknown digest', { alterSignedInfo: (text) => text.replace('xmlenc#sha256', 'xmlenc#sha257') }],
    [
      'inclusive canonicalisation of itself',
      {
        alterSignedInfo: (text) =>
          text.replace(
            `CanonicalizationMethod Algorithm="${exclusive}"`,
            'CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"',
          ),
      },
    ],
  ] satisfies [string, Partial<Signing>][])(
    'is refused for its algorithm: %s',
    async ([, signing], { expect }) => {
      expect(await signOn(await genuine({}, signing), tenant)).toBe('signature_algorithm')
    },
  )

  it('may be of SHA-1 at a tenant that allows it, and of HMAC never', async ({ expect }) => {
    const old = { pems: [hub.pem], allowSha1: true }
    expect(await signOn(await genuine({}, { hash: 'SHA-1' }), old)).toMatchObject({ userUid: 'usr-1' })
    const hmac = await genuine({}, method('http://www.w3.org/2000/09/xmldsig#hmac-sha1'))
    expect(await signOn(hmac, old)).toBe('signature_algorithm')
  })

  it.for([
    ['the whole document', (text: string) => text.replace('URI="#_assertion"', 'URI=""')],
    ['the response, from the assertion', (text: string) => text.replace('#_assertion', '#_response')],
    ['an XPointer', (text: string) => text.replace('#_assertion', '#xpointer(id(&quot;_assertion&quot;))')],
    ['another document', (text: string) => text.replace('#_assertion', 'http://hub.example/#_assertion')],
    ['nothing', (text: string) => text.replace(/<ds:Reference .*<\/ds:Reference>/s, '')],
    ['two things', (text: string) => text.replace(/<ds:Reference .*<\/ds:Reference>/s, '$&$&')],
    ['what no transform encloses', (text: string) => text.replace(/<ds:Transforms>.*<\/ds:Transforms>/s, '')],
    [
      'what one transform leaves',
      (text: string) => text.replace(/<ds:Transform Algorithm="[^"]*enveloped[^>]*><\/ds:Transform>/, ''),
    ],
    [
      'what a third transform leaves',
      (text: string) =>
        text.replace(
          '</ds:Transforms>',
          `<ds:Transform Algorithm="${exclusive}"></ds:Transform></ds:Transforms>`,
        ),
    ],
    ['what XPath leaves', (text: string) => text.replace(/#enveloped-signature/, '#xpath')],
    [
      'what XSLT makes',
      (text: string) =>
        text.replace(
          'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
          'http://www.w3.org/TR/1999/REC-xslt-19991116',
        ),
    ],
    [
      'text with its comments',
      (text: string) => text.replace(`<ds:Transform Algorithm="${exclusive}`, '$&WithComments'),
    ],
    ['what is not of XML Signature', (text: string) => text.replaceAll('ds:Reference', 'Reference')],
    [
      'a digest with parameters',
      (text: string) => text.replace('</ds:DigestMethod>', '<ds:X></ds:X></ds:DigestMethod>'),
    ],
    [
      'a part of an HMAC',
      (text: string) =>
        text.replace(
          '</ds:SignatureMethod>',
          '<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>',
        ),
    ],
  ] as const)('is refused where it is of %s', async ([, alterSignedInfo], { expect }) => {
    expect(await signOn(await genuine({}, { alterSignedInfo }), tenant)).toBe('signature_reference')
  })

  it.for([
    ['in another place', displaced],
    ['twice', doubled],
    [
      'with an Object',
      (xml: string) => xml.replace('</ds:Signature>', '<ds:Object></ds:Object></ds:Signature>'),
    ],
    ['without a value', (xml: string) => xml.replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/s, '')],
    [
      'under an ID that is there twice',
      (xml: string) => xml.replace('<saml:Subject>', '<saml:Subject ID="_assertion">'),
    ],
  ] as const)('is refused where it is %s', async ([, alter], { expect }) => {
    expect(await signOn(alter(await genuine()), tenant)).toBe('signature_reference')
  })
})

/** A signature that is good but for the name of its method. */
function method(uri: string): Partial<Signing> {
  return {
    alterSignedInfo: (text) => text.replace(/(SignatureMethod Algorithm=")[^"]*/, `$1${uri}`),
  }
}
