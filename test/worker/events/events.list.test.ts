import { describe, it } from 'vitest'
import { type App, aCalendar, anEvent, aPerson, aService } from '../../support/apps'
import { aPersonAlone, follow, ownEvent } from '../../support/event-api'
import { aPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'

const ids = async (app: App, query: string) =>
  (await app.get(`/events?${query}`)).data.map((event: { id: string }) => event.id)

describe('the list of events', () => {
  it('has the caller’s own, by the filters', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPersonAlone(publisher)
    const service = await aService(publisher)
    const [a, b] = [await aCalendar(publisher), await aCalendar(publisher)]
    await follow(publisher, ann, [a, b], 'subscribed_write')
    const own = (await ownEvent(ann.app)).id
    const inA = await anEvent(publisher, a)
    const inBoth = (await ownEvent(ann.app, { calendar_ids: [a, b] })).id
    const draft = await anEvent(publisher, a, { draft: 1 })
    for (const app of [ann.app, service]) {
      const all = await app.get('/events')
      expect(all.data.map((event: { id: string }) => event.id)).toEqual([own, inA, inBoth])
      expect(all.meta).toEqual({ sync_token: expect.any(Number), count: 3, offset: 0, limit: 10 })
      expect(await ids(app, 'order_asc=false&limit=1&offset=1')).toEqual([inA])
      expect(await ids(app, `ids=[${own},${inA},${draft},x]`)).toEqual([own, inA])
      expect(await ids(app, 'ids=[]')).toEqual([])
      expect(await ids(app, `calendar_ids=${a}`)).toEqual([inA, inBoth])
      expect(await ids(app, `calendar_ids=${a},${b}`)).toEqual([inBoth])
      expect(await ids(app, 'calendar_ids=[]')).toEqual([])
      expect(await ids(app, `calendar_ids=${Array.from({ length: 100 }, (_, at) => at)}`)).toEqual([])
      expect(await ids(app, `calendar_ids__or=${b}&calendar_ids__or=${a}`)).toEqual([inA, inBoth])
      expect(await ids(app, `service_ids=${publisher.id}`)).toEqual([inA, inBoth])
      expect(await ids(app, 'service_ids=0')).toEqual([])
      expect((await app.get('/events?limit=0')).meta.count).toBe(3)
      for (const bad of ['limit=101', 'offset=-1', 'order_by=title', 'order_asc=1', 'sync_token=x']) {
        expect((await app.get(`/events?${bad}`)).code).toBe('VALIDATION_FAILED')
      }
      for (const filter of ['calendar_ids=[]', 'calendar_ids__or=x', 'service_ids=x']) {
        expect((await app.get(`/events?sync_token=0&${filter}`)).code).toBe('FILTER_NOT_SYNCABLE')
      }
    }
    for (const query of ['sync_token=0', 'order_by=sync_token']) {
      expect((await service.get(`/events?${query}`)).code).toBe('FILTER_NOT_SYNCABLE')
    }
    expect((await service.get(`/events/${own}`)).data[0]).toMatchObject({
      sync_token: null,
      permission: 'subscribed_write',
      invitation: null,
      creator: { id: ann.ecalId },
      calendar_ids: [],
    })
  })

  it('syncs', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPersonAlone(publisher)
    const replica = new Replica(ann.app, '/events')
    const { id } = await ownEvent(ann.app)
    await replica.sync()
    expect(replica.items.get(id)).toMatchObject({ title: 'Dinner' })
    await ann.app.patch(`/events/${id}`, { title: 'Lunch' })
    expect(await replica.sync()).toMatchObject([{ id, title: 'Lunch' }])
    await ownEvent(ann.app)
    await ann.app.delete(`/events/${id}`)
    expect(await replica.sync()).toHaveLength(2)
    expect(replica.sorted()).toEqual(await fullRead(ann.app, '/events'))
  })

  it('knows no other methods, and nobody without a credential', async ({ expect }) => {
    const { app } = await aPerson(await aPublisher())
    const refused = await app.delete('/events')
    expect([refused.status, refused.headers.get('Allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST'])
    expect((await app.call('POST', '/events/x')).headers.get('Allow')).toBe(
      'DELETE, GET, HEAD, OPTIONS, PATCH, PUT',
    )
  })
})
