import type { Row } from '../../platform/d1'
import { isId } from '../../platform/ids'
import {
  type Calendar,
  changeCalendar,
  createCalendar,
  deleteCalendar,
  readCalendar,
} from '../calendars/calendars'
import { DomainError } from '../errors'
import { audited } from './audit'
import type { PortalContext } from './context'
import { type Made, once, type PostedForm } from './once'
import { unlessOvertaken } from './revisions'

/** Calendars as staff see and change them (`portal.md`, `/portal/calendars`). */

export type ListedCalendar = Pick<
  Calendar,
  'id' | 'name' | 'draft' | 'eventCount' | 'timezone' | 'source'
> & {
  readonly followers: number
}

/** Followers are counted up to here, so that a list costs the same however many there are. */
export const MOST_COUNTED = 10_000

const followersOf = (calendar: string) =>
  `(SELECT count(*) FROM (SELECT 1 FROM follows f WHERE f.calendar_id = ${calendar} LIMIT ${MOST_COUNTED + 1}))`

/** Public calendars by name, drafts too, each with its events and followers. */
export async function listWithFollowers(
  ctx: PortalContext,
  page: { readonly limit: number; readonly offset: number },
): Promise<ListedCalendar[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT c.*, ${followersOf('c.id')} AS followers FROM (
         SELECT id, name, draft, event_count, timezone, source FROM calendars
         WHERE publisher_id = ?1 AND kind = 'public' AND deleted_at IS NULL
         ORDER BY name, id LIMIT ?2 OFFSET ?3) c`,
    )
    .bind(ctx.publisher.id, page.limit, page.offset)
    .all<Row>()
  return results.map((row) => ({
    id: String(row.id),
    name: String(row.name),
    draft: row.draft === 1,
    eventCount: Number(row.event_count),
    timezone: String(row.timezone),
    source: String(row.source),
    followers: Number(row.followers),
  }))
}

/** A public calendar by its id alone, drafts too. @throws DomainError `not_found` */
export async function readPublicCalendar(ctx: PortalContext, id: string): Promise<Calendar> {
  const calendar = isId(id) ? await readCalendar(ctx, id) : null
  if (calendar?.id !== id || calendar.kind !== 'public') throw new DomainError('not_found')
  return calendar
}

/** How many follow a calendar; more than `MOST_COUNTED` count as one more. */
export async function countFollowers(ctx: PortalContext, calendarId: string): Promise<number> {
  const count = await ctx.db
    .prepare(
      `SELECT ${followersOf('c.id')} AS followers FROM calendars c WHERE c.id = ?1 AND c.publisher_id = ?2`,
    )
    .bind(calendarId, ctx.publisher.id)
    .first<number>('followers')
  return count ?? 0
}

/** What staff decide of a calendar. */
export type CalendarForm = Pick<Calendar, 'name' | 'timezone' | 'reference' | 'categories' | 'note' | 'draft'>

/** Makes a calendar, once for each form. @throws DomainError `already_exists` for its reference */
export function makeCalendar(
  ctx: PortalContext,
  form: PostedForm,
  id: string,
  values: CalendarForm,
): Promise<Made> {
  const make = async (acting: PortalContext) =>
    (await createCalendar(acting, { ...values, source: '' }, id)).id
  return once(audited(ctx, 'calendar.created', id), form, make, id)
}

/**
 * The number by which a calendar's form knows whether it shows it as it is: it moves with what the form shows, and not
 * with the calendar's events.
 */
export const revisionOfCalendar = (calendar: Calendar): number => calendar.modifiedAt

/** Changes a calendar, unless somebody did since `revision`. @throws Overtaken, DomainError `already_exists` */
export async function saveCalendar(
  ctx: PortalContext,
  id: string,
  revision: number,
  values: CalendarForm,
): Promise<void> {
  const { name, timezone, reference, categories, note, draft } = values
  const isNew = {
    sql: `EXISTS (SELECT 1 FROM calendars WHERE id = ?9 AND publisher_id = ?10 AND deleted_at IS NULL AND (name IS NOT ?11
      OR timezone IS NOT ?12 OR reference IS NOT ?13 OR categories IS NOT ?14 OR note IS NOT ?15 OR draft IS NOT ?16))`,
    values: [id, ctx.publisher.id, name, timezone, reference, categories, note, draft ? 1 : 0],
  }
  await unlessOvertaken(audited(ctx, 'calendar.updated', id, isNew), 'calendars', id, revision, (acting) =>
    changeCalendar(acting, id, values),
  )
}

/** Deletes a calendar with its events. @throws DomainError `not_found` */
export async function dropCalendar(ctx: PortalContext, id: string): Promise<void> {
  await deleteCalendar(audited(ctx, 'calendar.deleted', id), id)
}
