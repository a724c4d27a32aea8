import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, aPerson, aService } from '../../support/apps'
import { dinner, follow, ownEvent } from '../../support/event-api'
import { aPublisher } from '../../support/publisher'
import { count } from '../../support/rows'

/** A calendar that holds as many events as it may. */
async function fill(calendarId: string): Promise<void> {
  await env.DB.prepare('UPDATE calendars SET event_count = 10000 WHERE id = ?').bind(calendarId).run()
}

describe('a full calendar', () => {
  it('takes no further event, and none of the request goes in', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const [full, free] = [await aCalendar(publisher), await aCalendar(publisher)]
    await follow(publisher, ann, [full, free], 'subscribed_write')
    const { id } = await ownEvent(ann.app, { calendar_ids: [free] })
    await fill(full)
    const refused = await ann.app.post('/events', { ...dinner, calendar_ids: [free, full] })
    expect([refused.status, refused.code]).toEqual([409, 'LIMIT_REACHED'])
    const moved = await ann.app.patch(`/events/${id}`, {
      calendar_ids: [full],
      title: 'Moved',
      rsvp_status: 'attending',
    })
    expect(moved.code).toBe('LIMIT_REACHED')
    expect((await ann.app.get(`/events/${id}`)).data[0]).toMatchObject({
      calendar_ids: [free],
      title: 'Dinner',
      rsvp_status: null,
    })
    expect(await count('events WHERE creator_id = ?', ann.ecalId)).toBe(1)
  })

  it('holds no more text, but lets its events change', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const calendar = await aCalendar(publisher)
    await follow(publisher, ann, [calendar], 'subscribed_write')
    const { id } = await ownEvent(ann.app, { calendar_ids: [calendar] })
    await env.DB.prepare('UPDATE calendars SET text_bytes = 16 * 1024 * 1024 WHERE id = ?')
      .bind(calendar)
      .run()
    expect((await ann.app.patch(`/events/${id}`, { description: 'More' })).code).toBe('LIMIT_REACHED')
    expect((await ann.app.patch(`/events/${id}`, { title: 'Less' })).status).toBe(200)
  })
})

describe('one PATCH of everything', () => {
  it('changes the event, moves and answers it in one commit', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const service = await aService(publisher)
    const [from, to] = [await aCalendar(publisher), await aCalendar(publisher)]
    await follow(publisher, ann, [from, to], 'subscribed_write')
    await follow(publisher, ben, [from], 'subscribed_write')
    const { id } = await ownEvent(ann.app, { calendar_ids: [from, to] })
    // Ben answers what he takes out of his own sight by the same request.
    await ben.app.get('/events')
    const answer = await ben.app.patch(`/events/${id}`, {
      title: 'All',
      calendar_ids: [],
      rsvp_status: 'attending',
    })
    expect(answer.data).toMatchObject([{ id, permission: 'removed' }])
    expect((await service.get(`/events/${id}`)).data[0]).toMatchObject({ title: 'All', calendar_ids: [to] })
    await follow(publisher, ben, [to])
    expect((await ben.app.get(`/events/${id}`)).data[0]).toMatchObject({ rsvp_status: 'attending' })
    const own = await ann.app.patch(`/events/${id}`, { title: 'Mine', rsvp_status: 'not_attending' })
    expect(own.data[0]).toMatchObject({ title: 'Mine', rsvp_status: 'not_attending' })
  })
})
