import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { canonical, element } from '../../../scripts/marketplace/canonical-xml.mjs'
import { signResponse } from '../../../scripts/marketplace/saml.mjs'
import { aHub, identity } from './support'

const consume = 'http://localhost:8787/maestrano/auth/saml/consume/demo'

/** An address to which Daybook sends a browser. */
function asked({ issuer = 'app-demo', acs = consume, xml = '', group = 'cld-1', relayState = '' } = {}) {
  const request =
    xml ||
    `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" AssertionConsumerServiceURL="${acs}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer></samlp:AuthnRequest>`
  const url = new URL('http://localhost:8788/api/v1/auth/saml')
  url.searchParams.set('SAMLRequest', deflateRawSync(request).toString('base64'))
  if (group) url.searchParams.set('group_id', group)
  if (relayState) url.searchParams.set('RelayState', relayState)
  return url
}

const attributesOf = (xml: string) =>
  Object.fromEntries(
    [...xml.matchAll(/<saml:Attribute Name="(\w+)"[^>]*><saml:AttributeValue>([^<]*)</g)].map(
      ([, name, value]) => [name, value],
    ),
  )

describe('a sign-on at the hub', () => {
  it('tells who it is, in which company and what they may do', async ({ expect }) => {
    const { hub } = await aHub({ now: () => Date.parse('2030-01-01T00:00:00Z') })
    const { acs, form, xml } = await hub.signOn(asked({ relayState: '/portal/users' }), 'usr-1')
    expect(acs).toBe(consume)
    expect(form.get('RelayState')).toBe('/portal/users')
    expect(atob(form.get('SAMLResponse') ?? '')).toBe(xml)
    expect(xml).toContain('InResponseTo="_r1"')
    expect(attributesOf(xml)).toEqual({
      mno_session: expect.stringMatching(/^[0-9a-f]{40}$/),
      mno_session_recheck: '2030-01-01T00:03:00.000Z',
      group_uid: 'cld-1',
      group_name: 'Acme Lending',
      group_email: 'office@acme.example',
      group_role: 'Super Admin',
      group_has_credit_card: 'true',
      group_currency: 'AUD',
      group_timezone: 'Australia/Melbourne',
      group_country: 'AU',
      group_city: 'Melbourne',
      uid: 'usr-1',
      virtual_uid: 'usr-1.cld-1',
      email: 'ann@acme.example',
      virtual_email: 'usr-1.cld-1@mail.marketplace.example',
      name: 'Ann',
      surname: 'Lee',
      country: 'AU',
      app_owner: 'true',
    })
  })

  it('can be told what to say instead, and what to leave out', async ({ expect }) => {
    const { hub } = await aHub()
    const { xml } = await hub.signOn(asked(), 'usr-1', 'cld-2', {
      attributes: { email: null, name: ['Ann', 'Anne'], group_role: 'Admin' },
      audience: 'another',
      destination: null,
      recipient: 'https://other.example/',
      inResponseTo: '_other',
      confirmationInResponseTo: null,
      notOnOrAfter: Date.parse('2001-01-01T00:00:00Z'),
      statusCode: 'Responder',
      sign: 'none',
    })
    expect(attributesOf(xml)).toMatchObject({ group_uid: 'cld-2', group_role: 'Admin' })
    expect(attributesOf(xml)).not.toHaveProperty('email')
    expect(xml).toContain(
      '<saml:AttributeValue>Ann</saml:AttributeValue><saml:AttributeValue>Anne</saml:AttributeValue>',
    )
    expect(xml).toContain('<saml:Audience>another</saml:Audience>')
    expect(xml).not.toContain('Destination')
    expect(xml).toContain('Recipient="https://other.example/"')
    expect(xml.match(/InResponseTo="[^"]*"/g)).toEqual(['InResponseTo="_other"'])
    expect(xml).toContain('NotOnOrAfter="2001-01-01T00:00:00.000Z"')
    expect(xml).toContain('status:Responder')
    expect(xml).not.toContain('Signature')
  })

  it('may name an attribute twice, and be rearranged before it is signed', async ({ expect }) => {
    const { xml } = await signResponse({
      identity: await identity,
      acs: consume,
      audience: 'app-demo',
      nameId: 'usr-1',
      attributes: [
        ['uid', 'usr-1'],
        ['uid', 'usr-2'],
      ],
      arrange: (response) => response.children.push(element('saml:Advice', {}, 'moved')),
    })
    expect(xml.match(/Name="uid"/g)).toHaveLength(2)
    expect(xml).toMatch(/<saml:Advice xmlns:saml="[^"]+">moved<\/saml:Advice><\/samlp:Response>$/)
  })
})

describe('the page of the identity provider', () => {
  const visit = async (url: URL, cookie?: string) => {
    const { hub } = await aHub()
    const response = await hub.handle(new Request(url, cookie ? { headers: { Cookie: cookie } } : {}))
    return { status: response.status, text: await response.text(), headers: response.headers }
  }

  it('lets the people of the group choose who they are', async ({ expect }) => {
    const { status, text } = await visit(asked())
    expect(status).toBe(200)
    expect(text).toContain('Ann Lee')
    expect(text).toContain('Ben Okafor')
    expect(text).not.toContain('Cleo')
  })

  it('sends who is named, or signed in, straight back', async ({ expect }) => {
    const url = asked({ relayState: '/portal"><b>' })
    url.searchParams.set('user', 'usr-2')
    const { text, headers } = await visit(url)
    expect(text).toContain(`<form method="post" action="${consume}">`)
    expect(text).toContain('value="/portal&quot;&gt;&lt;b&gt;"')
    expect(text).toMatch(/name="SAMLResponse" value="[A-Za-z0-9+/=]+"/)
    expect(text).not.toMatch(/<script>|style=/)
    expect(headers.get('Content-Security-Policy')).toContain("form-action 'self' http://localhost:8787")
    expect((await visit(asked(), 'marketplace_user=usr-1')).text).toContain('Opening Daybook')
    expect((await visit(asked(), 'marketplace_user=usr-3')).text).toContain('Who is signing in?')
  })

  it.for([
    ['is of the app “app-other”', asked({ issuer: 'app-other' })],
    ['which is not Daybook', asked({ acs: 'https://elsewhere.example/consume' })],
    ['There is no group “cld-9”', asked({ group: 'cld-9' })],
    ['holds no samlp:AuthnRequest', asked({ xml: '<nothing/>' })],
    ['There is no SAMLRequest', new URL('http://localhost:8788/api/v1/auth/saml')],
    ['is not base64 of DEFLATE', new URL('http://localhost:8788/api/v1/auth/saml?SAMLRequest=%21')],
  ] as const)('says what is wrong: %s', async ([text, url], { expect }) => {
    const page = await visit(url)
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(page.text).toContain(text)
    expect(page.text).not.toContain('SAMLResponse')
  })

  it('takes no form that another site posts', async ({ expect }) => {
    const { hub, told } = await aHub()
    const post = (origin: string) =>
      hub.handle(
        new Request(`${hub.origin}/groups/cld-1/cancel`, { method: 'POST', headers: { Origin: origin } }),
      )
    expect((await post('https://elsewhere.example')).status).toBe(403)
    expect(told).toEqual([])
    expect((await post(hub.origin)).status).toBe(303)
    expect(told).toHaveLength(1)
  })
})

describe('a sign-on that begins at the hub', () => {
  it('answers no request, and goes where Daybook takes responses', async ({ expect }) => {
    const { hub } = await aHub({ idpInitiated: true })
    const { xml } = await hub.respond('usr-3', 'cld-2')
    expect(xml).not.toContain('InResponseTo')
    expect(xml).toContain(`Recipient="${consume}"`)
    const visit = async (path: string) => (await hub.handle(new Request(`${hub.origin}${path}`))).text()
    expect(await visit('/')).toContain('/idp-initiated?user=usr-3&amp;group_id=cld-2')
    expect(await visit('/idp-initiated?user=usr-3&group_id=cld-2')).toContain(`action="${consume}"`)
    expect(await visit('/idp-initiated?user=usr-3&group_id=cld-1')).toContain('Nobody of that group')
  })
})

describe('canonical XML', () => {
  it('declares a prefix where it is first used, sorts attributes and leaves out what is null', ({
    expect,
  }) => {
    const tree = element(
      'samlp:Response',
      { Version: '2.0', ID: '_1', Destination: null },
      null,
      element('saml:Issuer', {}, 'a'),
      element('saml:Issuer', {}, 'b'),
    )
    expect(canonical(tree)).toBe(
      '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">a</saml:Issuer><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">b</saml:Issuer></samlp:Response>',
    )
  })

  it('lets no text out of its element', ({ expect }) => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const xml = canonical(element('saml:Issuer', { ID: text }, text))
        expect(xml).toMatch(/^<saml:Issuer xmlns:saml="[^"<]+" ID="[^"<]*">[^<>]*<\/saml:Issuer>$/)
      }),
    )
  })
})
