import { logAnswer, logRelation } from '../../changes'
import { indirectRank, isReachedByCalendar } from '../../objects/event-access'
import type { RsvpStatus } from '../../objects/permissions'
import type { ActingContext } from '../acting'

/**
 * Statements by which a person answers an event that this write has marked: on their direct relation, else beside the
 * calendars that bring it. Stands before the event is moved, so that what was seen can be answered. What says nothing
 * new writes nothing (`event-subscriptions.md` 7).
 */
export function answerBeside(
  ctx: ActingContext,
  eventId: string,
  personId: string,
  rsvp: RsvpStatus,
  write: string,
): D1PreparedStatement[] {
  const marked = 'EXISTS (SELECT 1 FROM events e WHERE e.id = ?1 AND e.write_id = ?4)'
  const yes = `?3 = 'attending'`
  return [
    ctx.db
      .prepare(
        `UPDATE relations SET rsvp_status = ?3, write_id = ?4,
           permission = iif(${yes}, replace(permission, 'invited_', 'subscribed_'), permission)
         WHERE event_id = ?1 AND subscriber_id = ?2 AND removed_at IS NULL AND ${marked}
           AND (rsvp_status IS NOT ?3 OR (${yes} AND permission IN ('invited_read', 'invited_write')))`,
      )
      .bind(eventId, personId, rsvp, write),
    ctx.db
      .prepare(
        `INSERT INTO answers (subscriber_id, event_id, publisher_id, rsvp_status, acknowledged, answered_at, write_id)
         SELECT ?2, x.id, x.publisher_id, ?3, ${yes} AND ${indirectRank('x.id', '?2')} % 2 = 1, ?5, ?4 FROM events x
         WHERE x.id = ?1 AND x.write_id = ?4 AND ${isReachedByCalendar('x.id', '?2')}
           AND NOT EXISTS (SELECT 1 FROM relations r WHERE r.event_id = ?1 AND r.subscriber_id = ?2 AND r.removed_at IS NULL)
         ON CONFLICT (subscriber_id, event_id) DO UPDATE SET rsvp_status = ?3, answered_at = ?5, write_id = ?4,
           acknowledged = max(answers.acknowledged, excluded.acknowledged)
         WHERE answers.rsvp_status IS NOT ?3 OR answers.acknowledged < excluded.acknowledged`,
      )
      .bind(eventId, personId, rsvp, write, ctx.now),
    ...logRelation(ctx, 'relation.updated', eventId, personId, write),
    logAnswer(ctx, eventId, personId, write),
  ]
}
