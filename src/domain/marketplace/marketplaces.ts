import type { MarketplaceSettings } from '../../db/schema'
import type { Database } from '../../platform/d1'
import { unseal } from '../../platform/sealed'

/** A marketplace of this deployment, as it stands (`marketplace.md` 1). */
export type Marketplace = MarketplaceSettings & {
  readonly tenant: string
  readonly enabled: boolean
  readonly createdAt: number
  readonly updatedAt: number
  /** Its API key, which signs nothing but opens everything between the two. @throws where it can't be opened */
  readonly apiKey: () => Promise<string>
}

export type MarketplaceRow = {
  tenant: string
  enabled: number
  settings: string
  api_key_sealed: string
  created_at: number
  updated_at: number
}

/** What an API key is sealed with as additional data. */
export const apiKeyOwner = (tenant: string): string => `marketplace:${tenant}`

/** `encryptionKey` is asked for only where the API key is used. */
export function toMarketplace(row: MarketplaceRow, encryptionKey: () => string): Marketplace {
  return {
    ...(JSON.parse(row.settings) as MarketplaceSettings),
    tenant: row.tenant,
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    apiKey: () => unseal(encryptionKey(), row.api_key_sealed, apiKeyOwner(row.tenant)),
  }
}

/** The marketplace of a name, enabled or not; null for an unknown one. */
export async function findMarketplace(
  db: Database,
  tenant: string,
  encryptionKey: () => string,
): Promise<Marketplace | null> {
  const row = await db
    .prepare('SELECT * FROM marketplaces WHERE tenant = ?1')
    .bind(tenant)
    .first<MarketplaceRow>()
  return row && toMarketplace(row, encryptionKey)
}

/** The name that stands for no name. */
export const DEFAULT_TENANT = 'default'

/**
 * The enabled marketplace that a path means: the one named; without a name the one called `default`, where there is
 * none of that name the only enabled one. null: unknown, disabled, or one of several.
 */
export async function marketplaceOfPath(
  db: Database,
  tenant: string | undefined,
  encryptionKey: () => string,
): Promise<Marketplace | null> {
  if (tenant !== undefined) {
    const named = await findMarketplace(db, tenant, encryptionKey)
    return named?.enabled ? named : null
  }
  const { results } = await db
    .prepare(
      `SELECT * FROM marketplaces WHERE tenant = ?1 OR enabled = 1 ORDER BY tenant <> ?1, tenant LIMIT 2`,
    )
    .bind(DEFAULT_TENANT)
    .all<MarketplaceRow>()
  const [first, second] = results
  if (!first || (first.tenant !== DEFAULT_TENANT && second)) return null
  const only = toMarketplace(first, encryptionKey)
  return only.enabled ? only : null
}

/** `/{tenant}`, as the paths that Daybook prints end with; '' for the one called `default`. */
export function pathSuffix({ tenant }: Pick<Marketplace, 'tenant'>): string {
  return tenant === DEFAULT_TENANT ? '' : `/${tenant}`
}
