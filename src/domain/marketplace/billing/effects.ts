import { logBills, newWriteId } from '../../../changes'
import type { Database } from '../../../platform/d1'
import { untouched } from './bill'
import { endRecurring } from './write-bills'

/**
 * What billing does where a company or its users change: statements that ride in the very batch of the change. In each
 * of them `company` is SQL for the publisher's id of the company, to be used as it stands.
 */
export type CompanyEffect = (
  ctx: { readonly db: Database; readonly now: number; readonly actor: string },
  company: string,
) => D1PreparedStatement[]

/**
 * Users joined, were let in again or lost their access: the seats are counted again, and where the plan is `perUser`
 * the bill follows (`marketplace.md` 6, *Changing*). Marks the company only where its bill is for another number of
 * users; `settleSeats` then acts, at the latest by the every-minute cron.
 */
export const seatsChanged: CompanyEffect = ({ db }, company) => [
  db.prepare(
    `UPDATE companies SET seats_changed = 1 WHERE publisher_id = ${company} AND EXISTS (
       SELECT 1 FROM bills b WHERE b.publisher_id = ${company} AND b.kind = 'recurring'
         AND b.state IN ('scheduled', 'queued', 'active') AND b.seats IS NOT NULL
         AND b.seats <> max(1, (SELECT count(*) FROM memberships m
           WHERE m.publisher_id = ${company} AND m.status = 'active')))`,
  ),
]

/** The marketplace told a later end of the trial than was known: what is scheduled moves with `companies.trial_ends_at`. */
export const trialExtended: CompanyEffect = ({ db, now }, company) => [
  db
    .prepare(
      `UPDATE bills SET starts_at = c.trial_ends_at, next_attempt_at = c.trial_ends_at FROM companies c
       WHERE c.publisher_id = ${company} AND bills.publisher_id = ${company} AND bills.state = 'scheduled'
         AND bills.starts_at < c.trial_ends_at AND ${untouched('?1')}`,
    )
    .bind(now),
]

/**
 * The subscription ended (`marketplace.md` 7): recurring bills are cancelled at the marketplace, scheduled and queued
 * ones dropped.
 */
export const billingEnded: CompanyEffect = (ctx, company) => {
  const write = newWriteId()
  return [
    ...endRecurring(ctx, company, write),
    ctx.db
      .prepare(
        `UPDATE bills SET state = 'failed', last_error = 'The subscription has ended.', cancel_wanted = 1,
           next_attempt_at = NULL, write_id = ?1
         WHERE publisher_id = ${company} AND kind = 'ad_hoc' AND state = 'queued'`,
      )
      .bind(write),
    logBills(ctx, company, write),
  ]
}
