import { instantToWall, wallToInstant } from '../../platform/time-zone'
import { addDays, daysBetween } from '../dates'
import type { EventException, NewEventFields } from '../events/fields'
import { newEventValues } from '../events/values'
import { occurrenceTiming, type SeriesTiming } from '../series/occurrence-timing'
import type { Entry, Saying } from './entry'
import { type Budget, pickedDays, type Window } from './picked-days'
import type { Remarks } from './remarks'
import { type Rule, readRule } from './rules'
import { inZone, occurrenceDate, type When } from './times'

/** An event as it is to be made here: what marks it among those of its source, and what it says. */
export type Planned = { readonly key: string; readonly fields: NewEventFields }

/** What all events of a calendar are read with. */
export type Reading = {
  /** The calendar's zone. */
  readonly zone: string
  /** For rules that no event can keep: the occurrences that become events of their own. */
  readonly window: Window
  readonly budget: Budget
  readonly remarks: Remarks
}

/** All that a source says under one UID: the thing itself, and what single occurrences of it are instead. */
export type Thing = {
  readonly uid: string
  readonly itself: Entry | null
  readonly changes: readonly Entry[]
}

type Occurrence = { readonly start: When; readonly end: When; readonly saying: Saying }

/** An event has at most so many exceptions (`publisher-api.md` 4). */
const MAX_EXCEPTIONS = 500

/**
 * The events that a thing becomes: a series with its exceptions where its rule is one that events keep, else an event
 * for each occurrence. The first one's key is the UID, further ones add their original date to it.
 */
export function eventsOf({ uid, itself, changes }: Thing, reading: Reading): Planned[] {
  if (itself?.start && itself.end) {
    return eventsOfSeries(uid, { ...itself, start: itself.start, end: itself.end }, changes, reading)
  }
  // Invitations to one occurrence come without the series.
  return changes.flatMap((change) => {
    const { start, end, recurrenceId, saying, isPrivate } = change
    if (!start || !end || !recurrenceId || isPrivate) return []
    const key = `${uid}\n${occurrenceDate(recurrenceId, recurrenceId)}`
    return [{ key, fields: fieldsOf({ start, end, saying }) }]
  })
}

type Whole = Entry & { readonly start: When; readonly end: When }

function eventsOfSeries(uid: string, itself: Whole, changes: readonly Entry[], reading: Reading): Planned[] {
  const { start } = itself
  const rule = ruleOf(itself)
  const dropped = new Set(itself.droppedDates.map((when) => occurrenceDate(when, start)))
  const single = new Map<string, Occurrence>()
  for (const each of singleStarts(itself, rule, reading)) {
    const date = occurrenceDate(each, start)
    if (!dropped.has(date)) single.set(date, { ...movedTo(itself, each), saying: itself.saying })
  }
  const exceptions = new Map<string, EventException>()
  const series = rule?.kind === 'kept' ? fieldsOf(itself) : null
  if (series) for (const date of dropped) exceptions.set(date, { date, cancelled: true })
  const timing = series && newEventValues(series, reading.zone)
  for (const change of changes) {
    if (!change.recurrenceId) continue
    if (change.changesLaterOnes) {
      reading.remarks.add('with changes to all later occurrences, which were made to one only', itself.name)
    }
    const date = occurrenceDate(change.recurrenceId, start)
    const isSingle = !series || single.has(date)
    if (change.isPrivate) {
      // What the occurrence was is not what it is: it doesn't show at all.
      if (isSingle) single.delete(date)
      else exceptions.set(date, { date, cancelled: true })
    } else if (series && timing && !isSingle) {
      setException(
        exceptions,
        date,
        exceptionOf(date, change, itself, timing),
        timing,
        reading.remarks,
        itself.name,
      )
    } else single.set(date, { ...timesOf(change, itself, date), saying: change.saying })
  }
  const events = [...single].map(([date, occurrence]) => ({
    key: !series && date === occurrenceDate(start, start) ? uid : `${uid}\n${date}`,
    fields: fieldsOf(occurrence),
  }))
  if (!series || rule?.kind !== 'kept') return events
  const kept = bounded([...exceptions.values()], itself, reading.remarks)
  return [{ key: uid, fields: { ...series, recurrence: rule.text, exceptions: kept } }, ...events]
}

/** The rule of a series; null for what occurs but once or on listed dates. */
function ruleOf({ rules, start, isOfOwnZone }: Whole): Rule | null {
  const [rule, ...others] = new Set(rules)
  if (rule === undefined) return null
  return others.length > 0 || isOfOwnZone ? { kind: 'unsupported' } : readRule(rule, start)
}

/** The starts of those occurrences that become events of their own. */
function singleStarts(itself: Whole, rule: Rule | null, reading: Reading): When[] {
  const { start, moreDates } = itself
  const listed = moreDates.map((when) =>
    start.time === '' || when.time === '' ? { ...start, date: when.date } : inZone(when, start.zone),
  )
  if (rule === null) return [start, ...listed]
  // Some programs list the start as well, which the series has already.
  if (rule.kind === 'kept')
    return listed.filter(({ date, time }) => date !== start.date || time !== start.time)
  const days = rule.kind === 'picking' ? pickedDays(rule.parts, start, reading.window, reading.budget) : null
  if (days !== null) return [...days.map((date) => ({ ...start, date })), ...listed]
  const remark = 'repeating in a way that is not supported: only the first occurrence was taken'
  reading.remarks.add(remark, itself.name)
  return [start, ...listed]
}

/** When a thing is that begins at another time: it lasts as long, by the calendar where it begins at the same hour. */
function movedTo({ start, end }: { start: When; end: When }, to: When): { start: When; end: When } {
  if (start.time === to.time) {
    return { start: to, end: { ...end, date: addDays(to.date, daysBetween(start.date, end.date)) } }
  }
  const at = ({ date, time, zone }: When) => wallToInstant(date, time, zone)
  return { start: to, end: { ...instantToWall(at(to) + at(end) - at(start), to.zone), zone: to.zone } }
}

/** When a changed occurrence is; one that doesn't say stays where it was. */
function timesOf(change: Entry, itself: Whole, date: string): { start: When; end: When } {
  if (change.start && change.end) return { start: change.start, end: change.end }
  const [day = '', time = ''] = date.split('T')
  return movedTo(itself, { ...itself.start, date: day, time })
}

/** The fields of an event, each of them said. */
function fieldsOf({ start, end, saying }: Occurrence): NewEventFields {
  const allDay = start.time === ''
  return {
    ...saying,
    showAs: saying.showAs ?? (allDay ? 'free' : 'busy'),
    allDay,
    startDate: start.date,
    startTime: start.time,
    endDate: end.date,
    endTime: end.time,
    timezone: allDay ? undefined : start.zone,
  }
}

/** What an occurrence has of its own beside its series; null where that is nothing. */
function exceptionOf(
  date: string,
  change: Entry,
  itself: Whole,
  series: SeriesTiming,
): EventException | null {
  const times = timesOf(change, itself, date)
  const asInSeries = (when: When) => (series.allDay ? when : inZone(when, itself.start.zone))
  const own = fieldsOf({ start: asInSeries(times.start), end: asInSeries(times.end), saying: change.saying })
  const usual = occurrenceTiming({ date }, series)
  const expected = { ...fieldsOf(itself), ...(usual.ok ? pickTimes(usual.timing) : {}) }
  const timesDiffer = timeFields.some((name) => own[name] !== expected[name])
  const differing = Object.entries(own).filter(([name, value]) => {
    if (name === 'timezone') return series.allDay && own.allDay === false
    if (own.allDay && (name === 'startTime' || name === 'endTime')) return false
    if (timeFields.some((each) => each === name)) return timesDiffer
    return value !== expected[name as keyof NewEventFields]
  })
  return differing.length === 0 ? null : { date, ...Object.fromEntries(differing) }
}

const timeFields = ['startDate', 'startTime', 'endDate', 'endTime'] as const

function pickTimes({ startDate, startTime, endDate, endTime }: Record<(typeof timeFields)[number], string>) {
  return { startDate, startTime, endDate, endTime }
}

/** Puts an exception among those of a series, where it is one that an event may have. */
function setException(
  exceptions: Map<string, EventException>,
  date: string,
  exception: EventException | null,
  series: SeriesTiming,
  remarks: Remarks,
  name: string,
): void {
  // What is changed is there: a program that also lists it as dropped means the one that it was.
  exceptions.delete(date)
  if (exception === null) return
  if (occurrenceTiming(exception, series).ok) exceptions.set(date, exception)
  else remarks.add('left out: times or texts that no event may have', name)
}

/** As many exceptions as an event may have, in order: changed ones before dropped ones, then the latest. */
function bounded(exceptions: EventException[], itself: Entry, remarks: Remarks): EventException[] {
  const byDate = exceptions.sort((a, b) => (a.date < b.date ? -1 : 1))
  if (byDate.length <= MAX_EXCEPTIONS) return byDate
  remarks.add('with more than 500 exceptions, of which the oldest were left out', itself.name)
  const changed = byDate.filter((each) => !each.cancelled).slice(-MAX_EXCEPTIONS)
  const dropped = byDate.filter((each) => each.cancelled)
  const kept = new Set([...changed, ...dropped.slice(dropped.length - (MAX_EXCEPTIONS - changed.length))])
  return byDate.filter((each) => kept.has(each))
}
