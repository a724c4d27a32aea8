import { env } from 'cloudflare:workers'
import type { MarketplaceSettings } from '../../src/db/schema'
import type { Company } from '../../src/domain/marketplace/companies'
import {
  createCompany,
  type Group,
  type ProvisioningContext,
} from '../../src/domain/marketplace/create-company'
import { joinUser, type Person } from '../../src/domain/marketplace/join-user'
import type { Marketplace } from '../../src/domain/marketplace/marketplaces'
import { putMarketplace } from '../../src/domain/marketplace/put-marketplace'
import { clock } from '../../src/platform/clock'
import { newId } from '../../src/platform/ids'

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

/** Settings as they are stored, all defaults filled in. */
export function someSettings(tenant: string): MarketplaceSettings {
  const host = `https://${tenant}.hub.example.com`
  return {
    name: 'Acme Marketplace',
    environment: 'production',
    host,
    apiBase: '/api/v1/',
    apiId: `app-${tenant}`,
    appHost: null,
    creationMode: 'real',
    sso: { enabled: true, sloEnabled: true, idpInitiated: false, bindBrowser: true },
    idp: { entityId: null, ssoUrl: `${host}/api/v1/auth/saml`, certificates: [], allowSha1: false },
    connec: { host: `https://${tenant}.connec.example.com`, basePath: '/api/v2', externalIds: false },
    webhooks: { subscriptions: { people: true, events: true, invoices: true } },
    plans: [],
    extras: [],
    trialDays: 0,
    graceDays: 30,
    contact: 'help@hub.example.com',
  }
}

/** A new marketplace, whose API key is `MARKETPLACE_KEY`. */
export async function aMarketplace(
  overrides: Partial<MarketplaceSettings> & { tenant?: string } = {},
): Promise<Marketplace> {
  const { tenant = `t-${newId()}`, ...settings } = overrides
  const values = { ...someSettings(tenant), ...settings }
  return (await putMarketplace(provisioning(tenant), tenant, values, MARKETPLACE_KEY)).marketplace
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
