import { logEvents, newWriteId } from '../../changes'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import { removeRelationsOf } from '../relations'
import { eventEndSql } from '../series/end'
import { SCHEDULE_PREFIX } from './bounds'
import { findEvent } from './read'

/** A deleted public event stays in feeds, cancelled, at most this long (`widget-and-feeds.md` 4). */
const TOMBSTONE_MS = 30 * 24 * 3_600_000

/** SQL: until when an event `e` that is deleted at a time stays in feeds as cancelled; NULL where nothing shows it. */
function tombstoneUntil(now: string): string {
  return `iif(
    e.owner_id = '' AND e.draft = 0 AND ${eventEndSql} > ${now}
      AND EXISTS (SELECT 1 FROM calendar_events m JOIN calendars c ON c.id = m.calendar_id
                  WHERE m.event_id = e.id AND c.draft = 0 AND c.deleted_at IS NULL),
    min(${now} + ${TOMBSTONE_MS}, ${eventEndSql}), NULL)`
}

/** Deletes one event. @throws DomainError `not_found`, `forbidden` */
export async function deleteEvent(ctx: Context, idOrReference: string): Promise<void> {
  const { event } = await findEvent(ctx, idOrReference)
  const [result] = await deleteEvents(ctx, [event.id])
  if (result?.refused) throw new DomainError(result.refused)
}

export type DeleteResult = { readonly id: string; readonly refused: 'not_found' | 'forbidden' | null }

/**
 * Deletes many events in one commit; of an id that stands twice the second is `not_found`. A public event that has
 * not ended leaves a tombstone where a live calendar shows it; a private one leaves at once. Logs `event.deleted`.
 */
export async function deleteEvents(ctx: Context, ids: readonly string[]): Promise<DeleteResult[]> {
  const list = [...new Set(ids)]
  const [deleted] = await commit(ctx, deletion(ctx, list, newWriteId(), `e.calendar_id <> ''`))
  const gone = new Set(deleted?.results.map((row) => row.id))
  const kept = await stillThere(
    ctx,
    ids.filter((id) => !gone.has(id)),
  )
  const told = new Set<string>()
  return ids.map((id) => {
    const again = told.has(id)
    told.add(id)
    if (gone.has(id) && !again) return { id, refused: null }
    return { id, refused: kept.has(id) && !again ? 'forbidden' : 'not_found' }
  })
}

/**
 * Statements that delete events which `condition` (SQL over `e`, its values from `?5` on) allows, with relations and
 * answers, and log it. The first returns the ids. Imported events and those of payment schedules stay.
 */
export function deletion(
  ctx: Context,
  ids: readonly string[],
  write: string,
  condition: string,
  ...values: unknown[]
): D1PreparedStatement[] {
  const own = `NOT EXISTS (SELECT 1 FROM calendars c WHERE c.id = e.calendar_id AND c.source <> '')`
  return deletionOfAny(ctx, ids, write, `${condition} AND ${own}`, ...values)
}

/** Statements that delete events of a calendar which its source has no more, just as the API deletes any other. */
export function importedDeletion(
  ctx: Context,
  ids: readonly string[],
  calendarId: string,
  write: string,
): D1PreparedStatement[] {
  return deletionOfAny(ctx, ids, write, 'e.calendar_id = ?5', calendarId)
}

function deletionOfAny(
  ctx: Context,
  ids: readonly string[],
  write: string,
  condition: string,
  ...values: unknown[]
): D1PreparedStatement[] {
  const list = JSON.stringify(ids)
  return [
    ctx.db
      .prepare(
        `UPDATE events AS e SET deleted_at = ?1, modified_at = ?1, sequence = sequence + 1, write_id = ?2,
           tombstone_until = ${tombstoneUntil('?1')}
         WHERE +e.publisher_id = ?3 AND e.id IN (SELECT value FROM json_each(?4)) AND e.deleted_at IS NULL
           AND ${condition}
           AND substr(e.reference, 1, ${SCHEDULE_PREFIX.length}) <> '${SCHEDULE_PREFIX}'
         RETURNING id`,
      )
      .bind(ctx.now, write, ctx.publisher.id, list, ...values),
    ...removeRelationsOf(ctx, ids, write),
    ...logEvents(ctx, 'event.deleted', ids, write),
    ctx.db
      .prepare(
        `DELETE FROM calendar_events WHERE event_id IN (SELECT e.id FROM json_each(?1) j CROSS JOIN events e ON e.id = j.value
           WHERE e.write_id = ?2 AND e.tombstone_until IS NULL)`,
      )
      .bind(list, write),
  ]
}

/** Those of the ids that are live events of the publisher: they were refused, not missing. */
async function stillThere(ctx: Context, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { results } = await ctx.db
    .prepare(
      `SELECT e.id FROM json_each(?1) j CROSS JOIN events e ON e.id = j.value
       WHERE e.publisher_id = ?2 AND e.deleted_at IS NULL AND e.calendar_id <> ''`,
    )
    .bind(JSON.stringify(ids), ctx.publisher.id)
    .all<{ id: string }>()
  return new Set(results.map((row) => row.id))
}
