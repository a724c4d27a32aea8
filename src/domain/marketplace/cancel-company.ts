import { logCompanyOf, newWriteId } from '../../changes'
import { commit } from '../context'
import { billingEnded } from './billing'
import { sharingEnded } from './connec'
import type { ProvisioningContext } from './create-company'
import { logEntry } from './log'
import type { Marketplace } from './marketplaces'

const DAY_MS = 86_400_000

/**
 * A group's subscription has ended (`marketplace.md` 7): its company is cancelled, with every effect that this has on
 * bills and data sharing; what surfaces refuse follows from the publisher's `cancelled_at`, and feeds go on for the
 * marketplace's `graceDays`. Repeated, or for a company that is outside of the marketplace, it changes nothing.
 * @returns the publisher; null for an unknown group
 */
export async function cancelCompany(
  ctx: ProvisioningContext,
  { tenant, graceDays }: Pick<Marketplace, 'tenant' | 'graceDays'>,
  groupUid: string,
): Promise<number | null> {
  const { db, now } = ctx
  const publisherId = await db
    .prepare('SELECT publisher_id FROM companies WHERE tenant = ?1 AND group_uid = ?2')
    .bind(tenant, groupUid)
    .first<number>('publisher_id')
  const told = { at: now, tenant, kind: 'webhook', groupUid } as const
  if (publisherId === null) {
    await logEntry(db, { ...told, code: 'unknown_group' }).run()
    return null
  }
  const write = newWriteId()
  const company = String(publisherId)
  const feedsEndAt = now + graceDays * DAY_MS
  const isMarked = 'EXISTS (SELECT 1 FROM companies WHERE publisher_id = ?1 AND write_id = ?2)'
  await commit(ctx, [
    db
      .prepare(
        `UPDATE companies SET status = 'cancelled', feeds_ended_at = ?3, write_id = ?2
         WHERE publisher_id = ?1 AND status = 'active'`,
      )
      .bind(publisherId, write, graceDays === 0 ? now : null),
    db
      .prepare(`UPDATE publishers SET cancelled_at = ?3, feeds_end_at = ?4 WHERE id = ?1 AND ${isMarked}`)
      .bind(publisherId, write, now, feedsEndAt),
    logCompanyOf(ctx, 'company.cancelled', company, write),
    ...(graceDays === 0 ? [logCompanyOf(ctx, 'company.feeds_ended', company, write)] : []),
    ...billingEnded(ctx, endedCompany(company)),
    ...sharingEnded(ctx, endedCompany(company)),
    logEntry(db, { ...told, code: 'group_cancelled' }),
  ])
  return publisherId
}

/** SQL: the company, where it is cancelled by now; else NULL, so that one outside of the marketplace is left alone. */
function endedCompany(company: string): string {
  return `(SELECT publisher_id FROM companies WHERE publisher_id = ${company} AND status = 'cancelled')`
}
