import { categoryNames } from '../../icalendar'
import { personObject } from '../../objects/event-subscription'
import { wireInstant } from '../../objects/instant'
import type { Permission } from '../../objects/permissions'
import { publisherAsActor } from '../../objects/relation-rows'
import type { Row } from '../../platform/d1'
import { isId } from '../../platform/ids'
import { type ActingContext, actorId } from '../acting'
import { DomainError } from '../errors'

/** What of the calendars is asked for; what is null is not asked about, an empty list matches nothing. */
export type CalendarQuery = {
  readonly ids: readonly string[] | null
  readonly serviceIds: readonly string[] | null
  /** As `category` tells them. */
  readonly categories: readonly string[] | null
  readonly limit: number
  readonly offset: number
}

type CalendarRow = Row & {
  id: string
  name: string
  categories: string
  kind: 'public' | 'private'
  created_at: number
  modified_at: number
  permission: Permission
}

/** A calendar as apps see it. */
export type SeenCalendar = ReturnType<typeof calendarObject>

/** SQL: the calendars that the caller sees: of a person (`?1`) those followed, of a service all public ones of `?2`. */
const seen = (isService: boolean) =>
  isService
    ? `SELECT c.*, 'subscribed_write' AS permission FROM calendars c
       WHERE ?1 = '' AND c.publisher_id = ?2 AND c.kind = 'public' AND c.deleted_at IS NULL`
    : `SELECT c.*, f.permission FROM follows f CROSS JOIN calendars c ON c.id = f.calendar_id
       WHERE f.subscriber_id = ?1 AND c.publisher_id = ?2 AND c.deleted_at IS NULL AND c.draft = 0`

/** A calendar that the caller sees. @throws DomainError `calendar_not_found` */
export async function readSeenCalendar(ctx: ActingContext, id: string): Promise<SeenCalendar> {
  const row = isId(id)
    ? await ctx.db
        .prepare(`${seen(ctx.acting.kind === 'service')} AND c.id = ?3`)
        .bind(actorId(ctx), ctx.publisher.id, id)
        .first<CalendarRow>()
    : null
  if (!row) throw new DomainError('calendar_not_found')
  return calendarObject(ctx, row)
}

/** The calendars that the caller sees, by creation, and how many match. */
export async function listSeenCalendars(
  ctx: ActingContext,
  query: CalendarQuery,
): Promise<{ items: SeenCalendar[]; count: number }> {
  const values: unknown[] = [actorId(ctx), ctx.publisher.id]
  const value = (bound: unknown): string => `?${values.push(bound)}`
  const list = (items: readonly string[]) => `(SELECT value FROM json_each(${value(JSON.stringify(items))}))`
  const where = ['true']
  if (query.ids) where.push(`c.id IN ${list(query.ids)}`)
  if (query.categories) where.push(`c.categories IN ${list(await spelled(ctx, query.categories))}`)
  // Private calendars are no service's.
  if (query.serviceIds) {
    where.push(query.serviceIds.includes(String(ctx.publisher.id)) ? `c.kind = 'public'` : 'false')
  }
  const from = `FROM (${seen(ctx.acting.kind === 'service')}) c WHERE ${where.join(' AND ')}`
  const [counted, found] = await ctx.db.batch<Row>([
    ctx.db.prepare(`SELECT count(*) AS count ${from}`).bind(...values),
    ctx.db
      .prepare(
        `SELECT c.* ${from} ORDER BY c.created_at, c.id LIMIT ?${values.length + 1} OFFSET ?${values.length + 2}`,
      )
      .bind(...values, query.limit, query.offset),
  ])
  return {
    items: (found?.results ?? []).map((row) => calendarObject(ctx, row as CalendarRow)),
    count: Number(counted?.results[0]?.count ?? 0),
  }
}

/** How the calendars seen spell their categories, where the first is one of these. SQL folds only ASCII letters. */
async function spelled(ctx: ActingContext, categories: readonly string[]): Promise<string[]> {
  const wanted = new Set(categories.map(folded))
  const { results } = await ctx.db
    .prepare(`SELECT DISTINCT c.categories FROM (${seen(ctx.acting.kind === 'service')}) c`)
    .bind(actorId(ctx), ctx.publisher.id)
    .all<{ categories: string }>()
  return results.map((row) => row.categories).filter((spelling) => wanted.has(firstCategory(spelling) ?? ''))
}

const folded = (category: string) => category.toLowerCase().replaceAll(/\s/g, '')

function firstCategory(categories: string): string | null {
  const [first] = categoryNames(categories)
  return first === undefined ? null : folded(first)
}

function calendarObject({ publisher }: ActingContext, row: CalendarRow) {
  return {
    id: row.id,
    created: wireInstant(row.created_at),
    modified: wireInstant(row.modified_at),
    creator: personObject(publisherAsActor(publisher)),
    inviter: null,
    permission: row.permission,
    previous_permission: null,
    name: row.name,
    description: null,
    category: firstCategory(row.categories),
    color: null,
    icon: null,
    logo: null,
    url: null,
    calendar_type: row.kind === 'private' ? ('private' as const) : null,
  }
}
