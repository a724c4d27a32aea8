import { categoryNames } from '../../icalendar'
import type { Context } from '../context'
import { invalid } from '../errors'
import type { WidgetRow } from '../sign-up/welcome-event'

/** A calendar that a visitor can choose. */
export type OfferedCalendar = { readonly id: string; readonly name: string }

/** What a link or a sign-up asks for; `calendarIds` outranks `reference`, which outranks `category`. */
export type CalendarChoice = {
  readonly calendarIds?: readonly string[] | undefined
  readonly reference?: string | undefined
  readonly category?: string | undefined
}

/**
 * The live public calendars that a choice names, in its order; without one, those of the widget. What is unknown is
 * left out, and named in `unknown`.
 */
export async function offeredCalendars(
  ctx: Context,
  widget: WidgetRow,
  choice: CalendarChoice,
): Promise<{ calendars: OfferedCalendar[]; unknown: { field: string; values: string[] } | null }> {
  if (choice.calendarIds !== undefined) return find(ctx, 'id', choice.calendarIds, 'calendarIds')
  if (choice.reference !== undefined && choice.reference !== '') {
    return find(ctx, 'reference', splitList(choice.reference), 'calendar_reference')
  }
  if (choice.category !== undefined && choice.category !== '') {
    return { calendars: await findByCategory(ctx, choice.category.trim()), unknown: null }
  }
  const { calendars } = await find(ctx, 'id', widget.calendarIds, 'calendarIds')
  return { calendars, unknown: null }
}

/** As `offeredCalendars`, where every calendar named must be one. @throws DomainError `invalid` */
export async function chosenCalendars(
  ctx: Context,
  widget: WidgetRow,
  choice: CalendarChoice,
): Promise<string[]> {
  const { calendars, unknown } = await offeredCalendars(ctx, widget, choice)
  if (unknown) throw invalid(unknown.field, 'Must name calendars that can be followed.')
  return calendars.map((calendar) => calendar.id)
}

/** The items of a comma list, trimmed, without empty ones. */
export function splitList(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

const LIVE = `c.publisher_id = ?1 AND c.kind = 'public' AND c.draft = 0 AND c.deleted_at IS NULL`

async function find(ctx: Context, by: 'id' | 'reference', wanted: readonly string[], field: string) {
  const { results } = await ctx.db
    .prepare(
      `SELECT c.id, c.name, j.value AS wanted FROM json_each(?2) j CROSS JOIN calendars c ON c.${by} = j.value
       WHERE ${LIVE} AND j.value <> '' ORDER BY j.key`,
    )
    .bind(ctx.publisher.id, JSON.stringify([...new Set(wanted)]))
    .all<OfferedCalendar & { wanted: string }>()
  const known = new Set(results.map((row) => row.wanted))
  const values = wanted.filter((item) => !known.has(item))
  return {
    calendars: results.map(({ id, name }) => ({ id, name })),
    unknown: values.length === 0 ? null : { field, values },
  }
}

async function findByCategory(ctx: Context, segment: string): Promise<OfferedCalendar[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT c.id, c.name, c.categories FROM calendars c WHERE ${LIVE} AND c.categories <> '' ORDER BY c.name, c.id`,
    )
    .bind(ctx.publisher.id)
    .all<OfferedCalendar & { categories: string }>()
  return results
    .filter((row) => categoryNames(row.categories).includes(segment))
    .map(({ id, name }) => ({ id, name }))
}
