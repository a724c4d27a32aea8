import { describe, it } from 'vitest'
import { encodeResponse } from '../../../scripts/marketplace/saml.mjs'
import { post, respond } from '../../support/sign-on'
import { expectSignOnRefused } from '../../support/sign-on-refusals'

const xmlOf = (samlResponse: string) =>
  new TextDecoder().decode(Uint8Array.from(atob(samlResponse), (c) => c.charCodeAt(0)))

const ASSERTION = /<saml:Assertion[\s\S]*<\/saml:Assertion>/
const SIGNATURE = /<ds:Signature [\s\S]*<\/ds:Signature>|<ds:Signature>[\s\S]*<\/ds:Signature>/

/** An assertion of the attacker's own, with another user in it. */
const evil = (assertion: string) =>
  assertion
    .replace(SIGNATURE, '')
    .replace(/ ID="[^"]*"/, ' ID="_evil"')
    .replace('>usr-1<', '>usr-evil<')

/** The ways to change a genuine response, and how each is refused. */
const changed: Record<string, readonly [code: string, change: (xml: string) => string]> = {
  'an altered attribute': ['signature_invalid', (xml) => xml.replace('Acme', 'Acne')],
  'an altered NameID': ['signature_invalid', (xml) => xml.replace(/(<saml:NameID[^>]*>)usr-1/, '$1usr-2')],
  'a comment in a value': ['forbidden_markup', (xml) => xml.replace('>usr-1<', '>usr-<!-- -->1<')],
  'a comment before the root': ['forbidden_markup', (xml) => `<!-- -->${xml}`],
  'a DOCTYPE': ['forbidden_markup', (xml) => `<!DOCTYPE r [<!ENTITY e "x">]>${xml}`],
  'an external entity': ['forbidden_markup', (xml) => `<!DOCTYPE r SYSTEM "https://evil.example/x">${xml}`],
  CDATA: ['forbidden_markup', (xml) => xml.replace('>usr-1<', '><![CDATA[usr-1]]><')],
  'a processing instruction': [
    'forbidden_markup',
    (xml) => xml.replace('<saml:Subject', '<?x y?><saml:Subject'),
  ],
  'no XML': ['malformed', () => 'no XML'],
  'an element that is not closed': ['malformed', (xml) => xml.slice(0, -20)],
  'another root': ['malformed', (xml) => xml.replaceAll('samlp:Response', 'samlp:Answer')],
  'another version': ['malformed', (xml) => xml.replace('Version="2.0"', 'Version="1.1"')],
  depth: [
    'malformed',
    (xml) => xml.replace('</samlp:Response>', `${'<x>'.repeat(80)}${'</x>'.repeat(80)}</samlp:Response>`),
  ],
  'an encrypted assertion': [
    'encrypted',
    (xml) =>
      xml.replace(ASSERTION, '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'),
  ],
  'the signature taken out': ['unsigned', (xml) => xml.replace(SIGNATURE, '')],
  'no assertion': ['assertion_count', (xml) => xml.replace(ASSERTION, '')],
  'the assertion twice': ['assertion_count', (xml) => xml.replace(ASSERTION, '$&$&')],
  HMAC: [
    'signature_algorithm',
    (xml) =>
      xml.replace(/(SignatureMethod Algorithm=")[^"]*/, '$1http://www.w3.org/2000/09/xmldsig#hmac-sha1'),
  ],
  'no algorithm': [
    'signature_algorithm',
    (xml) => xml.replace(/(SignatureMethod Algorithm=")[^"]*/, '$1none'),
  ],
  'a digest of MD5': [
    'signature_algorithm',
    (xml) => xml.replace(/(DigestMethod Algorithm=")[^"]*/, '$1http://www.w3.org/2001/04/xmldsig-more#md5'),
  ],
  'inclusive canonicalisation': [
    'signature_reference',
    (xml) =>
      xml.replace(
        /(Transform Algorithm=")http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#/,
        '$1http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
      ),
  ],
  'a reference to the whole document': [
    'signature_reference',
    (xml) => xml.replace(/(Reference URI=")[^"]*/, '$1'),
  ],
  'a reference to something else': [
    'signature_reference',
    (xml) => xml.replace(/(Reference URI=")[^"]*/, '$1#_other'),
  ],
  'wrapping: the evil assertion first': [
    'assertion_count',
    (xml) => xml.replace(ASSERTION, (a) => evil(a) + a),
  ],
  'wrapping: the evil assertion last': [
    'assertion_count',
    (xml) => xml.replace(ASSERTION, (a) => a + evil(a)),
  ],
  'wrapping: the genuine one inside of the evil one': [
    'assertion_count',
    (xml) => xml.replace(ASSERTION, (a) => evil(a).replace('</saml:Assertion>', `${a}</saml:Assertion>`)),
  ],
  'wrapping: the genuine one in extensions': [
    'assertion_count',
    (xml) => xml.replace(ASSERTION, (a) => `<samlp:Extensions>${a}</samlp:Extensions>${evil(a)}`),
  ],
  'wrapping: the genuine one in an Object of its signature': [
    'assertion_count',
    (xml) =>
      xml.replace(ASSERTION, (a) => {
        const [signature = ''] = SIGNATURE.exec(a) ?? []
        const inside = signature.replace(
          '</ds:Signature>',
          `<ds:Object>${a.replace(SIGNATURE, '')}</ds:Object></ds:Signature>`,
        )
        return evil(a).replace('</saml:Assertion>', `${inside}</saml:Assertion>`)
      }),
  ],
  'wrapping: both with one ID': [
    'assertion_count',
    (xml) => xml.replace(ASSERTION, (a) => a + evil(a).replace('_evil', / ID="([^"]*)"/.exec(a)?.[1] ?? '')),
  ],
  'wrapping: the signature beside the assertion': [
    'signature_reference',
    (xml) => xml.replace(ASSERTION, (a) => `${SIGNATURE.exec(a)?.[0] ?? ''}${a.replace(SIGNATURE, '')}`),
  ],
  'one ID twice': [
    'signature_reference',
    (xml) =>
      xml.replace('<saml:Subject', `<saml:Subject ID="${/Assertion[^>]* ID="([^"]*)"/.exec(xml)?.[1]}"`),
  ],
}

describe('a genuine response that somebody changed is refused', () => {
  it.for(Object.entries(changed))('%s', async ([, [code, change]], context) => {
    await expectSignOnRefused(context, code, async (marketplace, started) => {
      const xml = xmlOf(await respond(marketplace, started))
      const bad = change(xml)
      context.expect(bad).not.toBe(xml)
      return post(marketplace, encodeResponse(bad), started)
    })
  })
})

/** Responses that are signed as they should be and say what they should not. */
