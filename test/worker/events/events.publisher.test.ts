import { describe, it } from 'vitest'
import { aCalendar, aPerson } from '../../support/apps'
import { follow, ownEvent } from '../../support/event-api'
import { aPublisher } from '../../support/publisher'

/** Somebody's event in a public calendar, which ends in another zone than it starts in. */
async function aFlight(fields: Record<string, unknown> = {}) {
  const publisher = await aPublisher()
  const ann = await aPerson(publisher)
  const calendar = await aCalendar(publisher)
  await follow(publisher, ann, [calendar], 'subscribed_write')
  const flight = { start_timezone: 'Europe/Amsterdam', end_timezone: 'America/New_York', ...fields }
  const { id } = await ownEvent(ann.app, { title: '', ...flight, calendar_ids: [calendar] })
  const seen = async () => (await ann.app.get(`/events/${id}`)).data[0]
  return { api: publisher.api, path: `/event/${id}`, seen }
}

const times = { start: '2042-02-12T18:00:00.000000Z', end: '2042-02-12T20:00:00.000000Z' }

describe('a person’s event in the publisher API', () => {
  it('is told in the zone that it starts in', async ({ expect }) => {
    const { api, path } = await aFlight()
    expect((await api.get(path)).data).toMatchObject({
      timezone: 'Europe/Amsterdam',
      startTime: '19:00',
      endDate: '2042-02-12',
      endTime: '21:00',
    })
  })

  it('keeps the zone of its end where the times are left alone or sent back', async ({ expect }) => {
    const { api, path, seen } = await aFlight({ description: 'x'.repeat(9_000) })
    expect((await api.put(path, { location: 'Gate 1' })).data).toMatchObject({
      location: 'Gate 1',
      sequence: 1,
    })
    const { startDate, startTime, endDate, endTime, timezone } = (await api.get(path)).data
    const same = { startDate, startTime, endDate, endTime, timezone }
    expect((await api.put(path, same)).data.sequence).toBe(1)
    expect(await seen()).toMatchObject({ ...times, end_timezone: 'America/New_York', title: '' })
  })

  it('is moved by the clock of its start', async ({ expect }) => {
    const { api, path, seen } = await aFlight()
    expect((await api.put(path, { endTime: '22:30' })).data).toMatchObject({ endTime: '22:30' })
    expect(await seen()).toMatchObject({
      end: '2042-02-12T21:30:00.000000Z',
      end_timezone: 'America/New_York',
    })
    await api.put(path, { startTime: '20:00', endTime: '20:30' })
    expect(await seen()).toMatchObject({
      start: '2042-02-12T19:00:00.000000Z',
      end: '2042-02-12T19:30:00.000000Z',
    })
    expect((await api.put(path, { endTime: '19:59' })).status).toBe(400)
    await api.put(path, { timezone: 'UTC', startTime: '10:00', endTime: '11:00' })
    expect(await seen()).toMatchObject({
      start_timezone: 'UTC',
      end_timezone: 'UTC',
      end: '2042-02-12T11:00:00.000000Z',
    })
  })

  it('has dates where it lasts whole days', async ({ expect }) => {
    const days = { all_day: true, start: '2042-02-12T00:00:00Z', end: '2042-02-14T00:00:00Z' }
    const { api, path, seen } = await aFlight(days)
    expect((await api.get(path)).data).toMatchObject({
      startDate: '2042-02-12',
      startTime: '',
      endDate: '2042-02-13',
      endTime: '',
    })
    await api.put(path, { endDate: '2042-02-14' })
    expect(await seen()).toMatchObject({
      end: '2042-02-15T00:00:00.000000Z',
      end_timezone: 'America/New_York',
    })
  })
})
