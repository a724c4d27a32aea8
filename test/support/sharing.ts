import { env } from 'cloudflare:workers'
import type { Hub } from '../../scripts/marketplace/hub.mjs'
import type { Company } from '../../src/domain/marketplace/companies'
import type { Marketplace } from '../../src/domain/marketplace/marketplaces'
import { newId } from '../../src/platform/ids'
import { consume } from '../../src/queues'
import { aHub, knows } from './hub'
import {
  aCompany,
  aMarketplace,
  type GivenSettings,
  MARKETPLACE_KEY,
  operatorCalls,
  publisherOf,
} from './marketplace'
import { answersAt } from './network'
import { fetchWorker, type TestPublisher } from './publisher'

type Entity = Record<string, unknown> & { id: string }

/** A company that shares data with a hub of its own. */
export type Sharing = {
  readonly marketplace: Marketplace
  readonly hub: Hub
  readonly company: Company
  readonly publisher: TestPublisher
  /** Puts an entity into the hub, which tells nobody of it. */
  put: (collection: string, fields: Record<string, unknown>) => Entity
  /** What the hub has. */
  list: (collection: string) => Entity[]
  /** Sends a notification as it is. */
  notify: (body: unknown) => Promise<Response>
  /** Tells of entities of this company's group. */
  tell: (collection: string, ...entities: Record<string, unknown>[]) => Promise<Response>
  /** Starts the import anew, as the operator does. */
  startImport: () => Promise<void>
  /** Works until nothing is due. */
  settled: () => Promise<void>
  /** As `settled`, with what waits for another attempt due at once. */
  hurried: () => Promise<void>
  idMap: (entity?: string) => Promise<{ data: Record<string, unknown>[] }>
  /** The company as the operator sees it. */
  // biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
  seen: () => Promise<any>
  events: () => Promise<Record<string, unknown>[]>
  /** The marketplace's log, newest first. */
  log: (kind: string) => Promise<{ code: string; detail: string }[]>
  calls: (method: string, collection: string) => Hub['calls']
  /** Does something, once, after the hub has done what a call asks and before its answer arrives. */
  meanwhile: (method: string, collection: string, act: () => Promise<unknown>) => void
  /** Replaces settings of the marketplace. */
  configure: (settings: GivenSettings) => Promise<void>
}

let clockOfHub = Date.parse('2029-01-01T00:00:00Z')

/** A new company with a hub; its import is through. `before` fills the hub. */
export async function aSharingCompany(
  options: {
    settings?: GivenSettings
    before?: (sharing: Pick<Sharing, 'hub' | 'put'>) => void
    imports?: boolean
    /** The group's. */
    uid?: string
  } = {},
): Promise<Sharing> {
  const tenant = `t-${newId()}`
  const host = `https://${tenant}.hub.example.com`
  const marketplace = await aMarketplace({
    tenant,
    host,
    connec: { host, basePath: '/connec/api/v2' },
    ...options.settings,
  })
  const hub = await aHub(marketplace)
  const uid = options.uid ?? `cld-${newId()}`
  const put = (collection: string, fields: Record<string, unknown>) => {
    clockOfHub += 1_000
    const at = new Date(clockOfHub).toISOString()
    const entity = { id: crypto.randomUUID(), created_at: at, updated_at: at, ...fields }
    return hub.connec.put(uid, collection, entity) as Entity
  }
  options.before?.({ hub, put })
  hub.groups.set(uid, { ...emptyGroup, uid })
  const company = await aCompany(marketplace, { uid })
  knows(hub, company)
  const publisher = await publisherOf(company)
  const notify = (body: unknown) =>
    fetchWorker(`/maestrano/connec/notifications/${tenant}`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${marketplace.apiId}:${MARKETPLACE_KEY}`)}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const path = `/marketplaces/${tenant}/groups/${uid}`
  const sharing: Sharing = {
    marketplace,
    hub,
    company,
    publisher,
    put,
    list: (collection) => hub.connec.list(uid, collection) as Entity[],
    notify,
    tell: (collection, ...entities) =>
      notify({ [collection]: entities.map((entity) => ({ group_id: uid, ...entity })) }),
    startImport: async () => void (await operatorCalls('POST', `${path}/import`, {})),
    settled: () => workOff(company.publisherId),
    hurried: async () => {
      await env.DB.prepare(
        'UPDATE connec_pushes SET next_attempt_at = 0 WHERE publisher_id = ? AND next_attempt_at IS NOT NULL',
      )
        .bind(company.publisherId)
        .run()
      await workOff(company.publisherId)
    },
    idMap: async (entity) =>
      (await operatorCalls('GET', `${path}/idmap${entity ? `?entity=${entity}` : ''}`)).json(),
    seen: async () => (await operatorCalls('GET', path)).json(),
    events: async () =>
      (
        await publisher.api.get('/event', {
          calendarIds: company.connecCalendarId,
          showPastEvents: 'true',
          limit: '100',
        })
      ).data ?? [],
    log: async (kind) => {
      const answer = await operatorCalls('GET', `/marketplaces/${tenant}/log?kind=${kind}&limit=200`)
      return (await answer.json<{ data: { code: string; detail: string }[] }>()).data
    },
    calls: (method, collection) =>
      hub.calls.filter((call) => call.method === method && call.path.includes(`/${uid}/${collection}`)),
    meanwhile: (method, collection, act) => {
      let done = false
      answersAt(new URL(host).host, async (request) => {
        const isIt = request.method === method && new URL(request.url).pathname.includes(`/${collection}`)
        const answer = await hub.handle(request)
        if (isIt && !done) {
          done = true
          await act()
        }
        return answer
      })
    },
    configure: async (settings) => {
      const connec = { host, basePath: '/connec/api/v2' }
      await aMarketplace({ tenant, host, connec, ...options.settings, ...settings })
    },
  }
  if (options.imports !== false) await sharing.settled()
  return sharing
}

const emptyGroup = {
  name: 'Acme',
  status: 'active' as const,
  email: '',
  currency: 'AUD',
  timezone: 'UTC',
  country: 'AU',
  city: '',
  hasCreditCard: true,
  freeTrialEndsAt: null,
  members: new Map(),
}

/** Does what is due for a company, beside what the queues do of it by themselves. */
async function workOff(publisherId: number): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const now = Date.now()
    const imports = await env.DB.prepare(
      'SELECT 1 FROM connec_imports WHERE publisher_id = ? AND next_attempt_at <= ?',
    )
      .bind(publisherId, now)
      .first()
    const { results: pushes } = await env.DB.prepare(
      `SELECT entity, local_id AS localId, lease_until AS leased FROM connec_pushes WHERE publisher_id = ? AND next_attempt_at <= ?`,
    )
      .bind(publisherId, now)
      .all<{ entity: string; localId: string; leased: number | null }>()
    if (!imports && pushes.length === 0) return
    if (imports) await consume(env, 'daybook-imports', [{ import: publisherId }])
    await consume(
      env,
      'daybook-pushes',
      pushes.map(({ entity, localId }) => ({ push: { publisherId, entity, localId } })),
    )
    await scheduler.wait(5)
  }
  throw new Error('a test’s company is never through')
}
