import { logSchedules, newWriteId } from '../../changes'
import { paySchedules } from '../../db/schema'
import { AlreadyThere, type Row } from '../../platform/d1'
import { anew } from '../anew'
import { fromColumns, insertSql, toColumns } from '../columns'
import { commit } from '../context'
import { findAccount } from './account-view'
import { noPlan, planEvent } from './calendar-plan'
import type { PaymentsContext } from './context'
import { PaymentError, type PaymentErrorCode } from './errors'
import { type AccountFacts, guardFacts } from './facts'
import { localDay, movesOn, type ScheduleRow, stateOn } from './life'
import { insertAudit, insertCallNote } from './records'
import { type ScheduleValues, scheduleValues } from './schedule-fields'
import { writeFirstEvent } from './write-events'

const NOT_UNIQUE =
  'ExternalScheduleId is not unique and has been used for a schedule previously. Please retry with a different externalScheduleId.'

/**
 * Puts a one-off schedule on an account (`payments.md` 6.1). Schedule, audit record, call note, event and log commit
 * together, and only while account and business are as they were judged.
 * @throws PaymentError `not_found`, `no_account_access`, `account_not_active`, `payments_stopped`, `invalid`
 */
export async function createSchedule(
  ctx: PaymentsContext,
  accountId: string,
  readBody: () => Promise<Record<string, unknown>>,
): Promise<ScheduleRow> {
  return anew(async () => {
    const facts = await findAccount(ctx, accountId)
    const refusal = refusalOfState(facts)
    if (refusal !== null) throw new PaymentError(refusal)
    return insertSchedule(ctx, facts, scheduleValues(await readBody(), facts, ctx.now))
  })
}

/** Why an account takes no new schedule; null where it takes one. */
export function refusalOfState({
  account,
  business,
}: Pick<AccountFacts, 'account' | 'business'>): PaymentErrorCode | null {
  const takes =
    account.status === 'active' || (account.status === 'closed' && business.canCollectForClosedAccount)
  if (!takes) return 'account_not_active'
  return account.paymentStopped ? 'payments_stopped' : null
}

async function insertSchedule(
  ctx: PaymentsContext,
  facts: AccountFacts,
  values: ScheduleValues,
): Promise<ScheduleRow> {
  const { account, business } = facts
  const write = newWriteId()
  const today = localDay(business, ctx.now)
  const told = { startDate: values.dueDate, storedStatus: null, statusDate: null }
  const state = stateOn(told, today)
  const schedule = {
    ...told,
    id: crypto.randomUUID(),
    publisherId: account.publisherId,
    businessId: account.businessId,
    accountUid: account.id,
    class: 'ScheduleOneOff',
    installmentCents: values.cents,
    payDesc: values.description,
    externalIdentifier: values.externalId,
    payMethod: account.activePayMethod,
    loadDate: today,
    statusNote: '',
    statusChangedAt: ctx.now,
    toldStatus: state.status,
    movesOn: movesOn(told, business.upcomingDaysBefore, today),
    createdAt: ctx.now,
    writeId: write,
  }
  const plan = noPlan()
  planEvent(plan, facts, { ...schedule, scheduleNo: null }, null, today)
  const marked = { table: 'pay_schedules', write } as const
  const results = await commit(ctx, [
    insertRow(ctx, schedule),
    guardFacts(ctx, [facts]),
    ...takeExternalId(ctx, schedule),
    insertAudit(ctx, 'Schedule Added', marked, schedule.id),
    insertCallNote(ctx, marked, schedule.id),
    ...writeFirstEvent(ctx, plan, schedule.id, write),
    logSchedules(ctx, 'schedule.created', [{ id: schedule.id, ...state }], write),
  ]).catch(refuseTaken)
  const row = results[0]?.results[0]
  if (!row) throw new Error('a schedule was not written')
  return fromColumns<ScheduleRow>(paySchedules, row as Row)
}

/** @throws PaymentError `invalid` where the external id was taken, else what was thrown */
function refuseTaken(error: unknown): never {
  if (!(error instanceof AlreadyThere) || !error.columns.startsWith('schedule_external_ids.')) throw error
  throw new PaymentError('invalid', [{ field: 'externalScheduleId', message: NOT_UNIQUE }])
}

function insertRow(ctx: PaymentsContext, schedule: Omit<ScheduleRow, 'scheduleNo'>): D1PreparedStatement {
  const row = toColumns(paySchedules, schedule)
  return ctx.db.prepare(`${insertSql('pay_schedules', row)} RETURNING *`).bind(JSON.stringify(row))
}

/** Takes the external id for good. @throws AlreadyThere at the commit, where a schedule of the business has or had it */
function takeExternalId(
  ctx: PaymentsContext,
  { publisherId, businessId, externalIdentifier }: Omit<ScheduleRow, 'scheduleNo'>,
): D1PreparedStatement[] {
  if (externalIdentifier === '') return []
  return [
    ctx.db
      .prepare(
        'INSERT INTO schedule_external_ids (publisher_id, business_id, external_identifier) VALUES (?, ?, ?)',
      )
      .bind(publisherId, businessId, externalIdentifier),
  ]
}
