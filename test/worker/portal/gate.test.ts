import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { roles } from '../../../src/domain/marketplace/roles'
import { portalApp } from '../../../src/surfaces/portal'
import { inOnePeriod } from '../../support/limiter-periods'
import { concrete, forms, pages, wouldDo } from './routes'
import {
  aCustomer,
  aLink,
  anOperatorsPublisher,
  Browser,
  hubsAreAway,
  rowsOf,
  signIn,
  signOn,
} from './support'

hubsAreAway()

/** What a post may change. */
async function stateOf(publisherId: number): Promise<unknown> {
  const rows = (table: string) =>
    env.DB.prepare(`SELECT * FROM ${table} WHERE publisher_id = ?`).bind(publisherId).all()
  const tables = [
    'api_keys',
    'companies',
    'bills',
    'memberships',
    'calendars',
    'portal_forms',
    'portal_audit',
    'changes',
    'webhook_endpoints',
    'webhook_deliveries',
    'pay_schedules',
  ]
  return JSON.stringify((await Promise.all(tables.map(rows))).map(({ results }) => results))
}

describe('the portal', () => {
  it('has no route that these tests leave out', async ({ expect }) => {
    const registered = portalApp.routes.filter(({ method }) => method === 'GET' || method === 'POST')
    const known = [...pages, ...forms].map(([path]) => path as string)
    const signInPaths = ['/portal/sign-in', '/portal/sign-in/:token']
    expect(new Set(registered.map(({ path }) => path))).toEqual(new Set([...known, ...signInPaths]))
  })

  it.for(forms)('refuses %s to whoever is not in', async ([path], { expect }) => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const page = await new Browser().fetch(concrete(path), { method })
      expect(page.status).toBe(403)
      expect(page.words).toContain('You are not signed in')
    }
  })

  it.for(forms)('does nothing for a form to %s that no page of ours sent', async ([path], { expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    const other = await signOn(company)
    const csrf = await admin.csrf()
    const before = await stateOf(company.publisherId)
    const target = concrete(path)
    const refused = [
      await admin.post(target, wouldDo),
      await admin.post(target, { ...wouldDo, csrf: '' }),
      await admin.post(target, { ...wouldDo, csrf: await other.csrf() }),
      await admin.post(target, { ...wouldDo, csrf }, { Origin: 'https://evil.example' }),
      await admin.post(target, { ...wouldDo, csrf }, { Origin: 'null' }),
      await admin.post(target, { ...wouldDo, csrf }, { 'Sec-Fetch-Site': 'cross-site' }),
      await admin.fetch(target, { method: 'POST' }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403, 403])
    expect(await stateOf(company.publisherId)).toBe(before)
    expect((await admin.get('/portal')).status).toBe(200)
  })

  it.for([
    ...pages.map(([path, least]) => ['read', path, least] as const),
    ...forms.map(([path, least]) => ['post to', path, least] as const),
  ])('lets only those %s %s who may: from %s on', async ([use, path, least], { expect }) => {
    const { company } = await aCustomer()
    for (const role of roles) {
      const browser = await signOn(company, { role })
      const before = await stateOf(company.publisherId)
      const answer =
        use === 'post to'
          ? await browser.post(concrete(path), { ...wouldDo, csrf: await browser.csrf() })
          : await browser.get(concrete(path))
      const may = roles.indexOf(role) >= roles.indexOf(least)
      expect([role, answer.status === 403]).toEqual([role, !may])
      if (!may) {
        expect(answer.words).toContain('This is not for your role')
        expect(await stateOf(company.publisherId)).toBe(before)
      }
    }
  })

  it('shows in its navigation the pages that a role may read', async ({ expect }) => {
    const { company } = await aCustomer()
    for (const role of roles) {
      const page = await (await signOn(company, { role })).get('/portal')
      const nav = /<nav class="places".*?<\/nav>/s.exec(page.html)?.[0] ?? ''
      const shown = [...nav.matchAll(/href="([^"]*)"/g)].map(([, path]) => path)
      const places = pages.filter(([path]) => !path.includes(':'))
      const may = places.filter(([, least]) => roles.indexOf(role) >= roles.indexOf(least))
      expect(shown).toEqual(may.map(([path]) => path))
      expect(nav).toContain('href="/portal" aria-current="page"')
    }
  })

  it.for([
    ['keys/:key/reveal', 404],
    ['keys/:key/revoke', 404],
  ] as const)('knows no key of another company: options/%s', async ([path, status], { expect }) => {
    const [mine, theirs] = [await aCustomer(), await aCustomer()]
    const admin = await signOn(mine.company)
    const before = await stateOf(theirs.company.publisherId)
    const target = `/portal/options/${path.replace(':key', theirs.company.firstApiKey)}`
    const csrf = await admin.csrf()
    expect((await admin.post(target, { csrf })).status).toBe(status)
    expect((await admin.post(target, { csrf, confirm: 'yes' })).status).toBe(status)
    expect(await stateOf(theirs.company.publisherId)).toBe(before)
  })

  it('knows no bill and no user of another company', async ({ expect }) => {
    const [mine, theirs] = [await aCustomer(), await aCustomer()]
    const [admin, other] = [await signOn(mine.company), await signOn(theirs.company)]
    const guest = await signIn(theirs.company.publisherId, { role: 'Guest' })
    await other.send('/portal/billing', '/portal/billing/extras', { extra: 'sms', quantity: '1' })
    await env.DB.prepare("UPDATE bills SET state = 'failed' WHERE publisher_id = ?")
      .bind(theirs.company.publisherId)
      .run()
    const bill = await env.DB.prepare('SELECT id FROM bills WHERE publisher_id = ?')
      .bind(theirs.company.publisherId)
      .first<string>('id')
    const before = await stateOf(theirs.company.publisherId)
    const csrf = await admin.csrf()
    for (const path of [
      `billing/bills/${bill}/retry`,
      `users/${guest.userId}/block`,
      `users/${guest.userId}/unblock`,
    ]) {
      expect((await admin.post(`/portal/${path}`, { csrf })).status).toBe(404)
    }
    expect(await stateOf(theirs.company.publisherId)).toBe(before)
    const words = await Promise.all(
      ['/portal', '/portal/options', '/portal/billing', '/portal/users'].map(
        async (path) => (await admin.get(path)).html,
      ),
    )
    for (const foreign of [theirs.company.firstApiKey, guest.userId, other.userId, String(bill)]) {
      expect(words.join('')).not.toContain(foreign)
    }
  })

  it('answers every page with headers that keep it to itself', async ({ expect }) => {
    const { company, marketplace } = await aCustomer()
    const admin = await signOn(company)
    const { path } = await aLink(company.publisherId)
    const all = [
      ...(await Promise.all(pages.map(([page]) => admin.get(concrete(page))))),
      await admin.get('/portal/nowhere'),
      await admin.post('/portal/billing/plan', { plan: 'none', csrf: await admin.csrf() }),
      await admin.post('/portal/logout', {}),
      await new Browser().get('/portal/sign-in'),
      await new Browser().get(path),
      await new Browser().get('/portal/sign-in/none'),
      await new Browser().get('/portal'),
    ]
    for (const { headers, html } of all) {
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(headers.get('Referrer-Policy')).toBe('same-origin')
      expect(headers.get('X-Robots-Tag')).toBe('noindex')
      const policy = headers.get('Content-Security-Policy') ?? ''
      for (const rule of [
        "default-src 'none'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]) {
        expect(policy.split('; ')).toContain(rule)
      }
      expect(policy).toContain("form-action 'self'")
      expect(policy).not.toContain('unsafe')
      expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8')
      expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/)
    }
    const formAction = (at: number) =>
      /form-action [^;]*/.exec(all[at]?.headers.get('Content-Security-Policy') ?? '')
    expect(formAction(0)?.[0]).toBe(`form-action 'self' ${marketplace.host}`)
    expect(formAction(pages.length + 3)?.[0]).toBe("form-action 'self'")
  })

  it('has on every page one heading, a way past the navigation, labels and headed tables', async ({
    expect,
  }) => {
    const { company } = await aCustomer()
    await signIn(company.publisherId)
    const admin = await signOn(company)
    await admin.send('/portal/billing', '/portal/billing/extras', { extra: 'sms', quantity: '2' })
    for (const [path] of pages) {
      const { html } = await admin.get(concrete(path))
      expect(html).toContain('<html lang="en">')
      expect(html.match(/<h1/g)).toHaveLength(1)
      expect(html).toMatch(/<body[^>]*><a class="skip" href="#content">/)
      expect(html).toContain('<main id="content"')
      expect(html.match(/<th scope="(col|row)"/g) ?? []).toHaveLength(html.match(/<th[\s>]/g)?.length ?? 0)
      const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const [field] of html.matchAll(/<(?:input|select|textarea)\s[^>]*>/g)) {
        if (field.includes('type="hidden"')) continue
        const id = /\sid="([^"]*)"/.exec(field)?.[1]
        const isWrapped = html.includes(`<label class="choice">${field}`)
        expect(isWrapped || html.includes(`<label for="${id}">`), field).toBe(true)
      }
    }
  })

  it('takes forms of at most 256 KiB, and nothing that is no form', async ({ expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    const csrf = await admin.csrf()
    const padded = (size: number) => {
      const head = `csrf=${csrf}&plan=large&padding=`
      return head + 'x'.repeat(size - head.length)
    }
    const send = (body: string, type = 'application/x-www-form-urlencoded') =>
      admin.fetch('/portal/billing/plan', { method: 'POST', headers: { 'Content-Type': type }, body })
    expect((await send(padded(262_145))).status).toBe(413)
    expect((await send(JSON.stringify({ csrf }), 'application/json')).status).toBe(415)
    expect((await send(padded(100), 'text/plain')).status).toBe(415)
    expect(await rowsOf('bills', company.publisherId)).toBe(0)
    expect((await send(padded(262_144), 'application/x-www-form-urlencoded; charset=utf-8')).status).toBe(303)
  })

  it('knows no other page, and no other method of a page', async ({ expect }) => {
    const { admin } = await anOperatorsPublisher()
    const lost = await admin.get('/portal/nowhere')
    expect([lost.status, lost.words.includes('There is no such page')]).toEqual([404, true])
    expect((await admin.get('/portal/options?page=0')).status).toBe(404)
    expect((await admin.get('/portal/users?page=201')).status).toBe(404)
    for (const [method, path, allow] of [
      ['PUT', '/portal/options', 'GET, HEAD'],
      ['GET', '/portal/options/keys', 'POST'],
      ['GET', '/portal/logout', 'POST'],
    ] as const) {
      const page = await admin.fetch(path, { method })
      expect([page.status, page.headers.get('Allow')]).toEqual([405, allow])
    }
  })

  it('serves 300 requests a minute of a session, and other sessions beside', ({ expect }) =>
    inOnePeriod(60, async () => {
      const { company } = await aCustomer()
      const [busy, calm] = [await signOn(company), await signOn(company)]
      const ask = () => busy.fetch('/portal/help', { method: 'HEAD' })
      const answers = await Promise.all(Array.from({ length: 300 }, ask))
      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      const page = await ask()
      expect([page.status, page.headers.get('Retry-After')]).toEqual([429, '60'])
      expect((await busy.get('/portal')).words).toContain('Too many requests')
      expect((await busy.post('/portal/logout', {})).status).toBe(429)
      expect((await calm.get('/portal')).status).toBe(200)
    }))
})
