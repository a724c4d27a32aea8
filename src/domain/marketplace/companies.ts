import type { Database, Row } from '../../platform/d1'

/** A marketplace's group as our company and publisher (`marketplace.md` 4). */
export type Company = {
  readonly publisherId: number
  readonly tenant: string
  readonly groupUid: string
  readonly status: 'active' | 'cancelled' | 'standalone'
  /** The publisher's name and time zone. */
  readonly name: string
  readonly timezone: string
  readonly defaultRegion: string
  readonly renamed: boolean
  readonly currency: string
  readonly country: string
  readonly trialEndsAt: number | null
  readonly plan: { readonly id: string; readonly name: string; readonly selectedAt: number } | null
  readonly connecCalendarId: string
  readonly firstApiKey: string
  readonly firstSecretShownAt: number | null
  readonly createdAt: number
  readonly cancelledAt: number | null
  readonly feedsEndAt: number | null
}

export type CompanyRow = Row & {
  publisher_id: number
  tenant: string
  group_uid: string
  status: Company['status']
  name: string
  timezone: string
  default_region: string
  renamed: number
  currency: string
  country: string
  trial_ends_at: number | null
  plan_id: string | null
  plan_name: string | null
  plan_selected_at: number | null
  connec_calendar_id: string
  first_api_key: string
  first_secret_shown_at: number | null
  created_at: number
  cancelled_at: number | null
  feeds_end_at: number | null
}

/** Columns of `companies c JOIN publishers p` that make a `Company`. */
export const companyColumns = `c.*, p.name, p.timezone, p.default_region, p.cancelled_at, p.feeds_end_at`
/** The tables that they are of. */
export const companyTables = 'companies c JOIN publishers p ON p.id = c.publisher_id'

export function toCompany(row: CompanyRow): Company {
  const { plan_id: planId, plan_selected_at: selectedAt } = row
  return {
    publisherId: row.publisher_id,
    tenant: row.tenant,
    groupUid: row.group_uid,
    status: row.status,
    name: row.name,
    timezone: row.timezone,
    defaultRegion: row.default_region,
    renamed: row.renamed === 1,
    currency: row.currency,
    country: row.country,
    trialEndsAt: row.trial_ends_at,
    plan: planId === null ? null : { id: planId, name: row.plan_name ?? '', selectedAt: selectedAt ?? 0 },
    connecCalendarId: row.connec_calendar_id,
    firstApiKey: row.first_api_key,
    firstSecretShownAt: row.first_secret_shown_at,
    createdAt: row.created_at,
    cancelledAt: row.cancelled_at,
    feedsEndAt: row.feeds_end_at,
  }
}

/** The company of a marketplace's group; null for an unknown one. */
export async function findCompany(db: Database, tenant: string, groupUid: string): Promise<Company | null> {
  const row = await db
    .prepare(`SELECT ${companyColumns} FROM ${companyTables} WHERE c.tenant = ?1 AND c.group_uid = ?2`)
    .bind(tenant, groupUid)
    .first<CompanyRow>()
  return row && toCompany(row)
}
