import { logEvents, newWriteId } from '../../changes'
import { events, textSizeSql } from '../../db/schema'
import { GuardBroken, guardAgainst } from '../../platform/d1'
import { newId } from '../../platform/ids'
import { toColumns } from '../columns'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import { MAX_EVENTS, MAX_TEXT_BYTES, SCHEDULE_PREFIX } from './bounds'
import type { NewEventFields } from './fields'
import { type EventTarget, findTargets, type TargetCalendar } from './targets'
import { textSize } from './text-size'
import { type EventValues, newEventValues } from './values'

/** A new event: what it says, and where it goes; its id, where that is to be known beforehand. */
export type NewEvent = { readonly fields: NewEventFields; readonly target: EventTarget; readonly id?: string }

/** What became of one item of a batch: the event made, or why none was. */
export type CreateResult =
  | { readonly id: string; readonly reference: string; readonly ownerId: string; readonly calendarId: string }
  | { readonly error: DomainError }

type Prepared = {
  id: string
  reference: string
  ownerId: string
  calendarId: string
  row: Record<string, unknown>
}

/** Makes one event. @throws DomainError `invalid`, `not_found`, `forbidden`, `already_exists`, `limit_reached` */
export async function createEvent(ctx: Context, event: NewEvent): Promise<string> {
  const [result] = await createEvents(ctx, [event])
  if (result === undefined || 'error' in result) throw result?.error ?? new DomainError('not_found')
  return result.id
}

/**
 * Makes many events in one commit: good items are saved whatever the others are. Of two with one reference the first
 * good one wins. Logs `event.created` for each. Results stand in the order of the items.
 */
export async function createEvents(ctx: Context, items: readonly NewEvent[]): Promise<CreateResult[]> {
  const targetOf = await findTargets(
    ctx,
    items.map((item) => item.target),
  )
  const write = newWriteId()
  const taken = await takenReferences(ctx, items)
  const full = new Map<string, { events: number; bytes: number }>()
  const prepared = items.map((item): Prepared | { error: DomainError } => {
    try {
      const target = targetOf(item.target)
      const values = newEventValues(item.fields, target.timezone)
      if (values.reference.startsWith(SCHEDULE_PREFIX)) throw new DomainError('forbidden')
      if (values.reference !== '' && taken.has(values.reference)) throw new DomainError('already_exists')
      takeRoom(full, target, textSize(values))
      taken.add(values.reference)
      const id = item.id ?? newId()
      const row = eventRow(ctx, id, values, target, write)
      return { id, reference: values.reference, ownerId: target.ownerId, calendarId: target.id, row }
    } catch (error) {
      if (error instanceof DomainError) return { error }
      throw error
    }
  })
  const good = prepared.filter((item) => 'row' in item)
  if (good.length === 0) return prepared as CreateResult[]

  const made = await insertGood(ctx, good, write)
  const refusals = made.size === good.length ? new Map() : await explainRefusals(ctx, good, made)
  return prepared.map((item): CreateResult => {
    if ('error' in item) return item
    if (!made.has(item.id)) return { error: refusals.get(item.id) ?? new DomainError('not_found') }
    return { id: item.id, reference: item.reference, ownerId: item.ownerId, calendarId: item.calendarId }
  })
}

/** The references of the items that live events have already. */
async function takenReferences(ctx: Context, items: readonly NewEvent[]): Promise<Set<string>> {
  const references = [...new Set(items.flatMap((item) => item.fields.reference || []))]
  if (references.length === 0) return new Set()
  const { results } = await ctx.db
    .prepare(
      `SELECT e.reference FROM json_each(?1) j CROSS JOIN events e ON e.reference = j.value
       WHERE e.publisher_id = ?2 AND e.reference <> '' AND e.deleted_at IS NULL`,
    )
    .bind(JSON.stringify(references), ctx.publisher.id)
    .all<{ reference: string }>()
  return new Set(results.map((row) => row.reference))
}

/** Counts an event into its calendar; one that doesn't fit leaves the room to others. @throws DomainError `limit_reached` */
function takeRoom(
  full: Map<string, { events: number; bytes: number }>,
  target: TargetCalendar,
  size: number,
): void {
  const used = full.get(target.id) ?? { events: target.eventCount, bytes: target.textBytes }
  const next = { events: used.events + 1, bytes: used.bytes + size }
  if (next.events > MAX_EVENTS || next.bytes > MAX_TEXT_BYTES) throw new DomainError('limit_reached')
  full.set(target.id, next)
}

/** Commits the events that the database takes, and answers their ids. Where it takes none, nothing is written. */
async function insertGood(
  ctx: Context,
  good: readonly Prepared[],
  write: string,
): Promise<ReadonlySet<unknown>> {
  const ids = good.map((item) => item.id)
  try {
    const [inserted] = await commit(ctx, [
      insertEvents(
        ctx,
        good.map((item) => item.row),
      ),
      guardAgainst(
        ctx.db,
        'NOT EXISTS (SELECT 1 FROM json_each(?) j CROSS JOIN events e ON e.id = j.value WHERE e.write_id = ?)',
        JSON.stringify(ids),
        write,
      ),
      placeEvents(ctx, ids, write),
      ...logEvents(ctx, 'event.created', ids, write),
    ])
    return new Set(inserted?.results.map((row) => row.id))
  } catch (error) {
    if (error instanceof GuardBroken) return new Set()
    throw error
  }
}

/** The row of a new event in a calendar, marked by this write. */
export function eventRow(
  ctx: Context,
  id: string,
  values: EventValues,
  target: { readonly id: string; readonly ownerId: string },
  write: string,
): Record<string, unknown> {
  return toColumns(events, {
    ...values,
    id,
    publisherId: ctx.publisher.id,
    calendarId: target.id,
    ownerId: target.ownerId,
    sequence: 0,
    createdAt: ctx.now,
    modifiedAt: ctx.now,
    writeId: write,
  })
}

/**
 * One statement that inserts what may be inserted at this very moment: into live calendars that import nothing (into
 * those that do only what is `imported`), under a free reference, within a calendar's bounds (each item counts those
 * before it that have a free one).
 */
export function insertEvents(
  ctx: Context,
  rows: readonly Record<string, unknown>[],
  origin: 'own' | 'imported' = 'own',
): D1PreparedStatement {
  const names = Object.keys(rows[0] ?? {})
  const size = textSizeSql((name) => `(${read('j', name)})`)
  return ctx.db
    .prepare(
      `INSERT INTO events (${names.join(', ')})
       SELECT ${names.map((name) => read('i', name)).join(', ')}
       FROM (SELECT j.key, j.value, j.value ->> '$.calendar_id' AS calendar_id,
               row_number() OVER before AS place, sum(${size}) OVER before AS bytes
             FROM json_each(?1) j
             WHERE NOT EXISTS (SELECT 1 FROM events x WHERE x.publisher_id = ?2 AND x.reference = j.value ->> '$.reference'
               AND x.reference <> '' AND x.deleted_at IS NULL)
             WINDOW before AS (PARTITION BY j.value ->> '$.calendar_id' ORDER BY j.key)) i
       JOIN calendars c ON c.id = i.calendar_id
       WHERE c.publisher_id = ?2 AND c.deleted_at IS NULL AND c.source ${origin === 'own' ? '=' : '<>'} ''
         AND c.event_count + i.place <= ${MAX_EVENTS} AND c.text_bytes + i.bytes <= ${MAX_TEXT_BYTES}
       ORDER BY i.key
       ON CONFLICT DO NOTHING
       RETURNING id`,
    )
    .bind(JSON.stringify(rows.map(withJsonAsJson)), ctx.publisher.id)
}

/** Columns that hold JSON. In the rows' JSON they stand as such: as a text they would be twice as long. */
const jsonColumns = ['quick_links', 'exceptions']

function withJsonAsJson(row: Record<string, unknown>): Record<string, unknown> {
  const parsed = jsonColumns.map((name) => [name, JSON.parse(String(row[name]))])
  return { ...row, ...Object.fromEntries(parsed) }
}

/** SQL of a column in an item of the rows' JSON. */
function read(item: string, name: string): string {
  return `${item}.value ${jsonColumns.includes(name) ? '->' : '->>'} '$.${name}'`
}

/** Puts events that this write made into their calendars. */
export function placeEvents(ctx: Context, ids: readonly string[], write: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at)
       SELECT e.calendar_id, e.id, e.publisher_id, ?1 FROM json_each(?2) j CROSS JOIN events e ON e.id = j.value
       WHERE e.write_id = ?3`,
    )
    .bind(ctx.now, JSON.stringify(ids), write)
}

/** Why the database took some events and not others: what the insert's conditions say now. */
async function explainRefusals(
  ctx: Context,
  items: readonly Prepared[],
  made: ReadonlySet<unknown>,
): Promise<Map<string, DomainError>> {
  const refused = items.filter((item) => !made.has(item.id))
  const { results } = await ctx.db
    .prepare(
      `SELECT j.value ->> '$.id' AS id, c.source,
         EXISTS (SELECT 1 FROM events x WHERE x.publisher_id = ?2 AND x.reference = j.value ->> '$.reference'
                   AND x.reference <> '' AND x.deleted_at IS NULL) AS taken
       FROM json_each(?1) j LEFT JOIN calendars c
         ON c.id = j.value ->> '$.calendarId' AND c.publisher_id = ?2 AND c.deleted_at IS NULL`,
    )
    .bind(
      JSON.stringify(refused.map(({ id, reference, calendarId }) => ({ id, reference, calendarId }))),
      ctx.publisher.id,
    )
    .all<{ id: string; source: string | null; taken: number }>()
  return new Map(
    results.map((row) => {
      if (row.source === null) return [row.id, new DomainError('not_found')]
      if (row.source !== '') return [row.id, new DomainError('forbidden')]
      return [row.id, new DomainError(row.taken ? 'already_exists' : 'limit_reached')]
    }),
  )
}
