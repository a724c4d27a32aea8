import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, it } from 'vitest'
import { pickedDays } from '../../../src/domain/source-import/picked-days'
import { entry, one, read, span, text } from './reading'

const start = 'DTSTART;TZID=Europe/Berlin:20300506T190000'
const days = (...lines: string[]) => read(text(entry(start, ...lines))).events.map((each) => each.startDate)

describe('an imported rule', () => {
  it('stays as it is where events keep it', ({ expect }) => {
    for (const rule of [
      'FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU',
      'FREQ=MONTHLY;BYDAY=-1FR;COUNT=9',
      'FREQ=YEARLY;INTERVAL=2',
    ]) {
      expect(one(start, `RRULE:${rule}`).recurrence).toBe(rule)
    }
  })

  it('is written as events have it where programs write it otherwise', ({ expect }) => {
    const forms = {
      'freq=weekly;interval=1;byday=mo': 'FREQ=WEEKLY;BYDAY=MO',
      'FREQ=WEEKLY;UNTIL=20300701': 'FREQ=WEEKLY;UNTIL=20300701T215900Z',
      'FREQ=WEEKLY;UNTIL=20300701T190000': 'FREQ=WEEKLY;UNTIL=20300701T170000Z',
      'FREQ=WEEKLY;UNTIL=20300701T170000Z': 'FREQ=WEEKLY;UNTIL=20300701T170000Z',
      'FREQ=WEEKLY;COUNT=3;UNTIL=20300701T170000Z': 'FREQ=WEEKLY;UNTIL=20300701T170000Z',
      'FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2': 'FREQ=MONTHLY;BYDAY=2TU',
      'FREQ=YEARLY;BYMONTH=5;BYDAY=SU;BYSETPOS=-1': 'FREQ=YEARLY;BYMONTH=5;BYDAY=-1SU',
      'FREQ=DAILY;BYHOUR=19;BYMINUTE=0;BYSECOND=0': 'FREQ=DAILY',
      'FREQ=DAILY;X-NOTE=1;RSCALE=GREGORIAN;': 'FREQ=DAILY',
    }
    for (const [rule, form] of Object.entries(forms))
      expect(one(start, `RRULE:${rule}`).recurrence).toBe(form)
    expect(one('DTSTART;VALUE=DATE:20300506', 'RRULE:FREQ=DAILY;UNTIL=20300510T000000Z').recurrence).toBe(
      'FREQ=DAILY;UNTIL=20300510',
    )
  })

  it('that picks among days becomes an event for each, from last year to next', ({ expect }) => {
    const lastWorkday = days('RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1')
    expect(lastWorkday.slice(0, 3)).toEqual(['2030-05-31', '2030-06-28', '2030-07-31'])
    expect(lastWorkday.at(-1)).toBe('2031-12-31')
    expect(days('RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2')).toEqual([
      '2030-05-31',
      '2030-06-28',
    ])
    expect(days('RRULE:FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1,-1;UNTIL=20300602T170000Z')).toEqual([
      '2030-05-26',
      '2030-06-01',
    ])
    const long = read(text(entry('DTSTART:19800104T090000Z', 'RRULE:FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=1')))
    expect(long.events[0]?.startDate).toBe('2029-01-01')
    expect(long.events).toHaveLength(36)
  })

  it('picks the days that ical.js picks', ({ expect }) => {
    const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
    const place = fc.integer({ min: -4, max: 4 }).filter((n) => n !== 0)
    const window = { from: '2029-01-01', to: '2031-12-31' }
    fc.assert(
      fc.property(
        fc.uniqueArray(weekday, { minLength: 2, maxLength: 6 }),
        fc.uniqueArray(place, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (weekdays, places, interval) => {
          const rule = `FREQ=MONTHLY;INTERVAL=${interval};BYDAY=${weekdays};BYSETPOS=${places}`
          const parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]))
          const begin = { date: '2029-03-01', time: '09:00', zone: 'UTC' }
          const ours = pickedDays(parts, begin, window, { days: 100_000 })
          const theirs: string[] = []
          const iterator = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateString('2029-03-01'))
          for (let next = iterator.next(); next && next.year < 2032; next = iterator.next()) {
            theirs.push(next.toString().slice(0, 10))
          }
          // The library takes its very first day without picking.
          const isLater = (day: string) => day >= '2029-04-01'
          expect(ours?.filter(isLater)).toEqual(theirs.filter(isLater))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('that nobody keeps is told, and leaves the first occurrence', ({ expect }) => {
    for (const rule of [
      'FREQ=HOURLY',
      'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
      'FREQ=YEARLY;BYWEEKNO=20',
      'FREQ=WEEKLY;BYEASTER=1',
      'FREQ',
      '',
    ]) {
      const { events, remarks } = read(text(entry('SUMMARY:Odd', start, `RRULE:${rule}`)))
      expect(
        events.map((each) => [each.startDate, each.recurrence]),
        rule,
      ).toEqual([['2030-05-06', '']])
      expect(remarks, rule).toContain('only the first occurrence was taken (“Odd”)')
    }
  })

  it('costs no more than a bounded time, whatever many of them say', ({ expect }) => {
    const rule = 'RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366;COUNT=99999'
    const entries = Array.from({ length: 2_000 }, (_, n) =>
      entry(`UID:${n}`, 'DTSTART:19700101T090000Z', rule),
    )
    const begin = performance.now()
    expect(read(text(...entries)).remarks).toContain('not supported')
    expect(performance.now() - begin).toBeLessThan(10_000)
  })
})

describe('an imported series', () => {
  const weekly = 'RRULE:FREQ=WEEKLY;BYDAY=MO'

  it('drops the dates of EXDATE, in whatever form they come', ({ expect }) => {
    const { exceptionList } = one(
      start,
      weekly,
      'EXDATE;TZID=Europe/Berlin:20300513T190000,20300520T190000',
      'EXDATE:20300527T170000Z',
      'EXDATE;VALUE=DATE:20300603',
    )
    expect(exceptionList).toEqual(
      ['2030-05-13', '2030-05-20', '2030-05-27', '2030-06-03'].map((date) => ({
        date: `${date}T19:00`,
        cancelled: true,
      })),
    )
  })

  it('keeps of a changed occurrence what differs', ({ expect }) => {
    const series = entry('SUMMARY:Training', start, 'DURATION:PT1H', weekly)
    const changed = (id: string, ...lines: string[]) =>
      entry(`RECURRENCE-ID;TZID=Europe/Berlin:${id}`, ...lines)
    const { events, remarks } = read(
      text(
        changed(
          '20300513T190000',
          'SUMMARY:Training',
          'DTSTART;TZID=Europe/Berlin:20300513T190000',
          'DURATION:PT1H',
        ),
        changed(
          '20300520T190000',
          'SUMMARY:Training',
          'STATUS:CANCELLED',
          'DTSTART;TZID=Europe/Berlin:20300520T190000',
          'DURATION:PT1H',
        ),
        series,
        changed('20300527T190000', 'SUMMARY:Outing', 'DTSTART;VALUE=DATE:20300528'),
        changed('20300603T190000', 'SUMMARY:Training', 'DTSTART:20300603T180000Z', 'DURATION:PT2H'),
      ),
    )
    expect(events).toHaveLength(1)
    expect(events[0]?.exceptionList).toEqual([
      { date: '2030-05-20T19:00', status: 'cancelled' },
      {
        date: '2030-05-27T19:00',
        name: 'Outing',
        showAs: 'free',
        allDay: true,
        startDate: '2030-05-28',
        endDate: '2030-05-28',
      },
      {
        date: '2030-06-03T19:00',
        startDate: '2030-06-03',
        startTime: '20:00',
        endDate: '2030-06-03',
        endTime: '22:00',
      },
    ])
    expect(remarks).toBe('')
  })

  it('of days has exceptions of days', ({ expect }) => {
    const { events } = read(
      text(
        entry('DTSTART;VALUE=DATE:20300506', weekly, 'EXDATE;VALUE=DATE:20300513', 'EXDATE:20300520T000000'),
        entry('RECURRENCE-ID;VALUE=DATE:20300527', 'DTSTART;VALUE=DATE:20300528'),
      ),
    )
    expect(events[0]?.exceptionList).toEqual([
      { date: '2030-05-13', cancelled: true },
      { date: '2030-05-20', cancelled: true },
      { date: '2030-05-27', startDate: '2030-05-28', endDate: '2030-05-28' },
    ])
  })

  it('has the further dates of RDATE as events of their own', ({ expect }) => {
    const more = 'RDATE;TZID=Europe/Berlin:20300506T190000,20300508T190000,20300509T200000'
    const { events } = read(text(entry(start, 'DURATION:PT1H', weekly, more)))
    expect(events.map((each) => [each.recurrence !== '', span(each)])).toEqual([
      [true, '2030-05-06 19:00 2030-05-06 20:00 Europe/Berlin'],
      [false, '2030-05-08 19:00 2030-05-08 20:00 Europe/Berlin'],
      [false, '2030-05-09 20:00 2030-05-09 21:00 Europe/Berlin'],
    ])
    const dates = read(
      text(entry(start, more), entry('RECURRENCE-ID:20300508T170000Z', 'SUMMARY:Other', start)),
    )
    expect(dates.events.map((each) => [each.key, each.name])).toEqual([
      ['a', 'Untitled'],
      ['a\n2030-05-08T19:00', 'Other'],
      ['a\n2030-05-09T20:00', 'Untitled'],
    ])
  })

  it('that isn’t there leaves its changed occurrences as events', ({ expect }) => {
    const { events } = read(
      text(entry('RECURRENCE-ID:20300508T170000Z', 'SUMMARY:Guest', 'DTSTART:20300508T180000Z')),
    )
    expect(events.map((each) => [each.key, each.name, each.startTime])).toEqual([
      ['a\n2030-05-08T17:00', 'Guest', '18:00'],
    ])
  })

  it('has at most 500 exceptions: changed ones and the latest', ({ expect }) => {
    const dates = Array.from({ length: 600 }, (_, n) =>
      new Date(Date.UTC(2030, 4, 6 + n)).toISOString().slice(0, 10).replaceAll('-', ''),
    )
    const { events, remarks } = read(
      text(
        entry(
          'DTSTART;VALUE=DATE:20300506',
          'RRULE:FREQ=DAILY',
          `EXDATE;VALUE=DATE:${dates.slice(1).join(',')}`,
        ),
        entry('RECURRENCE-ID;VALUE=DATE:20300506', 'SUMMARY:First', 'DTSTART;VALUE=DATE:20300506'),
      ),
    )
    const list = events[0]?.exceptionList ?? []
    expect(list).toHaveLength(500)
    expect(list[0]).toEqual({ date: '2030-05-06', name: 'First' })
    expect(list.at(-1)?.date).toBe('2031-12-26')
    expect(remarks).toContain('500 exceptions')
  })
})

describe('entries with one UID', () => {
  it('count by their SEQUENCE, then by when they were modified', ({ expect }) => {
    const event = (name: string, ...lines: string[]) =>
      entry(`SUMMARY:${name}`, 'DTSTART:20300501T090000Z', ...lines)
    expect(
      read(text(event('New', 'SEQUENCE:2'), event('Old', 'SEQUENCE:1'))).events.map((each) => each.name),
    ).toEqual(['New'])
    const { events, remarks } = read(
      text(event('Late', 'LAST-MODIFIED:20300102T000000Z'), event('Early', 'LAST-MODIFIED:20300101T000000Z')),
    )
    expect(events.map((each) => each.name)).toEqual(['Late'])
    expect(remarks).toBe('1 event with the UID of another, which was taken instead (“Early”).')
  })

  it('that have none are told apart by name and start', ({ expect }) => {
    const nameless = (name: string) =>
      ['BEGIN:VEVENT', `SUMMARY:${name}`, 'DTSTART:20300501T090000Z', 'END:VEVENT'].join('\r\n')
    const { events } = read(text(nameless('A'), nameless('B'), nameless('A')))
    expect(events.map((each) => each.name)).toEqual(['A', 'B'])
  })
})
