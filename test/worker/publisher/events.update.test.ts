import { describe, it } from 'vitest'
import { aCalendar, anEvent, round1, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { expectInvalid, expectRefused, expectUntouched } from '../../support/refusals'
import { logged } from '../../support/rows'
import { atTime } from '../../support/time'

describe('a changed event', () => {
  it('changes in the given fields only, is one version on, and has a new time of change', async ({
    expect,
  }) => {
    const publisher = await withCalendar()
    const before = await anEvent(publisher, { details: 'old', alert: '1H', reference: 'r-1' })
    const { status, data } = await atTime(Date.parse(before.modified) + 1, () =>
      publisher.api.put('/event/r-1', { details: 'new', location: 'MCG' }),
    )
    expect(status).toBe(200)
    expect(data).toEqual({ ...before, details: 'new', location: 'MCG', sequence: 1, modified: data.modified })
    expect(data.modified > before.modified).toBe(true)
    expect((await publisher.api.get(`/event/${before.id}`)).data).toEqual(data)
  })

  it('is cleared with null, field by field', async ({ expect }) => {
    const publisher = await withCalendar()
    const set = {
      location: 'MCG',
      endDate: '2030-05-01',
      endTime: '12:00',
      details: 'd',
      url: 'https://example.com',
      status: 'tentative',
      showAs: 'free',
      alert: '1H',
      alert2: '1D',
      quickLink: [{ name: 'x', url: 'https://example.com' }],
      categories: 'A',
      draft: 1,
      reference: 'r-1',
      referenceType: 'payment',
      recurrence: 'FREQ=DAILY',
      timezone: 'UTC',
    }
    const plain = await anEvent(publisher)
    for (const [field, value] of Object.entries(set)) {
      const { id } = await anEvent(publisher, { [field]: value })
      const { data } = await publisher.api.put(`/event/${id}`, { [field]: null })
      expect([field, data[field]]).toEqual([field, plain[field]])
      expect(data.sequence).toBe(field === 'endDate' ? data.sequence : 1)
    }
    const whole = await anEvent(publisher, { allDay: true, showAs: 'busy' })
    expect((await publisher.api.put(`/event/${whole.id}`, { showAs: null })).data.showAs).toBe('free')
    for (const field of ['name', 'startDate', 'startTime']) {
      await expectRefused(expect, field, () => publisher.api.put(`/event/${plain.id}`, { [field]: null }))
    }
  })

  it('that changes nothing stays as it is, and nothing is logged', async ({ expect }) => {
    const publisher = await withCalendar()
    const { calendarId } = publisher
    const more = { quickLink: [{ name: 'x', url: 'https://example.com' }], alert: '1H', details: 'a\nb' }
    const before = await anEvent(publisher, more)
    const rows = await logged(async () => {
      for (const body of [
        {},
        before,
        { name: ' Round 1 ', details: 'a\r\nb', allDay: 'no', draft: 0 },
        { calendarId, type: 'Fixture', ecal_id: null },
        { 'quickLink[0][name]': 'x', 'quickLink[0][url]': 'https://example.com' },
        { unknown: 1 },
      ]) {
        const { status, data } = await publisher.api.put(`/event/${before.id}`, body)
        expect([status, data]).toEqual([200, before])
      }
    })
    expect(rows).toEqual([])
  })

  it('keeps its id and goes on counting through being a draft', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher, { draft: 1 })
    const ops: (string | null)[][] = []
    for (const change of [
      { name: 'A' },
      { draft: 0 },
      { name: 'B' },
      { draft: 1, name: 'C' },
      { draft: 0 },
    ]) {
      const rows = await logged(() => publisher.api.put(`/event/${id}`, change))
      ops.push(...rows.map((row) => [row.op, row.message]))
    }
    expect(ops).toEqual([
      ['event.updated', null],
      ['event.created', 'event.created'],
      ['event.updated', 'event.updated'],
      ['event.deleted', 'event.deleted'],
      ['event.created', 'event.created'],
    ])
    expect((await publisher.api.get(`/event/${id}`)).data).toMatchObject({
      id,
      sequence: 5,
      name: 'C',
      draft: 0,
    })
  })

  it('may have a series made of it, and exceptions, and be one event again', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher)
    const path = `/event/${id}`
    const exceptions = [
      { date: '2030-05-02T10:00', cancelled: true },
      { date: '2030-05-03T10:00', name: 'Moved', startDate: '2030-05-04', startTime: '12:00' },
    ]
    expectInvalid(expect, 'exceptions', await publisher.api.put(path, { exceptions }))
    const series = await publisher.api.put(path, { recurrence: 'FREQ=DAILY', exceptions })
    expect(series.data).toMatchObject({ recurrence: 'FREQ=DAILY', exceptions, sequence: 1 })
    expectInvalid(expect, 'exceptions', await publisher.api.put(path, { recurrence: '' }))
    expectInvalid(expect, 'exceptions.0.date', await publisher.api.put(path, { allDay: true }))
    const until = { recurrence: 'FREQ=DAILY;UNTIL=20300601' }
    expectInvalid(expect, 'recurrence', await publisher.api.put(path, until))
    const one = await publisher.api.put(path, { recurrence: null, exceptions: null })
    expect(one.data).toMatchObject({ recurrence: '', exceptions: [], sequence: 2 })
  })
})

describe('an event that moves to another calendar', () => {
  it('is in the new one only, one version on, and told once', async ({ expect }) => {
    const publisher = await withCalendar()
    const to = await aCalendar(publisher.api, { name: 'Second' })
    const event = await anEvent(publisher)
    const rows = await logged(async () => {
      const { status, data } = await publisher.api.put(`/event/${event.id}`, {
        calendarId: to,
        name: 'Round 2',
      })
      expect(status).toBe(200)
      expect(data).toMatchObject({ id: event.id, calendarId: to, name: 'Round 2', sequence: 1 })
    })
    expect(rows.map(({ stream, op, message, dispatched }) => [stream, op, message, dispatched])).toEqual([
      [`calendar:${to}`, 'event.updated', 'event.updated', 0],
      [`calendar:${publisher.calendarId}`, 'event.updated', null, 1],
    ])
    const inCalendar = async (id: string) => (await publisher.api.get('/event', { calendarIds: id })).data
    expect(await inCalendar(publisher.calendarId)).toEqual([])
    expect(await inCalendar(to)).toHaveLength(1)
    const counts = [publisher.calendarId, to].map(
      async (id) => (await publisher.api.get(`/calendar/${id}`)).data,
    )
    const [old, now] = await Promise.all(counts)
    expect(now.latestVersion).toBe(rows[0]?.seq)
    expect(old.latestVersion).toBe(rows[1]?.seq)
  })

  it('keeps its own time zone', async ({ expect }) => {
    const publisher = await withCalendar({}, { timezone: 'Europe/Berlin' })
    const to = await aCalendar(publisher.api, { timezone: 'UTC' })
    const { id } = await anEvent(publisher)
    const { data } = await publisher.api.put(`/event/${id}`, { calendarId: to })
    expect(data).toMatchObject({ timezone: 'Europe/Berlin', startTime: '10:00' })
  })

  it('never moves into or out of a private calendar', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const [ann, ben] = [await aStoredPerson(publisher), await aStoredPerson(publisher)]
    const open = await anEvent(publisher)
    const { data: mine } = await api.post('/event', { ...round1, ecalId: ann.ecalId })
    await expectUntouched(expect, async () => {
      for (const [id, body, field] of [
        [open.id, { calendarId: ann.calendarId }, 'calendarId'],
        [open.id, { ecalId: ann.ecalId }, 'ecal_id'],
        [open.id, { type: 'private' }, 'type'],
        [mine.id, { calendarId }, 'calendarId'],
        [mine.id, { calendarId: ben.calendarId }, 'calendarId'],
        [mine.id, { ecal_id: ben.ecalId }, 'ecal_id'],
        [mine.id, { type: 'fixture' }, 'type'],
      ] as const) {
        expectInvalid(expect, field, await api.put(`/event/${id}`, { ...body, name: 'Moved' }), body)
      }
    })
    const same = { calendarId: ann.calendarId, ecalId: ann.ecalId, ecal_id: ann.ecalId, type: 'private' }
    const query = { ecal_id: ann.ecalId }
    expect((await api.put(`/event/${mine.id}`, { ...same, name: 'Mine' }, { query })).data.name).toBe('Mine')
  })

  it('does not move to a calendar that reads its events elsewhere', async ({ expect }) => {
    const publisher = await withCalendar()
    const to = await aCalendar(publisher.api, { source: 'https://club.com/a.ics' })
    const { id } = await anEvent(publisher)
    const { status } = await publisher.api.put(`/event/${id}`, { calendarId: to })
    expect(status).toBe(403)
    expect((await publisher.api.get(`/event/${id}`)).data.calendarId).toBe(publisher.calendarId)
  })
})
