import { describe, it } from 'vitest'
import { surfaces } from '../../src/app'
import { aCompany, aMarketplace, publisherOf } from '../support/marketplace'
import { fetchWorker } from '../support/publisher'
import { post, startSignOn } from '../support/sign-on'
import { concrete } from './portal/routes'
import { aLink, Browser, hubsAreAway, signOn } from './portal/support'

hubsAreAway()

/** Every method of every path that a router has and a browser can ask for. */
const routes = [
  ...new Set(
    surfaces
      .flatMap(({ app }) => app.routes)
      .filter(({ method }) => method === 'GET' || method === 'POST')
      .map(({ method, path }) => `${method} ${path}`),
  ),
].sort()

/** What `connect-src` and the like of a policy are, by name. */
function policyOf(headers: Headers): Record<string, string> {
  const rules = (headers.get('Content-Security-Policy') ?? '').split('; ')
  return Object.fromEntries(
    rules.map((rule) => [rule.split(' ')[0] ?? '', rule.split(' ').slice(1).join(' ')]),
  )
}

type Seen = { readonly of: string; readonly headers: Headers; readonly html: string }

/** What is missing of an HTML answer's headers, or stands in its text that the policy would stop. */
function faultsOf({ of, headers, html }: Seen): string[] {
  const path = of.split(' ')[1] ?? ''
  const [isDocs, isWidget] = [path.startsWith('/docs'), path.startsWith('/button/')]
  const policy = policyOf(headers)
  const wanted: Record<string, string | undefined> = {
    'default-src': "'none'",
    'base-uri': "'none'",
    'style-src': isDocs ? "'self' 'unsafe-inline'" : "'self'",
    'frame-ancestors': isWidget ? '*' : "'none'",
    'script-src': isDocs ? "'self'" : isWidget ? "'none'" : undefined,
  }
  const faults = Object.entries(wanted)
    .filter(([name, value]) => policy[name] !== value)
    .map(([name]) => `${name} ${policy[name]}`)
  if (!/^'(self|none)'( https?:\/\/\S+)?$/.test(policy['form-action'] ?? '')) faults.push('form-action')
  const all = Object.entries(policy).filter(([name]) => !(isDocs && name === 'style-src'))
  if (all.some(([, value]) => /unsafe/.test(value))) faults.push('something unsafe')
  if (headers.get('X-Content-Type-Options') !== 'nosniff') faults.push('nosniff')
  if (!/^(same-origin|no-referrer)$/.test(headers.get('Referrer-Policy') ?? '')) faults.push('referrer')
  if (!isDocs && headers.get('X-Robots-Tag') !== 'noindex') faults.push('robots')
  if (headers.get('Cache-Control') !== (isDocs ? 'public, max-age=300' : 'no-store')) faults.push('cache')
  if (/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+="|href="javascript:/.test(html))
    faults.push('inline')
  return faults.map((fault) => `${of}: ${fault}`)
}

/** Asks for each route, and keeps those answers that are pages. */
async function pagesFor(browser: Browser, csrf: string | null): Promise<Seen[]> {
  const seen: Seen[] = []
  for (const of of routes) {
    const [method = '', path = ''] = of.split(' ')
    if (path === '/portal/logout') continue
    const headers = { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }
    const body =
      method === 'POST' ? { body: new URLSearchParams(csrf === null ? {} : { csrf }).toString() } : {}
    const page = await browser.fetch(concrete(path), { method, headers, ...body })
    if (page.headers.get('Content-Type')?.includes('html')) {
      seen.push({ of: `${of} (${page.status})`, headers: page.headers, html: page.html })
    }
  }
  return seen
}

describe('every page of every surface', () => {
  it('has the headers that keep it to itself, whoever asks, and whatever it says', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const staff = await signOn(await aCompany(marketplace))
    const seen = [
      ...(await pagesFor(new Browser(), null)),
      ...(await pagesFor(staff, await staff.csrf())),
      ...(await pagesFor(staff, null)),
    ]
    const routesOf = (surface: string) =>
      new Set(seen.map(({ of }) => of).filter((of) => of.includes(` ${surface}`)))
    expect(routesOf('/portal').size).toBeGreaterThan(60)
    expect([...routesOf('/docs'), ...routesOf('/button')].sort()).toEqual([
      'GET /button/v1/ecal.html (400)',
      'GET /docs (200)',
      'POST /button/v1/subscriptions (400)',
    ])
    expect(seen.flatMap(faultsOf)).toEqual([])
  })

  it('has them where a sign-on fails, a link is opened and a calendar is connected, too', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    const company = await aCompany(marketplace)
    const { path } = await aLink(company.publisherId)
    const failed = await post(marketplace, 'nonsense', await startSignOn(marketplace))
    const publisher = await publisherOf(company)
    const fields = { apiKey: publisher.apiKey, widgetId: publisher.widgetId, application: 'apple' }
    const body = new URLSearchParams({ ...fields, email: 'ann@example.com' })
    const connected = await fetchWorker('/button/v1/subscriptions', { method: 'POST', body })
    expect([connected.status, connected.headers.get('Referrer-Policy')]).toEqual([201, 'no-referrer'])
    const answers: [string, Response][] = [
      ['GET /button/v1/ecal.html', await fetchWorker(`/button/v1/ecal.html?${new URLSearchParams(fields)}`)],
      ['POST /button/v1/subscriptions', connected],
      ['POST /maestrano/auth/saml/consume', failed],
      [`GET ${path}`, await fetchWorker(path)],
      ['GET /portal/sign-in', await fetchWorker('/portal/sign-in')],
      ['GET /portal/sign-in/none', await fetchWorker('/portal/sign-in/none')],
      [
        'GET /button/v1/nowhere',
        await fetchWorker('/button/v1/nowhere', { headers: { Accept: 'text/html' } }),
      ],
    ]
    for (const [of, response] of answers) {
      expect([of, response.headers.get('Content-Type')]).toEqual([of, 'text/html; charset=utf-8'])
      expect(faultsOf({ of, headers: response.headers, html: await response.text() })).toEqual([])
    }
  })
})
