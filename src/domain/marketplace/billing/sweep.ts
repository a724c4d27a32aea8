import type { Database } from '../../../platform/d1'
import { throwFirst } from '../../../platform/failures'
import { unattendedContextOf } from '../../unattended'
import { attemptBill, type BillingContext, type Due } from './attempt'
import { due } from './bill'
import { settleSeats } from './plans'

/** Bills that one run takes up. */
const A_RUN = 200

/** Bills that are due, those due first first. */
export async function billsDue(db: Database, now: number): Promise<Due[]> {
  const { results } = await db
    .prepare(
      `SELECT b.id, b.next_attempt_at AS at FROM bills b WHERE ${due('?1')} ORDER BY b.next_attempt_at LIMIT ${A_RUN}`,
    )
    .bind(now)
    .all<Due>()
  return results
}

/** How far ahead a run looks: the next one comes in a minute, at times a little later. */
const AHEAD_MS = 90_000

/** Bills whose trial ends before the next run: a queue waits for that moment better than a cron does. */
export async function trialsEnding(db: Database, now: number): Promise<Due[]> {
  const { results } = await db
    .prepare(
      `SELECT b.id, b.next_attempt_at AS at FROM bills b
       WHERE b.next_attempt_at > ?1 AND b.next_attempt_at <= ?1 + ${AHEAD_MS} AND b.state = 'scheduled'
       ORDER BY b.next_attempt_at LIMIT ${A_RUN}`,
    )
    .bind(now)
    .all<Due>()
  return results
}

/** Bills of a publisher that wait for a time: to be woken then. */
export async function billsWaiting(db: Database, publisherId: number): Promise<Due[]> {
  const { results } = await db
    .prepare(
      `SELECT id, next_attempt_at AS at FROM bills WHERE publisher_id = ?1 AND next_attempt_at IS NOT NULL`,
    )
    .bind(publisherId)
    .all<Due>()
  return results
}

/** Brings the bills of companies in line whose number of users may have changed and was never looked at since. */
export async function sweepSeats(ctx: BillingContext): Promise<Due[]> {
  const { results } = await ctx.db
    .prepare(`SELECT publisher_id AS id FROM companies WHERE seats_changed = 1 LIMIT ${A_RUN}`)
    .all<{ id: number }>()
  const waiting: Due[] = []
  for (const { id } of results) {
    const acting = await unattendedContextOf({ db: ctx.db, now: ctx.now() }, id, 'cron')
    if (!acting) continue
    await settleSeats(acting)
    waiting.push(...(await billsWaiting(ctx.db, id)))
  }
  return waiting
}

/**
 * Attempts several bills side by side, and lets `wake` hear what is due next because of it. What fails keeps none of
 * the others, and is thrown at the end.
 */
export async function attemptBills(
  ctx: BillingContext,
  ids: readonly string[],
  wake: (due: readonly Due[]) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(ids.map((id) => attemptBill(ctx, id)))
  await wake(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])))
  throwFirst(outcomes)
}
