import { logBills, newWriteId } from '../../../changes'
import { AlreadyThere, GuardBroken, guardAgainst, type Row } from '../../../platform/d1'
import { type Context, commit } from '../../context'
import { DomainError } from '../../errors'
import type { Company } from '../companies'
import type { Marketplace } from '../marketplaces'
import { type BillRow, newBillId, toBill } from './bill'
import { seatsChanged } from './effects'
import { insertBill } from './write-bills'

/** An ad-hoc bill as it is asked for. */
export type NewBill = Pick<
  BillRow,
  'priceCents' | 'description' | 'units' | 'periodStartedAt' | 'periodEndedAt' | 'thirdParty'
> & {
  /** The asker's own id: one bill for each. */
  readonly reference: string
  /** null = the company's, else that of the marketplace's first plan. */
  readonly currency: string | null
}

/** What must be the same where a reference comes again. */
const compared = [
  'priceCents',
  'description',
  'currency',
  'units',
  'periodStartedAt',
  'periodEndedAt',
  'thirdParty',
] as const

/** Currency of bills where nobody names one. */
const LAST_RESORT = 'AUD'

/**
 * Takes an ad-hoc bill to be sent (`marketplace.md` 6). The reference of an earlier one answers that one.
 * @throws DomainError `inactive` for a company that isn't the marketplace's to bill, `already_exists` where the
 *   reference came with other fields
 */
export async function addBill(
  ctx: Context,
  marketplace: Marketplace,
  company: Company,
  asked: NewBill,
): Promise<{ bill: BillRow; isNew: boolean }> {
  const currency = asked.currency ?? (company.currency || (marketplace.plans[0]?.currency ?? LAST_RESORT))
  const values = { ...asked, currency }
  const write = newWriteId()
  try {
    const [, inserted] = await commit(ctx, [
      guardAgainst(
        ctx.db,
        `NOT EXISTS (SELECT 1 FROM companies WHERE publisher_id = ?1 AND status = 'active')
           AND NOT EXISTS (SELECT 1 FROM bills WHERE publisher_id = ?1 AND reference = ?2)`,
        ctx.publisher.id,
        asked.reference,
      ),
      insertBill(ctx, {
        ...values,
        id: newBillId(),
        publisherId: ctx.publisher.id,
        kind: 'ad_hoc',
        state: 'queued',
        startsAt: ctx.now,
        nextAttemptAt: ctx.now,
        createdAt: ctx.now,
        writeId: write,
      }),
      logBills(ctx, String(ctx.publisher.id), write),
    ])
    const row = inserted?.results[0]
    if (!row) throw new Error('a bill was not written')
    return { bill: toBill(row), isNew: true }
  } catch (error) {
    if (error instanceof GuardBroken) throw new DomainError('inactive')
    if (!(error instanceof AlreadyThere)) throw error
    return { bill: await sameBill(ctx, asked), isNew: false }
  }
}

/** The bill of a reference, where it says what is asked; a currency left out is the one that was the default then. */
async function sameBill(ctx: Context, asked: NewBill): Promise<BillRow> {
  const row = await ctx.db
    .prepare('SELECT * FROM bills WHERE publisher_id = ?1 AND reference = ?2')
    .bind(ctx.publisher.id, asked.reference)
    .first<Row>()
  if (!row) throw new Error('a bill is neither new nor there')
  const bill = toBill(row)
  const values = { ...asked, currency: asked.currency ?? bill.currency }
  if (compared.some((name) => bill[name] !== values[name])) throw new DomainError('already_exists')
  return bill
}

/** The most of an extra that is bought at once. */
const MAX_QUANTITY = 100

/**
 * Buys an extra of the marketplace for a company: an ad-hoc bill, one for each `formId`.
 * @throws DomainError as `addBill`, `invalid` for an unknown extra or quantity
 */
export function buyExtra(
  ctx: Context,
  marketplace: Marketplace,
  company: Company,
  { extraId, quantity, formId }: { extraId: string; quantity: number; formId: string },
): Promise<{ bill: BillRow; isNew: boolean }> {
  const extra = marketplace.extras.find(({ id }) => id === extraId)
  if (!extra) throw new DomainError('invalid', [{ field: 'extra', message: 'Choose one of the extras.' }])
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY) {
    const message = `Must be a whole number from 1 to ${MAX_QUANTITY}.`
    throw new DomainError('invalid', [{ field: 'quantity', message }])
  }
  return addBill(ctx, marketplace, company, {
    reference: `form:${formId}`,
    priceCents: extra.priceCents * quantity,
    currency: extra.currency,
    description: quantity === 1 ? extra.name : `${quantity} × ${extra.name}`,
    units: quantity,
    periodStartedAt: null,
    periodEndedAt: null,
    thirdParty: false,
  })
}

/**
 * Tries a failed bill once more, from the first delay on. One that isn't failed is left alone.
 * @throws DomainError `not_found`, `inactive` as `addBill`, `already_exists` where another recurring bill is open by now
 */
export async function retryBill(ctx: Context, id: string): Promise<BillRow> {
  const write = newWriteId()
  try {
    const [retried] = await commit(ctx, [
      ctx.db
        .prepare(
          `UPDATE bills SET state = iif(kind = 'recurring' AND cancel_wanted = 1, 'cancelling', 'queued'),
             cancel_wanted = iif(kind = 'recurring', cancel_wanted, 0), tries = 0, next_attempt_at = ?1, write_id = ?2
           WHERE id = ?3 AND publisher_id = ?4 AND state = 'failed'
             AND (cancel_wanted = 1 AND kind = 'recurring'
               OR EXISTS (SELECT 1 FROM companies c WHERE c.publisher_id = ?4 AND c.status = 'active'))`,
        )
        .bind(ctx.now, write, id, ctx.publisher.id),
      logBills(ctx, String(ctx.publisher.id), write),
      // While it lay there, users may have come and gone.
      ...seatsChanged(ctx, String(ctx.publisher.id)),
    ])
    if ((retried?.meta.changes ?? 0) === 0) await assertNotFailed(ctx, id)
  } catch (error) {
    if (error instanceof AlreadyThere) throw new DomainError('already_exists')
    throw error
  }
  return readBill(ctx, id)
}

async function assertNotFailed(ctx: Context, id: string): Promise<void> {
  const bill = await readBill(ctx, id)
  if (bill.state === 'failed') throw new DomainError('inactive')
}

async function readBill(ctx: Context, id: string): Promise<BillRow> {
  const row = await ctx.db
    .prepare('SELECT * FROM bills WHERE id = ?1 AND publisher_id = ?2')
    .bind(id, ctx.publisher.id)
    .first<Row>()
  if (!row) throw new DomainError('not_found')
  return toBill(row)
}
