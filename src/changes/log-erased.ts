import { INTO_LOG, type WriteContext } from './write'

/**
 * What an erasure says in the log beside `subscriber.unsubscribed`. `persons` is SQL for the ids of the persons, of
 * whom `?3` is the one.
 */

/** Logs the accounts that are linked to them, before they are no more. */
export function logUnlinking(ctx: WriteContext, personId: string, persons: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT a.publisher_id, 'account:' || a.id, 'account.updated', a.account_id, ?1, ?2, NULL, NULL, 1
       FROM accounts a WHERE a.subscriber_id IN (${persons})`,
    )
    .bind(ctx.actor, ctx.now, personId)
}

/** Logs the relations, of those between two places of the table, that lost a contact of theirs by this write. */
export function logAddressedLeaving(
  ctx: WriteContext,
  write: string,
  [after, last]: readonly [number, number],
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT r.publisher_id, 'event:' || r.event_id, 'relation.updated', r.event_id || '_' || r.subscriber_id,
         ?1, ?2, NULL, NULL, 1
       FROM relations r CROSS JOIN events e ON e.id = r.event_id AND e.deleted_at IS NULL AND e.draft = 0
       WHERE r.rowid > ?3 AND r.rowid <= ?4 AND r.write_id = ?5 AND r.removed_at IS NULL`,
    )
    .bind(ctx.actor, ctx.now, after, last, write)
}

/** Logs the relations of others that have a message of theirs, before it goes. */
export function logMessagesLeaving(
  ctx: WriteContext,
  personId: string,
  persons: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT r.publisher_id, 'event:' || r.event_id, 'relation.updated', r.event_id || '_' || r.subscriber_id,
         ?1, ?2, NULL, NULL, 1
       FROM relations r CROSS JOIN events e ON e.id = r.event_id AND e.deleted_at IS NULL AND e.draft = 0
       WHERE r.actor_id IN (${persons}) AND r.actor_id <> '' AND r.message IS NOT NULL AND r.removed_at IS NULL`,
    )
    .bind(ctx.actor, ctx.now, personId)
}
