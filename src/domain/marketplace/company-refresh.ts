import { trialExtended } from './billing'
import type { Group, ProvisioningContext } from './create-company'

/**
 * The statements that bring a known company up to date with what its marketplace tells (`marketplace.md` 4): the name,
 * unless staff gave it one of their own, and the profile. A trial that goes on may get longer; one that is over stays so.
 */
export function companyRefresh(
  ctx: ProvisioningContext,
  publisherId: number,
  group: Group,
): D1PreparedStatement[] {
  const { db, now } = ctx
  const trialEnd = group.freeTrialEndsAt
  return [
    db
      .prepare(
        `UPDATE publishers SET name = ?2 WHERE id = ?1 AND ?2 IS NOT NULL AND name IS NOT ?2
           AND EXISTS (SELECT 1 FROM companies WHERE publisher_id = ?1 AND renamed = 0)`,
      )
      .bind(publisherId, group.name),
    db
      .prepare(
        `UPDATE companies SET currency = coalesce(?2, currency), country = coalesce(?3, country),
           city = coalesce(?4, city), email = coalesce(?5, email), has_credit_card = coalesce(?6, has_credit_card)
         WHERE publisher_id = ?1`,
      )
      .bind(
        publisherId,
        group.currency,
        group.country,
        group.city,
        group.email,
        group.hasCreditCard === null ? null : Number(group.hasCreditCard),
      ),
    ...(trialEnd === null || trialEnd <= now
      ? []
      : [
          db
            .prepare(
              `UPDATE companies SET trial_ends_at = ?2 WHERE publisher_id = ?1
                 AND ((trial_ends_at IS NULL AND plan_id IS NULL) OR (trial_ends_at > ?3 AND trial_ends_at < ?2))`,
            )
            .bind(publisherId, trialEnd, now),
          ...trialExtended(ctx, String(publisherId)),
        ]),
  ]
}
