import fc from 'fast-check'
import { describe, it } from 'vitest'
import { addDays, daysBetween, isClockTime, isRealDate } from '../../../src/domain/dates'

describe('a date', () => {
  it.for(['1970-01-01', '2030-05-01', '2028-02-29', '2000-02-29', '2199-12-31'])(
    '%s is real',
    (text, { expect }) => {
      expect(isRealDate(text)).toBe(true)
    },
  )

  it.for([
    '',
    '1969-12-31',
    '2200-01-01',
    '2030-02-29',
    '2100-02-29',
    '2030-02-30',
    '2030-04-31',
    '2030-00-10',
    '2030-13-01',
    '2030-01-00',
    '2030-01-32',
    '2030-5-1',
    '20300501',
    '2030/05/01',
    '01-05-2030',
    '+2030-05-01',
    '12030-05-01',
    '2030-05-01T00:00',
    ' 2030-05-01',
    '2030-05-01\n',
    '２０３０-05-01',
    'today',
  ])('%j is none', (text, { expect }) => {
    expect(isRealDate(text)).toBe(false)
  })

  it('of any year is real as long as the calendar has it', ({ expect }) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1970, max: 2199 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const text = [year, month, day].map((part) => String(part).padStart(2, '0')).join('-')
          const read = new Date(year, month - 1, day)
          expect(isRealDate(text)).toBe(read.getMonth() === month - 1 && read.getDate() === day)
        },
      ),
    )
  })
})

describe('a time of day', () => {
  it.for(['00:00', '09:05', '19:59', '20:00', '23:59'])('%s is one', (text, { expect }) => {
    expect(isClockTime(text)).toBe(true)
  })

  it.for([
    '',
    '24:00',
    '23:60',
    '9:05',
    '09:5',
    '0905',
    '09.05',
    '09:05:00',
    '-1:00',
    '09:05\n',
    '9:05 PM',
    '０9:05',
  ])('%j is none', (text, { expect }) => {
    expect(isClockTime(text)).toBe(false)
  })
})

describe('days', () => {
  it.for([
    ['2030-05-01', 0, '2030-05-01'],
    ['2030-05-01', 1, '2030-05-02'],
    ['2030-05-01', -1, '2030-04-30'],
    ['2030-12-31', 1, '2031-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2030-02-28', 1, '2030-03-01'],
    ['2030-01-01', 365, '2031-01-01'],
    ['2199-12-31', 1, '2200-01-01'],
    ['1970-01-01', -1, '1969-12-31'],
  ] as const)('%s and %i more are %s', ([date, days, later], { expect }) => {
    expect(addDays(date, days)).toBe(later)
    expect(daysBetween(date, later)).toBe(days)
  })

  it('added can be counted', ({ expect }) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 84_000 }), fc.integer({ min: -400, max: 400 }), (day, days) => {
        const date = addDays('1970-01-01', day)
        expect(daysBetween(date, addDays(date, days))).toBe(days)
        expect(addDays(addDays(date, days), -days)).toBe(date)
      }),
    )
  })
})
