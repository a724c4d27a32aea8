import { instantToWall } from '../../platform/time-zone'
import { addDays, daysBetween } from '../dates'
import type { EventException } from '../events/fields'
import { type EventTiming, type ResolvedTiming, resolveTiming } from '../events/timing'
import { pick } from '../pick'

/** What of a series the times of its occurrences follow from. */
export type SeriesTiming = Pick<
  EventTiming,
  | 'allDay'
  | 'startDate'
  | 'endDate'
  | 'endTime'
  | 'timezone'
  | 'endTimezone'
  | 'endsAt'
  | 'endDateGiven'
  | 'endTimeGiven'
>

/**
 * When a changed occurrence is: its own fields, all else from the series (`publisher-api.md` 4). As with an event, an
 * end that was never given moves with the start; a given one stays as many days after it.
 */
export function occurrenceTiming(exception: EventException, series: SeriesTiming): ResolvedTiming {
  const [date = '', time = ''] = exception.date.split('T')
  const startDate = exception.startDate ?? date
  const end = endOf(exception, series)
  const days = daysBetween(series.startDate, end.date)
  return resolveTiming({
    allDay: pick(exception.allDay, series.allDay, false),
    timezone: pick(exception.timezone, series.timezone, series.timezone),
    startDate,
    startTime: pick(exception.startTime, time, ''),
    endDate: pick(exception.endDate, series.endDateGiven ? addDays(startDate, days) : '', ''),
    endTime: pick(exception.endTime, series.endTimeGiven ? end.time : '', ''),
    ...(end.zone === series.timezone ? {} : { endTimezone: end.zone }),
  })
}

/**
 * The end of the series as its occurrences have it. A zone of its own stays with an occurrence that says nothing of
 * its end or zone; what one says of them is told in the start's, and so is the rest then.
 */
function endOf(
  { allDay, timezone, endDate, endTime }: EventException,
  series: SeriesTiming,
): { date: string; time: string; zone: string } {
  const own = { date: series.endDate, time: series.endTime, zone: series.endTimezone }
  if (series.allDay || own.zone === series.timezone) return { ...own, zone: series.timezone }
  const saysNothing = [allDay, timezone, endDate, endTime].every((value) => value === undefined)
  return saysNothing ? own : { ...instantToWall(series.endsAt, series.timezone), zone: series.timezone }
}
