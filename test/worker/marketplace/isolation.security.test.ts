import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import type { Company } from '../../../src/domain/marketplace/companies'
import type { Marketplace } from '../../../src/domain/marketplace/marketplaces'
import { marketplaceApp } from '../../../src/surfaces/marketplace'
import { aCompany, aMarketplace, aSession, aUser, hubCalls, MARKETPLACE_KEY } from '../../support/marketplace'
import { fetchWorker } from '../../support/publisher'
import { post, respond, startSignOn } from '../../support/sign-on'

/** A marketplace with the same API id, key, group and user as another one. */
type Twin = { marketplace: Marketplace; company: Company; session: string }

async function aTwin(): Promise<Twin> {
  const marketplace = await aMarketplace({ apiId: 'app-twin' })
  const company = await aCompany(marketplace, { uid: 'cld-1' })
  const session = await aSession(company, await aUser(company, { uid: 'usr-1', email: null }))
  return { marketplace, company, session }
}

/** All rows of a company and its marketplace, as text. */
async function rowsOf({ company, marketplace }: Twin): Promise<string> {
  const byPublisher = [
    'companies',
    'memberships',
    'portal_sessions',
    'calendars',
    'events',
    'changes',
    'api_keys',
  ]
  const byTenant = ['user_identities', 'sso_spent', 'marketplace_log']
  const { results: found } = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all<{
    name: string
  }>()
  // Of billing and data sharing, where they are there.
  const further = ['bills', 'connec_imports', 'connec_pushes', 'connec_map', 'directory'].filter((name) =>
    found.some((table) => table.name === name),
  )
  const results = await env.DB.batch([
    env.DB.prepare('SELECT * FROM publishers WHERE id = ?').bind(company.publisherId),
    ...[...byPublisher, ...further].map((table) =>
      env.DB.prepare(`SELECT * FROM ${table} WHERE publisher_id = ?`).bind(company.publisherId),
    ),
    ...byTenant.map((table) =>
      env.DB.prepare(`SELECT * FROM ${table} WHERE tenant = ?`).bind(marketplace.tenant),
    ),
  ])
  return JSON.stringify(results.map((result) => result.results))
}

/** What each route does with everything of its own marketplace; nothing of it may reach the twin. */
const routes: Record<string, (twin: Twin) => Promise<Response>> = {
  'GET /maestrano/metadata': ({ marketplace }) =>
    hubCalls(marketplace, 'GET', `/maestrano/metadata/${marketplace.tenant}`),
  'GET /maestrano/auth/saml/init': async ({ marketplace }) => {
    await startSignOn(marketplace, '', '?group_id=cld-1')
    return new Response()
  },
  'POST /maestrano/auth/saml/consume': async ({ marketplace }) => {
    const started = await startSignOn(marketplace)
    const told = { name: 'Changed', group_name: 'Changed', email: null }
    return post(marketplace, await respond(marketplace, started, { told }), started)
  },
  'POST /maestrano/connec/notifications': ({ marketplace: { apiId, tenant } }) =>
    fetchWorker(`/maestrano/connec/notifications/${tenant}`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${apiId}:${MARKETPLACE_KEY}`)}` },
      body: JSON.stringify({
        events: { id: 'e-1', group_id: 'cld-1', name: 'Fair', start_date: '2030-05-01' },
        people: { id: 'p-1', group_id: 'cld-1', email: 'ann@example.com' },
      }),
    }),
  'DELETE /maestrano/account/groups/:group_id/users/:id': ({ marketplace }) =>
    hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/cld-1/users/usr-1/${marketplace.tenant}`),
  'DELETE /maestrano/account/groups/:id': ({ marketplace }) =>
    hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/cld-1/${marketplace.tenant}`),
}

describe('two marketplaces with the same uids, API id and key (4)', () => {
  it('stay apart on every route', async ({ expect }) => {
    const [one, two] = [await aTwin(), await aTwin()]
    const [before, own] = [await rowsOf(two), await rowsOf(one)]
    for (const [route, call] of Object.entries(routes)) {
      const { status } = await call(one)
      expect([route, status < 400]).toEqual([route, true])
      expect([route, await rowsOf(two)]).toEqual([route, before])
    }
    expect(await rowsOf(one)).not.toBe(own)
  })

  it('have a test of that for every route there is', ({ expect }) => {
    const known = marketplaceApp.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('/:tenant') && path !== '/*')
      .map(({ method, path }) => `${method} ${path}`)
    expect([...new Set(known)].sort()).toEqual(Object.keys(routes).sort())
  })
})
