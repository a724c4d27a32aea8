import { describe, it } from 'vitest'
import { shiftedRule } from '../../../src/icalendar/series-form'
import { assertStrictICalendar } from '../../support/icalendar-checker'
import { shownBy } from '../../support/occurrences'
import { calendarText } from '../../support/rendered'
import { linesNamed, seriesFeed, stored, textOf, veventsOf } from './a-series'

const instants = (feed: string) =>
  shownBy(feed).map(({ start }) => new Date(start).toISOString().slice(0, 16))

describe('a series in a feed', () => {
  it('has its rule, a line for each dropped occurrence, and its changed ones right after it', ({
    expect,
  }) => {
    const exceptions = [
      { date: '2030-05-08T19:00', cancelled: true },
      { date: '2030-05-15T19:00', name: 'Final training', startTime: '20:30', location: 'Court 2' },
      { date: '2030-05-22T19:00', cancelled: true },
    ]
    const [series, changed, ...more] = veventsOf({ exceptions, details: 'Bring water', alert: '1H' })
    expect(more).toEqual([])
    expect(linesNamed(series, 'DTSTART', 'DTEND', 'RRULE', 'EXDATE', 'RECURRENCE-ID')).toEqual([
      'DTSTART;TZID=Australia/Melbourne:20300501T190000',
      'DTEND;TZID=Australia/Melbourne:20300501T200000',
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'EXDATE;TZID=Australia/Melbourne:20300508T190000',
      'EXDATE;TZID=Australia/Melbourne:20300522T190000',
    ])
    expect(changed).toEqual([
      'UID:66cc0f7da64cf7ee93658fbf@daybook',
      'DTSTAMP:20300402T030405Z',
      'LAST-MODIFIED:20300402T030405Z',
      'CREATED:20300401T000000Z',
      'SEQUENCE:3',
      'DTSTART;TZID=Australia/Melbourne:20300515T203000',
      'DTEND;TZID=Australia/Melbourne:20300515T213000',
      'RECURRENCE-ID;TZID=Australia/Melbourne:20300515T190000',
      'SUMMARY:Final training',
      'LOCATION:Court 2',
      'DESCRIPTION:Bring water',
      ...['STATUS:CONFIRMED', 'TRANSP:OPAQUE', 'CATEGORIES:Club'],
      ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Final training', 'TRIGGER:-PT1H', 'END:VALARM'],
    ])
  })

  it('of whole days has all its dates as such', ({ expect }) => {
    const [series, changed] = veventsOf({
      ...{ allDay: true, startTime: null, recurrence: 'FREQ=MONTHLY;UNTIL=20301201' },
      exceptions: [
        { date: '2030-06-01', cancelled: true },
        { date: '2030-07-01', startDate: '2030-07-02', status: 'tentative' },
      ],
    })
    expect(linesNamed(series, 'DTSTART', 'DTEND', 'RRULE', 'EXDATE')).toEqual([
      'DTSTART;VALUE=DATE:20300501',
      'DTEND;VALUE=DATE:20300502',
      'RRULE:FREQ=MONTHLY;UNTIL=20301201',
      'EXDATE;VALUE=DATE:20300601',
    ])
    expect(linesNamed(changed, 'DTSTART', 'DTEND', 'RECURRENCE-ID', 'STATUS')).toEqual([
      'DTSTART;VALUE=DATE:20300702',
      'DTEND;VALUE=DATE:20300703',
      'RECURRENCE-ID;VALUE=DATE:20300701',
      'STATUS:TENTATIVE',
    ])
  })

  it('in UTC has its dates in UTC', ({ expect }) => {
    const exceptions = [{ date: '2030-05-08T19:00', cancelled: true }, { date: '2030-05-15T19:00' }]
    const [series, changed] = veventsOf({ timezone: 'UTC', exceptions })
    expect(linesNamed(series, 'DTSTART', 'DTEND', 'EXDATE')).toEqual([
      ...['DTSTART:20300501T190000Z', 'DTEND:20300501T200000Z', 'EXDATE:20300508T190000Z'],
    ])
    expect(linesNamed(changed, 'DTSTART', 'RECURRENCE-ID')).toEqual([
      'DTSTART:20300515T190000Z',
      'RECURRENCE-ID:20300515T190000Z',
    ])
  })

  it('has occurrences that move into another zone or become whole days', ({ expect }) => {
    const exceptions = [
      { date: '2030-05-08T19:00', timezone: 'Europe/Paris', startTime: '12:00' },
      { date: '2030-05-15T19:00', allDay: true },
    ]
    const { text, zones } = textOf(stored({ exceptions }))
    expect([...zones].sort()).toEqual(['Australia/Melbourne', 'Europe/Paris'])
    const [, paris, day] = veventsOf({ exceptions })
    expect(linesNamed(paris, 'DTSTART', 'DTEND', 'RECURRENCE-ID')).toEqual([
      'DTSTART;TZID=Europe/Paris:20300508T120000',
      'DTEND;TZID=Europe/Paris:20300508T130000',
      'RECURRENCE-ID;TZID=Australia/Melbourne:20300508T190000',
    ])
    expect(linesNamed(day, 'DTSTART', 'DTEND', 'RECURRENCE-ID', 'TRANSP')).toEqual([
      'DTSTART;VALUE=DATE:20300515',
      'DTEND;VALUE=DATE:20300516',
      'RECURRENCE-ID;TZID=Australia/Melbourne:20300515T190000',
      'TRANSP:OPAQUE',
    ])
    assertStrictICalendar(calendarText('Club', zones, [text]))
  })

  it('clears in an occurrence what its exception clears', ({ expect }) => {
    const exceptions = [
      { date: '2030-05-08T19:00', location: null, alert: null, quickLink: null, url: '', categories: 'Cup' },
    ]
    const quickLink = [{ name: 'Map', url: 'https://example.com/map' }]
    const fields = { location: 'Court 1', alert: '1H', url: 'https://example.com/', quickLink, exceptions }
    const [series, changed] = veventsOf(fields)
    const names = ['LOCATION', 'DESCRIPTION', 'URL', 'TRIGGER', 'CATEGORIES']
    expect(linesNamed(series, ...names)).toHaveLength(6)
    expect(linesNamed(changed, ...names)).toEqual(['CATEGORIES:Cup'])
  })

  it('is tentative in all its parts to who was invited, but for what is cancelled', ({ expect }) => {
    const exceptions = [
      { date: '2030-05-08T19:00', name: 'Friendly', status: 'confirmed' as const },
      { date: '2030-05-15T19:00', name: 'Off', status: 'cancelled' as const },
    ]
    const { text } = textOf(stored({ exceptions }), { awaitsAnswer: true })
    expect(text.match(/^STATUS:.*$/gm)).toEqual(['STATUS:TENTATIVE', 'STATUS:TENTATIVE', 'STATUS:CANCELLED'])
  })

  it('is cancelled in all its parts once it is deleted, and silent', ({ expect }) => {
    const exceptions = [{ date: '2030-05-08T19:00', name: 'Friendly', alert: '1H' }]
    const { text } = textOf(stored({ exceptions, alert: '1D' }), { deletedAt: Date.UTC(2030, 4, 2) })
    expect(text.match(/^STATUS:.*$/gm)).toEqual(['STATUS:CANCELLED', 'STATUS:CANCELLED'])
    expect(text).toContain('RRULE:FREQ=WEEKLY;COUNT=4\r\n')
    expect(text).not.toContain('VALARM')
  })

  it('is there whatever became of what was stored', ({ expect }) => {
    const values = stored({ exceptions: [{ date: '2030-05-08T19:00', name: 'Friendly', endTime: '20:00' }] })
    for (const exceptions of [
      [{ date: '2030-05-08T19:00', name: 'Friendly', endTime: '18:00' }],
      [{ date: '2030-05-08T19:00', name: 'Friendly', timezone: 'Nowhere/Else' }],
    ]) {
      const { text, zones } = textOf({ ...values, exceptions: JSON.stringify(exceptions) })
      assertStrictICalendar(calendarText('Club', zones, [text]))
      expect(text).toContain('SUMMARY:Friendly\r\n')
      expect(text).toContain('DTSTART;TZID=Australia/Melbourne:20300508T190000\r\n')
    }
    for (const date of ['', 'never', '2030-13-40T19:00']) {
      const exceptions = JSON.stringify([{ date, name: 'Friendly' }])
      const { text, zones } = textOf({ ...values, exceptions, recurrence: 'FREQ=DAILY\r\nX-EVIL:1' })
      assertStrictICalendar(calendarText('Club', zones, [text]))
      expect(text).not.toMatch(/Friendly|EVIL|RRULE/)
    }
  })

  it('that ends in another zone tells an occurrence’s end there', ({ expect }) => {
    const flight = {
      ...stored({ startDate: '2030-05-01', startTime: '19:00' }),
      ...{ endTimezone: 'America/Los_Angeles', endTime: '16:00', endsAt: Date.UTC(2030, 4, 1, 23) },
      ...{ endDateGiven: true, endTimeGiven: true },
      exceptions: JSON.stringify([{ date: '2030-05-08T19:00', name: 'Late flight', startTime: '20:00' }]),
    }
    const lines = textOf(flight).text.split('\r\n')
    expect(linesNamed(lines, 'DTEND')).toEqual([
      'DTEND;TZID=America/Los_Angeles:20300501T160000',
      'DTEND;TZID=America/Los_Angeles:20300508T160000',
    ])
  })
})

describe('the form of a series', () => {
  it('keeps its wall clock over changes of the clocks', ({ expect }) => {
    const feed = seriesFeed({ startDate: '2030-03-27', recurrence: 'FREQ=WEEKLY;COUNT=3' })
    expect(instants(feed)).toEqual(['2030-03-27T08:00', '2030-04-03T08:00', '2030-04-10T09:00'])
  })

  it('is UTC where all of it was under another law, as in Brazil’s last summer time', ({ expect }) => {
    const summer = { timezone: 'America/Sao_Paulo', startDate: '2018-11-07', startTime: '20:00' }
    const recurrence = 'FREQ=WEEKLY;BYDAY=WE,FR;COUNT=4'
    const [series] = veventsOf({
      ...summer,
      recurrence,
      exceptions: [{ date: '2018-11-09T20:00', cancelled: true }],
    })
    expect(linesNamed(series, 'DTSTART', 'RRULE', 'EXDATE')).toEqual([
      'DTSTART:20181107T220000Z',
      'RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=4',
      'EXDATE:20181109T220000Z',
    ])
    const late = seriesFeed({ ...summer, startTime: '23:00', recurrence })
    expect(late).toContain('RRULE:FREQ=WEEKLY;BYDAY=TH,SA;COUNT=4;WKST=TU\r\n')
    expect(instants(late)).toEqual([
      ...['2018-11-08T01:00', '2018-11-10T01:00', '2018-11-15T01:00', '2018-11-17T01:00'],
    ])
  })

  it.for([
    [
      'a rule by days of the month, on another day in UTC',
      'America/Sao_Paulo',
      '2018-11-07',
      'FREQ=MONTHLY;COUNT=3',
    ],
    ['a time that clocks change in', 'America/Sao_Paulo', '2018-10-03', 'FREQ=WEEKLY;COUNT=20'],
    ['what goes on today', 'America/New_York', '2005-03-23', 'FREQ=WEEKLY'],
    ['what is longer than law stays', 'Asia/Kathmandu', '1976-03-23', 'FREQ=WEEKLY;COUNT=500'],
  ] as const)(
    'is the zone for %s, though not all of it agrees',
    ([, timezone, startDate, recurrence], { expect }) => {
      const [series] = veventsOf({ timezone, startDate, startTime: '23:00', recurrence })
      expect(linesNamed(series, 'DTSTART')).toEqual([
        `DTSTART;TZID=${timezone}:${startDate.replaceAll('-', '')}T230000`,
      ])
      expect(linesNamed(series, 'RRULE')).toEqual([`RRULE:${recurrence}`])
    },
  )

  it.for([
    ['FREQ=DAILY;COUNT=3', 1, 'FREQ=DAILY;COUNT=3'],
    ['FREQ=DAILY;BYDAY=MO,TU', -1, 'FREQ=DAILY;BYDAY=SU,MO'],
    ['FREQ=WEEKLY;BYDAY=SA,SU', 1, 'FREQ=WEEKLY;BYDAY=SU,MO;WKST=TU'],
    ['FREQ=WEEKLY;INTERVAL=2;WKST=SU', -1, 'FREQ=WEEKLY;INTERVAL=2;WKST=SA'],
    ['FREQ=MONTHLY;BYDAY=1MO', 0, 'FREQ=MONTHLY;BYDAY=1MO'],
    ['FREQ=MONTHLY;BYDAY=1MO', 1, undefined],
    ['FREQ=DAILY;BYMONTH=1', 1, undefined],
    ['FREQ=WEEKLY;BYMONTH=1', -1, undefined],
    ['FREQ=DAILY;BYMONTHDAY=1', 1, undefined],
    ['FREQ=YEARLY', 1, undefined],
  ] as const)('moves %s by %i days to %s', ([rule, days, expected], { expect }) => {
    expect(shiftedRule(rule, days)).toBe(expected)
  })

  it('says how long each lasts where the first one ends in the hour that comes twice', ({ expect }) => {
    // 01:45 in summer time to 01:15 in winter time, half an hour later.
    const [from, to] = [Date.UTC(2030, 10, 3, 5, 45), Date.UTC(2030, 10, 3, 6, 15)]
    const night = { ...stored({ timezone: 'America/New_York', startDate: '2030-11-03', startTime: '01:45' }) }
    const { text } = textOf({ ...night, endTime: '01:15', startsAt: from, endsAt: to })
    expect(text).toContain('DTEND;TZID=America/New_York:20301103T021500\r\n')
  })
})
