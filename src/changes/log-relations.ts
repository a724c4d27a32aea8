import { indirectSql, relationJoins, relationSql } from '../objects/relation-rows'
import { INTO_LOG, type WriteContext } from './write'

export type RelationOp = 'relation.created' | 'relation.updated' | 'relation.removed'

/** The webhook of each op (`event-subscriptions.md` 11). */
const messages = {
  'relation.created': 'event_subscription.created',
  'relation.updated': 'event_subscription.updated',
  'relation.removed': 'event_subscription.removed',
} as const

/** Logs a direct relation that this write marked, in both of its streams; the event's row carries the message, unless `silent`. */
export function logRelation(
  ctx: WriteContext,
  op: RelationOp,
  eventId: string,
  subscriberId: string,
  write: string,
  silent = false,
): D1PreparedStatement[] {
  const marked = 'r.event_id = ?4 AND r.subscriber_id = ?5 AND r.write_id = ?6'
  return [
    ctx.db
      .prepare(
        `${INTO_LOG} SELECT r.publisher_id, 'event:' || r.event_id, ?1, r.event_id || '_' || r.subscriber_id, ?2, ?3, ?7,
           iif(?7 IS NULL, NULL, json_object('relation', ${relationSql}, 'publisher', json_object('id', p.id, 'name', p.name))),
           ?7 IS NULL
         FROM relations r ${relationJoins} JOIN publishers p ON p.id = r.publisher_id WHERE ${marked}`,
      )
      .bind(op, ctx.actor, ctx.now, eventId, subscriberId, write, silent ? null : messages[op]),
    ctx.db
      .prepare(
        `${INTO_LOG} SELECT r.publisher_id, 'subscriber:' || r.subscriber_id, ?1, r.event_id || '_' || r.subscriber_id, ?2, ?3, NULL, NULL, 1
         FROM relations r WHERE ${marked}`,
      )
      .bind(op, ctx.actor, ctx.now, eventId, subscriberId, write),
  ]
}

/** Logs the answer of a person to an event that comes through calendars, which this write marked. */
export function logAnswer(
  ctx: WriteContext,
  eventId: string,
  subscriberId: string,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT a.publisher_id, 'subscriber:' || s.id, 'answer.updated', a.event_id || '_' || s.id, ?1, ?2,
         'event_subscription.updated', json_object('relation', ${indirectSql('a.event_id')}, 'publisher', json_object('id', p.id, 'name', p.name)), 0
       FROM answers a JOIN subscribers s ON s.id = a.subscriber_id JOIN publishers p ON p.id = a.publisher_id
       WHERE a.event_id = ?3 AND a.subscriber_id = ?4 AND a.write_id = ?5`,
    )
    .bind(ctx.actor, ctx.now, eventId, subscriberId, write)
}

/** Logs the direct relations that a person whom this write marked is about to lose with everything else. */
export function logLeaving(ctx: WriteContext, subscriberId: string, write: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT r.publisher_id, 'event:' || r.event_id, 'relation.removed', r.event_id || '_' || r.subscriber_id, ?1, ?2, NULL, NULL, 1
       FROM relations r JOIN subscribers s ON s.id = r.subscriber_id
       WHERE r.subscriber_id = ?3 AND r.removed_at IS NULL AND s.write_id = ?4`,
    )
    .bind(ctx.actor, ctx.now, subscriberId, write)
}
