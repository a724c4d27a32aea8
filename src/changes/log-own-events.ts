import { INTO_LOG, type WriteContext } from './write'

/**
 * Logs an event that its owner made by this write (`event-subscriptions.md` 11), beside `logEvents`: in the event's own
 * stream where a calendar's row carries the message, and the new relation in the owner's.
 */
export function logOwner(ctx: WriteContext, eventId: string, write: string): D1PreparedStatement[] {
  const owned = 'e.id = ?3 AND e.write_id = ?4'
  return [
    ctx.db
      .prepare(
        `${INTO_LOG} SELECT e.publisher_id, 'event:' || e.id, 'event.created', e.id, ?1, ?2, NULL, NULL, 1
         FROM events e WHERE ${owned} AND e.calendar_id <> ''`,
      )
      .bind(ctx.actor, ctx.now, eventId, write),
    ctx.db
      .prepare(
        `${INTO_LOG} SELECT e.publisher_id, 'subscriber:' || e.creator_id, 'relation.created', e.id || '_' || e.creator_id,
           ?1, ?2, NULL, NULL, 1 FROM events e WHERE ${owned}`,
      )
      .bind(ctx.actor, ctx.now, eventId, write),
  ]
}
