import type { Row } from '../../platform/d1'
import {
  type AccountFacts,
  COMING,
  COMING_ON,
  createSchedule,
  deleteSchedule,
  findAccount,
  findSchedule,
  localDay,
  OUTSTANDING,
  type PaymentsContext,
  readScheduleRows,
  refusalOfDelete,
  type ScheduleRow,
  type ScheduleState,
  stateOn,
} from '../payments'
import { audited } from './audit'
import type { PortalContext } from './context'
import { type Made, once, type PostedForm } from './once'

/** Accounts and their payment dates as staff see and write them (`portal.md`, `/portal/payments`). */

export type ListedAccount = {
  readonly accountId: string
  readonly businessName: string
  readonly currency: string
  readonly status: 'active' | 'inactive' | 'closed'
  readonly paymentStopped: boolean
  readonly outstandingCents: number
  /** When the next payment is due or was promised, from today on where the business is; null where none is. */
  readonly nextDue: string | null
}

/** Staff reach every business of their publisher. */
const reaching = (ctx: PortalContext): PortalContext & PaymentsContext => ({ ...ctx, businesses: null })

/** Accounts by their id; `prefix`: those whose id begins so. */
export async function listPayingAccounts(
  ctx: PortalContext,
  { prefix, limit, offset }: { readonly prefix: string; readonly limit: number; readonly offset: number },
): Promise<ListedAccount[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT a.id, a.account_id, a.status, a.payment_stopped, b.name, b.timezone, b.currency, ${OUTSTANDING} AS cents
       FROM accounts a JOIN businesses b ON b.publisher_id = a.publisher_id AND b.business_id = a.business_id
       WHERE a.publisher_id = ?1 AND a.account_id >= ?2 AND a.account_id < ?2 || char(0x10FFFF)
       ORDER BY a.account_id LIMIT ?3 OFFSET ?4`,
    )
    .bind(ctx.publisher.id, prefix, limit, offset)
    .all<Row>()
  const days = results.map((row) => ({
    id: row.id,
    today: localDay({ timezone: String(row.timezone) }, ctx.now),
  }))
  const next = await nextDueOf(ctx, days)
  return results.map((row) => ({
    accountId: String(row.account_id),
    businessName: String(row.name),
    currency: String(row.currency),
    status: row.status as ListedAccount['status'],
    paymentStopped: row.payment_stopped === 1,
    outstandingCents: Number(row.cents),
    nextDue: next.get(String(row.id)) ?? null,
  }))
}

/** The next date of each account; the days are those of their businesses. */
async function nextDueOf(
  ctx: PortalContext,
  days: readonly { readonly id: unknown; readonly today: string }[],
): Promise<Map<string, string>> {
  const { results } = await ctx.db
    .prepare(
      `SELECT j.value ->> '$.id' AS id, (SELECT min(${COMING_ON}) FROM pay_schedules
         WHERE account_uid = j.value ->> '$.id' AND ${COMING} AND ${COMING_ON} >= j.value ->> '$.today') AS next
       FROM json_each(?1) j`,
    )
    .bind(JSON.stringify(days))
    .all<{ id: string; next: string | null }>()
  return new Map(results.flatMap(({ id, next }) => (next === null ? [] : [[id, next] as const])))
}

/** A schedule as it is shown: with its state of today, and whether it can be deleted. */
export type ShownSchedule = {
  readonly schedule: ScheduleRow
  readonly state: ScheduleState
  readonly isDeletable: boolean
}

export type ShownAccount = {
  readonly facts: AccountFacts
  readonly outstandingCents: number
  /** The one due last first; one more than `limit` where there are more. */
  readonly schedules: readonly ShownSchedule[]
}

/** An account with its live schedules. @throws PaymentError `not_found` */
export async function readPayingAccount(
  ctx: PortalContext,
  accountId: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<ShownAccount> {
  const facts = await findAccount(reaching(ctx), accountId)
  const [rows, cents] = await Promise.all([
    readScheduleRows(ctx, facts.account.id, page),
    ctx.db
      .prepare(`SELECT ${OUTSTANDING} AS cents FROM accounts a WHERE a.id = ?1`)
      .bind(facts.account.id)
      .first<number>('cents'),
  ])
  const today = localDay(facts.business, ctx.now)
  const schedules = rows.map((schedule) => ({
    schedule,
    state: stateOn(schedule, today),
    isDeletable: refusalOfDelete(ctx.now, facts, schedule, today) === null,
  }))
  return { facts, outstandingCents: cents ?? 0, schedules }
}

/** The number that the schedule of this very write will have. */
const NEXT_NUMBER = {
  sql: `(SELECT CAST(seq + 1 AS TEXT) FROM sqlite_sequence WHERE name = 'pay_schedules')`,
}

/** Puts a schedule on an account, once for each form. @throws PaymentError as `createSchedule` */
export function makeSchedule(
  ctx: PortalContext,
  form: PostedForm,
  accountId: string,
  values: Record<string, unknown>,
): Promise<Made> {
  return once(audited(ctx, 'schedule.created', NEXT_NUMBER), form, async (acting, assertUnused) => {
    const made = await createSchedule(reaching(acting), accountId, async () => {
      await assertUnused()
      return values
    })
    return String(made.scheduleNo)
  })
}

/** A schedule that may be deleted. @throws PaymentError `not_found`, or why it may not be */
export async function findDeletable(ctx: PortalContext, accountId: string, scheduleId: string) {
  const { facts, schedule, today } = await findSchedule(reaching(ctx), accountId, scheduleId)
  return { facts, schedule, refusal: refusalOfDelete(ctx.now, facts, schedule, today) }
}

/** Deletes a schedule. @throws PaymentError as `deleteSchedule` */
export async function dropSchedule(ctx: PortalContext, accountId: string, scheduleId: string): Promise<void> {
  await deleteSchedule(reaching(audited(ctx, 'schedule.deleted', scheduleId)), accountId, scheduleId)
}
