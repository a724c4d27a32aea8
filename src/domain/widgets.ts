import { and, asc, eq } from 'drizzle-orm'
import { widgets } from '../db/schema'
import { queryBuilder } from '../platform/d1'
import { newId } from '../platform/ids'
import { toColumns } from './columns'
import { type Context, commit, type Publisher } from './context'
import { DomainError } from './errors'
import { type PublisherRow, publisherColumns, toPublisher } from './publishers'
import type { WidgetRow } from './sign-up/welcome-event'

export type { WidgetRow }

/** What a client decides of a widget (`publisher-api.md` 6). */
export type WidgetValues = Pick<
  WidgetRow,
  | 'name'
  | 'active'
  | 'icsFilename'
  | 'calendarIds'
  | 'welcomeEnabled'
  | 'welcomeName'
  | 'welcomeDetails'
  | 'welcomeUrl'
  | 'requireSignedEmail'
>

/** A widget of the publisher. @throws DomainError `not_found` */
export async function readWidget(ctx: Context, id: string): Promise<WidgetRow> {
  const [found] = await queryBuilder(ctx.db)
    .select()
    .from(widgets)
    .where(and(eq(widgets.publisherId, ctx.publisher.id), eq(widgets.id, id)))
    .limit(1)
  if (!found) throw new DomainError('not_found')
  return found
}

/** Widgets, oldest first. `page` counts from 1. */
export function listWidgets(
  ctx: Context,
  { page, limit }: { page: number; limit: number },
): Promise<WidgetRow[]> {
  return queryBuilder(ctx.db)
    .select()
    .from(widgets)
    .where(eq(widgets.publisherId, ctx.publisher.id))
    .orderBy(asc(widgets.createdAt), asc(widgets.id))
    .limit(limit)
    .offset((page - 1) * limit)
}

/** Makes a widget. @throws DomainError `not_found` for a calendar that is not the publisher's */
export async function createWidget(ctx: Context, values: WidgetValues): Promise<WidgetRow> {
  await assertCalendars(ctx, values.calendarIds)
  const id = newId()
  const row = toColumns(widgets, {
    ...values,
    id,
    publisherId: ctx.publisher.id,
    createdAt: ctx.now,
    modifiedAt: ctx.now,
  })
  const names = Object.keys(row)
  await commit(ctx, [
    ctx.db
      .prepare(`INSERT INTO widgets (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
      .bind(...Object.values(row)),
  ])
  return readWidget(ctx, id)
}

/** Changes the given fields of a widget. @throws DomainError `not_found` */
export async function changeWidget(
  ctx: Context,
  id: string,
  values: Partial<WidgetValues>,
): Promise<WidgetRow> {
  await readWidget(ctx, id)
  if (values.calendarIds) await assertCalendars(ctx, values.calendarIds)
  const given = Object.entries(toColumns(widgets, values))
  if (given.length > 0) {
    const set = given.map(([name], at) => `${name} = ?${at + 4}`).join(', ')
    const differs = given.map(([name], at) => `${name} IS NOT ?${at + 4}`).join(' OR ')
    await commit(ctx, [
      ctx.db
        .prepare(
          `UPDATE widgets SET ${set}, modified_at = ?1 WHERE publisher_id = ?2 AND id = ?3 AND (${differs})`,
        )
        .bind(ctx.now, ctx.publisher.id, id, ...given.map(([, value]) => value)),
    ])
  }
  return readWidget(ctx, id)
}

/** Deletes a widget; who subscribed through it stays. @throws DomainError `not_found` */
export async function deleteWidget(ctx: Context, id: string): Promise<void> {
  const [deleted] = await commit(ctx, [
    ctx.db
      .prepare('DELETE FROM widgets WHERE publisher_id = ? AND id = ? RETURNING id')
      .bind(ctx.publisher.id, id),
  ])
  if (deleted?.results.length === 0) throw new DomainError('not_found')
}

async function assertCalendars(ctx: Context, ids: readonly string[]): Promise<void> {
  const missing = await ctx.db
    .prepare(
      `SELECT 1 FROM json_each(?1) j WHERE NOT EXISTS (SELECT 1 FROM calendars c WHERE c.id = j.value
         AND c.publisher_id = ?2 AND c.kind = 'public' AND c.deleted_at IS NULL) LIMIT 1`,
    )
    .bind(JSON.stringify(ids), ctx.publisher.id)
    .first()
  if (missing) throw new DomainError('not_found')
}

/** An active widget and whose it is, as the open sign-up page finds it: by its id alone. */
export async function findActiveWidget(
  db: Context['db'],
  id: string,
): Promise<{ widget: WidgetRow; publisher: Publisher; cancelled: boolean } | null> {
  const [widget] = await queryBuilder(db)
    .select()
    .from(widgets)
    .where(and(eq(widgets.id, id), eq(widgets.active, true)))
    .limit(1)
  if (!widget) return null
  const row = await db
    .prepare(`SELECT ${publisherColumns} FROM publishers p WHERE p.id = ?`)
    .bind(widget.publisherId)
    .first<PublisherRow>()
  return row && { widget, publisher: toPublisher(row), cancelled: row.cancelled_at !== null }
}
