import { newWriteId } from '../../../changes'
import { events } from '../../../db/schema'
import { guardAgainst, type Row } from '../../../platform/d1'
import { newId } from '../../../platform/ids'
import { fromColumns } from '../../columns'
import { type Context, commit } from '../../context'
import { DomainError } from '../../errors'
import { MAX_EVENTS, MAX_TEXT_BYTES } from '../../events/bounds'
import { deletion } from '../../events/delete'
import { textSize } from '../../events/text-size'
import { changedEventValues, type EventRow, type EventValues, newEventValues } from '../../events/values'
import { type EventPlan, noPlan, writeEvents } from '../../payments'
import type { Company } from '../companies'
import { classify, type Incoming, learnt, namedByCodes, type Skipped } from './incoming'
import { eventOf, UNTITLED } from './inward'
import { insertMaps, type MapRow, type MapUpdate, type NewMap, selectMaps, toMap, updateMaps } from './map'
import { eventFields, hashOf, inactive } from './outward'

/** What is read before events are applied, as of one moment. */
type Before = {
  readonly mapOf: ReadonlyMap<string, MapRow>
  readonly eventOf: ReadonlyMap<string, EventRow>
  /** When events that wait to be pushed changed here. */
  readonly changedHere: ReadonlyMap<string, number>
  /** Events of ours that have no entity yet. */
  readonly free: Set<string>
  /** References that live events have. */
  readonly taken: ReadonlySet<string>
  /** What the calendar still takes; null = there is none. */
  readonly room: { readonly events: number; readonly bytes: number } | null
  /** What the fullest calendar that shows an event still takes, by the event. */
  readonly bytesLeft: ReadonlyMap<string, number>
}

/** What is to be done to events and mappings. */
type Work = {
  readonly plan: EventPlan
  readonly deleted: EventRow[]
  readonly maps: NewMap[]
  readonly updates: MapUpdate[]
  readonly skipped: Skipped[]
  /** Bytes of text that the events made so far have. */
  bytes: number
}

const FULL = 'its calendar is full'

const referenceOf = (connecId: string): string => {
  const reference = `connec:${connecId}`
  return reference.length <= 128 ? reference : ''
}

/**
 * Applies entities to the calendar `Connec events` and to events that were pushed (`marketplace.md` 8.1, 8.4), with
 * `also` in the same commit. @throws GuardBroken, AlreadyThere where what was read has changed: read anew
 */
export async function applyEvents(
  ctx: Context,
  company: Company,
  incoming: readonly Incoming[],
  also: (skipped: readonly Skipped[], write: string) => D1PreparedStatement[],
): Promise<void> {
  const before = await readBefore(ctx, company, incoming)
  const work: Work = { plan: noPlan(), deleted: [], maps: [], updates: [], skipped: [], bytes: 0 }
  for (const each of incoming) await planOne(company, each, before, work)
  const write = newWriteId()
  const touched = [...work.plan.changed.map((change) => change.before), ...work.deleted]
  await commit(ctx, [
    guardEvents(ctx, touched),
    ...writeEvents(ctx, work.plan, write),
    ...(work.deleted.length === 0
      ? []
      : deletion(
          ctx,
          work.deleted.map((event) => event.id),
          write,
          'true',
        )),
    ...insertMaps(ctx, work.maps, write),
    ...updateMaps(ctx, work.updates, write),
    ...also(work.skipped, write),
  ])
}

async function planOne(company: Company, each: Incoming, before: Before, work: Work): Promise<void> {
  const known = classify(each, before.mapOf.get(each.connecId), before.free)
  if (known.kind === 'old') return
  if (known.kind === 'ours') {
    // Our own creation, seen before its answer.
    work.maps.push(newMap(each, known.localId, 'daybook'))
    before.free.delete(known.localId)
    return
  }
  const outcome = eventOf(each.entity, company.timezone)
  const skip = (why: string) => work.skipped.push({ connecId: each.connecId, why })
  if (outcome.kind === 'skipped') return void skip(outcome.why)
  if (known.kind === 'new') {
    if (outcome.kind === 'removed') return void skip('it is not active')
    if (before.room === null) return void skip('its calendar is gone')
    const reference = referenceOf(each.connecId)
    const fields = {
      name: UNTITLED,
      ...outcome.fields,
      reference: before.taken.has(reference) ? '' : reference,
    }
    const values = valuesOrWhy(() => newEventValues(fields, company.timezone))
    if (typeof values === 'string') return void skip(values)
    const bytes = work.bytes + textSize(values)
    if (work.plan.made.length >= before.room.events || bytes > before.room.bytes) return void skip(FULL)
    work.bytes = bytes
    const id = newId()
    work.plan.made.push({ id, values, target: { id: company.connecCalendarId, ownerId: '' } })
    work.maps.push({ ...newMap(each, id, 'connec'), sentHash: await hashOf(eventFields(values)) })
    return
  }
  await planKnown(company, each, known.map, outcome, before, work)
}

async function planKnown(
  company: Company,
  each: Incoming,
  map: MapRow,
  outcome: Exclude<ReturnType<typeof eventOf>, { kind: 'skipped' }>,
  before: Before,
  work: Work,
): Promise<void> {
  const event = before.eventOf.get(map.localId)
  const changedHere = before.changedHere.get(map.localId)
  const isOvertaken = changedHere !== undefined && each.version !== null && changedHere >= each.version
  // Deleted here, it stays deleted; changed here later and not yet sent, ours is the newer state.
  if (!event || event.deletedAt !== null || isOvertaken) {
    work.updates.push(learnt(each, map))
    return
  }
  if (outcome.kind === 'removed') {
    work.deleted.push(event)
    work.updates.push({ ...learnt(each, map), sentHash: await hashOf(inactive), shown: false })
    return
  }
  const values = valuesOrWhy(() => changedEventValues(event, outcome.fields, company.timezone))
  if (typeof values === 'string') {
    work.skipped.push({ connecId: each.connecId, why: values })
    return
  }
  const more = textSize(values) - textSize(event)
  if (more > 0 && more > (before.bytesLeft.get(event.id) ?? 0)) {
    work.skipped.push({ connecId: each.connecId, why: FULL })
    return
  }
  const isSame = Object.entries(values).every(([name, value]) => event[name as keyof EventValues] === value)
  if (!isSame) work.plan.changed.push({ before: event, values })
  work.updates.push({ ...learnt(each, map), sentHash: await hashOf(eventFields(values)), shown: true })
}

/** The values, or a sentence that says why they can't be an event's. */
function valuesOrWhy(make: () => EventValues): EventValues | string {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return error.issues.map(({ field, message }) => `${field}: ${message}`).join(' ')
  }
}

function newMap({ connecId, code, version }: Incoming, localId: string, origin: MapRow['origin']): NewMap {
  return { entity: 'events', connecId, code, localType: 'event', localId, updatedAt: version, origin }
}

/** Rolls back where an event is no longer as it was read. */
function guardEvents(ctx: Context, touched: readonly EventRow[]): D1PreparedStatement {
  return guardAgainst(
    ctx.db,
    `EXISTS (SELECT 1 FROM json_each(?1) j LEFT JOIN events e ON e.id = j.value ->> '$.id'
       WHERE e.write_id IS NOT j.value ->> '$.w')`,
    JSON.stringify(touched.map(({ id, writeId: w }) => ({ id, w }))),
  )
}

async function readBefore(ctx: Context, company: Company, incoming: readonly Incoming[]): Promise<Before> {
  const publisherId = ctx.publisher.id
  const connecIds = incoming.map(({ connecId }) => connecId)
  const ids = JSON.stringify(connecIds)
  const mapped = `SELECT x.local_id AS id FROM json_each(?2) j CROSS JOIN connec_map x
    ON x.publisher_id = ?1 AND x.entity = 'events' AND x.connec_id = j.value`
  const [maps, rows, pushes, free, references, calendar] = await ctx.db.batch<Row>([
    selectMaps(ctx.db, publisherId, 'events', connecIds),
    ctx.db
      .prepare(
        `SELECT e.*, (SELECT max(c.text_bytes) FROM calendar_events i JOIN calendars c ON c.id = i.calendar_id
           WHERE i.event_id = e.id) AS most_bytes
         FROM (${mapped}) m CROSS JOIN events e ON e.id = m.id AND e.publisher_id = ?1`,
      )
      .bind(publisherId, ids),
    ctx.db
      .prepare(
        `SELECT p.local_id, p.changed_at FROM (${mapped}) m CROSS JOIN connec_pushes p
           ON p.publisher_id = ?1 AND p.entity = 'events' AND p.local_id = m.id AND p.state = 'pending'`,
      )
      .bind(publisherId, ids),
    ctx.db
      .prepare(
        `SELECT e.id FROM json_each(?2) j CROSS JOIN events e
           ON e.id = j.value AND e.publisher_id = ?1 AND e.owner_id = ''
         WHERE NOT EXISTS (SELECT 1 FROM connec_map x
           WHERE x.publisher_id = ?1 AND x.entity = 'events' AND x.local_id = e.id)`,
      )
      .bind(publisherId, JSON.stringify(namedByCodes(incoming))),
    ctx.db
      .prepare(
        `SELECT e.reference FROM json_each(?2) j CROSS JOIN events e
           ON e.publisher_id = ?1 AND e.reference = j.value AND e.reference <> '' AND e.deleted_at IS NULL`,
      )
      .bind(publisherId, JSON.stringify(connecIds.map(referenceOf))),
    ctx.db
      .prepare(
        `SELECT event_count, text_bytes FROM calendars
         WHERE id = ?1 AND publisher_id = ?2 AND deleted_at IS NULL AND source = ''`,
      )
      .bind(company.connecCalendarId, publisherId),
  ])
  const held = calendar?.results[0]
  return {
    mapOf: new Map((maps?.results ?? []).map(toMap).map((map) => [map.connecId, map])),
    eventOf: new Map(
      (rows?.results ?? []).map((row) => [String(row.id), fromColumns<EventRow>(events, row)]),
    ),
    changedHere: new Map(
      (pushes?.results ?? []).map((push) => [String(push.local_id), Number(push.changed_at)]),
    ),
    free: new Set((free?.results ?? []).map((row) => String(row.id))),
    taken: new Set((references?.results ?? []).map((row) => String(row.reference))),
    room: held
      ? { events: MAX_EVENTS - Number(held.event_count), bytes: MAX_TEXT_BYTES - Number(held.text_bytes) }
      : null,
    bytesLeft: new Map(
      (rows?.results ?? []).map((row) => [String(row.id), MAX_TEXT_BYTES - Number(row.most_bytes ?? 0)]),
    ),
  }
}
