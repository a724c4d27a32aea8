import { logBills, logCompany, newWriteId } from '../../../changes'
import type { Plan } from '../../../db/schema'
import { type Database, guardAgainst, type Row } from '../../../platform/d1'
import { anew } from '../../anew'
import { type Context, commit } from '../../context'
import { DomainError } from '../../errors'
import type { Marketplace } from '../marketplaces'
import { type BillRow, newBillId, OPEN, toBill } from './bill'
import { changeUntouched, endRecurring, insertBill, startWhenPaidUntil } from './write-bills'

/** What a company's recurring bill is judged by, as of one moment. */
type Facts = {
  readonly writeId: string
  readonly planId: string | null
  readonly trialEndsAt: number | null
  /** Active users. */
  readonly seats: number
  readonly open: BillRow | null
  /** Whether an earlier recurring bill reached the marketplace: it has had the initial price. */
  readonly hadInitial: boolean
}

/** What a recurring bill says. */
type Terms = Pick<
  BillRow,
  | 'planId'
  | 'unitCents'
  | 'seats'
  | 'priceCents'
  | 'currency'
  | 'description'
  | 'period'
  | 'frequency'
  | 'cycles'
  | 'initialCents'
>

/**
 * Chooses a plan of the marketplace for a company (`marketplace.md` 6): plan and bill commit together. The plan that is
 * chosen already changes nothing.
 * @throws DomainError `not_found` for a company that isn't the marketplace's to bill, `invalid` for an unknown plan
 */
export async function choosePlan(ctx: Context, marketplace: Marketplace, planId: string): Promise<void> {
  const plan = marketplace.plans.find(({ id }) => id === planId)
  if (!plan) throw new DomainError('invalid', [{ field: 'plan', message: 'Choose one of the plans.' }])
  await inRounds(ctx, async (facts) => {
    if (facts.planId === planId) return
    const write = newWriteId()
    await commit(ctx, [
      guardFacts(ctx, facts),
      ctx.db
        .prepare(
          `UPDATE companies SET plan_id = ?1, plan_name = ?2, plan_selected_at = ?3, write_id = ?4 WHERE publisher_id = ?5`,
        )
        .bind(plan.id, plan.name, ctx.now, write, ctx.publisher.id),
      ...replaceBill(ctx, facts, termsOf(plan, facts), write),
      logCompany(ctx, 'plan.chosen', write),
      logBills(ctx, String(ctx.publisher.id), write),
    ])
  })
}

/** Drops the plan and cancels its bill; without a plan nothing happens. @throws DomainError `not_found` */
export async function dropPlan(ctx: Context): Promise<void> {
  await inRounds(ctx, async (facts) => {
    if (facts.planId === null) return
    const write = newWriteId()
    await commit(ctx, [
      guardFacts(ctx, facts),
      ctx.db
        .prepare(
          `UPDATE companies SET plan_id = NULL, plan_name = NULL, plan_selected_at = NULL, write_id = ?1 WHERE publisher_id = ?2`,
        )
        .bind(write, ctx.publisher.id),
      ...replaceBill(ctx, facts, null, write),
      logCompany(ctx, 'plan.chosen', write),
      logBills(ctx, String(ctx.publisher.id), write),
    ])
  })
}

/** Brings a company's bill in line with the number of its users, where its plan is priced by them. */
export async function settleSeats(ctx: Context): Promise<void> {
  await inRounds(ctx, async (facts) => {
    const { open } = facts
    const write = newWriteId()
    const seats = Math.max(1, facts.seats)
    const isInLine = !open || open.seats === null || open.seats === seats
    const terms = isInLine ? null : { ...open, seats, priceCents: (open.unitCents ?? 0) * seats }
    await commit(ctx, [
      guardFacts(ctx, facts),
      ...(terms
        ? [...replaceBill(ctx, facts, terms, write), logBills(ctx, String(ctx.publisher.id), write)]
        : []),
      ctx.db.prepare('UPDATE companies SET seats_changed = 0 WHERE publisher_id = ?1').bind(ctx.publisher.id),
    ])
  }).catch((error: unknown) => {
    // A company that isn't billed any more has nothing to be brought in line.
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error
    return ctx.db
      .prepare('UPDATE companies SET seats_changed = 0 WHERE publisher_id = ?1')
      .bind(ctx.publisher.id)
      .run()
  })
}

/** Does something with the facts; where they have changed before it committed, once more. */
function inRounds(ctx: Context, act: (facts: Facts) => Promise<void>): Promise<void> {
  return anew(async () => {
    const facts = await readFacts(ctx.db, ctx.publisher.id)
    if (!facts) throw new DomainError('not_found')
    await act(facts)
  })
}

const SEATS = `(SELECT count(*) FROM memberships m WHERE m.publisher_id = c.publisher_id AND m.status = 'active')`

async function readFacts(db: Database, publisherId: number): Promise<Facts | null> {
  const [companies, open] = await db.batch<Row>([
    db
      .prepare(
        `SELECT c.write_id, c.plan_id, c.trial_ends_at, ${SEATS} AS seats,
           EXISTS (SELECT 1 FROM bills b WHERE b.publisher_id = c.publisher_id AND b.kind = 'recurring'
             AND (b.hub_id IS NOT NULL OR b.uncertain = 1)) AS had_initial
         FROM companies c WHERE c.publisher_id = ?1 AND c.status = 'active'`,
      )
      .bind(publisherId),
    db.prepare(`SELECT * FROM bills WHERE publisher_id = ?1 AND ${OPEN}`).bind(publisherId),
  ])
  const company = companies?.results[0]
  if (!company) return null
  const bill = open?.results[0]
  return {
    writeId: String(company.write_id),
    planId: company.plan_id === null ? null : String(company.plan_id),
    trialEndsAt: company.trial_ends_at === null ? null : Number(company.trial_ends_at),
    seats: Number(company.seats),
    open: bill ? toBill(bill) : null,
    hadInitial: company.had_initial === 1,
  }
}

/** Rolls back where the company, its trial, the number of its users or its open bill is no longer as it was read. */
function guardFacts(ctx: Context, { writeId, seats, open, trialEndsAt }: Facts): D1PreparedStatement {
  return guardAgainst(
    ctx.db,
    `NOT EXISTS (SELECT 1 FROM companies c WHERE c.publisher_id = ?1 AND c.status = 'active' AND c.write_id = ?2
       AND ${SEATS} = ?3 AND c.trial_ends_at IS ?5 AND (SELECT b.write_id FROM bills b WHERE b.publisher_id = c.publisher_id AND ${OPEN}) IS ?4)`,
    ctx.publisher.id,
    writeId,
    seats,
    open?.writeId ?? null,
    trialEndsAt,
  )
}

/** What the bill of a plan says; null for a plan that costs nothing. */
function termsOf(plan: Plan, { seats, hadInitial }: Facts): Terms | null {
  if (plan.priceCents === 0) return null
  const counted = plan.perUser ? Math.max(1, seats) : null
  return {
    planId: plan.id,
    unitCents: plan.priceCents,
    seats: counted,
    priceCents: plan.priceCents * (counted ?? 1),
    currency: plan.currency,
    description: plan.description || plan.name,
    period: plan.period,
    frequency: plan.frequency,
    cycles: plan.cycles,
    initialCents: hadInitial ? 0 : plan.initialCents,
  }
}

/**
 * Makes the open bill say something else, or nothing. What the marketplace can't have yet is changed in place; what it
 * has is cancelled there, and the new one sent after that.
 */
function replaceBill(
  ctx: Context,
  { open, trialEndsAt }: Facts,
  terms: Terms | null,
  write: string,
): D1PreparedStatement[] {
  if (open && terms && isUntouched(open, ctx.now)) {
    const { planId, unitCents, seats, priceCents, currency, description, period, frequency, cycles } = terms
    const changed = { planId, unitCents, seats, priceCents, currency, description, period, frequency, cycles }
    return changeUntouched(ctx, open.id, { ...changed, initialCents: terms.initialCents, writeId: write })
  }
  const ended = endRecurring(ctx, String(ctx.publisher.id), write)
  if (!terms) return ended
  const isTrial = trialEndsAt !== null && trialEndsAt > ctx.now
  const startsAt = isTrial ? trialEndsAt : ctx.now
  const id = newBillId()
  return [
    ...ended,
    insertBill(ctx, {
      planId: terms.planId,
      unitCents: terms.unitCents,
      seats: terms.seats,
      priceCents: terms.priceCents,
      currency: terms.currency,
      description: terms.description,
      period: terms.period,
      frequency: terms.frequency,
      cycles: terms.cycles,
      // What is replaced at the marketplace has been charged for already.
      initialCents: open ? 0 : terms.initialCents,
      id,
      publisherId: ctx.publisher.id,
      kind: 'recurring',
      state: isTrial ? 'scheduled' : 'queued',
      startsAt,
      nextAttemptAt: startsAt,
      createdAt: ctx.now,
      writeId: write,
    }),
    startWhenPaidUntil(ctx, id),
  ]
}

function isUntouched({ hubId, uncertain, leaseUntil }: BillRow, now: number): boolean {
  return hubId === null && !uncertain && (leaseUntil === null || leaseUntil < now)
}
