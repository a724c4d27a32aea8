import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { timelineOf, type Viewer } from '../../../src/timeline'
import { aCalendar, anEvent, aPerson, aService, relate, type TestPerson } from '../../support/apps'
import { countingEnv } from '../../support/counting'
import { handle } from '../../support/front-door'
import { aPublisher, ORIGIN, type TestPublisher } from '../../support/publisher'
import {
  copyEvent,
  copyPerson,
  countedInside,
  longHistory,
  loseStorage,
  personView,
  serviceView,
  tidiesUp,
} from '../../support/timelines'

/** Rows and batches of D1 that a timeline asks for to come up to now. */
async function costOfLook(viewer: Viewer, atMost = Number.POSITIVE_INFINITY) {
  const counts = await countedInside(viewer, () => timelineOf(env, viewer).syncToken(viewer))
  if (counts.rowsRead > atMost) throw new Error(`a look read ${counts.rowsRead} rows`)
  return { rows: counts.rowsRead, batches: counts.queries, written: counts.rowsWritten }
}

async function aFollower(publisher: TestPublisher, calendars: number) {
  const person = await aPerson(publisher)
  const calendarIds: string[] = []
  for (let n = 0; n < calendars; n++) calendarIds.push(await aCalendar(publisher, `Calendar ${n}`))
  if (calendars > 0)
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds })
  return { person, calendarIds, viewer: personView(publisher, person.ecalId) }
}

async function tenChanges(publisher: TestPublisher, events: readonly string[], said: string): Promise<void> {
  for (const [n, event] of events.entries()) {
    const changed = await publisher.api.put(`/event/${event}`, { name: `${said} ${n}` })
    if (changed.status !== 200) throw new Error(`a change answered ${changed.status}`)
  }
}

describe('what a sync costs', () => {
  it('is the same after 1,000 changes as after 100,000', { timeout: 180_000 }, async ({ expect }) => {
    const publisher = await aPublisher()
    tidiesUp(publisher)
    const service = await aService(publisher)
    const { person, viewer, calendarIds } = await aFollower(publisher, 5)
    const events: string[] = []
    for (let n = 0; n < 10; n++) events.push(await anEvent(publisher, calendarIds[n % 5] ?? ''))
    // Two of them are had directly too, so that their own streams and the service's are asked.
    for (const event of events.slice(0, 2)) await relate(service, event, person.ecalId)
    const past = [
      ...events.map((entityId, n) => ({
        stream: `calendar:${calendarIds[n % 5]}`,
        op: 'event.updated',
        entityId,
      })),
      ...events.slice(0, 2).map((event) => ({
        stream: `event:${event}`,
        op: 'relation.updated',
        entityId: `${event}_${person.ecalId}`,
      })),
      { stream: `subscriber:${person.ecalId}`, op: 'profile.updated', entityId: person.ecalId },
      { stream: `calendar:${newId()}`, op: 'event.updated', entityId: newId() },
    ]
    const services = serviceView(publisher)
    const costs: object[] = []
    let length = 0
    for (const to of [1_000, 100_000]) {
      await longHistory(publisher, past, to - length)
      length = to
      for (const each of [viewer, services]) await timelineOf(env, each).syncToken(each)
      const idle = [await costOfLook(viewer), await costOfLook(services)]
      await tenChanges(publisher, events, `After ${to}`)
      const busy = await costOfLook(viewer)
      for (const event of events.slice(0, 2)) {
        await service.patch(`/event-subscriptions/${event}_${person.ecalId}`, { is_invitation: to % 3 === 0 })
      }
      costs.push({ idle, busy })
    }
    expect(costs[1]).toEqual(costs[0])
  })

  it('grows with the changes and the calendars followed', { timeout: 60_000 }, async ({ expect }) => {
    const publisher = await aPublisher()
    const measured: { calendars: number; changes: number; rows: number; idle: number }[] = []
    for (const calendars of [1, 5, 40]) {
      const { viewer, calendarIds } = await aFollower(publisher, calendars)
      const events: string[] = []
      for (let n = 0; n < 40; n++) events.push(await anEvent(publisher, calendarIds[n % calendars] ?? ''))
      await timelineOf(env, viewer).syncToken(viewer)
      const idle = await costOfLook(viewer)
      expect(idle.batches).toBe(1)
      for (const changes of [10, 40]) {
        await tenChanges(publisher, events.slice(0, changes), `Of ${changes}`)
        const { rows, batches, written } = await costOfLook(viewer)
        expect([batches, written]).toEqual([1, 0])
        measured.push({ calendars, changes, rows, idle: idle.rows })
      }
    }
    for (const { calendars, changes, rows, idle } of measured) {
      expect(idle).toBeLessThanOrEqual(20 + 10 * (calendars + 1))
      expect(rows).toBeLessThanOrEqual(idle + 20 * changes)
    }
  })

  it('is one batch for a warm list, and nothing in the Worker before it', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const { person, viewer, calendarIds } = await aFollower(publisher, 1)
    const event = await anEvent(publisher, calendarIds[0] ?? '')
    await relate(service, event, person.ecalId)
    const { token } = await listed(person)
    const { counted, counts } = countingEnv()
    const inObject = await countedInside(viewer, async () => {
      const request = new Request(`${ORIGIN}/event-subscriptions?sync_token=${token}`, {
        headers: { Authorization: person.app.authorization ?? '' },
      })
      const answer = await handle(request, counted, createExecutionContext())
      expect(answer.status).toBe(200)
    })
    expect([counts.queries, inObject.queries, inObject.rowsWritten]).toEqual([0, 1, 0])
  })

  it('writes nothing into D1, however much there is to take up', async ({ expect }) => {
    const publisher = await aPublisher()
    tidiesUp(publisher)
    const { viewer, calendarIds } = await aFollower(publisher, 2)
    const event = await anEvent(publisher, calendarIds[0] ?? '')
    await timelineOf(env, viewer).syncToken(viewer)
    await longHistory(
      publisher,
      [{ stream: `calendar:${calendarIds[0]}`, op: 'event.updated', entityId: event }],
      1_700,
    )
    const { batches, written } = await costOfLook(viewer)
    expect(written).toBe(0)
    expect(batches).toBeLessThan(20)
  })
})

async function listed(person: TestPerson): Promise<{ token: number }> {
  const list = await person.app.get('/event-subscriptions')
  return { token: list.meta.sync_token }
}

const everything = (offset: number) => ({
  orderBy: 'sync_token' as const,
  ascending: true,
  limit: 5_000,
  offset,
  eventIds: null,
  subscriberIds: null,
  serviceIds: null,
  rsvpStatus: null,
  syncToken: null,
})

/** Every item of a viewer, past the front door's pages of 100. */
async function allItems(viewer: Viewer): Promise<{ id: string; sync_token: number }[]> {
  const items: { id: string; sync_token: number }[] = []
  for (;;) {
    const page = await timelineOf(env, viewer).listSubscriptions(viewer, everything(items.length))
    if (!page.ok) throw new Error(page.refusal)
    items.push(...JSON.parse(page.items))
    if (items.length >= page.count) return items
  }
}

describe('the first look at a large view', () => {
  it('takes 24,000 events of followed calendars in pages', { timeout: 120_000 }, async ({ expect }) => {
    const publisher = await aPublisher()
    tidiesUp(publisher)
    const { person, viewer, calendarIds } = await aFollower(publisher, 3)
    const event = await anEvent(publisher, calendarIds[0] ?? '')
    const ids = [`${event}_${person.ecalId}`]
    for (const calendarId of calendarIds) {
      const prefix = newId().slice(0, 16)
      await copyEvent(event, calendarId, prefix, 8_000)
      for (let n = 1; n <= 8_000; n++)
        ids.push(`${prefix}${n.toString(16).padStart(8, '0')}_${person.ecalId}`)
    }
    const cost = await costOfLook(viewer)
    const items = await allItems(viewer)
    // The welcome event beside them.
    expect(items).toHaveLength(24_002)
    expect(items.map((item) => item.sync_token)).toEqual(Array.from({ length: 24_002 }, (_, n) => n + 1))
    const seen = new Set(items.map((item) => item.id))
    expect(ids.filter((id) => !seen.has(id))).toEqual([])
    expect(cost.rows).toBeLessThan(12 * 24_002)

    expect((await costOfLook(viewer)).rows).toBeLessThan(100)
    await publisher.api.put(`/event/${event}`, { name: 'Changed' })
    const page = await person.app.get(`/event-subscriptions?sync_token=24002`)
    expect([page.meta.sync_token, page.data.length]).toEqual([24_003, 1])

    // A calendar of 8,000 that goes, and comes back.
    await publisher.api.put(`/calendar/${calendarIds[1]}`, { draft: 1 })
    expect((await costOfLook(viewer)).rows).toBeLessThan(8 * 8_000)
    expect(await timelineOf(env, viewer).syncToken(viewer)).toBe(32_003)
    await publisher.api.put(`/calendar/${calendarIds[1]}`, { draft: 0 })
    expect((await costOfLook(viewer)).rows).toBeLessThan(9 * 8_000)
    expect(await timelineOf(env, viewer).syncToken(viewer)).toBe(40_003)
    expect(await allItems(viewer)).toHaveLength(24_002)
  })

  it('takes 20,000 direct relations of a publisher in pages', { timeout: 120_000 }, async ({ expect }) => {
    const publisher = await aPublisher()
    tidiesUp(publisher)
    const service = await aService(publisher)
    const { person, calendarIds } = await aFollower(publisher, 1)
    const event = await anEvent(publisher, calendarIds[0] ?? '')
    await relate(service, event, person.ecalId)
    const [events, persons] = [newId().slice(0, 16), newId().slice(0, 16)]
    await copyEvent(event, calendarIds[0] ?? '', events, 100)
    await copyPerson(person.ecalId, persons, 200)
    await env.DB.prepare(
      `INSERT INTO relations (event_id, subscriber_id, publisher_id, permission, created_at)
       SELECT e.id, s.id, e.publisher_id, 'invited_read', 1 FROM events e CROSS JOIN subscribers s
       WHERE e.id > ?1 AND e.id < ?1 || 'g' AND s.id > ?2 AND s.id < ?2 || 'g'`,
    )
      .bind(events, persons)
      .run()
    const viewer = serviceView(publisher)
    // The relation above was answered from the view, which so was read already.
    await loseStorage(viewer)
    const cost = await costOfLook(viewer)
    const items = await allItems(viewer)
    expect(items).toHaveLength(20_001)
    expect(new Set(items.map((item) => item.id)).size).toBe(20_001)
    expect(items.map((item) => item.sync_token)).toEqual(
      Array.from({ length: 20_001 }, (_, n) => 2 ** 40 + n + 1),
    )
    expect(cost.rows).toBeLessThan(15 * 20_001)
    expect((await costOfLook(viewer)).rows).toBeLessThan(50)
    // The same by the publisher's name, as every item of a service shows it.
    const some = await service.get(`/event-subscriptions?event_ids=${events}00000001&limit=100`)
    expect(some.meta.count).toBe(200)
  })
})
