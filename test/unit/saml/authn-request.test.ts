import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { authnRequest, requestUrl } from '../../../src/saml'

const request = {
  id: '_0123456789abcdef0123456789abcdef',
  issueInstant: Date.parse('2030-05-01T10:00:00.000Z'),
  destination: 'https://hub.example/api/v1/auth/saml',
  acsUrl: 'https://daybook.example/maestrano/auth/saml/consume/demo',
  issuer: 'app-demo',
}

/** What the hub reads: base64, raw DEFLATE. */
async function inflate(samlRequest: string): Promise<string> {
  const bytes = Uint8Array.from(atob(samlRequest), (char) => char.charCodeAt(0))
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(inflated).text()
}

describe('an AuthnRequest', () => {
  it('is written as hubs of this dialect read it', ({ expect }) => {
    expect(authnRequest(request)).toBe(
      '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"' +
        ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_0123456789abcdef0123456789abcdef" Version="2.0"' +
        ' IssueInstant="2030-05-01T10:00:00.000Z" Destination="https://hub.example/api/v1/auth/saml"' +
        ' ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"' +
        ' AssertionConsumerServiceURL="https://daybook.example/maestrano/auth/saml/consume/demo">' +
        '<saml:Issuer>app-demo</saml:Issuer>' +
        '<samlp:NameIDPolicy AllowCreate="true" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"/>' +
        '<samlp:RequestedAuthnContext Comparison="minimum">' +
        '<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>' +
        '</samlp:RequestedAuthnContext></samlp:AuthnRequest>',
    )
  })

  it('says any text as it is', ({ expect }) => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\t\n\r -\ud7ff]+$/), (text) => {
        const xml = authnRequest({ ...request, issuer: text, destination: text })
        const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement
        expect(root?.getAttribute('Destination')).toBe(text)
        expect(root?.firstChild?.textContent).toBe(text)
      }),
    )
  })
})

describe('the way to the hub', () => {
  it('carries the request, and the group where there is one', async ({ expect }) => {
    const xml = authnRequest(request)
    const url = new URL(await requestUrl(request.destination, xml, 'cld/1 & 2+'))
    expect(url.origin + url.pathname).toBe(request.destination)
    expect([...url.searchParams.keys()]).toEqual(['SAMLRequest', 'group_id'])
    expect(url.searchParams.get('group_id')).toBe('cld/1 & 2+')
    expect(await inflate(url.searchParams.get('SAMLRequest') ?? '')).toBe(xml)
    expect(new URL(await requestUrl(request.destination, xml)).searchParams.has('group_id')).toBe(false)
  })

  it.for([
    ['https://hub.example/sso?', 'https://hub.example/sso?SAMLRequest='],
    ['https://hub.example/sso?a=1%20b', 'https://hub.example/sso?a=1%20b&SAMLRequest='],
    ['https://hub.example/sso?a=1&', 'https://hub.example/sso?a=1&SAMLRequest='],
  ])('leaves the query as it is: %s', async ([ssoUrl, start], { expect }) => {
    expect((await requestUrl(ssoUrl ?? '', '<x/>')).startsWith(start ?? 'none')).toBe(true)
  })
})
