import { newWriteId } from '../../../changes'
import { events } from '../../../db/schema'
import { guardAgainst, type Row } from '../../../platform/d1'
import { newId } from '../../../platform/ids'
import { anew } from '../../anew'
import { fromColumns } from '../../columns'
import { type Context, commit } from '../../context'
import { type EventRow, newEventValues } from '../../events/values'
import { type EventPlan, noPlan, writeEvents } from '../../payments'
import { type InvoiceRow, toInvoice } from './apply-invoices'

/** An invoice, whom it is shown to, and the event that it has. */
type Standing = {
  readonly invoice: InvoiceRow
  /** The private calendar of the subscriber who is its person, where their e-mail is verified; null = nobody yet. */
  readonly target: { readonly id: string; readonly ownerId: string } | null
  readonly event: EventRow | null
}

/**
 * Brings the private events of invoices in line with who their persons are by now (`marketplace.md` 8.1): made, changed,
 * moved to another person, or removed, in one commit, which also ends the wait for it. Repeated, it writes nothing.
 */
export function settleInvoices(ctx: Context, ids: readonly string[]): Promise<void> {
  return anew(() => settleOnce(ctx, ids))
}

async function settleOnce(ctx: Context, ids: readonly string[]): Promise<void> {
  const list = JSON.stringify(ids)
  const { standings, taken } = await readStandings(ctx, list)
  const plan = noPlan()
  const events: { id: string; event: string | null }[] = []
  for (const standing of standings) {
    const eventId = planOne(ctx, standing, plan, taken)
    if (eventId !== standing.invoice.eventId) events.push({ id: standing.invoice.id, event: eventId })
  }
  const write = newWriteId()
  await commit(ctx, [
    guardStandings(ctx, standings),
    ...writeEvents(ctx, plan, write),
    ctx.db
      .prepare(
        `UPDATE connec_invoices SET event_id = j.value ->> '$.event', write_id = ?1
         FROM json_each(?2) j WHERE connec_invoices.id = j.value ->> '$.id'`,
      )
      .bind(write, JSON.stringify(events)),
    ctx.db
      .prepare(
        `DELETE FROM connec_pushes WHERE publisher_id = ?1 AND entity = 'invoices' AND changed_at <= ?2
           AND local_id IN (SELECT value FROM json_each(?3))`,
      )
      .bind(ctx.publisher.id, ctx.now, list),
  ])
}

/** Adds to the plan what the event of an invoice needs; answers the event that it then has. */
function planOne(
  ctx: Context,
  { invoice, target, event }: Standing,
  plan: EventPlan,
  taken: ReadonlySet<string>,
): string | null {
  const live = event?.deletedAt === null ? event : null
  const isHere = target !== null && event?.calendarId === target.id
  if (!invoice.wanted || target === null) {
    if (live) plan.removed.push(live)
    // What somebody deleted here stays deleted.
    return event && !live ? event.id : null
  }
  if (isHere && !live) return event.id
  const reference = `connec:${invoice.connecId}`
  const isFree = reference.length <= 128 && (live?.reference === reference || !taken.has(reference))
  const values = newEventValues(
    { name: invoice.name, startDate: invoice.dueDate, allDay: true, reference: isFree ? reference : '' },
    ctx.publisher.timezone,
  )
  if (isHere && live) {
    const said = { ...values, alert: live.alert, alert2: live.alert2 }
    if (Object.entries(said).some(([name, value]) => live[name as keyof EventRow] !== value)) {
      plan.changed.push({ before: live, values: said })
    }
    return live.id
  }
  if (live) plan.removed.push(live)
  const id = newId()
  plan.made.push({ id, values, target })
  return id
}

/** Rolls back where an invoice, its person, its subscriber or its event is no longer as it was read. */
function guardStandings(ctx: Context, standings: readonly Standing[]): D1PreparedStatement {
  const read = standings.map(({ invoice, target, event }) => ({
    id: invoice.id,
    w: invoice.writeId,
    t: target?.id ?? null,
    e: event?.writeId ?? null,
  }))
  return guardAgainst(
    ctx.db,
    `EXISTS (SELECT 1 FROM json_each(?1) j LEFT JOIN connec_invoices i ON i.id = j.value ->> '$.id'
       LEFT JOIN events e ON e.id = i.event_id
       WHERE i.write_id IS NOT j.value ->> '$.w' OR e.write_id IS NOT j.value ->> '$.e'
         OR ${TARGET} IS NOT j.value ->> '$.t')`,
    JSON.stringify(read),
  )
}

/** SQL, over `connec_invoices i`: the private calendar where its event belongs; NULL = nowhere yet. */
const TARGET = `(SELECT k.id FROM connec_map x
  CROSS JOIN directory d ON d.id = x.local_id
  CROSS JOIN subscribers g ON g.id = d.subscriber_id
  CROSS JOIN subscribers s ON s.id = coalesce(g.merged_into, g.id) AND s.state = 'active'
  CROSS JOIN calendars k ON k.owner_id = s.id AND k.deleted_at IS NULL
  WHERE x.publisher_id = i.publisher_id AND x.entity = 'people' AND x.connec_id = i.person_connec_id
    AND EXISTS (SELECT 1 FROM contacts c WHERE c.subscriber_id = s.id AND c.kind = 'email'
      AND c.signed_up_with = 1 AND c.verified = 1)
    -- Nor is it theirs by an e-mail that somebody else has proved since.
    AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.subscriber_id = s.id AND c.kind = 'email'
      AND c.value = d.email AND c.verified = 0))`

async function readStandings(
  ctx: Context,
  list: string,
): Promise<{ standings: Standing[]; taken: ReadonlySet<string> }> {
  const among = `i.publisher_id = ?1 AND i.id IN (SELECT value FROM json_each(?2))`
  const [invoices, shown, references] = await ctx.db.batch<Row>([
    ctx.db
      .prepare(
        `SELECT i.*, ${TARGET} AS target, (SELECT owner_id FROM calendars WHERE id = ${TARGET}) AS owner
         FROM connec_invoices i WHERE ${among}`,
      )
      .bind(ctx.publisher.id, list),
    ctx.db
      .prepare(`SELECT e.* FROM connec_invoices i CROSS JOIN events e ON e.id = i.event_id WHERE ${among}`)
      .bind(ctx.publisher.id, list),
    ctx.db
      .prepare(
        `SELECT e.reference FROM connec_invoices i CROSS JOIN events e
           ON e.publisher_id = ?1 AND e.reference = 'connec:' || i.connec_id AND e.reference <> '' AND e.deleted_at IS NULL
         WHERE ${among}`,
      )
      .bind(ctx.publisher.id, list),
  ])
  const eventOf = new Map(
    (shown?.results ?? []).map((row) => [String(row.id), fromColumns<EventRow>(events, row)]),
  )
  return {
    standings: (invoices?.results ?? []).map((row) => {
      const invoice = toInvoice(row)
      const target = row.target === null ? null : { id: String(row.target), ownerId: String(row.owner) }
      return { invoice, target, event: eventOf.get(invoice.eventId ?? '') ?? null }
    }),
    taken: new Set((references?.results ?? []).map((row) => String(row.reference))),
  }
}
