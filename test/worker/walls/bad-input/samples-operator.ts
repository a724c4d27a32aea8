import { env } from 'cloudflare:workers'
import { newId } from '../../../../src/platform/ids'
import { aMarketplace, hubCalls, someSettings } from '../../../support/marketplace'
import { aClient } from '../../identity/support'
import { large, messages, standard } from '../../portal/support'
import { again, draft, once, type Samples } from './samples'
import type { World } from './world'

/** A valid request of each route of the operator. */
export async function operatorSamples(world: World): Promise<Samples> {
  const { publisher, company, marketplace } = world
  const id = String(publisher.id)
  const { tenant } = marketplace
  const call = (route: string, values: string[] = [], json?: unknown, query = '') =>
    draft(route, values, { json, query, headers: { Authorization: `Bearer ${env.OPERATOR_TOKEN}` } })
  const of = '/operator/publishers/:id'
  const groups = '/operator/marketplaces/:tenant/groups'
  // One that nobody else of these requests needs: whatever is accepted holds.
  const other = await aMarketplace()
  const settings = {
    ...(await someSettings(other.tenant)),
    plans: [standard, large],
    extras: [messages],
    trialDays: 5,
  }
  const ended = async () => {
    const { groupUid } = await world.otherCompany()
    await hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/${groupUid}/${tenant}`)
    return groupUid
  }
  return {
    'POST /operator/publishers': again(() =>
      call('POST /operator/publishers', [], { name: 'Acme Lending', timezone: 'Europe/Amsterdam' }),
    ),
    'GET /operator/publishers': again(() =>
      call('GET /operator/publishers', [], undefined, `limit=5&cursor=${publisher.id - 1}`),
    ),
    [`GET ${of}`]: again(() => call(`GET ${of}`, [id])),
    [`POST ${of}/keys`]: again(() =>
      call(`POST ${of}/keys`, [id], { md5: true, requireNonce: false, expiresAt: '2040-01-01T00:00:00Z' }),
    ),
    [`DELETE ${of}/keys/:apiKey`]: once(async () =>
      call(`DELETE ${of}/keys/:apiKey`, [id, (await publisher.key()).apiKey]),
    ),
    [`POST ${of}/clients`]: again(() =>
      call(`POST ${of}/clients`, [id], {
        scopes: ['schedules.read'],
        businesses: ['MELB01'],
        rateLimit: { limit: 10, windowSeconds: 60 },
      }),
    ),
    [`DELETE ${of}/clients/:clientId`]: once(async () =>
      call(`DELETE ${of}/clients/:clientId`, [id, (await aClient({ publisherId: publisher.id })).clientId]),
    ),
    [`PUT ${of}/businesses/:businessId`]: again(() =>
      call(`PUT ${of}/businesses/:businessId`, [id, 'SYDN01'], {
        name: 'Sydney Rates',
        timezone: 'Australia/Sydney',
      }),
    ),
    [`GET ${of}/businesses/:businessId`]: again(() =>
      call(`GET ${of}/businesses/:businessId`, [id, 'MELB01']),
    ),
    [`POST ${of}/sign-in-links`]: again(() =>
      call(`POST ${of}/sign-in-links`, [id], {
        email: 'ann@example.com',
        role: 'Member',
        firstName: 'Ann',
        expiresIn: 60,
      }),
    ),
    [`GET ${of}/audit`]: again(() => call(`GET ${of}/audit`, [id], undefined, 'limit=10')),
    [`GET ${of}/subscribers/:ecalId/export`]: again(() =>
      call(`GET ${of}/subscribers/:ecalId/export`, [id, world.ann.ecalId]),
    ),
    [`DELETE ${of}/subscribers/:ecalId`]: once(async () =>
      call(`DELETE ${of}/subscribers/:ecalId`, [id, (await world.person()).ecalId]),
    ),
    'PUT /operator/marketplaces/:tenant': again(() =>
      call('PUT /operator/marketplaces/:tenant', [other.tenant], settings),
    ),
    'GET /operator/marketplaces/:tenant': again(() => call('GET /operator/marketplaces/:tenant', [tenant])),
    'GET /operator/marketplaces': again(() => call('GET /operator/marketplaces')),
    'DELETE /operator/marketplaces/:tenant': once(async () =>
      call('DELETE /operator/marketplaces/:tenant', [(await aMarketplace()).tenant]),
    ),
    [`GET ${groups}`]: again(() => call(`GET ${groups}`, [tenant], undefined, 'limit=10')),
    [`GET ${groups}/:uid`]: again(() => call(`GET ${groups}/:uid`, [tenant, company.groupUid])),
    [`POST ${groups}/:uid/reactivate`]: once(async () =>
      call(`POST ${groups}/:uid/reactivate`, [tenant, await ended()], { mode: 'standalone' }),
    ),
    'GET /operator/marketplaces/:tenant/log': again(() =>
      call('GET /operator/marketplaces/:tenant/log', [tenant], undefined, 'kind=sso&limit=10'),
    ),
    [`POST ${groups}/:uid/bills`]: once(() =>
      call(`POST ${groups}/:uid/bills`, [tenant, company.groupUid], {
        reference: newId(),
        priceCents: 2000,
        description: '120 text reminders',
        currency: 'AUD',
        units: 1.5,
      }),
    ),
    [`POST ${groups}/:uid/import`]: again(() =>
      call(`POST ${groups}/:uid/import`, [tenant, company.groupUid]),
    ),
    [`GET ${groups}/:uid/idmap`]: again(() =>
      call(
        `GET ${groups}/:uid/idmap`,
        [tenant, company.groupUid],
        undefined,
        'entity=events&limit=10&cursor=0',
      ),
    ),
    'GET /operator/health': again(() => call('GET /operator/health')),
    'POST /operator/reseal': again(() => call('POST /operator/reseal', [], { database: 0, after: '' })),
    'POST /operator/restored': again(() => call('POST /operator/restored', [], { database: 0 })),
    'GET /operator/openapi.json': again(() => call('GET /operator/openapi.json')),
  }
}
