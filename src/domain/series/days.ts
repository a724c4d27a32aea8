import { addDays, dateOf, dayOf, daysBetween } from '../dates'
import type { EventException } from '../events/fields'
import type { EventTiming } from '../events/timing'
import type { EventRow } from '../events/values'
import { pick } from '../pick'
import { LAST_DAY, MAX_DAYS, untilOf } from './end'
import type { SeriesTiming } from './occurrence-timing'
import { timesOf } from './occurrences'
import { ruleParts, rulePeriods } from './rule-periods'

/**
 * The occurrences of a series one after the other, for who looks at a month or for what is next. Days of a rule are laid
 * out only where they are looked at (a COUNT is counted from the start), and never more of them than there is room for.
 */

/** How many days may still be laid out, of one series or several; `isSpent`: some that were asked for weren't. */
export type Room = { left: number; isSpent: boolean }

/** Telling when a changed occurrence is takes as long as laying out so many days. */
const CHANGED_DAYS = 10

export const roomFor = (days: number): Room => ({ left: days, isSpent: false })

/** A series as its occurrences follow from it, and what of it they may say anew. */
export type Series = SeriesTiming &
  Pick<EventRow, 'startTime' | 'recurrence' | 'exceptions' | 'name' | 'location' | 'status'>

/** An occurrence: the series with its own times and words. */
export type Occurrence<E> = Omit<E, keyof EventTiming> & EventTiming

/** The occurrences of a series that are on any day from `first` to `last`, `most` at most, in order of their start. */
export function occurrencesOn<E extends Series>(
  series: E,
  first: string,
  last: string,
  room: Room,
  most: number,
): Occurrence<E>[] {
  if (isFull(room)) return []
  const { excepted, changed } = exceptionsOf(series, room)
  const isOn = ({ startDate, endDate }: EventTiming) => startDate <= last && endDate >= first
  const found = changed.filter(isOn)
  // One more: where the end has another zone, its date may be a day off.
  const days = daysBetween(series.startDate, series.endDate) + 1
  for (const day of ruleDays(series, dayOf(addDays(first, -days)), room)) {
    if (day > dayOf(last) || found.length >= most) break
    const occurrence = excepted.has(nameOf(day, series)) ? null : usual(series, day)
    if (occurrence && isOn(occurrence)) found.push(occurrence)
  }
  return found.sort((a, b) => a.startsAt - b.startsAt).slice(0, most)
}

/** The first occurrence of which an instant is after `after`: that of its end or of its start; null where none is. */
export function nextOccurrence<E extends Series>(
  series: E,
  instant: 'startsAt' | 'endsAt',
  after: number,
  room: Room,
): Occurrence<E> | null {
  if (isFull(room)) return null
  const { excepted, changed } = exceptionsOf(series, room)
  const days = daysBetween(series.startDate, series.endDate)
  // Wall clocks are within a day of UTC, and so are two zones of one event.
  const from = Math.floor(after / 86_400_000) - days - 2
  let next: Occurrence<E> | null = null
  for (const day of ruleDays(series, from, room)) {
    if (excepted.has(nameOf(day, series))) continue
    next = usual(series, day)
    if (next && next[instant] > after) break
    next = null
  }
  return changed.reduce(
    (first, each) =>
      each[instant] > after && (first === null || each.startsAt < first.startsAt) ? each : first,
    next,
  )
}

/** What an occurrence is called in `exceptions`: by its original start. */
const nameOf = (day: number, { allDay, startTime }: Series) =>
  `${dateOf(day)}${allDay ? '' : `T${startTime}`}`

function usual<E extends Series>(series: E, day: number): Occurrence<E> | null {
  const times = timesOf({ date: nameOf(day, series) }, series)
  return times && { ...series, ...times }
}

function isFull(room: Room): boolean {
  room.isSpent ||= room.left < 0
  return room.isSpent
}

function exceptionsOf<E extends Series>(
  series: E,
  room: Room,
): { excepted: Set<string>; changed: Occurrence<E>[] } {
  const exceptions = series.exceptions === '[]' ? [] : (JSON.parse(series.exceptions) as EventException[])
  room.left -= exceptions.length * CHANGED_DAYS
  return {
    excepted: new Set(exceptions.map(({ date }) => date)),
    changed: exceptions.flatMap((exception) => {
      const times = exception.cancelled ? null : timesOf(exception, series)
      if (!times) return []
      const { name, location, status } = exception
      return [
        {
          ...series,
          ...times,
          name: pick(name, series.name, ''),
          location: pick(location, series.location, ''),
          status: pick(status, series.status, 'confirmed'),
        },
      ]
    }),
  }
}

/** The days from `from` on, in order, on which a series begins by its rule. The first one is the event's own in any case. */
function* ruleDays(series: Series, from: number, room: Room): Generator<number> {
  const parts = ruleParts(series.recurrence)
  const periods = rulePeriods(parts, series.startDate)
  const interval = Number(parts.get('INTERVAL') ?? 1)
  const count = Number(parts.get('COUNT') ?? Number.POSITIVE_INFINITY)
  const until = parts.get('UNTIL')
  const end = until === undefined ? null : untilOf(until, series)
  const lastDay = Math.min(LAST_DAY, end?.day ?? LAST_DAY)
  const first = dayOf(series.startDate)
  let own = MAX_DAYS
  // How many there were before is known only by counting them.
  const isCounted = parts.has('COUNT')
  const number = isCounted ? 0 : Math.floor(Math.max(0, periods.numberOf(from)) / interval) * interval
  let isFirstToCome = from <= first
  let made = 0
  for (let at = number; made < count && periods.beginOf(at) <= lastDay; at += interval) {
    own -= periods.length
    room.left -= periods.length
    if (own < 0 || room.left < 0) {
      room.isSpent ||= room.left < 0
      break
    }
    for (const day of periods.daysOf(at)) {
      if (day < first) continue
      if (day > lastDay || end?.isBeyond(day) || made >= count) break
      made++
      if (isFirstToCome && day > first) yield first
      isFirstToCome = false
      if (day >= from) yield day
    }
  }
  if (isFirstToCome) yield first
}
