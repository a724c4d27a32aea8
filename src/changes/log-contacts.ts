import type { Contact } from './log'
import { INTO_LOG, type WriteContext } from './write'

/**
 * What contacts, names and merges say in the log (`event-subscriptions.md` 11). Rows without a message tell timelines
 * and feeds what to look at again; they say nothing themselves.
 */

/** SQL: whether this write marked a person, given their id and the write. */
const isMarked = (id: string, write: string) =>
  `EXISTS (SELECT 1 FROM subscribers ms WHERE ms.id = ${id} AND ms.write_id = ${write})`

/** SQL: a row of the stream of a relation's event. */
const relationRow = (op: 'relation.updated' | 'relation.removed') =>
  `SELECT r.publisher_id, 'event:' || r.event_id, '${op}', r.event_id || '_' || r.subscriber_id, ?1, ?2, NULL, NULL, 1
   FROM relations r CROSS JOIN events e ON e.id = r.event_id AND e.deleted_at IS NULL AND e.draft = 0`

/** Logs that a code was asked for: the row tells whose contact, and never the code. */
export function logContactRequested(ctx: WriteContext, write: string, personId: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT q.publisher_id, 'subscriber:' || q.subscriber_id, 'contact.requested', q.subscriber_id, ?1, ?2,
         'contact.verification_requested', json_object('request', q.id, 'ecalId', q.subscriber_id,
           'email', iif(q.kind = 'email', q.value, NULL), 'phoneNumber', iif(q.kind = 'phone', q.value, NULL),
           'expires', q.expires_at), 0
       FROM contact_requests q WHERE q.subscriber_id = ?3 AND q.requested_at = ?2 AND q.write_id = ?4`,
    )
    .bind(ctx.actor, ctx.now, personId, write)
}

/** Logs each live relation of a person whom this write marked: what others are shown of them may have changed. */
export function logOwnRelations(ctx: WriteContext, personId: string, write: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} ${relationRow('relation.updated')}
       WHERE r.subscriber_id = ?3 AND r.removed_at IS NULL AND ${isMarked('?3', '?4')}`,
    )
    .bind(ctx.actor, ctx.now, personId, write)
}

/** As `logOwnRelations`, of whoever holds verified what the person is about to take. */
export function logLosersRelations(
  ctx: WriteContext,
  personId: string,
  { kind, value }: Contact,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} ${relationRow('relation.updated')}
       WHERE r.removed_at IS NULL AND ${isMarked('?3', '?4')} AND r.subscriber_id IN (
         SELECT k.subscriber_id FROM contacts k
         WHERE k.publisher_id = ?7 AND k.kind = ?5 AND k.value = ?6 AND k.verified = 1 AND k.subscriber_id <> ?3)`,
    )
    .bind(ctx.actor, ctx.now, personId, write, kind, value, ctx.publisher.id)
}

/**
 * Logs new names or tags of a person whom this write marked, wherever they show: on the person, their relations, those
 * they made, and the events they made. `differs`: further SQL over `subscribers s`, its values from `?5` on.
 */
export function logNames(
  ctx: WriteContext,
  personId: string,
  write: string,
  differs: { readonly sql: string; readonly values: readonly unknown[] } = { sql: 'true', values: [] },
): D1PreparedStatement[] {
  const person = `EXISTS (SELECT 1 FROM subscribers s WHERE s.id = ?3 AND s.write_id = ?4 AND (${differs.sql}))`
  const log = (sql: string) =>
    ctx.db.prepare(`${INTO_LOG} ${sql}`).bind(ctx.actor, ctx.now, personId, write, ...differs.values)
  return [
    log(
      `SELECT s.publisher_id, 'subscriber:' || s.id, 'profile.updated', s.id, ?1, ?2, NULL, NULL, 1
       FROM subscribers s WHERE s.id = ?3 AND s.write_id = ?4 AND (${differs.sql})`,
    ),
    log(
      `${relationRow('relation.updated')} WHERE r.subscriber_id = ?3 AND r.removed_at IS NULL AND ${person}`,
    ),
    log(
      `${relationRow('relation.updated')} WHERE r.actor_id = ?3 AND r.actor_id <> '' AND r.removed_at IS NULL
         AND r.subscriber_id <> ?3 AND ${person}`,
    ),
    ...madeEvents(person).map(log),
  ]
}

/** SQL: rows of the events that a person (`?3`) made, in their own streams and those of their calendars. */
function madeEvents(condition: string): string[] {
  const made = `e.creator_id = ?3 AND e.creator_id <> '' AND e.deleted_at IS NULL AND e.draft = 0 AND ${condition}`
  return [
    `SELECT e.publisher_id, 'event:' || e.id, 'event.updated', e.id, ?1, ?2, NULL, NULL, 1 FROM events e WHERE ${made}`,
    `SELECT e.publisher_id, 'calendar:' || m.calendar_id, 'event.updated', e.id, ?1, ?2, NULL, NULL, 1
     FROM events e CROSS JOIN calendar_events m ON m.event_id = e.id WHERE ${made}`,
  ]
}

/** Logs private calendars that this write made for persons there were, and that these have something new to see. */
export function logNewPrivateCalendars(
  ctx: WriteContext,
  ids: readonly string[],
  write: string,
): D1PreparedStatement[] {
  const from = 'FROM json_each(?3) j CROSS JOIN calendars c ON c.id = j.value WHERE c.write_id = ?4'
  return [
    `SELECT c.publisher_id, 'calendar:' || c.id, 'calendar.created', c.id, ?1, ?2, NULL, NULL, 1 ${from}`,
    `SELECT c.publisher_id, 'subscriber:' || c.owner_id, 'subscriber.updated', c.owner_id, ?1, ?2, NULL, NULL, 1 ${from}`,
  ].map((sql) => ctx.db.prepare(`${INTO_LOG} ${sql}`).bind(ctx.actor, ctx.now, JSON.stringify(ids), write))
}

/** Logs the live relations of a person who merges and whom this write marked; stands before they go. */
export function logRelationsLeaving(ctx: WriteContext, mergedId: string, write: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} ${relationRow('relation.removed')}
       WHERE r.subscriber_id = ?3 AND r.removed_at IS NULL AND ${isMarked('?3', '?4')}`,
    )
    .bind(ctx.actor, ctx.now, mergedId, write)
}

/**
 * Logs that persons were merged into one whom this write marked: what they made, the calendars, and both persons. The survivor's row carries the message.
 */
export function logMerged(
  ctx: WriteContext,
  survivorId: string,
  mergedIds: readonly string[],
  { kind, value }: Contact,
  write: string,
): D1PreparedStatement[] {
  const log = (sql: string, ...more: unknown[]) =>
    ctx.db.prepare(`${INTO_LOG} ${sql}`).bind(ctx.actor, ctx.now, survivorId, write, ...more)
  const all = JSON.stringify([survivorId, ...mergedIds])
  return [
    log(
      `${relationRow('relation.updated')} WHERE r.actor_id = ?3 AND r.actor_id <> '' AND r.removed_at IS NULL
         AND r.subscriber_id <> ?3 AND r.write_id = ?4`,
    ),
    ...madeEvents('e.write_id = ?4').map((sql) => log(sql)),
    log(
      `SELECT c.publisher_id, 'calendar:' || c.id, 'calendar.updated', c.id, ?1, ?2, NULL, NULL, 1
       FROM calendars c WHERE c.owner_id IN (SELECT value FROM json_each(?5)) AND c.write_id = ?4 AND ${isMarked('?3', '?4')}`,
      all,
    ),
    ...mergedIds.flatMap((mergedId) => {
      const payload = JSON.stringify({
        ecalId: survivorId,
        mergedEcalId: mergedId,
        email: kind === 'email' ? value : null,
        phoneNumber: kind === 'phone' ? value : null,
      })
      const merged = `FROM subscribers b WHERE b.id = ?5 AND b.write_id = ?4 AND b.state = 'merged'`
      return [
        log(
          `SELECT b.publisher_id, 'subscriber:' || ?3, 'subscriber.merged', ?3, ?1, ?2, 'subscriber.merged', ?6, 0 ${merged}`,
          mergedId,
          payload,
        ),
        log(
          `SELECT b.publisher_id, 'subscriber:' || b.id, 'subscriber.merged', b.id, ?1, ?2, NULL, NULL, 1 ${merged}`,
          mergedId,
        ),
      ]
    }),
  ]
}
