import { describe, it } from 'vitest'
import { anEvent, round1, withCalendar } from '../../support/events'
import { expectInvalid, expectUntouched } from '../../support/refusals'
import { noSuchId } from '../../support/values'

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
