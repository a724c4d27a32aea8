/** The checker that guards every feed in every test must itself refuse what is wrong. */
import { describe, it } from 'vitest'
import { assertStrictICalendar } from '../../support/icalendar-checker'

const right = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Somebody//Else//EN',
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Paris',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'UID:1@example.com',
  'DTSTAMP:20300101T000000Z',
  'DTSTART;TZID=Europe/Paris:20300501T190000',
  'DTEND;TZID=Europe/Paris:20300501T200000',
  'RRULE:FREQ=WEEKLY;COUNT=10',
  'EXDATE;TZID=Europe/Paris:20300508T190000',
  'SUMMARY:A\\, B\\; C\\\\D\\nE',
  'URL:https://example.com/a,b;c',
  'CATEGORIES:A,B\\,C',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'DESCRIPTION:A',
  'TRIGGER:-PT15M',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:1@example.com',
  'RECURRENCE-ID;TZID=Europe/Paris:20300515T190000',
  'DTSTAMP:20300101T000000Z',
  'DTSTART:20300515T180000Z',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

describe('the iCalendar checker', () => {
  it('accepts a right calendar', ({ expect }) => {
    expect(() => assertStrictICalendar(right)).not.toThrow()
  })

  it('accepts a right fold', ({ expect }) => {
    expect(() => assertStrictICalendar(right.replace('SUMMARY:', 'SUMM\r\n ARY:'))).not.toThrow()
  })

  it.for([
    ['nothing', '', '', /must be BEGIN:VCALENDAR/],
    ['a byte order mark', 'BEGIN:VCALENDAR', '\ufeffBEGIN:VCALENDAR', /must be BEGIN:VCALENDAR/],
    ['no last CRLF', 'END:VCALENDAR\r\n', 'END:VCALENDAR', /must end with/],
    ['something after the end', 'END:VCALENDAR\r\n', 'END:VCALENDAR\r\nX\r\n', /must end with/],
    ['two calendars', right, right + right, /stands after END:VCALENDAR/],
    ['a bare LF', 'SUMMARY:A', 'SUMMARY:A\nB', /bare CR or LF/],
    ['a bare CR', 'SUMMARY:A', 'SUMMARY:A\rB', /bare CR or LF/],
    ['LF alone everywhere', /\r\n/g, '\n', /must be BEGIN/],
    ['an empty line', 'SUMMARY:A', '\r\nSUMMARY:A', /is empty/],
    ['an empty continuation', 'SUMMARY:A', 'SUMMARY:\r\n \r\n A', /is empty/],
    ['a line of 76 octets', 'SUMMARY:A', `SUMMARY:${'x'.repeat(68)}\r\n A`, /76 octets/],
    ['76 octets in fewer characters', 'SUMMARY:A', `SUMMARY:${'é'.repeat(34)}\r\n A`, /76 octets/],
    ['a fold inside a character', 'SUMMARY:A', 'SUMMARY:\ud83c\r\n \udfc0A', /half a character/],
    ['a control character', 'SUMMARY:A', 'SUMMARY:\u0007A', /control character/],
    ['a C1 control', 'SUMMARY:A', 'SUMMARY:\u0085A', /control character/],
    ['a line separator', 'SUMMARY:A', 'SUMMARY:\u2028A', /control character/],
    ['a line that is none', 'SUMMARY:A', 'Hello\r\nSUMMARY:A', /no content line/],
    ['an unknown property', 'SUMMARY:A', 'ATTACH:x\r\nSUMMARY:A', /unknown property ATTACH/],
    ['an extension that nobody knows', 'SUMMARY:A', 'X-EVIL:1\r\nSUMMARY:A', /unknown property X-EVIL/],
    ['a property named like a method', 'SUMMARY:A', 'constructor:1\r\nSUMMARY:A', /unknown property/],
    ['an unknown component', /VALARM/g, 'VTODO', /unknown component|inside of/],
    ['a component that is not closed', 'END:VALARM\r\n', '', /closes VALARM/],
    ['a component closed twice', 'END:VALARM\r\n', 'END:VALARM\r\nEND:VALARM\r\n', /closes VEVENT/],
    ['an event inside of an event', 'BEGIN:VALARM', 'BEGIN:VEVENT\r\nBEGIN:VALARM', /closes VEVENT/],
    ['a property after an alarm', 'END:VEVENT', 'LOCATION:X\r\nEND:VEVENT', /property after a component/],
    ['two equal UIDs', /RECURRENCE-ID.*\r\n/, '', /second VEVENT/],
    ['no UID', 'UID:1@example.com\r\n', '', /no UID/],
    ['a space in a UID', 'UID:1@example.com', 'UID:1 @example.com', /bad UID/],
    ['no DTSTAMP', 'DTSTAMP:20300101T000000Z\r\n', '', /no DTSTAMP/],
    ['no VERSION', 'VERSION:2.0\r\n', '', /no VERSION/],
    ['no PRODID', /PRODID.*\r\n/, '', /no PRODID/],
    ['two summaries', 'SUMMARY:A', 'SUMMARY:B\r\nSUMMARY:A', /2 times SUMMARY/],
    ['an alarm without description', 'DESCRIPTION:A\r\n', '', /no DESCRIPTION/],
    ['an alarm without trigger', 'TRIGGER:-PT15M\r\n', '', /no TRIGGER/],
    ['a trigger that is no duration', '-PT15M', '-P15M', /bad TRIGGER/],
    ['a raw comma in text', 'A\\,', 'A,', /bad SUMMARY/],
    ['a raw semicolon in text', 'B\\;', 'B;', /bad SUMMARY/],
    ['an unknown escape', '\\nE', '\\tE', /bad SUMMARY/],
    ['a backslash at the end', '\\nE', '\\', /bad SUMMARY/],
    ['an empty category', 'CATEGORIES:A,', 'CATEGORIES:A,,', /bad CATEGORIES/],
    ['a space in an address', 'com/a,', 'com/ a,', /bad URL/],
    ['an address that is none', 'https://example', 'javascript://example', /bad URL/],
    ['a floating time', 'DTSTART;TZID=Europe/Paris', 'DTSTART', /bad DTSTART/],
    ['a thirteenth month', ':20300501T19', ':20301301T19', /bad DTSTART/],
    ['an end before the start', '20300501T200000', '20300430T200000', /DTEND is not after/],
    [
      'an end of another type',
      'DTEND;TZID=Europe/Paris:20300501T200000',
      'DTEND;VALUE=DATE:20300502',
      /another type/,
    ],
    [
      'an exception in another zone',
      'EXDATE;TZID=Europe/Paris:20300508T190000',
      'EXDATE:20300508T170000Z',
      /another zone/,
    ],
    [
      'an occurrence named in another form than its series has',
      'RECURRENCE-ID;TZID=Europe/Paris:20300515T190000',
      'RECURRENCE-ID:20300515T170000Z',
      /another form/,
    ],
    [
      'an occurrence of a timed series named by a date',
      'RECURRENCE-ID;TZID=Europe/Paris:20300515T190000',
      'RECURRENCE-ID;VALUE=DATE:20300515',
      /another form/,
    ],
    [
      'a zone without definition',
      'RECURRENCE-ID;TZID=Europe/Paris',
      'RECURRENCE-ID;TZID=Europe/Rome',
      /Europe\/Rome has no VTIMEZONE/,
    ],
    ['a definition that nothing uses', /;TZID=Europe\/Paris:(\d+T\d+)/g, ':$1Z', /is not used/],
    ['a zone without observance', /BEGIN:STANDARD[\s\S]*END:STANDARD\r\n/, '', /without STANDARD/],
    ['an offset of minus zero', '+0100', '-0000', /bad TZOFFSETTO/],
    ['an offset with seconds', '+0100', '+010000', /bad TZOFFSETTO/],
  ] as const)('refuses %s', ([, from, to, message], { expect }) => {
    const wrong = from === '' ? '' : right.replace(from, to)
    expect(wrong).not.toBe(right)
    expect(() => assertStrictICalendar(wrong)).toThrow(message)
  })
})
