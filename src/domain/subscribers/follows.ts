import { logSubscriber, newWriteId } from '../../changes'
import type { Permission } from '../../objects/permissions'
import { GuardBroken, guardAgainst } from '../../platform/d1'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import { USABLE } from './subscribers'

/** A person follows at most this many calendars, the private one aside (`design.md`, *Bounds*). */
export const MAX_FOLLOWS = 200

/** SQL: live public calendars that a person follows. */
const FOLLOWED = `SELECT count(*) FROM follows f CROSS JOIN calendars c ON c.id = f.calendar_id
  WHERE f.subscriber_id = ?1 AND c.kind = 'public' AND c.deleted_at IS NULL`

/**
 * SQL that inserts follows of a person whom this write marked, in the order of the list; those there are keep their
 * place, and their permission unless one is given.
 */
export function insertFollows(
  ctx: Context,
  id: string,
  calendarIds: readonly string[],
  write: string,
  permission?: Permission,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `INSERT INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
       SELECT c.publisher_id, s.id, c.id, ?1, ?2 FROM json_each(?3) j CROSS JOIN calendars c ON c.id = j.value
       JOIN subscribers s ON s.id = ?4 AND s.write_id = ?5
       WHERE c.publisher_id = s.publisher_id AND c.deleted_at IS NULL AND (c.kind = 'public' OR c.owner_id = s.id)
       ORDER BY j.key
       ON CONFLICT (subscriber_id, calendar_id) DO ${permission ? 'UPDATE SET permission = excluded.permission' : 'NOTHING'}`,
    )
    .bind(permission ?? 'subscribed_read', ctx.now, JSON.stringify(calendarIds), id, write)
}

/** Rolls back where a person whom this write marked would follow too many calendars. */
export function guardFollows(ctx: Context, id: string, write: string): D1PreparedStatement {
  return guardAgainst(
    ctx.db,
    // Who follows more since a merge is refused further ones only.
    `(${FOLLOWED}) > ${MAX_FOLLOWS} AND EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND write_id = ?2)
       AND EXISTS (SELECT 1 FROM follows WHERE subscriber_id = ?1 AND followed_at = ?3)`,
    id,
    write,
    ctx.now,
  )
}

/** SQL: the person (`?1`) of the publisher (`?2`) left, or was merged away, since the call found them. */
const GONE = `NOT EXISTS (SELECT 1 FROM subscribers
  WHERE id = ?1 AND publisher_id = ?2 AND state IN ${USABLE})`

/** SQL: a calendar of the list (`?2`) that the person (`?1`) of the publisher (`?3`) can't follow. */
const UNKNOWN = `EXISTS (SELECT 1 FROM json_each(?2) j WHERE NOT EXISTS (SELECT 1 FROM calendars c
  WHERE c.id = j.value AND c.publisher_id = ?3 AND c.deleted_at IS NULL AND (c.kind = 'public' OR c.owner_id = ?1)))`

/**
 * A person follows calendars, all or none; those followed already change nothing (but for a permission that is given
 * and differs). Logs `subscriber.updated` (`calendars_added`) where anything changed.
 * @throws DomainError `not_found`, `limit_reached`
 */
export async function addCalendars(
  ctx: Context,
  id: string,
  calendarIds: readonly string[],
  permission?: Permission,
): Promise<void> {
  const write = newWriteId()
  const list = JSON.stringify(calendarIds)
  const differs = permission ? ' AND f.permission = ?6' : ''
  try {
    await commit(ctx, [
      guardAgainst(ctx.db, GONE, id, ctx.publisher.id),
      guardAgainst(ctx.db, UNKNOWN, id, list, ctx.publisher.id),
      ctx.db
        .prepare(
          `${markActive} AND EXISTS (SELECT 1 FROM json_each(?5) j WHERE NOT EXISTS
             (SELECT 1 FROM follows f WHERE f.subscriber_id = ?4 AND f.calendar_id = j.value${differs}))`,
        )
        .bind(ctx.now, write, ctx.publisher.id, id, list, ...(permission ? [permission] : [])),
      insertFollows(ctx, id, calendarIds, write, permission),
      guardFollows(ctx, id, write),
      logSubscriber(ctx, 'subscriber.updated', id, write, { reason: 'calendars_added' }),
    ])
  } catch (error) {
    if (!(error instanceof GuardBroken)) throw error
    const gone = await ctx.db.prepare(`SELECT 1 WHERE ${GONE}`).bind(id, ctx.publisher.id).first()
    if (gone) throw new DomainError('not_found')
    const unknown = await ctx.db.prepare(`SELECT 1 WHERE ${UNKNOWN}`).bind(id, list, ctx.publisher.id).first()
    throw new DomainError(unknown ? 'not_found' : 'limit_reached')
  }
}

/** An act of the person: counted, dated, and marked by this write. Conditions follow. */
export const markActive = `UPDATE subscribers
  SET total_activity = total_activity + 1, last_active_at = ?1, modified_at = ?1, write_id = ?2
  WHERE publisher_id = ?3 AND id = ?4 AND state IN ${USABLE}`

/**
 * Lifts the time of a person whom this write marked to that of the calendars which leave them (all, or those of a
 * list): a feed's `Last-Modified` never goes backwards, though the newest of what it showed is gone.
 */
export function keepNewest(
  ctx: Context,
  id: string,
  write: string,
  leaving: readonly string[] | null = null,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `UPDATE subscribers SET revised_at = max(revised_at, coalesce((SELECT max(c.revised_at) FROM follows f
         CROSS JOIN calendars c ON c.id = f.calendar_id WHERE f.subscriber_id = ?1
           AND (?3 IS NULL OR c.id IN (SELECT value FROM json_each(?3)))), 0))
       WHERE id = ?1 AND write_id = ?2`,
    )
    .bind(id, write, leaving && JSON.stringify(leaving))
}

/**
 * A person stops following calendars; those not followed, or deleted by now, change nothing. Logs `subscriber.updated`
 * (`calendars_removed`) where anything changed.
 * @throws DomainError `not_found` (a calendar that is not the publisher's), `forbidden` (the own private calendar)
 */
export async function removeCalendars(
  ctx: Context,
  id: string,
  calendarIds: readonly string[],
): Promise<void> {
  const write = newWriteId()
  const list = JSON.stringify(calendarIds)
  const { results } = await ctx.db
    .prepare(
      `SELECT c.owner_id AS owner, c.kind FROM json_each(?1) j CROSS JOIN calendars c ON c.id = j.value
       WHERE c.publisher_id = ?2`,
    )
    .bind(list, ctx.publisher.id)
    .all<{ owner: string | null; kind: string }>()
  if (results.some((calendar) => calendar.owner === id)) throw new DomainError('forbidden')
  const known = results.filter((calendar) => calendar.kind === 'public')
  if (known.length < new Set(calendarIds).size) throw new DomainError('not_found')
  await commit(ctx, [
    ctx.db
      .prepare(
        `${markActive} AND EXISTS (SELECT 1 FROM json_each(?5) j CROSS JOIN follows f
           ON f.subscriber_id = ?4 AND f.calendar_id = j.value)`,
      )
      .bind(ctx.now, write, ctx.publisher.id, id, list),
    keepNewest(ctx, id, write, calendarIds),
    ctx.db
      .prepare(
        `DELETE FROM follows WHERE subscriber_id = ?1 AND calendar_id IN (SELECT value FROM json_each(?2))
         AND EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND write_id = ?3)`,
      )
      .bind(id, list, write),
    logSubscriber(ctx, 'subscriber.updated', id, write, { reason: 'calendars_removed' }),
  ])
}
