import { describe, it } from 'vitest'
import { aCalendar, anEvent, made, paymentDue, round1, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { expectInvalid, expectUntouched } from '../../support/refusals'
import { count, logged, rowCounts } from '../../support/rows'
import { noSuchId } from '../../support/values'

describe('a batch of new events', () => {
  it('answers for each in its place, and makes what is good', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const [ann, ben] = [await aStoredPerson(publisher), await aStoredPerson(publisher)]
    const foreign = await withCalendar()
    const imported = await aCalendar(api, { source: 'https://club.com/a.ics' })
    await anEvent(publisher, { reference: 'taken' })
    const before = await rowCounts()
    const { status, body } = await api.post('/batch/events', {
      events: [
        { ...round1, calendarId, reference: 'r-1' },
        { ...paymentDue, ecalId: ann.ecalId, reference: 'r-2' },
        { ...paymentDue, ecal_id: ben.ecalId, type: 'private' },
        { ...round1, calendarId, name: '', startDate: 'soon' },
        { ...round1 },
        'x',
        null,
        [round1],
        { ...round1, calendarId: noSuchId },
        { ...round1, calendarId: foreign.calendarId },
        { ...paymentDue, ecalId: noSuchId },
        { ...round1, calendarId: imported },
        { ...paymentDue, ecalId: ann.ecalId, reference: 'schedule:1' },
        { ...round1, calendarId, reference: 'taken' },
        { ...round1, calendarId, reference: 'r-1', name: 'Round 2' },
        { ...paymentDue, ecalId: ann.ecalId, calendarId },
        { ...paymentDue, ecalId: ann.ecalId, ecal_id: ben.ecalId },
        { ...paymentDue, ecalId: 'x' },
        { ...round1, calendarId },
      ],
    })
    expect(status).toBe(200)
    const invalid = (field: string, ...more: string[]) => ({
      status: '400',
      statusLong: 'Invalid input.',
      errors: [field, ...more].map((name) => ({ field: name, message: expect.any(String) })),
    })
    const id = expect.stringMatching(/^[0-9a-f]{24}$/)
    const good = { status: '200', id, reference: '', ecalId: '', calendarId }
    const missing = { status: '404', statusLong: 'Not found.' }
    const forbidden = { status: '403', statusLong: 'Forbidden.' }
    const taken = { status: '409', statusLong: 'Already exists.' }
    const results = [
      { ...good, reference: 'r-1' },
      { ...good, reference: 'r-2', ecalId: ann.ecalId, calendarId: ann.calendarId },
      { ...good, ecalId: ben.ecalId, calendarId: ben.calendarId },
      invalid('name', 'startDate'),
      invalid('calendarId'),
      invalid(''),
      invalid(''),
      invalid(''),
      missing,
      missing,
      missing,
      forbidden,
      forbidden,
      taken,
      taken,
      invalid('calendarId'),
      invalid('ecal_id'),
      invalid('ecalId'),
      good,
    ]
    const data = results.map((result, index) => ({ index, ...result }))
    expect(body).toEqual({ data, status: '200', statusLong: 'OK' })
    const after = await rowCounts()
    expect(after).toEqual({
      ...before,
      events: before.events + 4,
      calendar_events: before.calendar_events + 4,
      changes: before.changes + 4,
    })
    expect((await api.get('/event/r-1')).data).toMatchObject({ name: 'Round 1', id: body.data[0].id })
    expect((await api.get('/event/r-2')).data).toMatchObject({
      type: 'private',
      ecalId: ann.ecalId,
      sequence: 0,
    })
  })

  it('may have no good item at all, and then writes nothing', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const before = await rowCounts()
    const { status, data } = await api.post('/batch/events', {
      events: [{ calendarId }, {}, { ecalId: noSuchId }],
    })
    expect(status).toBe(200)
    expect(data.map((result: { status: string }) => result.status)).toEqual(['400', '400', '400'])
    expect(await rowCounts()).toEqual(before)
  })

  it('has up to 500 items, good and bad', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const person = await aStoredPerson(publisher)
    const events = Array.from({ length: 500 }, (_, at) => {
      if (at % 100 === 99) return { ...round1, calendarId, name: '' }
      return at % 2
        ? { ...paymentDue, ecalId: person.ecalId, name: `E${at}` }
        : { ...round1, calendarId, name: `E${at}` }
    })
    const rows = await logged(async () => {
      const { data } = await api.post('/batch/events', { events })
      expect(data).toHaveLength(500)
      for (const [index, result] of data.entries()) {
        expect([result.index, result.status]).toEqual([index, index % 100 === 99 ? '400' : '200'])
      }
    })
    expect(rows).toHaveLength(495)
    expect(await count('events WHERE publisher_id = ?', publisher.id)).toBe(495)
    expect(await count('calendars WHERE id = ? AND event_count = 250', calendarId)).toBe(1)
    expect(await count('calendars WHERE id = ? AND event_count = 245', person.calendarId)).toBe(1)
  })

  it('gives a reference to the first good item, of twenty batches at once to one', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const item = { ...round1, calendarId, reference: 'r-1' }
    const within = await api.post('/batch/events', { events: [{ ...item, name: '' }, item, item] })
    expect(within.data.map(({ status }: { status: string }) => status)).toEqual(['400', '200', '409'])
    await api.delete('/event/r-1')
    const events = [item, { ...round1, calendarId }]
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.post('/batch/events', { events })))
    const first = answers.map(({ data }) => data[0].status).sort()
    expect(first).toEqual(['200', ...Array.from({ length: 19 }, () => '409')])
    expect(answers.map(({ data }) => data[1].status)).toEqual(Array.from({ length: 20 }, () => '200'))
    expect(await count('events WHERE publisher_id = ? AND deleted_at IS NULL', publisher.id)).toBe(21)
  })
})

describe('a search by ids', () => {
  it('answers what is found, once each, in the order asked', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const { ecalId } = await aStoredPerson(publisher)
    const one = await anEvent(publisher)
    const draft = await anEvent(publisher, { draft: 1 })
    const past = await anEvent(publisher, { startDate: '2020-05-01' })
    const mine = await made(api.post('/event', { ...paymentDue, ecalId }))
    const gone = await anEvent(publisher)
    await api.delete(`/event/${gone.id}`)
    const foreign = await anEvent(await withCalendar())
    const asked = [past, foreign, mine, gone, draft, one, mine].map(({ id }) => id)
    const { status, data } = await api.post('/batch/events/search', { ids: [noSuchId, ...asked] })
    expect([status, data]).toEqual([200, [past, mine, draft, one]])
    expect((await api.post('/batch/events/search', { ids: [noSuchId] })).data).toEqual([])
  })
})

describe('a batch of deletions', () => {
  it('answers for each in its place', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const { ecalId } = await aStoredPerson(publisher)
    const one = await anEvent(publisher)
    const mine = await made(api.post('/event', { ...paymentDue, ecalId }))
    const imported = await aCalendar(api)
    const readOnly = await anEvent({ ...publisher, calendarId: imported })
    await api.put(`/calendar/${imported}`, { source: 'https://club.com/a.ics' })
    const foreign = await anEvent(await withCalendar())
    const kept = await anEvent(publisher)
    const ids = [one.id, readOnly.id, noSuchId, mine.id, one.id, foreign.id, readOnly.id]
    const rows = await logged(async () => {
      const { status, data } = await api.delete('/batch/events', { body: { ids } })
      expect(status).toBe(200)
      const statuses = ['200', '403', '404', '200', '404', '404', '404']
      expect(data).toEqual(ids.map((id, at) => ({ id, status: statuses[at] })))
    })
    expect(rows.map(({ entity_id, op }) => [entity_id, op])).toEqual([
      [one.id, 'event.deleted'],
      [mine.id, 'event.deleted'],
    ])
    expect((await api.get(`/event/${one.id}`)).status).toBe(404)
    expect((await api.get(`/event/${readOnly.id}`)).data).toEqual(readOnly)
    expect((await api.get(`/event/${kept.id}`)).data).toEqual(kept)
    const again = await api.delete('/batch/events', { body: { ids: [one.id] } })
    expect(again.data).toEqual([{ id: one.id, status: '404' }])
  })

  it('has up to 500 ids, and deletes each once however many ask', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const events = Array.from({ length: 500 }, () => ({ ...round1, calendarId }))
    const { data } = await api.post('/batch/events', { events })
    const ids = data.map(({ id }: { id: string }) => id)
    const rows = await logged(async () => {
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => api.delete('/batch/events', { body: { ids } })),
      )
      const deleted = answers.flatMap(({ data }) => data).filter(({ status }) => status === '200')
      expect(deleted).toHaveLength(500)
    })
    expect(rows).toHaveLength(500)
    expect(await count('calendars WHERE id = ? AND event_count = 0 AND text_bytes = 0', calendarId)).toBe(1)
  })
})

const notArrays = [undefined, null, [], {}, 'x', 1, { 0: noSuchId }]

describe('a batch', () => {
  it('has 1 to 500 items', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const { id } = await anEvent(publisher)
    const item = { ...round1, calendarId }
    await expectUntouched(expect, async () => {
      for (const items of notArrays) {
        expectInvalid(expect, 'events', await api.post('/batch/events', { events: items }), items)
        expectInvalid(expect, 'ids', await api.post('/batch/events/search', { ids: items }), items)
        expectInvalid(expect, 'ids', await api.delete('/batch/events', { body: { ids: items } }), items)
      }
      const many = Array.from({ length: 501 }, () => item)
      expectInvalid(expect, 'events', await api.post('/batch/events', { events: many }))
      const ids = Array.from({ length: 501 }, () => id)
      expectInvalid(expect, 'ids', await api.post('/batch/events/search', { ids }))
      expectInvalid(expect, 'ids', await api.delete('/batch/events', { body: { ids } }))
      expectInvalid(expect, 'body', await api.delete('/batch/events'))
    })
    const ids = Array.from({ length: 500 }, () => id)
    expect((await api.post('/batch/events/search', { ids })).data).toHaveLength(1)
  })

  it('of ids has ids only', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const { id } = await anEvent(publisher)
    await expectUntouched(expect, async () => {
      for (const item of [null, 1, {}, [id]]) {
        expectInvalid(expect, 'ids.1', await api.post('/batch/events/search', { ids: [id, item] }), item)
        expectInvalid(expect, 'ids.1', await api.delete('/batch/events', { body: { ids: [id, item] } }), item)
      }
    })
  })

  it('tells of each item what is wrong with it, by the names of its fields', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const item = { ...round1, calendarId }
    const bad: [field: string, item: object][] = [
      ['name', { ...item, name: null }],
      ['startTime', { ...item, startTime: '25:00' }],
      ['endTime', { ...item, endTime: '09:00' }],
      ['quickLink.0.url', { ...item, 'quickLink[1][name]': 'Pay' }],
      ['timezone', { ...item, timezone: 'Mars/Olympus' }],
      ['recurrence', { ...item, recurrence: 'FREQ=HOURLY' }],
      ['exceptions', { ...item, exceptions: [{ date: '2030-05-01T10:00' }] }],
      ['ecal_id', { ...item, ecal_id: 'x' }],
      ['type', { ...item, type: 'private' }],
      ['draft', { ...item, draft: 'maybe' }],
    ]
    await expectUntouched(expect, async () => {
      const { data } = await api.post('/batch/events', { events: bad.map(([, event]) => event) })
      const told = data.map(({ status, errors }: { status: string; errors: { field: string }[] }) => [
        status,
        errors.map(({ field }) => field),
      ])
      expect(told).toEqual(bad.map(([field]) => ['400', [field]]))
    })
  })
})
