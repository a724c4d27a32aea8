import type { Database, Row } from '../../../platform/d1'
import type { Context } from '../../context'
import { unattendedContextOf } from '../../unattended'
import { type Company, type CompanyRow, companyColumns, companyTables, toCompany } from '../companies'
import { type Marketplace, type MarketplaceRow, toMarketplace } from '../marketplaces'
import type { Collection } from './entity'
import type { DataHub } from './hub-connec'

/** What work with the data hub needs; `now` is asked anew after each call. */
export type SharingContext = {
  readonly db: Database
  readonly now: () => number
  readonly encryptionKey: () => string
  /** Tells the log's readers that something was committed. */
  readonly announce: () => void
}

/** A company that shares data, with its hub and what its writes are made with. */
export type Sharing = {
  readonly company: Company
  readonly marketplace: Marketplace
  readonly hub: DataHub
  /** Acts as the marketplace: what it writes is not sent back. */
  readonly acting: Context
}

/** SQL, over `companies c JOIN marketplaces m`: data goes to and fro. */
export const SHARES = `c.status = 'active' AND m.enabled = 1 AND m.settings ->> '$.connec' IS NOT NULL`

/** Whether a collection goes to and fro. */
export const isSubscribed = (
  { marketplace }: Pick<Sharing, 'marketplace'>,
  collection: Collection,
): boolean => marketplace.webhooks.subscriptions[collection]

/** The company of a publisher where it shares data now; null otherwise. */
export async function sharingOfPublisher(ctx: SharingContext, publisherId: number): Promise<Sharing | null> {
  const [companies, marketplaces] = await ctx.db.batch<Row>([
    ctx.db
      .prepare(`SELECT ${companyColumns} FROM ${companyTables} WHERE c.publisher_id = ?1`)
      .bind(publisherId),
    ctx.db
      .prepare(
        `SELECT m.* FROM companies c JOIN marketplaces m ON m.tenant = c.tenant WHERE c.publisher_id = ?1 AND ${SHARES}`,
      )
      .bind(publisherId),
  ])
  const company = companies?.results[0]
  const marketplace = marketplaces?.results[0]
  if (!company || !marketplace) return null
  const found = toMarketplace(marketplace as MarketplaceRow, ctx.encryptionKey)
  return found.connec && sharing(ctx, toCompany(company as CompanyRow), found, found.connec)
}

/** As `sharingOfPublisher`, of a company and marketplace that are known already. */
export async function sharing(
  ctx: SharingContext,
  company: Company,
  marketplace: Marketplace,
  connec: NonNullable<Marketplace['connec']>,
): Promise<Sharing | null> {
  const { db, announce } = ctx
  const base = { db, now: ctx.now(), announce }
  const acting = await unattendedContextOf(base, company.publisherId, `connec:${company.tenant}`)
  if (!acting) return null
  const hub = { connec, groupUid: company.groupUid, apiId: marketplace.apiId, apiKey: marketplace.apiKey }
  return { company, marketplace, hub, acting }
}
