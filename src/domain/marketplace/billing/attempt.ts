import { logBills, newWriteId } from '../../../changes'
import { bills } from '../../../db/schema'
import type { Database, Row } from '../../../platform/d1'
import { setSql, toColumns } from '../../columns'
import { LEASE_MS, retryAt, type Unknown } from '../hub-answers'
import { logEntry } from '../log'
import { type MarketplaceRow, toMarketplace } from '../marketplaces'
import { type BillRow, due, markerOf, SENDABLE, toBill } from './bill'
import { deleteRecurring, findBill, type Hub, postBill, readNextExecution } from './hub-bills'

/**
 * One attempt at what is due for a bill (`marketplace.md` 6): it is created at the marketplace once, whatever dies
 * between, or cancelled there. Who takes the lease acts; what it learns is stored under that lease.
 */

/** What an attempt needs; `now` is asked anew after each call. */
export type BillingContext = {
  readonly db: Database
  readonly now: () => number
  readonly encryptionKey: () => string
}

/** A bill that is due, with whom it is sent to. */
type Held = {
  readonly bill: BillRow
  readonly hub: Hub
  readonly tenant: string
  readonly groupUid: string
  readonly lease: string
}

/** When a bill is due again: to be woken then. */
export type Due = { readonly id: string; readonly at: number }

/**
 * Does what is due for a bill, if anything is and nobody else is at it. Until the bill before it has ended at the
 * marketplace, a recurring bill isn't created there.
 * @returns what is due next because of it
 */
export async function attemptBill(ctx: BillingContext, id: string): Promise<Due[]> {
  const held = await takeLease(ctx, id)
  if (!held) return []
  return held.bill.state === 'cancelling' ? cancel(ctx, held) : create(ctx, held)
}

const BILLED = `SELECT m.*, c.group_uid FROM companies c JOIN marketplaces m ON m.tenant = c.tenant`

async function takeLease(ctx: BillingContext, id: string): Promise<Held | null> {
  const now = ctx.now()
  const lease = newWriteId()
  const [leased, billed] = await ctx.db.batch<Row>([
    ctx.db
      .prepare(
        `UPDATE bills AS b SET lease = ?1, lease_until = ?2 + ${LEASE_MS}, attempts = attempts + 1, tries = tries + 1,
           state = iif(state = 'scheduled', 'queued', state), write_id = ?1
         WHERE b.id = ?3 AND ${due('?2')} RETURNING *`,
      )
      .bind(lease, now, id),
    ctx.db
      .prepare(`${BILLED} JOIN bills b ON b.publisher_id = c.publisher_id WHERE b.id = ?1 AND b.lease = ?2`)
      .bind(id, lease),
  ])
  const row = leased?.results[0]
  const whom = billed?.results[0] as (MarketplaceRow & { group_uid: string }) | undefined
  if (!row || !whom) return null
  const hub = toMarketplace(whom, ctx.encryptionKey)
  return { bill: toBill(row), hub, tenant: whom.tenant, groupUid: whom.group_uid, lease }
}

async function create(ctx: BillingContext, held: Held): Promise<Due[]> {
  const { bill, hub, groupUid } = held
  if (bill.uncertain) {
    const found = await findBill(hub, groupUid, bill)
    if (found.kind !== 'done') return tryAgain(ctx, held, found)
    if (found.value !== null) return taken(ctx, held, found.value, 'found')
  }
  if (!(await recordAttempt(ctx, held))) return letGo(ctx, held)
  const answer = await postBill(hub, bill.kind, bodyOf(bill, groupUid, ctx.now()))
  if (answer.kind === 'done') return taken(ctx, held, answer.value, 'sent')
  if (answer.kind === 'unknown') return tryAgain(ctx, held, answer)
  return finish(ctx, held, 'refused', answer.why, {
    state: 'failed',
    lastError: answer.why,
    uncertain: false,
  })
}

/** Records that the bill goes out now, while it is still wanted and the lease still holds. */
async function recordAttempt({ db, now }: BillingContext, { bill, lease }: Held): Promise<boolean> {
  const recorded = await db
    .prepare(
      `UPDATE bills AS b SET uncertain = 1 WHERE b.id = ?1 AND lease = ?2 AND lease_until > ?3 AND cancel_wanted = 0
         AND state = 'queued' AND ${SENDABLE} RETURNING id`,
    )
    .bind(bill.id, lease, now())
    .first()
  return recorded !== null
}

/** Gives the lease back unused: somebody wants something else by now. */
async function letGo({ db, now }: BillingContext, { bill, lease }: Held): Promise<Due[]> {
  await db
    .prepare('UPDATE bills SET lease = NULL, lease_until = NULL WHERE id = ?1 AND lease = ?2')
    .bind(bill.id, lease)
    .run()
  return [{ id: bill.id, at: now() }]
}

/** The marketplace has the bill: it is sent, or, where that is no longer wanted, to be cancelled there. */
function taken(ctx: BillingContext, held: Held, hubId: string, code: string): Promise<Due[]> {
  const { bill } = held
  return finish(ctx, held, code, hubId, {
    state: bill.kind === 'recurring' ? 'active' : 'sent',
    hubId,
    uncertain: false,
    lastError: null,
  })
}

/** Nothing certain is known: it is tried again later, or given up. */
async function tryAgain(ctx: BillingContext, held: Held, { why, retryAfterMs }: Unknown): Promise<Due[]> {
  const at = retryAt(held.bill.tries, ctx.now(), retryAfterMs)
  return finish(ctx, held, at === null ? 'given_up' : 'retry', why, {
    lastError: why,
    nextAttemptAt: at,
    ...(at === null ? { state: 'failed' } : {}),
  })
}

async function cancel(ctx: BillingContext, held: Held): Promise<Due[]> {
  const { bill, hub, groupUid } = held
  let { hubId } = bill
  if (hubId === null && bill.uncertain) {
    const found = await findBill(hub, groupUid, bill)
    if (found.kind !== 'done') return tryAgain(ctx, held, found)
    hubId = found.value
  }
  const known: Partial<BillRow> = { hubId, uncertain: false }
  let next = bill.nextExecutionAt
  if (hubId !== null) {
    if (!bill.executionRead) {
      const read = await readNextExecution(hub, hubId)
      if (read.kind !== 'done') return tryAgain(ctx, held, read)
      next = read.value
      await remember(ctx, held, { ...known, nextExecutionAt: next, executionRead: true })
    }
    const ended = await deleteRecurring(hub, hubId)
    if (ended.kind !== 'done') return tryAgain(ctx, held, ended)
  }
  const done = { ...known, state: 'cancelled', lastError: null } as const
  // What was paid for is not billed again: the next bill begins where this one would have gone on.
  const paidUntil = next ?? (hubId === null ? bill.startDate : null)
  return finish(ctx, held, 'cancelled', hubId ?? '', done, paidUntil)
}

/** Stores what was learnt on the way, under the lease. */
async function remember(
  { db }: BillingContext,
  { bill, lease }: Held,
  values: Partial<BillRow>,
): Promise<void> {
  const row = toColumns(bills, values)
  await db
    .prepare(`UPDATE bills SET ${setSql(row)} WHERE id = ?2 AND lease = ?3`)
    .bind(JSON.stringify(row), bill.id, lease)
    .run()
}

/**
 * Ends an attempt: what was learnt is stored, the lease is given back, and the log tells of it, in one batch. A bill
 * that was to be ended while it was on its way is due at once: what may be at the marketplace is cancelled there, an
 * ad-hoc bill is not tried again.
 */
async function finish(
  ctx: BillingContext,
  held: Held,
  code: string,
  detail: string,
  { state, nextAttemptAt = null, ...learnt }: Partial<BillRow>,
  paidUntil: number | null = null,
): Promise<Due[]> {
  const { db } = ctx
  const { bill, tenant, groupUid, lease } = held
  const { id, publisherId } = bill
  const now = ctx.now()
  const write = newWriteId()
  const row = toColumns(bills, { ...learnt, writeId: write })
  const isOvertaken = bill.state === 'cancelling' ? 'false' : 'cancel_wanted = 1'
  const isRecurring = `kind = 'recurring'`
  const results = await db.batch<Row>([
    db
      .prepare(
        `UPDATE bills SET ${setSql(row)}, lease = NULL, lease_until = NULL,
           state = iif(${isOvertaken} AND ${isRecurring}, 'cancelling', coalesce(?4, state)),
           next_attempt_at = iif(${isOvertaken}, iif(${isRecurring}, ?6, NULL), ?5),
           tries = iif(${isOvertaken}, 0, tries)
         WHERE id = ?2 AND lease = ?3`,
      )
      .bind(JSON.stringify(row), id, lease, state ?? null, nextAttemptAt, now),
    db
      .prepare(
        `UPDATE bills SET start_date = ?1 WHERE publisher_id = ?2 AND ?1 > ?5 AND ${isRecurring}
           AND state IN ('scheduled', 'queued') AND hub_id IS NULL AND uncertain = 0
           AND EXISTS (SELECT 1 FROM bills o WHERE o.id = ?3 AND o.write_id = ?4)`,
      )
      .bind(paidUntil, publisherId, id, write, now),
    logBills({ db, now, actor: 'cron' }, String(publisherId), write),
    logEntry(db, { at: now, tenant, kind: 'billing', code, groupUid, reference: id, detail }),
    db
      .prepare(
        `SELECT id, next_attempt_at AS at FROM bills WHERE publisher_id = ?1 AND next_attempt_at IS NOT NULL
           AND (id = ?2 OR next_attempt_at <= ?3)`,
      )
      .bind(publisherId, id, now),
  ])
  return (results.at(-1)?.results ?? []).map((due) => ({ id: String(due.id), at: Number(due.at) }))
}

/** A bill as the marketplace takes it. */
function bodyOf(bill: BillRow, groupUid: string, now: number): Record<string, unknown> {
  const common = {
    group_id: groupUid,
    price_cents: bill.priceCents,
    description: `${bill.description} ${markerOf(bill.id)}`,
    currency: bill.currency,
  }
  const iso = (at: number) => new Date(at).toISOString()
  if (bill.kind === 'recurring') {
    const { cycles, startDate } = bill
    return {
      ...common,
      period: bill.period,
      frequency: bill.frequency,
      initial_cents: bill.initialCents,
      ...(cycles === null ? {} : { cycles }),
      ...(startDate !== null && startDate > now ? { start_date: iso(startDate) } : {}),
    }
  }
  const { units, periodStartedAt, periodEndedAt, thirdParty } = bill
  return {
    ...common,
    ...(units === null ? {} : { units }),
    ...(periodStartedAt === null ? {} : { period_started_at: iso(periodStartedAt) }),
    ...(periodEndedAt === null ? {} : { period_ended_at: iso(periodEndedAt) }),
    ...(thirdParty ? { third_party: true } : {}),
  }
}
