import { newWriteId } from '../../changes'
import { businesses } from '../../db/schema'
import { fromColumns, toColumns } from '../columns'
import { commit, type TenancyContext } from '../context'
import { DomainError } from '../errors'
import type { BusinessRow } from './life'

/** What the operator says of a business. */
export type BusinessValues = Omit<
  BusinessRow,
  'publisherId' | 'businessId' | 'timezone' | 'createdAt' | 'updatedAt' | 'refreshedTo' | 'writeId'
> & {
  /** null = the publisher's. */
  readonly timezone: string | null
}

/** Settings that existing events follow: where one differs, the cron brings them in line (`payments.md` 9). */
const shown = [
  'calendar_enabled',
  'upcoming_days_before',
  'templates',
  'currency',
  'locale',
  'timezone',
  'can_collect_for_closed_account',
]

/** Makes a business or replaces it. @throws DomainError `not_found` for an unknown publisher */
export async function putBusiness(
  ctx: TenancyContext,
  publisherId: number,
  businessId: string,
  values: BusinessValues,
): Promise<{ business: BusinessRow; isNew: boolean }> {
  const columns = toColumns(businesses, values)
  const names = Object.keys(columns)
  const value = (name: string) =>
    name === 'timezone' ? `coalesce(?5 ->> '$.timezone', p.timezone)` : `?5 ->> '$.${name}'`
  const differs = shown.map((name) => `businesses.${name} IS NOT excluded.${name}`).join(' OR ')
  const [before, written] = await commit(ctx, [
    ctx.db
      .prepare('SELECT 1 FROM businesses WHERE publisher_id = ?1 AND business_id = ?2')
      .bind(publisherId, businessId),
    ctx.db
      .prepare(
        `INSERT INTO businesses (publisher_id, business_id, created_at, updated_at, write_id, ${names.join(', ')})
         SELECT p.id, ?2, ?3, ?3, ?4, ${names.map(value).join(', ')} FROM publishers p WHERE p.id = ?1
         ON CONFLICT (publisher_id, business_id) DO UPDATE SET
           refreshed_to = iif(${differs}, 0, businesses.refreshed_to), updated_at = ?3, write_id = ?4,
           ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
         RETURNING *`,
      )
      .bind(publisherId, businessId, ctx.now, newWriteId(), JSON.stringify(columns)),
  ])
  const row = written?.results[0]
  if (!row) throw new DomainError('not_found')
  return { business: fromColumns<BusinessRow>(businesses, row), isNew: before?.results.length === 0 }
}

/** @throws DomainError `not_found` */
export async function readBusiness(
  ctx: Pick<TenancyContext, 'db'>,
  publisherId: number,
  businessId: string,
): Promise<BusinessRow> {
  const row = await ctx.db
    .prepare('SELECT * FROM businesses WHERE publisher_id = ?1 AND business_id = ?2')
    .bind(publisherId, businessId)
    .first<Record<string, unknown>>()
  if (!row) throw new DomainError('not_found')
  return fromColumns<BusinessRow>(businesses, row)
}
