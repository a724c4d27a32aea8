import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { logHead } from '../../support/log'
import { aPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'

/** Rows of the log above a seq: stream without its id, op, and whether a message goes out. */
async function rowsSince(head: number, publisherId: number): Promise<string[]> {
  const { results } = await env.DB.prepare(
    'SELECT stream, op, message FROM changes WHERE seq > ? AND publisher_id = ? ORDER BY seq',
  )
    .bind(head, publisherId)
    .all<{ stream: string; op: string; message: string | null }>()
  return results.map((row) => `${row.stream.split(':')[0]} ${row.op}${row.message ? ` ${row.message}` : ''}`)
}

async function aScene() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, calendar)
  await relate(service, event, ann.ecalId)
  await relate(service, event, ben.ecalId)
  return { publisher, service, ann, ben, calendar, event }
}

describe('a publisher’s write', () => {
  it('to an event is heard by each participant, with one message', async ({ expect }) => {
    const { publisher, event, ann } = await aScene()
    const replica = new Replica(ann.app)
    await replica.sync()
    const head = await logHead()
    await publisher.api.put(`/event/${event}`, { name: 'Moved' })
    expect(await rowsSince(head, publisher.id)).toEqual([
      'calendar event.updated event.updated',
      'event event.updated',
      'subscriber event.updated',
      'subscriber event.updated',
    ])
    expect(await replica.sync()).toMatchObject([{ id: `${event}_${ann.ecalId}` }])
  })

  it('that deletes an event removes every relation and answer from all views', async ({ expect }) => {
    const { publisher, service, event, ann, ben } = await aScene()
    const replicas = [new Replica(ann.app), new Replica(ben.app), new Replica(service)]
    for (const replica of replicas) await replica.sync()
    await publisher.api.delete(`/event/${event}`)
    for (const replica of replicas) {
      expect((await replica.sync()).map((item) => item.permission)).toEqual(['removed', 'removed'])
      expect(replica.sorted()).toEqual(await fullRead(replica.app))
    }
    expect((await ann.app.get(`/event-subscriptions/${event}_${ann.ecalId}`)).status).toBe(404)
  })

  it('that deletes the only calendar of an event takes it from its participants', async ({ expect }) => {
    const { publisher, service, calendar, ann } = await aScene()
    const replicas = [new Replica(ann.app), new Replica(service)]
    for (const replica of replicas) await replica.sync()
    const head = await logHead()
    await publisher.api.delete(`/calendar/${calendar}`)
    expect((await rowsSince(head, publisher.id)).sort()).toEqual([
      'calendar calendar.deleted',
      'event event.deleted',
      'subscriber event.deleted',
      'subscriber event.deleted',
    ])
    for (const replica of replicas) {
      expect((await replica.sync()).map((item) => item.permission)).toEqual(['removed', 'removed'])
      expect(replica.sorted()).toEqual(await fullRead(replica.app))
    }
  })

  it('that draws an event back hides it, and shows it again with its relations', async ({ expect }) => {
    const { publisher, service, event, ann } = await aScene()
    const replicas = [new Replica(ann.app), new Replica(service)]
    for (const replica of replicas) await replica.sync()
    await publisher.api.put(`/event/${event}`, { draft: 1 })
    for (const replica of replicas) expect(await replica.sync()).toHaveLength(2)
    for (const replica of replicas) expect(replica.items.has(`${event}_${ann.ecalId}`)).toBe(false)
    await publisher.api.put(`/event/${event}`, { draft: 0 })
    for (const replica of replicas) {
      expect(await replica.sync()).toHaveLength(2)
      expect(replica.sorted()).toEqual(await fullRead(replica.app))
    }
  })

  it('that unsubscribes a person takes them from the others’ views, and private events from participants', async ({
    expect,
  }) => {
    const { publisher, service, event, ann, ben } = await aScene()
    const made = await publisher.api.post(
      '/event',
      { name: 'Payment', startDate: '2040-01-01', allDay: true },
      {
        query: { ecal_id: ann.ecalId },
      },
    )
    await relate(service, made.data.id, ben.ecalId)
    const replicas = [new Replica(ben.app), new Replica(service)]
    for (const replica of replicas) await replica.sync()
    await publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)
    for (const replica of replicas) {
      const gone = (await replica.sync()).map((item) => [item.id, item.permission]).sort()
      expect(gone).toEqual(
        [
          [`${event}_${ann.ecalId}`, 'removed'],
          [`${made.data.id}_${ben.ecalId}`, 'removed'],
        ].sort(),
      )
      expect(replica.sorted()).toEqual(await fullRead(replica.app))
    }
    expect((await ann.app.get('/event-subscriptions')).status).toBe(401)
  })

  it('tells which events a subscriber is directly related to', async ({ expect }) => {
    const { publisher, event, ann } = await aScene()
    const { data } = await publisher.api.get(`/subscriber/${ann.ecalId}`)
    expect(data.data.eventIds).toEqual([event])
    await ann.app.delete(`/event-subscriptions/${event}_${ann.ecalId}`)
    expect((await publisher.api.get(`/subscriber/${ann.ecalId}`)).data.data.eventIds).toEqual([])
  })
})
