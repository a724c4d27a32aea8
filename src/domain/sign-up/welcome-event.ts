import { logEvents } from '../../changes'
import type { widgets } from '../../db/schema'
import { instantToWall } from '../../platform/time-zone'
import type { Context, Publisher } from '../context'
import { eventRow, insertEvents, placeEvents } from '../events/create'
import { newEventValues } from '../events/values'

export type WidgetRow = typeof widgets.$inferSelect

const MAX_NAME = 250

/** What the Welcome Event of a widget is called. */
export function welcomeName(widget: WidgetRow, publisher: Publisher): string {
  const name = widget.welcomeName || `Your calendar is connected to ${publisher.name}`
  return [...name].slice(0, MAX_NAME).join('')
}

/**
 * The Welcome Event in a new subscriber's private calendar: all-day on the day of subscribing in the visitor's zone,
 * so that the person sees that the connection works. It has its place in the log and no webhook of its own
 * (`widget-and-feeds.md` 2).
 */
export function welcomeEvent(
  ctx: Context,
  widget: WidgetRow,
  event: {
    readonly id: string
    readonly calendarId: string
    readonly ownerId: string
    readonly timezone: string
  },
  write: string,
): D1PreparedStatement[] {
  const values = newEventValues(
    {
      name: welcomeName(widget, ctx.publisher),
      startDate: instantToWall(ctx.now, event.timezone).date,
      allDay: true,
      details: widget.welcomeDetails,
      url: widget.welcomeUrl,
      referenceType: 'welcome',
    },
    event.timezone,
  )
  const target = { id: event.calendarId, ownerId: event.ownerId }
  return [
    insertEvents(ctx, [eventRow(ctx, event.id, values, target, write)]),
    placeEvents(ctx, [event.id], write),
    ...logEvents(ctx, 'event.created', [event.id], write, true),
  ]
}
