import type { Context } from '../context'

/** When sources are looked at: the row of `calendar_sources` that goes with a calendar's `source`. */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A source is looked at this often; one that fails twice as late each time, up to a day. */
export const EVERY = 15 * MINUTE

/** However long a server asks to be left alone, it is asked again after a day. */
export const AT_MOST = DAY

/** SQL: how long after now a source is looked at again that has failed `failures` times before this look. */
export const backoff = `min(${DAY}, ${EVERY} << min(failures, 7))`

/**
 * Statements for a calendar that this write marked: a source that is new to it is looked at within a minute, from the
 * start; one that it has no more is forgotten, with whatever look is under way. The events stay.
 */
export function followSource(
  ctx: Pick<Context, 'db' | 'now'>,
  calendarId: string,
  write: string,
): D1PreparedStatement[] {
  return [
    ctx.db
      .prepare(
        `INSERT INTO calendar_sources (calendar_id, publisher_id, source, next_check_at)
         SELECT id, publisher_id, source, ?1 FROM calendars WHERE id = ?2 AND write_id = ?3 AND source <> ''
         ON CONFLICT (calendar_id) DO UPDATE SET source = excluded.source, next_check_at = excluded.next_check_at,
           failures = 0, claim = '', etag = '', last_modified = '', digest = '', read_as = '', remarks = ''
         WHERE calendar_sources.source <> excluded.source`,
      )
      .bind(ctx.now, calendarId, write),
    ctx.db
      .prepare(
        `DELETE FROM calendar_sources WHERE calendar_id = ?1
           AND EXISTS (SELECT 1 FROM calendars WHERE id = ?1 AND write_id = ?2 AND source = '')`,
      )
      .bind(calendarId, write),
  ]
}

/** Statements that forget the source of a calendar which is deleted, and what came from it. */
export function forgetSource(ctx: Pick<Context, 'db'>, calendarId: string): D1PreparedStatement[] {
  return ['calendar_sources', 'imported_events'].map((table) =>
    ctx.db.prepare(`DELETE FROM ${table} WHERE calendar_id = ?`).bind(calendarId),
  )
}
