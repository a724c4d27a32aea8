import type { InferSelectModel } from 'drizzle-orm'
import { newWriteId } from '../../../changes'
import { connecInvoices } from '../../../db/schema'
import type { Row } from '../../../platform/d1'
import { newId } from '../../../platform/ids'
import { fromColumns, toColumns } from '../../columns'
import { type Context, commit } from '../../context'
import { classify, type Incoming, learnt, type Skipped } from './incoming'
import { invoiceOf } from './inward'
import { queueInvoices } from './joining'
import { insertMaps, type MapUpdate, type NewMap, selectMaps, toMap, updateMaps } from './map'

export type InvoiceRow = InferSelectModel<typeof connecInvoices>

/** Nothing of ours is an invoice: no code names one. */
const NONE_FREE: ReadonlySet<string> = new Set()

/**
 * Keeps invoices as their persons' calendars are to show them (`marketplace.md` 8.1), with `also` in the same commit;
 * their events are brought in line after it. @throws GuardBroken, AlreadyThere where what was read has changed
 */
export async function applyInvoices(
  ctx: Context,
  incoming: readonly Incoming[],
  also: (skipped: readonly Skipped[], write: string) => D1PreparedStatement[],
): Promise<void> {
  const { results } = await selectMaps(
    ctx.db,
    ctx.publisher.id,
    'invoices',
    incoming.map(({ connecId }) => connecId),
  ).all<Row>()
  const mapOf = new Map(results.map(toMap).map((map) => [map.connecId, map]))
  const write = newWriteId()
  const invoices: Omit<InvoiceRow, 'eventId'>[] = []
  const maps: NewMap[] = []
  const updates: MapUpdate[] = []
  for (const each of incoming) {
    const known = classify(each, mapOf.get(each.connecId), NONE_FREE)
    if (known.kind === 'old') continue
    const id = known.kind === 'known' ? known.map.localId : newId()
    if (known.kind === 'known') updates.push(learnt(each, known.map))
    else {
      const { connecId, code, version: updatedAt } = each
      maps.push({
        entity: 'invoices',
        connecId,
        code,
        localType: 'invoice',
        localId: id,
        updatedAt,
        origin: 'connec',
      })
    }
    invoices.push({
      ...invoiceOf(each.entity),
      id,
      publisherId: ctx.publisher.id,
      connecId: each.connecId,
      updatedAt: ctx.now,
      writeId: write,
    })
  }
  await commit(ctx, [
    ...insertMaps(ctx, maps, write),
    ...updateMaps(ctx, updates, write),
    ...upsertInvoices(ctx, invoices),
    queueInvoices(
      ctx.db,
      ctx.now,
      'i.publisher_id = ?2 AND i.id IN (SELECT value FROM json_each(?3))',
      ctx.publisher.id,
      JSON.stringify(invoices.map(({ id }) => id)),
    ),
    ...also([], write),
  ])
}

function upsertInvoices(
  ctx: Context,
  invoices: readonly Omit<InvoiceRow, 'eventId'>[],
): D1PreparedStatement[] {
  const rows = invoices.map((invoice) => toColumns(connecInvoices, invoice))
  const names = Object.keys(rows[0] ?? {})
  if (names.length === 0) return []
  const set = names.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`)
  return [
    ctx.db
      .prepare(
        `INSERT INTO connec_invoices (${names.join(', ')})
         SELECT ${names.map((name) => `j.value ->> '$.${name}'`).join(', ')} FROM json_each(?1) j WHERE true
         ON CONFLICT (id) DO UPDATE SET ${set.join(', ')}`,
      )
      .bind(JSON.stringify(rows)),
  ]
}

export function toInvoice(row: Row): InvoiceRow {
  return fromColumns<InvoiceRow>(connecInvoices, row)
}
