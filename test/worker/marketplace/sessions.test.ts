import { env } from 'cloudflare:workers'
import { describe, it, vi } from 'vitest'
import { readSession, signOutTarget } from '../../../src/domain/marketplace/read-session'
import { csrfToken, endSession, sessionHash } from '../../../src/domain/marketplace/sessions'
import {
  aCompany,
  aMarketplace,
  aSession,
  aUser,
  hubCalls,
  operatorCalls,
  readingAt,
} from '../../support/marketplace'
import { count } from '../../support/rows'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

async function aSignedOnUser(settings: Parameters<typeof aMarketplace>[0] = {}, told = {}) {
  const marketplace = await aMarketplace(settings)
  const company = await aCompany(marketplace)
  const user = await aUser(company, { uid: 'usr-1' })
  const now = Date.now()
  const id = await aSession(company, user, told)
  const at = async (instant: number) => (await readSession(readingAt(instant), id)).kind
  return { marketplace, company, user, id, now, at }
}

describe('a session', () => {
  it('reaches one company, with the user’s name and role there', async ({ expect }) => {
    const { company, marketplace, user, id } = await aSignedOnUser()
    const state = await readSession(readingAt(Date.now()), id)
    expect(state).toMatchObject({
      kind: 'open',
      session: {
        hash: await sessionHash(id),
        publisher: { id: company.publisherId, name: 'Acme' },
        company: { groupUid: company.groupUid, status: 'active' },
        user: { id: user.userId, firstName: 'Ann', lastName: 'Lee', role: 'Admin' },
        tenant: marketplace.tenant,
        uid: 'usr-1',
      },
    })
    if (state.kind !== 'open') throw new Error('unreachable')
    expect(signOutTarget(state.session)).toBe(`${marketplace.host}/app_logout?user_uid=usr-1`)
    expect(signOutTarget({ ...state.session, tenant: null })).toBe('/portal/sign-in')
    expect(await csrfToken(id)).toMatch(/^[0-9a-f]{64}$/)
    expect(
      JSON.stringify((await env.DB.prepare('SELECT * FROM portal_sessions').all()).results),
    ).not.toContain(id)
  })

  it('is none without an id, with another one, and once it has ended', async ({ expect }) => {
    const { id, at } = await aSignedOnUser()
    for (const other of [null, '', 'x', id.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))]) {
      expect((await readSession(readingAt(Date.now()), other)).kind).toBe('none')
    }
    await endSession(env.DB, await sessionHash(id)).run()
    expect(await at(Date.now())).toBe('none')
  })

  it('ends 12 hours after the sign-on however much it is used, and 2 hours after its last use', async ({
    expect,
  }) => {
    const { now, at } = await aSignedOnUser()
    for (let hours = 1; hours < 12; hours++) expect(await at(now + hours * HOUR)).toBe('open')
    expect(await at(now + 12 * HOUR + 1000)).toBe('none')
    const idle = await aSignedOnUser()
    expect(await idle.at(idle.now + 2 * HOUR - 1000)).toBe('open')
    expect(await idle.at(idle.now + 4 * HOUR)).toBe('none')
  })

  it('ends when the assertion says', async ({ expect }) => {
    const { at, now } = await aSignedOnUser({}, { notOnOrAfter: Date.now() + HOUR })
    expect(await at(now + HOUR - 1000)).toBe('open')
    expect(await at(now + HOUR + 1000)).toBe('none')
  })

  it('of a disabled marketplace ends for good', async ({ expect }) => {
    const { marketplace, at } = await aSignedOnUser()
    await operatorCalls('DELETE', `/marketplaces/${marketplace.tenant}`)
    expect(await at(Date.now())).toBe('none')
    await env.DB.prepare('UPDATE marketplaces SET enabled = 1 WHERE tenant = ?')
      .bind(marketplace.tenant)
      .run()
    expect(await at(Date.now())).toBe('none')
  })

  it('of a cancelled company says so with the contact, and works again after a reactivation', async ({
    expect,
  }) => {
    const { marketplace, company, id, at } = await aSignedOnUser({ contact: 'help@example.com' })
    const path = `/maestrano/account/groups/${company.groupUid}/${marketplace.tenant}`
    await hubCalls(marketplace, 'DELETE', path)
    expect(await readSession(readingAt(Date.now()), id)).toEqual({
      kind: 'cancelled',
      contact: 'help@example.com',
    })
    await operatorCalls('POST', `/marketplaces/${marketplace.tenant}/groups/${company.groupUid}/reactivate`, {
      mode: 'marketplace',
    })
    expect(await at(Date.now())).toBe('open')
  })

  it('that began at the marketplace ends where the company goes on without it', async ({ expect }) => {
    const { marketplace, company, at } = await aSignedOnUser()
    await hubCalls(
      marketplace,
      'DELETE',
      `/maestrano/account/groups/${company.groupUid}/${marketplace.tenant}`,
    )
    await operatorCalls('POST', `/marketplaces/${marketplace.tenant}/groups/${company.groupUid}/reactivate`, {
      mode: 'standalone',
    })
    expect(await at(Date.now())).toBe('none')
  })
})

/** The hub's answers to session checks; what was asked is kept. */
function aHub(answer: (url: URL) => Response | Promise<Response>): URL[] {
  const asked: URL[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (request.headers.has('Authorization')) throw new Error('credentials were sent')
    asked.push(new URL(request.url))
    return answer(new URL(request.url))
  })
  return asked
}

const valid = (said: unknown) => () => Response.json({ valid: said })

describe('the check of a session with its marketplace', () => {
  const told = { mnoSession: 'mno/session' }

  it('comes 3 minutes after the sign-on, and 3 minutes after each check', async ({ expect }) => {
    const { marketplace, now, at } = await aSignedOnUser({}, told)
    const asked = aHub(valid(true))
    expect(await at(now + 2.9 * MINUTE)).toBe('open')
    expect(asked).toHaveLength(0)
    expect(await at(now + 3.1 * MINUTE)).toBe('open')
    expect(await at(now + 6 * MINUTE)).toBe('open')
    expect(asked.map(String)).toEqual([`${marketplace.host}/api/v1/auth/saml/usr-1?session=mno%2Fsession`])
    expect(await at(now + 6.2 * MINUTE)).toBe('open')
    expect(asked).toHaveLength(2)
  })

  it('comes earlier where the marketplace says so, and never later', async ({ expect }) => {
    const soon = await aSignedOnUser({}, { ...told, recheckAt: Date.now() + MINUTE })
    const late = await aSignedOnUser({}, { ...told, recheckAt: Date.now() + 60 * MINUTE })
    const asked = aHub(valid('true'))
    expect(await soon.at(soon.now + 1.1 * MINUTE)).toBe('open')
    expect(asked).toHaveLength(1)
    expect(await late.at(late.now + 3.1 * MINUTE)).toBe('open')
    expect(asked).toHaveLength(2)
  })

  it('is one, however many requests come at a time', async ({ expect }) => {
    const { now, at } = await aSignedOnUser({}, told)
    const asked = aHub(valid(true))
    const kinds = await Promise.all(Array.from({ length: 20 }, () => at(now + 4 * MINUTE)))
    expect(new Set(kinds)).toEqual(new Set(['open']))
    expect(asked).toHaveLength(1)
  })

  it.for([false, 'false', null, 1, 'TRUE'])(
    'ends the session where valid is %j',
    async (said, { expect }) => {
      const { marketplace, company, now, id, at } = await aSignedOnUser({}, told)
      aHub(valid(said))
      expect(await readSession(readingAt(now + 4 * MINUTE), id)).toEqual({
        kind: 'start_again',
        path: `/maestrano/auth/saml/init/${marketplace.tenant}?group_id=${company.groupUid}`,
      })
      expect(await at(now + 4 * MINUTE)).toBe('none')
    },
  )

  it.for([
    ['500', () => Response.json({ valid: false }, { status: 500 })],
    ['no JSON', () => new Response('<p>Login</p>')],
    ['a redirect', () => new Response(null, { status: 302, headers: { Location: '/login' } })],
    ['no connection', () => Promise.reject(new TypeError('unknown host'))],
  ] as const)(
    'that has no readable answer (%s) is repeated, and ends the session 15 minutes after the last good one',
    async ([, answer], { expect }) => {
      const { now, at } = await aSignedOnUser({}, told)
      aHub(valid(true))
      expect(await at(now + 4 * MINUTE)).toBe('open')
      const asked = aHub(answer)
      for (const minutes of [8, 12, 16]) expect(await at(now + minutes * MINUTE)).toBe('open')
      expect(asked).toHaveLength(3)
      expect(await at(now + 19.5 * MINUTE)).toBe('start_again')
      expect(await at(now + 19.5 * MINUTE)).toBe('none')
    },
  )

  it('is left out without the marketplace’s session, and where it is switched off', async ({ expect }) => {
    const asked = aHub(valid(false))
    const without = await aSignedOnUser()
    const off = await aSignedOnUser({ sso: { sloEnabled: false } }, told)
    for (const { at, now } of [without, off]) expect(await at(now + 4 * MINUTE)).toBe('open')
    expect(asked).toHaveLength(0)
  })
})

describe('a user whom the marketplace takes out of a group (2.2.1, the second)', () => {
  const remove = (marketplace: { tenant: string; apiId: string }, group: string, id: string) =>
    hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/${group}/users/${id}/${marketplace.tenant}`)

  it('loses the sessions in that company at once, and no other company', async ({ expect }) => {
    const { marketplace, company, user, at } = await aSignedOnUser()
    const other = await aCompany(marketplace)
    await aUser(other, { uid: 'usr-1' })
    const elsewhere = await aSession(other, user)
    const ben = await aUser(company, { uid: 'usr-2' })
    const bens = await aSession(company, ben)
    for (let times = 0; times < 2; times++) {
      const told = await remove(marketplace, company.groupUid, 'usr-1')
      expect([told.status, await told.json()]).toEqual([200, { success: true }])
    }
    expect(await at(Date.now())).toBe('none')
    for (const id of [elsewhere, bens]) {
      expect((await readSession(readingAt(Date.now()), id)).kind).toBe('open')
    }
    const members = await env.DB.prepare('SELECT user_id, status FROM memberships WHERE publisher_id = ?')
      .bind(company.publisherId)
      .all()
    expect(members.results).toEqual([
      { user_id: user.userId, status: 'blocked' },
      { user_id: ben.userId, status: 'active' },
    ])
    expect(
      await count("changes WHERE stream = ? AND op = 'user.removed'", `company:${company.publisherId}`),
    ).toBe(1)
  })

  it.for([
    ['real', 'usr-1', 'usr-1'],
    ['real', 'usr-1', 'usr-1.cld-9'],
    ['real', 'usr.1', 'usr.1'],
    ['virtual', 'usr-1.cld-1', 'usr-1.cld-1'],
    ['virtual', 'usr-1.cld-1', 'usr-1'],
    ['virtual', 'usr-1.cld-1', 'usr-1.cld-9'],
  ] as const)('is found in %s mode as %s by the id %s', async ([creationMode, uid, id], { expect }) => {
    const marketplace = await aMarketplace({ creationMode })
    const company = await aCompany(marketplace, { uid: 'cld-1' })
    const user = await aUser(company, { uid })
    const session = await aSession(company, user)
    expect((await remove(marketplace, 'cld-1', id)).status).toBe(200)
    expect((await readSession(readingAt(Date.now()), session)).kind).toBe('none')
  })

  it('and was never known, or whose group was not, is 204', async ({ expect }) => {
    const { marketplace, company, at } = await aSignedOnUser()
    const other = await aCompany(marketplace)
    for (const [group, id] of [
      ['cld-unknown', 'usr-1'],
      [company.groupUid, 'usr-9'],
      [other.groupUid, 'usr-1'],
    ] as const) {
      const told = await remove(marketplace, group, id)
      expect([told.status, await told.text()]).toEqual([204, ''])
    }
    expect(await at(Date.now())).toBe('open')
  })

  it('is found by ids of any letters', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const [group, uid] = ['cld/1 ü?', 'usr %/1']
    const company = await aCompany(marketplace, { uid: group })
    const session = await aSession(company, await aUser(company, { uid }))
    const told = await remove(marketplace, encodeURIComponent(group), encodeURIComponent(uid))
    expect(told.status).toBe(200)
    expect((await readSession(readingAt(Date.now()), session)).kind).toBe('none')
    const seen = await operatorCalls(
      'GET',
      `/marketplaces/${marketplace.tenant}/groups/${encodeURIComponent(group)}`,
    )
    expect(await seen.json()).toMatchObject({ uid: group, users: [{ uid, status: 'blocked' }] })
  })

  it('is the marketplace’s own: the same uids at another one are untouched', async ({ expect }) => {
    const [one, two] = [await aMarketplace(), await aMarketplace()]
    const sessions = []
    for (const marketplace of [one, two]) {
      const company = await aCompany(marketplace, { uid: 'cld-1' })
      sessions.push(await aSession(company, await aUser(company, { uid: 'usr-1' })))
    }
    expect((await remove(one, 'cld-1', 'usr-1')).status).toBe(200)
    const kinds = await Promise.all(
      sessions.map(async (id) => (await readSession(readingAt(Date.now()), id)).kind),
    )
    expect(kinds).toEqual(['none', 'open'])
    const foreign = await hubCalls(one, 'DELETE', `/maestrano/account/groups/cld-1/users/usr-1/${two.tenant}`)
    expect(foreign.status).toBe(401)
  })
})
