import type { Row } from '../../platform/d1'
import type { Context } from '../context'
import { scheduleNumber } from './account-view'
import type { AccountFacts } from './facts'

/** Audit records and call notes (`payments.md` 8): made by SQL, from the very rows that a write has marked. */

export type AuditAction = 'Schedule Added' | 'Schedule Deleted' | 'Schedule Status Changed'

type Marked = { readonly table: 'pay_schedules' | 'pay_schedules_deleted'; readonly write: string }

const RULE = '='.repeat(45)

/** SQL of cents as `3.00`. */
const MONEY = `printf('%d.%02d', s.installment_cents / 100, s.installment_cents % 100)`

const fields: readonly (readonly [name: string, sql: string])[] = [
  ['PayscheduleId', 's.id'],
  ['Class', 's.class'],
  ['StartDate', 's.start_date'],
  ['ScheduleNo', 'CAST(s.schedule_no AS TEXT)'],
  ['Installment', MONEY],
  ['Frequency', `'One off'`],
  ['PaymentType', `'OP'`],
  ['AccountId', 's.account_uid'],
  ['PayScheduleLoadDate', 's.load_date'],
]

const statusFields: typeof fields = [
  ['Status', 's.stored_status'],
  ['StatusDate', 's.status_date'],
]

/** Who acts, as records tell it: a client by its id alone, anybody else by what they are. */
export function recordedUser(actor: string): string {
  return actor.startsWith('client:') ? actor.slice('client:'.length) : actor
}

/** Records what this write did to the schedule that it marked. */
export function insertAudit(
  ctx: Context,
  action: AuditAction,
  { table, write }: Marked,
  id: string,
): D1PreparedStatement {
  const told = action === 'Schedule Status Changed' ? [...fields, ...statusFields] : fields
  const line = told.map(([name, sql]) => `' ${name} => ' || ${sql}`).join(' || ')
  const pairs = told.map(([name, sql]) => `'${name}', ${sql}`).join(', ')
  return ctx.db
    .prepare(
      `INSERT INTO audit_records (publisher_id, account_uid, schedule_no, action, user, text, fields, created_at)
       SELECT s.publisher_id, s.account_uid, s.schedule_no, ?1, ?2,
         '${RULE} ' || ?1 || ' ${RULE}' || ${line} || ' ${RULE} End ${RULE}', json_object(${pairs}), ?3
       FROM ${table} s WHERE s.id = ?4 AND s.write_id = ?5`,
    )
    .bind(action, recordedUser(ctx.actor), ctx.now, id, write)
}

/** Writes the call note of a schedule that this write added or deleted. */
export function insertCallNote(ctx: Context, { table, write }: Marked, id: string): D1PreparedStatement {
  const done =
    table === 'pay_schedules'
      ? `Added One-off pay schedule with ' || iif(s.external_identifier <> '',
           'external identifier ' || s.external_identifier, 'schedule no ' || s.schedule_no)`
      : `Deleted one-off pay schedule ' || iif(s.external_identifier <> '', s.external_identifier, s.schedule_no)`
  return ctx.db
    .prepare(
      `INSERT INTO call_notes (publisher_id, account_uid, schedule_no, note, purpose, call_how, user, created_at)
       SELECT s.publisher_id, s.account_uid, s.schedule_no,
         'Webservice variation request by ' || ?1 || ' processed successfully. ${done} || ' effective on ' || s.start_date,
         'DC', 'WSE', ?1, ?2
       FROM ${table} s WHERE s.id = ?3 AND s.write_id = ?4`,
    )
    .bind(recordedUser(ctx.actor), ctx.now, id, write)
}

/** Where a page of records begins: after this one, newest first. */
export type RecordPosition = { readonly at: number; readonly id: number }

export type ListedRecord = RecordPosition & {
  readonly scheduleNo: number
  readonly user: string
  readonly row: Row
}

/** Records of an account, newest first; of one schedule where an id is given. */
export async function listRecords(
  ctx: Context,
  table: 'audit_records' | 'call_notes',
  { account }: AccountFacts,
  scheduleId: string | null,
  after: RecordPosition | null,
  limit: number,
): Promise<{ records: ListedRecord[]; hasNext: boolean }> {
  const number = scheduleId === null ? null : (scheduleNumber(scheduleId) ?? 0)
  const { results } = await ctx.db
    .prepare(
      `SELECT r.* FROM ${table} r WHERE r.account_uid = ?1 ${number === null ? '' : 'AND r.schedule_no = ?5'}
         AND (r.created_at, r.id) < (?2, ?3) ORDER BY r.created_at DESC, r.id DESC LIMIT ?4`,
    )
    .bind(
      account.id,
      after?.at ?? Number.MAX_SAFE_INTEGER,
      after?.id ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
      ...(number === null ? [] : [number]),
    )
    .all<Row>()
  const records = results.slice(0, limit).map((row) => ({
    at: Number(row.created_at),
    id: Number(row.id),
    scheduleNo: Number(row.schedule_no),
    user: String(row.user),
    row,
  }))
  return { records, hasNext: results.length > limit }
}
