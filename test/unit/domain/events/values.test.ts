import fc from 'fast-check'
import { describe, it } from 'vitest'
import { DomainError } from '../../../../src/domain/errors'
import type { ChangedEventFields } from '../../../../src/domain/events/fields'
import { changedEventValues, type EventValues } from '../../../../src/domain/events/values'
import { allDay, changed, create, issues, timed, when, ZONE } from './an-event'

const HOUR = 3_600_000

describe('a new event', () => {
  it('has defaults for all that is not said', ({ expect }) => {
    expect(create(timed)).toEqual({
      name: 'Round 1',
      location: '',
      startDate: '2030-05-01',
      startTime: '19:00',
      endDate: '2030-05-01',
      endTime: '20:00',
      allDay: false,
      timezone: ZONE,
      endTimezone: ZONE,
      startsAt: Date.parse('2030-05-01T09:00:00Z'),
      endsAt: Date.parse('2030-05-01T10:00:00Z'),
      endDateGiven: false,
      endTimeGiven: false,
      details: '',
      url: '',
      status: 'confirmed',
      showAs: 'busy',
      alert: '',
      alert2: '',
      quickLinks: '[]',
      categories: '',
      draft: false,
      reference: '',
      referenceType: '',
      recurrence: '',
      seriesEndsAt: null,
      exceptions: '[]',
    })
  })

  it('takes a null as not said', ({ expect }) => {
    const nothing = {
      location: null,
      endDate: null,
      endTime: null,
      timezone: null,
      status: null,
      showAs: null,
      quickLink: null,
      draft: null,
      recurrence: null,
      exceptions: null,
    }
    expect(create({ ...timed, ...nothing })).toEqual(create(timed))
  })

  it.for([
    ['busy', {}],
    ['free', { allDay: true }],
    ['busy', { allDay: true, showAs: 'busy' }],
    ['free', { showAs: 'free' }],
    ['free', { allDay: true, showAs: null }],
  ] as const)('is shown as %s with %j', ([showAs, fields], { expect }) => {
    expect(create({ ...timed, ...fields }).showAs).toBe(showAs)
  })

  it('is in its own zone where it names one', ({ expect }) => {
    const event = create({ ...timed, timezone: 'America/New_York' })
    expect(event.timezone).toBe('America/New_York')
    expect(event.startsAt).toBe(Date.parse('2030-05-01T23:00:00Z'))
  })

  it('keeps its quick links in order', ({ expect }) => {
    const quickLink = [
      { name: 'Pay now', url: 'https://example.com/pay' },
      { name: '', url: 'https://example.com/' },
    ]
    expect(JSON.parse(create({ ...timed, quickLink }).quickLinks)).toEqual(quickLink)
  })

  it('is refused without a start', ({ expect }) => {
    expect(issues({ name: 'Round 1' })).toEqual([
      'startDate: Is required.',
      'startTime: Is required unless the event is all-day.',
    ])
  })
})

describe('a due date that moves', () => {
  it('takes a day that was never given as the end along', ({ expect }) => {
    const moved = changed(allDay, { startDate: '2030-06-15' })
    expect(when(moved)).toBe('2030-06-15 – 2030-06-15')
    expect(moved.endsAt - moved.startsAt).toBe(24 * HOUR)
    expect(when(changed(allDay, { startDate: '2030-04-01' }, { startDate: '2030-07-01' }))).toBe(
      '2030-07-01 – 2030-07-01',
    )
  })

  it('takes the hour after its start along', ({ expect }) => {
    expect(when(changed(timed, { startDate: '2030-06-15' }))).toBe('2030-06-15 19:00 – 2030-06-15 20:00')
    expect(when(changed(timed, { startTime: '23:30' }))).toBe('2030-05-01 23:30 – 2030-05-02 00:30')
    expect(when(changed(timed, { startTime: '23:30' }, { startTime: '08:00' }))).toBe(
      '2030-05-01 08:00 – 2030-05-01 09:00',
    )
  })

  it('takes the day of an end along where only its time was given', ({ expect }) => {
    const match = { ...timed, endTime: '21:30' }
    expect(when(changed(match, { startDate: '2030-06-15' }))).toBe('2030-06-15 19:00 – 2030-06-15 21:30')
    expect(issues(match, { startTime: '22:00' })).toEqual(['endTime: Must not be before the start.'])
  })

  it('leaves an end that was given where it is', ({ expect }) => {
    const holiday = { ...allDay, endDate: '2030-05-10' }
    expect(when(changed(holiday, { startDate: '2030-05-03' }))).toBe('2030-05-03 – 2030-05-10')
    expect(issues(holiday, { startDate: '2030-05-11' })).toEqual(['endDate: Must not be before the start.'])
    expect(when(changed(holiday, { startDate: '2030-05-11', endDate: '2030-05-12' }))).toBe(
      '2030-05-11 – 2030-05-12',
    )
  })

  it('leaves an end that was given later where it is', ({ expect }) => {
    const changes = [{ endDate: '2030-05-03' }, { startDate: '2030-05-02' }]
    expect(when(changed(allDay, ...changes))).toBe('2030-05-02 – 2030-05-03')
  })

  it('takes an end along again once it was cleared', ({ expect }) => {
    const holiday = { ...allDay, endDate: '2030-05-10' }
    expect(when(changed(holiday, { endDate: null }))).toBe('2030-05-01 – 2030-05-01')
    expect(when(changed(holiday, { endDate: null }, { startDate: '2030-06-15' }))).toBe(
      '2030-06-15 – 2030-06-15',
    )
    const sameDay = { ...allDay, endDate: '2030-05-01' }
    expect(when(changed(sameDay, { endDate: null }, { startDate: '2030-06-15' }))).toBe(
      '2030-06-15 – 2030-06-15',
    )
  })

  it('takes an end along that was only sent back as it was answered', ({ expect }) => {
    const answered = { startDate: '2030-05-01', startTime: '19:00', endDate: '2030-05-01', endTime: '20:00' }
    expect(changed(timed, answered)).toEqual(create(timed))
    expect(when(changed(timed, answered, { startDate: '2030-06-15' }))).toBe(
      '2030-06-15 19:00 – 2030-06-15 20:00',
    )
  })
})

describe('a change', () => {
  it('changes the given fields only', ({ expect }) => {
    const full: ChangedEventFields = {
      ...timed,
      endDate: '2030-05-02',
      endTime: '01:00',
      timezone: 'America/New_York',
      location: 'Hall 1',
      details: 'Bring a towel',
      url: 'https://example.com/',
      status: 'tentative',
      showAs: 'free',
      alert: '1D',
      alert2: '15M',
      quickLink: [{ name: 'Pay', url: 'https://example.com/pay' }],
      categories: 'Sports',
      draft: true,
      reference: 'r-1',
      referenceType: 'round',
      recurrence: 'FREQ=WEEKLY',
      exceptions: [{ date: '2030-05-08T19:00', cancelled: true }],
    }
    expect(changed(full, {})).toEqual(create(full))
    expect(changed(full, { name: 'Final' })).toEqual({ ...create(full), name: 'Final' })
    expect(changed(full, full)).toEqual(create(full))
  })

  it.for([
    ['location', ''],
    ['details', ''],
    ['url', ''],
    ['alert', ''],
    ['alert2', ''],
    ['categories', ''],
    ['reference', ''],
    ['referenceType', ''],
    ['status', 'confirmed'],
    ['draft', false],
  ] as const)('that clears %s makes it %j', ([field, cleared], { expect }) => {
    const full = {
      ...timed,
      location: 'a',
      details: 'a',
      url: 'https://example.com/',
      alert: '1D',
      alert2: '1D',
      categories: 'a',
      reference: 'a',
      referenceType: 'a',
      status: 'tentative' as const,
      draft: true,
    }
    expect(changed(full, { [field]: null })).toEqual({ ...create(full), [field]: cleared })
  })

  it('that clears quick links, the zone or how the event shows brings the defaults back', ({ expect }) => {
    const quickLink = [{ name: 'Pay', url: 'https://example.com/pay' }]
    expect(changed({ ...timed, quickLink }, { quickLink: null }).quickLinks).toBe('[]')
    expect(changed({ ...timed, timezone: 'UTC' }, { timezone: null })).toEqual(create(timed))
    expect(changed({ ...timed, showAs: 'free' }, { showAs: null }).showAs).toBe('busy')
    expect(changed({ ...allDay, showAs: 'busy' }, { showAs: null }).showAs).toBe('free')
  })

  it('of the zone keeps the wall clock', ({ expect }) => {
    const moved = changed(timed, { timezone: 'Europe/London' })
    expect(when(moved)).toBe('2030-05-01 19:00 – 2030-05-01 20:00')
    expect(moved.startsAt).toBe(Date.parse('2030-05-01T18:00:00Z'))
    expect(moved.endTimezone).toBe('Europe/London')
  })

  it('keeps a zone that the end has for itself, until the event gets another', ({ expect }) => {
    const flight = {
      ...create({ ...timed, endDate: '2030-05-01', endTime: '20:00' }),
      endTimezone: 'America/Los_Angeles',
      endsAt: Date.parse('2030-05-02T03:00:00Z'),
    }
    const renamed = changedEventValues(flight, { name: 'QF 93' }, ZONE)
    expect(renamed).toEqual({ ...flight, name: 'QF 93' })
    const later = changedEventValues(flight, { startTime: '19:30' }, ZONE)
    expect([later.endTimezone, later.endsAt]).toEqual(['America/Los_Angeles', flight.endsAt])
    expect(changedEventValues(flight, { timezone: 'UTC' }, ZONE).endTimezone).toBe('UTC')
  })

  it('makes a timed event all-day, and back only with a time', ({ expect }) => {
    const whole = changed(timed, { allDay: true })
    expect(when(whole)).toBe('2030-05-01 – 2030-05-01')
    expect(whole.showAs).toBe('busy')
    expect(issues(timed, { allDay: true }, { allDay: false })).toEqual([
      'startTime: Is required unless the event is all-day.',
    ])
    expect(when(changed(timed, { allDay: true }, { allDay: false, startTime: '08:00' }))).toBe(
      '2030-05-01 08:00 – 2030-05-01 09:00',
    )
  })

  it('is judged by the event that it makes', ({ expect }) => {
    expect(issues(timed, { endTime: '18:00' })).toEqual(['endTime: Must not be before the start.'])
    expect(issues(timed, { startDate: '2030-05-02', endDate: '2030-05-01' })).toEqual([
      'endDate: Must not be before the start.',
    ])
    expect(issues(allDay, { endDate: '2031-05-02' })).toEqual([
      expect.stringMatching(/^endDate: .* 366 days/),
    ])
  })

  it('that says again what is so changes nothing, where the clock goes back too', ({ expect }) => {
    const repeated = { ...timed, timezone: 'America/New_York', startDate: '2030-11-03', startTime: '01:30' }
    const event = create(repeated)
    expect(event.endsAt - event.startsAt).toBe(HOUR)
    expect(changed(repeated, { endDate: event.endDate, endTime: event.endTime })).toEqual(event)
    const skipped = { ...timed, timezone: 'America/New_York', startDate: '2030-03-10', startTime: '02:30' }
    expect(changed(skipped, skipped)).toEqual(create(skipped))
  })
})

describe('every event', () => {
  const day = fc
    .integer({ min: 1, max: 28 })
    .map((number) => `2030-0${1 + (number % 9)}-${10 + (number % 15)}`)
  const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:30`)
  const fields = fc.record(
    {
      startDate: day,
      startTime: fc.option(time),
      endDate: fc.option(day),
      endTime: fc.option(time),
      allDay: fc.option(fc.boolean()),
      timezone: fc.option(fc.constantFrom('America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia')),
    },
    { requiredKeys: [] },
  )

  /** Applies changes one after the other; those that are refused leave the event as it is. */
  function reached(changes: readonly ChangedEventFields[]): EventValues {
    let event = create(timed)
    for (const change of changes) {
      try {
        event = changedEventValues(event, change, ZONE)
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
      }
    }
    return event
  }

  it('however it was changed, does not end before it starts', ({ expect }) => {
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 6 }), (changes) => {
        const event = reached(changes)
        expect(event.endsAt).toBeGreaterThanOrEqual(event.startsAt)
        if (!event.allDay && !event.endDateGiven && !event.endTimeGiven) {
          expect(event.endsAt - event.startsAt).toBe(HOUR)
        }
      }),
    )
  })

  it('is not changed by an empty change, nor by its own answer', ({ expect }) => {
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 6 }), (changes) => {
        const event = reached(changes)
        const { startDate, startTime, endDate, endTime, timezone } = event
        expect(changedEventValues(event, {}, ZONE)).toEqual(event)
        const answer = { startDate, startTime, endDate, endTime, timezone, allDay: event.allDay }
        expect(changedEventValues(event, answer, ZONE)).toEqual(event)
      }),
    )
  })
})
