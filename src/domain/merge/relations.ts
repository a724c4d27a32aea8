import { isReachedByCalendar } from '../../objects/event-access'
import { permissionSql, rankSql } from '../../objects/permissions'
import { privateCalendarSql } from '../calendars/private'
import type { Context } from '../context'
import { IS_MERGING, type Run } from './statement'

/**
 * How relations, answers, follows and private events of a person who merges (`?2`) become the survivor's (`?1`). Each
 * statement asks for the mark of this write (`?3`) on the one who merges.
 */

/** SQL: the higher of two permissions, as an upsert sees them. */
const higher = (table: string) =>
  permissionSql(`max(${rankSql(`${table}.permission`)}, ${rankSql('excluded.permission')})`)

/** SQL of an upsert: whether the one who merges had the relation first. Then its actor stands. */
const EARLIER = 'excluded.created_at < relations.created_at'

/** Columns of a relation that both have. One of the survivor that was removed says nothing. */
const joined = {
  permission: higher('relations'),
  is_invitation: 'max(relations.is_invitation, excluded.is_invitation)',
  rsvp_status: 'coalesce(relations.rsvp_status, excluded.rsvp_status)',
  message: 'coalesce(relations.message, excluded.message)',
  actor_id: `iif(${EARLIER}, excluded.actor_id, relations.actor_id)`,
  is_owner: 'max(relations.is_owner, excluded.is_owner)',
  first_name: `coalesce(nullif(relations.first_name, ''), excluded.first_name)`,
  last_name: `coalesce(nullif(relations.last_name, ''), excluded.last_name)`,
  // What is shown to the actor is what that actor's own POST was addressed with.
  addressed_email: `iif(${EARLIER}, excluded.addressed_email, relations.addressed_email)`,
  addressed_phone: `iif(${EARLIER}, excluded.addressed_phone, relations.addressed_phone)`,
  created_at: 'min(relations.created_at, excluded.created_at)',
}

/** Direct relations, of the person and by the person. */
export function moveRelations(ctx: Context, run: Run): D1PreparedStatement[] {
  const names = Object.keys(joined)
  const taken = names.map((name) => {
    // A new direct relation takes over what was answered while the event came through calendars.
    if (name === 'rsvp_status')
      return `coalesce(r.rsvp_status, iif(${isRelated('?1', 'r.event_id')}, NULL, ${answered('?1', 'r.event_id')}))`
    return `r.${name}`
  })
  const sets = Object.entries(joined).map(
    ([name, value]) => `${name} = iif(relations.removed_at IS NULL, ${value}, excluded.${name})`,
  )
  return [
    // What B answered while the event came through calendars only goes on where A was related, and said nothing.
    run(
      `UPDATE relations SET rsvp_status = ${answered('?2', 'relations.event_id')}, write_id = ?3
       WHERE subscriber_id = ?1 AND removed_at IS NULL AND rsvp_status IS NULL AND ${IS_MERGING}
         AND event_id IN (SELECT a.event_id FROM answers a WHERE a.subscriber_id = ?2 AND a.rsvp_status IS NOT NULL)
         AND NOT ${isRelated('?2', 'relations.event_id')}`,
    ),
    run(
      `UPDATE events SET creator_id = ?1, write_id = ?3
       WHERE creator_id = ?2 AND creator_id <> '' AND deleted_at IS NULL AND ${IS_MERGING}`,
    ),
    run(
      `UPDATE relations SET actor_id = ?1, write_id = ?3
       WHERE actor_id = ?2 AND actor_id <> '' AND removed_at IS NULL AND ${IS_MERGING}`,
    ),
    run(
      `INSERT INTO relations (event_id, subscriber_id, publisher_id, ${names.join(', ')}, write_id)
       SELECT r.event_id, ?1, r.publisher_id, ${taken.join(', ')}, ?3
       FROM relations r WHERE r.subscriber_id = ?2 AND r.removed_at IS NULL AND ${IS_MERGING}
       ON CONFLICT (event_id, subscriber_id)
       DO UPDATE SET ${sets.join(', ')}, removed_at = NULL, write_id = excluded.write_id`,
    ),
    run(
      `UPDATE relations SET removed_at = ?4, write_id = ?3
       WHERE subscriber_id = ?2 AND removed_at IS NULL AND ${IS_MERGING}`,
      ctx.now,
    ),
  ]
}

/** SQL: what a person answered to an event that a calendar brings them. Beside a direct relation it doesn't count. */
const answered = (personId: string, eventId: string) => `(SELECT a.rsvp_status FROM answers a
  WHERE a.subscriber_id = ${personId} AND a.event_id = ${eventId} AND ${isReachedByCalendar(eventId, personId)})`

const isRelated = (personId: string, eventId: string) => `EXISTS (SELECT 1 FROM relations d
  WHERE d.subscriber_id = ${personId} AND d.event_id = ${eventId} AND d.removed_at IS NULL)`

/** Answers to events that come through calendars. */
export function moveAnswers(run: Run): D1PreparedStatement[] {
  return [
    run(
      `INSERT INTO answers (subscriber_id, event_id, publisher_id, rsvp_status, acknowledged, answered_at, write_id)
       SELECT ?1, b.event_id, b.publisher_id, b.rsvp_status, b.acknowledged, b.answered_at, ?3
       FROM answers b WHERE b.subscriber_id = ?2 AND ${IS_MERGING}
       ON CONFLICT (subscriber_id, event_id) DO UPDATE SET
         rsvp_status = coalesce(answers.rsvp_status, excluded.rsvp_status),
         acknowledged = max(answers.acknowledged, excluded.acknowledged),
         answered_at = min(answers.answered_at, excluded.answered_at), write_id = excluded.write_id`,
    ),
    run(`DELETE FROM answers WHERE subscriber_id = ?2 AND ${IS_MERGING}`),
  ]
}

/** Calendars followed, in their order, after those of the survivor. */
export function moveFollows(run: Run): D1PreparedStatement[] {
  return [
    run(
      `INSERT INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
       SELECT f.publisher_id, ?1, f.calendar_id, f.permission, f.followed_at
       FROM follows f CROSS JOIN calendars c ON c.id = f.calendar_id
       WHERE f.subscriber_id = ?2 AND c.owner_id IS NOT ?2 AND ${IS_MERGING} ORDER BY f.position
       ON CONFLICT (subscriber_id, calendar_id) DO UPDATE SET permission = ${higher('follows')},
         followed_at = min(follows.followed_at, excluded.followed_at)`,
    ),
    run(`DELETE FROM follows WHERE subscriber_id = ?2 AND ${IS_MERGING}`),
  ]
}

/** Private events go into the survivor's private calendar under their ids; the emptied calendar ends. */
export function movePrivateEvents(ctx: Context, run: Run): D1PreparedStatement[] {
  const [to, from] = [privateCalendarSql('?1'), privateCalendarSql('?2')]
  return [
    // The calendar's counters go by the rows that come and go, so these don't change their calendar in place.
    run(
      `INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at)
       SELECT ${to}, m.event_id, m.publisher_id, m.added_at FROM calendar_events m
       WHERE m.calendar_id = ${from} AND ${IS_MERGING} ON CONFLICT DO NOTHING`,
    ),
    run(`DELETE FROM calendar_events WHERE calendar_id = ${from} AND ${IS_MERGING}`),
    run(
      `UPDATE events SET owner_id = ?1, calendar_id = ${to}, write_id = ?3
       WHERE owner_id = ?2 AND owner_id <> '' AND deleted_at IS NULL AND ${IS_MERGING}`,
    ),
    run(
      `UPDATE calendars SET modified_at = ?4, write_id = ?3
       WHERE owner_id = ?1 AND deleted_at IS NULL AND ${IS_MERGING} AND ${from} IS NOT NULL`,
      ctx.now,
    ),
    run(
      `UPDATE calendars SET modified_at = ?4, write_id = ?3, deleted_at = ?4
       WHERE owner_id = ?2 AND deleted_at IS NULL AND ${IS_MERGING}`,
      ctx.now,
    ),
  ]
}
