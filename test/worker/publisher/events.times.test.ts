import { describe, it } from 'vitest'
import { anEvent, withCalendar } from '../../support/events'
import { expectInvalid, expectUntouched } from '../../support/refusals'

type Times = Record<string, unknown>
const times = ({ startDate, startTime, endDate, endTime, allDay }: Times) => ({
  startDate,
  startTime,
  endDate,
  endTime,
  allDay,
})

const day = '2030-05-01'

/** What is sent of when an event is, and what is answered: start, end. */
const told: [what: string, sent: Times, answered: [string, string, string, string]][] = [
  ['an hour by default', { startDate: day, startTime: '10:00' }, [day, '10:00', day, '11:00']],
  ['an hour past midnight', { startDate: day, startTime: '23:30' }, [day, '23:30', '2030-05-02', '00:30']],
  [
    'an hour past the year',
    { startDate: '2030-12-31', startTime: '23:00' },
    ['2030-12-31', '23:00', '2031-01-01', '00:00'],
  ],
  ['an end time', { startDate: day, startTime: '10:00', endTime: '10:45' }, [day, '10:00', day, '10:45']],
  [
    'an end that is its start',
    { startDate: day, startTime: '10:00', endTime: '10:00' },
    [day, '10:00', day, '10:00'],
  ],
  [
    'an end date, and so an hour later on that day',
    { startDate: day, startTime: '10:00', endDate: '2030-05-04' },
    [day, '10:00', '2030-05-04', '11:00'],
  ],
  ['a day', { startDate: day, allDay: true }, [day, '', day, '']],
  ['some days', { startDate: day, endDate: '2030-05-03', allDay: 1 }, [day, '', '2030-05-03', '']],
  [
    'a day, whatever times are said, bad ones aside',
    { startDate: day, startTime: '10:00', endTime: '09:00', allDay: 'yes' },
    [day, '', day, ''],
  ],
  ['366 days', { startDate: day, endDate: '2031-05-01', allDay: true }, [day, '', '2031-05-01', '']],
  [
    '366 days to the minute',
    { startDate: day, startTime: '10:00', endDate: '2031-05-02', endTime: '10:00' },
    [day, '10:00', '2031-05-02', '10:00'],
  ],
  [
    'a leap day',
    { startDate: '2028-02-28', startTime: '23:30' },
    ['2028-02-28', '23:30', '2028-02-29', '00:30'],
  ],
]

describe('an event lasts', () => {
  it.for(told)('%s', async ([, sent, [startDate, startTime, endDate, endTime]], { expect }) => {
    const publisher = await withCalendar()
    const event = await anEvent(publisher, { startTime: undefined, ...sent })
    expect(times(event)).toEqual({ startDate, startTime, endDate, endTime, allDay: event.allDay })
    expect((await publisher.api.get(`/event/${event.id}`)).data).toEqual(event)
    expect((await publisher.api.put(`/event/${event.id}`, event)).data).toEqual(event)
  })

  const wrong: [what: string, field: string, sent: Times][] = [
    ['less than no time', 'endTime', { startTime: '10:00', endTime: '09:59' }],
    ['less than no days', 'endDate', { allDay: true, endDate: '2030-04-30' }],
    ['until the day before', 'endDate', { startTime: '10:00', endDate: '2030-04-30' }],
    ['until a time that has gone by on its day', 'endTime', { startTime: '23:00', endTime: '01:00' }],
    ['367 days', 'endDate', { allDay: true, endDate: '2031-05-02' }],
    ['a minute over 366 days', 'endDate', { startTime: '10:00', endDate: '2031-05-02', endTime: '10:01' }],
  ]

  it('not %s', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    await expectUntouched(expect, async () => {
      for (const [what, field, sent] of wrong) {
        const body = { name: 'Round 1', calendarId, startDate: day, ...sent }
        expectInvalid(expect, field, await api.post('/event', body), what)
      }
    })
  })
})

describe('where clocks are set forward', () => {
  const zone = { timezone: 'America/New_York' }
  const gap = '2030-03-10'

  it('a time that is skipped moves forward by what is skipped', async ({ expect }) => {
    const publisher = await withCalendar({}, zone)
    const event = await anEvent(publisher, { startDate: gap, startTime: '02:30' })
    expect(times(event)).toMatchObject({ startDate: gap, startTime: '03:30', endTime: '04:30' })
    const end = await anEvent(publisher, { startDate: gap, startTime: '01:30', endTime: '02:15' })
    expect(times(end)).toMatchObject({ startTime: '01:30', endTime: '03:15' })
  })

  it('the hour by default is an hour of time', async ({ expect }) => {
    const publisher = await withCalendar({}, zone)
    const event = await anEvent(publisher, { startDate: gap, startTime: '01:30' })
    expect(times(event)).toMatchObject({ startTime: '01:30', endTime: '03:30' })
  })

  it('a day that has no midnight begins with its first minute', async ({ expect }) => {
    const publisher = await withCalendar({}, { timezone: 'America/Santiago' })
    const { data } = await publisher.api.post('/event', {
      calendarId: publisher.calendarId,
      name: 'Round 1',
      startDate: '2024-09-08',
      startTime: '00:15',
    })
    expect(times(data)).toMatchObject({ startDate: '2024-09-08', startTime: '01:15', endTime: '02:15' })
  })

  it('half an hour moves by half an hour', async ({ expect }) => {
    const publisher = await withCalendar({}, { timezone: 'Australia/Lord_Howe' })
    const event = await anEvent(publisher, { startDate: '2030-10-06', startTime: '02:10' })
    expect(times(event)).toMatchObject({ startTime: '02:40' })
  })
})

describe('where clocks are set back', () => {
  it('a time that is twice is the first', async ({ expect }) => {
    const publisher = await withCalendar({}, { timezone: 'America/New_York' })
    const { id } = await anEvent(publisher, { startDate: '2030-11-03', startTime: '01:30' })
    const inUtc = await publisher.api.get('/event', { tz: 'UTC' })
    expect(inUtc.data).toHaveLength(1)
    expect(inUtc.data[0]).toMatchObject({ id, startTime: '05:30', endTime: '06:30', timezone: 'UTC' })
    const read = await publisher.api.get(`/event/${id}`)
    expect(times(read.data)).toMatchObject({ startTime: '01:30', endTime: '01:30', endDate: '2030-11-03' })
    // Sent back as it came, it says nothing new.
    expect((await publisher.api.put(`/event/${id}`, read.data)).data).toEqual(read.data)
  })
})

describe('the list in another time zone', () => {
  it('tells timed events in it, and leaves days as they are', async ({ expect }) => {
    const publisher = await withCalendar()
    const timed = await anEvent(publisher, { startDate: day, startTime: '08:00', endTime: '12:30' })
    const whole = await anEvent(publisher, { startDate: day, allDay: true })
    const { data } = await publisher.api.get('/event', { tz: 'america/los_angeles' })
    const zone = 'America/Los_Angeles'
    expect(data.find(({ id }: { id: string }) => id === whole.id)).toEqual(whole)
    expect(data.find(({ id }: { id: string }) => id === timed.id)).toEqual({
      ...timed,
      startDate: '2030-04-30',
      startTime: '15:00',
      endDate: '2030-04-30',
      endTime: '19:30',
      timezone: zone,
    })
    for (const tz of ['', 'Mars/Olympus', '+10:00']) {
      expectInvalid(expect, 'tz', await publisher.api.get('/event', { tz }))
    }
  })
})

describe('an event that is put off', () => {
  const put = async (first: Times, change: Times) => {
    const publisher = await withCalendar()
    const event = await anEvent(publisher, first)
    return publisher.api.put(`/event/${event.id}`, change)
  }

  it('takes an end along that was never given', async ({ expect }) => {
    const changed = await put({ startTime: '10:00' }, { startDate: '2030-06-01', startTime: '23:30' })
    expect(times(changed.data)).toMatchObject({
      startDate: '2030-06-01',
      endDate: '2030-06-02',
      endTime: '00:30',
    })
    const wholeDay = await put({ allDay: true }, { startDate: '2030-06-01' })
    expect(times(wholeDay.data)).toMatchObject({ startDate: '2030-06-01', endDate: '2030-06-01' })
    const withTime = await put({ endTime: '12:00' }, { startDate: '2030-06-01' })
    expect(times(withTime.data)).toMatchObject({ endDate: '2030-06-01', endTime: '12:00' })
  })

  it('is judged with the end that was given', async ({ expect }) => {
    const late = await put({ endDate: day, endTime: '12:00' }, { startTime: '13:00' })
    expectInvalid(expect, 'endTime', late)
    const later = await put({ endDate: day, endTime: '12:00' }, { startDate: '2030-06-01' })
    expectInvalid(expect, 'endDate', later)
    const freed = await put(
      { endDate: day, endTime: '12:00' },
      { startTime: '13:00', endTime: null, endDate: null },
    )
    expect(times(freed.data)).toMatchObject({ startTime: '13:00', endTime: '14:00', endDate: day })
  })

  it('may become a whole day, and have times again', async ({ expect }) => {
    const publisher = await withCalendar()
    const event = await anEvent(publisher, { endTime: '12:00' })
    const path = `/event/${event.id}`
    const whole = await publisher.api.put(path, { allDay: true })
    expect(times(whole.data)).toEqual({
      startDate: day,
      startTime: '',
      endDate: day,
      endTime: '',
      allDay: true,
    })
    expectInvalid(expect, 'startTime', await publisher.api.put(path, { allDay: false }))
    const again = await publisher.api.put(path, { allDay: false, startTime: '09:00' })
    expect(times(again.data)).toMatchObject({ startTime: '09:00', endTime: '10:00', allDay: false })
  })

  it('keeps its wall clock in another time zone', async ({ expect }) => {
    const publisher = await withCalendar({}, { timezone: 'Australia/Melbourne' })
    const event = await anEvent(publisher, { timezone: 'Europe/Berlin' })
    const path = `/event/${event.id}`
    const moved = await publisher.api.put(path, { timezone: 'America/New_York' })
    expect(moved.data).toMatchObject({ ...times(event), timezone: 'America/New_York', sequence: 1 })
    const cleared = await publisher.api.put(path, { timezone: null })
    expect(cleared.data).toMatchObject({ ...times(event), timezone: 'Australia/Melbourne', sequence: 2 })
  })
})
