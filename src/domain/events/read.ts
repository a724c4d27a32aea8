import { events } from '../../db/schema'
import type { Row } from '../../platform/d1'
import { isId } from '../../platform/ids'
import { fromColumns } from '../columns'
import type { Context } from '../context'
import { DomainError } from '../errors'
import { eventEndSql } from '../series/end'
import type { EventRow } from './values'

/** An event, and what of its calendar matters for a change of it. */
export type FoundEvent = {
  readonly event: EventRow
  /** The calendar's `source`, '' where it imports none. */
  readonly source: string
  /** The zone of an event that names none: the calendar's, for a private event the publisher's. */
  readonly zoneByDefault: string
}

/** Columns of an event `e` and its calendar `c`, for `toFoundEvent`. */
export const foundColumns = 'e.*, c.source, c.timezone AS calendar_timezone'

export type FoundRow = Row & { source: string; calendar_timezone: string }

export function toFoundEvent(ctx: Context, row: FoundRow): FoundEvent {
  const event = fromColumns<EventRow>(events, row)
  const zoneByDefault = event.ownerId === '' ? row.calendar_timezone : ctx.publisher.timezone
  return { event, source: row.source, zoneByDefault }
}

/**
 * A live event by its id, else by its reference, drafts too. Events in no calendar are not the publisher's to see.
 * @throws DomainError `not_found`
 */
export async function findEvent(ctx: Context, idOrReference: string): Promise<FoundEvent> {
  const select = `SELECT ${foundColumns} FROM events e JOIN calendars c ON c.id = e.calendar_id
    WHERE e.publisher_id = ?1 AND e.deleted_at IS NULL AND`
  const find = (condition: string) =>
    ctx.db.prepare(`${select} ${condition}`).bind(ctx.publisher.id, idOrReference).first<FoundRow>()
  const row =
    (isId(idOrReference) ? await find('e.id = ?2') : null) ??
    (idOrReference === '' ? null : await find(`e.reference = ?2 AND e.reference <> ''`))
  if (!row) throw new DomainError('not_found')
  return toFoundEvent(ctx, row)
}

/** A live event by its id, else by its reference; drafts too. @throws DomainError `not_found` */
export async function readEvent(ctx: Context, idOrReference: string): Promise<EventRow> {
  return (await findEvent(ctx, idOrReference)).event
}

/** The events found among the ids, in the order asked. */
export async function readEvents(ctx: Context, ids: readonly string[]): Promise<EventRow[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT e.* FROM json_each(?1) j CROSS JOIN events e ON e.id = j.value
       WHERE e.publisher_id = ?2 AND e.deleted_at IS NULL AND e.calendar_id <> '' ORDER BY j.key`,
    )
    .bind(JSON.stringify([...new Set(ids)]), ctx.publisher.id)
    .all<Row>()
  return results.map((row) => fromColumns<EventRow>(events, row))
}

export type EventFilter = {
  /** Subscribers whose events are wanted: their private ones and those of the calendars they follow. */
  readonly subscriberIds?: readonly string[] | undefined
  readonly type?: 'fixture' | 'private' | undefined
  readonly calendarIds?: readonly string[] | undefined
  readonly reference?: string | undefined
  readonly referenceType?: string | undefined
  /** Both bound the event's start date, inclusive. */
  readonly startDate?: string | undefined
  readonly endDate?: string | undefined
  readonly showPastEvents: boolean
  readonly showDraft: boolean
  /** From 1. */
  readonly page: number
  readonly limit: number
}

/**
 * Events by start, then id. What a filter names is looked up by its own index: D1, left to itself, would go through all
 * of the publisher's events in the order that is wanted. The index of references leaves out what has none.
 */
export async function listEvents(ctx: Context, filter: EventFilter): Promise<EventRow[]> {
  const values: unknown[] = []
  const value = (bound: unknown): string => `?${values.push(bound)}`
  const list = (items: readonly string[]) => `(SELECT value FROM json_each(${value(JSON.stringify(items))}))`
  const { reference, referenceType } = filter
  const hasSet = filter.subscriberIds !== undefined || filter.calendarIds !== undefined
  const hasReference = Boolean(reference || referenceType)
  // A plus keeps a column's indices out of it: those of the publisher's events, that of their order.
  const publisherColumn = hasSet && !hasReference ? '+e.publisher_id' : 'e.publisher_id'
  const startColumn = hasSet || hasReference ? '+e.starts_at' : 'e.starts_at'
  const conditions = [
    `${publisherColumn} = ${value(ctx.publisher.id)}`,
    'e.deleted_at IS NULL',
    `e.calendar_id <> ''`,
  ]

  if (filter.type) conditions.push(filter.type === 'private' ? `e.owner_id <> ''` : `e.owner_id = ''`)
  if (filter.subscriberIds) conditions.push(ofSubscribers(list(filter.subscriberIds), filter))
  if (filter.calendarIds) {
    conditions.push(
      `e.id IN (SELECT event_id FROM calendar_events WHERE calendar_id IN ${list(filter.calendarIds)})`,
    )
  }
  if (reference !== undefined) conditions.push(`e.reference = ${value(reference)}`)
  if (reference) conditions.push(`e.reference <> ''`)
  if (referenceType !== undefined) conditions.push(`e.reference_type = ${value(referenceType)}`)
  if (referenceType) conditions.push(`e.reference_type <> ''`)
  if (filter.startDate !== undefined) conditions.push(`e.start_date >= ${value(filter.startDate)}`)
  if (filter.endDate !== undefined) conditions.push(`e.start_date <= ${value(filter.endDate)}`)
  if (!filter.showPastEvents) conditions.push(`${eventEndSql} > ${value(ctx.now)}`)
  if (!filter.showDraft) conditions.push('e.draft = 0')

  const { results } = await ctx.db
    .prepare(
      `SELECT e.* FROM events e WHERE ${conditions.join(' AND ')}
       ORDER BY ${startColumn}, e.id LIMIT ${value(filter.limit)} OFFSET ${value((filter.page - 1) * filter.limit)}`,
    )
    .bind(...values)
    .all<Row>()
  return results.map((row) => fromColumns<EventRow>(events, row))
}

/** Events that reach the subscribers: those of the calendars they follow, their private one among them. */
function ofSubscribers(subscribers: string, filter: EventFilter): string {
  if (filter.type === 'private') return `e.owner_id IN ${subscribers}`
  return `e.id IN (SELECT m.event_id FROM follows f CROSS JOIN calendars c ON c.id = f.calendar_id
    CROSS JOIN calendar_events m ON m.calendar_id = c.id
    WHERE f.subscriber_id IN ${subscribers} AND c.deleted_at IS NULL${filter.showDraft ? '' : ' AND c.draft = 0'})`
}
