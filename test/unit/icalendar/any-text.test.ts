/** Whatever is stored in an event: no field makes a line of its own, and `ical.js` reads back what went in. */
import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, it } from 'vitest'
import { type CalendarEvent, categoryNames } from '../../../src/icalendar'
import { anyHostileText } from '../../support/hostile-text'
import { assertStrictICalendar } from '../../support/icalendar-checker'
import { normalised } from '../../support/normalised-text'
import { calendarText, eventText } from '../../support/rendered'
import { anEvent, linesOf } from './an-event'

const anyUrl = fc.oneof(
  anyHostileText,
  anyHostileText.map((text) => `https://example.com/${text}`),
  anyHostileText.map((text) => `http://${text}`),
)
const anyFields = fc.record({
  name: anyHostileText,
  location: anyHostileText,
  details: anyHostileText,
  url: anyUrl,
  quickLinks: fc.array(fc.record({ name: anyHostileText, url: anyUrl }), { maxLength: 3 }),
  categories: anyHostileText,
})

const propertyNames = (event: CalendarEvent) => linesOf(event).map((line) => line.split(/[:;]/)[0] ?? '')

/** The TEXT values of the properties of that name of the one event of a feed. */
function valuesIn(feed: string, name: string): string[] {
  const event = new ICAL.Component(ICAL.parse(feed)).getFirstSubcomponent('vevent')
  return (event?.getAllProperties(name) ?? []).flatMap((property) => property.getValues().map(String))
}

/** The values of CATEGORIES. (`ical.js` takes the comma after an escaped backslash for an escaped one.) */
function categoriesIn(feed: string): string[] {
  const [, values = ''] = /^CATEGORIES:(.*)\r$/m.exec(feed.replaceAll('\r\n ', '')) ?? []
  return (values.match(/(?:[^\\,]|\\.)+/g) ?? []).map(unescaped)
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}

describe('any text in any field', () => {
  it('makes no line beyond those that the event has anyway', ({ expect }) => {
    const full = propertyNames(
      anEvent({ location: 'x', details: 'x', url: 'https://x.test', categories: 'x', alerts: ['1H'] }),
    )
    fc.assert(
      fc.property(anyFields, anyHostileText, (fields, id) => {
        const event = anEvent({ ...fields, id, alerts: ['1H'] })
        assertStrictICalendar(feedNamed('Fixtures', event))
        // In the order of a full event's lines, each at most once: a subsequence of them.
        const rest = [...full]
        for (const name of propertyNames(event)) {
          const at = rest.indexOf(name)
          expect(at, name).toBeGreaterThanOrEqual(0)
          rest.splice(0, at + 1)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('makes none in dates, alerts, zones and the calendar’s name either', ({ expect }) => {
    fc.assert(
      fc.property(
        anyHostileText,
        anyHostileText,
        anyHostileText,
        anyHostileText,
        (alert, timezone, name, date) => {
          const event = anEvent({
            alerts: [alert],
            timezone,
            startDate: date,
            startTime: date,
            endTime: date,
          })
          const feed = feedNamed(name, event)
          assertStrictICalendar(feed)
          expect(propertyNames(event)).toEqual(propertyNames(anEvent()))
        },
      ),
    )
  })

  it('is read back as it went in, but for the documented normalisation', ({ expect }) => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const feed = feedNamed('Fixtures', anEvent(fields))
        expect(valuesIn(feed, 'summary')).toEqual(present(normalised(fields.name)))
        expect(valuesIn(feed, 'location')).toEqual(present(normalised(fields.location)))
        const links = fields.quickLinks
          .map(({ name, url }) => (name === '' ? url : `${name}: ${url}`))
          .join('\n')
        const gap = fields.details !== '' && fields.quickLinks.length > 0 ? '\n\n' : ''
        expect(valuesIn(feed, 'description')).toEqual(present(normalised(fields.details + gap + links)))
        const categories = new Set(categoryNames(fields.categories).map(normalised))
        categories.delete('')
        expect(categoriesIn(feed)).toEqual([...categories])
        const url = URL.parse(fields.url)
        const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
        expect(valuesIn(feed, 'url')).toEqual(isWeb ? [url?.href] : [])
      }),
      { numRuns: 300 },
    )
  })

  it('leaves the calendar’s name readable', ({ expect }) => {
    fc.assert(
      fc.property(anyHostileText, (name) => {
        const calendar = new ICAL.Component(ICAL.parse(calendarText(name, [], [])))
        for (const property of ['name', 'x-wr-calname']) {
          // `ical.js` doesn't know that these are TEXT, and leaves their escapes.
          expect(unescaped(String(calendar.getFirstPropertyValue(property) ?? ''))).toBe(normalised(name))
        }
      }),
    )
  })
})

function feedNamed(name: string, event: CalendarEvent): string {
  const { text, zones } = eventText(event)
  return calendarText(name, zones, [text])
}

function present(value: string): string[] {
  return value === '' ? [] : [value]
}
