import ICAL from 'ical.js'
import { describe, it } from 'vitest'
import type { EventException } from '../../../../src/domain/events/fields'
import { nextOccurrence, occurrencesOn, roomFor } from '../../../../src/domain/series/days'
import { create } from '../events/an-event'

const night = { name: 'Night', startDate: '2030-05-01', startTime: '19:00' } // a Wednesday in Melbourne

const series = (recurrence: string, exceptions: EventException[] = [], fields: object = {}) =>
  create({ ...night, ...fields, recurrence, exceptions })

const plenty = () => roomFor(1_000_000)

const daysOn = (of: ReturnType<typeof series>, first: string, last: string) =>
  occurrencesOn(of, first, last, plenty(), 1000).map(({ startDate }) => startDate)

/** The days of a window that another implementation expands a rule to; the first is there in any case. */
function expanded(rule: string, first: string, last: string): string[] {
  const { startDate } = night
  const until = rule.replace(/UNTIL=(\d{8})T\d{6}Z/, 'UNTIL=$1')
  const iterator = ICAL.Recur.fromString(until).iterator(ICAL.Time.fromDateString(startDate))
  const days: string[] = []
  for (let time = iterator.next(); time && time.toString() <= last; time = iterator.next()) {
    if (time.toString() >= first && time.toString() !== startDate) days.push(time.toString())
  }
  return startDate >= first && startDate <= last ? [startDate, ...days] : days
}

describe('the occurrences of a series in a month', () => {
  it.for([
    'FREQ=DAILY',
    'FREQ=DAILY;INTERVAL=3',
    'FREQ=DAILY;COUNT=40',
    'FREQ=DAILY;UNTIL=20300610T235959Z',
    'FREQ=WEEKLY',
    'FREQ=WEEKLY;BYDAY=WE,FR;COUNT=12',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU',
    'FREQ=MONTHLY',
    'FREQ=MONTHLY;BYMONTHDAY=-1',
    'FREQ=MONTHLY;BYDAY=1WE',
    'FREQ=MONTHLY;INTERVAL=2;BYDAY=1WE,-1FR',
    'FREQ=YEARLY',
    'FREQ=YEARLY;BYMONTH=5,6;BYMONTHDAY=1',
  ])('%s are those that another implementation finds', (rule, { expect }) => {
    for (const month of ['2030-04', '2030-05', '2030-06', '2030-07', '2031-05', '2051-06']) {
      const [first, last] = [
        `${month}-01`,
        `${month}-${month.endsWith('5') || month.endsWith('7') ? 31 : 30}`,
      ]
      expect(daysOn(series(rule), first, last), month).toEqual(expanded(rule, first, last))
    }
  })

  it('leave out what was dropped, and have what was changed where it is now', ({ expect }) => {
    const weekly = series('FREQ=WEEKLY', [
      { date: '2030-05-08T19:00', cancelled: true },
      { date: '2030-05-15T19:00', startDate: '2030-05-16', startTime: '08:30', name: 'Morning' },
      { date: '2030-06-05T19:00', startDate: '2030-05-31' },
      { date: '2030-05-29T19:00', startDate: '2030-06-01' },
    ])
    const told = occurrencesOn(weekly, '2030-05-01', '2030-05-31', plenty(), 100).map(
      ({ startDate, startTime, endTime, name }) => [startDate, startTime, endTime, name],
    )
    expect(told).toEqual([
      ['2030-05-01', '19:00', '20:00', 'Night'],
      ['2030-05-16', '08:30', '09:30', 'Morning'],
      ['2030-05-22', '19:00', '20:00', 'Night'],
      ['2030-05-31', '19:00', '20:00', 'Night'],
    ])
  })

  it('keep their wall clock where clocks change', ({ expect }) => {
    // Melbourne’s go forward on 6 October 2030.
    const found = occurrencesOn(series('FREQ=WEEKLY'), '2030-10-01', '2030-10-31', plenty(), 100)
    expect(found.map(({ startTime, startsAt }) => [startTime, new Date(startsAt).getUTCHours()])).toEqual([
      ['19:00', 9],
      ...Array.from({ length: 4 }, () => ['19:00', 8]),
    ])
  })

  it('are in a month that they reach into', ({ expect }) => {
    const camp = series('FREQ=MONTHLY', [], { startDate: '2030-05-30', endDate: '2030-06-02', allDay: true })
    expect(daysOn(camp, '2030-07-01', '2030-07-31')).toEqual(['2030-06-30', '2030-07-30'])
  })

  it('are as many as are wanted, and no more days are laid out than there is room for', ({ expect }) => {
    expect(occurrencesOn(series('FREQ=DAILY'), '2030-06-01', '2030-06-30', plenty(), 7)).toHaveLength(7)
    const room = roomFor(10)
    expect(occurrencesOn(series('FREQ=DAILY'), '2030-06-01', '2030-06-30', room, 100)).toHaveLength(9)
    expect(room.isSpent).toBe(true)
  })
})

describe('the next occurrence', () => {
  const at = (iso: string) => Date.parse(`${iso}Z`)
  const next = (of: ReturnType<typeof series>, iso: string, what: 'startsAt' | 'endsAt' = 'endsAt') =>
    nextOccurrence(of, what, at(iso), plenty())?.startDate ?? null

  it('is the one that is on, where ends count, and the one after, where starts do', ({ expect }) => {
    const weekly = series('FREQ=WEEKLY')
    expect(next(weekly, '2030-05-08T09:30')).toBe('2030-05-08')
    expect(next(weekly, '2030-05-08T09:30', 'startsAt')).toBe('2030-05-15')
    expect(next(weekly, '2030-05-08T10:00')).toBe('2030-05-15')
    expect(next(weekly, '2000-01-01T00:00')).toBe('2030-05-01')
  })

  it('is none that was dropped, and a changed one where it is now', ({ expect }) => {
    const moved = series('FREQ=WEEKLY;COUNT=3', [
      { date: '2030-05-01T19:00', cancelled: true },
      { date: '2030-05-15T19:00', startDate: '2030-05-03' },
    ])
    expect(next(moved, '2030-05-01T00:00')).toBe('2030-05-03')
    expect(next(moved, '2030-05-04T00:00')).toBe('2030-05-08')
    expect(next(moved, '2030-05-09T00:00')).toBe(null)
  })

  it('is the first by itself where the rule means another day', ({ expect }) => {
    const fridays = series('FREQ=WEEKLY;BYDAY=FR')
    expect(next(fridays, '2030-04-01T00:00')).toBe('2030-05-01')
    expect(next(fridays, '2030-05-02T00:00')).toBe('2030-05-03')
  })

  it('is found for leap days, and not sought for ever for days that never come', ({ expect }) => {
    const leap = series('FREQ=YEARLY', [], { startDate: '2028-02-29' })
    expect(next(leap, '2096-03-01T00:00')).toBe('2104-02-29')
    const never = series('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30')
    expect(next(never, '2030-06-01T00:00')).toBe(null)
  })
})
