import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { createIdentity } from '../../../scripts/marketplace/identity.mjs'
import { encodeResponse } from '../../../scripts/marketplace/saml.mjs'
import type { Marketplace } from '../../../src/domain/marketplace/marketplaces'
import { aMarketplace, itsIdentity } from '../../support/marketplace'
import { fetchWorker, ORIGIN } from '../../support/publisher'
import { causeOf, post, respond, type Started, startSignOn, type Told } from '../../support/sign-on'
import { atTime } from '../../support/time'

const MINUTE = 60_000

const tables = [
  'publishers',
  'companies',
  'users',
  'user_identities',
  'memberships',
  'portal_sessions',
  'sso_spent',
  'changes',
]

/** How many rows there are of everything that a sign-on makes. */
async function everything(): Promise<string> {
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)
  return JSON.stringify(await env.DB.prepare(`SELECT ${counts.join(', ')}`).first())
}

/** A page without its reference, which alone differs. */
const pageOf = (text: string) => text.replace(/sso_[0-9a-f]+/, 'sso_…')

/**
 * A response that is bad in one way: refused by the page that all get, logged with the reason, with nothing left behind
 * and nothing used up: the genuine one still succeeds.
 */
async function expectRefused(
  { expect }: { expect: (value: unknown) => { toEqual: (other: unknown) => void } },
  code: string,
  bad: (marketplace: Marketplace, started: Started) => Promise<Response>,
  settings: Parameters<typeof aMarketplace>[0] = {},
): Promise<void> {
  const marketplace = await aMarketplace(settings)
  const started = await startSignOn(marketplace)
  const genuine = await respond(marketplace, started)
  const usual = await (await post(marketplace, '', started)).text()
  const before = await everything()
  const refused = await bad(marketplace, started)
  const page = await refused.text()
  const cause = await causeOf(page)
  expect([cause?.code, cause?.tenant]).toEqual([code, marketplace.tenant])
  expect([refused.status, refused.headers.get('Set-Cookie')]).toEqual([
    code === 'too_large' ? 413 : 403,
    null,
  ])
  expect(refused.headers.get('Content-Type')).toEqual('text/html; charset=utf-8')
  expect(pageOf(page)).toEqual(pageOf(usual))
  expect(await everything()).toEqual(before)
  expect((await post(marketplace, genuine, started)).status).toEqual(303)
}

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
    await expectRefused(context, code, async (marketplace, started) => {
      const xml = xmlOf(await respond(marketplace, started))
      const bad = change(xml)
      context.expect(bad).not.toBe(xml)
      return post(marketplace, encodeResponse(bad), started)
    })
  })
})

/** Responses that are signed as they should be and say what they should not. */
const said: Record<string, readonly [code: string, told: Told]> = {
  'that is not signed': ['unsigned', { sign: 'none' }],
  'signed with SHA-1': ['signature_algorithm', { algorithm: 'sha1' }],
  'of another status': ['status_not_success', { statusCode: 'Requester' }],
  'without an issuer': ['issuer', { issuer: null, responseIssuer: null }],
  'for another address': ['destination', { destination: 'https://evil.example/consume' }],
  'signed as a whole, for no address': ['destination', { sign: 'response', destination: null }],
  'for another recipient': ['recipient', { recipient: 'https://evil.example/consume' }],
  'for no recipient': ['recipient', { recipient: null }],
  'for another audience': ['audience', { audience: 'another-app' }],
  'that is not valid yet': ['not_yet_valid', { notBefore: Date.now() + 60 * MINUTE }],
  'issued in the future': ['not_yet_valid', { issueInstant: Date.now() + 60 * MINUTE }],
  'that has expired': ['expired', { notOnOrAfter: Date.now() - 60 * MINUTE }],
  'whose confirmation has expired': ['expired', { confirmationNotOnOrAfter: Date.now() - 60 * MINUTE }],
  'whose confirmation has no end': ['expired', { confirmationNotOnOrAfter: null }],
  'whose session has expired': ['expired', { sessionNotOnOrAfter: Date.now() - 60 * MINUTE }],
  'issued long ago': ['expired', { issueInstant: Date.now() - 60 * MINUTE }],
  'to two requests': ['request_mismatch', { inResponseTo: '_other' }],
  'to an unknown request': [
    'unknown_request',
    { inResponseTo: '_other', confirmationInResponseTo: '_other' },
  ],
  'to no request': ['idp_initiated', { requestId: null }],
  'without a group': ['attributes', { told: { group_uid: null } }],
  'with two groups': ['attributes', { told: { group_id: 'cld-2' } }],
  'with two users': ['attributes', { told: { user_id: 'usr-2' } }],
  'with a uid that is too long': ['attributes', { told: { uid: 'x'.repeat(201) } }],
  'with one attribute twice': [
    'attributes',
    {
      attributes: [
        ['uid', 'usr-1'],
        ['group_uid', 'cld-1'],
        ['group_uid', 'cld-1'],
      ],
    },
  ],
}

describe('a response is refused', () => {
  it.for(Object.entries(said))('%s', async ([, [code, told]], context) => {
    await expectRefused(context, code, async (marketplace, started) =>
      post(marketplace, await respond(marketplace, started, told), started),
    )
  })

  it('of another issuer than the one configured, on the assertion or around it', async (context) => {
    const certificates = [(await itsIdentity()).certificate]
    const marketplace = await aMarketplace({ idp: { certificates, entityId: 'https://idp.example.com' } })
    for (const told of [
      { issuer: 'https://evil.example' },
      { issuer: 'https://idp.example.com', responseIssuer: 'https://evil.example' },
    ]) {
      const started = await startSignOn(marketplace)
      const refused = await post(marketplace, await respond(marketplace, started, told), started)
      context.expect((await causeOf(await refused.text()))?.code).toBe('issuer')
    }
    const started = await startSignOn(marketplace)
    const good = await respond(marketplace, started, { issuer: 'https://idp.example.com' })
    context.expect((await post(marketplace, good, started)).status).toBe(303)
  })

  it('by another key, whatever its KeyInfo says', async (context) => {
    const identity = await createIdentity()
    await expectRefused(context, 'signature_invalid', async (marketplace, started) =>
      post(marketplace, await respond(marketplace, started, { identity }), started),
    )
  })

  it('by the key of another marketplace', async (context) => {
    const identity = await createIdentity()
    const other = await aMarketplace({ idp: { certificates: [identity.certificate] } })
    await expectRefused(context, 'signature_invalid', async (marketplace, started) =>
      post(marketplace, await respond(marketplace, started, { identity }), started),
    )
    const started = await startSignOn(other)
    context.expect((await post(other, await respond(other, started, { identity }), started)).status).toBe(303)
  })

  it('to a request of another marketplace, though it has the same key and API id', async (context) => {
    await expectRefused(
      context,
      'unknown_request',
      async (marketplace, started) => {
        const other = await aMarketplace({ apiId: 'app-1' })
        const theirs = await startSignOn(other, started.cookie)
        const response = await respond(marketplace, { requestId: theirs.requestId, acs: started.acs })
        return post(marketplace, response, started)
      },
      { apiId: 'app-1' },
    )
  })

  it('to a request of more than 10 minutes ago, and one of less is not', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const bring = (minutes: number) =>
      atTime(Date.now() + minutes * MINUTE, async () => {
        const now = Date.now() + minutes * MINUTE
        return post(marketplace, await respond(marketplace, started, { now }), started)
      })
    expect((await causeOf(await (await bring(10.1)).text()))?.code).toBe('unknown_request')
    expect((await bring(9.9)).status).toBe(303)
  })

  it('to a request whose id was altered', async (context) => {
    await expectRefused(context, 'unknown_request', async (marketplace, started) => {
      const requestId = started.requestId.replace(/^_./, (two) => (two === '_0' ? '_1' : '_0'))
      return post(marketplace, await respond(marketplace, { ...started, requestId }), started)
    })
  })

  it.for([
    ['without its cookie', async () => ''],
    [
      'that another browser started',
      async (marketplace: Marketplace) => (await startSignOn(marketplace)).cookie,
    ],
    [
      'with a cookie of an attacker’s making',
      async () => '__Host-daybook-sso=00000000000000000000000000000000',
    ],
  ] as const)('in a browser %s', async ([, cookieOf], context) => {
    await expectRefused(context, 'browser', async (marketplace, started) =>
      post(marketplace, await respond(marketplace, started), { cookie: await cookieOf(marketplace) }),
    )
  })

  it('without the attributes of virtual mode', async ({ expect }) => {
    const marketplace = await aMarketplace({ creationMode: 'virtual' })
    const both = { virtual_uid: 'usr-1.cld-1', virtual_email: 'usr-1.cld-1@example.com' }
    for (const missing of ['virtual_uid', 'virtual_email']) {
      const started = await startSignOn(marketplace)
      const told = { ...both, [missing]: null }
      const refused = await post(marketplace, await respond(marketplace, started, { told }), started)
      expect([missing, (await causeOf(await refused.text()))?.code]).toEqual([missing, 'attributes'])
    }
  })

  it('where SHA-1 is not allowed, and accepted where it is', async ({ expect }) => {
    const certificates = [(await itsIdentity()).certificate]
    const marketplace = await aMarketplace({ idp: { certificates, allowSha1: true } })
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started, { algorithm: 'sha1' })
    expect((await post(marketplace, response, started)).status).toBe(303)
  })
})

describe('a form is refused', () => {
  it('without a response, with two, and with what is no base64 of UTF-8', async (context) => {
    await expectRefused(context, 'no_response', (marketplace, started) => post(marketplace, [], started))
    await expectRefused(context, 'no_response', async (marketplace, started) => {
      const response = await respond(marketplace, started)
      return post(marketplace, [response, response], started)
    })
    await expectRefused(context, 'no_response', (marketplace, started) => post(marketplace, '', started))
    for (const text of ['***', btoa('\xff\xfe')]) {
      await expectRefused(context, 'malformed', (marketplace, started) => post(marketplace, text, started))
    }
  })

  it('over 256 KiB, with 413 and unread', async (context) => {
    await expectRefused(context, 'too_large', async (marketplace, started) => {
      const response = await respond(marketplace, started)
      return post(marketplace, response, { ...started, relayState: 'x'.repeat(262_144) })
    })
  })
})

describe('a response that comes again', () => {
  it('is refused as replayed', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started)
    expect((await post(marketplace, response, started)).status).toBe(303)
    const before = await everything()
    const again = await post(marketplace, response, started)
    expect([again.status, (await causeOf(await again.text()))?.code]).toEqual([403, 'replayed'])
    expect(await everything()).toBe(before)
  })

  it('20 times at once signs on once', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started)
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(marketplace, response, started)))
    expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1)
    const codes = await Promise.all(
      answers
        .filter((answer) => answer.status === 403)
        .map(async (answer) => (await causeOf(await answer.text()))?.code),
    )
    expect(codes).toEqual(Array.from({ length: 19 }, () => 'replayed'))
    const sessions = await env.DB.prepare('SELECT count(*) AS n FROM portal_sessions WHERE tenant = ?')
      .bind(marketplace.tenant)
      .first('n')
    expect(sessions).toBe(1)
  })

  it('as another assertion to the same request is refused: a request is answered once', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const [first, second] = [await respond(marketplace, started), await respond(marketplace, started)]
    expect((await post(marketplace, first, started)).status).toBe(303)
    const again = await post(marketplace, second, started)
    expect([again.status, (await causeOf(await again.text()))?.code]).toEqual([403, 'unknown_request'])
  })

  it('of one marketplace does not block the same id at another', async ({ expect }) => {
    for (const marketplace of [await aMarketplace(), await aMarketplace()]) {
      const started = await startSignOn(marketplace)
      const response = await respond(marketplace, started, { assertionId: '_the-same' })
      expect((await post(marketplace, response, started)).status).toBe(303)
    }
  })
})

describe('the page of a sign-on that failed', () => {
  it('loads nothing, goes nowhere, and leads back to the start', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const refused = await post(marketplace, '')
    expect(refused.headers.get('Cache-Control')).toBe('no-store')
    expect(refused.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(refused.headers.get('X-Content-Type-Options')).toBe('nosniff')
    const page = await refused.text()
    expect(page).toContain('Sign-on failed')
    expect(page).toContain(`href="/maestrano/auth/saml/init/${marketplace.tenant}"`)
  })

  it('is not what an unknown marketplace answers, nor one without single sign-on', async ({ expect }) => {
    const off = await aMarketplace({ sso: { enabled: false } })
    for (const tenant of [off.tenant, 't-unknown']) expect((await post({ tenant }, '')).status).toBe(404)
    const got = await fetchWorker(`/maestrano/auth/saml/consume/${off.tenant}`, {
      headers: { Origin: ORIGIN },
    })
    expect(got.status).toBe(405)
  })

  it('is not written down for ever where somebody posts at random', async ({ expect }) => {
    const marketplace = await aMarketplace()
    for (let n = 0; n < 130; n++) await post(marketplace, 'x')
    const logged = await env.DB.prepare('SELECT count(*) AS n FROM marketplace_log WHERE tenant = ?')
      .bind(marketplace.tenant)
      .first<number>('n')
    expect(logged).toBeLessThanOrEqual(120)
  })

  it('leaves no e-mail address, assertion or session in the log', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started)
    await post(marketplace, response, started)
    await post(marketplace, response, started)
    await post(marketplace, await respond(marketplace, started, { told: { group_uid: null } }), started)
    const { results } = await env.DB.prepare('SELECT * FROM marketplace_log WHERE tenant = ?')
      .bind(marketplace.tenant)
      .all()
    expect(JSON.stringify(results)).not.toMatch(/@|<saml|__Host/)
  })
})
