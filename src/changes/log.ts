import { eventPayloadSql, subscriberPayloadSql } from './snapshots'
import { INTO_LOG, type WriteContext } from './write'

/**
 * Statements that append to the log. Each takes its rows from the state that the same batch has just written
 * (`write_id`), so that nothing is logged that did not happen, and nothing that happened is left out.
 * Which stream a write names, and which row carries the webhook: `publisher-api.md` 7, `webhooks.md` 2.
 */

/** An e-mail address or phone number, normalised. */
export type Contact = { readonly kind: 'email' | 'phone'; readonly value: string }

export type EventOp = 'event.created' | 'event.updated' | 'event.deleted'
export type CalendarOp = 'calendar.created' | 'calendar.updated' | 'calendar.deleted'
export type SubscriberOp =
  | 'subscriber.subscribed'
  | 'subscriber.updated'
  | 'subscriber.unsubscribed'
  | 'subscriber.link_requested'

/**
 * Logs events that this write marked: one row in the stream of `calendarId`, which carries the message, and one in
 * that of each other calendar that holds the event; then those of `logParticipants`. An event in no calendar has its
 * message on the row of its own stream. Drafts, and all where `silent`, carry none.
 */
export function logEvents(
  ctx: WriteContext,
  op: EventOp,
  ids: readonly string[],
  write: string,
  silent = false,
): D1PreparedStatement[] {
  const list = JSON.stringify(ids)
  const carries = silent ? '0' : 'e.draft = 0'
  // A draft drawn back is a deletion that must be told, though the row is a draft by now.
  const told = op === 'event.deleted' && !silent ? `(${carries} OR e.deleted_at IS NULL)` : carries
  return [
    ctx.db
      .prepare(
        `${INTO_LOG} SELECT e.publisher_id, iif(e.calendar_id = '', 'event:' || e.id, 'calendar:' || e.calendar_id), ?1, e.id, ?2, ?3,
           iif(${told}, ?1, NULL), iif(${told}, ${eventPayloadSql}, NULL), iif(${told}, 0, 1)
         FROM json_each(?4) j CROSS JOIN events e ON e.id = j.value
         WHERE e.write_id = ?5 ORDER BY j.key`,
      )
      .bind(op, ctx.actor, ctx.now, list, write),
    logFurtherCalendars(ctx, op, write, listed, list),
    // Of an event in no calendar the first of these rows stands in its own stream already.
    ...logParticipants(ctx, op, write, listed, list, "AND e.calendar_id <> ''"),
  ]
}

/** SQL for ids of events, in a column `value`, given the parameter that it is made with. */
export type Among = (parameter: string) => string

/** Ids of a JSON list. */
export const listed: Among = (parameter) => `SELECT value FROM json_each(${parameter})`

/** Logs events that this write marked in each calendar that holds them beside their own. `among` is SQL for their ids. */
export function logFurtherCalendars(
  ctx: WriteContext,
  op: EventOp,
  write: string,
  among: Among,
  value: unknown,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT e.publisher_id, 'calendar:' || m.calendar_id, ?1, e.id, ?2, ?3, NULL, NULL, 1
       FROM (${among('?4')}) x CROSS JOIN events e ON e.id = x.value CROSS JOIN calendar_events m ON m.event_id = e.id
       WHERE e.write_id = ?5 AND m.calendar_id <> e.calendar_id`,
    )
    .bind(op, ctx.actor, ctx.now, value, write)
}

/**
 * Logs events that this write marked for those who have a direct relation to them, or lose it by this very write: one
 * row in the event's stream (for the publisher's services and the other participants), and one in each person's, whose
 * feed this changes. They are bounded; followers are never touched. `among` is SQL for the ids of the events in
 * question, `told` a condition for those whose own stream is to be told.
 */
export function logParticipants(
  ctx: WriteContext,
  op: EventOp,
  write: string,
  among: Among,
  value: unknown,
  told = '',
): D1PreparedStatement[] {
  const related = `(${among('?5')}) x CROSS JOIN events e ON e.id = x.value CROSS JOIN relations r ON r.event_id = e.id
    WHERE e.write_id = ?4 AND (r.removed_at IS NULL OR r.write_id = ?4)`
  const log = (stream: string, more: string) =>
    ctx.db
      .prepare(
        `${INTO_LOG} SELECT DISTINCT e.publisher_id, ${stream}, ?1, e.id, ?2, ?3, NULL, NULL, 1 FROM ${related} ${more}`,
      )
      .bind(op, ctx.actor, ctx.now, write, value)
  return [log("'event:' || e.id", told), log("'subscriber:' || r.subscriber_id", '')]
}

/** Logs in its former calendar's stream an event that this write moved; stands after `logEvents`. */
export function logMovedFrom(
  ctx: WriteContext,
  id: string,
  formerCalendarId: string,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT publisher_id, 'calendar:' || ?1, 'event.updated', id, ?2, ?3, NULL, NULL, 1
       FROM events WHERE id = ?4 AND write_id = ?5`,
    )
    .bind(formerCalendarId, ctx.actor, ctx.now, id, write)
}

/** Logs calendars that this write marked. */
export function logCalendar(
  ctx: Omit<WriteContext, 'publisher'>,
  op: CalendarOp,
  id: string,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT publisher_id, 'calendar:' || id, ?1, id, ?2, ?3, NULL, NULL, 1
       FROM calendars WHERE id = ?4 AND write_id = ?5`,
    )
    .bind(op, ctx.actor, ctx.now, id, write)
}

/** Logs `calendar.updated` in the stream of each calendar that holds an event which this write marked. */
export function logCalendarsOf(
  ctx: Omit<WriteContext, 'publisher'>,
  eventIds: readonly string[],
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT DISTINCT m.publisher_id, 'calendar:' || m.calendar_id, 'calendar.updated', m.calendar_id, ?1, ?2, NULL, NULL, 1
       FROM json_each(?3) j CROSS JOIN events e ON e.id = j.value JOIN calendar_events m ON m.event_id = e.id
       WHERE e.write_id = ?4`,
    )
    .bind(ctx.actor, ctx.now, JSON.stringify(eventIds), write)
}

/** Logs a subscriber that this write marked; `about` is what the message says beside the person's state. */
export function logSubscriber(
  ctx: WriteContext,
  op: SubscriberOp,
  id: string,
  write: string,
  about: Record<string, unknown> = {},
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT s.publisher_id, 'subscriber:' || s.id, ?, s.id, ?, ?, ?, ${subscriberPayloadSql}, 0
       FROM subscribers s WHERE s.id = ? AND s.write_id = ?`,
    )
    .bind(op, ctx.actor, ctx.now, op, JSON.stringify(about), id, write)
}

/** Logs that a contact became the verified one of a person whom this write marked. */
export function logContactVerified(
  ctx: WriteContext,
  subscriberId: string,
  contact: Contact,
  write: string,
): D1PreparedStatement {
  const payload = JSON.stringify({
    ecalId: subscriberId,
    email: contact.kind === 'email' ? contact.value : null,
    phoneNumber: contact.kind === 'phone' ? contact.value : null,
  })
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT s.publisher_id, 'subscriber:' || s.id, 'contact.verified', s.id, ?1, ?2, 'contact.verified', ?3, 0
       FROM subscribers s WHERE s.id = ?4 AND s.write_id = ?5`,
    )
    .bind(ctx.actor, ctx.now, payload, subscriberId, write)
}

/** Logs `profile.updated` of whoever holds verified what a person marked by this write is about to take. */
export function logContactLost(
  ctx: WriteContext,
  subscriberId: string,
  contact: Contact,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `${INTO_LOG} SELECT k.publisher_id, 'subscriber:' || k.subscriber_id, 'profile.updated', k.subscriber_id, ?1, ?2, NULL, NULL, 1
       FROM contacts k JOIN subscribers s ON s.id = ?3 AND s.write_id = ?4
       WHERE k.publisher_id = s.publisher_id AND k.kind = ?5 AND k.value = ?6 AND k.verified = 1 AND k.subscriber_id <> ?3`,
    )
    .bind(ctx.actor, ctx.now, subscriberId, write, contact.kind, contact.value)
}
