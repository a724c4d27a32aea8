import { describe, it } from 'vitest'
import { posted, responseXml } from '../../support/saml'
import { read } from '../../support/saml-sign-on'
import { newSigner } from '../../support/saml-signer'

const hub = await newSigner()
const xml = await responseXml(hub, {}, { parts: ['response'] })

/** Milliseconds. It takes a tenth of it at most, on a machine that does nothing else. */
const LIMIT = 1_500
/** Characters of XML: what fits, as base64, into a form of 256 KiB. */
const ROOM = 190_000

/** As many as there is room for, or no more than `most`. */
function fill(make: (at: number) => string, { room = ROOM, most = ROOM } = {}): string {
  const parts: string[] = []
  for (let size = 0; size < room && parts.length < most; size += parts.at(-1)?.length ?? room) {
    parts.push(make(parts.length))
  }
  return parts.join('')
}

const extra = (text: string) =>
  xml.replace('<samlp:Status>', `<samlp:Extensions>${text}</samlp:Extensions>$&`)
const deep = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
const declarations = (most: number) => fill((at) => ` xmlns:a${at}="u"`, { most })
const inSignedInfo = (text: string) => xml.replace('<ds:SignatureMethod', `${text}$&`)

describe('a response that is as large as a form may be', () => {
  it.for([
    ['elements 27,000 deep', extra(deep(27_000)), 'malformed'],
    ['elements 65 deep', extra(deep(63)), 'malformed'],
    ['elements 2,400 deep', extra(deep(2_400)), 'malformed'],
    ['start tags without end', extra(fill(() => '<a>')), 'malformed'],
    ['elements beside each other', extra(fill(() => '<a/>')), 'malformed'],
    ['no more of them than are read', extra(fill(() => '<a/>', { most: 4_900 })), 'signature_invalid'],
    ['attributes of one element', extra(`<a${fill((at) => ` a${at}=""`)}/>`), 'malformed'],
    [
      'no more of them than are read',
      extra(`<a${fill((at) => ` a${at}=""`, { most: 4_900 })}/>`),
      'signature_invalid',
    ],
    ['one long attribute', extra(`<a a="${fill(() => '&amp;')}"/>`), 'signature_invalid'],
    ['prefixes', extra(`<a${declarations(ROOM)}></a>`), 'malformed'],
    [
      'prefixes to keep at each element',
      extra(`<a${declarations(2_400)}>${fill(() => '<a xmlns=""/>', { most: 2_400 })}</a>`),
      'signature_invalid',
    ],
    ['numbers of characters', extra(fill(() => '&#x20;')), 'signature_invalid'],
    ['IDs', extra(fill((at) => `<a ID="${at}"/>`, { most: 4_900 })), 'signature_invalid'],
    [
      'signatures',
      extra(fill(() => '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>')),
      'signature_reference',
    ],
    [
      'assertions',
      extra(fill(() => '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>')),
      'assertion_count',
    ],
    ['elements in a SignedInfo', inSignedInfo(fill(() => '<ds:a/>', { most: 4_900 })), 'signature_reference'],
    ['prefixes in a SignedInfo', inSignedInfo(`<a${declarations(4_900)}/>`), 'signature_reference'],
    [
      'a list of prefixes',
      inSignedInfo(`<a PrefixList="${fill((at) => `p${at} `)}"/>`),
      'signature_reference',
    ],
    ['brackets', fill(() => '<'), 'malformed'],
    ['quotes', `<a b="${fill(() => "' ")}`, 'malformed'],
    ['white space', fill(() => ' '), 'malformed'],
    ['a declaration of white space', `<?xml ${fill(() => ' ')}`, 'malformed'],
    ['ampersands', `<a>${fill(() => '&')}</a>`, 'malformed'],
  ] as const)('takes well under a second: %s', async ([, text, code], { expect }) => {
    const [field = ''] = posted(text)
    expect(field.length).toBeLessThanOrEqual(262_144)
    const start = performance.now()
    expect(await read([field], { pems: [hub.pem] })).toBe(code)
    expect(performance.now() - start).toBeLessThan(LIMIT)
  })

  it('is read as fast where it is signed', async ({ expect }) => {
    const wide = `<samlp:Extensions${fill((at) => ` xmlns:a${at}="u" a${at}:b=""`, { most: 2_000 })}>`
    for (const inside of [fill(() => '<a0:a></a0:a>', { most: 2_000 }), deep(60)]) {
      const draft = { extra: `${wide}${inside}</samlp:Extensions>` }
      const signed = posted(await responseXml(hub, draft))
      const start = performance.now()
      expect(await read(signed, { pems: [hub.pem] })).toHaveProperty('assertionId', '_assertion')
      expect(performance.now() - start).toBeLessThan(LIMIT)
    }
  })
})
