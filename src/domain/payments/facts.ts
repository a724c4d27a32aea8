import type { InferSelectModel } from 'drizzle-orm'
import { accounts, businesses } from '../../db/schema'
import { guardAgainst, type Row } from '../../platform/d1'
import { fromColumns } from '../columns'
import type { Context } from '../context'
import { type PaymentsContext, reaches } from './context'
import { PaymentError } from './errors'
import type { BusinessRow } from './life'

export type AccountRow = InferSelectModel<typeof accounts>

/** The private calendar that an account's events go to. */
export type CalendarTarget = { readonly id: string; readonly ownerId: string }

/** What writes on an account are judged by, as of one moment. */
export type AccountFacts = {
  readonly account: AccountRow
  readonly business: BusinessRow
  /** Where the account is linked to an active subscriber: their calendar. */
  readonly target: CalendarTarget | null
}

/** SELECTs of the facts of the accounts whose `id` is in a list (SQL with `?1`); for `readFacts`. */
export function selectFacts(
  ctx: Pick<Context, 'db'>,
  list: string,
  ...bound: unknown[]
): D1PreparedStatement[] {
  const select = (sql: string) => ctx.db.prepare(`${sql} WHERE a.id IN (${list})`).bind(...bound)
  return [
    select('SELECT a.* FROM accounts a'),
    select(
      `SELECT DISTINCT b.* FROM accounts a
       JOIN businesses b ON b.publisher_id = a.publisher_id AND b.business_id = a.business_id`,
    ),
    select(
      `SELECT a.id AS account, c.id, s.id AS owner FROM accounts a
       JOIN subscribers s ON s.id = a.subscriber_id AND s.state = 'active' AND s.publisher_id = a.publisher_id
       JOIN calendars c ON c.owner_id = s.id AND c.deleted_at IS NULL`,
    ),
  ]
}

/** The facts that three results of `selectFacts` tell, by account id (the internal one). */
export function readFacts(results: readonly (D1Result<Row> | undefined)[]): Map<string, AccountFacts> {
  const [rows, owners, links] = results.map((result) => result?.results ?? [])
  const keyOf = (publisherId: number, businessId: string) => `${publisherId}/${businessId}`
  const all = (owners ?? []).map((row) => fromColumns<BusinessRow>(businesses, row))
  const businessOf = new Map(all.map((row) => [keyOf(row.publisherId, row.businessId), row]))
  const targetOf = new Map(
    (links ?? []).map((row) => [row.account, { id: String(row.id), ownerId: String(row.owner) }]),
  )
  const facts = new Map<string, AccountFacts>()
  for (const row of rows ?? []) {
    const account = fromColumns<AccountRow>(accounts, row)
    const business = businessOf.get(keyOf(account.publisherId, account.businessId))
    if (business) facts.set(account.id, { account, business, target: targetOf.get(account.id) ?? null })
  }
  return facts
}

/** The list, for `selectFacts`, of the one account that a publisher has under an id. */
export const OF_ACCOUNT_ID = 'SELECT x.id FROM accounts x WHERE x.publisher_id = ?1 AND x.account_id = ?2'

/** The one account of `readFacts`, where the call may reach it. @throws PaymentError `not_found`, `no_account_access` */
export function accessible(ctx: PaymentsContext, facts: Map<string, AccountFacts>): AccountFacts {
  const [found] = facts.values()
  if (!found) throw new PaymentError('not_found')
  if (!reaches(ctx, found.account.businessId)) throw new PaymentError('no_account_access')
  return found
}

/** Rolls back where an account or its business is no longer as it was when it was read. */
export function guardFacts(ctx: Pick<Context, 'db'>, facts: readonly AccountFacts[]): D1PreparedStatement {
  const list = facts.map(({ account, business }) => ({
    id: account.id,
    a: account.writeId,
    b: business.writeId,
  }))
  return guardAgainst(
    ctx.db,
    `EXISTS (SELECT 1 FROM json_each(?1) j
       LEFT JOIN accounts a ON a.id = j.value ->> '$.id'
       LEFT JOIN businesses b ON b.publisher_id = a.publisher_id AND b.business_id = a.business_id
       WHERE a.write_id IS NOT j.value ->> '$.a' OR b.write_id IS NOT j.value ->> '$.b')`,
    JSON.stringify(list),
  )
}
