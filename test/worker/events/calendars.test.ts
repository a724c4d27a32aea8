import { describe, it } from 'vitest'
import { type App, aCalendar, aPerson, aService } from '../../support/apps'
import { follow, privateCalendar } from '../../support/event-api'
import { aPublisher } from '../../support/publisher'

const ids = async (app: App, query = '') =>
  (await app.get(`/calendars?${query}`)).data.map((calendar: { id: string }) => calendar.id)

describe('the calendars of an app', () => {
  it('are those that the person follows, the private one included', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const mine = await privateCalendar(ann)
    const sports = await aCalendar(publisher, 'Sports', {
      categories: 'Top Sport/Ball,Other',
      note: 'secret',
    })
    const other = await aCalendar(publisher, 'Other')
    await follow(publisher, ann, [sports], 'invited_write')
    expect(await ids(ann.app)).toEqual([mine, sports])
    const answer = await ann.app.get('/calendars?limit=1&offset=1')
    expect(answer.meta).toEqual({ count: 2, offset: 1, limit: 1 })
    expect(Object.entries(answer.data[0])).toEqual(
      Object.entries({
        id: sports,
        created: expect.stringMatching(/\.\d{6}Z$/),
        modified: expect.stringMatching(/\.\d{6}Z$/),
        creator: {
          id: `${publisher.id}`,
          user_id: `${publisher.id}`,
          first_name: 'Acme Lending',
          last_name: '',
        },
        inviter: null,
        permission: 'invited_write',
        previous_permission: null,
        name: 'Sports',
        description: null,
        category: 'topsport',
        color: null,
        icon: null,
        logo: null,
        url: null,
        calendar_type: null,
      }),
    )
    expect((await ann.app.get(`/calendars/${mine}`)).data[0]).toMatchObject({
      name: `${ann.ecalId}_private`,
      calendar_type: 'private',
      permission: 'subscribed_read',
      category: null,
    })
    for (const id of [other, 'nonsense'])
      expect((await ann.app.get(`/calendars/${id}`)).code).toBe('CALENDAR_NOT_FOUND')
    await publisher.api.put(`/calendar/${sports}`, { draft: 1 })
    expect(await ids(ann.app)).toEqual([mine])
  })

  it('are all public ones of a service’s publisher', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const service = await aService(publisher)
    const [a, draft] = [await aCalendar(publisher, 'One'), await aCalendar(publisher, 'Two', { draft: 1 })]
    expect((await ids(service)).sort()).toEqual([a, draft].sort())
    expect((await service.get(`/calendars/${a}`)).data[0].permission).toBe('subscribed_write')
    expect((await service.get(`/calendars/${await privateCalendar(ann)}`)).status).toBe(404)
  })

  it('are filtered by id, service and category', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const mine = await privateCalendar(ann)
    const [a, b] = [
      await aCalendar(publisher, 'One', { categories: 'ÉTÉ Games' }),
      await aCalendar(publisher, 'Two', { categories: 'Other, ÉTÉ Games' }),
    ]
    await follow(publisher, ann, [a, b])
    expect(await ids(ann.app, `ids=[${b},${mine},x]`)).toEqual([mine, b])
    expect(await ids(ann.app, 'ids=[]')).toEqual([])
    expect(await ids(ann.app, `service_ids=${publisher.id}`)).toEqual([a, b])
    expect(await ids(ann.app, 'service_ids=1x')).toEqual([])
    expect(await ids(ann.app, `categories=${encodeURIComponent('[été games]')}`)).toEqual([a])
    expect(await ids(ann.app, 'categories=other,none')).toEqual([b])
    expect((await ann.app.get('/calendars?sync_token=0')).code).toBe('FILTER_NOT_SYNCABLE')
    expect((await ann.app.get('/calendars?limit=x')).code).toBe('VALIDATION_FAILED')
    expect((await ann.app.post('/calendars', {})).code).toBe('METHOD_NOT_ALLOWED')
  })
})
