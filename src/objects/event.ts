import type { InferSelectModel } from 'drizzle-orm'
import type { events } from '../db/schema'
import { instantToWall } from '../platform/time-zone'

/** What of an event its object is made of: a row, or the snapshot of one. */
export type EventFacts = Omit<
  InferSelectModel<typeof events>,
  'writeId' | 'textSize' | 'tombstoneUntil' | 'seriesEndsAt'
>

/**
 * An event as `publisher-api.md` 4 tells it, to callers of that API and in webhooks; timed ones in the zone `tz` where
 * one is asked for.
 */
export function eventObject(event: EventFacts, publisher: { id: number; orgId: number }, tz?: string) {
  const { timezone, ...times } = tz === undefined || event.allDay ? ownTimes(event) : timesIn(event, tz)
  return {
    id: event.id,
    eventId: event.id,
    calendarId: event.calendarId,
    ecalId: event.ownerId,
    type: event.ownerId === '' ? ('fixture' as const) : ('private' as const),
    name: event.name,
    location: event.location,
    ...times,
    allDay: event.allDay,
    timezone,
    details: event.details,
    url: event.url,
    status: event.status,
    showAs: event.showAs,
    alert: event.alert,
    alert2: event.alert2,
    quickLink: JSON.parse(event.quickLinks) as { name: string; url: string }[],
    categories: event.categories,
    draft: event.draft ? 1 : 0,
    reference: event.reference,
    referenceType: event.referenceType,
    recurrence: event.recurrence,
    exceptions: JSON.parse(event.exceptions) as Record<string, unknown>[],
    sequence: event.sequence,
    publisherId: publisher.id,
    publisherOrgId: publisher.orgId,
    created: new Date(event.createdAt).toISOString(),
    modified: new Date(event.modifiedAt).toISOString(),
  }
}

/** The times as they were said; an end with a zone of its own is told in the start's. Dates have none. */
function ownTimes(event: EventFacts) {
  const { startDate, startTime, endDate, endTime, timezone, endTimezone, allDay } = event
  if (endTimezone !== timezone && !allDay) return timesIn(event, timezone)
  return { startDate, startTime, endDate, endTime, timezone }
}

function timesIn(event: EventFacts, timezone: string) {
  const start = instantToWall(event.startsAt, timezone)
  const end = instantToWall(event.endsAt, timezone)
  return { startDate: start.date, startTime: start.time, endDate: end.date, endTime: end.time, timezone }
}
