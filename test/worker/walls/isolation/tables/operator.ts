import { env } from 'cloudflare:workers'
import { someSettings } from '../../../../support/marketplace'
import {
  always,
  asNobody,
  bearer,
  type Caller,
  type Refused,
  type Rows,
  sending,
  type Table,
  type Told,
} from '../table'
import { badTokens } from '../tokens'
import { MARK, type World } from '../world'

const unauthorized: Told = {
  status: 401,
  json: { error: { code: 'unauthorized', message: 'The operator token is missing or wrong.' } },
  headers: { 'WWW-Authenticate': 'Bearer', 'Cache-Control': 'no-store' },
}

async function rows({ a, records }: World): Promise<Rows> {
  const publisher = `/operator/publishers/${a.publisher.id}`
  const marketplace = `/operator/marketplaces/${a.marketplace.tenant}`
  const group = `${marketplace}/groups/${encodeURIComponent(a.company.groupUid)}`
  const { tenant } = a.marketplace
  return {
    'POST /operator/publishers': { path: '/operator/publishers', body: { name: 'New' }, rightful: 201 },
    'GET /operator/publishers': { path: '/operator/publishers', rightful: 200 },
    'GET /operator/publishers/:id': { path: publisher, rightful: 200 },
    'POST /operator/publishers/:id/keys': { path: `${publisher}/keys`, body: {}, rightful: 201 },
    'DELETE /operator/publishers/:id/keys/:apiKey': {
      path: `${publisher}/keys/${records.keyDoomed}`,
      rightful: 204,
    },
    'POST /operator/publishers/:id/clients': {
      path: `${publisher}/clients`,
      body: { scopes: ['schedules.read'] },
      rightful: 201,
    },
    'DELETE /operator/publishers/:id/clients/:clientId': {
      path: `${publisher}/clients/${records.clientDoomed}`,
      rightful: 204,
    },
    'PUT /operator/publishers/:id/businesses/:businessId': {
      path: `${publisher}/businesses/ZQBUS`,
      body: { name: 'New' },
      rightful: 200,
    },
    'GET /operator/publishers/:id/businesses/:businessId': {
      path: `${publisher}/businesses/ZQBUS`,
      rightful: 200,
    },
    'POST /operator/publishers/:id/sign-in-links': {
      path: `${publisher}/sign-in-links`,
      body: { email: 'new@example.com' },
      rightful: 201,
    },
    'GET /operator/publishers/:id/audit': { path: `${publisher}/audit`, rightful: 200 },
    'GET /operator/publishers/:id/subscribers/:ecalId/export': {
      path: `${publisher}/subscribers/${a.person.ecalId}/export`,
      rightful: 200,
    },
    'DELETE /operator/publishers/:id/subscribers/:ecalId': {
      path: `${publisher}/subscribers/${records.doomed.ecalId}`,
      rightful: 204,
    },
    'PUT /operator/marketplaces/:tenant': {
      path: marketplace,
      body: { ...(await someSettings(tenant)), name: 'New' },
      rightful: 200,
    },
    'GET /operator/marketplaces/:tenant': { path: marketplace, rightful: 200 },
    'GET /operator/marketplaces': { path: '/operator/marketplaces', rightful: 200 },
    'DELETE /operator/marketplaces/:tenant': {
      path: `/operator/marketplaces/${records.tenantDoomed}`,
      rightful: 204,
    },
    'GET /operator/marketplaces/:tenant/groups': { path: `${marketplace}/groups`, rightful: 200 },
    'GET /operator/marketplaces/:tenant/groups/:uid': { path: group, rightful: 200 },
    // The company goes on: there is nothing to reactivate.
    'POST /operator/marketplaces/:tenant/groups/:uid/reactivate': {
      path: `${group}/reactivate`,
      body: { mode: 'marketplace' },
      rightful: 409,
    },
    'GET /operator/marketplaces/:tenant/log': { path: `${marketplace}/log`, rightful: 200 },
    'POST /operator/marketplaces/:tenant/groups/:uid/bills': {
      path: `${group}/bills`,
      body: { reference: 'new', priceCents: 100, description: 'New' },
      rightful: 202,
    },
    'POST /operator/marketplaces/:tenant/groups/:uid/import': { path: `${group}/import`, rightful: 202 },
    'GET /operator/marketplaces/:tenant/groups/:uid/idmap': {
      path: `${group}/idmap?entity=people`,
      rightful: 200,
    },
    'GET /operator/health': { path: '/operator/health', rightful: 200 },
    'POST /operator/restored': { path: '/operator/restored', rightful: 200, last: 1 },
    'POST /operator/reseal': { path: '/operator/reseal', rightful: 200 },
    'GET /operator/openapi.json': { path: '/operator/openapi.json', rightful: 200 },
  }
}

export const operatorTable: Table = {
  rows,
  rightful: () => bearer(env.OPERATOR_TOKEN ?? ''),
  async refused(world) {
    const { a } = world
    const token = env.OPERATOR_TOKEN ?? ''
    const { 'the operator’s token': _, ...bad } = await badTokens(world)
    const basic = (text: string) => sending('Authorization', `Basic ${btoa(text)}`)
    const callers: Record<string, Caller> = {
      ...bad,
      'no credentials': asNobody,
      'an empty token': sending('Authorization', 'Bearer '),
      'a token that begins as the operator’s': bearer(token.slice(0, -1)),
      'a token that goes on after the operator’s': bearer(`${token}x`),
      'the operator’s token in another scheme': sending('Authorization', `Token ${token}`),
      'the operator’s token as a password': basic(`operator:${token}`),
      'a service’s token': sending('Authorization', a.service.authorization ?? ''),
      'a person’s token': sending('Authorization', a.person.app.authorization ?? ''),
      'a publisher’s key and secret': basic(`${a.publisher.apiKey}:${a.publisher.secret}`),
      'a marketplace’s key': basic(`${a.marketplace.apiId}:${MARK}`),
    }
    return Object.fromEntries(
      Object.entries(callers).map(([who, as]): [string, Refused] => [
        who,
        { as, told: always(unauthorized) },
      ]),
    )
  },
}
