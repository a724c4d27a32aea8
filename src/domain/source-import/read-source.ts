import { DomainError } from '../errors'
import { MAX_EVENTS } from '../events/bounds'
import { newEventFields } from '../events/fields'
import { rowSize } from '../events/text-size'
import { type EventValues, newEventValues } from '../events/values'
import { type Component, readStructure } from './components'
import { type Entry, readEntry } from './entry'
import { Remarks } from './remarks'
import { eventsOf, type Planned, type Reading, type Thing } from './series'
import type { Clock } from './times'
import { zonesOf } from './zones'

/** An event of a source: what marks it there, and what it is here. */
export type SourceEvent = { readonly key: string; readonly values: EventValues }

export type ReadSource =
  | {
      readonly ok: true
      readonly events: readonly SourceEvent[]
      /** UIDs under which there is something that can't be read: what came of them before is still the best there is. */
      readonly unreadable: ReadonlySet<string>
      /** What the publisher is to know; '' where everything came along. */
      readonly remarks: string
    }
  | { readonly ok: false; readonly reason: string }

/** The UID of a key. */
export function uidOf(key: string): string {
  return key.split('\n', 1)[0] ?? ''
}

/** The text of one event, its exceptions included: what one row and its change can hold. */
const MAX_EVENT_BYTES = 500_000

/** Days that rules may be laid out over for one calendar: about a second of work. */
const BUDGET = 1_000_000

/**
 * The events that an iCalendar text holds (RFC 5545), for a calendar of this zone. It depends on nothing but its
 * arguments, and on `now` (epoch ms) by its year only. Events that can't be read are left out and told; a text that
 * isn't a whole calendar is refused.
 */
export function readSource(text: string, zone: string, now: number): ReadSource {
  const structure = readStructure(text)
  if (!structure.ok) return { ok: false, reason: `Not a calendar that can be read: ${structure.reason}.` }
  const remarks = new Remarks()
  const all = structure.calendars.flatMap(({ components }) => components)
  const blocks = all.filter(({ name }) => name === 'VTIMEZONE')
  const clock: Clock = { zone, zones: zonesOf(blocks, [zone], now) }
  const things = thingsOf(
    all.filter(({ name }) => name === 'VEVENT'),
    clock,
    remarks,
  )
  const year = new Date(now).getUTCFullYear()
  const window = { from: `${year - 1}-01-01`, to: `${year + 1}-12-31` }
  const reading: Reading = { zone, window, budget: { days: BUDGET }, remarks }
  const events = new Map<string, SourceEvent>()
  const unreadable = new Set(things.unreadable)
  for (const thing of things.all) {
    const read = readThing(thing, reading)
    if (read === null) unreadable.add(thing.uid)
    for (const event of read ?? []) events.set(event.key, event)
    if (events.size > MAX_EVENTS) return { ok: false, reason: `It holds more than ${MAX_EVENTS} events.` }
  }
  return { ok: true, events: [...events.values()], unreadable, remarks: remarks.toString() }
}

/** The events of a thing; null where one of them breaks the rules of events. */
function readThing(thing: Thing, reading: Reading): SourceEvent[] | null {
  try {
    return eventsOf(thing, reading).map((planned) => judged(planned, reading.zone))
  } catch (error) {
    if (!(error instanceof DomainError || error instanceof RangeError)) throw error
    const name = thing.itself?.name ?? thing.changes[0]?.name
    reading.remarks.add('left out: times or texts that no event may have', name)
    return null
  }
}

/** An event that passed the rules which those of the API pass. @throws DomainError `invalid` */
function judged({ key, fields }: Planned, zone: string): SourceEvent {
  const { success, data } = newEventFields.safeParse(fields)
  if (!success) throw new DomainError('invalid')
  const values = newEventValues(data, zone)
  if (rowSize(values) > MAX_EVENT_BYTES) throw new DomainError('invalid')
  return { key, values }
}

/** Entries by their UID. Private ones stay where they are: what is published here is read by anybody. */
function thingsOf(
  entries: readonly Component[],
  clock: Clock,
  remarks: Remarks,
): { all: Iterable<Thing>; unreadable: ReadonlySet<string> } {
  const things = new Map<string, { uid: string; itself: Entry | null; changes: Map<string, Entry> }>()
  const unreadable = new Set<string>()
  const hidden = new Set<string>()
  for (const each of entries) {
    const entry = readEntry(each, clock)
    const uid = entry.uid || nameless(entry)
    if (entry.isPrivate) remarks.add('left out: marked private')
    if (entry.recurrenceId === null && entry.isPrivate) hidden.add(uid)
    else if (entry.recurrenceId === null && (entry.start === null || entry.end === null)) {
      remarks.add('left out: no start that can be read', entry.name)
      unreadable.add(uid)
    } else {
      const thing = things.get(uid) ?? { uid, itself: null, changes: new Map() }
      things.set(uid, thing)
      if (entry.unknownZone) {
        remarks.add('in a time zone that is not known: the calendar’s was taken', entry.unknownZone)
      }
      if (entry.recurrenceId === null) thing.itself = laterOf(thing.itself, entry, remarks)
      else {
        const { date, time, zone } = entry.recurrenceId
        const occurrence = `${date} ${time} ${zone}`
        thing.changes.set(occurrence, laterOf(thing.changes.get(occurrence) ?? null, entry, remarks))
      }
    }
  }
  // Changed occurrences of what is left out are no events by themselves.
  const readable = [...things.values()].filter(({ uid }) => !hidden.has(uid) && !unreadable.has(uid))
  const all = readable.map(({ uid, itself, changes }) => ({ uid, itself, changes: [...changes.values()] }))
  return { all, unreadable }
}

/** Stands for the UID of an event that has none: the same as long as its name and start are. No UID has a line break. */
function nameless({ start, name }: Entry): string {
  return `\n${start?.date} ${start?.time} ${name}`
}

/** The one that counts of two entries for the same: the higher SEQUENCE, then what was modified last, then the later. */
function laterOf(before: Entry | null, entry: Entry, remarks: Remarks): Entry {
  if (before === null) return entry
  const [sequence, modified] = entry.version
  const isLater =
    sequence !== before.version[0] ? sequence > before.version[0] : modified >= before.version[1]
  const isSame = before.name === entry.name && JSON.stringify(before.start) === JSON.stringify(entry.start)
  if (!isSame)
    remarks.add('with the UID of another, which was taken instead', (isLater ? before : entry).name)
  return isLater ? entry : before
}
