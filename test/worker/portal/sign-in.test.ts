import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { findCompany } from '../../../src/domain/marketplace/companies'
import { newId } from '../../../src/platform/ids'
import { inOnePeriod } from '../../support/limiter-periods'
import { aMarketplace } from '../../support/marketplace'
import { aPublisher, fetchWorker } from '../../support/publisher'
import { post, respond, sessionOf, startSignOn } from '../../support/sign-on'
import { atTime } from '../../support/time'
import { aLink, auditOf, Browser, signIn } from './support'

describe('the sign-in page', () => {
  it('explains both ways and leads to each marketplace that people can sign on at', async ({ expect }) => {
    const open = await aMarketplace({ name: 'Open <b>Hub</b>' })
    const closed = await aMarketplace({ name: 'Closed Hub' })
    await env.DB.prepare('UPDATE marketplaces SET enabled = 0 WHERE tenant = ?').bind(closed.tenant).run()
    const page = await new Browser().get('/portal/sign-in')
    expect(page.status).toBe(200)
    expect(page.words).toContain('sign-in link')
    expect(page.words).toContain('Open <b>Hub</b>')
    expect(page.html).toContain(`href="/maestrano/auth/saml/init/${open.tenant}"`)
    expect(page.words).not.toContain('Closed Hub')
  })

  it.for(['/portal', '/portal/', '/portal/options', '/portal/nowhere'])(
    'is where a look at %s without a session leads',
    async (path, { expect }) => {
      for (const method of ['GET', 'HEAD']) {
        const page = await new Browser().fetch(path, { method })
        expect([page.status, page.location]).toEqual([303, '/portal/sign-in'])
      }
    },
  )
})

describe('a sign-on at the marketplace', () => {
  it('ends in the portal of the company that it was for, and stands in the audit', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const answer = await post(marketplace, await respond(marketplace, started), { cookie: started.cookie })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/portal'])
    const browser = new Browser()
    browser.cookies.set('__Host-daybook', sessionOf(answer))
    const page = await browser.get('/portal')
    expect(page.words).toContain('Acme Ann Lee Admin')
    const company = await findCompany(env.DB, marketplace.tenant, 'cld-1')
    expect(await auditOf(company?.publisherId ?? 0)).toMatchObject([
      { action: 'signed_in', target: `marketplace:${marketplace.tenant}` },
    ])
    // What the portal opened before ends with the next sign-on of this browser.
    const again = await startSignOn(marketplace, `__Host-daybook=${browser.session}`)
    const next = await post(marketplace, await respond(marketplace, again), { cookie: again.cookie })
    expect(next.status).toBe(303)
    expect((await browser.get('/portal')).location).toBe('/portal/sign-in')
  })
})

describe('a sign-in link', () => {
  it('shows a button to whoever looks, and changes nothing by that', async ({ expect }) => {
    const { path } = await aLink((await aPublisher()).id)
    for (const method of ['GET', 'HEAD', 'GET']) {
      const looked = await fetchWorker(path, { method })
      expect(looked.status).toBe(200)
      expect(looked.headers.getSetCookie()).toEqual([])
    }
    const browser = new Browser()
    const page = await browser.get(path)
    expect(page.forms).toHaveLength(1)
    expect(page.form(path).fields.csrf).toMatch(/^[0-9a-f]{64}$/)
    expect((await browser.post(path, page.form(path).fields)).status).toBe(303)
  })

  it('opens one session, however many post it at a time, in a cookie that only we are sent', async ({
    expect,
  }) => {
    const { path } = await aLink((await aPublisher()).id)
    const { fields } = (await new Browser().get(path)).form(path)
    const posts = await Promise.all(Array.from({ length: 20 }, () => new Browser().post(path, fields)))
    const good = posts.filter(({ status }) => status === 303)
    expect(good).toHaveLength(1)
    expect(posts.filter(({ status }) => status === 403)).toHaveLength(19)
    expect(good[0]?.location).toBe('/portal')
    expect(good[0]?.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-daybook=[0-9a-f]{64}; HttpOnly; Secure; SameSite=Lax; Path=\/$/),
    ])
  })

  it('is refused by one page, whether it was used, has expired or never was one', async ({ expect }) => {
    const { id } = await aPublisher()
    const used = await aLink(id)
    await new Browser().send(used.path, used.path)
    const expired = await aLink(id, { expiresIn: 60 })
    const unknown = `/portal/sign-in/${'0'.repeat(64)}`
    const later = Date.now() + 61_000
    const pages = await atTime(later, () =>
      Promise.all(
        [used.path, expired.path, unknown].flatMap((path) => [
          new Browser().get(path),
          new Browser().post(path, { csrf: 'x' }),
        ]),
      ),
    )
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([403]))
    expect(new Set(pages.map(({ html }) => html)).size).toBe(1)
    expect(pages.every(({ headers }) => headers.getSetCookie().length === 0)).toBe(true)
  })

  it('is not used up by a form of another site, nor by one without its own csrf', async ({ expect }) => {
    const { path } = await aLink((await aPublisher()).id)
    const browser = new Browser()
    const { fields } = (await browser.get(path)).form(path)
    const refused = [
      await browser.post(path, fields, { Origin: 'https://evil.example' }),
      await browser.post(path, fields, { Origin: 'null' }),
      await browser.post(path, fields, { 'Sec-Fetch-Site': 'cross-site' }),
      await browser.post(path, {}),
      await browser.post(path, { csrf: 'f'.repeat(64) }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    expect(browser.session).toBe('')
    expect((await browser.post(path, fields)).status).toBe(303)
  })

  it('ends the session that the browser had', async ({ expect }) => {
    const { id } = await aPublisher()
    const browser = await signIn(id)
    const former = browser.session
    const { path } = await aLink(id)
    await browser.send(path, path)
    expect(browser.session).not.toBe(former)
    const old = new Browser()
    old.cookies.set('__Host-daybook', former)
    expect((await old.get('/portal')).status).toBe(303)
    expect((await browser.get('/portal')).status).toBe(200)
  })

  it('takes no session id that somebody planted in the browser', async ({ expect }) => {
    const { path } = await aLink((await aPublisher()).id)
    const planted = 'ab'.repeat(32)
    const [browser, attacker] = [new Browser(), new Browser()]
    for (const each of [browser, attacker]) each.cookies.set('__Host-daybook', planted)
    expect((await browser.send(path, path)).status).toBe(303)
    expect(browser.session).not.toBe(planted)
    expect((await browser.get('/portal')).status).toBe(200)
    expect((await attacker.get('/portal')).location).toBe('/portal/sign-in')
  })

  it('shows up as the last sign-on of its user', async ({ expect }) => {
    const { id } = await aPublisher()
    const before = Date.now()
    const { userId } = await signIn(id)
    const at = await env.DB.prepare('SELECT last_sign_on_at FROM memberships WHERE user_id = ?')
      .bind(userId)
      .first<number>('last_sign_on_at')
    expect(at).toBeGreaterThanOrEqual(before)
  })

  it('can be tried 20 times a minute from one address; then a page says when to come again', ({ expect }) =>
    inOnePeriod(60, async () => {
      const headers = { 'CF-Connecting-IP': `2001:db8::${newId().slice(0, 4)}` }
      const unknown = `/portal/sign-in/${'1'.repeat(64)}`
      const attempt = () => new Browser().post(unknown, {}, headers)
      for (let n = 0; n < 20; n++) expect((await attempt()).status).toBe(403)
      const page = await attempt()
      expect([page.status, page.headers.get('Retry-After')]).toEqual([429, '60'])
      expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
      const elsewhere = { 'CF-Connecting-IP': `2001:db8:1::${newId().slice(0, 4)}` }
      expect((await new Browser().post(unknown, {}, elsewhere)).status).toBe(403)
      expect((await new Browser().fetch(unknown, { headers })).status).toBe(403)
    }))
})
