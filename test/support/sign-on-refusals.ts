import { env } from 'cloudflare:workers'
import type { Marketplace } from '../../src/domain/marketplace/marketplaces'
import { aMarketplace } from './marketplace'
import { causeOf, post, respond, type Started, startSignOn } from './sign-on'

const tables = [
  'publishers',
  'companies',
  'users',
  'user_identities',
  'memberships',
  'portal_sessions',
  'sso_spent',
  'changes',
]

/** How many rows there are of everything that a sign-on makes. */
export async function rowsOfSignOns(): Promise<string> {
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)
  return JSON.stringify(await env.DB.prepare(`SELECT ${counts.join(', ')}`).first())
}

/** A page without its reference, which alone differs. */
const pageOf = (text: string) => text.replace(/sso_[0-9a-f]+/, 'sso_…')

/**
 * A response that is bad in one way: refused by the page that all get, logged with the reason, with nothing left behind
 * and nothing used up: the genuine one still succeeds.
 */
export async function expectSignOnRefused(
  { expect }: { expect: (value: unknown) => { toEqual: (other: unknown) => void } },
  code: string,
  bad: (marketplace: Marketplace, started: Started) => Promise<Response>,
  settings: Parameters<typeof aMarketplace>[0] = {},
): Promise<void> {
  const marketplace = await aMarketplace(settings)
  const started = await startSignOn(marketplace)
  const genuine = await respond(marketplace, started)
  const usual = await (await post(marketplace, '', started)).text()
  const before = await rowsOfSignOns()
  const refused = await bad(marketplace, started)
  const page = await refused.text()
  const cause = await causeOf(page)
  expect([cause?.code, cause?.tenant]).toEqual([code, marketplace.tenant])
  expect([refused.status, refused.headers.get('Set-Cookie')]).toEqual([
    code === 'too_large' ? 413 : 403,
    null,
  ])
  expect(refused.headers.get('Content-Type')).toEqual('text/html; charset=utf-8')
  expect(pageOf(page)).toEqual(pageOf(usual))
  expect(await rowsOfSignOns()).toEqual(before)
  expect((await post(marketplace, genuine, started)).status).toEqual(303)
}
