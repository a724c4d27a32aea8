import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { aPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'

describe('a person’s sync', () => {
  it('tells what changed since a token, and nothing else', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const calendar = await aCalendar(publisher)
    const event = await anEvent(publisher, calendar)

    const replica = new Replica(ann.app)
    await replica.sync()
    const welcome = replica.items.size
    const before = replica.token
    expect(welcome).toBe(1)

    const id = await relate(service, event, ann.ecalId, { is_invitation: true, message: 'Come!' })
    expect(await replica.sync()).toMatchObject([
      { id, permission: 'invited_read', message: 'Come!', rsvp_status: 'not_replied' },
    ])
    expect(replica.token).toBe(before + 1)
    expect(await replica.sync()).toEqual([])

    await relate(service, event, ben.ecalId)
    expect(await replica.sync()).toMatchObject([{ id: `${event}_${ben.ecalId}` }])
    const answered = await ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: 'attending' })
    expect(answered.data[0]).toMatchObject({ permission: 'subscribed_read', rsvp_status: 'attending' })
    expect(answered.meta.sync_token).toBe(answered.data[0].sync_token)

    const bens = new Replica(ben.app)
    await bens.sync()
    expect(bens.items.get(id)).toMatchObject({ rsvp_status: 'attending' })
    expect(bens.items.get(id)).not.toHaveProperty('message')

    expect((await ann.app.delete(`/event-subscriptions/${id}`)).status).toBe(204)
    await bens.sync()
    expect(bens.items.has(id)).toBe(false)
    await replica.sync()
    expect(replica.items.has(`${event}_${ben.ecalId}`)).toBe(false)
    expect(replica.sorted()).toEqual(await fullRead(ann.app))
  })

  it('has what comes through calendars, and loses it with them', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const calendar = await aCalendar(publisher)
    const first = await anEvent(publisher, calendar)
    const replica = new Replica(ann.app)
    await replica.sync()
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [calendar] })
    expect(await replica.sync()).toMatchObject([
      { id: `${first}_${ann.ecalId}`, permission: 'subscribed_read', actor: null, calendar_ids: [calendar] },
    ])
    const second = await anEvent(publisher, calendar, { name: 'Second' })
    expect(await replica.sync()).toMatchObject([{ event_id: second }])
    await publisher.api.put(`/calendar/${calendar}`, { draft: 1 })
    expect((await replica.sync()).map((item) => item.permission)).toEqual(['removed', 'removed'])
    await publisher.api.put(`/calendar/${calendar}`, { draft: 0 })
    expect(await replica.sync()).toHaveLength(2)
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/remove`, { calendarIds: [calendar] })
    expect(await replica.sync()).toHaveLength(2)
    expect(replica.sorted()).toEqual(await fullRead(ann.app))
  })

  it('has nothing of others who follow the same calendar, whatever they answer', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const calendar = await aCalendar(publisher)
    const event = await anEvent(publisher, calendar)
    for (const { ecalId } of [ann, ben]) {
      await publisher.api.post(`/subscriber/${ecalId}/subscriptions/add`, { calendarIds: [calendar] })
    }
    const replica = new Replica(ann.app)
    await replica.sync()
    const { token } = replica
    await ben.app.patch(`/event-subscriptions/${event}_${ben.ecalId}`, { rsvp_status: 'attending' })
    expect(await replica.sync()).toEqual([])
    expect(replica.token).toBe(token)
    expect(replica.sorted().map((item) => item.subscriber.id)).toEqual([ann.ecalId, ann.ecalId])
    expect((await ann.app.get(`/event-subscriptions?subscriber_ids=${ben.ecalId}`)).meta.count).toBe(0)
    expect((await ann.app.get(`/event-subscriptions/${event}_${ben.ecalId}`)).status).toBe(404)
  })
})
