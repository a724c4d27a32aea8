import { describe, it } from 'vitest'
import { eventText } from '../../support/rendered'
import { anEvent, lineOf, linesOf } from './an-event'

describe('an event in a feed', () => {
  it('has the UID of its id, for ever', ({ expect }) => {
    expect(lineOf(anEvent({ id: 'abc123', sequence: 4 }), 'UID')).toBe('UID:abc123@daybook')
  })

  it('has no white space or control character in its UID', ({ expect }) => {
    expect(lineOf(anEvent({ id: ' a\u00a0b\r\nc\u0085\\n;d\u0000 ' }), 'UID')).toBe(
      'UID:abc\\\\n\\;d@daybook',
    )
  })

  it('is stamped with the time of its last change, never with the clock', ({ expect }) => {
    const lines = linesOf(
      anEvent({ createdAt: Date.UTC(2029, 11, 31, 23, 59, 59), modifiedAt: Date.UTC(2030, 0, 2) }),
    )
    expect(lines).toContain('DTSTAMP:20300102T000000Z')
    expect(lines).toContain('LAST-MODIFIED:20300102T000000Z')
    expect(lines).toContain('CREATED:20291231T235959Z')
  })

  it('tells its sequence', ({ expect }) => {
    expect(lineOf(anEvent({ sequence: 12 }), 'SEQUENCE')).toBe('SEQUENCE:12')
  })

  it('is the same bytes each time', ({ expect }) => {
    expect(eventText(anEvent())).toEqual(eventText(anEvent()))
  })

  it('has no line for what is empty', ({ expect }) => {
    const names = linesOf(anEvent({ name: '' })).map((line) => line.split(/[:;]/)[0])
    expect(names).toEqual([
      ...['BEGIN', 'UID', 'DTSTAMP', 'LAST-MODIFIED', 'CREATED', 'SEQUENCE'],
      ...['DTSTART', 'DTEND', 'STATUS', 'TRANSP', 'END'],
    ])
  })

  it('tells name, location and details', ({ expect }) => {
    const lines = linesOf(anEvent({ name: 'A, B', location: 'Arena\nGate 3', details: 'Doors; six' }))
    expect(lines).toContain('SUMMARY:A\\, B')
    expect(lines).toContain('LOCATION:Arena\\nGate 3')
    expect(lines).toContain('DESCRIPTION:Doors\\; six')
  })

  it.for([
    [
      'after the details and an empty line',
      'Doors',
      'Doors\\n\\nPay now: https://x.test/\\nMap: https://y.test/',
    ],
    ['alone where there are no details', '', 'Pay now: https://x.test/\\nMap: https://y.test/'],
  ] as const)('lists its quick links %s', ([, details, expected], { expect }) => {
    const quickLinks = [
      { name: 'Pay now', url: 'https://x.test/' },
      { name: 'Map', url: 'https://y.test/' },
    ]
    expect(lineOf(anEvent({ details, quickLinks }), 'DESCRIPTION')).toBe(`DESCRIPTION:${expected}`)
  })

  it('shows a quick link without a name as its address', ({ expect }) => {
    const event = anEvent({ quickLinks: [{ name: '', url: 'https://x.test/' }] })
    expect(lineOf(event, 'DESCRIPTION')).toBe('DESCRIPTION:https://x.test/')
  })

  it('has its address unescaped, and none where it is no web address', ({ expect }) => {
    expect(lineOf(anEvent({ url: 'https://x.test/a,b;c d' }), 'URL')).toBe('URL:https://x.test/a,b;c%20d')
    expect(lineOf(anEvent({ url: 'javascript:alert(1)' }), 'URL')).toBeUndefined()
  })

  it.for([
    ['confirmed', 'CONFIRMED'],
    ['tentative', 'TENTATIVE'],
    ['cancelled', 'CANCELLED'],
  ] as const)('that is %s has the status %s', ([status, expected], { expect }) => {
    expect(lineOf(anEvent({ status }), 'STATUS')).toBe(`STATUS:${expected}`)
  })

  it('blocks time when busy and none when free', ({ expect }) => {
    expect(lineOf(anEvent({ showAs: 'busy' }), 'TRANSP')).toBe('TRANSP:OPAQUE')
    expect(lineOf(anEvent({ showAs: 'free' }), 'TRANSP')).toBe('TRANSP:TRANSPARENT')
  })

  it.for([
    ['Sports/Basketball,Country/Australia', 'Sports,Basketball,Country,Australia'],
    ['Sports/Basketball,Sports/A;B\\C', 'Sports,Basketball,A\\;B\\\\C'],
    ['A\u0000/A/\u0007', 'A'],
  ] as const)('in the categories %j has %j', ([categories, expected], { expect }) => {
    expect(lineOf(anEvent({ categories }), 'CATEGORIES')).toBe(`CATEGORIES:${expected}`)
  })

  it.for(['', '/', ' , ', '\u0000'])('in the categories %j has none', (categories, { expect }) => {
    expect(lineOf(anEvent({ categories }), 'CATEGORIES')).toBeUndefined()
  })

  it('sounds each of its alerts, with its name', ({ expect }) => {
    const lines = linesOf(anEvent({ name: 'Tip-off, 7', alerts: ['15M', '', '1W'] }))
    expect(lines.slice(lines.indexOf('BEGIN:VALARM'))).toEqual([
      ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Tip-off\\, 7', 'TRIGGER:-PT15M', 'END:VALARM'],
      ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Tip-off\\, 7', 'TRIGGER:-P1W', 'END:VALARM'],
      'END:VEVENT',
    ])
  })

  it('without a name sounds its alert with an empty description, which an alarm must have', ({ expect }) => {
    expect(linesOf(anEvent({ name: '', alerts: ['1H'] }))).toContain('DESCRIPTION:')
  })

  it('that was deleted stays cancelled and silent', ({ expect }) => {
    const lines = linesOf(anEvent({ cancelledTombstone: true, alerts: ['1H'], sequence: 3 }))
    expect(lines).toContain('STATUS:CANCELLED')
    expect(lines).toContain('SEQUENCE:3')
    expect(lines).not.toContain('BEGIN:VALARM')
  })
})

describe('an all-day event', () => {
  it.for([
    ['of one day ends the day after', '2030-05-01', '2030-05-01', '20300501', '20300502'],
    ['of a weekend ends on Monday', '2030-05-04', '2030-05-05', '20300504', '20300506'],
    ['at the end of February ends in March', '2030-02-28', '2030-02-28', '20300228', '20300301'],
    ['in a leap year ends on the 29th', '2028-02-28', '2028-02-28', '20280228', '20280229'],
    ['on the last day of all ends in the year after', '2199-12-31', '2199-12-31', '21991231', '22000101'],
    ['on the first day of all', '1970-01-01', '1970-01-01', '19700101', '19700102'],
  ] as const)('%s', ([, startDate, endDate, start, end], { expect }) => {
    const event = anEvent({ allDay: true, startDate, endDate, startTime: '', endTime: '' })
    expect(lineOf(event, 'DTSTART')).toBe(`DTSTART;VALUE=DATE:${start}`)
    expect(lineOf(event, 'DTEND')).toBe(`DTEND;VALUE=DATE:${end}`)
    expect(eventText(event).zones).toEqual([])
  })
})

describe('a timed event', () => {
  it('is told in its zone', ({ expect }) => {
    const event = anEvent()
    expect(lineOf(event, 'DTSTART')).toBe('DTSTART;TZID=Australia/Melbourne:20300501T190000')
    expect(lineOf(event, 'DTEND')).toBe('DTEND;TZID=Australia/Melbourne:20300501T200000')
    expect(eventText(event).zones).toEqual(['Australia/Melbourne'])
  })

  it('ends in the zone of its end', ({ expect }) => {
    const flight = anEvent({
      endTimezone: 'America/Los_Angeles',
      endDate: '2030-05-01',
      endTime: '16:00',
      endsAt: Date.UTC(2030, 4, 1, 23),
    })
    expect(lineOf(flight, 'DTSTART')).toBe('DTSTART;TZID=Australia/Melbourne:20300501T190000')
    expect(lineOf(flight, 'DTEND')).toBe('DTEND;TZID=America/Los_Angeles:20300501T160000')
    expect(eventText(flight).zones).toEqual(['Australia/Melbourne', 'America/Los_Angeles'])
  })

  it('may end in UTC, which needs no zone', ({ expect }) => {
    const event = anEvent({ endTimezone: 'UTC', endTime: '10:00' })
    expect(lineOf(event, 'DTEND')).toBe('DTEND:20300501T100000Z')
    expect(eventText(event).zones).toEqual(['Australia/Melbourne'])
  })

  it('that ends when it starts has no end, and needs no zone for it', ({ expect }) => {
    const event = anEvent({ endTimezone: 'Asia/Tokyo', endTime: '18:00', endsAt: Date.UTC(2030, 4, 1, 9) })
    expect(lineOf(event, 'DTEND')).toBeUndefined()
    expect(eventText(event).zones).toEqual(['Australia/Melbourne'])
  })

  it.for([
    ...[
      'UTC',
      'Etc/UTC',
      'GMT',
      'Etc/GMT',
      'Etc/UCT',
      'UCT',
      'Zulu',
      'Etc/Zulu',
      'Universal',
      'Etc/Universal',
    ],
    ...['Greenwich', 'Etc/Greenwich', 'GMT0', 'GMT+0', 'GMT-0', 'Etc/GMT0', 'Etc/GMT+0', 'Etc/GMT-0'],
  ])('in %s is told in UTC', (timezone, { expect }) => {
    const event = anEvent({ timezone, startTime: '09:00', endTime: '10:00' })
    expect(lineOf(event, 'DTSTART')).toBe('DTSTART:20300501T090000Z')
    expect(lineOf(event, 'DTEND')).toBe('DTEND:20300501T100000Z')
    expect(eventText(event).zones).toEqual([])
  })

  it.for(['Europe/London', 'Africa/Abidjan', 'Atlantic/Reykjavik', 'WET'])(
    'in %s is told in that zone: it is another than UTC, whatever its clocks show',
    (timezone, { expect }) => {
      const startsAt = Date.UTC(2030, 0, 15, 9)
      const event = anEvent({
        timezone,
        startDate: '2030-01-15',
        startTime: '09:00',
        endDate: '2030-01-15',
        endTime: '09:00',
        startsAt,
        endsAt: startsAt,
      })
      expect(lineOf(event, 'DTSTART')).toBe(`DTSTART;TZID=${timezone}:20300115T090000`)
    },
  )

  it.for(['US/Eastern', 'America/New_York'])('in %s keeps that very name', (timezone, { expect }) => {
    const event = anEvent({ timezone, startTime: '05:00', endTime: '06:00' })
    expect(lineOf(event, 'DTSTART')).toBe(`DTSTART;TZID=${timezone}:20300501T050000`)
    expect(eventText(event).zones).toEqual([timezone])
  })

  it.for(['Nowhere/Else', '', 'australia/melbourne', '+10:00', 'constructor', 'X:1\r\nBEGIN:VEVENT'])(
    'in the unknown zone %j is told in UTC',
    (timezone, { expect }) => {
      const event = anEvent({ timezone })
      expect(lineOf(event, 'DTSTART')).toBe('DTSTART:20300501T090000Z')
      expect(lineOf(event, 'DTEND')).toBe('DTEND:20300501T100000Z')
      expect(eventText(event).zones).toEqual([])
    },
  )

  it('whose end alone can’t be told in its zone is told in UTC altogether', ({ expect }) => {
    const event = anEvent({ endTimezone: 'Nowhere/Else' })
    expect(lineOf(event, 'DTSTART')).toBe('DTSTART:20300501T090000Z')
    expect(lineOf(event, 'DTEND')).toBe('DTEND:20300501T100000Z')
    expect(eventText(event).zones).toEqual([])
  })

  it('at a clock time that is skipped is told moved forward', ({ expect }) => {
    const event = anEvent({
      ...{ startDate: '2030-10-06', startTime: '02:30', startsAt: Date.UTC(2030, 9, 5, 16, 30) },
      ...{ endDate: '2030-10-06', endTime: '04:00', endsAt: Date.UTC(2030, 9, 5, 17) },
    })
    expect(lineOf(event, 'DTSTART')).toBe('DTSTART;TZID=Australia/Melbourne:20301006T033000')
    expect(lineOf(event, 'DTEND')).toBe('DTEND;TZID=Australia/Melbourne:20301006T040000')
  })

  it('at the first of two equal clock times is told in its zone, at the second in UTC', ({ expect }) => {
    const night = { startDate: '2030-04-07', startTime: '02:30', endDate: '2030-04-07', endTime: '05:00' }
    const endsAt = Date.UTC(2030, 3, 6, 19)
    const first = anEvent({ ...night, startsAt: Date.UTC(2030, 3, 6, 15, 30), endsAt })
    expect(lineOf(first, 'DTSTART')).toBe('DTSTART;TZID=Australia/Melbourne:20300407T023000')
    const second = anEvent({ ...night, startsAt: Date.UTC(2030, 3, 6, 16, 30), endsAt })
    expect(lineOf(second, 'DTSTART')).toBe('DTSTART:20300406T163000Z')
    expect(lineOf(second, 'DTEND')).toBe('DTEND:20300406T190000Z')
  })

  it('whose zone has changed its law since keeps its wall clock', ({ expect }) => {
    // As if reckoned when Phoenix was still at UTC-8; it is at UTC-7.
    const event = anEvent({
      timezone: 'America/Phoenix',
      ...{ startDate: '2030-01-14', startTime: '19:00', startsAt: Date.UTC(2030, 0, 15, 3) },
      ...{ endDate: '2030-01-14', endTime: '20:00', endsAt: Date.UTC(2030, 0, 15, 4) },
    })
    expect(lineOf(event, 'DTSTART')).toBe('DTSTART;TZID=America/Phoenix:20300114T190000')
    expect(lineOf(event, 'DTEND')).toBe('DTEND;TZID=America/Phoenix:20300114T200000')
  })
})
