import type { InferSelectModel } from 'drizzle-orm'
import { bills } from '../../../db/schema'
import type { Database, Row } from '../../../platform/d1'
import { newId } from '../../../platform/ids'
import { fromColumns } from '../../columns'

export type BillRow = InferSelectModel<typeof bills>

/** A recurring bill that is billed, or will be. */
export const OPEN = `kind = 'recurring' AND state IN ('scheduled', 'queued', 'active')`

/** SQL of a bill of which nothing can have reached the marketplace, at the time `?` names. */
export const untouched = (now: string) =>
  `hub_id IS NULL AND uncertain = 0 AND (lease_until IS NULL OR lease_until < ${now})`

/** SQL over `bills b`: a bill that is to be attempted at the time `?` names, and that nobody is at. */
export const due = (now: string) =>
  `b.next_attempt_at <= ${now} AND (b.lease_until IS NULL OR b.lease_until < ${now}) AND ${SENDABLE}`

/**
 * SQL over `bills b`: a bill whose marketplace may be called for it. Until the bill before it has ended there, a
 * recurring bill isn't created.
 */
export const SENDABLE = `EXISTS (SELECT 1 FROM companies c JOIN marketplaces m ON m.tenant = c.tenant
    WHERE c.publisher_id = b.publisher_id AND m.enabled = 1 AND (c.status = 'active' OR b.state = 'cancelling'))
  AND (b.state = 'cancelling' OR b.kind = 'ad_hoc' OR NOT EXISTS (SELECT 1 FROM bills o
    WHERE o.publisher_id = b.publisher_id AND o.kind = 'recurring' AND o.cancel_wanted = 1
      AND o.state IN ('cancelling', 'failed')))`

export function newBillId(): string {
  return `bill_${newId()}`
}

/** How a bill is found again at the marketplace: its description ends so. */
export function markerOf(id: string): string {
  return `[${id}]`
}

export function toBill(row: Row): BillRow {
  return fromColumns<BillRow>(bills, row)
}

/** A bill as the operator and the portal see it (`marketplace.md` 4). */
export function billObject(bill: BillRow) {
  return {
    id: bill.id,
    kind: bill.kind,
    state: bill.state,
    hubId: bill.hubId,
    reference: bill.reference,
    priceCents: bill.priceCents,
    currency: bill.currency,
    description: bill.description,
    startsAt: new Date(bill.startsAt).toISOString(),
    attempts: bill.attempts,
    lastError: bill.lastError,
    createdAt: new Date(bill.createdAt).toISOString(),
  }
}

/** Bills of companies, oldest first, by their publisher's id. */
export async function billsOf(
  db: Database,
  publisherIds: readonly number[],
): Promise<ReadonlyMap<number, readonly BillRow[]>> {
  const { results } = await db
    .prepare(
      `SELECT b.* FROM json_each(?1) j CROSS JOIN bills b ON b.publisher_id = j.value
       ORDER BY b.publisher_id, b.created_at, b.rowid`,
    )
    .bind(JSON.stringify(publisherIds))
    .all<Row>()
  return Map.groupBy(results.map(toBill), (bill) => bill.publisherId)
}
