import type { Marketplace } from '../../domain/marketplace/marketplaces'
import { readCertificates } from '../../saml'
import type { MarketplaceCall } from './environment'
import { appHost, CONSUME, GROUP, GROUP_USER, INIT, NOTIFICATIONS, printed } from './paths'

/** The data hub's collections: all that a marketplace may look for (`marketplace.md` 2). */
const collections = [
  'company',
  'accounts',
  'invoices',
  'sales_orders',
  'purchase_orders',
  'quotes',
  'payments',
  'journals',
  'items',
  'organizations',
  'people',
  'projects',
  'tax_codes',
  'tax_rates',
  'events',
  'venues',
  'event_orders',
  'employees',
  'time_sheets',
] as const

/** `GET /maestrano/metadata[/{tenant}]`: how this application is set up for the marketplace, without any secret. */
export async function answerMetadata(c: MarketplaceCall): Promise<Response> {
  const { marketplace } = c.var
  const host = appHost(c)
  const webhook = webhookSection(marketplace)
  const metadata = {
    environment: marketplace.environment,
    app: { host },
    api: {
      id: marketplace.apiId,
      version: '1.0.0',
      verify_ssl_certs: true,
      lang: 'javascript',
      lang_version: 'ES2022',
      host: marketplace.host,
      base: marketplace.apiBase,
    },
    sso: ssoSection(marketplace, host),
    connec: {
      enabled: marketplace.connec !== null,
      host: marketplace.connec?.host ?? null,
      base_path: marketplace.connec?.basePath ?? null,
    },
    webhook,
    // Readers differ in the name.
    webhooks: webhook,
  }
  return c.json(metadata, 200, { 'Cache-Control': 'no-store' })
}

function ssoSection(marketplace: Marketplace, host: string) {
  const { sso, idp, creationMode } = marketplace
  const read = readCertificates(idp.certificates, idp)
  const first = read.ok ? read.certificates[0] : undefined
  return {
    enabled: sso.enabled,
    slo_enabled: sso.sloEnabled,
    init_path: printed(INIT, marketplace),
    consume_path: printed(CONSUME, marketplace),
    creation_mode: creationMode,
    idm: host,
    idp: marketplace.host,
    name_id_format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    x509_fingerprint: first?.sha1 ?? '',
    x509_certificate: idp.certificates[0] ?? '',
  }
}

function webhookSection(marketplace: Marketplace) {
  const groups = printed(GROUP, marketplace)
  const users = printed(GROUP_USER, marketplace)
  const notifications = printed(NOTIFICATIONS, marketplace)
  const { connec, webhooks } = marketplace
  const wanted: Readonly<Record<string, boolean>> = connec ? webhooks.subscriptions : {}
  return {
    account: { groups_path: groups, group_users_path: users, group_path: groups, group_user_path: users },
    connec: {
      enabled: connec !== null,
      notifications_path: notifications,
      notification_path: notifications,
      external_ids: connec?.externalIds ?? false,
      initialization_path: null,
      subscriptions: Object.fromEntries(collections.map((name) => [name, wanted[name] ?? false])),
    },
  }
}
