import { logSchedules, newWriteId } from '../../changes'
import { paySchedules } from '../../db/schema'
import { anew } from '../anew'
import { setSql, toColumns } from '../columns'
import { commit } from '../context'
import { isRealDay } from '../dates'
import type { FieldIssue } from '../errors'
import { findSchedule } from './account-view'
import { noPlan, planEvent } from './calendar-plan'
import type { PaymentsContext } from './context'
import { PaymentError } from './errors'
import { type AccountFacts, guardFacts } from './facts'
import { movesOn, type ScheduleRow, stateOn, tenYearsOn } from './life'
import { insertAudit } from './records'
import { findEventOf, guardSchedules } from './schedule-rows'
import { takeText } from './texts'
import { writeEvents } from './write-events'

/** What a biller tells of a schedule. */
type Told = { readonly storedStatus: Stored; readonly statusDate: string; readonly statusNote: string }
type Stored = NonNullable<ScheduleRow['storedStatus']>

const stored: readonly Stored[] = ['promised', 'paid', 'overdue', 'failed']
const MAX_NOTE = 500

/**
 * Takes what a biller tells of a schedule (`payments.md` 7); said again, it writes nothing. State, audit record, event
 * and log commit together.
 * @throws PaymentError `not_found`, `no_account_access`, `invalid`, `already_paid`
 */
export async function setStatus(
  ctx: PaymentsContext,
  accountId: string,
  scheduleId: string,
  readBody: () => Promise<Record<string, unknown>>,
): Promise<{ schedule: ScheduleRow; today: string }> {
  return anew(async () => {
    const { facts, schedule, today } = await findSchedule(ctx, accountId, scheduleId)
    const told = statusValues(await readBody(), schedule, today)
    const isSaidAgain = Object.entries(told).every(([name, value]) => schedule[name as keyof Told] === value)
    if (isSaidAgain) return { schedule, today }
    if (schedule.storedStatus === 'paid' && told.storedStatus !== 'failed') {
      throw new PaymentError('already_paid')
    }
    return { schedule: await writeStatus(ctx, facts, schedule, told, today), today }
  })
}

/** @throws PaymentError `invalid` with all that is wrong */
function statusValues(body: Record<string, unknown>, schedule: ScheduleRow, today: string): Told {
  const issues: FieldIssue[] = []
  const tell = (field: string, message: string | null) => {
    if (message !== null) issues.push({ field, message })
  }
  const storedStatus = stored.find((status) => status === body.status)
  tell('status', statusFault(body.status, storedStatus, schedule, today))
  tell('date', dateFault(body.date, storedStatus, today))
  const note = takeText(body.note, MAX_NOTE, { lines: true })
  if ('fault' in note) {
    tell(
      'note',
      note.fault === 'invalid' ? 'Note is invalid.' : `Note must not exceed ${MAX_NOTE} characters.`,
    )
  }
  if (issues.length > 0 || !storedStatus || 'fault' in note) throw new PaymentError('invalid', issues)
  const statusDate = isNone(body.date) ? today : String(body.date)
  return { storedStatus, statusDate, statusNote: note.value }
}

const isNone = (given: unknown) => given === undefined || given === null || given === ''

function statusFault(
  given: unknown,
  status: Stored | undefined,
  { startDate }: ScheduleRow,
  today: string,
): string | null {
  if (isNone(given)) return 'Status is required.'
  if (!status) return 'Status is invalid.'
  const isEarly = status === 'overdue' && startDate > today
  return isEarly ? 'Status must not be overdue before the due date.' : null
}

function dateFault(given: unknown, status: Stored | undefined, today: string): string | null {
  if (isNone(given)) return status === 'promised' ? 'Date is required.' : null
  if (typeof given !== 'string' || !isRealDay(given)) return 'Date is invalid.'
  if (!status) return null
  const isInRange = status === 'promised' ? given >= today && given <= tenYearsOn(today) : given <= today
  return isInRange ? null : 'Date is invalid.'
}

async function writeStatus(
  ctx: PaymentsContext,
  facts: AccountFacts,
  before: ScheduleRow,
  told: Told,
  today: string,
): Promise<ScheduleRow> {
  const write = newWriteId()
  const marked = { table: 'pay_schedules', write } as const
  const after = { ...before, ...told }
  const state = stateOn(after, today)
  const changes = {
    ...told,
    statusChangedAt: ctx.now,
    toldStatus: state.status,
    movesOn: movesOn(after, facts.business.upcomingDaysBefore, today),
    writeId: write,
  }
  const plan = noPlan()
  planEvent(plan, facts, after, await findEventOf(ctx.db, before), today, true)
  const row = toColumns(paySchedules, changes)
  await commit(ctx, [
    guardFacts(ctx, [facts]),
    guardSchedules(ctx.db, [before]),
    ctx.db
      .prepare(`UPDATE pay_schedules SET ${setSql(row)} WHERE schedule_no = ?2 AND publisher_id = ?3`)
      .bind(JSON.stringify(row), before.scheduleNo, ctx.publisher.id),
    insertAudit(ctx, 'Schedule Status Changed', marked, before.id),
    ...writeEvents(ctx, plan, write),
    logSchedules(ctx, 'schedule.status_changed', [{ id: before.id, ...state }], write),
  ])
  return { ...after, ...changes }
}
