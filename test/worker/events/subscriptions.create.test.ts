import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { logHead, logSince } from '../../support/log'
import { aPublisher } from '../../support/publisher'
import { atTime } from '../../support/time'

async function aStage(name = 'Acme Lending') {
  const publisher = await aPublisher({ name })
  const service = await aService(publisher)
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, calendar)
  const writer = async (fields = {}) => {
    const person = await aPerson(publisher, fields)
    await relate(service, event, person.ecalId, { permission: 'invited_write' })
    return person
  }
  return { publisher, service, calendar, event, writer }
}

const path = '/event-subscriptions'

describe('a subscription by id', () => {
  it('is what was asked for, in all its fields', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const ella = await aPerson(publisher, { first_name: 'Ella', last_name: 'Bartledan' })
    const at = Date.now() + 60_000
    const body = {
      event_id: event,
      subscriber: { user_id: ella.ecalId },
      is_invitation: true,
      permission: 'invited_write',
      message: 'Want to meet up?',
    }
    const made = await atTime(at, () => service.post(path, body))
    expect(made.status).toBe(200)
    const id = `${event}_${ella.ecalId}`
    const named = { id: ella.ecalId, user_id: ella.ecalId, first_name: 'Ella', last_name: 'Bartledan' }
    const seen = {
      id,
      event_id: event,
      subscriber: { ...named, email: ella.email, phone_number: null, phonenumber: null, tags: [] },
      is_invitation: true,
      permission: 'invited_write',
      actor: {
        id: String(publisher.id),
        user_id: String(publisher.id),
        first_name: 'Acme Lending',
        last_name: '',
      },
      message: 'Want to meet up?',
      created: new Date(at).toISOString().replace('Z', '000Z'),
      calendar_ids: [],
      rsvp_status: 'not_replied',
      sync_token: 1,
    }
    expect(made.body).toEqual({ data: [seen], meta_data: { sync_token: 1, created: true } })
    expect((await ella.app.get(`${path}/${id}`)).data).toEqual([{ ...seen, sync_token: expect.any(Number) }])
  })

  it('answers the examples of the documentation as they are written', async ({ expect }) => {
    const { publisher, event, writer } = await aStage()
    const arthur = await writer({ first_name: 'Arthur', last_name: 'Dent' })
    const ella = await publisher.subscriber()
    const id = `${event}_${ella.ecalId}`
    const posted = await arthur.app.post(`${path}/`, {
      event_id: event,
      subscriber: { user_id: ella.ecalId },
      is_invitation: true,
      permission: 'invited_write',
      message: 'Want to meet up?',
    })
    const item = {
      id,
      event_id: event,
      subscriber: { first_name: '', last_name: '', user_id: ella.ecalId },
      is_invitation: true,
      permission: 'invited_write',
      actor: { first_name: 'Arthur', last_name: 'Dent', user_id: arthur.ecalId },
      message: 'Want to meet up?',
      calendar_ids: [],
      rsvp_status: 'not_replied',
    }
    expect(posted.data).toMatchObject([item])
    const { sync_token: token } = posted.meta
    expect(posted.data[0].sync_token).toBe(token)

    const replaced = await arthur.app.put(`${path}/${id}`, {
      event_id: event,
      subscriber: { user_id: ella.ecalId },
      is_invitation: true,
      permission: 'invited_write',
      message: 'A new message',
    })
    expect(replaced.data).toMatchObject([{ ...item, message: 'A new message' }])
    expect(replaced.meta).toEqual({ sync_token: token + 1 })

    const patched = await arthur.app.patch(`${path}/${id}`, { permission: 'member_read' })
    expect(patched.data).toMatchObject([{ id, permission: 'invited_read' }])

    const synced = await arthur.app.get(`${path}?sync_token=${token}&order_by=sync_token`)
    expect(synced.data).toMatchObject([{ id, permission: 'invited_read' }])
    const filtered = await arthur.app.get(`${path}?subscriber_ids=[${ella.ecalId}]`)
    expect(filtered.data).toEqual(synced.data)
    expect(filtered.meta).toEqual({ sync_token: token + 2, count: 1, offset: 0, limit: 10 })

    const removed = await arthur.app.delete(`${path}/${id}`)
    expect([removed.status, removed.text]).toEqual([204, ''])
    expect((await arthur.app.delete(`${path}/${id}`)).body.error).toEqual({
      status_code: 404,
      message: 'The event subscription does not exist.',
      code: 'EVENT_SUBSCRIPTION_NOT_FOUND',
    })
  })

  it('is the least where nothing more is said', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    for (const more of [{}, { is_invitation: false, message: null, rsvp_status: null }]) {
      const { ecalId } = await publisher.subscriber()
      const made = await service.post(path, { event_id: event, subscriber: { id: ecalId }, ...more })
      expect(made.data[0]).toMatchObject({
        permission: 'invited_read',
        is_invitation: false,
        message: null,
        rsvp_status: null,
      })
    }
    const { ecalId } = await publisher.subscriber()
    const asked = await service.post(path, {
      event_id: event,
      subscriber: { id: ecalId, user_id: ecalId },
      rsvp_status: 'not_replied',
    })
    expect(asked.data[0]).toMatchObject({ is_invitation: false, rsvp_status: 'not_replied' })
  })

  it('ignores what is read-only or unknown, and contacts beside an id', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const { ecalId, email } = await publisher.subscriber()
    const made = await service.post(path, {
      id: 'x',
      event_id: event,
      subscriber: {
        id: ecalId,
        email: 'somebody@example.com',
        phone_number: '0031612345678',
        tags: ['x'],
        colour: 1,
      },
      actor: { id: newId() },
      created: 'never',
      calendar_ids: [newId()],
      sync_token: 99,
      nonsense: {},
    })
    expect(made.status).toBe(200)
    expect(made.data[0]).toMatchObject({
      id: `${event}_${ecalId}`,
      calendar_ids: [],
      sync_token: 1,
      actor: { id: String(publisher.id) },
    })
    expect(made.data[0].subscriber).toMatchObject({ email, phone_number: null, tags: [] })
  })

  it('is refused with every wrong part named, and nothing is made', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const { ecalId: id } = await publisher.subscriber()
    const good = { event_id: event, subscriber: { id } }
    const head = await logHead()
    const cases: [Record<string, unknown>, string[]][] = [
      [{}, ['event_id', 'subscriber']],
      [{ event_id: event }, ['subscriber']],
      [{ subscriber: { id } }, ['event_id']],
      [{ event_id: event, subscriber: {} }, ['subscriber']],
      [{ event_id: event, subscriber: { id: null } }, ['subscriber']],
      [{ event_id: event, subscriber: { first_name: 'A' } }, ['subscriber']],
      [{ ...good, event_id: 5 }, ['event_id']],
      [{ ...good, event_id: null }, ['event_id']],
      [{ ...good, subscriber: id }, ['subscriber']],
      [{ ...good, subscriber: [id] }, ['subscriber']],
      [{ ...good, subscriber: { id: 5 } }, ['subscriber.id']],
      [{ ...good, subscriber: { id, user_id: newId() } }, ['subscriber.user_id']],
      [{ ...good, subscriber: { id, first_name: 'x'.repeat(101) } }, ['subscriber.first_name']],
      [{ ...good, subscriber: { id, last_name: 5 } }, ['subscriber.last_name']],
      [{ ...good, subscriber: { id, last_name: 'a\u0000' } }, ['subscriber.last_name']],
      [{ ...good, is_invitation: 'true' }, ['is_invitation']],
      [{ ...good, is_invitation: 1 }, ['is_invitation']],
      [{ ...good, is_invitation: null }, ['is_invitation']],
      [{ ...good, message: 5 }, ['message']],
      [{ ...good, message: 'x'.repeat(2_001) }, ['message']],
      [{ ...good, message: 'a\u0000b' }, ['message']],
      [{ ...good, rsvp_status: 'maybe' }, ['rsvp_status']],
      [{ ...good, rsvp_status: true }, ['rsvp_status']],
      [
        { ...good, is_invitation: 'x', permission: 'x', message: [] },
        ['is_invitation', 'message', 'permission'],
      ],
    ]
    for (const [body, paths] of cases) {
      const answer = await service.post(path, body)
      expect([body, answer.status, answer.code]).toEqual([body, 400, 'VALIDATION_FAILED'])
      const issues: { path: string; message: string }[] = answer.body.error.issues
      expect([body, [...new Set(issues.map((issue) => issue.path))].sort()]).toEqual([body, paths])
      for (const issue of issues) expect(issue.message).not.toBe('')
    }
    expect(await logSince(head)).toEqual([])
    const longest = { ...good, message: '😀'.repeat(2_000), subscriber: { id, first_name: 'é'.repeat(100) } }
    expect((await service.post(path, longest)).data[0].message).toBe(longest.message)
  })

  it('is 404 for an event that does not exist for the caller', async ({ expect }) => {
    const { publisher, service, event, calendar } = await aStage()
    const { ecalId: id } = await publisher.subscriber()
    const draft = await anEvent(publisher, calendar, { draft: true })
    const gone = await anEvent(publisher, calendar)
    await publisher.api.delete(`/event/${gone}`)
    const foreign = await aStage()
    for (const none of [
      newId(),
      'x',
      '',
      event.toUpperCase() === event ? 'y' : event.toUpperCase(),
      draft,
      gone,
      foreign.event,
      `${event}_${id}`,
    ]) {
      const answer = await service.post(path, { event_id: none, subscriber: { id } })
      expect([none, answer.status, answer.code]).toEqual([none, 404, 'EVENT_NOT_FOUND'])
    }
  })

  it('is 404 for a person who is not there', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const left = await publisher.subscriber()
    await publisher.api.post(`/subscriber/${left.ecalId}/unsubscribe`)
    const foreign = await (await aPublisher()).subscriber()
    for (const none of [newId(), 'x', '', left.ecalId, foreign.ecalId]) {
      const answer = await service.post(path, { event_id: event, subscriber: { id: none } })
      expect([none, answer.status, answer.code]).toEqual([none, 404, 'SUBSCRIBER_NOT_FOUND'])
    }
  })

  it('does not answer for the person', async ({ expect }) => {
    const { publisher, service, event, writer } = await aStage()
    const { ecalId } = await publisher.subscriber()
    const me = await writer()
    for (const app of [service, me.app]) {
      for (const rsvp of ['attending', 'not_attending']) {
        for (const id of [ecalId, me.ecalId]) {
          const answer = await app.post(path, { event_id: event, subscriber: { id }, rsvp_status: rsvp })
          expect([answer.status, answer.code]).toEqual([403, 'FORBIDDEN'])
        }
      }
    }
    expect((await service.get(path)).meta.count).toBe(1)
  })

  it('exists once: a second POST answers what is there, and changes nothing', async ({ expect }) => {
    const { publisher, service, event, writer } = await aStage()
    const ann = await writer()
    const { ecalId: id } = await publisher.subscriber()
    const first = await ann.app.post(path, {
      event_id: event,
      subscriber: { id, first_name: 'Ford' },
      message: 'One',
    })
    const head = await logHead()
    const more = {
      event_id: event,
      subscriber: { id, first_name: 'Zaphod' },
      message: 'Two',
      is_invitation: true,
      permission: 'invited_write',
    }
    const second = await ann.app.post(path, more)
    expect([second.status, second.data]).toEqual([200, first.data])
    expect(second.meta).toEqual({ sync_token: first.meta.sync_token, created: false })
    const byOther = await service.post(path, more)
    expect(byOther.meta.created).toBe(false)
    expect(byOther.data[0]).toMatchObject({ permission: 'invited_read', actor: { id: ann.ecalId } })
    expect(byOther.data[0]).not.toHaveProperty('message')
    expect(await logSince(head)).toEqual([])
  })

  it('is made once by equal POSTs at one time', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const { ecalId: id } = await publisher.subscriber()
    const head = await logHead()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        service.post(path, { event_id: event, subscriber: { id }, message: `m${n}` }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(answers.filter(({ meta }) => meta.created)).toHaveLength(1)
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1)
    expect((await logSince(head)).map((row) => row.op)).toEqual(['relation.created', 'relation.created'])
  })

  it('comes back under its id after it was removed, as a new one', async ({ expect }) => {
    const { publisher, service, event, writer } = await aStage()
    const ann = await writer()
    const ella = await aPerson(publisher)
    const id = `${event}_${ella.ecalId}`
    const t = Date.now()
    await atTime(t, () =>
      relate(service, event, ella.ecalId, {
        is_invitation: true,
        message: 'One',
        permission: 'invited_write',
      }),
    )
    await ella.app.patch(`${path}/${id}`, { rsvp_status: 'attending' })
    await ella.app.delete(`${path}/${id}`)
    const again = await atTime(t + 60_000, () =>
      ann.app.post(path, { event_id: event, subscriber: { id: ella.ecalId } }),
    )
    expect(again.meta.created).toBe(true)
    expect(again.data[0]).toMatchObject({
      id,
      actor: { id: ann.ecalId },
      message: null,
      is_invitation: false,
      permission: 'invited_read',
      rsvp_status: null,
      created: new Date(t + 60_000).toISOString().replace('Z', '000Z'),
    })
  })

  it('shows the person’s own names, else those it was made with', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const names = async (profile: object, given: object) => {
      const { ecalId: id } = await publisher.subscriber({ ...profile })
      const made = await service.post(path, { event_id: event, subscriber: { id, ...given } })
      const { first_name: first, last_name: last } = made.data[0].subscriber
      return [first, last]
    }
    const given = { first_name: 'Ella', last_name: 'Bartledan' }
    expect(await names({}, given)).toEqual(['Ella', 'Bartledan'])
    expect(await names({ first_name: 'Ford' }, given)).toEqual(['Ford', 'Bartledan'])
    expect(await names({ first_name: 'Ford', last_name: 'Prefect' }, given)).toEqual(['Ford', 'Prefect'])
    expect(await names({ first_name: 'Ford' }, {})).toEqual(['Ford', ''])
    expect(await names({}, { last_name: 'Dent' })).toEqual(['', 'Dent'])
  })

  it('leaves names that were given with the relation, and the profile as it is', async ({ expect }) => {
    const { publisher, service, event, calendar } = await aStage()
    const person = await aPerson(publisher)
    const id = await relate(service, event, person.ecalId, {
      subscriber: { id: person.ecalId, first_name: 'Ella' },
    })
    const second = await anEvent(publisher, calendar)
    const other = await relate(service, second, person.ecalId)
    expect((await person.app.get(`${path}/${id}`)).data[0].subscriber.first_name).toBe('Ella')
    expect((await person.app.get(`${path}/${other}`)).data[0].subscriber.first_name).toBe('')
    await service.delete(`${path}/${id}`)
    await relate(service, event, person.ecalId)
    expect((await person.app.get(`${path}/${id}`)).data[0].subscriber.first_name).toBe('')
  })

  it('shows its message to the person and the actor only, and tags and contacts to the person and services', async ({
    expect,
  }) => {
    const { publisher, service, event, writer } = await aStage()
    const [ann, ben] = [await writer(), await writer()]
    const ella = await aPerson(publisher, { tags: ['vip', 'press'] })
    const id = `${event}_${ella.ecalId}`
    await ann.app.post(path, { event_id: event, subscriber: { id: ella.ecalId }, message: 'Psst' })
    const seen = async (app: typeof service) => {
      const [item] = (await app.get(`${path}/${id}`)).data
      return {
        message: item.message,
        has: 'message' in item,
        email: item.subscriber.email,
        tags: item.subscriber.tags,
      }
    }
    expect(await seen(ella.app)).toEqual({
      message: 'Psst',
      has: true,
      email: ella.email,
      tags: ['vip', 'press'],
    })
    expect(await seen(ann.app)).toEqual({ message: 'Psst', has: true, email: null, tags: [] })
    expect(await seen(ben.app)).toEqual({ message: undefined, has: false, email: null, tags: [] })
    expect(await seen(service)).toEqual({
      message: undefined,
      has: false,
      email: ella.email,
      tags: ['vip', 'press'],
    })
  })

  it('takes over what the person answered before, unless the POST asks anew', async ({ expect }) => {
    const { publisher, service, event, calendar } = await aStage()
    const cases = [
      [{}, 'attending'],
      [{ is_invitation: false, rsvp_status: null }, 'attending'],
      [{ is_invitation: true }, 'not_replied'],
      [{ rsvp_status: 'not_replied' }, 'not_replied'],
    ] as const
    for (const [more, expected] of cases) {
      const person = await aPerson(publisher, { calendarIds: [calendar] })
      const own = `${path}/${event}_${person.ecalId}`
      expect((await person.app.patch(own, { rsvp_status: 'attending' })).status).toBe(200)
      await relate(service, event, person.ecalId, more)
      expect((await person.app.get(own)).data[0]).toMatchObject({
        rsvp_status: expected,
        permission: 'invited_read',
        calendar_ids: [calendar],
      })
    }
    // An answer counts only while a followed calendar holds the event.
    const person = await aPerson(publisher, { calendarIds: [calendar] })
    await person.app.patch(`${path}/${event}_${person.ecalId}`, { rsvp_status: 'attending' })
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/remove`, { calendarIds: [calendar] })
    const made = await service.post(path, { event_id: event, subscriber: { id: person.ecalId } })
    expect(made.data[0].rsvp_status).toBe(null)
  })

  it('is one of at most 1,000 live ones of its event', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const people = await Promise.all(Array.from({ length: 8 }, () => publisher.subscriber()))
    const [first, ...others] = people.map(({ ecalId }) => ecalId)
    await relate(service, event, first ?? '')
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 996)
       INSERT INTO relations (event_id, subscriber_id, publisher_id, permission, is_invitation, actor_id, is_owner,
         first_name, last_name, created_at, write_id)
       SELECT event_id, printf('%024x', i), publisher_id, permission, 0, '', 0, '', '', created_at, '' FROM relations, n WHERE event_id = ?`,
    )
      .bind(event)
      .run()
    const post = (id: string | undefined) => service.post(path, { event_id: event, subscriber: { id } })
    // 997 so far; of seven at once three find room.
    const answers = await Promise.all(others.map(post))
    expect(answers.map(({ code, status }) => code ?? status).sort()).toEqual([
      200,
      200,
      200,
      ...Array(4).fill('LIMIT_REACHED'),
    ])
    const full = answers.find(({ status }) => status !== 200)
    expect([full?.status, full?.body.error.status_code]).toEqual([409, 409])
    const again = await post(first)
    expect([again.status, again.meta.created]).toEqual([200, false])
    await service.delete(`${path}/${event}_${first}`)
    expect((await post(first)).meta.created).toBe(true)
  })
})
