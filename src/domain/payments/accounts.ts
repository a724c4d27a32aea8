import { logAccount, newWriteId } from '../../changes'
import { accounts } from '../../db/schema'
import { guardAgainst } from '../../platform/d1'
import { anew } from '../anew'
import { insertSql, setSql, toColumns } from '../columns'
import { commit } from '../context'
import type { FieldIssue } from '../errors'
import { type AccountValues, accountValues, emailOf, isAccountId, type Named } from './account-fields'
import { noPlan, planEvent, shownAt } from './calendar-plan'
import { type PaymentsContext, reaches } from './context'
import { PaymentError } from './errors'
import {
  type AccountFacts,
  type AccountRow,
  accessible,
  type CalendarTarget,
  guardFacts,
  OF_ACCOUNT_ID,
  readFacts,
  selectFacts,
} from './facts'
import { type BusinessRow, localDay } from './life'
import {
  guardSchedules,
  readSchedules,
  type ScheduleWithEvent,
  SHOWABLE,
  selectSchedules,
} from './schedule-rows'
import { writeEvents } from './write-events'

type Body = Record<string, unknown>

/** A change of a link writes so many events at once; the every-minute cron does the rest. */
const AT_ONCE = 200

/**
 * Makes an account or replaces it (PUT). Its business decides who may: it is judged before the other fields.
 * @throws PaymentError `invalid`, `no_business_access`, `no_account_access`
 */
export async function putAccount(
  ctx: PaymentsContext,
  accountId: string,
  readBody: () => Promise<Body>,
): Promise<{ isNew: boolean }> {
  return anew(async () => {
    const known = isAccountId(accountId) ? await readKnown(ctx, accountId) : null
    const body = await readBody()
    if (known) {
      await changeAccount(ctx, known, body, undefined)
      return { isNew: false }
    }
    await createAccount(ctx, accountId, body)
    return { isNew: true }
  })
}

/** Changes the given fields of an account (PATCH). @throws PaymentError `not_found`, `no_account_access`, `invalid` */
export async function patchAccount(
  ctx: PaymentsContext,
  accountId: string,
  readBody: () => Promise<Body>,
): Promise<void> {
  await anew(async () => {
    const known = await readKnown(ctx, accountId)
    if (!known) throw new PaymentError('not_found')
    await changeAccount(ctx, known, await readBody(), known.account)
  })
}

async function readKnown(ctx: PaymentsContext, accountId: string): Promise<AccountFacts | null> {
  const facts = readFacts(
    await ctx.db.batch<Record<string, unknown>>(selectFacts(ctx, OF_ACCOUNT_ID, ctx.publisher.id, accountId)),
  )
  return facts.size === 0 ? null : accessible(ctx, facts)
}

async function createAccount(ctx: PaymentsContext, accountId: string, body: Body): Promise<void> {
  const issues: FieldIssue[] = []
  if (!isAccountId(accountId)) issues.push({ field: 'accountId', message: 'AccountId is invalid.' })
  const business = await namedBusiness(ctx, body, issues)
  const { named } = await findNamed(ctx, body)
  const today = localDay(business ?? ctx.publisher, ctx.now)
  const values = accountValues(body, named, today, issues)
  if (!business) throw new Error('a business that was not found is an issue')
  const mark = newWriteId()
  const row = toColumns(accounts, {
    ...values,
    id: crypto.randomUUID(),
    publisherId: ctx.publisher.id,
    accountId,
    businessId: business.businessId,
    createdAt: ctx.now,
    updatedAt: ctx.now,
    calendarStale: false,
    writeId: mark,
  })
  await commit(ctx, [
    ...guardLink(ctx, values.subscriberId),
    ctx.db.prepare(insertSql('accounts', row)).bind(JSON.stringify(row)),
    logAccount(ctx, 'account.created', String(row.id), mark),
  ])
}

/** The business that a new account is for; what is wrong with it becomes an issue. @throws PaymentError `no_business_access` */
async function namedBusiness(
  ctx: PaymentsContext,
  { businessAccountId: id }: Body,
  issues: FieldIssue[],
): Promise<Pick<BusinessRow, 'businessId' | 'timezone'> | null> {
  const fault = (message: string) => {
    issues.push({ field: 'businessAccountId', message: `BusinessAccountId ${message}` })
    return null
  }
  if (id === undefined || id === null || id === '') return fault('is required.')
  if (typeof id !== 'string' || !/^[A-Za-z0-9]{1,15}$/.test(id)) return fault('is invalid.')
  if (!reaches(ctx, id)) throw new PaymentError('no_business_access')
  const found = await ctx.db
    .prepare('SELECT timezone FROM businesses WHERE publisher_id = ?1 AND business_id = ?2')
    .bind(ctx.publisher.id, id)
    .first<{ timezone: string }>()
  return found ? { businessId: id, timezone: found.timezone } : fault('could not be found.')
}

/** Whom a body names, and the calendars of those found. */
async function findNamed(ctx: PaymentsContext, body: Body) {
  const { subscriberId } = body
  const calendar = `JOIN calendars c ON c.owner_id = s.id AND c.deleted_at IS NULL WHERE s.state = 'active'`
  const [byId, byEmail] = await ctx.db.batch<{ id: string; ownerId: string }>([
    ctx.db
      .prepare(
        `SELECT c.id, s.id AS ownerId FROM subscribers x JOIN subscribers s ON s.id = coalesce(x.merged_into, x.id)
         ${calendar} AND x.id = ?1 AND x.publisher_id = ?2`,
      )
      .bind(typeof subscriberId === 'string' ? subscriberId : '', ctx.publisher.id),
    ctx.db
      .prepare(
        `SELECT c.id, s.id AS ownerId FROM contacts k JOIN subscribers s ON s.id = k.subscriber_id
         ${calendar} AND k.publisher_id = ?2 AND k.kind = 'email' AND k.value = ?1 AND k.verified = 1`,
      )
      .bind(emailOf(body) ?? '', ctx.publisher.id),
  ])
  const found: CalendarTarget[] = [...(byId?.results ?? []), ...(byEmail?.results ?? [])]
  const named: Named = {
    subscriber: byId?.results[0]?.ownerId ?? null,
    holder: byEmail?.results[0]?.ownerId ?? null,
  }
  return { named, found }
}

/** Rolls back where somebody whom an account is to be linked to has left, or was merged away, since they were found. */
function guardLink(ctx: PaymentsContext, subscriberId: string | null): D1PreparedStatement[] {
  if (subscriberId === null) return []
  const gone = `NOT EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND state = 'active')`
  return [guardAgainst(ctx.db, gone, subscriberId)]
}

/** Changes an account; `current` left out replaces it. Writes nothing where nothing differs. */
async function changeAccount(
  ctx: PaymentsContext,
  before: AccountFacts,
  body: Body,
  current: AccountValues | undefined,
): Promise<void> {
  const issues = businessIssues(before, body, current === undefined)
  const { named, found } = await findNamed(ctx, body)
  const today = localDay(before.business, ctx.now)
  const values = accountValues(body, named, today, issues, current)
  const changed = Object.entries(values).filter(
    ([name, value]) => before.account[name as keyof AccountRow] !== value,
  )
  if (changed.length === 0) return
  const account = { ...before.account, ...values }
  const sameLink = values.subscriberId === before.account.subscriberId
  const target = sameLink
    ? before.target
    : (found.find((each) => each.ownerId === values.subscriberId) ?? null)
  const after: AccountFacts = { ...before, account, target }
  const mark = newWriteId()
  const moved = shownAt(after)?.id !== shownAt(before)?.id
  const events = moved ? await moveEvents(ctx, after, today, mark) : { statements: [], rest: false }
  await commit(ctx, [
    guardFacts(ctx, [before]),
    ...guardLink(ctx, sameLink ? null : values.subscriberId),
    updateAccount(ctx, account, Object.fromEntries(changed), events.rest, mark),
    ...events.statements,
    logAccount(ctx, 'account.updated', account.id, mark),
  ])
}

function businessIssues(
  { account }: AccountFacts,
  { businessAccountId: id }: Body,
  isPut: boolean,
): FieldIssue[] {
  const issue = (message: string) => [{ field: 'businessAccountId', message: `BusinessAccountId ${message}` }]
  if (id === account.businessId || (id === undefined && !isPut)) return []
  if (isPut && (id === undefined || id === null || id === '')) return issue('is required.')
  if (typeof id === 'string' || id === null) return issue('must not be changed.')
  return issue('is invalid.')
}

function updateAccount(
  ctx: PaymentsContext,
  { id }: AccountRow,
  changed: Partial<AccountRow>,
  rest: boolean,
  mark: string,
): D1PreparedStatement {
  const row = toColumns(accounts, changed)
  return ctx.db
    .prepare(
      `UPDATE accounts SET ${setSql(row)}, updated_at = ?2, write_id = ?3, calendar_stale = max(calendar_stale, ?4)
       WHERE id = ?5 AND publisher_id = ?6`,
    )
    .bind(JSON.stringify(row), ctx.now, mark, rest ? 1 : 0, id, ctx.publisher.id)
}

/** Statements that show an account's schedules where they belong by now, and whether some are left for later. */
async function moveEvents(ctx: PaymentsContext, after: AccountFacts, today: string, mark: string) {
  const selected = selectSchedules(
    ctx.db,
    `s.account_uid = ?1 AND ${SHOWABLE} ORDER BY s.schedule_no LIMIT ${AT_ONCE + 1}`,
    after.account.id,
  )
  const found = readSchedules(await ctx.db.batch<Record<string, unknown>>(selected))
  const now = found.slice(0, AT_ONCE)
  const rest = found.length > AT_ONCE
  const plan = noPlan()
  for (const { schedule, event } of now) planEvent(plan, after, schedule, event, today)
  return {
    statements: [...guardAccountSchedules(ctx, after, now, rest), ...writeEvents(ctx, plan, mark)],
    rest,
  }
}

/** Rolls back where a schedule that was read has changed, or there is one to show that was not; unless the rest is for later. */
function guardAccountSchedules(
  ctx: PaymentsContext,
  { account }: AccountFacts,
  read: readonly ScheduleWithEvent[],
  rest: boolean,
): D1PreparedStatement[] {
  const same = guardSchedules(
    ctx.db,
    read.map(({ schedule }) => schedule),
  )
  if (rest) return [same]
  const more = `EXISTS (SELECT 1 FROM pay_schedules s WHERE s.account_uid = ?1 AND s.class = 'ScheduleOneOff'
    AND s.schedule_no NOT IN (SELECT value FROM json_each(?2)) AND ${SHOWABLE})`
  const numbers = read.map(({ schedule }) => schedule.scheduleNo)
  return [same, guardAgainst(ctx.db, more, account.id, JSON.stringify(numbers))]
}
