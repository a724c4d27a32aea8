import { INTO_LOG, type WriteContext } from './write'

/** What is logged of a company (`marketplace.md` 4). */
export type CompanyOp =
  | 'company.created'
  | 'company.cancelled'
  | 'company.reactivated'
  | 'company.feeds_ended'
  | 'plan.chosen'
  | 'import.changed'

export type UserOp = 'user.joined' | 'user.removed'

type Teller = Omit<WriteContext, 'publisher'>

/** Logs a company that this write marked; no message tells of it. The marketplace's own log follows by a trigger. */
export function logCompany(ctx: WriteContext, op: CompanyOp, write: string): D1PreparedStatement {
  return logCompanyOf(ctx, op, String(ctx.publisher.id), write)
}

/** As `logCompany`, of a company that the batch may just have made: `company` is SQL for its publisher's id. */
export function logCompanyOf(
  ctx: Teller,
  op: CompanyOp,
  company: string,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT publisher_id, 'company:' || publisher_id, ?1, CAST(publisher_id AS TEXT), ?2, ?3, NULL, NULL, 1
       FROM companies WHERE publisher_id = ${company} AND write_id = ?4`,
    )
    .bind(op, ctx.actor, ctx.now, write)
}

/** Logs the memberships of a company that this write marked; `company` is SQL for its publisher's id. */
export function logUsersOf(ctx: Teller, op: UserOp, company: string, write: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT publisher_id, 'company:' || publisher_id, ?1, user_id, ?2, ?3, NULL, NULL, 1
       FROM memberships WHERE publisher_id = ${company} AND write_id = ?4`,
    )
    .bind(op, ctx.actor, ctx.now, write)
}

/** Logs the bills of a company (SQL for its publisher's id) that this write marked. */
export function logBills(
  ctx: Pick<WriteContext, 'db' | 'now' | 'actor'>,
  company: string,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT publisher_id, 'company:' || publisher_id, 'bill.changed', id, ?1, ?2, NULL, NULL, 1
       FROM bills WHERE publisher_id = ${company} AND write_id = ?3`,
    )
    .bind(ctx.actor, ctx.now, write)
}
