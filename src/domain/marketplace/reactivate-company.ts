import { logCompanyOf, newWriteId } from '../../changes'
import { commit } from '../context'
import { DomainError } from '../errors'
import { findCompany } from './companies'
import { sharingResumed } from './connec'
import type { ProvisioningContext } from './create-company'

/** How a cancelled company goes on: as the marketplace's customer again, or outside of it. */
export type Reactivation = 'marketplace' | 'standalone'

/**
 * Brings a cancelled company back (`marketplace.md` 7): keys, portal and feeds are as before. A plan must be chosen
 * anew, and the trial was given. Outside of the marketplace nobody signs on any more: sessions that began there end.
 * @throws DomainError `not_found`; `inactive` where the company is not cancelled
 */
export async function reactivateCompany(
  ctx: ProvisioningContext,
  tenant: string,
  groupUid: string,
  mode: Reactivation,
): Promise<void> {
  const { db, now } = ctx
  const found = await findCompany(db, tenant, groupUid)
  if (!found) throw new DomainError('not_found')
  const write = newWriteId()
  const company = String(found.publisherId)
  const marked = `(SELECT publisher_id FROM companies WHERE publisher_id = ${company} AND write_id = '${write}')`
  const [changed] = await commit(ctx, [
    db
      .prepare(
        `UPDATE companies SET status = ?2, plan_id = NULL, plan_name = NULL, plan_selected_at = NULL,
           trial_ends_at = min(coalesce(trial_ends_at, ?3), ?3), feeds_ended_at = NULL, write_id = ?4
         WHERE publisher_id = ?1 AND status = 'cancelled' RETURNING publisher_id`,
      )
      .bind(found.publisherId, mode === 'marketplace' ? 'active' : 'standalone', now, write),
    db.prepare(`UPDATE publishers SET cancelled_at = NULL, feeds_end_at = NULL WHERE id = ${marked}`),
    logCompanyOf(ctx, 'company.reactivated', company, write),
    ...(mode === 'marketplace'
      ? sharingResumed(ctx, marked)
      : [db.prepare(`DELETE FROM portal_sessions WHERE publisher_id = ${marked} AND tenant IS NOT NULL`)]),
  ])
  if (changed?.results.length === 0) throw new DomainError('inactive')
}
