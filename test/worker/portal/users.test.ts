import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCompany, aMarketplace } from '../../support/marketplace'
import {
  aCustomer,
  aLink,
  anOperatorsPublisher,
  auditOf,
  Browser,
  hubsAreAway,
  rowsOf,
  signIn,
  signOn,
} from './support'

hubsAreAway()

const USERS = '/portal/users'

describe('the users page', () => {
  it('lists users with role, state and last sign-on, and says who manages them', async ({ expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    const ben = await signIn(company.publisherId, { firstName: 'Ben', lastName: 'Ode', role: 'Member' })
    const page = await admin.get(USERS)
    expect(page.words).toMatch(/Ann Lee \(you\) \S+@example.com Admin Active/)
    expect(page.words).toMatch(/Ben Ode \S+@example.com Member Active/)
    expect(page.words).toContain('Managed by the marketplace')
    expect(page.has(`${USERS}/${ben.userId}/block`)).toBe(true)
    expect(page.has(`${USERS}/${admin.userId}/block`)).toBe(false)
  })

  it('lists the user’s other companies of the marketplace, each with a link to switch', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    const elsewhere = await aMarketplace()
    const mine = await aCompany(marketplace, { name: 'Mine' })
    const other = await aCompany(marketplace, { name: 'Other & <Sons>' })
    const ended = await aCompany(marketplace, { name: 'Ended' })
    const foreign = await aCompany(elsewhere, { name: 'Foreign' })
    const notMine = await aCompany(marketplace, { name: 'Not mine' })
    const admin = await signOn(mine, { uid: 'usr-1' })
    for (const company of [other, ended, foreign]) await signOn(company, { uid: 'usr-1' })
    await signOn(notMine, { uid: 'usr-2' })
    await env.DB.prepare("UPDATE companies SET status = 'cancelled' WHERE publisher_id = ?")
      .bind(ended.publisherId)
      .run()
    const page = await admin.get(USERS)
    expect(page.words).toContain('Your other companies Other & <Sons> Switch')
    const path = `/maestrano/auth/saml/init/${marketplace.tenant}?group_id=${other.groupUid}`
    expect(page.html).toContain(`href="${path}"`)
    for (const name of ['Ended', 'Foreign', 'Not mine']) expect(page.words).not.toContain(name)
    // A link says nothing of who somebody is elsewhere.
    const byLink = await signIn(mine.publisherId)
    await env.DB.prepare('UPDATE portal_sessions SET user_id = ? WHERE user_id = ?')
      .bind(admin.userId, byLink.userId)
      .run()
    expect((await byLink.get(USERS)).words).not.toContain('Your other companies')
  })

  it('lists 50 users a page', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70)
       INSERT INTO memberships (publisher_id, user_id, role, status, joined_at, write_id)
       SELECT ?1, 'many-' || ?1 || '-' || i, 'Guest', 'active', ?2 + i, '' FROM n`,
    )
      .bind(publisher.id, Date.now())
      .run()
    const rows = (html: string) => html.match(/<th scope="row">/g)?.length
    expect(rows((await admin.get(USERS)).html)).toBe(50)
    expect(rows((await admin.get(`${USERS}?page=2`)).html)).toBe(21)
  })
})

describe('blocking a user who came by a link', () => {
  it('ends the sessions at once, and links of theirs open nothing, until they are unblocked', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const email = 'ben@example.com'
    const ben = await signIn(publisher.id, { email, role: 'Member' })
    const unused = await aLink(publisher.id, { email, role: 'Member' })
    expect(unused.userId).toBe(ben.userId)
    const blocked = await admin.send(USERS, `${USERS}/${ben.userId}/block`)
    expect([blocked.status, blocked.location]).toEqual([303, USERS])
    expect((await ben.get('/portal')).location).toBe('/portal/sign-in')
    expect((await new Browser().get(unused.path)).status).toBe(403)
    const page = await admin.get(USERS)
    expect(page.words).toContain('The user is blocked and signed out.')
    expect(page.words).toContain('Blocked')
    await admin.send(USERS, `${USERS}/${ben.userId}/unblock`)
    expect((await new Browser().get(unused.path)).status).toBe(200)
    expect((await ben.get('/portal')).status).toBe(303)
    const done = (await auditOf(publisher.id)).filter(({ action }) => action.startsWith('user.'))
    expect(done.map(({ action, target, userId }) => [action, target, userId])).toEqual([
      ['user.blocked', ben.userId, admin.userId],
      ['user.unblocked', ben.userId, admin.userId],
    ])
    const ops = await env.DB.prepare('SELECT op FROM changes WHERE stream = ? AND entity_id = ? ORDER BY seq')
      .bind(`company:${publisher.id}`, ben.userId)
      .all<{ op: string }>()
    expect(ops.results.map(({ op }) => op)).toEqual(['user.joined', 'user.removed', 'user.joined'])
  })

  it('twice is done and recorded once', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { userId } = await aLink(publisher.id)
    const csrf = await admin.csrf()
    const posts = await Promise.all(
      Array.from({ length: 5 }, () => admin.post(`${USERS}/${userId}/block`, { csrf })),
    )
    expect(new Set(posts.map(({ status }) => status))).toEqual(new Set([303]))
    expect(await rowsOf('portal_audit', publisher.id, "action = 'user.blocked'")).toBe(1)
  })

  it('can’t be oneself', async ({ expect }) => {
    const { admin } = await anOperatorsPublisher()
    const page = await admin.post(`${USERS}/${admin.userId}/block`, { csrf: await admin.csrf() })
    expect([page.status, page.words.includes('You can’t block yourself')]).toEqual([403, true])
    expect((await admin.get('/portal')).status).toBe(200)
  })
})

describe('a user of the marketplace', () => {
  it('is blocked and let in by the marketplace alone', async ({ expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    const colleague = await signOn(company, { role: 'Member' })
    const csrf = await admin.csrf()
    const state = () =>
      env.DB.prepare('SELECT * FROM memberships WHERE publisher_id = ?').bind(company.publisherId).all()
    const blocked = await admin.post(`${USERS}/${colleague.userId}/block`, { csrf })
    expect([blocked.status, blocked.words.includes('it is changed there')]).toEqual([403, true])
    expect((await colleague.get('/portal')).status).toBe(200)
    await env.DB.prepare("UPDATE memberships SET status = 'blocked', blocked_at = 1 WHERE user_id = ?")
      .bind(colleague.userId)
      .run()
    const before = JSON.stringify((await state()).results)
    expect((await admin.post(`${USERS}/${colleague.userId}/unblock`, { csrf })).status).toBe(403)
    expect(JSON.stringify((await state()).results)).toBe(before)
  })

  it('is the company’s own to block once it goes on without the marketplace', async ({ expect }) => {
    const { company } = await aCustomer()
    const colleague = await signOn(company, { role: 'Member' })
    await env.DB.prepare("UPDATE companies SET status = 'standalone' WHERE publisher_id = ?")
      .bind(company.publisherId)
      .run()
    const admin = await signIn(company.publisherId)
    expect((await admin.send(USERS, `${USERS}/${colleague.userId}/block`)).status).toBe(303)
    expect(await rowsOf('memberships', company.publisherId, "status = 'blocked'")).toBe(1)
  })
})
