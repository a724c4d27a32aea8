import type { MarketplaceSettings } from '../../db/schema'
import { seal } from '../../platform/sealed'
import { commit, type TenancyContext } from '../context'
import { DomainError, invalid } from '../errors'
import { apiKeyOwner, type Marketplace, type MarketplaceRow, toMarketplace } from './marketplaces'

/**
 * Makes a marketplace or replaces its settings, and enables it. `apiKey` null keeps the one there is.
 * @throws DomainError `invalid` for a new one without an API key
 */
export async function putMarketplace(
  ctx: TenancyContext,
  tenant: string,
  settings: MarketplaceSettings,
  apiKey: string | null,
): Promise<{ marketplace: Marketplace; isNew: boolean }> {
  const [before, written] = await commit(ctx, [
    ctx.db.prepare('SELECT 1 FROM marketplaces WHERE tenant = ?1').bind(tenant),
    await writing(ctx, tenant, settings, apiKey),
  ])
  const row = written?.results[0] as MarketplaceRow | undefined
  if (!row) throw invalid('apiKey', 'Is required for a new marketplace.')
  return { marketplace: toMarketplace(row, ctx.encryptionKey), isNew: before?.results.length === 0 }
}

async function writing(
  ctx: TenancyContext,
  tenant: string,
  settings: MarketplaceSettings,
  apiKey: string | null,
): Promise<D1PreparedStatement> {
  const text = JSON.stringify(settings)
  if (apiKey === null) {
    return ctx.db
      .prepare(
        `UPDATE marketplaces SET settings = ?2, enabled = 1, updated_at = ?3 WHERE tenant = ?1 RETURNING *`,
      )
      .bind(tenant, text, ctx.now)
  }
  return ctx.db
    .prepare(
      `INSERT INTO marketplaces (tenant, enabled, settings, api_key_sealed, created_at, updated_at)
       VALUES (?1, 1, ?2, ?4, ?3, ?3) ON CONFLICT (tenant) DO UPDATE SET settings = excluded.settings,
         api_key_sealed = excluded.api_key_sealed, enabled = 1, updated_at = excluded.updated_at RETURNING *`,
    )
    .bind(tenant, text, ctx.now, await seal(ctx.encryptionKey(), apiKey, apiKeyOwner(tenant)))
}

/**
 * Disables a marketplace and ends the sessions that began at it; its companies and records stay. Repeated, it is
 * still disabled. @throws DomainError `not_found`
 */
export async function disableMarketplace(ctx: TenancyContext, tenant: string): Promise<void> {
  const [disabled] = await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE marketplaces SET updated_at = iif(enabled = 1, ?2, updated_at), enabled = 0
         WHERE tenant = ?1 RETURNING tenant`,
      )
      .bind(tenant, ctx.now),
    ctx.db.prepare('DELETE FROM portal_sessions WHERE tenant = ?1').bind(tenant),
  ])
  if (disabled?.results.length === 0) throw new DomainError('not_found')
}

/** All marketplaces by name, disabled ones too. */
export async function listMarketplaces(
  ctx: Pick<TenancyContext, 'db' | 'encryptionKey'>,
): Promise<Marketplace[]> {
  const { results } = await ctx.db.prepare('SELECT * FROM marketplaces ORDER BY tenant').all<MarketplaceRow>()
  return results.map((row) => toMarketplace(row, ctx.encryptionKey))
}
