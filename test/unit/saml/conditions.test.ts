import { describe, it } from 'vitest'
import { audiencesOf } from '../../../src/saml'
import {
  acsUrl,
  apiId,
  confirmationXml,
  type Draft,
  hubEntityId,
  issuedAt,
  MINUTE,
  posted,
  responseXml,
  restrictionXml,
  type Signing,
} from '../../support/saml'
import { read, signOn, type Tenant } from '../../support/saml-sign-on'
import { newSigner } from '../../support/saml-signer'

const hub = await newSigner()

async function result(draft: Partial<Draft>, tenant: Partial<Tenant> = {}, signing: Partial<Signing> = {}) {
  const profile = await signOn(await responseXml(hub, draft, signing), { pems: [hub.pem], ...tenant })
  return typeof profile === 'string' ? profile : 'accepted'
}

describe('the status', () => {
  it.for(['Responder', 'AuthnFailed', 'success', ''])(
    'has to be Success, not %s',
    async (status, { expect }) => {
      const draft = { status: `urn:oasis:names:tc:SAML:2.0:status:${status}` }
      expect(await result(draft)).toBe('status_not_success')
      expect(await result(draft, {}, { parts: ['response'] })).toBe('status_not_success')
    },
  )
})

describe('the issuer', () => {
  it.for([
    ['accepted', {}, {}],
    ['accepted', {}, { entityId: hubEntityId }],
    ['accepted', { responseIssuer: null }, { entityId: hubEntityId }],
    ['accepted', { issuer: 'https://other.example' }, {}],
    ['issuer', { issuer: null }, {}],
    ['issuer', { issuer: ' ' }, {}],
    ['issuer', { issuer: 'https://other.example' }, { entityId: hubEntityId }],
    ['issuer', { responseIssuer: 'https://other.example' }, { entityId: hubEntityId }],
  ] as const)('%s: %j at a tenant with %j', async ([code, draft, tenant], { expect }) => {
    expect(await result(draft, tenant)).toBe(code)
  })
})

describe('the destination', () => {
  it.for([
    ['accepted', { destination: null }, ['assertion']],
    ['accepted', { destination: null }, ['assertion', 'response']],
    ['destination', { destination: null }, ['response']],
    ['destination', { destination: `${acsUrl}2` }, ['assertion']],
    ['destination', { destination: `${acsUrl}/` }, ['response']],
    ['destination', { destination: '' }, ['assertion']],
  ] as const)('%s: %j, signed: %j', async ([code, draft, parts], { expect }) => {
    expect(await result(draft, {}, { parts })).toBe(code)
  })

  it('is that of the request, not that of another tenant', async ({ expect }) => {
    expect(await result({}, { acsUrl: acsUrl.replace('demo', 'other') })).toBe('destination')
  })
})

describe('the bearer confirmation', () => {
  const bearer = confirmationXml()
  it.for([
    ['accepted', bearer + bearer.replace('cm:bearer', 'cm:sender-vouches')],
    ['recipient', ''],
    ['recipient', bearer + bearer],
    ['recipient', bearer.replace('cm:bearer', 'cm:holder-of-key')],
    ['recipient', bearer + confirmationXml({ recipient: 'https://evil.example' })],
    ['recipient', confirmationXml({ recipient: 'https://evil.example' })],
    ['recipient', confirmationXml({ recipient: null })],
    ['recipient', bearer.replace(/<saml:SubjectConfirmationData .*<\/saml:SubjectConfirmationData>/, '')],
    ['recipient', bearer.replace(/<saml:SubjectConfirmationData .*<\/saml:SubjectConfirmationData>/, '$&$&')],
  ] as const)('%s: %s', async ([code, confirmations], { expect }) => {
    expect(await result({ confirmations })).toBe(code)
  })
})

describe('the audience', () => {
  it.for([
    ['accepted', [['https://daybook.example']]],
    ['accepted', [['https://daybook.example/']]],
    ['accepted', [['urn:other', ' app-demo ']]],
    ['accepted', [[apiId], [apiId, 'urn:other']]],
    ['audience', []],
    ['audience', [[]]],
    ['audience', [['urn:other']]],
    ['audience', [['app-demo2']]],
    ['audience', [['https://daybook.example/x']]],
    ['audience', [[apiId], ['urn:other']]],
  ] as const)('%s: %j', async ([code, audiences], { expect }) => {
    expect(await result({ audiences })).toBe(code)
  })

  it('does not help where a condition is not understood', async ({ expect }) => {
    const known = restrictionXml([apiId])
    expect(await result({ conditions: `${known}<saml:OneTimeUse></saml:OneTimeUse>` })).toBe('accepted')
    expect(await result({ conditions: `${known}<saml:Condition></saml:Condition>` })).toBe('audience')
  })

  it('is our id at the hub, or our origin with or without a final slash', ({ expect }) => {
    const names = ['app', 'https://day.example', 'https://day.example/']
    expect(audiencesOf('app', 'https://day.example')).toEqual(names)
    expect(audiencesOf('app', 'https://day.example/')).toEqual(names)
  })
})

describe('time', () => {
  const long = { confirmedUntil: issuedAt + 60 * MINUTE, notOnOrAfter: null }
  it.for([
    ['accepted', 'NotBefore 2 minutes ahead', { notBefore: issuedAt + 2 * MINUTE }, 0],
    ['not_yet_valid', 'NotBefore a moment more ahead', { notBefore: issuedAt + 2 * MINUTE + 1 }, 0],
    ['accepted', 'no NotBefore', { notBefore: null }, 0],
    ['accepted', 'issued 2 minutes ahead', { notBefore: null }, -2 * MINUTE],
    ['not_yet_valid', 'issued a moment more ahead', { notBefore: null }, -2 * MINUTE - 1],
    ['not_yet_valid', 'issued at no time', { issueInstant: 'yesterday' }, 0],
    ['not_yet_valid', 'issued in no zone', { issueInstant: '2030-05-01T10:00:00' }, 0],
    ['accepted', 'issued in another zone', { issueInstant: '2030-05-01T20:00:00.123456789+10:00' }, 0],
    ['accepted', 'just before the conditions end', { notOnOrAfter: issuedAt + MINUTE }, 3 * MINUTE - 1],
    ['expired', 'when the conditions end', { notOnOrAfter: issuedAt + MINUTE }, 3 * MINUTE],
    ['accepted', 'just before the confirmation ends', { confirmedUntil: issuedAt + MINUTE }, 3 * MINUTE - 1],
    ['expired', 'when the confirmation ends', { confirmedUntil: issuedAt + MINUTE }, 3 * MINUTE],
    ['expired', 'without an end of the confirmation', { confirmedUntil: null }, 0],
    ['expired', 'with an end that is none', { confirmedUntil: 'never' }, 0],
    ['accepted', 'just before the session ends', { sessionNotOnOrAfter: issuedAt }, 2 * MINUTE - 1],
    ['expired', 'when the session ends', { sessionNotOnOrAfter: issuedAt }, 2 * MINUTE],
    ['accepted', '12 minutes old', long, 12 * MINUTE],
    ['expired', 'a moment older', long, 12 * MINUTE + 1],
  ] as const)('%s: %s', async ([code, , draft, later], { expect }) => {
    expect(await result(draft, { now: issuedAt + later })).toBe(code)
  })

  it('says until when the assertion has to be remembered, and when its session ends', async ({ expect }) => {
    const ends = issuedAt + 3 * MINUTE
    const xml = await responseXml(hub, { sessionNotOnOrAfter: ends })
    expect(await read(posted(xml), { pems: [hub.pem] })).toMatchObject({
      assertionId: '_assertion',
      inResponseTo: '_request',
      issueInstant: issuedAt,
      sessionNotOnOrAfter: ends,
      validUntil: ends + 2 * MINUTE,
    })
  })
})

describe('the request', () => {
  it.for([
    ['accepted', {}],
    ['accepted', { inResponseTo: null }],
    ['request_mismatch', { confirmedInResponseTo: '_other' }],
    ['request_mismatch', { confirmedInResponseTo: null }],
    ['request_mismatch', { inResponseTo: null, confirmedInResponseTo: '_request' }],
    ['request_mismatch', { inResponseTo: null, confirmedInResponseTo: '' }],
  ] as const)('%s: %j', async ([code, draft], { expect }) => {
    expect(await result(draft)).toBe(code)
  })

  it('is null where the hub began by itself', async ({ expect }) => {
    const xml = await responseXml(hub, { inResponseTo: null })
    expect(await read(posted(xml), { pems: [hub.pem] })).toMatchObject({ inResponseTo: null })
  })
})

describe('of several failures', () => {
  /** Each spoils one check more than the one before it, from the last of the table to the first. */
  const steps = [
    ['request_mismatch', { confirmedInResponseTo: '_other' }],
    ['expired', { confirmedUntil: issuedAt - 60 * MINUTE }],
    ['not_yet_valid', { notBefore: issuedAt + 60 * MINUTE }],
    ['audience', { audiences: [['urn:other']] }],
    ['recipient', { recipient: 'https://evil.example' }],
    ['destination', { destination: 'https://evil.example' }],
    ['issuer', { issuer: null }],
    ['status_not_success', { status: 'urn:none' }],
    ['malformed', { version: '1.0' }],
  ] as const

  it.for(steps.map(([code], at) => [code, at] as const))(
    'the first of the table is told: %s',
    async ([code, at], { expect }) => {
      const draft = Object.assign({}, ...steps.slice(0, at + 1).map(([, change]) => change))
      expect(await result(draft)).toBe(code)
    },
  )
})
