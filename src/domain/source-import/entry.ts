import { isRealDate } from '../dates'
import type { NewEventFields } from '../events/fields'
import { type Component, lineOf, linesOf } from './components'
import { categoryText, longText, shortText, webAddress } from './texts'
import { type Clock, readEnd, readTimes, troubleWithZone, type When } from './times'
import { parameterOf, readLength, textOf, textsOf, wordOf } from './values'

/** What an event says of itself beside when it is and how it repeats. */
export type Saying = Pick<
  NewEventFields,
  'name' | 'location' | 'details' | 'url' | 'status' | 'showAs' | 'alert' | 'alert2' | 'categories'
>

/** A VEVENT as it is understood. */
export type Entry = {
  /** '' where it has none. */
  readonly uid: string
  readonly name: string
  /** null where it can't be read. */
  readonly start: When | null
  readonly end: When | null
  /** Whether the start's zone is one that only the source knows, so that no series can follow it. */
  readonly isOfOwnZone: boolean
  /** The name of the start's zone where nobody knows it: the times are read in the calendar's; else ''. */
  readonly unknownZone: string
  readonly saying: Saying
  readonly isPrivate: boolean
  /** Which occurrence of a series it changes; null where it stands for itself. */
  readonly recurrenceId: When | null
  readonly changesLaterOnes: boolean
  readonly rules: readonly string[]
  readonly moreDates: readonly When[]
  readonly droppedDates: readonly When[]
  /** Orders entries for one and the same thing: the last of them counts. */
  readonly version: readonly [sequence: number, modified: string]
}

/** The name of an event that has none: it must have one here. */
const UNNAMED = 'Untitled'

/** A UID beyond this is no identifier. */
const MAX_UID = 1_000

export function readEntry(event: Component, clock: Clock): Entry {
  const startLine = lineOf(event, 'DTSTART')
  const [start = null] = startLine ? readTimes(startLine, clock) : []
  const zone = startLine && troubleWithZone(startLine, clock)
  const recurrence = lineOf(event, 'RECURRENCE-ID')
  const [recurrenceId = null] = recurrence ? readTimes(recurrence, clock) : []
  const saying = readSaying(event)
  const end = start && readEnd(event, start, clock)
  return {
    uid: textOf(event, 'UID')
      .replace(/[\r\n]+/g, ' ')
      .trim()
      .slice(0, MAX_UID),
    name: saying.name,
    start,
    end: end && isRealDate(end.date) ? end : null,
    isOfOwnZone: zone?.isOwn ?? false,
    unknownZone: zone?.unknown ?? '',
    saying,
    isPrivate: ['PRIVATE', 'CONFIDENTIAL'].includes(wordOf(event, 'CLASS')),
    recurrenceId,
    changesLaterOnes: recurrence !== undefined && parameterOf(recurrence, 'RANGE') !== '',
    rules: linesOf(event, 'RRULE').map((line) => line.value),
    moreDates: linesOf(event, 'RDATE').flatMap((line) => readTimes(line, clock)),
    droppedDates: linesOf(event, 'EXDATE').flatMap((line) => readTimes(line, clock)),
    version: [
      Number(wordOf(event, 'SEQUENCE')) || 0,
      wordOf(event, 'LAST-MODIFIED') || wordOf(event, 'DTSTAMP'),
    ],
  }
}

function readSaying(event: Component): Saying {
  const [alert = '', alert2 = ''] = readAlerts(event)
  const status = wordOf(event, 'STATUS')
  const transparency = wordOf(event, 'TRANSP')
  return {
    name: shortText(textOf(event, 'SUMMARY'), 250) || UNNAMED,
    location: longText(textOf(event, 'LOCATION'), 500),
    details: longText(textOf(event, 'DESCRIPTION'), 8_000),
    url: webAddress(textOf(event, 'URL')),
    status: status === 'TENTATIVE' ? 'tentative' : status === 'CANCELLED' ? 'cancelled' : 'confirmed',
    // Where nothing is said, an all-day event is free here, as it is with every other.
    showAs: transparency === 'TRANSPARENT' ? 'free' : transparency === 'OPAQUE' ? 'busy' : null,
    alert,
    alert2,
    categories: categoryText(linesOf(event, 'CATEGORIES').flatMap(textsOf), 500),
  }
}

/** The alarms that an event can have here: before its start, to be seen or heard. */
function readAlerts(event: Component): string[] {
  const alarms = event.components.filter(({ name }) => name === 'VALARM').slice(0, 20)
  const alerts = alarms.flatMap((alarm) => {
    const trigger = lineOf(alarm, 'TRIGGER')
    if (!trigger || !['DISPLAY', 'AUDIO', ''].includes(wordOf(alarm, 'ACTION'))) return []
    if (parameterOf(trigger, 'RELATED').toUpperCase() === 'END') return []
    const length = readLength(trigger.value)
    return (length && alertText(-(length.days * 86_400 + length.seconds) / 60)) ?? []
  })
  return [...new Set(alerts)].slice(0, 2)
}

/** `15M`, `1H`, … for minutes before the start; null where it can't be written so. */
function alertText(minutes: number): string | null {
  if (!Number.isInteger(minutes) || minutes < 0) return null
  const units = [
    ['W', 10_080],
    ['D', 1_440],
    ['H', 60],
    ['M', 1],
  ] as const
  const [unit, size] = (minutes > 0 && units.find(([, each]) => minutes % each === 0)) || ['M', 1]
  return minutes / size <= 999 ? `${minutes / size}${unit}` : null
}
