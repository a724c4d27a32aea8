import { describe, it } from 'vitest'
import { addDays, isRealDay } from '../../../src/domain/dates'
import {
  hasAppeared,
  isAfterCutOff,
  localDay,
  movesOn,
  stateOn,
  tenYearsOn,
} from '../../../src/domain/payments/life'

const untold = (startDate: string) => ({ startDate, storedStatus: null, statusDate: null })
const told = (storedStatus: 'promised' | 'overdue' | 'failed' | 'paid', statusDate: string) => ({
  startDate: '2030-01-31',
  storedStatus,
  statusDate,
})

describe('the state of a schedule', () => {
  it.for([
    [untold('2030-01-31'), '2030-01-30', 'upcoming', '2030-01-31'],
    [untold('2030-01-31'), '2030-01-31', 'due', '2030-01-31'],
    [untold('2030-01-31'), '2030-02-01', 'overdue', '2030-02-01'],
    [untold('2030-01-31'), '2031-02-01', 'overdue', '2030-02-01'],
    [untold('2032-02-28'), '2032-02-29', 'overdue', '2032-02-29'],
    [untold('9999-12-31'), '9999-12-31', 'due', '9999-12-31'],
    [told('promised', '2030-02-10'), '2030-02-01', 'promised', '2030-02-10'],
    [told('promised', '2030-02-10'), '2030-02-10', 'promised', '2030-02-10'],
    [told('promised', '2030-02-10'), '2030-02-11', 'overdue', '2030-02-11'],
    [told('overdue', '2030-02-10'), '2030-09-11', 'overdue', '2030-02-10'],
    [told('failed', '2030-02-10'), '2030-09-11', 'failed', '2030-02-10'],
    [told('paid', '2030-01-10'), '2030-09-11', 'paid', '2030-01-10'],
  ] as const)('%j on %s is %s', ([schedule, today, status, date], { expect }) => {
    expect(stateOn(schedule, today)).toEqual({ status, date })
  })

  it('moves by itself on the days that are left, and then never', ({ expect }) => {
    const days = ['2030-01-01', '2030-01-28', '2030-01-30', '2030-01-31', '2030-02-01', '2030-02-02']
    const moves = (days_: number | null) => days.map((today) => movesOn(untold('2030-01-31'), days_, today))
    expect(moves(null)).toEqual(['2030-01-31', '2030-01-31', '2030-01-31', '2030-02-01', null, null])
    expect(moves(3)).toEqual(['2030-01-28', '2030-01-31', '2030-01-31', '2030-02-01', null, null])
    expect(moves(0)).toEqual(moves(null))
    expect(movesOn(told('promised', '2030-02-10'), 3, '2030-02-01')).toBe('2030-02-11')
    expect(movesOn(told('promised', '2030-02-10'), 3, '2030-02-11')).toBeNull()
    expect(movesOn(told('paid', '2030-02-10'), 3, '2030-02-01')).toBeNull()
    expect(movesOn(untold('9999-12-31'), null, '9999-12-31')).toBeNull()
  })

  it('is shown from so many days before, or once told of', ({ expect }) => {
    expect(hasAppeared(untold('2030-01-31'), null, '2026-01-01')).toBe(true)
    expect(hasAppeared(untold('2030-01-31'), 3, '2030-01-27')).toBe(false)
    expect(hasAppeared(untold('2030-01-31'), 3, '2030-01-28')).toBe(true)
    expect(hasAppeared(told('promised', '2030-03-01'), 3, '2026-01-01')).toBe(true)
  })
})

describe('dates', () => {
  it('are real days of four-digit years', ({ expect }) => {
    for (const day of ['2030-01-31', '2028-02-29', '0001-01-01', '9999-12-31'])
      expect(isRealDay(day)).toBe(true)
    for (const day of ['2030-02-29', '2030-00-01', '2030-1-1', '+010000-01-01', '', '2030-01-31 ']) {
      expect(isRealDay(day)).toBe(false)
    }
  })

  it('lie ten years ahead on the same day, 29 February on the 28th', ({ expect }) => {
    expect(tenYearsOn('2030-01-31')).toBe('2040-01-31')
    expect(tenYearsOn('2028-02-29')).toBe('2038-02-28')
  })

  it('are those of the business’s zone', ({ expect }) => {
    const at = Date.parse('2030-06-30T14:00:00Z')
    expect(localDay({ timezone: 'Australia/Melbourne' }, at)).toBe('2030-07-01')
    expect(localDay({ timezone: 'Australia/Melbourne' }, at - 1)).toBe('2030-06-30')
    expect(localDay({ timezone: 'Etc/GMT+5' }, Date.parse('2030-01-01T04:59:59Z'))).toBe('2029-12-31')
  })

  it.for([
    ['America/Santiago', '2026-09-06T04:00:00Z', 'skips the hour at midnight'],
    ['America/Havana', '2026-11-01T04:00:00Z', 'has the hour after midnight twice'],
    ['Australia/Lord_Howe', '2026-10-03T13:30:00Z', 'turns by half an hour, later that night'],
    ['Asia/Kathmandu', '2026-10-03T18:15:00Z', 'is ahead by three quarters'],
  ] as const)('begin once in %s, at %s: it %s', ([timezone, midnight], { expect }) => {
    const at = Date.parse(midnight)
    const day = localDay({ timezone }, at)
    expect(localDay({ timezone }, at - 1)).toBe(addDays(day, -1))
    for (let hours = 0; hours < 23; hours++) expect(localDay({ timezone }, at + hours * 3_600_000)).toBe(day)
  })

  it('end for today when the clock on the wall reads the cut-off', ({ expect }) => {
    const business = { timezone: 'Australia/Melbourne', cutOffTime: '17:30' }
    const at = Date.parse('2030-07-01T07:30:00Z')
    expect(isAfterCutOff(business, at)).toBe(true)
    expect(isAfterCutOff(business, at - 1)).toBe(false)
    expect(isAfterCutOff({ ...business, cutOffTime: null }, at)).toBe(false)
    expect(isAfterCutOff({ ...business, cutOffTime: '00:00' }, Date.parse('2030-07-01T14:00:00Z'))).toBe(true)
  })
})
