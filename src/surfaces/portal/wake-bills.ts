import { billsWaiting, wakeBills } from '../../domain/marketplace/billing'
import { clock } from '../../platform/clock'
import type { PortalCall } from './environment'

/**
 * Has what is due at the marketplace sent at once, and what is due within a day on time: a trial's end, too
 * (`marketplace.md` 6).
 */
export async function wakeWaitingBills(c: PortalCall): Promise<void> {
  const { db, publisher } = c.var.context
  await wakeBills(c.env, await billsWaiting(db, publisher.id), clock.now())
}
