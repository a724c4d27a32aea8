import {
  type Among,
  logFurtherCalendars,
  logLeaving,
  logParticipants,
  logSubscriber,
  newWriteId,
} from '../../changes'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import { removeRelationsAmong } from '../relations'
import { endTokens } from '../user-tokens'
import { keepNewest } from './follows'
import { USABLE } from './subscribers'

/**
 * Ends a subscription for good: the person leaves, their private events are deleted, the feed is empty from then on,
 * and no call knows the id any more. Logs `subscriber.unsubscribed`, and for those directly related to the same events
 * what they no longer see.
 * @throws DomainError `not_found`, also for all but one of several at once
 */
export async function unsubscribe(ctx: Context, id: string): Promise<void> {
  const write = newWriteId()
  const [ended] = await commit(ctx, [
    markUnsubscribed(ctx, id, write),
    // The message tells the state as it was: what the person followed is read before it goes.
    logSubscriber(ctx, 'subscriber.unsubscribed', id, write),
    ...endSubscription(ctx, id, write),
  ])
  if (ended?.results.length === 0) throw new DomainError('not_found')
}

/** Marks a person by this write, as unsubscribed. */
export function markUnsubscribed(ctx: Context, id: string, write: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `UPDATE subscribers SET state = 'unsubscribed', ended_at = ?1, modified_at = ?1, write_id = ?2
       WHERE publisher_id = ?3 AND id = ?4 AND state IN ${USABLE} RETURNING id`,
    )
    .bind(ctx.now, write, ctx.publisher.id, id)
}

/** Statements that end all that a person has whom this write marked as unsubscribed, and tell those whom it concerns. */
export function endSubscription(ctx: Context, id: string, write: string): D1PreparedStatement[] {
  const marked = 'EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND write_id = ?2)'
  return [
    ...leaveEvents(ctx, id, write),
    ctx.db
      .prepare(
        `UPDATE events SET deleted_at = ?3, modified_at = ?3, write_id = ?2
         WHERE owner_id = ?1 AND owner_id <> '' AND deleted_at IS NULL AND ${marked}`,
      )
      .bind(id, write, ctx.now),
    ...removeRelationsAmong(ctx, write, privateEvents, id),
    // A service may have put one into public calendars too: their followers lose it, their feeds change.
    logFurtherCalendars(ctx, 'event.deleted', write, privateEvents, id),
    ctx.db
      .prepare(
        `DELETE FROM calendar_events WHERE ${marked} AND event_id IN (SELECT value FROM (${privateEvents('?1')}))`,
      )
      .bind(id, write),
    ctx.db
      .prepare(
        `UPDATE calendars SET deleted_at = ?3, modified_at = ?3, write_id = ?2 WHERE owner_id = ?1 AND ${marked}`,
      )
      .bind(id, write, ctx.now),
    keepNewest(ctx, id, write),
    endTokens(ctx, id, write),
    ctx.db.prepare(`DELETE FROM follows WHERE subscriber_id = ?1 AND ${marked}`).bind(id, write),
    ctx.db.prepare(`DELETE FROM contacts WHERE subscriber_id = ?1 AND ${marked}`).bind(id, write),
  ]
}

/** The events of a person's private calendar, by the person's id. */
const privateEvents: Among = (
  id,
) => `SELECT m.event_id AS value FROM calendars c CROSS JOIN calendar_events m ON m.calendar_id = c.id
  WHERE c.owner_id = ${id}`

/** Events in no calendar to which this person is directly related. */
const looseEvents: Among = (
  id,
) => `SELECT r.event_id AS value FROM relations r CROSS JOIN events l ON l.id = r.event_id
  WHERE r.subscriber_id = ${id} AND r.removed_at IS NULL AND l.calendar_id = ''`

/**
 * Ends the direct relations and answers of a person whom this write marked; an event in no calendar goes with its last
 * one. What is told is read before it goes.
 */
function leaveEvents(ctx: Context, id: string, write: string): D1PreparedStatement[] {
  const marked = 'EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND write_id = ?2)'
  return [
    logLeaving(ctx, id, write),
    ctx.db
      .prepare(
        `UPDATE events SET deleted_at = ?3, modified_at = ?3, sequence = sequence + 1, write_id = ?2
         WHERE ${marked} AND deleted_at IS NULL AND id IN (SELECT value FROM (${looseEvents('?1')}))
           AND NOT EXISTS (SELECT 1 FROM relations r
             WHERE r.event_id = events.id AND r.removed_at IS NULL AND r.subscriber_id <> ?1)`,
      )
      .bind(id, write, ctx.now),
    ...logParticipants(ctx, 'event.deleted', write, looseEvents, id),
    ctx.db
      .prepare(
        `UPDATE relations SET removed_at = ?3, write_id = ?2 WHERE subscriber_id = ?1 AND removed_at IS NULL AND ${marked}`,
      )
      .bind(id, write, ctx.now),
    ctx.db.prepare(`DELETE FROM answers WHERE subscriber_id = ?1 AND ${marked}`).bind(id, write),
  ]
}
