import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { readSubscriberSnapshot } from '../../../src/changes'
import { addCalendars } from '../../../src/domain/subscribers/follows'
import { logHead, logSince } from '../../support/log'
import { aPublisher, summaries, type TestPublisher } from '../../support/publisher'
import { signedSignUp } from '../../support/sign-up'

async function aCalendar(publisher: TestPublisher, name: string, fields = {}): Promise<string> {
  return (await publisher.api.post('/calendar', { name, ...fields })).data.id
}

describe('following calendars', () => {
  it('adds and removes, each once, and logs what changed only', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const calendarIds = [await aCalendar(publisher, 'Alpha'), await aCalendar(publisher, 'Beta')]
    const head = await logHead()
    const path = `/subscriber/${ecalId}/subscriptions`
    const added = await publisher.api.post(`${path}/add`, { calendarIds })
    expect(added.data.data.calIds.slice(1)).toEqual(calendarIds)
    await publisher.api.post(`${path}/add`, { calendarIds })
    const removed = await publisher.api.post(`${path}/remove`, { calendarIds: [calendarIds[0]] })
    expect(removed.data.data.calNames).toEqual([`${ecalId}_private`, 'Beta'])
    await publisher.api.post(`${path}/remove`, { calendarIds: [calendarIds[0]] })

    const rows = await logSince(head)
    expect(rows.map((row) => [row.stream, row.op, row.message, row.actor])).toEqual([
      [`subscriber:${ecalId}`, 'subscriber.updated', 'subscriber.updated', `key:${publisher.apiKey}`],
      [`subscriber:${ecalId}`, 'subscriber.updated', 'subscriber.updated', `key:${publisher.apiKey}`],
    ])
    const snapshots = rows.map((row) => readSubscriberSnapshot(row.payload ?? ''))
    expect(snapshots.map((s) => s.about)).toEqual([
      { reason: 'calendars_added' },
      { reason: 'calendars_removed' },
    ])
    expect(snapshots.map((s) => s.calendars.map((calendar) => calendar.name))).toEqual([
      [`${ecalId}_private`, 'Alpha', 'Beta'],
      [`${ecalId}_private`, 'Beta'],
    ])
    expect(removed.data.totalActivity).toBe(3)
  })

  it('is all or nothing', async ({ expect }) => {
    const publisher = await aPublisher()
    const other = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const neighbour = await publisher.subscriber()
    const own = await aCalendar(publisher, 'Own')
    const foreign = await aCalendar(other, 'Foreign')
    const neighbours = (await publisher.api.get(`/subscriber/${neighbour.ecalId}`)).data.data.privateCalIds[0]
    for (const strange of [foreign, neighbours, 'f'.repeat(24)]) {
      for (const action of ['add', 'remove']) {
        const body = { calendarIds: [own, strange] }
        expect((await publisher.api.post(`/subscriber/${ecalId}/subscriptions/${action}`, body)).status).toBe(
          404,
        )
      }
    }
    const { data } = await publisher.api.get(`/subscriber/${ecalId}`)
    expect(data.data.calNames).toEqual([`${ecalId}_private`])
    expect(data.totalActivity).toBe(1)
  })

  it('never loses the private calendar', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const [own] = (await publisher.api.get(`/subscriber/${ecalId}`)).data.data.privateCalIds
    const path = `/subscriber/${ecalId}/subscriptions`
    expect((await publisher.api.post(`${path}/add`, { calendarIds: [own] })).status).toBe(200)
    expect((await publisher.api.post(`${path}/remove`, { calendarIds: [own] })).status).toBe(403)
    expect((await publisher.api.delete(`/calendar/${own}`)).status).toBe(403)
    expect((await publisher.api.put(`/calendar/${own}`, { name: 'Mine' })).status).toBe(403)
  })

  it('shows a draft calendar in the feed when it is published, and none that was deleted', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const id = await aCalendar(publisher, 'Draft', { draft: 1 })
    await publisher.api.post('/event', {
      name: 'Quiz',
      calendarId: id,
      startDate: '2030-06-01',
      allDay: true,
    })
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [id] })
    expect(await summaries(person.feed())).not.toContain('Quiz')
    await publisher.api.put(`/calendar/${id}`, { draft: 0 })
    expect(await summaries(person.feed())).toContain('Quiz')
    await publisher.api.delete(`/calendar/${id}`)
    expect(await summaries(person.feed())).not.toContain('Quiz')
    const { data } = await publisher.api.get(`/subscriber/${person.ecalId}`)
    expect(data.data.calIds).not.toContain(id)
    const remove = { calendarIds: [id] }
    expect(
      (await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/remove`, remove)).status,
    ).toBe(200)
  })

  it('leaves calendars followed as invited out of the feed', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const id = await aCalendar(publisher, 'Invited')
    await publisher.api.post('/event', {
      name: 'Quiz',
      calendarId: id,
      startDate: '2030-06-01',
      allDay: true,
    })
    const path = `/subscriber/${person.ecalId}/subscriptions/add`
    await publisher.api.post(path, { calendarIds: [id], permission: 'invited_read' })
    expect(await summaries(person.feed())).not.toContain('Quiz')
    await publisher.api.post(path, { calendarIds: [id] })
    expect(await summaries(person.feed())).not.toContain('Quiz')
    await publisher.api.post(path, { calendarIds: [id], permission: 'subscribed_read' })
    expect(await summaries(person.feed())).toContain('Quiz')
  })

  it('counts all of many adds at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const ids = await Promise.all(Array.from({ length: 10 }, (_, n) => aCalendar(publisher, `Calendar ${n}`)))
    const path = `/subscriber/${ecalId}/subscriptions/add`
    await Promise.all(ids.map((id) => publisher.api.post(path, { calendarIds: [id] })))
    const { data } = await publisher.api.get(`/subscriber/${ecalId}`)
    expect(new Set(data.data.calIds.slice(1))).toEqual(new Set(ids))
    expect(data.totalActivity).toBe(11)
  })

  it('stops at 200 calendars', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await signedSignUp(publisher, 'many@example.com')
    const ids = Array.from({ length: 201 }, (_, n) => n.toString(16).padStart(24, '0'))
    await env.DB.prepare(
      `INSERT INTO calendars (id, publisher_id, kind, name, timezone, created_at, modified_at)
       SELECT value, ?, 'public', 'Calendar ' || key, 'UTC', 0, 0 FROM json_each(?)`,
    )
      .bind(publisher.id, JSON.stringify(ids))
      .run()
    const add = (calendarIds: string[]) =>
      publisher.api.post(`/subscriber/${ecalId}/subscriptions/add`, { calendarIds })
    expect((await add(ids.slice(0, 100))).status).toBe(200)
    expect((await add(ids.slice(100, 200))).status).toBe(200)
    const refused = await add([...ids.slice(200), ...ids.slice(0, 1)])
    expect(refused.body).toEqual({ status: '409', statusLong: 'Limit reached.' })
    expect((await add(ids.slice(0, 100))).status).toBe(200)
    expect((await publisher.api.get(`/subscriber/${ecalId}`)).data.data.calIds).toHaveLength(201)
    const again = await signedSignUp(publisher, 'many@example.com', { calendarIds: ids.slice(200) })
    expect(again.status).toBe(409)
  })

  it.for([
    ['calendarIds', {}],
    ['calendarIds', { calendarIds: 'abc' }],
    ['calendarIds', { calendarIds: [] }],
    ['calendarIds.0', { calendarIds: ['not an id'] }],
    ['calendarIds', { calendarIds: Array.from({ length: 101 }, () => 'a'.repeat(24)) }],
    ['permission', { calendarIds: ['a'.repeat(24)], permission: 'owner' }],
  ] as const)('names %s where the body is wrong', async ([field, body], { expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const refused = await publisher.api.post(`/subscriber/${ecalId}/subscriptions/add`, body)
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, field])
  })

  it('knows add and remove only', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const body = { calendarIds: [await aCalendar(publisher, 'Alpha')] }
    expect((await publisher.api.post(`/subscriber/${ecalId}/subscriptions/toggle`, body)).status).toBe(404)
  })
})

describe('a person who is gone', () => {
  it('is told so by an add that found them just before, and follows nothing', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const calendar = (await publisher.api.post('/calendar', { name: 'Fixtures' })).data.id
    await env.DB.prepare(`UPDATE subscribers SET state = 'merged' WHERE id = ?`).bind(ecalId).run()
    const ctx = {
      db: env.DB,
      now: Date.now(),
      actor: 'operator',
      publisher: {
        id: publisher.id,
        orgId: publisher.id,
        name: '',
        timezone: 'UTC',
        defaultRegion: 'AU',
        isPartner: false,
      },
      inEachWrite: [],
      encryptionKey: () => '',
    }
    await expect(addCalendars(ctx, ecalId, [calendar])).rejects.toMatchObject({ code: 'not_found' })
    const held = await env.DB.prepare('SELECT count(*) AS n FROM follows WHERE calendar_id = ?')
      .bind(calendar)
      .first<number>('n')
    expect(held).toBe(0)
  })
})
