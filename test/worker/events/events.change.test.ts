import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { aPersonAlone, dinner, follow, imports, ownEvent, privateCalendar } from '../../support/event-api'
import { aPublisher, summaries } from '../../support/publisher'
import { logged } from '../../support/rows'

describe('a change of an event', () => {
  it('changes what is named, for everybody, and nothing where nothing differs', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const service = await aService(publisher)
    const event = await ownEvent(ann.app, { description: 'Long' })
    await relate(service, event.id, ben.ecalId)
    await ann.app.get('/events')
    const rows = await logged(async () => {
      const answer = await ann.app.patch(`/events/${event.id}`, {
        title: 'Supper',
        start_location: { text: 'Home' },
      })
      expect(answer.status).toBe(200)
      expect(answer.data[0]).toMatchObject({
        title: 'Supper',
        description: 'Long',
        start_location: { text: 'Home' },
      })
      expect(answer.meta.sync_token).toBe(answer.data[0].sync_token)
    })
    expect(new Set(rows.map((row) => `${row.stream} ${row.op}`))).toEqual(
      new Set(
        [`event:${event.id}`, `subscriber:${ann.ecalId}`, `subscriber:${ben.ecalId}`].map(
          (s) => `${s} event.updated`,
        ),
      ),
    )
    expect(rows.filter((row) => row.message !== null)).toHaveLength(1)
    expect((await ben.app.get(`/events/${event.id}`)).data[0].title).toBe('Supper')
    const again = await logged(async () => {
      expect((await ann.app.patch(`/events/${event.id}`, { title: 'Supper' })).status).toBe(200)
      const [now] = (await ann.app.get(`/events/${event.id}`)).data
      expect((await ann.app.put(`/events/${event.id}`, now)).data).toEqual([now])
    })
    expect(again).toEqual([])
  })

  it('needs a field, and zones beside times', async ({ expect }) => {
    const { app } = await aPerson(await aPublisher())
    const { id } = await ownEvent(app)
    const bad = [
      {},
      { id: 'x', due: 1 },
      { start: dinner.start },
      { end: dinner.end },
      { rsvp_status: null },
      { all_day: true },
      { start: '2042-02-12T21:00:00Z', start_timezone: 'UTC' },
      { title: 1 },
    ]
    for (const body of bad) expect((await app.patch(`/events/${id}`, body)).code).toBe('VALIDATION_FAILED')
    expect((await app.patch(`/events/${id}`, '[]')).code).toBe('INVALID_JSON')
    expect((await app.put(`/events/${id}`, { title: 'x' })).code).toBe('VALIDATION_FAILED')
    const kept = await app.put(`/events/${id}`, { ...dinner, title: undefined, rsvp_status: null })
    expect(kept.data[0]).toMatchObject({ title: 'Dinner', rsvp_status: null })
    expect((await app.patch(`/events/${id}`, { end_timezone: 'UTC' })).data[0]).toMatchObject({
      end: '2042-02-12T20:00:00.000000Z',
      end_timezone: 'UTC',
    })
  })

  it('is for those who may write it', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben, eve] = [await aPerson(publisher), await aPerson(publisher), await aPerson(publisher)]
    const service = await aService(publisher)
    const reader = await aService(publisher, ['Service.read'])
    const stranger = await aService(await aPublisher())
    const { id } = await ownEvent(ann.app)
    const relation = await relate(service, id, ben.ecalId)
    expect((await ben.app.patch(`/events/${id}`, { title: 'Mine' })).code).toBe('FORBIDDEN')
    expect((await ben.app.delete(`/events/${id}`)).code).toBe('FORBIDDEN')
    for (const app of [eve.app, stranger]) {
      expect((await app.patch(`/events/${id}`, { title: 'Mine' })).code).toBe('EVENT_NOT_FOUND')
      expect((await app.delete(`/events/${id}`)).code).toBe('EVENT_NOT_FOUND')
      expect((await app.get(`/events/${id}`)).code).toBe('EVENT_NOT_FOUND')
    }
    expect((await reader.patch(`/events/${id}`, { title: 'Mine' })).code).toBe('INSUFFICIENT_SCOPE')
    expect((await ann.app.patch('/events/nonsense', { title: 'x' })).code).toBe('EVENT_NOT_FOUND')
    await service.patch(`/event-subscriptions/${relation}`, { permission: 'invited_write' })
    expect((await ben.app.patch(`/events/${id}`, { title: 'Ours' })).data[0].title).toBe('Ours')
    const byService = await service.patch(`/events/${id}`, { title: 'Theirs' })
    expect(byService.data[0]).toMatchObject({
      title: 'Theirs',
      sync_token: null,
      permission: 'subscribed_write',
    })
    expect((await service.patch(`/events/${id}`, { rsvp_status: 'attending' })).code).toBe('FORBIDDEN')
  })

  it('answers the event, directly or through calendars, without write', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const service = await aService(publisher)
    const { id } = await ownEvent(ann.app)
    await relate(service, id, ben.ecalId, { is_invitation: true })
    const direct = await ben.app.patch(`/events/${id}`, { rsvp_status: 'attending' })
    expect(direct.data[0]).toMatchObject({ rsvp_status: 'attending', permission: 'subscribed_read' })
    const calendar = await aCalendar(publisher)
    const fixture = await anEvent(publisher, calendar)
    await follow(publisher, ben, [calendar], 'invited_write')
    const both = await ben.app.patch(`/events/${fixture}`, { rsvp_status: 'attending', title: 'Semi' })
    expect(both.data[0]).toMatchObject({
      rsvp_status: 'attending',
      title: 'Semi',
      permission: 'subscribed_write',
    })
    const no = await ben.app.put(`/events/${fixture}`, { ...both.data[0], rsvp_status: 'not_attending' })
    expect(no.data[0]).toMatchObject({ rsvp_status: 'not_attending', permission: 'subscribed_write' })
    await follow(publisher, ann, [calendar])
    const refused = await ann.app.patch(`/events/${fixture}`, { rsvp_status: 'attending', title: 'No' })
    expect(refused.code).toBe('FORBIDDEN')
    expect((await ann.app.get(`/events/${fixture}`)).data[0]).toMatchObject({
      rsvp_status: null,
      title: 'Semi',
    })
  })

  it('leaves imported events alone, which can be answered', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const service = await aService(publisher)
    const calendar = await aCalendar(publisher)
    const other = await aCalendar(publisher)
    const event = await anEvent(publisher, calendar)
    await follow(publisher, ann, [calendar], 'subscribed_write')
    await imports(calendar)
    for (const app of [ann.app, service]) {
      expect((await app.patch(`/events/${event}`, { title: 'x' })).code).toBe('FORBIDDEN')
      expect((await app.delete(`/events/${event}`)).code).toBe('FORBIDDEN')
    }
    expect((await service.patch(`/events/${event}`, { calendar_ids: [calendar, other] })).code).toBe(
      'FORBIDDEN',
    )
    expect((await ann.app.patch(`/events/${event}`, { rsvp_status: 'attending' })).status).toBe(200)
  })

  it('keeps what the publisher wrote where that is left alone', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const calendar = await aCalendar(publisher)
    const series = await anEvent(publisher, calendar, {
      recurrence: 'FREQ=WEEKLY;COUNT=3',
      exceptions: [{ date: '2040-05-08T19:00', cancelled: true }],
    })
    const [seen] = (await service.get(`/events/${series}`)).data
    expect(seen).toMatchObject({ recurrence: true, creator: { id: String(publisher.id), last_name: '' } })
    expect((await service.put(`/events/${series}`, { ...seen, title: 'Weekly' })).data[0].title).toBe(
      'Weekly',
    )
    const moved = await service.patch(`/events/${series}`, {
      ...{
        start: '2040-05-02T00:00:00Z',
        start_timezone: 'UTC',
        end: '2040-05-03T00:00:00Z',
        end_timezone: 'UTC',
      },
      all_day: true,
    })
    expect(moved.code).toBe('VALIDATION_FAILED')
    expect((await publisher.api.get(`/event/${series}`)).data).toMatchObject({ name: 'Weekly', sequence: 1 })
  })

  it('of many at once goes in whole', async ({ expect }) => {
    const { app } = await aPerson(await aPublisher())
    const { id } = await ownEvent(app)
    const at = (hour: number) => `2042-02-12T${hour}:00:00Z`
    const zones = { start_timezone: 'UTC', end_timezone: 'UTC' }
    const answers = await Promise.all([
      app.patch(`/events/${id}`, { title: 'One' }),
      app.patch(`/events/${id}`, { description: 'Two' }),
      ...[11, 12, 13].map((hour) =>
        app.patch(`/events/${id}`, { start: at(hour), end: at(hour + 1), ...zones }),
      ),
    ])
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200])
    const [now] = (await app.get(`/events/${id}`)).data
    expect(now).toMatchObject({ title: 'One', description: 'Two' })
    expect(Date.parse(now.end) - Date.parse(now.start)).toBe(3_600_000)
  })
})

describe('the calendars of an event', () => {
  it('are those named, among the ones that the caller sees', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPersonAlone(publisher)]
    const service = await aService(publisher)
    const [a, b, hidden] = [
      await aCalendar(publisher),
      await aCalendar(publisher),
      await aCalendar(publisher),
    ]
    await follow(publisher, ann, [a, b], 'subscribed_write')
    await follow(publisher, ben, [a, b])
    const { id } = await ownEvent(ann.app, { calendar_ids: [a] })
    expect(
      (await service.patch(`/events/${id}`, { calendar_ids: [a, hidden] })).data[0].calendar_ids,
    ).toEqual([a, hidden].sort())
    const rows = await logged(async () => {
      const moved = await ann.app.patch(`/events/${id}`, { calendar_ids: [b] })
      expect(moved.data[0].calendar_ids).toEqual([b])
    })
    const streams = rows.map((row) => row.stream)
    expect(streams).toEqual(
      expect.arrayContaining([`calendar:${a}`, `calendar:${b}`, `event:${id}`, `subscriber:${ann.ecalId}`]),
    )
    expect((await service.get(`/events/${id}`)).data[0].calendar_ids).toEqual([b, hidden].sort())
    expect((await publisher.api.get(`/event/${id}`)).data).toMatchObject({ calendarId: hidden, sequence: 0 })
    expect(await summaries(ben.feed())).toEqual(['Dinner'])
    expect((await ben.app.patch(`/events/${id}`, { calendar_ids: [] })).code).toBe('FORBIDDEN')
    await ann.app.patch(`/events/${id}`, { calendar_ids: [] })
    expect(await summaries(ben.feed())).toEqual([])
    await service.patch(`/events/${id}`, { calendar_ids: [] })
    expect((await publisher.api.get(`/event/${id}`)).status).toBe(404)
    expect((await ann.app.get(`/events/${id}`)).data[0]).toMatchObject({ calendar_ids: [] })
  })

  it('hold an event to which nobody is related, at least one of them', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const service = await aService(publisher)
    const [a, b] = [await aCalendar(publisher), await aCalendar(publisher)]
    const event = await anEvent(publisher, a)
    expect((await service.patch(`/events/${event}`, { calendar_ids: [] })).code).toBe('VALIDATION_FAILED')
    await follow(publisher, ann, [a], 'subscribed_write')
    expect((await ann.app.patch(`/events/${event}`, { calendar_ids: [] })).code).toBe('VALIDATION_FAILED')
    await service.patch(`/events/${event}`, { calendar_ids: [a, b] })
    await ann.app.get('/events')
    const gone = await ann.app.patch(`/events/${event}`, { calendar_ids: [] })
    expect([gone.status, gone.data[0]]).toMatchObject([200, { id: event, permission: 'removed' }])
    expect((await ann.app.get(`/events/${event}`)).status).toBe(404)
    expect((await publisher.api.get(`/event/${event}`)).data.calendarId).toBe(b)
  })

  it('are never private ones', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const service = await aService(publisher)
    const mine = await privateCalendar(ann)
    const due = await publisher.api.post(
      '/event',
      { name: 'Due', startDate: '2040-05-01', allDay: true },
      { query: { ecal_id: ann.ecalId } },
    )
    const path = `/events/${due.data.id}`
    expect((await ann.app.get(path)).data[0]).toMatchObject({ calendar_ids: [mine], all_day: true })
    for (const app of [ann.app, service]) {
      expect((await app.patch(path, { calendar_ids: [] })).code).toBe('FORBIDDEN')
      expect((await app.patch(path, { calendar_ids: [mine] })).status).toBe(200)
    }
    const { id } = await ownEvent(ann.app)
    for (const app of [ann.app, service]) {
      expect((await app.patch(`/events/${id}`, { calendar_ids: [mine] })).code).toBe('FORBIDDEN')
    }
  })
})
