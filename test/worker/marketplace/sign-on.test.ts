import { describe, it } from 'vitest'
import { readSession } from '../../../src/domain/marketplace/read-session'
import { aMarketplace, readingAt } from '../../support/marketplace'
import { fetchWorker, ORIGIN } from '../../support/publisher'
import { count } from '../../support/rows'
import {
  causeOf,
  opened,
  post,
  respond,
  sessionOf,
  signedOnAs,
  signOnAs,
  startSignOn,
} from '../../support/sign-on'

describe('single sign-on starts', () => {
  it('by a redirect to the marketplace, with a request of ours and the group', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const { location, acs, requestId } = await startSignOn(marketplace, '', '?group_id=cld%201&x=1')
    expect(location.origin + location.pathname).toBe(`${marketplace.host}/api/v1/auth/saml`)
    expect([...location.searchParams.keys()].sort()).toEqual(['SAMLRequest', 'group_id'])
    expect(location.searchParams.get('group_id')).toBe('cld 1')
    expect(acs).toBe(`${ORIGIN}/maestrano/auth/saml/consume/${marketplace.tenant}`)
    expect(requestId).toMatch(/^_[0-9a-f]{32}/)
  })

  it('keeps what the address at the marketplace has in its query', async ({ expect }) => {
    const { certificates } = (await aMarketplace()).idp
    const ssoUrl = 'https://idp.example.com/saml?realm=a%20b'
    const marketplace = await aMarketplace({ idp: { certificates, ssoUrl } })
    const { location } = await startSignOn(marketplace)
    expect(location.searchParams.get('realm')).toBe('a b')
    expect(location.searchParams.has('SAMLRequest')).toBe(true)
  })

  it('and stores nothing, so that nobody can fill the database', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const before = await count('sso_spent')
    for (let n = 0; n < 5; n++) await startSignOn(marketplace)
    expect(await count('sso_spent')).toBe(before)
    expect(await count('marketplace_log WHERE tenant = ?', marketplace.tenant)).toBe(0)
  })

  it('binds the browser by a cookie, unless the marketplace shows Daybook in a frame', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const init = (tenant: string) => fetchWorker(`/maestrano/auth/saml/init/${tenant}`)
    const bound = await init(marketplace.tenant)
    expect(bound.headers.get('Set-Cookie')).toMatch(
      /^__Host-daybook-sso=[0-9a-f]{32}; HttpOnly; Secure; SameSite=None; Path=\/; Max-Age=600$/,
    )
    expect(bound.headers.get('Cache-Control')).toBe('no-store')
    const framed = await aMarketplace({ sso: { bindBrowser: false } })
    expect((await init(framed.tenant)).headers.get('Set-Cookie')).toBeNull()
  })

  it('is refused for a group_id that is too long, and 404 where single sign-on is off', async ({
    expect,
  }) => {
    const { tenant } = await aMarketplace()
    const long = await fetchWorker(`/maestrano/auth/saml/init/${tenant}?group_id=${'x'.repeat(201)}`)
    expect([long.status, await long.json()]).toEqual([400, { error: 'Invalid group_id' }])
    expect(
      (await fetchWorker(`/maestrano/auth/saml/init/${tenant}?group_id=${'x'.repeat(200)}`)).status,
    ).toBe(302)
    const off = await aMarketplace({ sso: { enabled: false } })
    expect((await fetchWorker(`/maestrano/auth/saml/init/${off.tenant}`)).status).toBe(404)
    expect((await fetchWorker(`/maestrano/auth/saml/init/${tenant}`, { method: 'POST' })).status).toBe(405)
  })
})

describe('single sign-on ends', () => {
  it('in the portal, with a session of the browser', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const answer = await signOnAs(marketplace)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/portal'])
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.get('Set-Cookie')).toMatch(
      /^__Host-daybook=[0-9a-f]{64}; HttpOnly; Secure; SameSite=Lax; Path=\/$/,
    )
    expect(await opened(sessionOf(answer))).toMatchObject({
      company: { groupUid: 'cld-1' },
      user: { firstName: 'Ann', lastName: 'Lee', email: 'ann@example.com', role: 'Admin' },
      uid: 'usr-1',
    })
    expect(
      await count(
        "marketplace_log WHERE tenant = ? AND kind = 'sso' AND code = 'signed_on'",
        marketplace.tenant,
      ),
    ).toBe(1)
  })

  it.for([
    ['/portal', '/portal'],
    ['/portal/billing?x=1#y', '/portal/billing?x=1#y'],
    ['/portal/ü', '/portal/%C3%BC'],
    ['/', '/portal'],
    ['/operator', '/portal'],
    ['//evil.example', '/portal'],
    ['/portal//evil.example', '/portal'],
    ['/portal\\evil', '/portal'],
    ['/portal/../maestrano', '/portal'],
    ['https://evil.example/portal', '/portal'],
    ['/portal\r\nSet-Cookie: x=1', '/portal'],
    ['', '/portal'],
  ] as const)('with the RelayState %j at %s', async ([relayState, target], { expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const answer = await post(marketplace, await respond(marketplace, started), { ...started, relayState })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, target])
  })

  it('with a new session each time, and the browser’s old one ends', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const first = await signedOnAs(marketplace)
    // The hub's form comes from another site, so that the start tells which session there was.
    const started = await startSignOn(marketplace, `__Host-daybook=${first}`)
    const second = sessionOf(await post(marketplace, await respond(marketplace, started), started))
    expect(second).not.toBe(first)
    expect((await readSession(readingAt(Date.now()), first)).kind).toBe('none')
    const again = await startSignOn(marketplace)
    const cookie = `${again.cookie}; __Host-daybook=${second}`
    const third = sessionOf(await post(marketplace, await respond(marketplace, again), { cookie }))
    expect((await readSession(readingAt(Date.now()), second)).kind).toBe('none')
    expect((await opened(third)).uid).toBe('usr-1')
  })

  it('for several starts of one browser at a time', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const one = await startSignOn(marketplace)
    const two = await startSignOn(marketplace, one.cookie)
    for (const started of [two, one]) {
      const answer = await post(marketplace, await respond(marketplace, started), { cookie: two.cookie })
      expect(answer.status).toBe(303)
    }
  })

  it('with a response in several lines, signed as a whole or twice, and by a key of before', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const lines = (await respond(marketplace, started)).replace(/.{76}/g, '$&\r\n')
    expect((await post(marketplace, lines, started)).status).toBe(303)
    for (const sign of ['response', 'both'] as const) {
      expect((await signOnAs(marketplace, { sign })).status).toBe(303)
    }
    for (const algorithm of ['sha384', 'sha512'] as const) {
      expect((await signOnAs(marketplace, { algorithm })).status).toBe(303)
    }
  })

  it('at the host that the marketplace knows', async ({ expect }) => {
    const marketplace = await aMarketplace({ appHost: 'https://calendar.partner.example' })
    const started = await startSignOn(marketplace)
    expect(started.acs).toBe(
      `https://calendar.partner.example/maestrano/auth/saml/consume/${marketplace.tenant}`,
    )
    expect((await post(marketplace, await respond(marketplace, started), started)).status).toBe(303)
    const audience = 'https://calendar.partner.example/'
    expect((await signOnAs(marketplace, { audience })).status).toBe(303)
  })

  it('when the marketplace began, where that is allowed', async ({ expect }) => {
    const marketplace = await aMarketplace({ sso: { idpInitiated: true } })
    const acs = `${ORIGIN}/maestrano/auth/saml/consume/${marketplace.tenant}`
    const unasked = await respond(marketplace, { requestId: '', acs }, { requestId: null })
    expect((await post(marketplace, unasked)).status).toBe(303)
    const again = await post(marketplace, unasked)
    expect([again.status, (await causeOf(await again.text()))?.code]).toEqual([403, 'replayed'])
  })
})
