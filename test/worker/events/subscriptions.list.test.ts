import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { type App, aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { aPublisher } from '../../support/publisher'
import { atTime } from '../../support/time'

/** Three persons related to two events one after another, as their publisher's service sees them. */
async function aView() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const persons = [await aPerson(publisher), await aPerson(publisher), await aPerson(publisher)] as const
  const calendar = await aCalendar(publisher)
  const events = [
    await anEvent(publisher, calendar),
    await anEvent(publisher, calendar, { name: 'Second' }),
  ] as const
  const ids: string[] = []
  let at = Date.now()
  for (const [event, person, more] of [
    [events[1], persons[2], {}],
    [events[0], persons[0], { is_invitation: true }],
    [events[1], persons[0], {}],
    [events[0], persons[1], { is_invitation: true }],
  ] as const) {
    at += 1_000
    ids.push(await atTime(at, () => relate(service, event, person.ecalId, more)))
  }
  const find = async (query: string, app: App = service) => {
    const answer = await app.get(`/event-subscriptions?${query}`)
    if (answer.status !== 200) throw new Error(`${query} answered ${answer.text}`)
    return answer.data.map((item: { id: string }) => ids.indexOf(item.id))
  }
  return { publisher, service, persons, events, ids, find, calendar }
}

describe('a list of event subscriptions', () => {
  it('has everything that the caller sees, by creation', async ({ expect }) => {
    const { service, ids, persons, find } = await aView()
    const answer = await service.get('/event-subscriptions')
    expect(answer.data.map((item: { id: string }) => item.id)).toEqual(ids)
    expect(answer.meta).toEqual({ sync_token: 4, count: 4, offset: 0, limit: 10 })
    expect(await find('order_by=creation_date&order_asc=false')).toEqual([3, 2, 1, 0])
    expect(await find('order_asc=true')).toEqual([0, 1, 2, 3])
    // Persons have the event of their welcome too, which came first.
    expect(await find('', persons[0].app)).toEqual([-1, 0, 1, 2, 3])
    expect(await find('', persons[1].app)).toEqual([-1, 1, 3])
  })

  it('puts equal creations in the order of ids, both ways', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const made: string[] = []
    const at = Date.now() + 1_000
    for (let n = 0; n < 4; n++) {
      const person = await publisher.subscriber()
      made.push(await atTime(at, () => relate(service, event, person.ecalId)))
    }
    const ids = async (query: string) =>
      (await service.get(`/event-subscriptions?${query}`)).data.map((item: { id: string }) => item.id)
    made.sort()
    expect(await ids('')).toEqual(made)
    expect(await ids('order_asc=false')).toEqual([...made].reverse())
  })

  it('orders by token, which changes move', async ({ expect }) => {
    const { persons, ids, find } = await aView()
    const pathOf = (n: number) => `/event-subscriptions/${ids[n]}`
    await persons[0].app.patch(pathOf(1), { rsvp_status: 'attending' })
    expect(await find('order_by=sync_token')).toEqual([0, 2, 3, 1])
    expect(await find('order_by=sync_token&order_asc=false')).toEqual([1, 3, 2, 0])
    expect(await find('sync_token=0')).toEqual([0, 2, 3, 1])
    expect(await find('sync_token=0&order_by=creation_date')).toEqual([0, 1, 2, 3])
    expect(await find('sync_token=3')).toEqual([3, 1])
    expect(await find('sync_token=3&order_asc=false')).toEqual([1, 3])
    expect(await find('sync_token=5')).toEqual([])
  })

  it('filters by events and by subscribers, in every way to write an array', async ({ expect }) => {
    const {
      find,
      events: [one, two],
      persons: [a, b],
    } = await aView()
    for (const query of [
      `event_ids=[${one}]`,
      `event_ids=${one}`,
      `event_ids=[${one},${one}]`,
      `event_ids=%20[%20${one}%20]`,
      `event_ids=${one},`,
      `event_ids=${one}&event_ids=[${newId()}]`,
    ]) {
      expect([query, await find(query)]).toEqual([query, [1, 3]])
    }
    for (const query of [
      `event_ids=[${one},${two}]`,
      `event_ids=${two},%20${one}`,
      `event_ids=${one}&event_ids=${two}`,
    ]) {
      expect([query, await find(query)]).toEqual([query, [0, 1, 2, 3]])
    }
    expect(await find(`subscriber_ids=[${a.ecalId}]`)).toEqual([1, 2])
    expect(await find(`subscriber_ids=${a.ecalId},${b.ecalId}`)).toEqual([1, 2, 3])
    expect(await find(`subscriber_ids=[${a.ecalId},${b.ecalId}]&event_ids=[${one}]`)).toEqual([1, 3])
    expect(await find(`subscriber_ids=${b.ecalId}&event_ids=${two}`)).toEqual([])
    for (const empty of [
      'event_ids=[]',
      'subscriber_ids=[]',
      `event_ids=[]&subscriber_ids=${a.ecalId}`,
      'service_ids=[]',
      'sync_token=0&event_ids=[]',
    ]) {
      expect([empty, await find(empty)]).toEqual([empty, []])
    }
    expect(await find("event_ids=[x,'; --,%00]&unknown=1")).toEqual([])
  })

  it('filters by answer, null among them', async ({ expect }) => {
    const { find, ids, persons } = await aView()
    expect(await find('rsvp_status=not_replied')).toEqual([1, 3])
    expect(await find('rsvp_status=null')).toEqual([0, 2])
    await persons[0].app.patch(`/event-subscriptions/${ids[1]}`, { rsvp_status: 'attending' })
    await persons[2].app.patch(`/event-subscriptions/${ids[0]}`, { rsvp_status: 'not_attending' })
    expect(await find('rsvp_status=attending')).toEqual([1])
    expect(await find('rsvp_status=not_attending')).toEqual([0])
    expect(await find('rsvp_status=not_replied', persons[0].app)).toEqual([3])
    expect(await find(`rsvp_status=attending&subscriber_ids=${persons[1].ecalId}`)).toEqual([])
  })

  it('filters by services: events in public calendars of the publisher', async ({ expect }) => {
    const { find, publisher, service, persons, events, calendar, ids } = await aView()
    expect(await find(`service_ids=[${publisher.id}]`)).toEqual([0, 1, 2, 3])
    // The welcome of a person stands in a private calendar, which doesn't count.
    expect(await find(`service_ids=${publisher.id}`, persons[1].app)).toEqual([1, 3])
    expect(await find(`service_ids=${publisher.id + 100_000}`)).toEqual([])
    expect(
      await find(`service_ids=${publisher.id + 100_000},${publisher.id}&event_ids=${events[0]}`),
    ).toEqual([1, 3])
    expect(await find(`service_ids=0${publisher.id}`)).toEqual([])
    const other = await aPublisher()
    expect(await find(`service_ids=${other.id}`)).toEqual([])
    const secret = await anEvent(publisher, '', { calendarId: undefined, ecalId: persons[1].ecalId })
    const id = await relate(service, secret, persons[0].ecalId)
    expect((await service.get(`/event-subscriptions?event_ids=${secret}`)).data).toMatchObject([{ id }])
    expect(await find(`service_ids=${publisher.id}`)).toEqual([0, 1, 2, 3])
    await publisher.api.put(`/calendar/${calendar}`, { draft: 1 })
    expect(await find(`service_ids=${publisher.id}`)).toEqual([])
    expect((await service.get('/event-subscriptions')).meta.count).toBe(ids.length + 1)
  })

  it('pages, and counts what matches whatever the page', async ({ expect }) => {
    const { service, find, events } = await aView()
    expect(await find('limit=2')).toEqual([0, 1])
    expect(await find('limit=2&offset=2')).toEqual([2, 3])
    expect(await find('limit=100&offset=3')).toEqual([3])
    expect(await find('offset=4')).toEqual([])
    expect(await find('offset=99999999999999999999')).toEqual([])
    const none = await service.get(`/event-subscriptions?limit=0&event_ids=${events[0]}`)
    expect(none.body).toEqual({ data: [], meta_data: { sync_token: 4, count: 2, offset: 0, limit: 0 } })
    const page = await service.get('/event-subscriptions?limit=1&offset=3&sync_token=1')
    expect(page.meta).toEqual({ sync_token: 4, count: 3, offset: 3, limit: 1 })
  })

  it('has ten items where no limit is given, also where more ids are named', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const people = await Promise.all(Array.from({ length: 12 }, () => publisher.subscriber()))
    for (const { ecalId } of people) await relate(service, event, ecalId)
    const answer = await service.get(`/event-subscriptions?subscriber_ids=${people.map((p) => p.ecalId)}`)
    expect([answer.data.length, answer.meta.count, answer.meta.limit]).toEqual([10, 12, 10])
    expect((await service.get('/event-subscriptions?limit=100')).data).toHaveLength(12)
  })

  it('refuses parameters out of their range, by name', async ({ expect }) => {
    const { service } = await aView()
    const many = Array.from({ length: 101 }, () => newId())
    const cases = {
      limit: ['101', '-1', '', '1.5', 'x', '1e1', '0x1', ' 1', '%2B1', '99999999999999999999'],
      offset: ['-1', '', '1.5', 'x'],
      sync_token: ['-1', '', '1.5', 'x', '0x1'],
      order_by: ['', 'created', 'SYNC_TOKEN', 'id'],
      order_asc: ['', '1', 'TRUE', 'desc'],
      rsvp_status: ['', 'maybe', 'NULL'],
      event_ids: [many.join(), `[${many.join()}]`],
      subscriber_ids: [many.join()],
      service_ids: [many.join()],
    }
    for (const [name, values] of Object.entries(cases)) {
      for (const value of values) {
        const answer = await service.get(`/event-subscriptions?${name}=${value}`)
        expect([name, value, answer.status, answer.code]).toEqual([name, value, 400, 'VALIDATION_FAILED'])
        expect(answer.body.error.issues).toEqual([{ path: name, message: expect.any(String) }])
      }
    }
    const both = await service.get('/event-subscriptions?limit=x&order_by=x')
    expect(both.body.error.issues.map((issue: { path: string }) => issue.path).sort()).toEqual([
      'limit',
      'order_by',
    ])
    const hundred = many.slice(0, 100)
    expect(
      (await service.get(`/event-subscriptions?event_ids=${[...hundred, ...hundred].join()}`)).status,
    ).toBe(200)
  })

  it('has what was removed only where a token is given', async ({ expect }) => {
    const { service, ids, find, events, persons } = await aView()
    await service.delete(`/event-subscriptions/${ids[1]}`)
    expect(await find('')).toEqual([0, 2, 3])
    expect((await service.get('/event-subscriptions')).meta).toMatchObject({ count: 3, sync_token: 5 })
    const removed = { id: ids[1], permission: 'removed', sync_token: 5 }
    for (const query of [
      'sync_token=4',
      `sync_token=4&event_ids=${events[0]}`,
      `sync_token=4&subscriber_ids=${persons[0].ecalId}`,
    ]) {
      const answer = await service.get(`/event-subscriptions?${query}`)
      expect(answer.data).toEqual([removed])
      expect(answer.meta.count).toBe(1)
    }
    expect(await find(`sync_token=4&event_ids=${events[1]}`)).toEqual([])
    expect(await find('sync_token=0')).toEqual([0, 2, 3, 1])
    expect(await find('sync_token=0&order_by=creation_date')).toEqual([0, 2, 3, 1])
    expect(await find('sync_token=0&order_by=creation_date&order_asc=false')).toEqual([1, 3, 2, 0])
    expect((await service.get(`/event-subscriptions/${ids[1]}`)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
  })

  it('does not sync by filters that items leave unseen', async ({ expect }) => {
    const { service, publisher, persons } = await aView()
    for (const app of [service, persons[0].app]) {
      for (const query of [
        `sync_token=0&service_ids=${publisher.id}`,
        'sync_token=1&rsvp_status=attending',
        'sync_token=0&rsvp_status=null',
        'sync_token=0&service_ids=[]',
      ]) {
        const answer = await app.get(`/event-subscriptions?${query}`)
        expect([query, answer.status, answer.code]).toEqual([query, 400, 'FILTER_NOT_SYNCABLE'])
      }
      expect(
        (await app.get(`/event-subscriptions?order_by=sync_token&service_ids=${publisher.id}`)).status,
      ).toBe(200)
    }
    expect((await service.get('/event-subscriptions?sync_token=99&rsvp_status=x')).code).toBe(
      'VALIDATION_FAILED',
    )
  })

  it('refuses a token that was never given', async ({ expect }) => {
    const { service, persons } = await aView()
    for (const app of [service, persons[0].app]) {
      const { sync_token: highest } = (await app.get('/event-subscriptions')).meta
      expect((await app.get(`/event-subscriptions?sync_token=${highest}`)).status).toBe(200)
      for (const token of [highest + 1, 2 ** 40 + 1, '9007199254740993', '99999999999999999999']) {
        const answer = await app.get(`/event-subscriptions?sync_token=${token}`)
        expect([token, answer.status, answer.code]).toEqual([token, 410, 'SYNC_TOKEN_INVALID'])
      }
    }
  })

  it('shows nothing of another publisher', async ({ expect }) => {
    const one = await aView()
    const other = await aView()
    expect(await one.find(`event_ids=${other.events}`)).toEqual([])
    expect(await one.find(`subscriber_ids=${other.persons.map((p) => p.ecalId)}`)).toEqual([])
    for (const app of [other.service, other.persons[0].app]) {
      const path = `/event-subscriptions/${one.ids[1]}`
      const body = { event_id: one.events[0], subscriber: { id: one.persons[0].ecalId } }
      const answers = [
        await app.get(path),
        await app.put(path, body),
        await app.patch(path, { rsvp_status: 'attending' }),
        await app.delete(path),
      ]
      for (const { status, code } of answers)
        expect([status, code]).toEqual([404, 'EVENT_SUBSCRIPTION_NOT_FOUND'])
      expect((await app.post('/event-subscriptions', body)).code).toBe('EVENT_NOT_FOUND')
    }
    const foreign = { event_id: one.events[0], subscriber: { id: other.persons[0].ecalId } }
    expect((await one.service.post('/event-subscriptions', foreign)).code).toBe('SUBSCRIBER_NOT_FOUND')
    expect(await one.find('')).toEqual([0, 1, 2, 3])
  })
})

describe('one event subscription', () => {
  it('is read by its id', async ({ expect }) => {
    const { service, ids, persons } = await aView()
    const answer = await service.get(`/event-subscriptions/${ids[1]}`)
    expect(answer.status).toBe(200)
    expect(answer.meta).toEqual({ sync_token: 4, count: 1, offset: 0, limit: 1 })
    expect(answer.data).toEqual([(await service.get('/event-subscriptions')).data[1]])
    expect((await persons[1].app.get(`/event-subscriptions/${ids[1]}`)).status).toBe(200)
  })

  it('is 404 where it is unknown, malformed or out of sight', async ({ expect }) => {
    const { service, ids, persons, events } = await aView()
    const [event, person] = ids[0]?.split('_') ?? []
    const none = [
      'x',
      `${event}`,
      `${event}_`,
      `_${person}`,
      `${event}_${person}_`,
      `${event}_${person}_x`,
      `${event}_${newId()}`,
      `${newId()}_${person}`,
      `${person}_${event}`,
      `${event}_${person}%00`,
      `${event?.toUpperCase()}_${person}x`,
      '%E0%A4%A',
      `${events[1]}_${persons[1].ecalId}`,
    ]
    for (const id of none) {
      const answer = await service.get(`/event-subscriptions/${id}`)
      expect([id, answer.status, answer.code]).toEqual([id, 404, 'EVENT_SUBSCRIPTION_NOT_FOUND'])
      expect((await service.delete(`/event-subscriptions/${id}`)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
      expect((await service.patch(`/event-subscriptions/${id}`, { is_invitation: true })).code).toBe(
        'EVENT_SUBSCRIPTION_NOT_FOUND',
      )
    }
    // Related to the first event only.
    expect((await persons[1].app.get(`/event-subscriptions/${ids[0]}`)).code).toBe(
      'EVENT_SUBSCRIPTION_NOT_FOUND',
    )
  })
})
