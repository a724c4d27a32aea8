import { env } from 'cloudflare:workers'
import { describe, it, vi } from 'vitest'
import { ORIGIN } from '../../support/publisher'
import { atTime } from '../../support/time'
import { concrete, forms, pages, wouldDo } from './routes'
import { aCustomer, auditOf, hubsAreAway, signIn, signOn } from './support'

hubsAreAway()

describe('a session', () => {
  it('of a user who is blocked, or that has ended, is none', async ({ expect }) => {
    const { company } = await aCustomer()
    const browser = await signOn(company)
    await env.DB.prepare("UPDATE memberships SET status = 'blocked' WHERE user_id = ?")
      .bind(browser.userId)
      .run()
    expect((await browser.get('/portal')).location).toBe('/portal/sign-in')
    expect((await browser.post('/portal/logout', {})).status).toBe(403)
    const idle = await signOn(company)
    const later = Date.now() + 2 * 3_600_000 + 1000
    expect((await atTime(later, () => idle.get('/portal'))).location).toBe('/portal/sign-in')
  })

  it('of a company whose subscription has ended sees that, and whom to turn to, on every page', async ({
    expect,
  }) => {
    const { company } = await aCustomer({ contact: 'help@<hub>.example' })
    const browser = await signOn(company)
    const csrf = await browser.csrf()
    await env.DB.batch([
      env.DB.prepare('UPDATE publishers SET cancelled_at = 1, feeds_end_at = 2 WHERE id = ?').bind(
        company.publisherId,
      ),
      env.DB.prepare("UPDATE companies SET status = 'cancelled' WHERE publisher_id = ?").bind(
        company.publisherId,
      ),
    ])
    const answers = [
      ...(await Promise.all(pages.map(([path]) => browser.get(path)))),
      await browser.get('/portal/nowhere'),
      ...(await Promise.all(forms.map(([path]) => browser.post(concrete(path), { ...wouldDo, csrf })))),
    ]
    for (const { status, words } of answers) {
      expect(status).toBe(403)
      expect(words).toContain('Your subscription has ended')
      expect(words).toContain('help@<hub>.example')
    }
  })

  it('that ended at the marketplace leads back there to sign on anew; its forms do nothing', async ({
    expect,
  }) => {
    const { company } = await aCustomer()
    vi.stubGlobal('fetch', async () => Response.json({ valid: false }))
    const later = Date.now() + 4 * 60_000
    const looking = await signOn(company, { mnoSession: 'mno-1' })
    const page = await atTime(later, () => looking.get('/portal'))
    expect([page.status, page.location]).toEqual([
      303,
      `/maestrano/auth/saml/init/${company.tenant}?group_id=${company.groupUid}`,
    ])
    const sending = await signOn(company, { mnoSession: 'mno-2' })
    expect((await atTime(later, () => sending.post('/portal/logout', {}))).status).toBe(403)
  })

  it('ends with “Sign out”: at the marketplace too, or on our own page for who came by a link', async ({
    expect,
  }) => {
    const { company, marketplace } = await aCustomer()
    const staff = await signOn(company, { uid: 'usr/1' })
    const out = await staff.send('/portal', '/portal/logout')
    expect([out.status, out.location]).toEqual([303, `${marketplace.host}/app_logout?user_uid=usr%2F1`])
    expect(out.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-daybook=; .*Max-Age=0$/)])
    const guest = await signIn(company.publisherId)
    const { session } = guest
    expect((await guest.send('/portal', '/portal/logout')).location).toBe('/portal/sign-in')
    guest.cookies.set('__Host-daybook', session)
    expect((await guest.get('/portal')).location).toBe('/portal/sign-in')
    const actions = (await auditOf(company.publisherId)).map(({ action, target }) => [action, target])
    expect(actions).toEqual([
      ['signed_in', `marketplace:${marketplace.tenant}`],
      ['signed_out', `marketplace:${marketplace.tenant}`],
      ['signed_in', 'link'],
      ['signed_out', 'link'],
    ])
  })

  it('takes forms of our own origin alone', async ({ expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    const fields = { csrf: await admin.csrf(), plan: 'large' }
    const withHost = { Origin: ORIGIN.replace('https', 'http') }
    expect((await admin.post('/portal/billing/plan', fields, withHost)).status).toBe(403)
    const without = await admin.fetch('/portal/billing/plan', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' },
      body: new URLSearchParams(fields).toString(),
    })
    expect(without.status).toBe(303)
  })
})
