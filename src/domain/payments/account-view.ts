import { accounts, paySchedules } from '../../db/schema'
import type { Row } from '../../platform/d1'
import { fromColumns } from '../columns'
import type { PaymentsContext } from './context'
import { PaymentError } from './errors'
import {
  type AccountFacts,
  type AccountRow,
  accessible,
  OF_ACCOUNT_ID,
  readFacts,
  selectFacts,
} from './facts'
import { localDay, type ScheduleRow } from './life'

/** An account as it is answered; without schedules in lists. */
export type AccountView = {
  readonly account: AccountRow
  readonly calendarLinked: boolean
  readonly outstandingCents: number
}

/** SQL of the sum of an account's live schedules that are not paid, over `accounts a`. */
export const OUTSTANDING = `(SELECT coalesce(sum(s.installment_cents), 0) FROM pay_schedules s
  WHERE s.account_uid = a.id AND s.class = 'ScheduleOneOff' AND (s.stored_status IS NULL OR s.stored_status <> 'paid'))`

/** One page of schedules. */
export type SchedulePage = { readonly schedules: ScheduleRow[]; readonly hasNext: boolean }

/** The account that a call names. @throws PaymentError `not_found`, `no_account_access` */
export async function findAccount(ctx: PaymentsContext, accountId: string): Promise<AccountFacts> {
  const statements = selectFacts(ctx, OF_ACCOUNT_ID, ctx.publisher.id, accountId)
  return accessible(ctx, readFacts(await ctx.db.batch<Row>(statements)))
}

/** An account with its first schedules, as of one moment. @throws PaymentError `not_found`, `no_account_access` */
export async function readAccount(
  ctx: PaymentsContext,
  accountId: string,
  limit: number,
): Promise<AccountView & SchedulePage> {
  const of = [ctx.publisher.id, accountId] as const
  const results = await ctx.db.batch<Row>([
    ...selectFacts(ctx, OF_ACCOUNT_ID, ...of),
    ctx.db
      .prepare(`SELECT ${OUTSTANDING} AS cents FROM accounts a WHERE a.id IN (${OF_ACCOUNT_ID})`)
      .bind(...of),
    ctx.db
      .prepare(
        `SELECT s.* FROM pay_schedules s WHERE s.account_uid = (${OF_ACCOUNT_ID})
         AND s.class = 'ScheduleOneOff' ORDER BY s.schedule_no LIMIT ${limit + 1}`,
      )
      .bind(...of),
  ])
  const { account, target } = accessible(ctx, readFacts(results.slice(0, 3)))
  return {
    account,
    calendarLinked: target !== null,
    outstandingCents: Number(results[3]?.results[0]?.cents ?? 0),
    ...pageOf(results[4]?.results ?? [], limit),
  }
}

function pageOf(rows: Row[], limit: number): SchedulePage {
  const schedules = rows.slice(0, limit).map((row) => fromColumns<ScheduleRow>(paySchedules, row))
  return { schedules, hasNext: rows.length > limit }
}

/** Live schedules of an account after a number, by number. */
export async function listSchedules(
  ctx: PaymentsContext,
  { account }: AccountFacts,
  after: number,
  limit: number,
): Promise<SchedulePage> {
  const { results } = await ctx.db
    .prepare(
      `SELECT s.* FROM pay_schedules s WHERE s.account_uid = ?1 AND s.class = 'ScheduleOneOff' AND s.schedule_no > ?2
       ORDER BY s.schedule_no LIMIT ?3`,
    )
    .bind(account.id, after, limit + 1)
    .all<Row>()
  return pageOf(results, limit)
}

/** The number that a schedule id names; null for what can be none. */
export function scheduleNumber(scheduleId: string): number | null {
  return /^[1-9]\d{0,14}$/.test(scheduleId) ? Number(scheduleId) : null
}

/** An account and a live schedule on it, with today's date there. @throws PaymentError `not_found`, `no_account_access` */
export async function findSchedule(ctx: PaymentsContext, accountId: string, scheduleId: string) {
  const statements = selectFacts(ctx, OF_ACCOUNT_ID, ctx.publisher.id, accountId)
  const results = await ctx.db.batch<Row>([
    ...statements,
    ctx.db
      .prepare(
        `SELECT s.* FROM pay_schedules s WHERE s.account_uid IN (${OF_ACCOUNT_ID}) AND s.schedule_no = ?3
         AND s.class = 'ScheduleOneOff'`,
      )
      .bind(ctx.publisher.id, accountId, scheduleNumber(scheduleId) ?? 0),
  ])
  const facts = accessible(ctx, readFacts(results))
  const row = results[3]?.results[0]
  if (!row) throw new PaymentError('not_found')
  const schedule = fromColumns<ScheduleRow>(paySchedules, row)
  return { facts, schedule, today: localDay(facts.business, ctx.now) }
}

export type AccountFilter = {
  readonly businessId: string | null
  readonly status: string | null
  /** The account id that the page before ended with. */
  readonly after: string
  readonly limit: number
}

/** Accounts of the businesses that the call may reach, by account id in code-point order. */
export async function listAccounts(
  ctx: PaymentsContext,
  { businessId, status, after, limit }: AccountFilter,
): Promise<{ accounts: AccountView[]; hasNext: boolean }> {
  const { results } = await ctx.db
    .prepare(
      `SELECT a.*, ${OUTSTANDING} AS cents, EXISTS (SELECT 1 FROM subscribers p
           WHERE p.id = a.subscriber_id AND p.state = 'active' AND p.publisher_id = a.publisher_id) AS linked
       FROM accounts a WHERE a.publisher_id = ?1 AND a.account_id > ?2
         AND (?3 IS NULL OR a.business_id IN (SELECT value FROM json_each(?3)))
         AND (?4 IS NULL OR a.business_id = ?4) AND (?5 IS NULL OR a.status = ?5)
       ORDER BY a.account_id LIMIT ?6`,
    )
    .bind(
      ctx.publisher.id,
      after,
      ctx.businesses && JSON.stringify(ctx.businesses),
      businessId,
      status,
      limit + 1,
    )
    .all<Row>()
  const views = results.slice(0, limit).map((row) => ({
    account: fromColumns<AccountRow>(accounts, row),
    calendarLinked: row.linked === 1,
    outstandingCents: Number(row.cents),
  }))
  return { accounts: views, hasNext: results.length > limit }
}
