/** `ical.js` reads the feed, with the VTIMEZONEs that are in it, and finds the instants that were meant. */
import fc from 'fast-check'
import ICAL from 'ical.js'
import { tzlib_get_timezones } from 'timezones-ical-library'
import { describe, it } from 'vitest'
import type { CalendarEvent } from '../../../src/icalendar'
import { assertStrictICalendar } from '../../support/icalendar-checker'
import { anHourIn, clockIn, feedOf, lineOf } from './an-event'

/** Start and end (epoch ms) of the one event of a feed, as an app would reckon them. */
function instantsIn(feed: string): { start: number; end: number } {
  assertStrictICalendar(feed)
  const calendar = new ICAL.Component(ICAL.parse(feed))
  const zones = new Map(
    calendar.getAllSubcomponents('vtimezone').map((part) => {
      const zone = new ICAL.Timezone(part)
      return [zone.tzid, zone]
    }),
  )
  const event = calendar.getFirstSubcomponent('vevent')
  const [start = Number.NaN, end = Number.NaN] = ['dtstart', 'dtend'].map((name) => {
    const property = event?.getFirstProperty(name)
    const time = property?.getFirstValue()
    if (!(time instanceof ICAL.Time)) return undefined
    const zone = property?.getFirstParameter('tzid')
    if (zone !== undefined) time.zone = zones.get(zone) ?? ICAL.Timezone.localTimezone
    return time.toUnixTime() * 1000
  })
  return { start, end }
}

const isZoned = (event: CalendarEvent) => lineOf(event, 'DTSTART')?.includes(';TZID=')

describe('an app that reads the feed gets the right instants', () => {
  it.for([
    ['Australia/Melbourne', '2030-05-01', '19:00'],
    ['Australia/Melbourne', '2030-01-15', '19:00'],
    ['Australia/Melbourne', '2030-04-07', '00:59'], // the night on which summer time ends
    ['Australia/Melbourne', '2030-04-07', '03:00'],
    ['Australia/Melbourne', '2030-10-06', '01:59'], // a minute before it begins; ends at 03:59
    ['Australia/Melbourne', '2030-10-06', '03:00'],
    ['America/New_York', '2030-03-10', '01:30'],
    ['America/New_York', '2030-03-10', '03:00'],
    ['America/New_York', '2030-07-04', '12:00'],
    ['America/New_York', '2030-11-02', '23:59'],
    ['America/New_York', '2030-11-03', '02:00'],
    ['Pacific/Chatham', '2030-09-29', '02:30'],
    ['Pacific/Chatham', '2030-09-29', '03:45'],
    ['Pacific/Chatham', '2030-04-07', '03:45'],
    ['America/St_Johns', '2030-01-15', '08:00'],
    ['America/St_Johns', '2030-07-15', '08:00'],
    ['Asia/Kathmandu', '2030-07-15', '08:00'],
    ['Asia/Tehran', '2030-07-15', '08:00'],
    ['America/Sao_Paulo', '2030-01-15', '08:00'],
    ['Australia/Lord_Howe', '2030-10-06', '02:30'],
    ['Europe/Dublin', '2030-07-15', '08:00'],
    ['Europe/Dublin', '2030-01-15', '08:00'],
    ['Antarctica/Troll', '2030-07-15', '08:00'],
    ['Australia/Melbourne', '2199-01-15', '19:00'],
    ['America/New_York', '2199-07-15', '19:00'],
    ['Asia/Kathmandu', '2199-12-31', '22:00'],
    ['Asia/Tokyo', '1970-01-01', '00:00'],
    ['America/Bogota', '1970-01-01', '00:00'],
  ] as const)('in %s on %s at %s, told in that zone', ([zone, date, time], { expect }) => {
    const event = anHourIn(zone, date, time)
    expect(isZoned(event)).toBe(true)
    expect(lineOf(event, 'DTSTART')).toBe(
      `DTSTART;TZID=${zone}:${date.replaceAll('-', '')}T${time.replace(':', '')}00`,
    )
    expect(instantsIn(feedOf(event))).toEqual({ start: event.startsAt, end: event.endsAt })
  })

  it.for([
    ['Europe/London', '1970-01-15', '12:00'], // summer time all year round
    ['Europe/London', '1971-01-15', '12:00'],
    ['Asia/Tehran', '2020-07-15', '08:00'], // still had summer time
    ['America/Sao_Paulo', '2018-12-15', '08:00'],
    ['Australia/Melbourne', '1970-02-01', '12:00'], // before the rules begin
    ['America/New_York', '2006-03-20', '12:00'], // summer time began later then
    ['Asia/Kathmandu', '1980-01-01', '12:00'], // ten minutes behind today
    ['Africa/Monrovia', '1970-01-01', '12:00'], // an offset with seconds
    ['Pacific/Apia', '2011-12-29', '12:00'], // on the other side of the date line
  ] as const)('in %s on %s at %s, whose rules were others, told in UTC', ([zone, date, time], { expect }) => {
    const event = anHourIn(zone, date, time)
    expect(isZoned(event)).toBe(false)
    expect(lineOf(event, 'DTEND')).toMatch(/^DTEND:\d{8}T\d{6}Z$/)
    expect(instantsIn(feedOf(event))).toEqual({ start: event.startsAt, end: event.endsAt })
  })

  it('in Morocco, told in UTC on whichever side of Ramadan its one offset is not in force', ({ expect }) => {
    const inRamadan = anHourIn('Africa/Casablanca', '2025-03-15', '20:00')
    const later = anHourIn('Africa/Casablanca', '2025-07-15', '20:00')
    expect([inRamadan, later].filter(isZoned)).toHaveLength(1)
    for (const event of [inRamadan, later]) {
      expect(instantsIn(feedOf(event))).toEqual({ start: event.startsAt, end: event.endsAt })
    }
  })

  it('where the end alone falls under other rules', ({ expect }) => {
    const event = anHourIn('America/Sao_Paulo', '2018-02-17', '22:30', {
      ...{ endDate: '2018-02-18', endTime: '12:00', endsAt: Date.UTC(2018, 1, 18, 15) },
    })
    expect(isZoned(event)).toBe(false)
    expect(instantsIn(feedOf(event))).toEqual({ start: event.startsAt, end: event.endsAt })
  })

  it('in any zone, at any time from 1970 to 2199', ({ expect }) => {
    const zones = [...tzlib_get_timezones()].filter((zone) => isKnown(zone))
    const times = fc.integer({ min: Date.UTC(1970, 0, 2) / 60_000, max: Date.UTC(2199, 11, 30) / 60_000 })
    const years = fc.integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2032, 0, 1) / 60_000 })
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.oneof(times, years), (zone, minutes) => {
        const startsAt = minutes * 60_000
        // Where clocks show one time twice, RFC 5545 takes the first and ical.js the second.
        fc.pre(![startsAt, startsAt + 3_600_000].some((instant) => comesTwice(zone, instant)))
        const clock = new Date(clockIn(zone, startsAt)).toISOString()
        fc.pre(clock.endsWith(':00.000Z'))
        const event = anHourIn(zone, clock.slice(0, 10), clock.slice(11, 16))
        expect(instantsIn(feedOf(event))).toEqual({ start: startsAt, end: startsAt + 3_600_000 })
      }),
      { numRuns: 400 },
    )
  })
})

function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

function comesTwice(zone: string, instant: number): boolean {
  const clock = clockIn(zone, instant)
  return [-2, -1, -0.5, 0.5, 1, 2].some((hours) => clockIn(zone, instant + hours * 3_600_000) === clock)
}
