import type { MarketplaceSettings } from '../../src/db/schema'
import { seal } from '../../src/platform/sealed'

const name = 'Acme Lending'

/**
 * Companies of a marketplace whose hub is away, with their publishers' ids and names: one for each viewport of each file
 * that walks through the portal, one whose every page is looked at, one that is full of hostile texts, and one that has
 * nothing yet. Files run beside each other.
 */
export const companies = {
  portal: { phone: { id: 901, name }, desktop: { id: 902, name } },
  calendars: { phone: { id: 903, name }, desktop: { id: 904, name } },
  webhooks: { phone: { id: 905, name }, desktop: { id: 906, name } },
  looked: { id: 907, name },
  hostile: { id: 908, name },
  empty: { id: 909, name },
} as const

const settings: MarketplaceSettings = {
  name: 'Demo Marketplace',
  environment: 'test',
  host: 'http://localhost:9',
  apiBase: '/api/v1/',
  apiId: 'app-browser',
  appHost: null,
  creationMode: 'real',
  sso: { enabled: true, sloEnabled: true, idpInitiated: false, bindBrowser: true },
  idp: { entityId: null, ssoUrl: 'http://localhost:9/api/v1/auth/saml', certificates: [], allowSha1: false },
  connec: { host: 'http://localhost:9', basePath: '/api/v2', externalIds: false },
  webhooks: { subscriptions: { people: true, events: true, invoices: true } },
  plans: [
    plan('standard', 'Standard', 4900, 'All that most companies need'),
    { ...plan('team', 'Team', 900, 'For companies that grow'), perUser: true },
  ],
  extras: [
    { id: 'sms-1000', name: '1,000 messages', priceCents: 2000, currency: 'AUD' },
    { id: 'hour', name: 'An hour of help', priceCents: 12_000, currency: 'AUD' },
  ],
  trialDays: 14,
  graceDays: 30,
  contact: 'help@marketplace.example',
}

function plan(id: string, name: string, priceCents: number, description: string) {
  const terms = { currency: 'AUD', period: 'Month', frequency: 1, cycles: null, initialCents: 0 } as const
  return { id, name, priceCents, description, perUser: false, ...terms }
}

/** SQL that makes the marketplace and its companies as sign-ons make them, with an import under way. */
export async function companiesSql(encryptionKey: string): Promise<string> {
  const now = Date.now()
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`
  const sealedKey = await seal(encryptionKey, 'browser-marketplace-key', 'marketplace:browser')
  const statements = [
    `INSERT INTO marketplaces (tenant, enabled, settings, api_key_sealed, created_at, updated_at)
     VALUES ('browser', 1, ${text(JSON.stringify(settings))}, ${text(sealedKey)}, ${now}, ${now});`,
  ]
  const all = Object.values(companies).flatMap((one) => ('id' in one ? [one] : Object.values(one)))
  for (const { id, name } of all) {
    const apiKey = `first-key-of-${id}`
    const secret = await seal(encryptionKey, `first-secret-of-${id}`, apiKey)
    statements.push(
      `INSERT INTO publishers (id, name, timezone, default_region, created_at)
       VALUES (${id}, ${text(name)}, 'Australia/Melbourne', 'AU', ${now});`,
      `INSERT INTO companies (publisher_id, tenant, group_uid, status, currency, trial_ends_at, connec_calendar_id,
         first_api_key, created_at, write_id)
       VALUES (${id}, 'browser', 'cld-${id}', 'active', 'AUD', ${now + 14 * 86_400_000}, '', ${text(apiKey)}, ${now}, '');`,
      `INSERT INTO api_keys (api_key, publisher_id, secret_sealed, created_at)
       VALUES (${text(apiKey)}, ${id}, ${text(secret)}, ${now});`,
      `INSERT INTO widgets (id, publisher_id, name, created_at, modified_at)
       VALUES ('widget-of-${id}', ${id}, ${text(name)}, ${now}, ${now});`,
      `INSERT INTO users (id, email, created_at) VALUES ('user-of-${id}', 'carla@acme.example', ${now});`,
      `INSERT INTO memberships (publisher_id, user_id, uid, email, first_name, last_name, role, status, joined_at, write_id)
       VALUES (${id}, 'user-of-${id}', 'usr-${id}', 'carla@acme.example', 'Carla', 'Okonkwo-Featherstone', 'Super Admin',
         'active', ${now}, '');`,
      `INSERT INTO connec_imports (publisher_id, entity, state, imported, skipped, total, write_id) VALUES
         (${id}, 'people', 'running', 120, 2, 250, ''), (${id}, 'events', 'pending', 0, 0, NULL, ''),
         (${id}, 'invoices', 'pending', 0, 0, NULL, '');`,
    )
  }
  return statements.join('\n')
}
