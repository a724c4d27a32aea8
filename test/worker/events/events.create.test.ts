import { describe, it } from 'vitest'
import { messageRow } from '../../../src/changes'
import { aCalendar, aPerson, aService } from '../../support/apps'
import { aPersonAlone, dinner, follow, imports, ownEvent, privateCalendar } from '../../support/event-api'
import { aPublisher, summaries } from '../../support/publisher'
import { logged } from '../../support/rows'

describe('an event of a person’s own', () => {
  it('is answered whole, with the fields in their order', async ({ expect }) => {
    const publisher = await aPublisher()
    const arthur = await aPerson(publisher, { first_name: 'Arthur', last_name: 'Dent' })
    const answer = await arthur.app.post('/events', {
      ...dinner,
      description: 'At the end',
      start_location: { text: 'Milliways' },
    })
    expect(answer.status).toBe(200)
    const [event] = answer.data
    const creator = { id: arthur.ecalId, user_id: arthur.ecalId, first_name: 'Arthur', last_name: 'Dent' }
    expect(event).toMatchObject({
      event_type: 'normal',
      creator,
      title: 'Dinner',
      description: 'At the end',
      start: '2042-02-12T18:00:00.000000Z',
      end: '2042-02-12T20:00:00.000000Z',
      start_timezone: 'Europe/Amsterdam',
      all_day: false,
      start_location: { text: 'Milliways' },
      permission: 'subscribed_write',
      is_invitation: false,
      invitation: { actor: creator, message: null },
      calendar_ids: [],
      rsvp_status: null,
      recurrence: false,
    })
    expect(answer.meta).toEqual({ sync_token: event.sync_token })
    expect(Object.keys(event).slice(0, 5)).toEqual(['id', 'sync_token', 'event_type', 'creator', 'created'])
    expect((await arthur.app.get(`/api/v2/events/${event.id}/`)).data).toEqual([event])
    expect(await summaries(arthur.feed())).toContain('Dinner')
  })

  it('has defaults, and answers of its owner', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const bare = { ...dinner, title: undefined, rsvp_status: 'attending', id: 'ignored', due: 7 }
    const event = await ownEvent(ann.app, bare)
    expect(event).toMatchObject({
      title: '',
      description: null,
      start_location: null,
      rsvp_status: 'attending',
    })
    expect(
      await ownEvent(ann.app, { rsvp_status: null, description: null, start_location: null }),
    ).toMatchObject({ rsvp_status: null })
  })

  it('may last whole days, and end in a zone of its own', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const days = { all_day: true, start: '2042-02-12T00:00:00Z', end: '2042-02-14T00:00:00.000Z' }
    expect(await ownEvent(ann.app, { ...days, end_timezone: 'america/new_york' })).toMatchObject({
      all_day: true,
      start: '2042-02-12T00:00:00.000000Z',
      end: '2042-02-14T00:00:00.000000Z',
      end_timezone: 'America/New_York',
    })
    const flight = {
      start: '2042-02-12T20:00:00+02:00',
      end: '2042-02-12T12:30-05',
      end_timezone: 'Asia/Tokyo',
    }
    expect(await ownEvent(ann.app, flight).catch(String)).toContain('end')
    expect(await ownEvent(ann.app, { ...flight, end: '2042-02-12T15:30:00.000000-05:00' })).toMatchObject({
      start: '2042-02-12T18:00:00.000000Z',
      end: '2042-02-12T20:30:00.000000Z',
      end_timezone: 'Asia/Tokyo',
    })
  })

  const refused: [what: string, fields: Record<string, unknown>, path: string][] = [
    ['no start', { start: undefined }, 'start'],
    ['no zone', { end_timezone: undefined }, 'end_timezone'],
    ['an unknown zone', { start_timezone: '+02:00' }, 'start_timezone'],
    ['a time without a zone', { start: '2042-02-12T18:00:00' }, 'start'],
    ['no real date', { start: '2042-02-30T18:00:00Z' }, 'start'],
    ['a number', { end: 1 }, 'end'],
    ['seconds', { start: '2042-02-12T18:00:01Z' }, 'start'],
    ['a fraction of a second', { start: '2042-02-12T18:00:00.000001Z' }, 'start'],
    ['seven digits', { start: '2042-02-12T18:00:00.0000000Z' }, 'start'],
    ['an end at the start', { end: dinner.start }, 'end'],
    ['an end before the start', { end: '2042-02-12T17:59:00Z' }, 'end'],
    ['more than 366 days', { end: '2043-02-13T18:01:00Z' }, 'end'],
    ['a year before 1970', { start: '1969-12-31T23:59:00Z', end: '1970-01-01T01:00:00Z' }, 'start'],
    ['a year after 2199', { start: '2199-12-31T20:00:00Z', end: '2200-01-01T00:00:00Z' }, 'end'],
    ['a time of an all-day event', { all_day: true, start: '2042-02-12T00:01:00Z' }, 'start'],
    ['a long title', { title: 'x'.repeat(251) }, 'title'],
    ['null for a title', { title: null }, 'title'],
    ['a null character', { title: 'a\0b' }, 'title'],
    ['a long description', { description: 'x'.repeat(10_001) }, 'description'],
    ['a place that is a text', { start_location: 'Milliways' }, 'start_location'],
    ['a place without text', { start_location: {} }, 'start_location.text'],
    ['a long place', { start_location: { text: 'x'.repeat(251) } }, 'start_location.text'],
    ['a word for a boolean', { all_day: 'true' }, 'all_day'],
    ['another type', { event_type: 'trip' }, 'event_type'],
    ['no list of calendars', { calendar_ids: 'x' }, 'calendar_ids'],
    ['an unknown calendar', { calendar_ids: ['f'.repeat(24)] }, 'calendar_ids'],
    ['an unknown answer', { rsvp_status: 'maybe' }, 'rsvp_status'],
  ]
  it.for(refused)('is refused with %s', async ([, fields, path], { expect }) => {
    const { app } = await aPerson(await aPublisher())
    const answer = await app.post('/events', { ...dinner, ...fields })
    expect([answer.status, answer.code]).toEqual([400, 'VALIDATION_FAILED'])
    expect(answer.body.error.issues[0].path).toBe(path)
  })

  it('takes what is exactly at the bounds', async ({ expect }) => {
    const { app } = await aPerson(await aPublisher())
    const utc = { start_timezone: 'UTC', end_timezone: 'UTC' }
    const good = [
      { title: '🎉'.repeat(250), description: '🎉'.repeat(10_000) },
      { start_location: { text: 'x'.repeat(250) } },
      { ...utc, start: '1970-01-01T00:00:00Z', end: '1971-01-02T00:00:00Z' },
      { ...utc, start: '2199-12-31T23:58:00Z', end: '2199-12-31T23:59:00Z' },
    ]
    for (const fields of good)
      expect(await ownEvent(app, fields)).toMatchObject({ permission: 'subscribed_write' })
  })

  it('goes into calendars that its maker follows as a writer, and no others', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPersonAlone(publisher)]
    const [writable, readable, imported, unfollowed] = [
      await aCalendar(publisher),
      await aCalendar(publisher),
      await aCalendar(publisher),
      await aCalendar(publisher),
    ]
    await follow(publisher, ann, [writable, imported], 'subscribed_write')
    await follow(publisher, ann, [readable])
    await follow(publisher, ben, [writable])
    await imports(imported)
    const put = (ids: string[]) => ann.app.post('/events', { ...dinner, calendar_ids: ids })
    for (const id of [readable, imported, await privateCalendar(ann)])
      expect((await put([writable, id])).code).toBe('FORBIDDEN')
    for (const id of [unfollowed, await privateCalendar(ben)]) expect((await put([id])).status).toBe(400)
    const event = await ownEvent(ann.app, { calendar_ids: [writable, writable] })
    expect(event.calendar_ids).toEqual([writable])
    expect(await summaries(ben.feed())).toEqual(['Dinner'])
    expect((await ben.app.get(`/events/${event.id}`)).data[0]).toMatchObject({
      permission: 'subscribed_read',
      invitation: null,
      calendar_ids: [writable],
      creator: { id: ann.ecalId },
    })
    expect((await publisher.api.get(`/event/${event.id}`)).data).toMatchObject({
      calendarId: writable,
      name: 'Dinner',
    })
  })

  it('is no service’s to make, and logs what the contract says', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const service = await aService(publisher)
    expect((await service.post('/events', dinner)).code).toBe('FORBIDDEN')
    let event = { id: '' }
    const rows = await logged(async () => {
      event = await ownEvent(ann.app)
    })
    expect(rows.map((row) => [row.stream, row.op, row.entity_id, row.message])).toEqual([
      [`event:${event.id}`, 'event.created', event.id, 'event.created'],
      [`subscriber:${ann.ecalId}`, 'relation.created', `${event.id}_${ann.ecalId}`, null],
    ])
    expect(rows[0]?.actor).toBe(`person:${ann.ecalId}`)
    const { seq = 0, at = 0, payload } = rows[0] ?? {}
    const change = {
      seq,
      publisherId: publisher.id,
      orgId: 1,
      at,
      type: 'event.created',
      payload: payload ?? '',
    }
    expect(JSON.parse(messageRow(change).body).data).toMatchObject({ ecalId: ann.ecalId, calendarId: '' })
    const calendar = await aCalendar(publisher)
    await follow(publisher, ann, [calendar], 'subscribed_write')
    const more = await logged(async () => {
      event = await ownEvent(ann.app, { calendar_ids: [calendar] })
    })
    expect(more.map((row) => [row.stream, row.op, row.message])).toEqual([
      [`calendar:${calendar}`, 'event.created', 'event.created'],
      [`event:${event.id}`, 'event.created', null],
      [`subscriber:${ann.ecalId}`, 'relation.created', null],
    ])
    expect((await service.get('/event-subscriptions')).data).toHaveLength(2)
  })
})
