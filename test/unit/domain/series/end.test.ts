import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, it } from 'vitest'
import type { EventException } from '../../../../src/domain/events/fields'
import { ruleParts, rulePeriods } from '../../../../src/domain/series/rule-periods'
import { changed, create } from '../events/an-event'

const night = { name: 'Night', startDate: '2030-05-01', startTime: '19:00' } // a Wednesday in Melbourne
const day = { name: 'Day', startDate: '2030-05-01', allDay: true }

const endOf = (fields: object, recurrence: string, exceptions: EventException[] = []) => {
  const { seriesEndsAt } = create({ ...fields, recurrence, exceptions })
  return seriesEndsAt === null ? null : new Date(seriesEndsAt).toISOString().slice(0, 16)
}

describe('the end of a series', () => {
  it.for([
    ['FREQ=DAILY;COUNT=1', '2030-05-01T10:00'],
    ['FREQ=DAILY;COUNT=5', '2030-05-05T10:00'],
    ['FREQ=DAILY;INTERVAL=10;COUNT=3', '2030-05-21T10:00'],
    ['FREQ=DAILY;BYDAY=MO,WE;COUNT=3', '2030-05-08T10:00'],
    ['FREQ=DAILY;BYMONTH=5;COUNT=32', '2031-05-01T10:00'],
    ['FREQ=WEEKLY;COUNT=24', '2030-10-09T09:00'], // summer time has begun
    ['FREQ=WEEKLY;BYDAY=TU,WE;COUNT=3', '2030-05-08T10:00'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU;COUNT=3', '2030-05-15T10:00'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;COUNT=3', '2030-05-15T10:00'],
    ['FREQ=MONTHLY;COUNT=3', '2030-07-01T10:00'],
    ['FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2', '2030-07-31T10:00'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2', '2030-06-30T10:00'],
    ['FREQ=MONTHLY;BYDAY=1WE;COUNT=2', '2030-06-05T10:00'],
    ['FREQ=MONTHLY;BYDAY=-1FR;COUNT=2', '2030-06-28T10:00'],
    ['FREQ=YEARLY;COUNT=3', '2032-05-01T10:00'],
    ['FREQ=YEARLY;INTERVAL=30;COUNT=3', '2090-05-01T10:00'],
    ['FREQ=YEARLY;BYMONTH=6,5;BYMONTHDAY=1;COUNT=3', '2031-05-01T10:00'],
    ['FREQ=DAILY;UNTIL=20300505T090000Z', '2030-05-05T10:00'],
    ['FREQ=DAILY;UNTIL=20300505T085959Z', '2030-05-04T10:00'],
    ['FREQ=WEEKLY;UNTIL=20310101T000000Z', '2030-12-25T09:00'],
    ['FREQ=YEARLY;UNTIL=21300501T090000Z', '2130-05-01T10:00'],
    ['FREQ=DAILY;UNTIL=20290101T000000Z', '2030-05-01T10:00'], // the first is there whatever the rule says
  ] as const)('%s is %s', ([rule, end], { expect }) => {
    expect(endOf(night, rule)).toBe(end)
  })

  it('of whole days is at midnight in its zone', ({ expect }) => {
    expect(endOf(day, 'FREQ=DAILY;UNTIL=20300503')).toBe('2030-05-03T14:00')
    expect(endOf({ ...day, endDate: '2030-05-02' }, 'FREQ=MONTHLY;COUNT=2')).toBe('2030-06-02T14:00')
  })

  it.for([
    ['', 'what is no series'],
    ['FREQ=WEEKLY', 'one without an end'],
    ['FREQ=DAILY;COUNT=2147483647', 'more than there are days'],
    ['FREQ=YEARLY;COUNT=2147483647', 'more than there are years'],
    ['FREQ=WEEKLY;UNTIL=25300501T000000Z', 'one that ends in 500 years'],
    ['FREQ=MONTHLY;INTERVAL=2147483647;COUNT=2', 'a second one beyond all dates'],
    ['FREQ=YEARLY;INTERVAL=2147483647;COUNT=2', 'a second one beyond all dates'],
    ['FREQ=DAILY;INTERVAL=2147483647;COUNT=2', 'a second one beyond all dates'],
    ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2', 'a date that never comes'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2', 'a date that never comes'],
  ] as const)('%s is not known: %s', ([rule], { expect }) => {
    expect(endOf(night, rule)).toBeNull()
  })

  it('counts what was dropped and changed', ({ expect }) => {
    const rule = 'FREQ=DAILY;COUNT=3'
    const dates = ['2030-05-01T19:00', '2030-05-02T19:00', '2030-05-03T19:00']
    const dropped = dates.map((date) => ({ date, cancelled: true }))
    expect(endOf(night, rule, dropped.slice(2))).toBe('2030-05-02T10:00')
    expect(endOf(night, rule, dropped.slice(1))).toBe('2030-05-01T10:00')
    expect(endOf(night, rule, dropped)).toBe('2030-05-01T10:00')
    const moved = (date: string, startDate: string) => ({ date, startDate })
    expect(endOf(night, rule, [moved('2030-05-01T19:00', '2030-06-01')])).toBe('2030-06-01T10:00')
    expect(endOf(night, rule, [moved('2030-05-03T19:00', '2030-04-03')])).toBe('2030-05-02T10:00')
    const until = 'FREQ=DAILY;UNTIL=20300503T120000Z'
    expect(endOf(night, until, dropped.slice(1))).toBe('2030-05-01T10:00')
    expect(endOf(night, until, [{ date: '2030-05-03T19:00', endTime: '22:00' }])).toBe('2030-05-03T12:00')
  })

  it('is reckoned anew where times, rule or exceptions change, and stays where nothing of them does', ({
    expect,
  }) => {
    const series = { ...night, recurrence: 'FREQ=DAILY;COUNT=3' }
    const end = (change: object) => changed(series, change).seriesEndsAt
    expect(end({ name: 'Other' })).toBe(Date.UTC(2030, 4, 3, 10))
    expect(end({ startTime: '20:00' })).toBe(Date.UTC(2030, 4, 3, 11))
    expect(end({ recurrence: 'FREQ=DAILY;COUNT=4' })).toBe(Date.UTC(2030, 4, 4, 10))
    expect(end({ exceptions: [{ date: '2030-05-03T19:00', cancelled: true }] })).toBe(
      Date.UTC(2030, 4, 2, 10),
    )
    expect(end({ recurrence: null })).toBeNull()
  })
})

describe('the days that a rule means', () => {
  const weekday = fc.constantFrom('SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA')
  const some = <T>(each: fc.Arbitrary<T>) => fc.uniqueArray(each, { minLength: 1, maxLength: 3 })
  const optional = (name: string, value: fc.Arbitrary<unknown[]>) =>
    fc.option(value, { nil: [] }).map((list) => (list.length === 0 ? '' : `;${name}=${list.join(',')}`))
  const ordinals = fc
    .tuple(fc.constantFrom('', '1', '2', '-1', '4', '-3'), weekday)
    .map((parts) => parts.join(''))
  // A day that a rule names twice is too much for ical.js.
  const namedDays = fc.uniqueArray(ordinals, {
    ...{ minLength: 1, maxLength: 3 },
    selector: (named) => named.slice(-2),
  })
  const interval = fc.integer({ min: 1, max: 4 }).map((n) => `;INTERVAL=${n}`)
  const months = optional('BYMONTH', some(fc.integer({ min: 1, max: 12 })))
  const monthDays = optional(
    'BYMONTHDAY',
    some(fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -28, max: -1 }))),
  )
  const rules = fc.oneof(
    fc.tuple(fc.constant('FREQ=DAILY'), interval, optional('BYDAY', some(weekday))),
    fc.tuple(
      fc.constant('FREQ=WEEKLY'),
      interval,
      optional('BYDAY', some(weekday)),
      weekday.map((each) => `;WKST=${each}`),
    ),
    fc.tuple(fc.constant('FREQ=MONTHLY'), interval, optional('BYDAY', namedDays)),
    fc.tuple(fc.constant('FREQ=MONTHLY'), interval, monthDays),
    fc.tuple(fc.constant('FREQ=YEARLY'), interval, months, optional('BYDAY', namedDays)),
    fc.tuple(fc.constant('FREQ=YEARLY'), interval, months),
  )

  it('are those that ical.js finds', ({ expect }) => {
    const starts = fc
      .integer({ min: 0, max: 27 })
      .map((n) => `2030-${String((n % 12) + 1).padStart(2, '0')}-${String(n + 1).padStart(2, '0')}`)
    fc.assert(
      fc.property(rules, starts, (parts, start) => {
        const rule = parts.join('')
        const iterator = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateString(start))
        const found: string[] = []
        for (let n = 0; n < 25; n++) {
          const next = iterator.next()
          // The start is the first occurrence for ical.js, even where some rules don't mean it.
          if (next && next.toString() !== start) found.push(next.toString())
        }
        const last = found.at(-1) ?? start
        const given = ruleParts(rule)
        const periods = rulePeriods(given, start)
        const step = Number(given.get('INTERVAL'))
        const days: string[] = []
        for (let n = 0; periods.beginOf(n) * 86_400_000 <= Date.parse(last); n += step) {
          days.push(
            ...periods.daysOf(n).map((each) => new Date(each * 86_400_000).toISOString().slice(0, 10)),
          )
        }
        expect(
          days.filter((each) => each > start && each <= last),
          rule,
        ).toEqual(found)
      }),
      { numRuns: 400 },
    )
  })
})
