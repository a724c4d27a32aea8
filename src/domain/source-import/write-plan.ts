import { logEvents, newWriteId } from '../../changes'
import { guardAgainst } from '../../platform/d1'
import { type Context, commit } from '../context'
import { MAX_TEXT_BYTES } from '../events/bounds'
import { eventRow, insertEvents, placeEvents } from '../events/create'
import { importedDeletion } from '../events/delete'
import { rowSize } from '../events/text-size'
import { importedColumns, type Plan, reckonedColumns, type Wanted } from './plan'

/** Events that one commit writes at most, and bytes of their text: lists go to D1 as one parameter, which is bounded. */
const A_COMMIT = 500
const COMMIT_BYTES = 600_000

type Part = {
  readonly removed: Plan['removed'][number][]
  readonly changed: Wanted[]
  readonly made: Wanted[]
}

/**
 * Carries a plan out. Each commit holds its events with their changes and their marks, so that an import which ends
 * half-way is taken up where it stood: until then no version of the source is the calendar's. What leaves goes first.
 * `last` rides in the last commit; each one is under what `ctx.inEachWrite` guards.
 * @throws GuardBroken where that is broken, or the calendar is full
 */
export async function writePlan(
  ctx: Context,
  calendarId: string,
  plan: Plan,
  last: D1PreparedStatement[],
): Promise<void> {
  const parts = partsOf(plan)
  for (const [n, part] of parts.entries()) {
    const write = newWriteId()
    await commit(ctx, [
      ...(n === 0 ? forget(ctx, calendarId, plan.forgotten) : []),
      ...(n === 0 && parts.length > 1 ? [ofNoVersion(ctx, calendarId)] : []),
      ...remove(ctx, calendarId, part.removed, write),
      ...(part.changed.length > 0 ? change(ctx, calendarId, part.changed, write) : []),
      ...(part.made.length > 0 ? make(ctx, calendarId, part.made, write) : []),
      ...(n === parts.length - 1 ? last : []),
    ])
  }
}

/** Slices of a plan that each fit in a commit; at least one. */
function partsOf({ removed, changed, made }: Plan): Part[] {
  let part: Part = { removed: [], changed: [], made: [] }
  const parts = [part]
  let size = 0
  let bytes = 0
  const room = (more: number): Part => {
    if (size >= A_COMMIT || (size > 0 && bytes + more > COMMIT_BYTES)) {
      part = { removed: [], changed: [], made: [] }
      parts.push(part)
      size = 0
      bytes = 0
    }
    size++
    bytes += more
    return part
  }
  for (const each of removed) room(0).removed.push(each)
  for (const each of changed) room(rowSize(each.values)).changed.push(each)
  for (const each of made) room(rowSize(each.values)).made.push(each)
  return parts
}

function ofNoVersion(ctx: Context, calendarId: string): D1PreparedStatement {
  return ctx.db
    .prepare(`UPDATE calendar_sources SET etag = '', last_modified = '', digest = '' WHERE calendar_id = ?`)
    .bind(calendarId)
}

function forget(ctx: Context, calendarId: string, keys: readonly string[]): D1PreparedStatement[] {
  if (keys.length === 0) return []
  return [
    ctx.db
      .prepare(
        'DELETE FROM imported_events WHERE calendar_id = ?1 AND uid IN (SELECT value FROM json_each(?2))',
      )
      .bind(calendarId, JSON.stringify(keys)),
  ]
}

function remove(
  ctx: Context,
  calendarId: string,
  removed: Plan['removed'],
  write: string,
): D1PreparedStatement[] {
  if (removed.length === 0) return []
  const ids = removed.map(({ id }) => id)
  const keys = removed.map(({ key }) => key)
  return [...importedDeletion(ctx, ids, calendarId, write), ...forget(ctx, calendarId, keys)]
}

function make(
  ctx: Context,
  calendarId: string,
  made: readonly Wanted[],
  write: string,
): D1PreparedStatement[] {
  const ids = made.map(({ id }) => id)
  const target = { id: calendarId, ownerId: '' }
  return [
    insertEvents(
      ctx,
      made.map(({ id, values }) => eventRow(ctx, id, values, target, write)),
      'imported',
    ),
    // All of them, or the calendar is full.
    guardAgainst(
      ctx.db,
      '(SELECT count(*) FROM json_each(?) j CROSS JOIN events e ON e.id = j.value WHERE e.write_id = ?) <> ?',
      JSON.stringify(ids),
      write,
      ids.length,
    ),
    placeEvents(ctx, ids, write),
    ...logEvents(ctx, 'event.created', ids, write),
    ctx.db
      .prepare(
        `INSERT INTO imported_events (calendar_id, uid, publisher_id, event_id, digest, sequence)
         SELECT ?1, j.value ->> '$.key', ?2, j.value ->> '$.id', j.value ->> '$.digest', 0 FROM json_each(?3) j`,
      )
      .bind(calendarId, ctx.publisher.id, marks(made)),
  ]
}

const marks = (list: readonly Wanted[]) =>
  JSON.stringify(list.map(({ key, id, digest }) => ({ key, id, digest })))

/** Writes what differs. An event that is found to say it already has only its mark set right. */
function change(
  ctx: Context,
  calendarId: string,
  changed: readonly Wanted[],
  write: string,
): D1PreparedStatement[] {
  const rows = changed.map(({ id, values }) => ({ ...importedColumns(values), id }))
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'id')
  const said = names.filter((name) => !reckonedColumns.includes(name))
  const ids = changed.map(({ id }) => id)
  const value = (name: string) => `j.value ->> '$.${name}'`
  return [
    ctx.db
      .prepare(
        `UPDATE events SET ${names.map((name) => `${name} = ${value(name)}`).join(', ')},
           sequence = sequence + 1, modified_at = ?1, write_id = ?2
         FROM json_each(?3) j
         WHERE events.id = ${value('id')} AND +events.publisher_id = ?4 AND events.calendar_id = ?5 AND events.deleted_at IS NULL
           AND (${said.map((name) => `events.${name} IS NOT ${value(name)}`).join(' OR ')})`,
      )
      .bind(ctx.now, write, JSON.stringify(rows), ctx.publisher.id, calendarId),
    ...logEvents(ctx, 'event.updated', ids, write),
    ctx.db
      .prepare(
        `UPDATE imported_events SET digest = ${value('digest')},
           sequence = (SELECT sequence FROM events WHERE id = imported_events.event_id)
         FROM json_each(?1) j WHERE calendar_id = ?2 AND uid = ${value('key')}`,
      )
      .bind(marks(changed), calendarId),
    guardAgainst(
      ctx.db,
      `EXISTS (SELECT 1 FROM calendars WHERE id = ? AND text_bytes > ${MAX_TEXT_BYTES}
         AND EXISTS (SELECT 1 FROM events WHERE write_id = ? AND id IN (SELECT value FROM json_each(?))))`,
      calendarId,
      write,
      JSON.stringify(ids),
    ),
  ]
}
