import { logEvents } from '../../changes'
import { events } from '../../db/schema'
import { toColumns } from '../columns'
import type { Context } from '../context'
import { SCHEDULE_PREFIX } from '../events/bounds'
import { eventRow, insertEvents, placeEvents } from '../events/create'
import { removeRelationsOf } from '../relations'
import type { EventPlan } from './calendar-plan'

/**
 * Statements that carry a plan out, and log exactly what a private event made, changed or deleted through `/apiv2`
 * logs. A calendar that is full takes no event: money never waits for a calendar.
 */
export function writeEvents(ctx: Context, plan: EventPlan, write: string): D1PreparedStatement[] {
  // What leaves goes first: one live event a reference.
  return [
    ...removeEvents(ctx, plan, write),
    ...changeEvents(ctx, plan, write),
    ...makeEvents(ctx, plan, write),
  ]
}

/** As `writeEvents`, for the event of a schedule that this very batch makes: its number is known only there. */
export function writeFirstEvent(
  ctx: Context,
  plan: EventPlan,
  scheduleUid: string,
  write: string,
): D1PreparedStatement[] {
  return makeEvents(ctx, plan, write, [
    ctx.db
      .prepare(
        `UPDATE events SET reference = (SELECT '${SCHEDULE_PREFIX}' || schedule_no FROM pay_schedules WHERE id = ?1)
         WHERE id IN (SELECT value FROM json_each(?2)) AND write_id = ?3`,
      )
      .bind(scheduleUid, JSON.stringify(plan.made.map((event) => event.id)), write),
  ])
}

// `+publisher_id` keeps the planner from walking all events of the publisher instead of the few that are named.

function removeEvents(ctx: Context, { removed }: EventPlan, write: string): D1PreparedStatement[] {
  if (removed.length === 0) return []
  const ids = removed.map((event) => event.id)
  const list = JSON.stringify(ids)
  return [
    ctx.db
      .prepare(
        `UPDATE events SET deleted_at = ?1, modified_at = ?1, sequence = sequence + 1, write_id = ?2
         WHERE +publisher_id = ?3 AND id IN (SELECT value FROM json_each(?4)) AND deleted_at IS NULL`,
      )
      .bind(ctx.now, write, ctx.publisher.id, list),
    ...removeRelationsOf(ctx, ids, write),
    ...logEvents(ctx, 'event.deleted', ids, write),
    ctx.db
      .prepare(
        `DELETE FROM calendar_events WHERE event_id IN
           (SELECT e.id FROM json_each(?1) j CROSS JOIN events e ON e.id = j.value WHERE e.write_id = ?2)`,
      )
      .bind(list, write),
  ]
}

function changeEvents(ctx: Context, { changed }: EventPlan, write: string): D1PreparedStatement[] {
  if (changed.length === 0) return []
  const rows = changed.map(({ before, values }) => ({ ...toColumns(events, values), id: before.id }))
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'id')
  return [
    ...inParts(rows).map((part) =>
      ctx.db
        .prepare(
          `UPDATE events SET ${names.map((name) => `${name} = j.value ->> '$.${name}'`).join(', ')},
             sequence = sequence + 1, modified_at = ?1, write_id = ?2
           FROM json_each(?3) j
           WHERE events.id = j.value ->> '$.id' AND +events.publisher_id = ?4 AND events.deleted_at IS NULL`,
        )
        .bind(ctx.now, write, JSON.stringify(part), ctx.publisher.id),
    ),
    ...logEvents(
      ctx,
      'event.updated',
      changed.map(({ before }) => before.id),
      write,
    ),
  ]
}

/** `before` the events are logged: what completes their rows. */
function makeEvents(
  ctx: Context,
  { made }: EventPlan,
  write: string,
  before: D1PreparedStatement[] = [],
): D1PreparedStatement[] {
  if (made.length === 0) return []
  const ids = made.map((event) => event.id)
  const rows = made.map(({ id, values, target }) => eventRow(ctx, id, values, target, write))
  return [
    // What a part puts into a calendar counts when the next one asks for room.
    ...inParts(rows).flatMap((part) => [
      insertEvents(ctx, part),
      placeEvents(
        ctx,
        part.map((row) => String(row.id)),
        write,
      ),
    ]),
    ...before,
    ...logEvents(ctx, 'event.created', ids, write),
  ]
}

/** Characters of JSON that one statement takes: D1 takes values of 2 MB, and a character has 3 bytes at most. */
const A_STATEMENT = 500_000

/** Rows in parts, in their order, each of which one statement takes. */
function inParts<R>(rows: readonly R[]): R[][] {
  const parts: R[][] = []
  let room = 0
  for (const row of rows) {
    const size = JSON.stringify(row).length
    if (size > room) {
      parts.push([])
      room = A_STATEMENT
    }
    parts.at(-1)?.push(row)
    room -= size
  }
  return parts
}
