import { env } from 'cloudflare:workers'
import { createIdentity, type Identity } from '../../scripts/marketplace/identity.mjs'
import type { MarketplaceSettings } from '../../src/db/schema'
import type { Company } from '../../src/domain/marketplace/companies'
import type { Group, ProvisioningContext } from '../../src/domain/marketplace/create-company'
import type { Person } from '../../src/domain/marketplace/join-user'
import { findMarketplace, type Marketplace } from '../../src/domain/marketplace/marketplaces'
import { byLink, newSessionId, type Origin, openSession } from '../../src/domain/marketplace/sessions'
import { clock } from '../../src/platform/clock'
import { newId } from '../../src/platform/ids'
import { unseal } from '../../src/platform/sealed'
import { createCompany, joinUser } from './provisioning'
import { fetchWorker, type TestPublisher, testPublisher } from './publisher'

export const MARKETPLACE_KEY = 'a-marketplace-key-of-tests'

/** What the domain needs of a request for a marketplace. */
export function provisioning(tenant: string): ProvisioningContext {
  return {
    db: env.DB,
    now: clock.now(),
    encryptionKey: () => env.ENCRYPTION_KEY,
    inEachWrite: [],
    actor: `marketplace:${tenant}`,
  }
}

let identity: Promise<Identity> | undefined

/** The key and certificate of the identity provider that these marketplaces have. */
export function itsIdentity(): Promise<Identity> {
  identity ??= createIdentity()
  return identity
}

/** What the operator says of a marketplace of tests. */
export async function someSettings(tenant: string) {
  const host = `https://${tenant}.hub.example.com`
  return {
    name: 'Acme Marketplace',
    host,
    apiId: `app-${tenant}`,
    apiKey: MARKETPLACE_KEY,
    idp: { certificates: [(await itsIdentity()).certificate] },
    connec: { host: `https://${tenant}.connec.example.com` },
    contact: 'help@hub.example.com',
  }
}

/** A call of the operator. */
export function operatorCalls(method: string, path: string, body?: unknown): Promise<Response> {
  return fetchWorker(`/operator${path}`, {
    method,
    headers: { Authorization: 'Bearer test-operator-token' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** Settings as an operator may give them: what is left out has its default. */
export type GivenSettings = {
  readonly [K in keyof MarketplaceSettings]?: MarketplaceSettings[K] extends object | null
    ? MarketplaceSettings[K] extends readonly (infer Item)[]
      ? readonly Partial<Item>[]
      : Partial<MarketplaceSettings[K]> | Extract<MarketplaceSettings[K], null>
    : MarketplaceSettings[K]
}

/** A new marketplace, made by the operator, whose API key is `MARKETPLACE_KEY`. */
export async function aMarketplace({
  tenant = `t-${newId()}`,
  ...settings
}: GivenSettings & { tenant?: string } = {}): Promise<Marketplace> {
  const made = await operatorCalls('PUT', `/marketplaces/${tenant}`, {
    ...(await someSettings(tenant)),
    ...settings,
  })
  if (!made.ok) throw new Error(`a test's marketplace answered ${made.status}: ${await made.text()}`)
  const found = await findMarketplace(env.DB, tenant, () => env.ENCRYPTION_KEY)
  if (!found) throw new Error('unreachable')
  return found
}

/** A call of a marketplace's hub, with its credentials unless others are given. */
export function hubCalls(
  marketplace: Pick<Marketplace, 'apiId'>,
  method: string,
  path: string,
  credentials = `${marketplace.apiId}:${MARKETPLACE_KEY}`,
): Promise<Response> {
  return fetchWorker(path, { method, headers: { Authorization: `Basic ${btoa(credentials)}` } })
}

/** A company of a marketplace, as its first sign-on makes it. */
export async function aCompany(marketplace: Marketplace, told: Partial<Group> = {}): Promise<Company> {
  const group: Group = {
    uid: `cld-${newId()}`,
    name: 'Acme',
    timezone: 'Australia/Melbourne',
    currency: 'AUD',
    country: 'AU',
    city: null,
    email: null,
    hasCreditCard: null,
    freeTrialEndsAt: null,
    ...told,
  }
  return (await createCompany(provisioning(marketplace.tenant), marketplace, group)).company
}

/** The publisher that a company is, with its first API key and its widget. */
export async function publisherOf({ publisherId, firstApiKey }: Company): Promise<TestPublisher> {
  const row = await env.DB.prepare(
    `SELECT k.secret_sealed, (SELECT w.id FROM widgets w WHERE w.publisher_id = k.publisher_id) AS widget
     FROM api_keys k WHERE k.api_key = ?`,
  )
    .bind(firstApiKey)
    .first<{ secret_sealed: string; widget: string }>()
  if (!row) throw new Error('a test’s company has no key')
  const secret = await unseal(env.ENCRYPTION_KEY, row.secret_sealed, firstApiKey)
  return testPublisher({ id: publisherId, apiKey: firstApiKey, secret, widgetId: row.widget })
}

/** A user of a company, as a sign-on makes them. */
export async function aUser(
  company: Company,
  told: Partial<Person> = {},
): Promise<Person & { userId: string; publisherId: number }> {
  const uid = told.uid ?? `usr-${newId()}`
  const person: Person = {
    uid,
    email: `${uid}@example.com`,
    firstName: 'Ann',
    lastName: 'Lee',
    role: null,
    isOwner: false,
    ...told,
  }
  const userId = await joinUser(provisioning(company.tenant), company, person)
  return { ...person, userId, publisherId: company.publisherId }
}

/** What the domain needs to read sessions, at an instant. */
export function readingAt(now: number) {
  return { db: env.DB, now, encryptionKey: () => env.ENCRYPTION_KEY }
}

/** A session of a user at their company's marketplace, as a sign-on opens it; answers its id. */
export async function aSession(
  company: Pick<Company, 'tenant' | 'publisherId'>,
  user: { readonly userId: string; readonly uid: string },
  told: Partial<Origin> = {},
): Promise<string> {
  const id = newSessionId()
  const owner = {
    sql: 'SELECT publisher_id, user_id FROM memberships WHERE publisher_id = ?10 AND user_id = ?11',
    values: [company.publisherId, user.userId],
  }
  const origin = { ...byLink, tenant: company.tenant, uid: user.uid, ...told }
  await (await openSession(readingAt(clock.now()), id, owner, origin)).run()
  return id
}
