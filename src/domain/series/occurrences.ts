import type { EventException } from '../events/fields'
import type { EventTiming } from '../events/timing'
import type { EventRow } from '../events/values'
import { pick } from '../pick'
import { occurrenceTiming, type SeriesTiming } from './occurrence-timing'

/** What of an event its occurrences take over or have of their own. */
type OccurrenceFields = SeriesTiming &
  Pick<EventRow, 'startTime' | 'startsAt' | 'recurrence' | 'exceptions'> &
  Pick<
    EventRow,
    | 'name'
    | 'location'
    | 'details'
    | 'url'
    | 'quickLinks'
    | 'categories'
    | 'status'
    | 'showAs'
    | 'alert'
    | 'alert2'
  >

/** What becomes of single occurrences of a series, each named by its original start as in `exceptions`. */
export type Occurrences<E> = {
  readonly dropped: readonly string[]
  readonly changed: readonly { readonly date: string; readonly event: E }[]
}

const none = { dropped: [], changed: [] }

/**
 * The occurrences of a series that are not as its rule says; a changed one as the event that it is. Times that can't be
 * any more what they were when they were written, as by another law of the zone, give way to those of the series.
 */
export function occurrencesOf<E extends OccurrenceFields>(series: E): Occurrences<E> {
  if (series.exceptions === '[]') return none
  const exceptions = JSON.parse(series.exceptions) as EventException[]
  return {
    dropped: exceptions.filter(({ cancelled }) => cancelled).map(({ date }) => date),
    changed: exceptions.flatMap((exception) => {
      const event = exception.cancelled ? null : occurrenceOf(series, exception)
      return event ? [{ date: exception.date, event }] : []
    }),
  }
}

function occurrenceOf<E extends OccurrenceFields>(series: E, exception: EventException): E | null {
  const own = timesOf(exception, series)
  if (!own) return null
  const { quickLink } = exception
  return {
    ...series,
    ...own,
    recurrence: '',
    exceptions: '[]',
    name: pick(exception.name, series.name, ''),
    location: pick(exception.location, series.location, ''),
    details: pick(exception.details, series.details, ''),
    url: pick(exception.url, series.url, ''),
    status: pick(exception.status, series.status, 'confirmed'),
    showAs: pick(exception.showAs, series.showAs, own.allDay ? 'free' : 'busy'),
    alert: pick(exception.alert, series.alert, ''),
    alert2: pick(exception.alert2, series.alert2, ''),
    categories: pick(exception.categories, series.categories, ''),
    quickLinks: quickLink === undefined ? series.quickLinks : JSON.stringify(quickLink ?? []),
  }
}

/** When a changed occurrence is, or any other where nothing but its date is given; null where that can't be told. */
export function timesOf(exception: EventException, series: SeriesTiming): EventTiming | null {
  return timingOf(exception, series) ?? timingOf({ date: exception.date }, series)
}

/** When an occurrence is; null where that can't be told, which may not keep a feed from being read. */
function timingOf(exception: EventException, series: SeriesTiming) {
  try {
    const resolved = occurrenceTiming(exception, series)
    return resolved.ok ? resolved.timing : null
  } catch (error) {
    // A date or a zone that the runtime can't read.
    if (error instanceof RangeError) return null
    throw error
  }
}
