import { describe, it } from 'vitest'
import type { ChangedEventFields } from '../../../../src/domain/events/fields'
import { occurrenceTiming } from '../../../../src/domain/series/occurrence-timing'
import { allDay, changed, create, issues, nightly, timed, when } from '../events/an-event'

describe('a series', () => {
  it('has exceptions, and nothing else has', ({ expect }) => {
    const exceptions = [{ date: '2030-05-02T19:00', cancelled: true }]
    expect(create({ ...nightly, exceptions }).exceptions).toBe(JSON.stringify(exceptions))
    expect(issues({ ...timed, exceptions })).toEqual([
      'exceptions: Only an event with a recurrence has exceptions.',
    ])
    expect(issues({ ...nightly, exceptions }, { recurrence: '' })).toEqual([
      'exceptions: Only an event with a recurrence has exceptions.',
    ])
    expect(changed({ ...nightly, exceptions }, { recurrence: null, exceptions: null })).toEqual(create(timed))
  })

  it('ends in the form that its start has', ({ expect }) => {
    expect(issues({ ...timed, recurrence: 'FREQ=DAILY;UNTIL=20300601T000000Z' })).toEqual([])
    expect(issues({ ...allDay, recurrence: 'FREQ=DAILY;UNTIL=20300601' })).toEqual([])
    expect(issues({ ...timed, recurrence: 'FREQ=DAILY;UNTIL=20300601' })).toEqual([
      'recurrence: Must have an UNTIL that is a UTC time, YYYYMMDDTHHMMSSZ, as the event is not all-day.',
    ])
    expect(issues({ ...timed, recurrence: 'FREQ=DAILY;UNTIL=20300601T000000Z' }, { allDay: true })).toEqual([
      'recurrence: Must have an UNTIL that is a date, YYYYMMDD, as the event is all-day.',
    ])
  })

  it('names its exceptions by the original start, in its own form, each once', ({ expect }) => {
    const timedForm = "Must be the occurrence's original start, YYYY-MM-DDTHH:MM."
    const dayForm = "Must be the occurrence's original start, YYYY-MM-DD."
    expect(issues({ ...nightly, exceptions: [{ date: '2030-05-02' }] })).toEqual([
      `exceptions.0.date: ${timedForm}`,
    ])
    expect(
      issues({ ...allDay, recurrence: 'FREQ=DAILY', exceptions: [{ date: '2030-05-02T19:00' }] }),
    ).toEqual([`exceptions.0.date: ${dayForm}`])
    const twice = [{ date: '2030-05-02T19:00' }, { date: '2030-05-02T19:00', cancelled: true }]
    expect(issues({ ...nightly, exceptions: twice })).toEqual(['exceptions.1.date: Must stand only once.'])
  })

  it('may not have an exception that ends before it starts', ({ expect }) => {
    const exceptions = [
      { date: '2030-05-02T19:00', endTime: '18:00' },
      { date: '2030-05-03T19:00', startTime: '21:00', endTime: '20:00', cancelled: true },
    ]
    expect(issues({ ...nightly, exceptions })).toEqual([
      'exceptions.0.endTime: Must not be before the start.',
    ])
  })
})

describe('an occurrence that was changed', () => {
  function occurrence(series: ChangedEventFields, exception: Parameters<typeof occurrenceTiming>[0]): string {
    const resolved = occurrenceTiming(exception, create(series))
    if (!resolved.ok) return resolved.issues.map(({ field, message }) => `${field}: ${message}`).join(' ')
    return when({ ...create(series), ...resolved.timing })
  }

  const withEnd = { ...nightly, endTime: '21:00' }
  const overnight = { ...nightly, endDate: '2030-05-02', endTime: '01:00' }
  const weekend = { ...allDay, endDate: '2030-05-02', recurrence: 'FREQ=WEEKLY' }
  const date = '2030-05-03T19:00'

  it.for([
    ['is when it was', nightly, { date, name: 'Moved' }, '2030-05-03 19:00 – 2030-05-03 20:00'],
    ['takes an end along', nightly, { date, startTime: '21:00' }, '2030-05-03 21:00 – 2030-05-03 22:00'],
    ['takes it past midnight', nightly, { date, startTime: '23:30' }, '2030-05-03 23:30 – 2030-05-04 00:30'],
    [
      'moves to another day',
      nightly,
      { date, startDate: '2030-05-05' },
      '2030-05-05 19:00 – 2030-05-05 20:00',
    ],
    ['keeps a given end', withEnd, { date, startTime: '20:30' }, '2030-05-03 20:30 – 2030-05-03 21:00'],
    [
      'may not start after it',
      withEnd,
      { date, startTime: '21:30' },
      'endTime: Must not be before the start.',
    ],
    ['has its own end', withEnd, { date, endTime: '23:00' }, '2030-05-03 19:00 – 2030-05-03 23:00'],
    ['clears a given end', withEnd, { date, endTime: null }, '2030-05-03 19:00 – 2030-05-03 20:00'],
    ['lasts as many days', overnight, { date }, '2030-05-03 19:00 – 2030-05-04 01:00'],
    [
      'lasts as many days',
      overnight,
      { date, startDate: '2030-05-06' },
      '2030-05-06 19:00 – 2030-05-07 01:00',
    ],
    [
      'has its own last day',
      overnight,
      { date, endDate: '2030-05-06' },
      '2030-05-03 19:00 – 2030-05-06 01:00',
    ],
    ['becomes all-day', nightly, { date, allDay: true }, '2030-05-03 – 2030-05-03'],
    ['lasts as many whole days', weekend, { date: '2030-05-08' }, '2030-05-08 – 2030-05-09'],
    [
      'of whole days gets a time',
      { ...allDay, recurrence: 'FREQ=DAILY' },
      { date: '2030-05-03', allDay: false, startTime: '23:30' },
      '2030-05-03 23:30 – 2030-05-04 00:30',
    ],
    [
      'of whole days needs a time',
      { ...allDay, recurrence: 'FREQ=DAILY' },
      { date: '2030-05-03', allDay: false },
      'startTime: Is required unless the event is all-day.',
    ],
  ] as const)('%s: %j, %j', ([, series, exception, expected], { expect }) => {
    expect(occurrence(series, exception)).toBe(expected)
  })

  it('may be in another zone', ({ expect }) => {
    const resolved = occurrenceTiming({ date, timezone: 'UTC' }, create(nightly))
    expect(resolved.ok && new Date(resolved.timing.startsAt).toISOString()).toBe('2030-05-03T19:00:00.000Z')
  })
})
