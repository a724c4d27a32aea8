import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { readSession } from '../../../src/domain/marketplace/read-session'
import { newId } from '../../../src/platform/ids'
import { aMarketplace, hubCalls, operate, readingAt } from '../../support/marketplace'
import { fetchWorker, ORIGIN } from '../../support/publisher'
import { count } from '../../support/rows'
import { causeOf, post, respond, sessionOf, signedOnAs, signOnAs, startSignOn } from '../../support/sign-on'
import { atTime } from '../../support/time'

type Seen = {
  status: string
  name: string
  publisherId: number
  timezone: string
  currency: string
  trialEndsAt: string | null
  users: {
    userId: string
    uid: string
    email: string
    firstName: string
    lastName: string
    role: string
    status: string
  }[]
}

/** A company as the operator sees it. */
async function seen({ tenant }: { tenant: string }, group = 'cld-1'): Promise<Seen> {
  return (await operate('GET', `/marketplaces/${tenant}/groups/${group}`)).json()
}

const opened = async (id: string) => {
  const state = await readSession(readingAt(Date.now()), id)
  if (state.kind !== 'open') throw new Error(`the session is ${state.kind}`)
  return state.session
}

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

describe('an initial sign-on', () => {
  it('makes a company of a group that is not known (1.2.1), with its first user (1.2.3)', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace({ trialDays: 14 })
    await signedOnAs(marketplace, {
      group_name: 'Acme Lending',
      group_timezone: 'Europe/Amsterdam',
      group_currency: 'EUR',
      group_country: 'NL',
    })
    const company = await seen(marketplace)
    expect(company).toMatchObject({
      status: 'active',
      name: 'Acme Lending',
      timezone: 'Europe/Amsterdam',
      currency: 'EUR',
      users: [
        {
          uid: 'usr-1',
          email: 'ann@example.com',
          firstName: 'Ann',
          lastName: 'Lee',
          role: 'Admin',
          status: 'active',
        },
      ],
    })
    expect(Date.parse(company.trialEndsAt ?? '')).toBeGreaterThan(Date.now() + 13 * 86_400_000)
    const of = 'WHERE publisher_id = ?'
    expect(await count(`api_keys ${of}`, company.publisherId)).toBe(1)
    expect(await count(`calendars ${of} AND reference = 'connec-events'`, company.publisherId)).toBe(1)
  })

  it('makes a user in a company that is known (1.2.2), a Member where no role is told', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, { uid: 'usr-2', name: 'Ben', surname: 'Oh', email: 'ben@example.com' })
    const { users } = await seen(marketplace)
    expect(users.map(({ uid, firstName, lastName, role }) => [uid, firstName, lastName, role])).toEqual([
      ['usr-1', 'Ann', 'Lee', 'Admin'],
      ['usr-2', 'Ben', 'Oh', 'Member'],
    ])
  })

  it('links a known user whose e-mail is unique (1.4.1), and the session reaches only the company of the assertion', async ({
    expect,
  }) => {
    const [one, two] = [await aMarketplace(), await aMarketplace()]
    const email = `${newId()}@example.com`
    await signedOnAs(one, { email: email.toUpperCase() })
    const session = await signedOnAs(two, { uid: 'usr-9', group_uid: 'cld-9', email })
    const [theirs] = (await seen(one)).users
    const [ours] = (await seen(two, 'cld-9')).users
    expect(ours?.userId).toBe(theirs?.userId)
    const { publisher } = await opened(session)
    expect(publisher.id).toBe((await seen(two, 'cld-9')).publisherId)
    // A refresh there changes nothing here.
    await signedOnAs(two, { uid: 'usr-9', group_uid: 'cld-9', name: 'Anna', email: 'anna@example.com' })
    expect((await seen(one)).users).toEqual([theirs])
    expect((await seen(two, 'cld-9')).users).toMatchObject([{ firstName: 'Anna', email: 'anna@example.com' }])
  })

  it('is one, however many come at a time: one company, one user', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const responses = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const started = await startSignOn(marketplace)
        return { started, response: await respond(marketplace, started) }
      }),
    )
    const before = await count('publishers')
    const answers = await Promise.all(
      responses.map(({ started, response }) => post(marketplace, response, started)),
    )
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 12 }, () => 303))
    expect(await count('publishers')).toBe(before + 1)
    expect((await seen(marketplace)).users).toHaveLength(1)
    expect(await count('user_identities WHERE tenant = ?', marketplace.tenant)).toBe(1)
  })
})

describe('a subsequent sign-on', () => {
  it('lets a known user into their account (1.3.1), with names, e-mail and role of now', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    const [before] = (await seen(marketplace)).users
    const session = await signedOnAs(marketplace, {
      name: 'Anna',
      surname: 'Li',
      email: 'Anna@Example.com',
      group_role: 'power user',
    })
    const { users } = await seen(marketplace)
    expect(users).toMatchObject([
      {
        userId: before?.userId,
        firstName: 'Anna',
        lastName: 'Li',
        email: 'anna@example.com',
        role: 'Power User',
      },
    ])
    expect((await opened(session)).user.id).toBe(before?.userId)
  })

  it('joins the user to a further company, and keeps what is not told', async ({ expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, {
      group_uid: 'cld-2',
      group_name: null,
      name: null,
      surname: null,
      email: 'no e-mail',
    })
    const [first, second] = [await seen(marketplace), await seen(marketplace, 'cld-2')]
    expect(second.name).toBe('cld-2')
    expect(second.users).toMatchObject([{ firstName: 'Ann', lastName: 'Lee', email: 'ann@example.com' }])
    expect(second.users[0]?.userId).toBe(first.users[0]?.userId)
  })

  it('renames the company as the marketplace does, unless staff gave it a name', async ({ expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, { group_name: 'Acme Two' })
    const { name, publisherId } = await seen(marketplace)
    expect(name).toBe('Acme Two')
    await env.DB.batch([
      env.DB.prepare("UPDATE publishers SET name = 'Ours' WHERE id = ?").bind(publisherId),
      env.DB.prepare('UPDATE companies SET renamed = 1 WHERE publisher_id = ?').bind(publisherId),
    ])
    await signedOnAs(marketplace, { group_name: 'Acme Three' })
    expect((await seen(marketplace)).name).toBe('Ours')
  })

  it.for([
    [{ group_role: 'Guest' }, 'Guest'],
    [{ group_role: 'Owner of everything' }, 'Guest'],
    [{ group_role: 'MEMBER' }, 'Member'],
    [{ group_role: 'Super Admin' }, 'Super Admin'],
    [{ group_role: 'Member', app_owner: 'true' }, 'Admin'],
    [{ group_role: 'Super Admin', app_owner: 'true' }, 'Super Admin'],
    [{ app_owner: 'true' }, 'Admin'],
    [{ app_owner: 'false' }, 'Member'],
    [{}, 'Member'],
  ] as const)('makes %j the role %s', async ([told, role], { expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, { uid: 'usr-2', email: null, ...told })
    expect((await seen(marketplace)).users[1]?.role).toBe(role)
  })

  it('reads the other names of attributes, and the NameID where no uid is told', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const none = Object.fromEntries(
      ['uid', 'group_uid', 'group_name', 'name', 'surname'].map((name) => [name, null]),
    )
    const other = { group_id: 'cld-1', company_name: 'Acme', first_name: 'Ann', last_name: 'Lee' }
    expect((await signOnAs(marketplace, { nameId: 'usr-7', told: { ...none, ...other } })).status).toBe(303)
    expect(await seen(marketplace)).toMatchObject({
      name: 'Acme',
      users: [{ uid: 'usr-7', firstName: 'Ann', lastName: 'Lee' }],
    })
  })

  it('keeps one person of two groups apart in virtual mode', async ({ expect }) => {
    const marketplace = await aMarketplace({ creationMode: 'virtual' })
    for (const group of ['cld-1', 'cld-2']) {
      await signedOnAs(marketplace, {
        group_uid: group,
        virtual_uid: `usr-1.${group}`,
        virtual_email: `usr-1.${group}@example.com`,
      })
    }
    const users = (await Promise.all(['cld-1', 'cld-2'].map((group) => seen(marketplace, group)))).map(
      (company) => company.users,
    )
    expect(users).toMatchObject([
      [{ uid: 'usr-1.cld-1', email: 'usr-1.cld-1@example.com' }],
      [{ uid: 'usr-1.cld-2', email: 'usr-1.cld-2@example.com' }],
    ])
    expect(users[0]?.[0]?.userId).not.toBe(users[1]?.[0]?.userId)
  })
})

describe('a sign-on after a cancellation', () => {
  it('of the company is refused with whom to turn to, and uses nothing up', async ({ expect }) => {
    const marketplace = await aMarketplace({ contact: 'help@example.com <ask>' })
    await signedOnAs(marketplace)
    await hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/cld-1/${marketplace.tenant}`)
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started)
    const refused = await post(marketplace, response, started)
    const page = await refused.text()
    expect(refused.status).toBe(403)
    expect(page).toContain('Your subscription has ended')
    expect(page).toContain('help@example.com &lt;ask&gt;')
    expect(refused.headers.get('Set-Cookie')).toBeNull()
    expect(await causeOf(page)).toMatchObject({ code: 'company_cancelled', group_uid: 'cld-1', uid: 'usr-1' })
    const path = `/marketplaces/${marketplace.tenant}/groups/cld-1/reactivate`
    await operate('POST', path, { mode: 'marketplace' })
    expect((await post(marketplace, response, started)).status).toBe(303)
  })

  it('of a company that goes on by itself is refused as for a cancelled one', async ({ expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/cld-1/${marketplace.tenant}`)
    await operate('POST', `/marketplaces/${marketplace.tenant}/groups/cld-1/reactivate`, {
      mode: 'standalone',
    })
    const refused = await signOnAs(marketplace)
    const page = await refused.text()
    expect([refused.status, (await causeOf(page))?.code]).toEqual([403, 'company_cancelled'])
    expect(page).toContain('Your subscription has ended')
  })

  it('of the user is refused by an assertion of before, and lets them in by a newer one', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    const now = Date.now()
    await signedOnAs(marketplace)
    const started = await startSignOn(marketplace)
    const old = await respond(marketplace, started, { issueInstant: now - 5_000 })
    await hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/cld-1/users/usr-1/${marketplace.tenant}`)
    expect((await seen(marketplace)).users).toMatchObject([{ status: 'blocked' }])
    const refused = await post(marketplace, old, started)
    expect([refused.status, (await causeOf(await refused.text()))?.code]).toEqual([403, 'stale_assertion'])
    expect((await seen(marketplace)).users).toMatchObject([{ status: 'blocked' }])
    await atTime(Date.now() + 2_000, () => signedOnAs(marketplace))
    expect((await seen(marketplace)).users).toMatchObject([{ uid: 'usr-1', status: 'active', role: 'Admin' }])
  })
})

describe('two marketplaces with the same uids (4)', () => {
  it('stay apart: companies, users, names, sessions and log', async ({ expect }) => {
    const [one, two] = [await aMarketplace(), await aMarketplace()]
    await signedOnAs(one, { email: null, group_name: 'One' })
    const session = await signedOnAs(two, { email: null, group_name: 'Two', name: 'Anna' })
    const [first, second] = [await seen(one), await seen(two)]
    expect([first.name, second.name]).toEqual(['One', 'Two'])
    expect(first.publisherId).not.toBe(second.publisherId)
    expect(first.users[0]?.userId).not.toBe(second.users[0]?.userId)
    expect([first.users[0]?.firstName, second.users[0]?.firstName]).toEqual(['Ann', 'Anna'])
    await hubCalls(one, 'DELETE', `/maestrano/account/groups/cld-1/${one.tenant}`)
    expect((await seen(two)).status).toBe('active')
    expect((await opened(session)).publisher.id).toBe(second.publisherId)
    const log = await operate('GET', `/marketplaces/${two.tenant}/log?group=cld-1`)
    expect(JSON.stringify(await log.json())).not.toContain('company.cancelled')
  })
})
