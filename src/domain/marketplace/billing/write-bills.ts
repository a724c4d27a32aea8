import { bills } from '../../../db/schema'
import { guardAgainst } from '../../../platform/d1'
import { insertSql, setSql, toColumns } from '../../columns'
import type { Context } from '../../context'
import { type BillRow, OPEN, untouched } from './bill'

/** Statements that write bills; each marks what it changes, and `logBills` logs what is marked. */

type Writing = Pick<Context, 'db' | 'now' | 'actor' | 'publisher'>

/** Inserts a bill. @throws AlreadyThere at the commit: another recurring one is open, or the reference was used */
export function insertBill(ctx: Writing, bill: Partial<BillRow>): D1PreparedStatement {
  const row = toColumns(bills, bill)
  return ctx.db.prepare(`${insertSql('bills', row)} RETURNING *`).bind(JSON.stringify(row))
}

/** Changes a bill of which nothing has reached the marketplace; one that has meanwhile rolls the batch back. */
export function changeUntouched(ctx: Writing, id: string, values: Partial<BillRow>): D1PreparedStatement[] {
  const row = toColumns(bills, values)
  return [
    guardAgainst(
      ctx.db,
      `NOT EXISTS (SELECT 1 FROM bills WHERE id = ?1 AND ${OPEN} AND ${untouched('?2')})`,
      id,
      ctx.now,
    ),
    ctx.db.prepare(`UPDATE bills SET ${setSql(row)} WHERE id = ?2`).bind(JSON.stringify(row), id),
  ]
}

/**
 * Ends the recurring bills of a company (SQL for its publisher's id): what never reached the marketplace is dropped, one
 * that it refused too, so that nobody tries it again for a plan that is no longer chosen; the rest is cancelled there,
 * also what may have reached it. A creation on its way ends first.
 */
export function endRecurring(
  { db, now }: Pick<Writing, 'db' | 'now'>,
  company: string,
  write: string,
): D1PreparedStatement[] {
  const mine = `publisher_id = ${company} AND kind = 'recurring'`
  return [
    db
      .prepare(
        `UPDATE bills SET state = 'cancelled', cancel_wanted = 1, next_attempt_at = NULL, write_id = ?1
         WHERE ${mine} AND state IN ('scheduled', 'queued', 'failed') AND ${untouched('?2')}`,
      )
      .bind(write, now),
    db
      .prepare(
        `UPDATE bills SET state = 'cancelling', cancel_wanted = 1, tries = 0, next_attempt_at = ?2, write_id = ?1
         WHERE ${mine} AND (state IN ('scheduled', 'queued', 'active')
           OR state = 'failed' AND (uncertain = 1 OR cancel_wanted = 1))`,
      )
      .bind(write, now),
  ]
}

/** A new bill begins where those that have ended would have gone on: no period is billed twice, whatever lay between. */
export function startWhenPaidUntil({ db, now, publisher }: Writing, id: string): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE bills SET start_date = paid.until FROM (
         SELECT max(iif(hub_id IS NULL, start_date, next_execution_at)) AS until FROM bills
         WHERE publisher_id = ?1 AND kind = 'recurring' AND state = 'cancelled') paid
       WHERE id = ?2 AND paid.until > ?3`,
    )
    .bind(publisher.id, id, now)
}
