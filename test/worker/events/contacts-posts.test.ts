import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { timelineOf } from '../../../src/timeline'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { aPublisher } from '../../support/publisher'

describe('invitations by contact', () => {
  it('are 600 an hour for a person, and unlimited for a service and by id', async ({ expect }) => {
    const publisher = await aPublisher()
    const [service, ann, ben] = [
      await aService(publisher),
      await aPerson(publisher),
      await aPerson(publisher),
    ]
    const event = await anEvent(publisher, await aCalendar(publisher))
    await relate(service, event, ann.ecalId, { permission: 'invited_write' })
    const byMail = { event_id: event, subscriber: { email: 'ford@example.com' } }
    expect((await ann.app.post('/event-subscriptions', byMail)).status).toBe(200)
    const timeline = timelineOf(env, { publisherId: publisher.id, personId: ann.ecalId })
    await runInDurableObject(timeline, async (object) => {
      for (let n = 1; n < 600; n++) expect(await object.countContactPost()).toBeNull()
    })
    const refused = await ann.app.post('/event-subscriptions', byMail)
    expect([refused.status, refused.code]).toEqual([429, 'RATE_LIMITED'])
    const wait = Number(refused.headers.get('Retry-After'))
    expect(wait).toBeGreaterThan(3_500)
    expect(wait).toBeLessThanOrEqual(3_600)
    const byId = { event_id: event, subscriber: { id: ben.ecalId } }
    expect((await ann.app.post('/event-subscriptions', byId)).status).toBe(200)
    expect((await service.post('/event-subscriptions', byMail)).status).toBe(200)
  })
})
