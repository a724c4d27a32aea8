import type { Context } from '../context'
import { USABLE } from '../subscribers/subscribers'

/** SQL: the private calendar of a person; NULL where there is none. */
export const privateCalendarSql = (personId: string) =>
  `(SELECT pc.id FROM calendars pc WHERE pc.owner_id = ${personId} AND pc.deleted_at IS NULL)`

/** A person and the id that their private calendar gets. */
export type NewPrivateCalendar = { readonly ownerId: string; readonly id: string }

/**
 * Makes the private calendars of persons who have none; of several writes at once one makes a calendar.
 * `condition`: further SQL over the person `s`, for whom `?4` is this write.
 */
export function insertPrivateCalendars(
  ctx: Context,
  calendars: readonly NewPrivateCalendar[],
  write: string,
  condition = 'true',
): D1PreparedStatement {
  const { id: publisherId, timezone } = ctx.publisher
  return ctx.db
    .prepare(
      `INSERT INTO calendars (id, publisher_id, kind, owner_id, name, timezone, created_at, modified_at, write_id)
       SELECT j.value ->> '$.id', s.publisher_id, 'private', s.id, s.id || '_private', ?3, ?5, ?5, ?4
       FROM json_each(?1) j CROSS JOIN subscribers s ON s.id = j.value ->> '$.ownerId'
       WHERE s.publisher_id = ?2 AND s.state IN ${USABLE} AND ${condition} ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(calendars), publisherId, timezone, write, ctx.now)
}

/** As `insertPrivateCalendars`, and lets the persons follow what was made. */
export function givePrivateCalendars(
  ctx: Context,
  calendars: readonly NewPrivateCalendar[],
  write: string,
  condition = 'true',
): D1PreparedStatement[] {
  return [
    insertPrivateCalendars(ctx, calendars, write, condition),
    ctx.db
      .prepare(
        `INSERT INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
         SELECT c.publisher_id, c.owner_id, c.id, 'subscribed_read', ?2
         FROM json_each(?1) j CROSS JOIN calendars c ON c.id = j.value ->> '$.id' WHERE c.write_id = ?3
         ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(calendars), ctx.now, write),
  ]
}
