/**
 * 2,000 events of a fixed seed with hostile text in every field at once: a feed of all of them has exactly the lines
 * that it must have, and `ical.js` reads back what went in, but for the documented normalisation.
 */
import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, it } from 'vitest'
import { type CalendarEvent, categoryNames } from '../../../src/icalendar'
import { anyHostileText } from '../../support/hostile-text'
import { assertStrictICalendar } from '../../support/icalendar-checker'
import { normalised } from '../../support/normalised-text'
import { calendarText, eventText } from '../../support/rendered'
import { anEvent } from './an-event'

const EVENTS = 2_000

const anyAddress = fc.oneof(
  anyHostileText,
  anyHostileText.map((text) => `https://example.com/${text}`),
  anyHostileText.map((text) => `http://example.com?${text}#${text}`),
)
const anyAlert = fc.oneof(fc.constantFrom('15M', '1H', '1D', '1W', ''), anyHostileText)

const hostileFields = fc.record({
  name: anyHostileText,
  location: anyHostileText,
  details: anyHostileText,
  quickLinks: fc.array(fc.record({ name: anyHostileText, url: anyAddress }), { maxLength: 3 }),
  url: anyAddress,
  categories: anyHostileText,
  alerts: fc.array(anyAlert, { maxLength: 2 }),
  timezone: fc.oneof(fc.constantFrom('Australia/Melbourne', 'UTC'), anyHostileText),
  cancelledTombstone: fc.boolean(),
})

const [events = []] = fc.sample(
  fc.array(hostileFields, { minLength: EVENTS, maxLength: EVENTS, size: 'max' }),
  {
    seed: 20_301,
    numRuns: 1,
  },
)
const ids = fc.sample(anyHostileText, { seed: 20_302, numRuns: EVENTS })

/** Ids stay apart whatever falls away of them. */
const hostileEvents: CalendarEvent[] = events.map((fields, n) => anEvent({ ...fields, id: `${n}-${ids[n]}` }))

/** The properties that an event must have, by the contract's table. */
function expectedProperties(event: CalendarEvent): string[] {
  const present = (name: string, value: string) => (value === '' ? [] : [name])
  return [
    ...['UID', 'DTSTAMP', 'LAST-MODIFIED', 'CREATED', 'SEQUENCE', 'DTSTART', 'DTEND'],
    ...present('SUMMARY', normalised(event.name)),
    ...present('LOCATION', normalised(event.location)),
    ...present('DESCRIPTION', description(event)),
    ...present('URL', address(event.url)),
    ...['STATUS', 'TRANSP'],
    ...(categories(event).length > 0 ? ['CATEGORIES'] : []),
  ]
}

function description({ details, quickLinks }: CalendarEvent): string {
  const links = quickLinks.map(({ name, url }) => (name === '' ? url : `${name}: ${url}`)).join('\n')
  const gap = details !== '' && quickLinks.length > 0 ? '\n\n' : ''
  return normalised(details + gap + links)
}

function address(text: string): string {
  const url = URL.parse(text)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : ''
}

function categories(event: CalendarEvent): string[] {
  return [...new Set(categoryNames(event.categories).map(normalised))].filter((name) => name !== '')
}

function triggers(event: CalendarEvent): string[] {
  const known: Record<string, string> = { '15M': '-PT15M', '1H': '-PT1H', '1D': '-P1D', '1W': '-P1W' }
  if (event.cancelledTombstone) return []
  return event.alerts.flatMap((alert) => (Object.hasOwn(known, alert) ? [known[alert] ?? ''] : []))
}

const rendered = hostileEvents.map(eventText)
const zones = rendered.flatMap((each) => each.zones)
const feed = calendarText(
  'Fixtures',
  zones,
  rendered.map(({ text }) => text),
)
const components = new ICAL.Component(ICAL.parse(feed)).getAllSubcomponents('vevent')

describe('2,000 events with hostile text in every field', () => {
  it('are a strict calendar', () => {
    assertStrictICalendar(feed)
  })

  it('have exactly the components and properties that they must have, in their order', ({ expect }) => {
    expect(components).toHaveLength(EVENTS)
    for (const [n, event] of hostileEvents.entries()) {
      const names = components[n]?.getAllProperties().map(({ name }) => name.toUpperCase())
      expect(names, `event ${n}`).toEqual(expectedProperties(event))
      const alarms = components[n]?.getAllSubcomponents() ?? []
      expect(alarms.map((alarm) => alarm.name)).toEqual(triggers(event).map(() => 'valarm'))
      for (const alarm of alarms) {
        expect(alarm.getAllProperties().map(({ name }) => name)).toEqual(['action', 'description', 'trigger'])
      }
    }
  })

  it('have exactly as many lines as these', ({ expect }) => {
    const lines = feed.replaceAll('\r\n ', '').split('\r\n').length
    const ofEvents = hostileEvents.reduce(
      (sum, event) => sum + 2 + expectedProperties(event).length + 5 * triggers(event).length,
      0,
    )
    const frame = calendarText('Fixtures', zones, []).split('\r\n').length
    expect(lines).toBe(frame + ofEvents)
  })

  it('are read back as they went in', ({ expect }) => {
    for (const [n, event] of hostileEvents.entries()) {
      const value = (name: string) => String(components[n]?.getFirstPropertyValue(name) ?? '')
      const alarms = components[n]?.getAllSubcomponents('valarm') ?? []
      const read = {
        name: value('summary'),
        location: value('location'),
        details: value('description'),
        url: value('url'),
        alarms: alarms.map((alarm) => [
          String(alarm.getFirstPropertyValue('trigger')),
          alarm.getFirstPropertyValue('description'),
        ]),
      }
      expect(read, `event ${n}`).toEqual({
        name: normalised(event.name),
        location: normalised(event.location),
        details: description(event),
        url: address(event.url),
        alarms: triggers(event).map((trigger) => [trigger, normalised(event.name)]),
      })
      expect(value('uid'), `event ${n}`).toMatch(new RegExp(`^${n}-\\S*@daybook$`))
    }
  })

  it('have the categories that they had, each once', ({ expect }) => {
    // `ical.js` takes the comma after an escaped backslash for an escaped one, so the lines are read here.
    for (const [n, event] of hostileEvents.entries()) {
      const [, line = ''] =
        /^CATEGORIES:(.*)\r$/m.exec((rendered[n]?.text ?? '').replaceAll('\r\n ', '')) ?? []
      const names = (line.match(/(?:[^\\,]|\\.)+/g) ?? []).map((name) =>
        name.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character)),
      )
      expect(names, `event ${n}`).toEqual(categories(event))
    }
  })

  it('are as harmless under a hostile calendar’s name', ({ expect }) => {
    for (const name of fc.sample(anyHostileText, { seed: 20_303, numRuns: 200 })) {
      const named = calendarText(name, [], [])
      assertStrictICalendar(named)
      const lines = named.replaceAll('\r\n ', '').split('\r\n')
      expect(lines).toHaveLength(normalised(name) === '' ? 9 : 11)
    }
  })
})
