import type { InferSelectModel } from 'drizzle-orm'
import { and, asc, eq, isNull } from 'drizzle-orm'
import { type Among, logCalendar, newWriteId } from '../../changes'
import { calendars } from '../../db/schema'
import { AlreadyThere, GuardBroken, guardAgainst, queryBuilder } from '../../platform/d1'
import { isId, newId } from '../../platform/ids'
import { toColumns } from '../columns'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import { removeRelationsAmong } from '../relations'
import { followSource, forgetSource } from '../source-import'

export type Calendar = InferSelectModel<typeof calendars>

/** What a client decides of a calendar (`publisher-api.md` 3). */
export type CalendarValues = Pick<
  Calendar,
  'name' | 'categories' | 'reference' | 'timezone' | 'draft' | 'note' | 'source'
>

/**
 * A calendar of the publisher by its id, else by its reference; drafts and private ones too.
 * @throws DomainError `not_found`
 */
export async function readCalendar(ctx: Context, idOrReference: string): Promise<Calendar> {
  const live = and(eq(calendars.publisherId, ctx.publisher.id), isNull(calendars.deletedAt))
  const byReference = and(live, eq(calendars.reference, idOrReference))
  const db = queryBuilder(ctx.db)
  const byId = isId(idOrReference)
    ? await db
        .select()
        .from(calendars)
        .where(and(live, eq(calendars.id, idOrReference)))
        .limit(1)
    : []
  const [found] =
    byId.length > 0 || idOrReference === ''
      ? byId
      : await db.select().from(calendars).where(byReference).limit(1)
  if (!found) throw new DomainError('not_found')
  return found
}

/** Public calendars by name, then id; drafts only where asked for. `page` counts from 1. */
export async function listCalendars(
  ctx: Context,
  filter: { showDraft: boolean; reference?: string | undefined; page: number; limit: number },
): Promise<Calendar[]> {
  return queryBuilder(ctx.db)
    .select()
    .from(calendars)
    .where(
      and(
        eq(calendars.publisherId, ctx.publisher.id),
        eq(calendars.kind, 'public'),
        isNull(calendars.deletedAt),
        filter.showDraft ? undefined : eq(calendars.draft, false),
        filter.reference === undefined ? undefined : eq(calendars.reference, filter.reference),
      ),
    )
    .orderBy(asc(calendars.name), asc(calendars.id))
    .limit(filter.limit)
    .offset((filter.page - 1) * filter.limit)
}

/**
 * Makes a public calendar, under an id that may be known beforehand. Logs `calendar.created`.
 * @throws DomainError `already_exists` for its reference
 */
export async function createCalendar(ctx: Context, values: CalendarValues, id = newId()): Promise<Calendar> {
  const write = newWriteId()
  const row = toColumns(calendars, {
    ...values,
    id,
    publisherId: ctx.publisher.id,
    kind: 'public',
    createdAt: ctx.now,
    modifiedAt: ctx.now,
    writeId: write,
  })
  const names = Object.keys(row)
  await orAlreadyExists(
    commit(ctx, [
      ctx.db
        .prepare(`INSERT INTO calendars (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
        .bind(...Object.values(row)),
      ...(values.source === '' ? [] : followSource(ctx, id, write)),
      logCalendar(ctx, 'calendar.created', id, write),
    ]),
  )
  return readCalendar(ctx, id)
}

/**
 * Changes the given fields of a public calendar, where one differs. Logs `calendar.updated`.
 * @throws DomainError `not_found`, `forbidden` (a private one), `already_exists` (its reference)
 */
export async function changeCalendar(
  ctx: Context,
  idOrReference: string,
  values: Partial<CalendarValues>,
): Promise<Calendar> {
  const { id, kind } = await readCalendar(ctx, idOrReference)
  if (kind === 'private') throw new DomainError('forbidden')
  const given = Object.entries(toColumns(calendars, values))
  if (given.length > 0) {
    const write = newWriteId()
    const set = given.map(([name], at) => `${name} = ?${at + 5}`)
    const source = given.findIndex(([name]) => name === 'source')
    // What was told of the former source says nothing of another.
    if (source >= 0) {
      const isSame = `source = ?${source + 5}`
      set.push(`source_fetched_at = iif(${isSame}, source_fetched_at, NULL)`)
      set.push(`source_error = iif(${isSame}, source_error, '')`)
    }
    const differs = given.map(([name], at) => `${name} IS NOT ?${at + 5}`).join(' OR ')
    await orAlreadyExists(
      commit(ctx, [
        ctx.db
          .prepare(
            // Never the same time twice: forms know by it whether they show the calendar as it is.
            `UPDATE calendars SET ${set.join(', ')}, modified_at = max(?1, modified_at + 1), write_id = ?2
             WHERE publisher_id = ?3 AND id = ?4 AND deleted_at IS NULL AND (${differs})`,
          )
          .bind(ctx.now, write, ctx.publisher.id, id, ...given.map(([, value]) => value)),
        ...(source < 0 ? [] : followSource(ctx, id, write)),
        logCalendar(ctx, 'calendar.updated', id, write),
      ]),
    )
    if (values.draft) await ctx.retract?.(id)
  }
  return readCalendar(ctx, id)
}

/**
 * Deletes a public calendar. Its events go with it, except those that stand in another live calendar too, or that a
 * person made: these only leave this one. Followers stop following it without a row being written for them. Logs
 * `calendar.deleted`, and `event.deleted` for those directly related to what went.
 * @throws DomainError `not_found`, `forbidden` (a private one)
 */
export async function deleteCalendar(ctx: Context, idOrReference: string): Promise<void> {
  const { id, kind } = await readCalendar(ctx, idOrReference)
  if (kind === 'private') throw new DomainError('forbidden')
  const write = newWriteId()
  const elsewhere = `SELECT 1 FROM calendar_events o JOIN calendars c ON c.id = o.calendar_id
    WHERE o.event_id = e.id AND o.calendar_id <> ?2 AND c.deleted_at IS NULL`
  // Without anybody who is related to it, what a person made would be in nobody's sight any more.
  const isOfPersons = `e.creator_id <> '' AND EXISTS (SELECT 1 FROM relations r WHERE r.event_id = e.id AND r.removed_at IS NULL)`
  // The plus keeps SQLite from walking all events of the publisher: these are found by their ids.
  const inThis = `+e.publisher_id = ?1 AND e.id IN (SELECT event_id FROM calendar_events WHERE calendar_id = ?2)`
  try {
    await commit(ctx, [
      guardAgainst(
        ctx.db,
        'NOT EXISTS (SELECT 1 FROM calendars WHERE id = ? AND publisher_id = ? AND deleted_at IS NULL)',
        id,
        ctx.publisher.id,
      ),
      ctx.db
        .prepare(
          `UPDATE events AS e SET deleted_at = ?3, modified_at = ?3, tombstone_until = NULL, write_id = ?4
           WHERE ${inThis} AND e.deleted_at IS NULL AND NOT EXISTS (${elsewhere}) AND NOT (${isOfPersons})`,
        )
        .bind(ctx.publisher.id, id, ctx.now, write),
      ctx.db
        .prepare(
          `UPDATE events AS e SET calendar_id = coalesce((SELECT o.calendar_id FROM calendar_events o
               JOIN calendars c ON c.id = o.calendar_id
             WHERE o.event_id = e.id AND o.calendar_id <> ?2 AND c.deleted_at IS NULL ORDER BY o.added_at, o.rowid LIMIT 1), '')
           WHERE ${inThis} AND e.calendar_id = ?2 AND e.deleted_at IS NULL`,
        )
        .bind(ctx.publisher.id, id),
      ...removeRelationsAmong(ctx, write, inCalendar, id),
      ctx.db.prepare('DELETE FROM calendar_events WHERE calendar_id = ?').bind(id),
      ...forgetSource(ctx, id),
      ctx.db
        .prepare(
          `UPDATE calendars SET deleted_at = ?1, modified_at = ?1, write_id = ?2
           WHERE publisher_id = ?3 AND id = ?4 AND deleted_at IS NULL`,
        )
        .bind(ctx.now, write, ctx.publisher.id, id),
      logCalendar(ctx, 'calendar.deleted', id, write),
    ])
  } catch (error) {
    if (error instanceof GuardBroken) throw new DomainError('not_found')
    throw error
  }
  await ctx.retract?.(id)
}

const inCalendar: Among = (id) => `SELECT event_id AS value FROM calendar_events WHERE calendar_id = ${id}`

async function orAlreadyExists<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing
  } catch (error) {
    if (error instanceof AlreadyThere) throw new DomainError('already_exists')
    throw error
  }
}
