import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { createIdentity } from '../../../scripts/marketplace/identity.mjs'
import { newId } from '../../../src/platform/ids'
import { handle } from '../../support/front-door'
import {
  aCompany,
  aMarketplace,
  aUser,
  itsIdentity,
  operatorCalls,
  someSettings,
} from '../../support/marketplace'
import { fetchWorker, ORIGIN } from '../../support/publisher'

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
type Wire = any

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Wire }> {
  const response = await operatorCalls(method, path, body)
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

const aTenant = () => `t-${newId()}`

const minimal = async () => ({
  name: 'Hub',
  host: 'https://hub.example.com',
  apiId: 'app-1',
  apiKey: 'a-key-of-16-chars',
  idp: { certificates: [(await itsIdentity()).certificate] },
})

describe('a marketplace', () => {
  it('has every default filled in, and never shows its key', async ({ expect }) => {
    const tenant = aTenant()
    const made = await call('PUT', `/marketplaces/${tenant}`, await minimal())
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      tenant,
      status: 'enabled',
      name: 'Hub',
      environment: 'production',
      host: 'https://hub.example.com',
      apiBase: '/api/v1/',
      apiId: 'app-1',
      appHost: null,
      creationMode: 'real',
      sso: { enabled: true, sloEnabled: true, idpInitiated: false, bindBrowser: true },
      idp: {
        entityId: null,
        ssoUrl: 'https://hub.example.com/api/v1/auth/saml',
        certificates: [
          {
            sha1: expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/),
            sha256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
            bits: 2048,
            notAfter: expect.stringMatching(/^20\d\d-.*Z$/),
          },
        ],
        allowSha1: false,
      },
      connec: null,
      webhooks: { subscriptions: { people: true, events: true, invoices: true } },
      plans: [],
      extras: [],
      trialDays: 0,
      graceDays: 30,
      contact: '',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    expect((await call('GET', `/marketplaces/${tenant}`)).body).toEqual(made.body)
    const listed = await call('GET', '/marketplaces')
    expect(listed.body.data).toContainEqual(made.body)
    const names = listed.body.data.map((each: Wire) => each.tenant)
    expect(names).toEqual([...names].sort())
    expect(JSON.stringify(listed.body)).not.toContain('a-key-of-16-chars')
  })

  it('is replaced as a whole, and keeps its key where none is given', async ({ expect }) => {
    const tenant = aTenant()
    const { apiKey, ...rest } = await minimal()
    const missing = await call('PUT', `/marketplaces/${tenant}`, rest)
    expect([missing.status, missing.body.error.issues[0].path]).toEqual([400, 'apiKey'])
    await call('PUT', `/marketplaces/${tenant}`, { ...rest, apiKey, contact: 'help', trialDays: 14 })
    const replaced = await call('PUT', `/marketplaces/${tenant}`, { ...rest, name: 'New' })
    expect([replaced.status, replaced.body.name, replaced.body.contact, replaced.body.trialDays]).toEqual([
      200,
      'New',
      '',
      0,
    ])
    const Authorization = `Basic ${btoa(`app-1:${apiKey}`)}`
    const metadata = await fetchWorker(`/maestrano/metadata/${tenant}`, { headers: { Authorization } })
    expect(metadata.status).toBe(200)
  })

  it('that is disabled answers 404 everywhere until it is put again; an unknown one is 404', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    const company = await aCompany(marketplace)
    const path = `/marketplaces/${marketplace.tenant}`
    for (let times = 0; times < 2; times++) expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('GET', path)).body.status).toBe('disabled')
    expect((await call('GET', `${path}/groups/${company.groupUid}`)).status).toBe(200)
    const again = await call('PUT', path, await someSettings(marketplace.tenant))
    expect([again.status, again.body.status]).toEqual([200, 'enabled'])
    for (const method of ['GET', 'DELETE']) {
      const unknown = await call(method, `/marketplaces/${aTenant()}`)
      expect([unknown.status, unknown.body.error.code]).toEqual([404, 'not_found'])
    }
  })

  const plan = { id: 'a', name: 'A', priceCents: 100, currency: 'AUD' }
  const extra = { id: 'a', name: 'A', priceCents: 100, currency: 'AUD' }
  it.for([
    [{ name: undefined }, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(81) }, 'name'],
    [{ environment: '' }, 'environment'],
    [{ environment: 'x'.repeat(41) }, 'environment'],
    [{ host: undefined }, 'host'],
    [{ host: 'hub.example.com' }, 'host'],
    [{ host: 'http://hub.example.com' }, 'host'],
    [{ host: 'http://localhost:8788' }, 'host'],
    [{ host: 'https://hub.example.com/path' }, 'host'],
    [{ host: 'https://hub.example.com?x=1' }, 'host'],
    [{ host: 'https://hub.example.com#x' }, 'host'],
    [{ host: 'https://a:b@hub.example.com' }, 'host'],
    [{ host: 'ftp://hub.example.com' }, 'host'],
    [{ appHost: 'http://daybook.example' }, 'appHost'],
    [{ appHost: 'https://daybook.example/x' }, 'appHost'],
    [{ apiBase: 'api/v1/' }, 'apiBase'],
    [{ apiBase: '/api/v1' }, 'apiBase'],
    [{ apiBase: '/api?x/' }, 'apiBase'],
    [{ apiId: undefined }, 'apiId'],
    [{ apiId: 'app:1' }, 'apiId'],
    [{ apiId: 'x'.repeat(201) }, 'apiId'],
    [{ apiKey: 'x'.repeat(15) }, 'apiKey'],
    [{ apiKey: 'x'.repeat(201) }, 'apiKey'],
    [{ creationMode: 'other' }, 'creationMode'],
    [{ sso: { enabled: 'yes' } }, 'sso.enabled'],
    [{ sso: { other: true } }, 'sso'],
    [{ idp: undefined }, 'idp'],
    [{ idp: { certificates: [] } }, 'idp.certificates'],
    [
      { idp: { certificates: ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'] } },
      'idp.certificates.0',
    ],
    [{ idp: { certificates: ['a certificate'] } }, 'idp.certificates.0'],
    [{ connec: {} }, 'connec.host'],
    [{ connec: { host: 'http://connec.example.com' } }, 'connec.host'],
    [{ connec: { host: 'https://connec.example.com', basePath: 'api' } }, 'connec.basePath'],
    [{ webhooks: { subscriptions: { people: 1 } } }, 'webhooks.subscriptions.people'],
    [{ plans: [{ ...plan, priceCents: -1 }] }, 'plans.0.priceCents'],
    [{ plans: [{ ...plan, priceCents: 1.5 }] }, 'plans.0.priceCents'],
    [{ plans: [{ ...plan, priceCents: 100_000_001 }] }, 'plans.0.priceCents'],
    [{ plans: [{ ...plan, currency: 'XXQ' }] }, 'plans.0.currency'],
    [{ plans: [{ ...plan, period: 'Fortnight' }] }, 'plans.0.period'],
    [{ plans: [{ ...plan, period: 'Month', frequency: 13 }] }, 'plans.0.frequency'],
    [{ plans: [{ ...plan, period: 'SemiMonth', frequency: 2 }] }, 'plans.0.frequency'],
    [{ plans: [{ ...plan, frequency: 0 }] }, 'plans.0.frequency'],
    [{ plans: [plan, { ...plan, name: 'B' }] }, 'plans'],
    [{ plans: Array.from({ length: 21 }, (_, n) => ({ ...plan, id: `p${n}` })) }, 'plans'],
    [{ plans: [{ ...plan, colour: 'red' }] }, 'plans.0'],
    [{ extras: [{ ...extra, priceCents: 0 }] }, 'extras.0.priceCents'],
    [{ extras: [extra, extra] }, 'extras'],
    [{ trialDays: 366 }, 'trialDays'],
    [{ graceDays: -1 }, 'graceDays'],
    [{ graceDays: 1.5 }, 'graceDays'],
    [{ contact: 'x'.repeat(201) }, 'contact'],
    [{ colour: 'red' }, ''],
  ] as const)('is not made of %j', async ([fields, path], { expect }) => {
    const tenant = aTenant()
    const given = fields as Wire
    const idp = given.idp?.certificates ? { idp: given.idp } : {}
    const refused = await call('PUT', `/marketplaces/${tenant}`, { ...(await minimal()), ...given, ...idp })
    expect([refused.status, refused.body.error.code]).toEqual([400, 'validation'])
    expect(refused.body.error.issues.map((issue: Wire) => issue.path)).toContain(path)
    expect((await call('GET', `/marketplaces/${tenant}`)).status).toBe(404)
  })

  it.for(['users', 'Demo', '-a', 'a_b', 'x'.repeat(41)])('is not called %s', async (tenant, { expect }) => {
    expect((await call('PUT', `/marketplaces/${tenant}`, await minimal())).status).toBe(400)
  })

  it('may be of this very machine in local development alone', async ({ expect }) => {
    const body = JSON.stringify({ ...(await minimal()), host: 'http://localhost:8788' })
    const put = (allowed: string) => {
      const request = new Request(`${ORIGIN}/operator/marketplaces/${aTenant()}`, {
        method: 'PUT',
        headers: { Authorization: 'Bearer test-operator-token' },
        body,
      })
      const local = { ...env, WEBHOOK_ALLOW_LOOPBACK: allowed } as typeof env
      return handle(request, local, createExecutionContext())
    }
    expect((await put('true')).status).toBe(201)
    expect((await put('false')).status).toBe(400)
  })

  it('takes a key of 1024 bits only where old signatures are allowed', async ({ expect }) => {
    const { certificate } = await createIdentity({ bits: 1024 })
    const put = async (allowSha1: boolean) => {
      const body = { ...(await minimal()), idp: { certificates: [certificate], allowSha1 } }
      return (await call('PUT', `/marketplaces/${aTenant()}`, body)).status
    }
    expect([await put(false), await put(true)]).toEqual([400, 201])
  })
})

describe('the companies of a marketplace', () => {
  it('are listed page by page, oldest first, each with its users', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const companies = []
    for (const uid of ['cld-1', 'cld-2', 'cld-3']) companies.push(await aCompany(marketplace, { uid }))
    const [first] = companies
    if (!first) throw new Error('unreachable')
    const ann = await aUser(first, { uid: 'usr-1' })
    const path = `/marketplaces/${marketplace.tenant}/groups`
    const page = await call('GET', `${path}?limit=2`)
    expect(page.body.data.map((each: Wire) => each.uid)).toEqual(['cld-1', 'cld-2'])
    const rest = await call('GET', `${path}?limit=2&cursor=${page.body.next}`)
    expect(rest.body).toMatchObject({ data: [{ uid: 'cld-3' }] })
    expect(rest.body.next).toBeUndefined()
    const { body } = await call('GET', `${path}/cld-1`)
    expect(body).toEqual(page.body.data[0])
    expect(body).toMatchObject({
      tenant: marketplace.tenant,
      status: 'active',
      publisherId: first.publisherId,
      widgetId: expect.stringMatching(/^[0-9a-f]{24}$/),
      timezone: 'Australia/Melbourne',
      currency: 'AUD',
      cancelledAt: null,
      feedsEndAt: null,
      plan: null,
      users: [
        {
          userId: ann.userId,
          uid: 'usr-1',
          email: 'usr-1@example.com',
          firstName: 'Ann',
          lastName: 'Lee',
          role: 'Admin',
          status: 'active',
          joinedAt: expect.any(String),
          lastSignOnAt: expect.any(String),
        },
      ],
      bills: [],
      connec: { calendarId: first.connecCalendarId, push: { pending: 0, failed: 0 } },
    })
    for (const bad of ['limit=0', 'limit=101', 'limit=x', 'cursor=x']) {
      expect([bad, (await call('GET', `${path}?${bad}`)).status]).toEqual([bad, 400])
    }
    expect((await call('GET', `${path}/cld-9`)).status).toBe(404)
    expect((await call('GET', `/marketplaces/${aTenant()}/groups`)).status).toBe(404)
  })

  it('and what happened to them stand in the log, newest first, by kind and group', async ({ expect }) => {
    const marketplace = await aMarketplace()
    for (const uid of ['cld-1', 'cld-2']) await aUser(await aCompany(marketplace, { uid }), { uid: 'usr-1' })
    const path = `/marketplaces/${marketplace.tenant}/log`
    const all = await call('GET', path)
    expect(all.body.data.map((entry: Wire) => [entry.kind, entry.code, entry.group, entry.uid])).toEqual([
      ['company', 'user.joined', 'cld-2', 'usr-1'],
      ['company', 'company.created', 'cld-2', ''],
      ['company', 'user.joined', 'cld-1', 'usr-1'],
      ['company', 'company.created', 'cld-1', ''],
    ])
    expect(Object.keys(all.body.data[0])).toEqual([
      'at',
      'kind',
      'code',
      'reference',
      'group',
      'uid',
      'detail',
    ])
    const one = await call('GET', `${path}?group=cld-1&kind=company&limit=1`)
    expect(one.body.data.map((entry: Wire) => entry.code)).toEqual(['user.joined'])
    const next = await call('GET', `${path}?group=cld-1&limit=1&cursor=${one.body.next}`)
    expect(next.body.data.map((entry: Wire) => entry.code)).toEqual(['company.created'])
    expect((await call('GET', `${path}?kind=sso`)).body.data).toEqual([])
    expect((await call('GET', `${path}?kind=other`)).status).toBe(400)
    expect(JSON.stringify(all.body)).not.toContain('@')
  })
})
