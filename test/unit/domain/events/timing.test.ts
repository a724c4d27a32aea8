import fc from 'fast-check'
import { describe, it } from 'vitest'
import { addDays } from '../../../../src/domain/dates'
import { type GivenTiming, resolveTiming } from '../../../../src/domain/events/timing'
import { endOf, given, instant, issues, resolve } from './timings'

const HOUR = 3_600_000
const melbourne = { allDay: false, timezone: 'Australia/Melbourne' }

describe('an end that is not given', () => {
  it.for([
    ['is an hour after the start', '2030-05-01 19:00', '', '2030-05-01 20:00'],
    ['is on the next day past midnight', '2030-05-01 23:30', '', '2030-05-02 00:30'],
    ['is at midnight', '2030-05-01 23:00', '', '2030-05-02 00:00'],
    ['is in the next year', '2030-12-31 23:30', '', '2031-01-01 00:30'],
    ['has the day of the start where its time is given', '2030-05-01 19:00', '21:00', '2030-05-01 21:00'],
    [
      'has the time an hour later where its day is given',
      '2030-05-01 19:00',
      '2030-05-03',
      '2030-05-03 20:00',
    ],
    ['may be the start', '2030-05-01 19:00', '19:00', '2030-05-01 19:00'],
  ] as const)('%s', ([, start, end, expected], { expect }) => {
    expect(endOf(resolve(given(start, end, 'Australia/Melbourne')))).toBe(expected)
  })

  it('of an all-day event is its first day, and lasts until the next midnight', ({ expect }) => {
    expect(resolve({ startDate: '2030-05-01', allDay: true, timezone: 'Australia/Melbourne' })).toEqual({
      startDate: '2030-05-01',
      startTime: '',
      endDate: '2030-05-01',
      endTime: '',
      allDay: true,
      timezone: 'Australia/Melbourne',
      endTimezone: 'Australia/Melbourne',
      startsAt: Date.parse('2030-04-30T14:00:00Z'),
      endsAt: Date.parse('2030-05-01T14:00:00Z'),
      endDateGiven: false,
      endTimeGiven: false,
    })
  })

  it('is remembered as not given, each part by itself', ({ expect }) => {
    const flags = (end: string) => {
      const { endDateGiven, endTimeGiven } = resolve(given('2030-05-01 19:00', end, 'UTC'))
      return [endDateGiven, endTimeGiven]
    }
    expect(flags('')).toEqual([false, false])
    expect(flags('21:00')).toEqual([false, true])
    expect(flags('2030-05-01')).toEqual([true, false])
    expect(flags('2030-05-01 21:00')).toEqual([true, true])
  })
})

describe('an all-day event', () => {
  it('ignores times, wrong ones too', ({ expect }) => {
    const timing = resolve({
      startDate: '2030-05-01',
      startTime: '25:99',
      endTime: 'x',
      allDay: true,
      timezone: 'UTC',
    })
    expect([timing.startTime, timing.endTime, timing.endTimeGiven]).toEqual(['', '', false])
  })

  it('lasts through its last day', ({ expect }) => {
    const timing = resolve({ startDate: '2030-05-01', endDate: '2030-05-03', allDay: true, timezone: 'UTC' })
    expect(instant(timing.startsAt)).toBe('2030-05-01T00:00')
    expect(instant(timing.endsAt)).toBe('2030-05-04T00:00')
    expect(timing.endDateGiven).toBe(true)
  })

  it.for([
    ['23 hours where the clock goes forward', 'Australia/Melbourne', '2030-10-06', 23],
    ['25 hours where the clock goes back', 'Australia/Melbourne', '2030-04-07', 25],
    ['23½ hours on Lord Howe', 'Australia/Lord_Howe', '2030-10-06', 23.5],
    ['24½ hours on Lord Howe', 'Australia/Lord_Howe', '2030-04-07', 24.5],
    ['23 hours where midnight is skipped', 'America/Havana', '2030-03-10', 23],
    ['no time where the day is skipped', 'Pacific/Apia', '2011-12-30', 0],
    ['24 hours after a skipped day', 'Pacific/Apia', '2011-12-31', 24],
    ['24 hours before a skipped day', 'Pacific/Apia', '2011-12-29', 24],
  ] as const)('lasts %s', ([, timezone, startDate, hours], { expect }) => {
    const timing = resolve({ startDate, allDay: true, timezone })
    expect((timing.endsAt - timing.startsAt) / HOUR).toBe(hours)
    expect([timing.startDate, timing.endDate]).toEqual([startDate, startDate])
  })
})

describe('when an event is, is refused where', () => {
  const real = 'Must be a real date, YYYY-MM-DD, from 1970 to 2199.'
  const clock = 'Must be a time, HH:MM, from 00:00 to 23:59.'

  it.for<[string, GivenTiming, ...string[]]>([
    [
      'nothing is said',
      melbourne,
      'startDate: Is required.',
      'startTime: Is required unless the event is all-day.',
    ],
    ['an all-day event has no day', { allDay: true, timezone: 'UTC' }, 'startDate: Is required.'],
    [
      'the date is not real',
      { ...melbourne, startDate: '2030-02-30', startTime: '19:00' },
      `startDate: ${real}`,
    ],
    [
      'the time is not real',
      { ...melbourne, startDate: '2030-05-01', startTime: '24:00' },
      `startTime: ${clock}`,
    ],
    [
      'the end is not real',
      { ...melbourne, startDate: '2030-05-01', startTime: '19:00', endDate: 'x', endTime: 'y' },
      `endDate: ${real}`,
      `endTime: ${clock}`,
    ],
    [
      'all is wrong at once',
      { ...melbourne, startDate: '1', startTime: '2', endDate: '3', endTime: '4' },
      `startDate: ${real}`,
      `endDate: ${real}`,
      `startTime: ${clock}`,
      `endTime: ${clock}`,
    ],
  ])('%s', ([, timing, ...expected], { expect }) => {
    expect(issues(timing)).toEqual(expected)
  })

  it('a date is wrong beside a time that can not be judged', ({ expect }) => {
    expect(issues(given('2030-05-02 25:00', '2030-05-01 20:00', 'UTC'))).toEqual([
      `startTime: ${clock}`,
      'endDate: Must not be before the start.',
    ])
    expect(issues(given('2030-05-02', '2031-05-05', 'UTC'))).toEqual([
      'startTime: Is required unless the event is all-day.',
      expect.stringMatching(/^endDate: .* 366 days/),
    ])
  })

  it.for([
    ['the time is before the start', '2030-05-01 19:00', '18:59', 'endTime'],
    ['the time is before the start on its given day', '2030-05-01 19:00', '2030-05-01 18:59', 'endTime'],
    ['the day is before the start', '2030-05-02 19:00', '2030-05-01 20:00', 'endDate'],
    ['the day alone is before the start', '2030-05-02 19:00', '2030-05-01', 'endDate'],
    ['the day is given and the hour runs past it', '2030-05-01 23:30', '2030-05-01', 'endDate'],
  ] as const)('the end, %s', ([, start, end, field], { expect }) => {
    expect(issues(given(start, end, 'UTC'))).toEqual([`${field}: Must not be before the start.`])
  })

  it('the last day is before the first', ({ expect }) => {
    const timing = { startDate: '2030-05-02', endDate: '2030-05-01', allDay: true, timezone: 'UTC' }
    expect(issues(timing)).toEqual(['endDate: Must not be before the start.'])
  })

  it.for([
    ['2030-05-01 19:00', '2031-05-02 19:00', true],
    ['2030-05-01 19:00', '2031-05-02 19:01', false],
    ['2027-05-01 19:00', '2028-05-01 19:00', true],
    ['2027-05-01 19:00', '2028-05-01 19:01', false],
  ] as const)('it is over 366 days long: %s to %s is fine: %s', ([start, end, fine], { expect }) => {
    for (const zone of ['UTC', 'Australia/Melbourne', 'America/New_York']) {
      expect(issues(given(start, end, zone))).toEqual(
        fine ? [] : [expect.stringMatching(/^endDate: .* 366 days/)],
      )
    }
  })

  it('an all-day event has over 366 days, the last one counted', ({ expect }) => {
    const allDay = { startDate: '2030-01-01', allDay: true, timezone: 'UTC' }
    expect(issues({ ...allDay, endDate: '2031-01-01' })).toEqual([])
    expect(issues({ ...allDay, endDate: '2031-01-02' })).toEqual([
      expect.stringMatching(/^endDate: .* 366 days/),
    ])
  })
})

describe('an end with a zone of its own', () => {
  it('is told in it', ({ expect }) => {
    const flight = { ...given('2030-05-01 10:00', '2030-05-01 08:00', 'Australia/Melbourne') }
    const timing = resolve({ ...flight, endTimezone: 'America/Los_Angeles' })
    expect([endOf(timing), timing.endTimezone]).toEqual(['2030-05-01 08:00', 'America/Los_Angeles'])
    expect((timing.endsAt - timing.startsAt) / HOUR).toBe(15)
  })

  it('is an hour after the start where it is not given', ({ expect }) => {
    const timing = resolve({ ...given('2030-05-01 10:00', '', 'Australia/Melbourne'), endTimezone: 'UTC' })
    expect(endOf(timing)).toBe('2030-05-01 01:00')
    expect(timing.endsAt - timing.startsAt).toBe(HOUR)
  })
})

describe('every event', () => {
  const zone = fc.constantFrom(
    'Australia/Melbourne',
    'America/New_York',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'America/St_Johns',
    'Pacific/Apia',
    'America/Nuuk',
    'America/Havana',
    'Antarctica/Troll',
    'Africa/Casablanca',
    'Africa/Monrovia',
    'Europe/London',
    'Asia/Kathmandu',
    'UTC',
  )
  const date = fc.oneof(
    fc.integer({ min: 0, max: 83_000 }).map((day) => addDays('1970-01-01', day)),
    fc.constantFrom(
      '2011-12-29',
      '2011-12-30',
      '2030-03-10',
      '2030-04-07',
      '2030-10-06',
      '2030-11-03',
      '2030-03-31',
    ),
  )
  const time = fc
    .integer({ min: 0, max: 1439 })
    .map((minute) =>
      [Math.trunc(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':'),
    )
  const event = fc
    .tuple(date, fc.option(fc.integer({ min: -1, max: 370 }), { nil: undefined }))
    .chain(([startDate, days]) =>
      fc.record({
        startDate: fc.constant(startDate),
        startTime: time,
        endDate: fc.constant(days === undefined ? '' : addDays(startDate, days)),
        endTime: fc.option(time, { nil: '' }),
        allDay: fc.boolean(),
        timezone: zone,
      }),
    )

  it('ends at or after its start, at most 366 days later, or is refused', ({ expect }) => {
    fc.assert(
      fc.property(event, (timing) => {
        const resolved = resolveTiming(timing)
        if (!resolved.ok) return
        const { startsAt, endsAt } = resolved.timing
        expect(endsAt).toBeGreaterThanOrEqual(startsAt)
        expect(endsAt - startsAt).toBeLessThanOrEqual((366 * 24 + 2) * HOUR)
      }),
      { numRuns: 2000 },
    )
  })

  it('without an end lasts exactly an hour', ({ expect }) => {
    fc.assert(
      fc.property(event, (timing) => {
        const { startsAt, endsAt } = resolve({ ...timing, endDate: '', endTime: '', allDay: false })
        expect(endsAt - startsAt).toBe(HOUR)
      }),
      { numRuns: 2000 },
    )
  })

  it('said again as it was completed is the same', ({ expect }) => {
    fc.assert(
      fc.property(event, (timing) => {
        const resolved = resolveTiming(timing)
        if (!resolved.ok) return
        const { endDate, endTime, endDateGiven, endTimeGiven } = resolved.timing
        const again = {
          ...resolved.timing,
          endDate: endDateGiven ? endDate : '',
          endTime: endTimeGiven ? endTime : '',
        }
        expect(resolve(again)).toEqual(resolved.timing)
      }),
      { numRuns: 2000 },
    )
  })
})
