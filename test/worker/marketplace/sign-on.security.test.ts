import { describe, it } from 'vitest'
import { createIdentity } from '../../../scripts/marketplace/identity.mjs'
import type { Marketplace } from '../../../src/domain/marketplace/marketplaces'
import { aMarketplace, itsIdentity } from '../../support/marketplace'
import { causeOf, post, respond, startSignOn, type Told } from '../../support/sign-on'
import { expectSignOnRefused } from '../../support/sign-on-refusals'
import { atTime } from '../../support/time'

const MINUTE = 60_000

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
    await expectSignOnRefused(context, code, async (marketplace, started) =>
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
    await expectSignOnRefused(context, 'signature_invalid', async (marketplace, started) =>
      post(marketplace, await respond(marketplace, started, { identity }), started),
    )
  })

  it('by the key of another marketplace', async (context) => {
    const identity = await createIdentity()
    const other = await aMarketplace({ idp: { certificates: [identity.certificate] } })
    await expectSignOnRefused(context, 'signature_invalid', async (marketplace, started) =>
      post(marketplace, await respond(marketplace, started, { identity }), started),
    )
    const started = await startSignOn(other)
    context.expect((await post(other, await respond(other, started, { identity }), started)).status).toBe(303)
  })

  it('to a request of another marketplace, though it has the same key and API id', async (context) => {
    await expectSignOnRefused(
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
    await expectSignOnRefused(context, 'unknown_request', async (marketplace, started) => {
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
    await expectSignOnRefused(context, 'browser', async (marketplace, started) =>
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
