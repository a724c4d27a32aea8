import { createExecutionContext } from 'cloudflare:test'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { aCalendar, anEvent, aPerson, aService } from '../../support/apps'
import { countingEnv } from '../../support/counting'
import { aPersonAlone, dinner, follow, ownEvent, privateCalendar } from '../../support/event-api'
import { handle } from '../../support/front-door'
import { aPublisher, ORIGIN, summaries } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'
import { count } from '../../support/rows'
import { copyEvent } from '../../support/timelines'

describe('a private event that stands in a public calendar too', () => {
  it('leaves it, for followers and feeds, when its owner unsubscribes', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const [ann, ben] = [await aPerson(publisher), await aPersonAlone(publisher)]
    const calendar = await aCalendar(publisher)
    await follow(publisher, ben, [calendar])
    const due = await publisher.api.post(
      '/event',
      { name: 'Due', startDate: '2040-05-01', allDay: true },
      { query: { ecal_id: ann.ecalId } },
    )
    const both = [await privateCalendar(ann), calendar]
    expect((await service.patch(`/events/${due.data.id}`, { calendar_ids: both })).status).toBe(200)
    const replica = new Replica(ben.app)
    const events = new Replica(ben.app, '/events')
    await replica.sync()
    await events.sync()
    expect(events.items.has(due.data.id)).toBe(true)
    const before = await ben.feed()
    expect(await summaries(before.clone())).toEqual(['Due'])

    await publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)
    expect(await replica.sync()).toMatchObject([
      { id: `${due.data.id}_${ben.ecalId}`, permission: 'removed' },
    ])
    expect(await events.sync()).toMatchObject([{ id: due.data.id, permission: 'removed' }])
    const after = await ben.feed({ 'If-None-Match': before.headers.get('ETag') ?? '' })
    expect(after.status).toBe(200)
    expect(await summaries(after)).toEqual([])
    expect(await count('calendar_events WHERE event_id = ?', due.data.id)).toBe(0)
  })
})

describe('a calendar that is deleted', () => {
  it('lets go of events that a person made, and takes the others with it', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const [ann, ben] = [await aPersonAlone(publisher), await aPersonAlone(publisher)]
    const calendar = await aCalendar(publisher)
    await follow(publisher, ann, [calendar], 'subscribed_write')
    await follow(publisher, ben, [calendar])
    const fixture = await anEvent(publisher, calendar)
    const { id } = await ownEvent(ann.app, { calendar_ids: [calendar] })
    const orphan = await ownEvent(ann.app, { title: 'Orphan', calendar_ids: [calendar] })
    expect((await ann.app.delete(`/event-subscriptions/${orphan.id}_${ann.ecalId}`)).status).toBe(204)
    const replicas = [
      new Replica(ann.app),
      new Replica(ann.app, '/events'),
      new Replica(ben.app),
      new Replica(service),
    ]
    for (const replica of replicas) await replica.sync()

    expect((await publisher.api.delete(`/calendar/${calendar}`)).status).toBe(200)
    for (const replica of replicas) {
      await replica.sync()
      expect(replica.sorted()).toEqual(await fullRead(replica.app, replica.path))
    }
    expect((await ann.app.get('/events')).data).toMatchObject([{ id, calendar_ids: [] }])
    expect((await ben.app.get('/events')).data).toEqual([])
    expect((await service.get('/events')).data).toMatchObject([{ id, calendar_ids: [] }])
    expect(await summaries(ann.feed())).toEqual(['Dinner'])
    for (const gone of [fixture, orphan.id]) {
      expect((await service.get(`/events/${gone}`)).code).toBe('EVENT_NOT_FOUND')
    }
    expect((await publisher.api.get(`/event/${id}`)).status).toBe(404)
    // It is in no calendar now: it goes with its last relation.
    expect((await ann.app.delete(`/event-subscriptions/${id}_${ann.ecalId}`)).status).toBe(204)
    expect((await service.get(`/events/${id}`)).code).toBe('EVENT_NOT_FOUND')
  })
})

describe('odd input', () => {
  it('is never an internal error', { timeout: 60_000 }, async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const { app } = await aPerson(publisher)
    const calendar = await aCalendar(publisher)
    const event = await anEvent(publisher, calendar)
    const { id } = await ownEvent(app)
    const hundred = Array.from({ length: 100 }, (_, at) => at.toString(16).padStart(24, '0')).join(',')
    const queries = [
      'offset=9007199254740993',
      'offset=99999999999999999999999',
      'offset=9007199254740991&limit=100',
      `ids=${hundred}&calendar_ids=${hundred}&calendar_ids__or=${hundred}&service_ids=${hundred}`,
      `ids=${hundred}&event_ids=${hundred}&subscriber_ids=${hundred}`,
      'ids=%ED%A0%80,%00,[,],"',
      'event_ids=%ED%A0%80,%00',
      'sync_token=99999999999999999999999',
      'sync_token=-0',
      'sync_token=1e3',
      'limit=NaN',
      'categories=%00,%F0%9F%8E%89',
      'rsvp_status=null&service_ids=1',
      'calendar_ids=[]&service_ids=[]&ids=[]',
    ]
    const paths = ['/events', '/event-subscriptions', '/calendars']
    for (const caller of [app, service]) {
      for (const path of paths) {
        for (const query of queries) {
          const answer = await caller.get(`${path}?${query}`)
          expect([200, 400, 410], `${path}?${query} ${answer.text}`).toContain(answer.status)
        }
      }
      for (const odd of ['%00', '%ED%A0%80', '%E0%A4%A', '%', `${'a'.repeat(4_000)}`, '..%2f', '__proto__']) {
        for (const path of paths) {
          expect((await caller.get(`${path}/${odd}`)).status, `${path}/${odd}`).toBe(404)
        }
      }
    }
    const deep = (n: number) => '['.repeat(n) + ']'.repeat(n)
    const bodies: (string | object)[] = [
      '',
      ' ',
      'null',
      'NaN',
      '{"title":"a","title":1}',
      `{"title":${deep(30_000)}}`,
      `{"x":${deep(30_000)},"title":"a"}`,
      '{"title":"\\ud800"}',
      '{"title":"\\u0000"}',
      '{"__proto__":{"title":"a"}}',
      '{"constructor":1,"title":"a"}',
      '{"calendar_ids":["\\ud800"]}',
      '{"calendar_ids":["\\u0000"]}',
      '{"start_timezone":"\\ud800"}',
      '{"start_timezone":"constructor"}',
      '{"start_timezone":"Etc/GMT+12"}',
      '{"end_timezone":"+25:00"}',
      '{"start_location":{"text":null}}',
      '{"start_location":{}}',
      '{"start_location":[]}',
      '{"rsvp_status":null}',
      '{"all_day":"true"}',
    ]
    for (const body of bodies) {
      for (const [method, path] of [
        ['POST', '/events'],
        ['PATCH', `/events/${id}`],
        ['PUT', `/events/${id}`],
        ['PATCH', `/events/${event}`],
        ['POST', '/event-subscriptions'],
        ['PATCH', `/event-subscriptions/${id}_${'0'.repeat(24)}`],
      ] as const) {
        for (const caller of [app, service]) {
          const answer = await caller.call(method, path, body)
          expect(answer.status, `${method} ${path} ${String(body).slice(0, 60)}`).toBeLessThan(500)
        }
      }
    }
    const times = [
      '2040-02-30T10:00:00Z',
      '2040-01-01T24:00:00Z',
      '2040-06-30T23:59:60Z',
      '2040-01-01T10:00:00+25:00',
      '2040-01-01T10:00:00+23:59',
      '2040-01-01T10:00:00-23:59',
      '2040-01-01T10:00:00.1234567Z',
      '2040-01-01T10:00:00.000001Z',
      '2040-01-01T10:00Z',
      '2040-01-01',
      '1970-01-01T00:00:00+14:00',
      '1969-12-31T23:59:00Z',
      '2199-12-31T23:59:00Z',
      '2200-01-01T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:00-23:59',
      '-000001-01-01T00:00:00Z',
      'NaN',
      '',
    ]
    for (const at of times) {
      for (const zone of ['UTC', 'Pacific/Kiritimati', 'America/Adak', 'Africa/Monrovia']) {
        for (const all_day of [true, false]) {
          const answer = await app.post('/events', {
            ...dinner,
            start: at,
            end: at === '2199-12-31T23:59:00Z' ? '2199-12-31T23:59:30Z' : '2040-01-02T10:00:00Z',
            start_timezone: zone,
            all_day,
          })
          expect([200, 400], `${at} ${zone} ${answer.text}`).toContain(answer.status)
          const other = await app.post('/events', {
            ...dinner,
            start: '2039-12-31T00:00:00Z',
            end: at,
            end_timezone: zone,
            all_day,
          })
          expect([200, 400], `end ${at} ${zone} ${other.text}`).toContain(other.status)
        }
      }
    }
    expect((await app.get('/events')).status).toBe(200)
  })
})

describe('a service’s list of events', () => {
  it('reads what it is asked for, not all that the publisher has', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const [big, small, other] = [
      await aCalendar(publisher),
      await aCalendar(publisher),
      await aCalendar(publisher),
    ]
    await copyEvent(await anEvent(publisher, big), big, newId().slice(0, 16), 2_000)
    const both = await anEvent(publisher, small)
    const single = await anEvent(publisher, small)
    await service.patch(`/events/${both}`, { calendar_ids: [small, other] })
    const queries: [string, string[]][] = [
      [`ids=${single},${both}`, [both, single]],
      [`calendar_ids=${small}`, [both, single]],
      [`calendar_ids=${small},${other}`, [both]],
      [`calendar_ids=${small},${big}`, []],
      [`calendar_ids=${small},${newId()}`, []],
      [`calendar_ids__or=${small},${other}`, [both, single]],
      [`calendar_ids__or=${small}&calendar_ids=${other}&ids=${both},${single}`, [both]],
      ['calendar_ids=[]', []],
      ['calendar_ids__or=[]', []],
      ['ids=[]', []],
    ]
    for (const [query, ids] of queries) {
      const { counted, counts } = countingEnv()
      const request = new Request(`${ORIGIN}/events?${query}`, {
        headers: { Authorization: service.authorization ?? '' },
      })
      const answer = await (await handle(request, counted, createExecutionContext())).json()
      expect(answer).toMatchObject({ data: ids.map((id) => ({ id })), meta_data: { count: ids.length } })
      if (!query.includes(big)) expect(counts.rowsRead, query).toBeLessThan(200)
    }
  })
})
