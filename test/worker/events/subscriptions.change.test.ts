import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { type App, aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { logHead, logSince } from '../../support/log'
import { aPublisher } from '../../support/publisher'
import { Replica } from '../../support/replica'

const path = '/event-subscriptions'

async function aStage(fields: object = {}) {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const event = await anEvent(publisher, await aCalendar(publisher))
  const person = await aPerson(publisher)
  const writer = await aPerson(publisher)
  await relate(service, event, writer.ecalId, { permission: 'invited_write' })
  const id = await relate(writer.app, event, person.ecalId, { message: 'Come', ...fields })
  const named = { event_id: event, subscriber: { id: person.ecalId } }
  const read = async (app: App) => (await app.get(`${path}/${id}`)).data?.[0]
  return { publisher, service, event, person, writer, id, own: `${path}/${id}`, named, read }
}

describe('PUT', () => {
  it('replaces what it names, and leaves the rest', async ({ expect }) => {
    const { writer, own, named, read } = await aStage({ is_invitation: true })
    const before = await read(writer.app)
    const all = await writer.app.put(own, {
      ...named,
      permission: 'invited_write',
      is_invitation: false,
      message: 'Or not',
    })
    expect(all.status).toBe(200)
    expect(all.meta).toEqual({ sync_token: before.sync_token + 1 })
    const after = {
      ...before,
      permission: 'invited_write',
      is_invitation: false,
      message: 'Or not',
      rsvp_status: null,
      sync_token: before.sync_token + 1,
    }
    expect(all.data).toEqual([after])
    const nothing = await writer.app.put(own, named)
    expect([nothing.status, nothing.data]).toEqual([200, [after]])
    const cleared = await writer.app.put(own, {
      event_id: named.event_id,
      subscriber: { user_id: named.subscriber.id },
      message: null,
    })
    expect(cleared.data[0]).toMatchObject({ message: null, permission: 'invited_write' })
  })

  it('takes back what was received, from everybody who sees it, as no change', async ({ expect }) => {
    const { publisher, writer, person, service, own, read, event } = await aStage({ is_invitation: true })
    const other = await aPerson(publisher)
    await relate(service, event, other.ecalId)
    await person.app.patch(own, { rsvp_status: 'attending' })
    const head = await logHead()
    for (const app of [writer.app, person.app, service, other.app]) {
      const item = await read(app)
      const answer = await app.put(own, item)
      expect([answer.status, answer.data]).toEqual([200, [item]])
    }
    expect(await logSince(head)).toEqual([])
  })

  it('names the event and the person of its path', async ({ expect }) => {
    const { service, own, named } = await aStage()
    const { event_id, subscriber } = named
    const cases: [object, string[]][] = [
      [{}, ['event_id', 'subscriber']],
      [{ event_id }, ['subscriber']],
      [{ subscriber }, ['event_id']],
      [{ event_id, subscriber: {} }, ['subscriber.id']],
      [{ event_id, subscriber: { id: null } }, ['subscriber.id']],
      [{ event_id, subscriber: { email: 'a@example.com' } }, ['subscriber.id']],
      [{ event_id: newId(), subscriber }, ['event_id']],
      [{ event_id, subscriber: { id: newId() } }, ['subscriber.id']],
      [{ event_id: newId(), subscriber: { user_id: newId() } }, ['event_id', 'subscriber.id']],
      [{ event_id, subscriber: { ...subscriber, user_id: newId() } }, ['subscriber.user_id']],
      [{ ...named, event_id: 1 }, ['event_id']],
      [
        { ...named, is_invitation: 'no', permission: 5, message: 5, rsvp_status: 'x' },
        ['is_invitation', 'message', 'permission', 'rsvp_status'],
      ],
      [{ ...named, message: 'x'.repeat(2_001) }, ['message']],
    ]
    for (const [body, paths] of cases) {
      const answer = await service.put(own, body)
      expect([body, answer.status, answer.code]).toEqual([body, 400, 'VALIDATION_FAILED'])
      const told = answer.body.error.issues.map((issue: { path: string }) => issue.path)
      expect([body, told.sort()]).toEqual([body, paths])
    }
  })

  it('never creates', async ({ expect }) => {
    const { publisher, service, event, own, named } = await aStage()
    const { ecalId } = await publisher.subscriber()
    const body = { event_id: event, subscriber: { id: ecalId } }
    expect((await service.put(`${path}/${event}_${ecalId}`, body)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
    await service.delete(own)
    expect((await service.put(own, named)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
  })
})

describe('PATCH', () => {
  it('changes at least one of three fields, and never the message', async ({ expect }) => {
    const { writer, own, read } = await aStage()
    const before = await read(writer.app)
    for (const body of [
      {},
      { unknown: 1 },
      { event_id: 'x', subscriber: {} },
      { message: 'x' },
      { message: null },
      { message: 'x', is_invitation: true },
      { is_invitation: null },
      { is_invitation: 'true' },
    ]) {
      const answer = await writer.app.patch(own, body)
      expect([body, answer.status, answer.code]).toEqual([body, 400, 'VALIDATION_FAILED'])
      expect(answer.body.error.issues.length).toBeGreaterThan(0)
    }
    expect(await read(writer.app)).toEqual(before)
    const answer = await writer.app.patch(own, {
      is_invitation: true,
      permission: 'invited_write',
      colour: 'x',
      event_id: newId(),
    })
    expect(answer.data).toEqual([
      {
        ...before,
        is_invitation: true,
        permission: 'invited_write',
        rsvp_status: 'not_replied',
        sync_token: before.sync_token + 1,
      },
    ])
    expect(answer.meta).toEqual({ sync_token: before.sync_token + 1 })
  })
})

describe('a write', () => {
  it('that changes nothing writes no row and gives no token', async ({ expect }) => {
    const { publisher, writer, service, person, own, named, read } = await aStage({ is_invitation: true })
    await person.app.patch(own, { rsvp_status: 'attending' })
    const calendar = await aCalendar(publisher, 'Followed')
    const followed = await anEvent(publisher, calendar)
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [calendar] })
    const indirect = `${path}/${followed}_${person.ecalId}`
    await person.app.patch(indirect, { rsvp_status: 'attending' })
    const apps = [writer.app, service, person.app]
    const tokens = () => Promise.all(apps.map(async (app) => (await app.get(path)).meta.sync_token))
    const [head, before, item] = [await logHead(), await tokens(), await read(person.app)]
    const answers = [
      await writer.app.patch(own, { permission: 'subscribed_read' }),
      await writer.app.patch(own, { permission: 'member_read' }),
      await writer.app.patch(own, { rsvp_status: 'attending' }),
      await service.patch(own, { is_invitation: true }),
      await writer.app.put(own, { ...named, message: 'Come', is_invitation: true }),
      await person.app.patch(own, { rsvp_status: 'attending' }),
      await person.app.patch(own, {
        rsvp_status: 'attending',
        permission: 'subscribed_read',
        is_invitation: true,
      }),
      await person.app.put(own, { ...named, message: 'Come' }),
      await person.app.patch(indirect, { rsvp_status: 'attending' }),
      await person.app.patch(indirect, { permission: 'subscribed_read', is_invitation: false }),
      await service.post(path, named),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(await logSince(head)).toEqual([])
    expect(await tokens()).toEqual(before)
    expect(await read(person.app)).toEqual(item)
  })

  it('has its token in its answer, and is seen by everybody at once', async ({ expect }) => {
    const { person, writer, service, own } = await aStage({ is_invitation: true })
    const replicas = [new Replica(person.app), new Replica(writer.app), new Replica(service)]
    for (const replica of replicas) await replica.sync()
    for (const [app, body] of [
      [person.app, { rsvp_status: 'attending' }],
      [service, { is_invitation: false }],
      [writer.app, { permission: 'invited_write' }],
    ] as const) {
      const answer = await app.patch(own, body)
      expect(answer.data[0].sync_token).toBe(answer.meta.sync_token)
      for (const replica of replicas) {
        const before = replica.token
        expect(await replica.sync()).toMatchObject([body])
        expect(replica.token).toBe(before + 1)
        if (replica.app === app) expect(replica.token).toBe(answer.meta.sync_token)
      }
    }
  })

  it('is logged once in the streams of the event and the person, with who did it', async ({ expect }) => {
    const { person, writer, service, own, event, id, publisher } = await aStage()
    const logged = async (write: () => Promise<{ status: number }>) => {
      const head = await logHead()
      expect((await write()).status).toBeLessThan(300)
      return (await logSince(head)).map(({ stream, op, entity_id, actor, message }) => ({
        stream,
        op,
        entity_id,
        actor,
        message,
      }))
    }
    const both = (op: string, actor: unknown) => [
      {
        stream: `event:${event}`,
        op: `relation.${op}`,
        entity_id: id,
        actor,
        message: `event_subscription.${op}`,
      },
      { stream: `subscriber:${person.ecalId}`, op: `relation.${op}`, entity_id: id, actor, message: null },
    ]
    const byPerson = `person:${person.ecalId}`
    expect(await logged(() => person.app.patch(own, { rsvp_status: 'attending' }))).toEqual(
      both('updated', byPerson),
    )
    expect(await logged(() => service.patch(own, { permission: 'invited_write' }))).toEqual(
      both('updated', expect.stringMatching(/^client:/)),
    )
    expect(await logged(() => writer.app.delete(own))).toEqual(both('removed', `person:${writer.ecalId}`))
    const body = { event_id: event, subscriber: { id: person.ecalId } }
    expect(await logged(() => writer.app.post(path, body))).toEqual(
      both('created', `person:${writer.ecalId}`),
    )
    const calendar = await aCalendar(publisher, 'Followed')
    const followed = await anEvent(publisher, calendar)
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [calendar] })
    const indirect = `${followed}_${person.ecalId}`
    expect(
      await logged(() => person.app.patch(`${path}/${indirect}`, { rsvp_status: 'not_attending' })),
    ).toEqual([
      {
        stream: `subscriber:${person.ecalId}`,
        op: 'answer.updated',
        entity_id: indirect,
        actor: byPerson,
        message: 'event_subscription.updated',
      },
    ])
  })
})

describe('DELETE', () => {
  it('ends the relation for everybody, and the view of who is left out', async ({ expect }) => {
    const { publisher, service, event, person, writer, id, own } = await aStage()
    const other = await aPerson(publisher)
    const others = await relate(service, event, other.ecalId)
    const [mine, theirs] = [new Replica(person.app), new Replica(other.app)]
    await mine.sync()
    await theirs.sync()
    const removed = await writer.app.delete(own)
    expect([removed.status, removed.text]).toEqual([204, ''])
    for (const app of [service, person.app, other.app, writer.app]) {
      expect((await app.get(own)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
      expect((await app.delete(own)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
    }
    expect(await theirs.sync()).toEqual([{ id, permission: 'removed', sync_token: expect.any(Number) }])
    const gone = (await mine.sync()).map((item) => [item.id, item.permission])
    expect(gone.sort()).toEqual(
      [id, others, `${event}_${writer.ecalId}`].sort().map((each) => [each, 'removed']),
    )
    expect((await person.app.get(`${path}/${others}`)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
  })

  it('is open to the actor who lost write', async ({ expect }) => {
    const { service, event, writer, own } = await aStage()
    await service.patch(`${path}/${event}_${writer.ecalId}`, { permission: 'invited_read' })
    expect((await writer.app.delete(own)).status).toBe(204)
  })

  it('leaves an event that stands in a calendar', async ({ expect }) => {
    const { service, publisher, event, writer, own } = await aStage()
    await service.delete(own)
    await service.delete(`${path}/${event}_${writer.ecalId}`)
    expect((await publisher.api.get(`/event/${event}`)).status).toBe(200)
  })
})

describe('the last relation of an event that is in no calendar', () => {
  it('takes the event with it, whoever removes it', async ({ expect }) => {
    const { publisher, service, event, person, writer, own } = await aStage()
    await env.DB.prepare('DELETE FROM calendar_events WHERE event_id = ?').bind(event).run()
    expect((await person.app.delete(own)).status).toBe(204)
    expect((await publisher.api.get(`/event/${event}`)).status).toBe(200)
    const head = await logHead()
    expect((await service.delete(`${path}/${event}_${writer.ecalId}`)).status).toBe(204)
    expect((await publisher.api.get(`/event/${event}`)).status).toBe(404)
    const rows = (await logSince(head)).map(({ op, message }) => [op, message])
    expect(rows).toContainEqual(['relation.removed', 'event_subscription.removed'])
    expect(rows).toContainEqual(['event.deleted', 'event.deleted'])
    const body = { event_id: event, subscriber: { id: person.ecalId } }
    expect((await service.post(path, body)).code).toBe('EVENT_NOT_FOUND')
  })

  it('goes once, of those that leave at one time', async ({ expect }) => {
    const { publisher, service, event, person, writer, own } = await aStage()
    await env.DB.prepare('DELETE FROM calendar_events WHERE event_id = ?').bind(event).run()
    const head = await logHead()
    const answers = await Promise.all([
      person.app.delete(own),
      writer.app.delete(`${path}/${event}_${writer.ecalId}`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([204, 204])
    expect((await publisher.api.get(`/event/${event}`)).status).toBe(404)
    const told = (await logSince(head)).filter((row) => row.message === 'event.deleted')
    expect(told).toHaveLength(1)
    expect((await service.get(path)).data).toEqual([])
  })
})

describe('requests at one time', () => {
  it('cannot combine into what neither may do', async ({ expect }) => {
    for (let round = 0; round < 6; round++) {
      // A writer lowers to read while the person acknowledges write: the end is read, whoever came first.
      const { person, writer, own, service, read } = await aStage({ permission: 'invited_write' })
      const [lowered, acknowledged] = await Promise.all([
        writer.app.patch(own, { permission: 'invited_read' }),
        person.app.patch(own, { permission: 'subscribed_write' }),
      ])
      const { permission } = await read(service)
      const codes = [lowered.code, acknowledged.code]
      // Acknowledged first: from there "invited_read" asks again. Lowered first: the person may not raise it.
      expect([permission, acknowledged.code ?? 200]).toEqual([
        'invited_read',
        acknowledged.code ? 'PERMISSION_TRANSITION' : 200,
      ])
      expect(codes[0]).toBeUndefined()
    }
  })

  it('are judged by who the caller is in the write itself', async ({ expect }) => {
    for (let round = 0; round < 6; round++) {
      const { person, writer, own, service, event, read } = await aStage()
      const [demoted, raised] = await Promise.all([
        service.patch(`${path}/${event}_${writer.ecalId}`, { permission: 'invited_read' }),
        writer.app.patch(own, { permission: 'invited_write' }),
      ])
      expect(demoted.status).toBe(200)
      expect((await read(person.app)).permission).toBe(
        raised.status === 200 ? 'invited_write' : 'invited_read',
      )
      expect((await writer.app.patch(own, { permission: 'invited_write' })).code).toBe(
        raised.status === 200 ? undefined : 'PERMISSION_TRANSITION',
      )
    }
  })

  it('are all made, one after the other', async ({ expect }) => {
    const { person, writer, service, own, named, read } = await aStage({ is_invitation: true })
    const head = await logHead()
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, (_, n) =>
        person.app.patch(own, { rsvp_status: n % 2 ? 'attending' : 'not_attending' }),
      ),
      ...Array.from({ length: 8 }, (_, n) => writer.app.put(own, { ...named, message: `m${n}` })),
      service.patch(own, { is_invitation: false }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const item = await read(writer.app)
    expect(item).toMatchObject({
      permission: 'subscribed_read',
      is_invitation: false,
      message: expect.stringMatching(/^m\d$/),
    })
    const rows = (await logSince(head)).filter((row) => row.message !== null)
    expect(rows.length).toBeGreaterThanOrEqual(9)
    const replica = new Replica(service)
    await replica.sync()
    expect(replica.items.get(item.id)).toMatchObject({
      rsvp_status: item.rsvp_status,
      permission: 'subscribed_read',
    })
  })

  it('remove once', async ({ expect }) => {
    const { person, writer, service, own } = await aStage()
    const head = await logHead()
    const answers = await Promise.all(
      [person.app, writer.app, service, person.app].map((app) => app.delete(own)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404])
    expect((await logSince(head)).map((row) => row.op)).toEqual(['relation.removed', 'relation.removed'])
  })

  it('answer once each for what comes through a calendar', async ({ expect }) => {
    const { publisher, person } = await aStage()
    const calendar = await aCalendar(publisher, 'Followed')
    const event = await anEvent(publisher, calendar)
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, {
      calendarIds: [calendar],
      permission: 'invited_read',
    })
    const own = `${path}/${event}_${person.ecalId}`
    const head = await logHead()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => person.app.patch(own, { rsvp_status: 'attending' })),
    )
    for (const answer of answers)
      expect(answer.data).toMatchObject([{ rsvp_status: 'attending', permission: 'subscribed_read' }])
    expect(await logSince(head)).toHaveLength(1)
  })
})
