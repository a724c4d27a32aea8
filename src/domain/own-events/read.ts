import { events } from '../../db/schema'
import { isLiveEvent } from '../../objects/event-access'
import { publisherAsActor } from '../../objects/relation-rows'
import type { Row } from '../../platform/d1'
import { isId } from '../../platform/ids'
import type { ActingContext } from '../acting'
import { fromColumns } from '../columns'
import { DomainError } from '../errors'
import { eventFields } from '../events/objects'
import type { EventRow } from '../events/values'

/** What of the publisher's events a service asks for; what is null is not asked about, an empty list matches nothing. */
export type ServiceQuery = {
  readonly ids: readonly string[] | null
  readonly serviceIds: readonly string[] | null
  /** In all of these calendars. */
  readonly calendarIds: readonly string[] | null
  /** In any of these. */
  readonly anyCalendarIds: readonly string[] | null
  readonly ascending: boolean
  readonly limit: number
  readonly offset: number
}

/** An event as a service sees it. */
export type ServiceEvent = ReturnType<typeof serviceObject>

type ServiceRow = Row & {
  creator_first_name: string | null
  creator_last_name: string | null
  calendar_ids: string
}

/** Columns of an event `e`, and what a service sees beside. */
const serviceColumns = `e.*, cr.first_name AS creator_first_name, cr.last_name AS creator_last_name,
  (SELECT json_group_array(m.calendar_id) FROM calendar_events m JOIN calendars c ON c.id = m.calendar_id
   WHERE m.event_id = e.id AND c.deleted_at IS NULL) AS calendar_ids`

const withCreator = 'LEFT JOIN subscribers cr ON cr.id = e.creator_id'

/** An event of the publisher. @throws DomainError `event_not_found` */
export async function readServiceEvent(ctx: ActingContext, id: string): Promise<ServiceEvent> {
  const row = isId(id)
    ? await ctx.db
        .prepare(
          `SELECT ${serviceColumns} FROM events e ${withCreator} WHERE e.id = ?1 AND e.publisher_id = ?2 AND ${isLiveEvent()}`,
        )
        .bind(id, ctx.publisher.id)
        .first<ServiceRow>()
    : null
  if (!row) throw new DomainError('event_not_found')
  return serviceObject(ctx, row)
}

/** Events of the publisher by creation, and how many match. */
export async function listServiceEvents(
  ctx: ActingContext,
  query: ServiceQuery,
): Promise<{ items: ServiceEvent[]; count: number }> {
  const values: unknown[] = []
  const value = (bound: unknown): string => `?${values.push(bound)}`
  const list = (ids: readonly string[]) => value(JSON.stringify(ids))
  // What is asked for by ids or calendars is found by these: without the plus SQLite walks all events of the publisher.
  const isNarrow = query.ids ?? query.calendarIds ?? query.anyCalendarIds
  const where = [`${isNarrow ? '+' : ''}e.publisher_id = ${value(ctx.publisher.id)}`, isLiveEvent()]
  if (query.ids) where.push(`e.id IN (SELECT value FROM json_each(${list(query.ids)}))`)
  if (query.anyCalendarIds) where.push(`e.id IN (${heldBy(list(query.anyCalendarIds))})`)
  if (query.calendarIds) {
    const wanted = list(query.calendarIds)
    where.push(
      `e.id IN (${heldBy(wanted)} GROUP BY m.event_id HAVING count(*) = json_array_length(${wanted}))`,
    )
  }
  if (query.serviceIds) {
    where.push(
      query.serviceIds.includes(String(ctx.publisher.id))
        ? `EXISTS (SELECT 1 FROM calendar_events m JOIN calendars c ON c.id = m.calendar_id
             WHERE m.event_id = e.id AND c.deleted_at IS NULL AND c.kind = 'public' AND c.draft = 0)`
        : 'false',
    )
  }
  const from = `FROM events e WHERE ${where.join(' AND ')}`
  const direction = query.ascending ? 'ASC' : 'DESC'
  const [counted, found] = await ctx.db.batch<Row>([
    ctx.db.prepare(`SELECT count(*) AS count ${from}`).bind(...values),
    ctx.db
      .prepare(
        `SELECT ${serviceColumns} FROM (SELECT e.id ${from} ORDER BY e.created_at ${direction}, e.id ${direction}
           LIMIT ?${values.length + 1} OFFSET ?${values.length + 2}) p
         CROSS JOIN events e ON e.id = p.id ${withCreator} ORDER BY e.created_at ${direction}, e.id ${direction}`,
      )
      .bind(...values, query.limit, query.offset),
  ])
  return {
    items: (found?.results ?? []).map((row) => serviceObject(ctx, row as ServiceRow)),
    count: Number(counted?.results[0]?.count ?? 0),
  }
}

/** SQL: the ids of events that live calendars of a JSON list hold, one for each of them. */
const heldBy = (
  list: string,
) => `SELECT m.event_id FROM json_each(${list}) j CROSS JOIN calendars c ON c.id = j.value
  CROSS JOIN calendar_events m ON m.calendar_id = c.id WHERE c.deleted_at IS NULL`

/** A service has no subscription of its own: it may write all, and sees every calendar. */
function serviceObject({ publisher }: ActingContext, row: ServiceRow) {
  const event = fromColumns<EventRow>(events, row)
  const creator =
    event.creatorId === ''
      ? publisherAsActor(publisher)
      : {
          id: event.creatorId,
          firstName: row.creator_first_name ?? '',
          lastName: row.creator_last_name ?? '',
        }
  const { id, ...fields } = eventFields(event, creator)
  return {
    id,
    sync_token: null,
    ...fields,
    permission: 'subscribed_write',
    previous_permission: null,
    is_invitation: false,
    invitation: null,
    calendar_ids: (JSON.parse(row.calendar_ids) as string[]).sort(),
    rsvp_status: null,
  }
}
