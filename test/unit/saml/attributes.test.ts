import { describe, it } from 'vitest'
import { type CreationMode, readAttributes } from '../../../src/saml'
import { attributeXml, type Draft, genuine, posted, responseXml } from '../../support/saml'
import { read } from '../../support/saml-sign-on'
import { newSigner } from '../../support/saml-signer'

const hub = await newSigner()

async function profile(
  attributes: Draft['attributes'],
  { mode = 'real', ...draft }: Partial<Draft> & { mode?: CreationMode } = {},
) {
  const xml = await responseXml(hub, { attributes, ...draft })
  const response = await read(posted(xml), { pems: [hub.pem] })
  if (typeof response === 'string') return response
  const result = readAttributes(response, mode)
  return result.ok ? result.value : result.code
}

const least = { uid: 'usr-1', group_uid: 'cld-1' }

describe('a profile', () => {
  it('has everything that the hub says of a user and a company', async ({ expect }) => {
    const attributes = {
      mno_uid: 'usr-1',
      group_id: 'cld-1',
      virtual_uid: 'usr-1.cld-1',
      virtual_email: 'usr-1.cld-1@mail.hub.example',
      company_name: '  Acme & Söhne “😀” <x> ',
      first_name: 'Ann',
      last_name: 'O’Lee',
      email: 'Ann@Acme.Example',
      group_role: 'Super Admin',
      app_owner: 'TRUE',
      mno_session: 'abc123',
      mno_session_recheck: '2030-05-01T10:03:00Z',
      group_end_free_trial: '2030-06-01T00:00:00+10:00',
      group_timezone: 'australia/melbourne',
      group_currency: 'aud',
      group_country: 'AU',
      group_city: 'Melbourne',
      group_email: 'Billing@Acme.Example',
      group_has_credit_card: 'false',
      country: 'nz',
    }
    const whole = {
      uid: 'usr-1',
      userUid: 'usr-1',
      email: 'ann@acme.example',
      firstName: 'Ann',
      lastName: 'O’Lee',
      country: 'NZ',
      role: 'Super Admin',
      isAppOwner: true,
      hubSession: 'abc123',
      hubSessionRecheck: Date.parse('2030-05-01T10:03:00Z'),
      group: {
        uid: 'cld-1',
        name: 'Acme & Söhne “😀” <x>',
        trialEndsAt: Date.parse('2030-05-31T14:00:00Z'),
        timezone: 'Australia/Melbourne',
        currency: 'AUD',
        country: 'AU',
        city: 'Melbourne',
        email: 'billing@acme.example',
        hasCreditCard: false,
      },
    }
    expect(await profile(attributes)).toEqual(whole)
    expect(await profile(attributes, { mode: 'virtual' })).toEqual({
      ...whole,
      userUid: 'usr-1.cld-1',
      email: 'usr-1.cld-1@mail.hub.example',
    })
  })

  it('needs no more than a group: the user is the NameID then', async ({ expect }) => {
    expect(await profile({ group_uid: 'cld-1', uid: ' ' }, { nameId: ' usr-9 ' })).toEqual({
      uid: 'usr-9',
      userUid: 'usr-9',
      email: null,
      firstName: '',
      lastName: '',
      country: null,
      role: null,
      isAppOwner: false,
      hubSession: null,
      hubSessionRecheck: null,
      group: {
        uid: 'cld-1',
        name: 'cld-1',
        trialEndsAt: null,
        timezone: 'UTC',
        currency: null,
        country: null,
        city: null,
        email: null,
        hasCreditCard: null,
      },
    })
  })

  it('takes the uid before the NameID', async ({ expect }) => {
    expect(await profile(least, { nameId: 'someone-else' })).toMatchObject({ uid: 'usr-1' })
  })

  it('takes two names of one thing where they agree', async ({ expect }) => {
    const attributes = { ...least, user_id: 'usr-1', mno_uid: '', group_id: ' cld-1 ' }
    expect(await profile(attributes)).toMatchObject({ uid: 'usr-1', group: { uid: 'cld-1' } })
  })

  it('is not spoiled by optional values of no use, nor by attributes that are not read', async ({
    expect,
  }) => {
    const attributes = {
      ...least,
      email: 'ann at acme',
      app_owner: 'yes',
      mno_session_recheck: 'soon',
      group_end_free_trial: '2030-13-01',
      group_timezone: 'Mars/Olympus',
      group_currency: 'dollars',
      group_country: 'Australia',
      group_email: '@',
      group_has_credit_card: 'maybe',
      other: ['a', 'b', 'c\td'],
      constructor: ['x', 'y'],
    }
    expect(await profile(attributes)).toMatchObject({
      email: null,
      isAppOwner: false,
      hubSessionRecheck: null,
      group: {
        trialEndsAt: null,
        timezone: 'UTC',
        currency: null,
        country: null,
        email: null,
        hasCreditCard: null,
      },
    })
  })

  it('has texts of limited length, cut between characters', async ({ expect }) => {
    const long = '😀'.repeat(300)
    const attributes = { ...least, name: long, surname: long, company_name: long }
    expect(await profile(attributes)).toMatchObject({
      firstName: '😀'.repeat(100),
      lastName: '😀'.repeat(100),
      group: { name: '😀'.repeat(200) },
    })
    const uids = { uid: 'u'.repeat(200), group_uid: '😀'.repeat(200) }
    expect(await profile(uids)).toMatchObject({ uid: uids.uid })
  })

  it('leaves out what is nil', async ({ expect }) => {
    const nil =
      '<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"></saml:AttributeValue>'
    const moreAttributes = attributeXml('name', []).replace('></saml', `>${nil}</saml`)
    expect(await profile(least, { moreAttributes })).toMatchObject({ firstName: '' })
  })

  it.for([
    ['2030-06-01', Date.UTC(2030, 5, 1)],
    ['2030-06-01T10:00', Date.UTC(2030, 5, 1, 10)],
    ['2030-06-01T10:00:00.5Z', Date.UTC(2030, 5, 1, 10, 0, 0, 500)],
    ['2030-06-01 10:00:00 UTC', Date.UTC(2030, 5, 1, 10)],
    ['2030-06-01T10:00:00+0200', Date.UTC(2030, 5, 1, 8)],
    ['1 June 2030', null],
  ] as const)('reads the end of a trial: %s', async ([text, trialEndsAt], { expect }) => {
    expect(await profile({ ...least, group_end_free_trial: text })).toMatchObject({ group: { trialEndsAt } })
  })
})

describe('attributes are refused', () => {
  it.for([
    ['without a group', { uid: 'usr-1' }, {}],
    ['without a user', { group_uid: 'cld-1' }, { nameId: null }],
    ['with a uid too long', { ...least, uid: 'u'.repeat(201) }, {}],
    ['with a NameID too long', { group_uid: 'cld-1' }, { nameId: 'u'.repeat(201) }],
    ['with a group uid too long', { ...least, group_uid: 'g'.repeat(201) }, {}],
    ['with two uids', { ...least, uid: ['usr-1', 'usr-2'] }, {}],
    ['with a uid twice', { ...least, uid: ['usr-1', 'usr-1'] }, {}],
    ['with two names of one thing that differ', { ...least, user_id: 'usr-2' }, {}],
    ['with two names of a group that differ', { ...least, group_id: 'cld-2' }, {}],
    ['with two e-mails', { ...least, email: ['a@x.example', 'b@x.example'] }, {}],
    ['with an attribute there twice', least, { moreAttributes: attributeXml('uid', 'usr-1') }],
    ['with two roles', { ...least, group_role: ['Guest', 'Admin'] }, {}],
    ['with a line break', { ...least, name: 'Ann\nAdmin' }, {}],
    ['with a control character', { ...least, name: 'Ann\u0085' }, {}],
    ['with a control character in the NameID', { group_uid: 'cld-1' }, { nameId: 'usr\t1' }],
    [
      'with markup in a value',
      least,
      { moreAttributes: attributeXml('name', 'Ann').replace('Ann', 'An<saml:x></saml:x>n') },
    ],
  ] as const)('%s', async ([, attributes, draft], { expect }) => {
    expect(await profile(attributes, draft)).toBe('attributes')
  })

  it.for([
    ['without a virtual uid', { virtual_email: 'a@hub.example' }],
    ['without a virtual e-mail', { virtual_uid: 'usr-1.cld-1' }],
    ['with a virtual e-mail that is none', { virtual_uid: 'usr-1.cld-1', virtual_email: 'usr-1' }],
  ] as const)('in virtual mode %s', async ([, attributes], { expect }) => {
    const all = { ...genuine.attributes, ...attributes }
    expect(await profile(all, { mode: 'virtual' })).toBe('attributes')
    expect(await profile(all)).toMatchObject({ userUid: 'usr-1' })
  })
})
