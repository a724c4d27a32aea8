import { logBills } from '../../../changes'
import { bills } from '../../../db/schema'
import { guardAgainst } from '../../../platform/d1'
import { toColumns } from '../../columns'
import type { Context } from '../../context'
import { type BillRow, OPEN, untouched } from './bill'

/** Statements that write bills; each marks what it changes, and `logBills` logs what is marked. */

type Writing = Pick<Context, 'db' | 'now' | 'actor' | 'publisher'>

/** Inserts a bill. @throws AlreadyThere at the commit: another recurring one is open, or the reference was used */
export function insertBill(ctx: Writing, bill: Partial<BillRow>): D1PreparedStatement {
  const row = toColumns(bills, bill)
  const names = Object.keys(row)
  return ctx.db
    .prepare(
      `INSERT INTO bills (${names.join(', ')}) SELECT ${names.map((name) => `?1 ->> '$.${name}'`).join(', ')} RETURNING *`,
    )
    .bind(JSON.stringify(row))
}

/** Changes a bill of which nothing has reached the marketplace; one that has meanwhile rolls the batch back. */
export function changeUntouched(ctx: Writing, id: string, values: Partial<BillRow>): D1PreparedStatement[] {
  const row = toColumns(bills, values)
  const names = Object.keys(row)
  return [
    guardAgainst(
      ctx.db,
      `NOT EXISTS (SELECT 1 FROM bills WHERE id = ?1 AND ${OPEN} AND ${untouched('?2')})`,
      id,
      ctx.now,
    ),
    ctx.db
      .prepare(
        `UPDATE bills SET ${names.map((name) => `${name} = ?1 ->> '$.${name}'`).join(', ')} WHERE id = ?2`,
      )
      .bind(JSON.stringify(row), id),
  ]
}

/**
 * Ends the recurring bills of a company: what never reached the marketplace is dropped, the rest is cancelled there,
 * also what may have reached it. A creation on its way ends first. For the batch of whatever ends them.
 */
export function endRecurring(ctx: Writing, write: string): D1PreparedStatement[] {
  const mine = `publisher_id = ?1 AND kind = 'recurring'`
  return [
    ctx.db
      .prepare(
        `UPDATE bills SET state = 'cancelled', cancel_wanted = 1, next_attempt_at = NULL, write_id = ?2
         WHERE ${mine} AND state IN ('scheduled', 'queued') AND ${untouched('?3')}`,
      )
      .bind(ctx.publisher.id, write, ctx.now),
    ctx.db
      .prepare(
        `UPDATE bills SET state = 'cancelling', cancel_wanted = 1, tries = 0, next_attempt_at = ?3, write_id = ?2
         WHERE ${mine} AND (state IN ('scheduled', 'queued', 'active')
           OR state = 'failed' AND (uncertain = 1 OR cancel_wanted = 1))`,
      )
      .bind(ctx.publisher.id, write, ctx.now),
  ]
}

/** All that the end of a company's subscription does to its bills (`marketplace.md` 7), with its log. */
export function endBills(ctx: Writing, write: string): D1PreparedStatement[] {
  return [
    ...endRecurring(ctx, write),
    ctx.db
      .prepare(
        `UPDATE bills SET state = 'failed', last_error = 'The subscription has ended.', cancel_wanted = 1,
           next_attempt_at = NULL, write_id = ?2
         WHERE publisher_id = ?1 AND kind = 'ad_hoc' AND state = 'queued'`,
      )
      .bind(ctx.publisher.id, write),
    logBills(ctx, write),
  ]
}

/** A trial that ends later than thought: the bill that waits for its end waits longer. */
export function postponeBills(ctx: Writing, trialEndsAt: number): D1PreparedStatement {
  return ctx.db
    .prepare(
      `UPDATE bills SET starts_at = ?2, next_attempt_at = ?2
       WHERE publisher_id = ?1 AND state = 'scheduled' AND starts_at < ?2 AND ${untouched('?3')}`,
    )
    .bind(ctx.publisher.id, trialEndsAt, ctx.now)
}

/** Marks a company whose number of users may change in this batch; `settleSeats` then looks at its bill. */
export function markSeats(ctx: Writing): D1PreparedStatement {
  return ctx.db
    .prepare('UPDATE companies SET seats_changed = 1 WHERE publisher_id = ?1')
    .bind(ctx.publisher.id)
}
