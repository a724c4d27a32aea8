import { describe, it } from 'vitest'
import { aCalendar, aPerson, aService, relate } from '../../support/apps'
import { follow, ownEvent } from '../../support/event-api'
import { aPublisher, feedText } from '../../support/publisher'
import { Replica } from '../../support/replica'
import { count } from '../../support/rows'

describe('a deleted event', () => {
  it('is gone for everybody, with all relations and answers', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben, eve] = [await aPerson(publisher), await aPerson(publisher), await aPerson(publisher)]
    const service = await aService(publisher)
    const calendar = await aCalendar(publisher)
    await follow(publisher, ann, [calendar], 'subscribed_write')
    await follow(publisher, eve, [calendar])
    const { id } = await ownEvent(ann.app, { calendar_ids: [calendar] })
    await relate(service, id, ben.ecalId)
    await eve.app.patch(`/events/${id}`, { rsvp_status: 'attending' })
    const replicas = [ann.app, ben.app, eve.app, service].map((app) => new Replica(app))
    for (const replica of replicas) await replica.sync()
    const events = new Replica(ben.app, '/events')
    await events.sync()

    const answer = await ann.app.delete(`/events/${id}`)
    expect([answer.status, answer.text]).toEqual([204, ''])
    for (const replica of replicas) {
      await replica.sync()
      expect(replica.sorted().filter((item) => item.event_id === id)).toEqual([])
    }
    expect(await events.sync()).toMatchObject([{ id, permission: 'removed' }])
    expect((await ann.app.delete(`/events/${id}`)).code).toBe('EVENT_NOT_FOUND')
    expect(await count('relations WHERE event_id = ? AND removed_at IS NULL', id)).toBe(0)
    expect(await count('answers WHERE event_id = ?', id)).toBe(0)
    expect(await feedText(eve.feed())).toContain('STATUS:CANCELLED')
  })

  it('leaves nothing behind where no calendar held it', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const service = await aService(publisher)
    const { id } = await ownEvent(ann.app)
    expect((await service.delete(`/events/${id}`)).status).toBe(204)
    expect(await feedText(ann.feed())).not.toContain('Dinner')
    expect((await service.get(`/events/${id}`)).code).toBe('EVENT_NOT_FOUND')
  })
})
