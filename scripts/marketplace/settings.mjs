// @ts-check
// What Daybook must know of this marketplace.

/**
 * The body of `PUT /operator/marketplaces/{tenant}` (marketplace.md 1) for a hub, or for one that does not run yet.
 * @param {{ certificate: string, origin?: string, apiId?: string, apiKey?: string, daybookOrigin?: string, idpInitiated?: boolean }} hub
 *   `certificate` PEM; a hub has all of this
 * @param {Record<string, unknown>} [changes] fields to be otherwise, such as `{ trialDays: 0 }`
 */
export function tenantSettings(
  {
    certificate,
    origin = 'http://localhost:8788',
    apiId = 'app-demo',
    apiKey = 'demo-marketplace-key',
    daybookOrigin,
    idpInitiated = false,
  },
  changes = {},
) {
  return {
    name: 'Demo Marketplace',
    environment: 'local',
    host: origin,
    apiBase: '/api/v1/',
    apiId,
    apiKey,
    ...(daybookOrigin === undefined ? {} : { appHost: daybookOrigin }),
    creationMode: 'real',
    sso: { enabled: true, sloEnabled: true, idpInitiated, bindBrowser: true },
    idp: { ssoUrl: `${origin}/api/v1/auth/saml`, certificates: [certificate] },
    connec: { host: origin, basePath: '/connec/api/v2' },
    webhooks: { subscriptions: { people: true, events: true, invoices: true } },
    plans: [
      {
        id: 'standard',
        name: 'Standard',
        priceCents: 4900,
        currency: 'AUD',
        period: 'Month',
        description: 'Everything, for any number of people',
      },
      {
        id: 'team',
        name: 'Team',
        priceCents: 900,
        currency: 'AUD',
        period: 'Month',
        perUser: true,
        description: 'Everything, by the number of people who work with it',
      },
      {
        id: 'yearly',
        name: 'Standard, by the year',
        priceCents: 49000,
        currency: 'AUD',
        period: 'Year',
        initialCents: 9900,
        description: 'Twelve months for the price of ten, with help to set it up',
      },
    ],
    extras: [
      { id: 'reminders-500', name: '500 text reminders', priceCents: 2500, currency: 'AUD' },
      { id: 'setup', name: 'An afternoon with a specialist', priceCents: 15000, currency: 'AUD' },
    ],
    trialDays: 14,
    graceDays: 30,
    contact: 'help@marketplace.example',
    ...changes,
  }
}
