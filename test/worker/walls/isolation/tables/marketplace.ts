import { env } from 'cloudflare:workers'
import { aMarketplace, MARKETPLACE_KEY, operatorCalls, someSettings } from '../../../../support/marketplace'
import { respond, startSignOn } from '../../../../support/sign-on'
import {
  type Asked,
  asNobody,
  type Caller,
  type Refused,
  type Row,
  type Rows,
  sending,
  type Table,
  type Told,
} from '../table'
import type { House, World } from '../world'

const noStore = { 'Cache-Control': 'no-store' }
const invalid: Told = {
  status: 401,
  json: { error: 'Invalid credentials' },
  headers: { ...noStore, 'WWW-Authenticate': 'Basic realm="Daybook"' },
}
const unknown: Told = { status: 404, json: { error: 'Unknown marketplace' }, headers: noStore }
const failed: Told = {
  status: 403,
  words:
    'Sign-on failed You could not be signed on. Please start again; if that does not help, tell us the reference. Reference: sso_… Start again',
  headers: { ...noStore, 'Set-Cookie': null },
}

const form = { 'Content-Type': 'application/x-www-form-urlencoded' }

/** What paths without a name mean: it has no company, but for whom this test signs on. */
const DEFAULT = 'default'

const credentials = ({ apiId }: { apiId: string }, key = MARKETPLACE_KEY) =>
  sending('Authorization', `Basic ${btoa(`${apiId}:${key}`)}`)

/** Somebody who signs on, with an answer that the marketplace signed for this very sign-on. */
const signingOn =
  (marketplace: { tenant: string; apiId: string }, group: string, audience = marketplace.apiId): Caller =>
  async (asked) => {
    const started = await startSignOn(marketplace)
    const told = { group_uid: group, uid: `usr-${crypto.randomUUID()}`, email: null }
    const response = await respond({ apiId: audience }, started, { told })
    const body = new URLSearchParams({ SAMLResponse: response }).toString()
    return { ...asked, body, headers: { ...asked.headers, Cookie: started.cookie } }
  }

/** The rows of a marketplace: without its name in the path where that is the one without. */
function rowsAt(
  tenant: string,
  house: Pick<House, 'company' | 'other'> & { marketplace: { tenant: string; apiId: string } },
  user: string,
): Rows {
  const isNamed = tenant !== DEFAULT
  const [suffix, ending] = isNamed ? [`/${tenant}`, '/:tenant'] : ['', '']
  const marketplace = isNamed ? house.marketplace : { tenant: DEFAULT, apiId: `app-${DEFAULT}` }
  const group = encodeURIComponent(house.company.groupUid)
  // Elsewhere the group is unknown: that is no error.
  const known = isNamed ? 200 : 204
  const all: Record<string, Row> = {
    'GET /maestrano/metadata': { path: `/maestrano/metadata${suffix}`, rightful: 200 },
    'GET /maestrano/auth/saml/init': { path: `/maestrano/auth/saml/init${suffix}`, rightful: 302 },
    'POST /maestrano/auth/saml/consume': {
      path: `/maestrano/auth/saml/consume${suffix}`,
      body: 'SAMLResponse=PHg%2BPC94Pg%3D%3D',
      headers: form,
      rightful: 303,
      by: signingOn(marketplace, isNamed ? house.company.groupUid : 'new'),
    },
    'POST /maestrano/connec/notifications': {
      path: `/maestrano/connec/notifications${suffix}`,
      body: { people: [{ id: 'p-1', group_id: house.company.groupUid, email: 'new@example.com' }] },
      rightful: 200,
    },
    'DELETE /maestrano/account/groups/:group_id/users/:id': {
      path: `/maestrano/account/groups/${group}/users/${encodeURIComponent(user)}${suffix}`,
      rightful: known,
    },
    'DELETE /maestrano/account/groups/:id': {
      path: `/maestrano/account/groups/${group}${suffix}`,
      rightful: known,
      last: 1,
    },
  }
  const by = credentials(marketplace)
  return Object.fromEntries(Object.entries(all).map(([route, row]) => [`${route}${ending}`, { by, ...row }]))
}

const rows = ({ a }: World): Rows => ({
  ...rowsAt(a.marketplace.tenant, a, a.admin.uid),
  ...rowsAt(DEFAULT, a, a.admin.uid),
})

const needsKey = (route: string) => !route.includes('/auth/saml/')
const isNamed = (route: string) => route.endsWith('/:tenant')
const consumes = (route: string) => route.includes('/consume')

/** At another marketplace than the path names. */
const at =
  (tenant: string, as: Caller): Caller =>
  (asked: Asked) =>
    as({ ...asked, path: asked.path.replace(/\/[^/]+$/, `/${tenant}`) })

export const marketplaceTable: Table = {
  rows,
  rightful: ({ a }) => credentials(a.marketplace),
  async refused({ a, b }) {
    await operatorCalls('PUT', `/marketplaces/${DEFAULT}`, await someSettings(DEFAULT))
    const off = await aMarketplace()
    await operatorCalls('DELETE', `/marketplaces/${off.tenant}`)
    const { apiKey, secret } = a.publisher
    const basic = (text: string) => sending('Authorization', `Basic ${btoa(text)}`)
    const bad: Record<string, Caller> = {
      'no credentials': asNobody,
      'a wrong key': credentials(a.marketplace, 'another-key'),
      'no key': credentials(a.marketplace, ''),
      'another marketplace’s credentials': credentials(b.marketplace),
      'a publisher’s key and secret': basic(`${apiKey}:${secret}`),
      'a client’s id and secret': basic(`${a.biller.client.clientId}:${a.biller.client.clientSecret}`),
      'the key as a token': sending('Authorization', `Bearer ${MARKETPLACE_KEY}`),
      'the operator’s token': sending('Authorization', `Bearer ${env.OPERATOR_TOKEN}`),
      'the session of an Admin': sending('Cookie', `__Host-daybook=${a.admin.session}`),
    }
    const refused: Record<string, Refused> = Object.fromEntries(
      Object.entries(bad).map(([who, as]) => [
        who,
        { as, told: (route: string) => (needsKey(route) ? invalid : null) },
      ]),
    )
    // Failed sign-ons, and groups and users that nobody knows, stand in the marketplace's log.
    const writes = ['marketplace_log']
    const named = (told: Told) => (route: string) => (isNamed(route) ? told : null)
    refused['an unknown marketplace'] = {
      as: at('nobodys', credentials(a.marketplace)),
      told: named(unknown),
    }
    refused['a marketplace that is off'] = { as: at(off.tenant, credentials(off)), told: named(unknown) }
    refused['another marketplace, at its own paths'] = {
      as: at(b.marketplace.tenant, credentials(b.marketplace)),
      told: (route) =>
        !isNamed(route) || !needsKey(route)
          ? null
          : route.startsWith('DELETE')
            ? { status: 204, text: '', headers: noStore }
            : 'own',
      writes,
    }
    refused['an answer that nobody signed'] = {
      as: asNobody,
      told: (route) => (consumes(route) ? failed : null),
      writes,
    }
    const strays: Record<string, Caller> = {
      'an answer for another application': signingOn(a.marketplace, a.company.groupUid, b.marketplace.apiId),
      'an answer of another marketplace’s sign-on': signingOn(b.marketplace, a.company.groupUid),
    }
    for (const [who, as] of Object.entries(strays)) {
      refused[who] = { as, told: (route) => (consumes(route) && isNamed(route) ? failed : null), writes }
    }
    return refused
  },
  async end() {
    const gone = ['companies', 'marketplaces'].map(
      (table) => `DELETE FROM ${table} WHERE tenant = '${DEFAULT}'`,
    )
    await env.DB.batch(gone.map((sql) => env.DB.prepare(sql)))
  },
}
