import { events } from '../../db/schema'
import { isLiveEvent, isReachedByCalendar } from '../../objects/event-access'
import type { Permission, RsvpStatus } from '../../objects/permissions'
import type { Database, Row } from '../../platform/d1'
import { fromColumns } from '../columns'
import type { EventRow } from '../events/values'

/** What a person has to do with single events, beside what calendars bring (`event-subscriptions.md` 10, *In the feed*). */
export type OwnEvents = {
  /** Events with a direct relation, by id: the relation decides, whatever calendars hold them. */
  readonly direct: ReadonlyMap<string, DirectEvent>
  /** Ids of events that the person does not attend, by an answer. */
  readonly declined: ReadonlySet<string>
  /** Events of calendars followed as `invited_*` that were acknowledged one by one. */
  readonly acknowledged: readonly EventRow[]
  /** None of all this, nor can there be any before something is written to the person's own stream. */
  readonly isNothing: boolean
}

export type DirectEvent = {
  readonly event: EventRow
  readonly permission: Permission
  readonly rsvpStatus: RsvpStatus | null
}

export const noOwnEvents: OwnEvents = {
  direct: new Map(),
  declined: new Set(),
  acknowledged: [],
  isNothing: true,
}

/** SQL: whose whole feed an address opens. */
const OF_ADDRESS = `FROM feed_addresses a CROSS JOIN`
const WHOLE = `a.address_hash = ?1 AND a.state IN ('live', 'merged')`

/** Statements for `toOwnEvents`, given the SHA-256 of an address. */
export function selectOwnEvents(db: Database, addressHash: string): D1PreparedStatement[] {
  return [
    `SELECT e.*, r.permission AS relation_permission, r.rsvp_status AS relation_rsvp
     ${OF_ADDRESS} relations r ON r.subscriber_id = a.subscriber_id AND r.removed_at IS NULL
     CROSS JOIN events e ON e.id = r.event_id WHERE ${WHOLE} AND ${isLiveEvent()}`,
    `SELECT w.event_id, w.rsvp_status ${OF_ADDRESS} answers w ON w.subscriber_id = a.subscriber_id
     WHERE ${WHOLE} AND (w.rsvp_status = 'not_attending' OR w.acknowledged = 1)`,
    `SELECT e.* ${OF_ADDRESS} answers w ON w.subscriber_id = a.subscriber_id AND w.acknowledged = 1
     CROSS JOIN events e ON e.id = w.event_id
     WHERE ${WHOLE} AND ${isLiveEvent()} AND ${isReachedByCalendar('e.id', 'a.subscriber_id')}`,
  ].map((sql) => db.prepare(sql).bind(addressHash))
}

export function toOwnEvents(results: readonly (readonly Row[])[]): OwnEvents {
  const [direct = [], answers = [], acknowledged = []] = results
  const toEvent = (row: Row) => fromColumns<EventRow>(events, row)
  return {
    direct: new Map(
      direct.map((row) => [
        String(row.id),
        {
          event: toEvent(row),
          permission: row.relation_permission as Permission,
          rsvpStatus: row.relation_rsvp as RsvpStatus | null,
        },
      ]),
    ),
    declined: new Set(
      answers.filter((row) => row.rsvp_status === 'not_attending').map((row) => String(row.event_id)),
    ),
    acknowledged: acknowledged.map(toEvent),
    // What was acknowledged and isn't reached now may be again by a change of the calendar alone.
    isNothing: direct.length === 0 && answers.length === 0,
  }
}
