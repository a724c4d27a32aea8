import { INTO_LOG, type WriteContext } from './write'

/** Logs an account that this write marked; no message tells of it (`payments.md` 11). */
export function logAccount(
  ctx: WriteContext,
  op: 'account.created' | 'account.updated',
  id: string,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT publisher_id, 'account:' || id, ?1, account_id, ?2, ?3, NULL, NULL, 1
       FROM accounts WHERE id = ?4 AND write_id = ?5`,
    )
    .bind(op, ctx.actor, ctx.now, id, write)
}

/** Logs the accounts of a person that this write marked. */
export function logMarkedAccounts(
  ctx: WriteContext,
  subscriberId: string,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT publisher_id, 'account:' || id, 'account.updated', account_id, ?1, ?2, NULL, NULL, 1
       FROM accounts WHERE subscriber_id = ?3 AND write_id = ?4`,
    )
    .bind(ctx.actor, ctx.now, subscriberId, write)
}

export type ScheduleOp = 'schedule.created' | 'schedule.deleted' | 'schedule.status_changed'

/** A schedule of this write, by its internal id, and its state as of the change. */
export type ToldSchedule = { readonly id: string; readonly status: string; readonly date: string }

/** Logs schedules that this write marked, each with its message: the state as of this change (`payments.md` 11). */
export function logSchedules(
  ctx: WriteContext,
  op: ScheduleOp,
  told: readonly ToldSchedule[],
  write: string,
): D1PreparedStatement {
  const table = op === 'schedule.deleted' ? 'pay_schedules_deleted' : 'pay_schedules'
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT s.publisher_id, 'account:' || s.account_uid, ?1, CAST(s.schedule_no AS TEXT), ?2, ?3, ?1,
         json_object('accountId', a.account_id, 'businessAccountId', a.business_id,
           'subscriberId', coalesce((SELECT p.id FROM subscribers p WHERE p.id = a.subscriber_id AND p.state = 'active'), ''),
           'scheduleNo', s.schedule_no, 'dueDate', s.start_date, 'cents', s.installment_cents,
           'description', s.pay_desc, 'externalId', s.external_identifier,
           'status', j.value ->> '$.status', 'date', j.value ->> '$.date', 'note', s.status_note), 0
       FROM json_each(?4) j CROSS JOIN ${table} s ON s.id = j.value ->> '$.id'
       JOIN accounts a ON a.id = s.account_uid WHERE s.write_id = ?5 ORDER BY s.schedule_no`,
    )
    .bind(op, ctx.actor, ctx.now, JSON.stringify(told), write)
}

/** The data of a `schedule.*` row's payload. */
export type ScheduleSnapshot = {
  readonly accountId: string
  readonly businessAccountId: string
  readonly subscriberId: string
  readonly scheduleNo: number
  readonly dueDate: string
  readonly cents: number
  readonly description: string
  readonly externalId: string
  readonly status: string
  readonly date: string
  readonly note: string
}
