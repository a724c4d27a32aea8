import ICAL from 'ical.js'
import { assertStrictICalendar } from './icalendar-checker'

/** An occurrence as an app shows it: instants in epoch ms. */
export type Shown = { start: number; end: number; name: string }

/** How a time is understood: by the VTIMEZONEs of the text, or by zone data of the reader's own. */
export type Reader = 'by its VTIMEZONEs' | 'by its own zone data'

/** What clocks of a zone show at an instant, as the epoch ms of the same reading in UTC. */
function clockIn(zone: string, instant: number): number {
  const clock = new Date(instant).toLocaleString('sv-SE', { timeZone: zone })
  return Date.parse(`${clock.replace(' ', 'T')}Z`)
}

function instantBy(zone: string, wall: number): number {
  const around = [wall - 86_400_000, wall + 86_400_000].map((instant) => clockIn(zone, instant) - instant)
  const exact = around.map((offset) => wall - offset).filter((instant) => clockIn(zone, instant) === wall)
  return exact.length > 0 ? Math.min(...exact) : wall - (around[0] ?? 0)
}

/**
 * The occurrences of every event of a feed as `ical.js` expands them, by start, at most `limit` of each. Days begin at
 * midnight in UTC.
 */
export function shownBy(feed: string, reader: Reader = 'by its VTIMEZONEs', limit = 1000): Shown[] {
  assertStrictICalendar(feed)
  const calendar = new ICAL.Component(ICAL.parse(feed))
  const zones = new Map(
    calendar.getAllSubcomponents('vtimezone').map((part) => {
      const zone = new ICAL.Timezone(part)
      return [zone.tzid, zone]
    }),
  )
  const instantOf = (time: ICAL.Time, component: ICAL.Component): number => {
    const wall = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second)
    const zone = time.isDate ? undefined : component.getFirstProperty('dtstart')?.getFirstParameter('tzid')
    if (zone === undefined) return wall
    if (reader === 'by its own zone data') return instantBy(zone, wall)
    const copy = time.clone()
    copy.zone = zones.get(zone) ?? ICAL.Timezone.localTimezone
    return copy.toUnixTime() * 1000
  }
  const vevents = calendar.getAllSubcomponents('vevent')
  const shown: Shown[] = []
  for (const vevent of vevents.filter((each) => !each.hasProperty('recurrence-id'))) {
    const uid = vevent.getFirstPropertyValue('uid')
    const exceptions = vevents.filter(
      (each) => each.hasProperty('recurrence-id') && each.getFirstPropertyValue('uid') === uid,
    )
    const event = new ICAL.Event(vevent, { exceptions, strictExceptions: true })
    const tell = (of: ICAL.Event, start: ICAL.Time) => {
      const begin = instantOf(start, of.component)
      const end = of.component.getFirstProperty('dtend')?.getFirstValue()
      const length = end instanceof ICAL.Time ? lengthOf(of, end) : 0
      shown.push({ start: begin, end: begin + length, name: of.summary })
    }
    const lengthOf = (of: ICAL.Event, end: ICAL.Time) => {
      const endZone = of.component.getFirstProperty('dtend')?.getFirstParameter('tzid')
      const startZone = of.component.getFirstProperty('dtstart')?.getFirstParameter('tzid')
      if (endZone !== startZone) throw new Error('this reader knows one zone an event')
      return instantOf(end, of.component) - instantOf(of.startDate, of.component)
    }
    if (!event.isRecurring()) {
      tell(event, event.startDate)
      continue
    }
    const iterator = event.iterator()
    for (let n = 0; n < limit; n++) {
      const next = iterator.next()
      if (!next) break
      const { item, startDate } = event.getOccurrenceDetails(next)
      tell(item, startDate)
    }
  }
  return shown.sort((a, b) => a.start - b.start || (a.name < b.name ? -1 : 1))
}
