import { newWriteId } from '../../../changes'
import { directory, events } from '../../../db/schema'
import { emailKey } from '../../../objects/email'
import type { Row } from '../../../platform/d1'
import { fromColumns, toColumns } from '../../columns'
import type { Context } from '../../context'
import type { EventRow } from '../../events/values'
import { type DirectoryRow, toEntry, upsertEntries } from './apply-people'
import { queueInvoices, selectHolders, toHolders } from './joining'
import { eventFields, inactive, personFields, type SharedPerson } from './outward'
import type { Sharing } from './sharing'

/** What the data hub is to say of a record. */
export type Wanted = {
  /** The record that its mapping names: an event, or an entry of the directory. */
  readonly recordId: string
  /** What its code names. */
  readonly namedAs: string
  readonly fields: Record<string, unknown>
  /** Whether it is there at all: what isn't is only taken back. */
  readonly isShown: boolean
  /** Whether the hub says all this already. */
  readonly isSaid: boolean
  /** Written with what was learnt, once it was sent. */
  readonly whenSent: readonly D1PreparedStatement[]
}

/** What is to be sent of a record that changed, as it is now; null where there is nothing to send. */
export function readWanted(
  { acting }: Sharing,
  { entity, localId }: { readonly entity: string; readonly localId: string },
): Promise<Wanted | null> {
  return entity === 'events' ? wantedEvent(acting, localId) : wantedPerson(acting, localId)
}

/** Public events that are no drafts, in calendars that are none (`marketplace.md` 8.3). */
async function wantedEvent(ctx: Context, id: string): Promise<Wanted | null> {
  const row = await ctx.db
    .prepare(
      `SELECT e.*, e.deleted_at IS NULL AND e.draft = 0 AND c.kind = 'public' AND c.draft = 0 AND c.deleted_at IS NULL AS shown
       FROM events e LEFT JOIN calendars c ON c.id = e.calendar_id
       WHERE e.id = ?1 AND e.publisher_id = ?2 AND e.owner_id = ''`,
    )
    .bind(id, ctx.publisher.id)
    .first<Row>()
  if (!row) return null
  const isShown = row.shown === 1
  const fields = isShown ? eventFields(fromColumns<EventRow>(events, row)) : { ...inactive }
  return { recordId: id, namedAs: id, fields, isShown, isSaid: false, whenSent: [] }
}

type SubscriberRow = { id: string; state: string; email: string; first_name: string; last_name: string }

/**
 * A subscriber, as the entry of the directory that they are: found by the e-mail, or made. Invoices of theirs are
 * brought in line, since who they are may have just turned out.
 */
async function wantedPerson(ctx: Context, id: string): Promise<Wanted | null> {
  const { db, now } = ctx
  const person = await db
    .prepare(
      `SELECT s.id, s.state, s.email, s.first_name, s.last_name FROM subscribers g
       JOIN subscribers s ON s.id = coalesce(g.merged_into, g.id) WHERE g.id = ?1 AND g.publisher_id = ?2`,
    )
    .bind(id, ctx.publisher.id)
    .first<SubscriberRow>()
  if (!person) return null
  const ofPerson = `i.publisher_id = ?2 AND i.person_connec_id IN (SELECT x.connec_id FROM directory d
    CROSS JOIN connec_map x ON x.publisher_id = d.publisher_id AND x.entity = 'people' AND x.local_id = d.id
    WHERE d.publisher_id = ?2 AND d.subscriber_id IN (?3, ?4))`
  if (person.state !== 'active') {
    await db.batch([
      queueInvoices(db, now, ofPerson, ctx.publisher.id, id, person.id),
      // Whoever has the e-mail next is the person then.
      db
        .prepare(
          `UPDATE directory SET subscriber_id = NULL, write_id = ?4 WHERE publisher_id = ?1 AND subscriber_id IN (?2, ?3)`,
        )
        .bind(ctx.publisher.id, id, person.id, newWriteId()),
    ])
    return null
  }
  const shared = { firstName: person.first_name, lastName: person.last_name, email: emailKey(person.email) }
  const entry = await entryOf(ctx, person.id, id, shared)
  await db.batch([
    // What the hub tells of the person meanwhile stays as it tells it.
    ...upsertEntries(ctx, [entry], ['subscriber_id', 'write_id']),
    queueInvoices(db, now, ofPerson, ctx.publisher.id, id, person.id),
  ])
  return {
    recordId: entry.id,
    namedAs: person.id,
    fields: personFields(shared, entry.active),
    isShown: true,
    isSaid: says(entry, shared),
    whenSent: upsertEntries(
      ctx,
      [{ ...entry, ...spoken(shared), writeId: newWriteId() }],
      [...Object.keys(toColumns(directory, spoken(shared))), 'write_id'],
    ),
  }
}

/** What a person says of themselves: what is empty says nothing. */
function spoken(shared: SharedPerson): Partial<SharedPerson> {
  return Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== ''))
}

function says(entry: DirectoryRow, shared: SharedPerson): boolean {
  return Object.entries(spoken(shared)).every(([name, value]) => entry[name as keyof SharedPerson] === value)
}

/** The entry that a subscriber is: the one joined already, one with their e-mail that nobody else has, or a new one. */
async function entryOf(
  ctx: Context,
  personId: string,
  formerId: string,
  shared: SharedPerson,
): Promise<DirectoryRow> {
  const { db, now, publisher } = ctx
  const [joined, found, holders] = await db.batch<Row>([
    db
      .prepare(
        `SELECT * FROM directory WHERE publisher_id = ?1 AND subscriber_id IN (?2, ?3)
         ORDER BY subscriber_id <> ?2, created_at, id LIMIT 1`,
      )
      .bind(publisher.id, personId, formerId),
    db
      .prepare(
        `SELECT * FROM directory d WHERE publisher_id = ?1 AND email = ?2 AND email <> ''
           AND NOT EXISTS (SELECT 1 FROM subscribers g JOIN subscribers s ON s.id = coalesce(g.merged_into, g.id)
             WHERE g.id = d.subscriber_id AND s.state = 'active')
         ORDER BY active DESC, created_at, id LIMIT 1`,
      )
      .bind(publisher.id, shared.email),
    selectHolders(db, publisher.id, [shared.email]),
  ])
  const writeId = newWriteId()
  const known = joined?.results[0]
  if (known) return { ...toEntry(known), subscriberId: personId, writeId }
  const only = toHolders(holders?.results ?? []).get(shared.email) === personId
  const same = found?.results[0]
  if (same && only) return { ...toEntry(same), subscriberId: personId, writeId }
  const made = { id: personId, publisherId: publisher.id, subscriberId: personId, phone: '', active: true }
  return { ...made, ...shared, createdAt: now, updatedAt: now, writeId }
}
