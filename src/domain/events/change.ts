import { type EventOp, logEvents, logMovedFrom, newWriteId } from '../../changes'
import { events } from '../../db/schema'
import { AlreadyThere, GuardBroken, guardAgainst } from '../../platform/d1'
import { fromColumns, toColumns } from '../columns'
import { type Context, commit } from '../context'
import { DomainError, invalid } from '../errors'
import { MAX_EVENTS, MAX_TEXT_BYTES, SCHEDULE_PREFIX } from './bounds'
import type { ChangedEventFields } from './fields'
import { type FoundEvent, type FoundRow, findEvent, foundColumns, toFoundEvent } from './read'
import { type EventTarget, findTargets, type TargetCalendar } from './targets'
import { textSize } from './text-size'
import { changedEventValues, type EventRow, type EventValues, timingColumns } from './values'

/** More rounds than writers that could sensibly meet on one event. */
const ROUNDS = 200

/** A bulk change reaches at most this many events (`publisher-api.md` 4). */
const MAX_BULK = 500

/** What an event was read as, and what the change makes of it. */
type Step = { readonly before: EventRow; readonly after: EventValues }

/** Values as columns, and those whose value differs from the row that was read. */
function changedColumns({ before, after }: Step): Record<string, unknown> {
  const from = toColumns(events, before)
  return Object.fromEntries(
    Object.entries(toColumns(events, after)).filter(([name, value]) => from[name] !== value),
  )
}

/**
 * The UPDATE for one event. Fields that stand alone are just set, so that parallel changes of them all go in.
 * When an event is and whether it is a draft was judged together with what was read, so these are compared too.
 */
function updateEvent(
  ctx: Context,
  step: Step,
  write: string,
  returning: '*' | 'id',
  move?: TargetCalendar,
): D1PreparedStatement {
  const changed = changedColumns(step)
  const { id } = step.before
  const timing = toColumns(events, Object.fromEntries(timingColumns.map((name) => [name, step.before[name]])))
  const depends: Record<string, unknown> = { calendar_id: step.before.calendarId }
  if (Object.keys(changed).some((name) => name in timing)) Object.assign(depends, timing)
  if ('draft' in changed) depends.draft = step.before.draft ? 1 : 0
  if (move) changed.calendar_id = move.id

  // Each value is a parameter of its own: JSON inside of JSON would be twice as long.
  const values: unknown[] = [ctx.now, write, ctx.publisher.id, id]
  const value = (bound: unknown): string => `?${values.push(bound)}`
  const changes = Object.entries(changed).map(([name, bound]) => [name, value(bound)] as const)
  const set = changes.map(([name, bound]) => `${name} = ${bound}`)
  const differs = changes.map(([name, bound]) => `${name} IS NOT ${bound}`)
  const same = Object.entries(depends).map(([name, bound]) => `${name} IS ${value(bound)}`)
  return ctx.db
    .prepare(
      `UPDATE events SET ${set.join(', ')}, sequence = sequence + 1, modified_at = ?1, write_id = ?2
       WHERE publisher_id = ?3 AND id = ?4 AND deleted_at IS NULL AND (${differs.join(' OR ')}) AND ${same.join(' AND ')}
         AND NOT EXISTS (SELECT 1 FROM calendars c WHERE c.id = events.calendar_id AND c.source <> '')
       RETURNING ${returning}`,
    )
    .bind(...values)
}

function opOf({ before, after }: Step): EventOp {
  if (before.draft === after.draft) return 'event.updated'
  return after.draft ? 'event.deleted' : 'event.created'
}

/** Rolls back where a calendar that these changes make longer, or that an event moves to, is over its bounds. */
function guardBounds(ctx: Context, steps: readonly Step[], move?: TargetCalendar): D1PreparedStatement[] {
  if (!move && growth(steps).size === 0) return []
  const tooMany = move ? `c.event_count > ${MAX_EVENTS} OR ` : ''
  const grown = steps.filter(({ before, after }) => move || textSize(after) > textSize(before))
  return [
    guardAgainst(
      ctx.db,
      // Every calendar that holds one of them, be it its own or a further one.
      `EXISTS (SELECT 1 FROM json_each(?) j CROSS JOIN calendar_events m ON m.event_id = j.value
               JOIN calendars c ON c.id = m.calendar_id WHERE ${tooMany}c.text_bytes > ${MAX_TEXT_BYTES})`,
      JSON.stringify(grown.map((step) => step.before.id)),
    ),
  ]
}

/** The bytes that changes add to the text of calendars, for those that become longer. */
function growth(steps: readonly Step[]): Map<string, number> {
  const added = new Map<string, number>()
  for (const { before, after } of steps) {
    const more = textSize(after) - textSize(before)
    added.set(before.calendarId, (added.get(before.calendarId) ?? 0) + more)
  }
  return new Map([...added].filter(([, more]) => more > 0))
}

/** Statements that put a moved event into its new calendar and take it out of the old one, without a tombstone. */
function moveEvent(ctx: Context, before: EventRow, to: TargetCalendar, write: string): D1PreparedStatement[] {
  const moved = 'EXISTS (SELECT 1 FROM events WHERE id = ?1 AND write_id = ?2)'
  return [
    ctx.db
      .prepare(`DELETE FROM calendar_events WHERE event_id = ?1 AND calendar_id = ?3 AND ${moved}`)
      .bind(before.id, write, before.calendarId),
    ctx.db
      .prepare(
        `INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at)
         SELECT ?3, ?1, ?4, ?5 WHERE ${moved} ON CONFLICT DO NOTHING`,
      )
      .bind(before.id, write, to.id, ctx.publisher.id, ctx.now),
    guardAgainst(ctx.db, 'NOT EXISTS (SELECT 1 FROM calendars WHERE id = ? AND deleted_at IS NULL)', to.id),
  ]
}

function refuseForeignOnes(before: EventRow): void {
  if (before.reference.startsWith(SCHEDULE_PREFIX)) throw new DomainError('forbidden')
}

/** The calendar that a change moves the event to, if it does. @throws DomainError */
async function moveTarget(
  ctx: Context,
  before: EventRow,
  target: EventTarget,
): Promise<TargetCalendar | undefined> {
  const isPrivate = before.ownerId !== ''
  if (target.clearsCalendar && !isPrivate) throw invalid('calendarId', 'Is required for a public event.')
  if (target.calendarId === undefined && target.ecalId === undefined && target.type === undefined) {
    return undefined
  }
  const targetOf = await findTargets(ctx, [target, { calendarId: before.calendarId }])
  const here = { calendarId: before.calendarId }
  if (target.type !== undefined && (target.type === 'private') !== isPrivate) {
    throw invalid('type', 'Must be what the event is: it can not be changed.')
  }
  if (target.ecalId !== undefined) {
    const person = targetOf({ ecalId: target.ecalId })
    if (person.id !== before.calendarId)
      throw invalid('ecal_id', 'Must be the subscriber whose event this is.')
  }
  if (target.calendarId === undefined || target.calendarId === here.calendarId) return undefined
  const to = targetOf({ calendarId: target.calendarId })
  if (isPrivate || to.ownerId !== '') {
    throw invalid('calendarId', 'An event can not be moved into or out of a private calendar.')
  }
  return to
}

/**
 * Changes the given fields of an event, where one differs: raises `sequence`, sets `modified`, logs `event.updated`
 * (a draft gone live `event.created`, a live one drawn back `event.deleted`). A change that changes nothing writes
 * nothing. Parallel changes are all applied, one after the other.
 * @throws DomainError `invalid`, `not_found`, `forbidden`, `already_exists`, `limit_reached`
 */
export async function changeEvent(
  ctx: Context,
  idOrReference: string,
  fields: ChangedEventFields,
  target: EventTarget = {},
): Promise<EventRow> {
  for (let round = 0; round < ROUNDS; round++) {
    const { event: before, source, zoneByDefault } = await findEvent(ctx, idOrReference)
    refuseForeignOnes(before)
    if (source !== '') throw new DomainError('forbidden')
    const move = await moveTarget(ctx, before, target)
    const step = { before, after: changedEventValues(before, fields, zoneByDefault) }
    if (step.after.reference !== before.reference) refuseForeignOnes({ ...before, ...step.after })
    if (Object.keys(changedColumns(step)).length === 0 && !move) return before
    const write = newWriteId()
    try {
      const [updated] = await commit(ctx, [
        updateEvent(ctx, step, write, '*', move),
        ...(move ? moveEvent(ctx, before, move, write) : []),
        ...logEvents(ctx, opOf(step), [before.id], write),
        ...(move ? [logMovedFrom(ctx, before.id, before.calendarId, write)] : []),
        ...guardBounds(ctx, [step], move),
      ])
      const row = updated?.results[0]
      if (row) return fromColumns<EventRow>(events, row)
    } catch (error) {
      await explain(ctx, error, move)
    }
  }
  throw new Error('an event changed too often to be written')
}

/** Turns what rolled a change back into the domain's words. */
async function explain(ctx: Context, error: unknown, move?: TargetCalendar): Promise<never> {
  if (error instanceof AlreadyThere) throw new DomainError('already_exists')
  if (!(error instanceof GuardBroken)) throw error
  if (move)
    await findTargets(ctx, [{ calendarId: move.id }]).then((targetOf) => targetOf({ calendarId: move.id }))
  throw new DomainError('limit_reached')
}

export type BulkResult = { readonly matched: number; readonly updated: number; readonly ids: string[] }

/**
 * Makes one change to every event with a `referenceType`, all or nothing; events of payment schedules are passed
 * over. Each event that changed is logged by itself.
 * @throws DomainError `invalid` (also for more than 500), `not_found` (none), `forbidden`, `limit_reached`
 */
export async function changeEventsByType(
  ctx: Context,
  referenceType: string,
  fields: ChangedEventFields,
): Promise<BulkResult> {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await readByType(ctx, referenceType)
    if (found.length === 0) throw new DomainError('not_found')
    if (found.length > MAX_BULK) throw invalid('referenceType', `Must match at most ${MAX_BULK} events.`)
    if (found.some(({ source }) => source !== '')) throw new DomainError('forbidden')
    const steps = found.map(({ event: before, zoneByDefault }) => {
      return { before, after: changedEventValues(before, fields, zoneByDefault) }
    })
    const changing = steps.filter((step) => Object.keys(changedColumns(step)).length > 0)
    const ids = steps.map((step) => step.before.id)
    if (changing.length === 0) return { matched: ids.length, updated: 0, ids }
    const write = newWriteId()
    try {
      await commit(ctx, [
        ...changing.map((step) => updateEvent(ctx, step, write, 'id')),
        // Every one of them, or none: one that somebody else changed meanwhile starts the round again.
        guardAgainst(
          ctx.db,
          '(SELECT count(*) FROM json_each(?) j JOIN events e ON e.id = j.value WHERE e.write_id = ?) <> ?',
          JSON.stringify(changing.map((step) => step.before.id)),
          write,
          changing.length,
        ),
        ...logSteps(ctx, changing, write),
        ...guardBounds(ctx, changing),
      ])
      return { matched: ids.length, updated: changing.length, ids }
    } catch (error) {
      if (!(error instanceof GuardBroken)) throw error
      if (await overBounds(ctx, changing)) throw new DomainError('limit_reached')
    }
  }
  throw new Error('events changed too often to be written')
}

function logSteps(ctx: Context, steps: readonly Step[], write: string): D1PreparedStatement[] {
  return (['event.created', 'event.updated', 'event.deleted'] as const).flatMap((op) => {
    const ids = steps.filter((step) => opOf(step) === op).map((step) => step.before.id)
    return ids.length === 0 ? [] : logEvents(ctx, op, ids, write)
  })
}

async function readByType(ctx: Context, referenceType: string): Promise<FoundEvent[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT ${foundColumns} FROM events e JOIN calendars c ON c.id = e.calendar_id
       WHERE e.publisher_id = ?1 AND e.reference_type = ?2 AND e.reference_type <> '' AND e.deleted_at IS NULL
         AND substr(e.reference, 1, ${SCHEDULE_PREFIX.length}) <> '${SCHEDULE_PREFIX}'
       ORDER BY e.starts_at, e.id LIMIT ${MAX_BULK + 1}`,
    )
    .bind(ctx.publisher.id, referenceType)
    .all<FoundRow>()
  return results.map((row) => toFoundEvent(ctx, row))
}

/** Whether the change would take a calendar over its text bound, judged by what stands there now. */
async function overBounds(ctx: Context, steps: readonly Step[]): Promise<boolean> {
  const added = growth(steps)
  const { results } = await ctx.db
    .prepare('SELECT c.id, c.text_bytes AS bytes FROM json_each(?) j JOIN calendars c ON c.id = j.value')
    .bind(JSON.stringify([...added.keys()]))
    .all<{ id: string; bytes: number }>()
  return results.some((row) => row.bytes + (added.get(row.id) ?? 0) > MAX_TEXT_BYTES)
}
