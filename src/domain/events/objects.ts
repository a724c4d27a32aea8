import { type Named, personObject } from '../../objects/event-subscription'
import { wireInstant } from '../../objects/instant'
import { addDays } from '../dates'
import type { EventRow } from './values'

/**
 * An event's own fields on the wire (`event-subscriptions.md` 10), without those of the caller's subscription;
 * `creator` is the person who made it, else the publisher.
 */
export function eventFields(event: EventRow, creator: Named) {
  const { startDate, endDate, allDay } = event
  return {
    id: event.id,
    event_type: 'normal',
    creator: personObject(creator),
    created: wireInstant(event.createdAt),
    modified: wireInstant(event.modifiedAt),
    title: event.name,
    description: event.details === '' ? null : event.details,
    start: allDay ? midnight(startDate) : wireInstant(event.startsAt),
    // The end of an all-day event is the first day after it.
    end: allDay ? midnight(addDays(endDate, 1)) : wireInstant(event.endsAt),
    start_timezone: event.timezone,
    end_timezone: event.endTimezone,
    all_day: allDay,
    start_location: event.location === '' ? null : { text: event.location },
    end_location: null,
    due: null,
    color: null,
    icon: null,
    logo: null,
    source_url: null,
    time_buffer: null,
    length: null,
    trip: null,
    is_suggestion: null,
    related_event: [],
    recurrence: event.recurrence !== '',
    recurrence_parent: null,
  }
}

const midnight = (date: string) => `${date}T00:00:00.000000Z`
