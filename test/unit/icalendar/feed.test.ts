import { describe, it } from 'vitest'
import { assertStrictICalendar } from '../../support/icalendar-checker'
import { calendarText, eventText } from '../../support/rendered'
import { anEvent, feedOf } from './an-event'

/** The whole feed of the first test, byte for byte but for its CRLFs. */
const golden = String.raw`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Daybook//Daybook 1.0//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Fixtures
X-WR-CALNAME:Fixtures
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
BEGIN:VTIMEZONE
TZID:America/Los_Angeles
X-LIC-LOCATION:America/Los_Angeles
BEGIN:DAYLIGHT
TZNAME:PDT
TZOFFSETFROM:-0800
TZOFFSETTO:-0700
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:PST
TZOFFSETFROM:-0700
TZOFFSETTO:-0800
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VTIMEZONE
TZID:Australia/Melbourne
X-LIC-LOCATION:Australia/Melbourne
BEGIN:STANDARD
TZNAME:AEST
TZOFFSETFROM:+1100
TZOFFSETTO:+1000
DTSTART:19700405T030000
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
TZNAME:AEDT
TZOFFSETFROM:+1000
TZOFFSETTO:+1100
DTSTART:19701004T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:66cc0f7da64cf7ee93658fbf@daybook
DTSTAMP:20300402T030405Z
LAST-MODIFIED:20300402T030405Z
CREATED:20300401T000000Z
SEQUENCE:2
DTSTART;TZID=Australia/Melbourne:20300501T190000
DTEND;TZID=Australia/Melbourne:20300501T200000
SUMMARY:Round 7: Kings vs. Wildcats\, semi-final
LOCATION:John Cain Arena\; Gate 3
DESCRIPTION:Doors open at 18:00.\nBring your ticket: it’s checked at Gate
  3. 会場は六時に開きます。\n\nTickets: https://tickets.example/
 round-7?a=1\,2
URL:https://kings.example/matches/round%207
STATUS:CONFIRMED
TRANSP:OPAQUE
CATEGORIES:Sports,Basketball,Country,Australia
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Round 7: Kings vs. Wildcats\, semi-final
TRIGGER:-PT1H
END:VALARM
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Round 7: Kings vs. Wildcats\, semi-final
TRIGGER:-P1D
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:pay-2030-05@daybook
DTSTAMP:20300402T030405Z
LAST-MODIFIED:20300402T030405Z
CREATED:20300401T000000Z
SEQUENCE:0
DTSTART;VALUE=DATE:20300501
DTEND;VALUE=DATE:20300502
SUMMARY:Payment Due
DESCRIPTION:$120.00
STATUS:CONFIRMED
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:flight@daybook
DTSTAMP:20300402T030405Z
LAST-MODIFIED:20300402T030405Z
CREATED:20300401T000000Z
SEQUENCE:0
DTSTART;TZID=Australia/Melbourne:20300501T190000
DTEND;TZID=America/Los_Angeles:20300501T160000
SUMMARY:MEL – LAX
STATUS:TENTATIVE
TRANSP:OPAQUE
END:VEVENT
BEGIN:VEVENT
UID:old@daybook
DTSTAMP:20300402T030405Z
LAST-MODIFIED:20300402T030405Z
CREATED:20300401T000000Z
SEQUENCE:0
DTSTART:19700115T190000Z
DTEND:19700115T210000Z
SUMMARY:Moon landing party
STATUS:CANCELLED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
`

describe('a feed', () => {
  it('is one VCALENDAR: header, the zones by name, the events in the order given', ({ expect }) => {
    const match = anEvent({
      name: 'Round 7: Kings vs. Wildcats, semi-final',
      location: 'John Cain Arena; Gate 3',
      details: 'Doors open at 18:00.\r\nBring your ticket: it’s checked at Gate 3. 会場は六時に開きます。',
      quickLinks: [{ name: 'Tickets', url: 'https://tickets.example/round-7?a=1,2' }],
      url: 'https://kings.example/matches/round 7',
      categories: 'Sports/Basketball,Country/Australia',
      alerts: ['1H', '1D'],
      sequence: 2,
    })
    const payment = anEvent({
      id: 'pay-2030-05',
      name: 'Payment Due',
      ...{ allDay: true, startDate: '2030-05-01', startTime: '', endDate: '2030-05-01', endTime: '' },
      details: '$120.00',
      showAs: 'free',
    })
    const flight = anEvent({
      id: 'flight',
      name: 'MEL – LAX',
      status: 'tentative',
      ...{ endTimezone: 'America/Los_Angeles', endTime: '16:00', endsAt: Date.UTC(2030, 4, 1, 23) },
    })
    const old = anEvent({
      id: 'old',
      name: 'Moon landing party',
      timezone: 'Europe/London',
      ...{ startDate: '1970-01-15', startTime: '20:00', startsAt: Date.UTC(1970, 0, 15, 19) },
      ...{ endDate: '1970-01-15', endTime: '22:00', endsAt: Date.UTC(1970, 0, 15, 21) },
      cancelledTombstone: true,
      alerts: ['15M'],
    })
    const text = feedOf(match, payment, flight, old)
    assertStrictICalendar(text)
    expect(text).toBe(golden.replaceAll('\n', '\r\n'))
  })

  it('without events is the calendar alone', ({ expect }) => {
    const text = calendarText('Kings', [], [])
    assertStrictICalendar(text)
    expect(text).toBe(
      [
        ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Daybook//Daybook 1.0//EN', 'CALSCALE:GREGORIAN'],
        ...['METHOD:PUBLISH', 'NAME:Kings', 'X-WR-CALNAME:Kings', 'REFRESH-INTERVAL;VALUE=DURATION:PT1H'],
        ...['X-PUBLISHED-TTL:PT1H', 'END:VCALENDAR', ''],
      ].join('\r\n'),
    )
  })

  it('has its name escaped and folded', ({ expect }) => {
    const text = calendarText(`Kings, Wildcats; ${'é'.repeat(60)}\r\nX-EVIL:1`, [], [])
    assertStrictICalendar(text)
    expect(text.replaceAll('\r\n ', '')).toContain(
      `\r\nNAME:Kings\\, Wildcats\\; ${'é'.repeat(60)}\\nX-EVIL:1\r\n`,
    )
  })

  it('can be joined from parts that were rendered apart', ({ expect }) => {
    const [one, two, three] = ['1', '2', '3'].map((id) => eventText(anEvent({ id })).text)
    const apart = calendarText('Kings', ['Australia/Melbourne'], [`${one}${two}`, `${three}`])
    const together = calendarText('Kings', ['Australia/Melbourne'], [`${one}`, `${two}`, `${three}`])
    expect(apart).toBe(together)
  })
})
