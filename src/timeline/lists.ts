import { LIFE } from './store'
import type { EventQuery, SubscriptionQuery } from './viewer'

/** A page as JSON text, and how many items match in all. */
export type ListedItems = { readonly items: string; readonly count: number }

/** Conditions over `items i`, with their values. */
class Conditions {
  private readonly conditions: string[] = []
  readonly values: (string | number)[] = []

  add(condition: string, ...values: (string | number)[]): this {
    this.conditions.push(condition)
    this.values.push(...values)
    return this
  }

  /** What is null is not asked about. */
  in(column: string, ids: readonly string[] | null): this {
    return ids === null
      ? this
      : this.add(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
  }

  toString(): string {
    return this.conditions.join(' AND ') || 'true'
  }
}

/** Whether a token is of this life and was given: 0 always counts (`event-subscriptions.md` 9, rule 7). */
export function isGoodToken(token: number, life: number, highest: number): boolean {
  return token === 0 || (token > life * LIFE && token <= highest)
}

/** Event subscriptions; `inCalendars` are the events that stand in calendars of the services asked for. */
export function listSubscriptions(
  sql: SqlStorage,
  query: SubscriptionQuery,
  inCalendars: readonly string[] | null,
): ListedItems {
  const where = new Conditions().in('i.event_id', query.eventIds).in('i.subscriber_id', query.subscriberIds)
  if (query.rsvpStatus === 'null') where.add('i.rsvp IS NULL')
  else if (query.rsvpStatus !== null) where.add('i.rsvp = ?', query.rsvpStatus)
  if (inCalendars) where.in('i.event_id', inCalendars)
  if (query.syncToken === null) where.add('i.removed = 0')
  else if (query.syncToken > 0) where.add('i.token > ?', query.syncToken)
  return page(sql, where, query, 'i.json', 'i.created', toSubscription)
}

/** The viewer's own events. */
export function listEvents(
  sql: SqlStorage,
  query: EventQuery,
  inCalendars: readonly string[] | null,
): ListedItems {
  const where = new Conditions().add('i.own = 1').in('i.event_id', query.ids)
  const has = 'EXISTS (SELECT 1 FROM json_each(i.calendars) c WHERE c.value'
  if (query.calendarIds) {
    const all = `NOT EXISTS (SELECT 1 FROM json_each(?) j WHERE NOT ${has} = j.value))`
    // In all of no calendars is nothing: an empty list matches nothing.
    where.add(query.calendarIds.length === 0 ? 'false' : all, ...allOf(query.calendarIds))
  }
  if (query.anyCalendarIds) {
    where.add(`${has} IN (SELECT value FROM json_each(?)))`, JSON.stringify(query.anyCalendarIds))
  }
  if (inCalendars) where.in('i.event_id', inCalendars)
  if (query.syncToken === null) where.add('i.removed = 0')
  else if (query.syncToken > 0) where.add('i.token > ?', query.syncToken)
  return page(sql, where, query, 'i.event', 'i.event_created', toEvent)
}

const allOf = (ids: readonly string[]): string[] => (ids.length === 0 ? [] : [JSON.stringify(ids)])

/** One live item; null where there is none. */
export function findSubscription(sql: SqlStorage, id: string): string | null {
  const [row] = sql
    .exec<ItemRow>(
      'SELECT i.id, i.event_id, i.removed, i.token, i.json AS body FROM items i WHERE i.id = ? AND i.removed = 0',
      id,
    )
    .toArray()
  return row ? toSubscription(row) : null
}

/** One event of the viewer's own; null where there is none. */
export function findEvent(sql: SqlStorage, eventId: string): string | null {
  const [row] = sql
    .exec<ItemRow>(
      'SELECT i.id, i.event_id, i.removed, i.token, i.event AS body FROM items i WHERE i.event_id = ? AND i.own = 1 AND i.removed = 0',
      eventId,
    )
    .toArray()
  return row ? toEvent(row) : null
}

type ItemRow = { id: string; event_id: string; removed: number; token: number; body: string | null }

function page(
  sql: SqlStorage,
  where: Conditions,
  query: SubscriptionQuery | EventQuery,
  body: string,
  created: string,
  toText: (row: ItemRow) => string,
): ListedItems {
  const direction = query.ascending ? 'ASC' : 'DESC'
  const keys = query.orderBy === 'sync_token' ? ['i.token'] : ['i.removed', created, 'i.id']
  const order = keys.map((key) => `${key} ${direction}`).join(', ')
  const { count } = sql
    .exec<{ count: number }>(`SELECT count(*) AS count FROM items i WHERE ${where}`, ...where.values)
    .one()
  const rows = sql.exec<ItemRow>(
    `SELECT i.id, i.event_id, i.removed, i.token, ${body} AS body FROM items i WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
    ...where.values,
    query.limit,
    query.offset,
  )
  return { items: `[${[...rows].map(toText).join(',')}]`, count }
}

function toSubscription({ id, token, body }: ItemRow): string {
  return body === null ? removed(id, token) : `${body.slice(0, -1)},"sync_token":${token}}`
}

/** `{"id":"…24 digits…"`: the token stands right behind it. */
const ID_END = 32

function toEvent({ event_id: id, token, body }: ItemRow): string {
  if (body === null) return removed(id, token)
  return `${body.slice(0, ID_END)},"sync_token":${token}${body.slice(ID_END)}`
}

function removed(id: string, token: number): string {
  return `{"id":"${id}","permission":"removed","sync_token":${token}}`
}
