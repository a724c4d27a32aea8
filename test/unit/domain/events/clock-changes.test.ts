import { describe, it } from 'vitest'
import { endOf, given, instant, issues, resolve, startOf } from './timings'

const HOUR = 3_600_000

describe('where the clock goes forward', () => {
  it.for([
    [
      'the start moves',
      'Australia/Melbourne',
      '2030-10-06 02:30',
      '',
      '2030-10-06 03:30',
      '2030-10-06 04:30',
    ],
    ['the start moves', 'America/New_York', '2030-03-10 02:15', '', '2030-03-10 03:15', '2030-03-10 04:15'],
    ['the start moves', 'America/St_Johns', '2030-03-10 02:00', '', '2030-03-10 03:00', '2030-03-10 04:00'],
    ['the start moves', 'Pacific/Chatham', '2030-09-29 02:50', '', '2030-09-29 03:50', '2030-09-29 04:50'],
    [
      'it moves by 30 minutes',
      'Australia/Lord_Howe',
      '2030-10-06 02:10',
      '',
      '2030-10-06 02:40',
      '2030-10-06 03:40',
    ],
    ['it moves by a day', 'Pacific/Apia', '2011-12-30 19:00', '', '2011-12-31 19:00', '2011-12-31 20:00'],
    [
      'it moves past midnight',
      'America/Nuuk',
      '2030-03-30 23:30',
      '',
      '2030-03-31 00:30',
      '2030-03-31 01:30',
    ],
    [
      'the end moves',
      'America/New_York',
      '2030-03-10 01:00',
      '02:30',
      '2030-03-10 01:00',
      '2030-03-10 03:30',
    ],
    ['both move', 'America/New_York', '2030-03-10 02:10', '02:50', '2030-03-10 03:10', '2030-03-10 03:50'],
    [
      'an hour later shows two',
      'America/New_York',
      '2030-03-10 01:30',
      '',
      '2030-03-10 01:30',
      '2030-03-10 03:30',
    ],
    ['a day is jumped', 'Pacific/Apia', '2011-12-29 23:30', '', '2011-12-29 23:30', '2011-12-31 00:30'],
    [
      'a given day is jumped',
      'Pacific/Apia',
      '2011-12-29 22:00',
      '2011-12-30 01:00',
      '2011-12-29 22:00',
      '2011-12-31 01:00',
    ],
  ] as const)('%s: %s, %s to %j', ([, timezone, start, end, movedStart, movedEnd], { expect }) => {
    const timing = resolve(given(start, end, timezone))
    expect([startOf(timing), endOf(timing)]).toEqual([movedStart, movedEnd])
  })

  it('a start that moved past its given end is wrong', ({ expect }) => {
    expect(issues(given('2030-03-10 02:30', '03:15', 'America/New_York'))).toEqual([
      'endTime: Must not be before the start.',
    ])
  })
})

describe('where the clock goes back', () => {
  it.for([
    [
      'a time that comes twice is the first',
      'Australia/Melbourne',
      '2030-04-07 02:30',
      '03:30',
      '2030-04-06T15:30',
      2,
    ],
    [
      'a time that comes twice is the first',
      'America/New_York',
      '2030-11-03 01:30',
      '02:30',
      '2030-11-03T05:30',
      2,
    ],
    [
      'a time that comes twice is the first',
      'America/St_Johns',
      '2030-11-03 01:30',
      '02:30',
      '2030-11-03T04:00',
      2,
    ],
    [
      'a time that comes twice is the first',
      'Pacific/Chatham',
      '2030-04-07 03:30',
      '04:30',
      '2030-04-06T13:45',
      2,
    ],
    ['it does for 30 minutes', 'Australia/Lord_Howe', '2030-04-07 01:45', '02:45', '2030-04-06T14:45', 1.5],
    ['both are the first', 'America/New_York', '2030-11-03 01:15', '01:45', '2030-11-03T05:15', 0.5],
    ['an end not given is an hour later', 'America/New_York', '2030-11-03 01:30', '', '2030-11-03T05:30', 1],
    [
      'and where its day is given',
      'America/New_York',
      '2030-11-03 01:30',
      '2030-11-03',
      '2030-11-03T05:30',
      1,
    ],
    [
      'and so where half an hour repeats',
      'Australia/Lord_Howe',
      '2030-04-07 01:15',
      '',
      '2030-04-06T14:15',
      1,
    ],
  ] as const)('%s: %s, %s to %j', ([, timezone, start, end, startsAt, hours], { expect }) => {
    const timing = resolve(given(start, end, timezone))
    expect(startOf(timing)).toBe(start)
    expect(instant(timing.startsAt)).toBe(startsAt)
    expect((timing.endsAt - timing.startsAt) / HOUR).toBe(hours)
  })
})
