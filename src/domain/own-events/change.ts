import { logEvents, logMovedFrom, newWriteId } from '../../changes'
import { events } from '../../db/schema'
import type { RsvpStatus } from '../../objects/permissions'
import { GuardBroken } from '../../platform/d1'
import { type ActingContext, actorId } from '../acting'
import { toColumns } from '../columns'
import { commit } from '../context'
import { DomainError, invalid } from '../errors'
import { textSize } from '../events/text-size'
import { type EventValues, timingColumns } from '../events/values'
import { answerEvent } from '../relations'
import { answerBeside } from './answer'
import { callerRankOf, type FoundEvent, findSeenEvent, WRITER } from './find'
import {
  guardRoom,
  heldList,
  heldSql,
  type Moves,
  mayFillAll,
  moveCount,
  moveEvent,
  noMoves,
  planMoves,
} from './membership'
import { fittingSeriesEnd, isSameTiming, type OwnTiming, ownTiming, toEventTiming } from './timing'

/** What of an event is changed; what is undefined stays. */
export type OwnEventChange = {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly location?: string | undefined
  readonly timing: { readonly [K in keyof OwnTiming]?: OwnTiming[K] | undefined }
  readonly calendarIds?: readonly string[] | undefined
  readonly rsvpStatus?: RsvpStatus | undefined
  /** Whether the request says anything of the event itself, be it what it says already: that needs write. */
  readonly writes: boolean
}

/** More rounds than writers that could sensibly meet on one event. */
const ROUNDS = 200

/**
 * Changes an event, the calendars that hold it, and the caller's own answer: all of it or nothing. The event's own
 * fields raise `sequence`. What changes nothing writes nothing. Logs `event.updated` in the calendars it left too.
 * @throws DomainError `event_not_found`, `forbidden`, `invalid`, `limit_reached`
 */
export async function changeOwnEvent(ctx: ActingContext, id: string, change: OwnEventChange): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await findSeenEvent(ctx, id)
    assertAllowed(ctx, found, change)
    const after = changedValues(found, change)
    const moves = change.calendarIds ? await planMoves(ctx, found.calendarIds, change.calendarIds) : noMoves
    assertSomewhere(found, moves)
    if (found.isForeign && moveCount(moves) > 0) throw new DomainError('forbidden')
    const step = { found, changed: changedColumns(found, after), moves }
    if (Object.keys(step.changed).length === 0 && moveCount(moves) === 0) {
      if (change.rsvpStatus) await answer(ctx, id, change.rsvpStatus)
      return
    }
    if (await write(ctx, step, change, textSize(after) > textSize(found.event))) return
  }
  throw new Error('an event changed too often to be written')
}

/** @throws DomainError `forbidden` */
function assertAllowed(
  ctx: ActingContext,
  { mayWrite, isForeign }: FoundEvent,
  change: OwnEventChange,
): void {
  if (change.writes && (!mayWrite || isForeign)) throw new DomainError('forbidden')
  if (change.rsvpStatus && ctx.acting.kind === 'service') throw new DomainError('forbidden')
}

/** An event to which nobody is related directly is nowhere but in calendars. @throws DomainError `invalid` */
function assertSomewhere({ hasRelations, calendarIds }: FoundEvent, { into, outOf }: Moves): void {
  if (outOf.length === 0 || hasRelations || into.length > 0 || calendarIds.length > outOf.length) return
  throw invalid('calendar_ids', 'Must leave the event in a calendar: nobody is related to it directly.')
}

async function answer(ctx: ActingContext, id: string, rsvp: RsvpStatus): Promise<void> {
  try {
    await answerEvent(ctx, id, rsvp)
  } catch (error) {
    const isGone = error instanceof DomainError && error.code === 'relation_not_found'
    throw isGone ? new DomainError('event_not_found') : error
  }
}

function changedValues({ event }: FoundEvent, change: OwnEventChange): EventValues {
  const before = ownTiming(event)
  const { start, end, startTimezone, endTimezone, allDay } = change.timing
  const wanted: OwnTiming = {
    start: start ?? before.start,
    end: end ?? before.end,
    startTimezone: startTimezone ?? before.startTimezone,
    endTimezone: endTimezone ?? before.endTimezone,
    allDay: allDay ?? before.allDay,
  }
  const said = {
    name: change.title ?? event.name,
    details: change.description ?? event.details,
    location: change.location ?? event.location,
  }
  // What is left as it is, the publisher may have written by other rules.
  if (isSameTiming(before, wanted)) return { ...event, ...said }
  const timing = toEventTiming(wanted)
  return { ...event, ...said, ...timing, seriesEndsAt: fittingSeriesEnd(event, timing) }
}

/** The columns whose value differs from the row that was read. */
function changedColumns({ event }: FoundEvent, after: EventValues): Record<string, unknown> {
  const before = toColumns(events, event)
  return Object.fromEntries(
    Object.entries(toColumns(events, after)).filter(([name, value]) => before[name] !== value),
  )
}

type Step = {
  readonly found: FoundEvent
  readonly changed: Record<string, unknown>
  readonly moves: Moves
}

/** @returns whether it is done; false where what it was judged by moved meanwhile */
async function write(
  ctx: ActingContext,
  step: Step,
  { rsvpStatus }: OwnEventChange,
  grows: boolean,
): Promise<boolean> {
  const { id } = step.found.event
  const { moves } = step
  const write = newWriteId()
  const me = actorId(ctx)
  try {
    const [updated] = await commit(ctx, [
      updateEvent(ctx, step, write),
      ...(rsvpStatus ? answerBeside(ctx, id, me, rsvpStatus, write) : []),
      ...moveEvent(ctx, id, moves, write),
      ...logEvents(ctx, 'event.updated', [id], write),
      ...moves.outOf.map((calendarId) => logMovedFrom(ctx, id, calendarId, write)),
      ...guardRoom(ctx, id, moves.into, grows),
    ])
    return updated?.results.length === 1
  } catch (error) {
    if (error instanceof GuardBroken) throw new DomainError('limit_reached')
    throw error
  }
}

/**
 * The UPDATE, under everything that the change was judged by. Fields that stand alone are just set, so that parallel
 * changes of them all go in; when an event is was judged together with what was read, and so were the calendars.
 */
function updateEvent(
  ctx: ActingContext,
  { found, changed, moves }: Step,
  write: string,
): D1PreparedStatement {
  const { event } = found
  const values: unknown[] = [actorId(ctx), event.id, ctx.publisher.id, write]
  const value = (bound: unknown): string => `?${values.push(bound)}`
  const fields = Object.entries(changed).map(([name, bound]) => [name, value(bound)] as const)
  const set = fields.map(([name, bound]) => `${name} = ${bound}`)
  const conditions = [
    'id = ?2',
    'publisher_id = ?3',
    'deleted_at IS NULL',
    'draft = 0',
    `calendar_id = ${value(event.calendarId)}`,
  ]
  const timing = toColumns(events, Object.fromEntries(timingColumns.map((name) => [name, event[name]])))
  if (Object.keys(changed).some((name) => name in timing)) {
    for (const [name, bound] of Object.entries(timing)) conditions.push(`${name} IS ${value(bound)}`)
  }
  const least = set.length > 0 ? WRITER : 1
  conditions.push(
    `${callerRankOf('events.id', '?1')} >= ${least}`,
    `NOT EXISTS (SELECT 1 FROM calendars c WHERE c.id = events.calendar_id AND c.source <> '')`,
  )
  if (set.length > 0) set.push('sequence = sequence + 1', `modified_at = ${value(ctx.now)}`)
  if (moveCount(moves) > 0) {
    set.push(`calendar_id = ${value(homeAfter(found, moves))}`)
    conditions.push(
      `${heldSql('events.id')} = ${value(heldList(found.calendarIds))}`,
      mayFillAll(value(JSON.stringify([...moves.into, ...moves.outOf])), '?1', '?3'),
    )
    if (!found.calendarIds.some((id) => !moves.outOf.includes(id)) && moves.into.length === 0) {
      conditions.push(
        'EXISTS (SELECT 1 FROM relations r WHERE r.event_id = events.id AND r.removed_at IS NULL)',
      )
    }
  } else conditions.push(`(${fields.map(([name, bound]) => `${name} IS NOT ${bound}`).join(' OR ')})`)
  return ctx.db
    .prepare(
      `UPDATE events SET ${set.join(', ')}, write_id = ?4 WHERE ${conditions.join(' AND ')} RETURNING id`,
    )
    .bind(...values)
}

/** The calendar that the event is of: the one it was of, else the first that it was put in, else none. */
function homeAfter({ event, calendarIds }: FoundEvent, { into, outOf }: Moves): string {
  const left = calendarIds.filter((id) => !outOf.includes(id))
  return left.includes(event.calendarId) ? event.calendarId : (left[0] ?? into[0] ?? '')
}
