import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { aPublisher } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { anEndpoint } from '../../support/webhooks'

const path = '/event-subscriptions'
const types = ['event_subscription.created', 'event_subscription.updated', 'event_subscription.removed']

/** A publisher that hears of subscriptions; `next` waits for the messages of a write. */
async function aListening() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, calendar)
  const [ann, ella] = [
    await aPerson(publisher, { first_name: 'Ann' }),
    await aPerson(publisher, { first_name: 'Ella', last_name: 'Bartledan' }),
  ]
  await relate(service, event, ann.ecalId, { permission: 'invited_write' })
  const receiver = aReceiver()
  await anEndpoint(publisher, receiver.url, { events: types })
  let seen = 0
  const next = async (count = 1) => {
    const all = await receiver.until(seen + count)
    const fresh = all.slice(seen).map(({ json }) => json)
    seen = all.length
    return fresh.sort((a, b) => Number(a.data.sequence) - Number(b.data.sequence))
  }
  return {
    publisher,
    service,
    calendar,
    event,
    ann,
    ella,
    next,
    own: `${path}/${event}_${ella.ecalId}`,
    receiver,
  }
}

describe('webhooks of event subscriptions', () => {
  it('tell of one that was made, with its message, as a service sees it', async ({ expect }) => {
    const { service, event, ann, ella, next, own } = await aListening()
    const body = { event_id: event, subscriber: { id: ella.ecalId }, is_invitation: true, message: 'Coming?' }
    await ann.app.post(path, body)
    const [{ sync_token: _, ...seen }] = (await service.get(own)).data
    const [message] = await next()
    expect(message?.type).toBe('event_subscription.created')
    expect(message?.data).toEqual({
      sequence: expect.any(Number),
      eventSubscription: seen,
      placeholder: false,
      message: 'Coming?',
    })
    expect(seen).not.toHaveProperty('message')
    expect(seen.subscriber.email).toBe(ella.email)
  })

  it('tell of changes and of the end', async ({ expect }) => {
    const { service, event, ann, ella, next, own } = await aListening()
    await ann.app.post(path, {
      event_id: event,
      subscriber: { id: ella.ecalId },
      is_invitation: true,
      message: 'Coming?',
    })
    await next()
    for (const [app, body] of [
      [ella.app, { rsvp_status: 'attending' }],
      [ann.app, { permission: 'invited_write' }],
      [service, { is_invitation: false }],
    ] as const) {
      await app.patch(own, body)
      const [{ sync_token: _, ...seen }] = (await service.get(own)).data
      const [message] = await next()
      expect(message).toMatchObject({ type: 'event_subscription.updated', data: { eventSubscription: body } })
      expect(message?.data).toEqual({
        sequence: expect.any(Number),
        eventSubscription: seen,
        placeholder: false,
      })
    }
    await ann.app.delete(own)
    const [removed] = await next()
    expect(removed?.type).toBe('event_subscription.removed')
    expect(removed?.data).toEqual({
      sequence: expect.any(Number),
      placeholder: false,
      eventSubscription: {
        id: `${event}_${ella.ecalId}`,
        event_id: event,
        subscriber: { id: ella.ecalId },
        permission: 'removed',
      },
    })
  })

  it('carry the message as the service’s own item does, where a service made it', async ({ expect }) => {
    const { service, event, ella, next, own } = await aListening()
    await relate(service, event, ella.ecalId, { message: 'From us' })
    const [{ sync_token: _, ...seen }] = (await service.get(own)).data
    const [message] = await next()
    expect(message?.data).toEqual({
      sequence: expect.any(Number),
      eventSubscription: seen,
      placeholder: false,
      message: 'From us',
    })
    expect(seen.message).toBe('From us')
  })

  it('tell of answers to what comes through calendars: the person’s summary', async ({ expect }) => {
    const { publisher, event, ella, next, own, calendar } = await aListening()
    await publisher.api.post(`/subscriber/${ella.ecalId}/subscriptions/add`, {
      calendarIds: [calendar],
      permission: 'invited_read',
    })
    const answered = await ella.app.patch(own, { rsvp_status: 'attending' })
    const { sync_token: _, message: __, ...mine } = answered.data[0]
    expect(mine).toMatchObject({
      event_id: event,
      permission: 'subscribed_read',
      rsvp_status: 'attending',
      calendar_ids: [calendar],
    })
    const [message] = await next()
    expect(message?.type).toBe('event_subscription.updated')
    expect(message?.data).toEqual({
      sequence: expect.any(Number),
      eventSubscription: { ...mine, calendar_ids: [] },
      placeholder: false,
    })
  })

  it('are silent about writes that change nothing or are refused', async ({ expect }) => {
    const { publisher, service, event, ann, ella, next, own, receiver } = await aListening()
    const body = { event_id: event, subscriber: { id: ella.ecalId }, message: 'Coming?' }
    await ann.app.post(path, body)
    await next()
    await ann.app.post(path, body)
    await ann.app.put(own, body)
    await ann.app.patch(own, { permission: 'invited_read' })
    await ann.app.patch(own, { rsvp_status: 'attending' })
    await ella.app.patch(own, { permission: 'subscribed_write' })
    const third = await publisher.subscriber()
    await relate(service, event, third.ecalId)
    const [only] = await next()
    expect(only).toMatchObject({
      type: 'event_subscription.created',
      data: { eventSubscription: { subscriber: { id: third.ecalId } } },
    })
    expect(receiver.received).toHaveLength(2)
  })

  it('stay with their publisher', async ({ expect }) => {
    const [one, two] = [await aListening(), await aListening()]
    await relate(one.service, one.event, one.ella.ecalId)
    await relate(two.service, two.event, two.ella.ecalId)
    await one.next()
    await two.next()
    expect(one.receiver.received.map(({ json }) => json.data)).toMatchObject([
      { eventSubscription: { event_id: one.event } },
    ])
    expect(two.receiver.received.map(({ json }) => json.data)).toMatchObject([
      { eventSubscription: { event_id: two.event } },
    ])
  })
})
