import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { alsoIn } from '../../support/events'
import { aPublisher } from '../../support/publisher'
import { Replica } from '../../support/replica'
import { atTime } from '../../support/time'

const path = '/event-subscriptions'

async function aStage() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, calendar)
  const person = await aPerson(publisher)
  const own = `${path}/${event}_${person.ecalId}`
  const follow = (calendarIds: string[], permission?: string) =>
    publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, {
      calendarIds,
      ...(permission ? { permission } : {}),
    })
  const read = async () => {
    const answer = await person.app.get(own)
    return answer.data?.[0] ?? answer.code
  }
  return { publisher, service, calendar, event, person, own, follow, read }
}

/** As above, with an invitation of the service. */
async function anInvited(fields: object = { is_invitation: true }) {
  const stage = await aStage()
  await relate(stage.service, stage.event, stage.person.ecalId, { ...fields })
  return stage
}

describe('rsvp_status of a direct relation', () => {
  it('is set by the person in any order; attending acknowledges, the others leave that alone', async ({
    expect,
  }) => {
    for (const half of ['read', 'write']) {
      const { person, own } = await anInvited({ is_invitation: true, permission: `invited_${half}` })
      const orders = [
        'not_attending',
        'not_replied',
        'attending',
        'not_attending',
        'attending',
        'not_replied',
      ] as const
      let acknowledged = false
      for (const status of orders) {
        const answer = await person.app.patch(own, { rsvp_status: status })
        acknowledged ||= status === 'attending'
        const permission = `${acknowledged ? 'subscribed' : 'invited'}_${half}`
        expect(answer.data[0]).toMatchObject({ rsvp_status: status, permission, is_invitation: true })
      }
    }
  })

  it('is set by the person where no answer was asked for, too', async ({ expect }) => {
    const { person, own } = await anInvited({})
    expect((await person.app.patch(own, { rsvp_status: 'not_replied' })).data[0]).toMatchObject({
      rsvp_status: 'not_replied',
      is_invitation: false,
    })
    expect((await person.app.patch(own, { rsvp_status: 'not_attending' })).data[0]).toMatchObject({
      rsvp_status: 'not_attending',
      permission: 'invited_read',
    })
  })

  it('goes with a permission that fits it', async ({ expect }) => {
    const { person, own, event, service } = await anInvited({ permission: 'invited_write' })
    for (const permission of ['invited_write', 'invited_read']) {
      const answer = await person.app.patch(own, { rsvp_status: 'attending', permission })
      expect([answer.status, answer.code]).toEqual([400, 'VALIDATION_FAILED'])
    }
    const lowered = await person.app.patch(own, { rsvp_status: 'attending', permission: 'subscribed_read' })
    expect(lowered.data[0]).toMatchObject({ rsvp_status: 'attending', permission: 'subscribed_read' })
    await service.patch(own, { permission: 'invited_write' })
    const both = await person.app.patch(own, { rsvp_status: 'not_attending', permission: 'subscribed_write' })
    expect(both.data[0]).toMatchObject({ rsvp_status: 'not_attending', permission: 'subscribed_write' })
    await service.patch(own, { permission: 'invited_read' })
    const raised = await person.app.patch(own, { rsvp_status: 'attending', permission: 'subscribed_write' })
    expect(raised.code).toBe('PERMISSION_TRANSITION')
    const put = { event_id: event, subscriber: { id: person.ecalId }, rsvp_status: 'attending' }
    expect((await person.app.put(own, put)).data[0]).toMatchObject({
      rsvp_status: 'attending',
      permission: 'subscribed_read',
    })
  })

  it('follows is_invitation, but real answers stay', async ({ expect }) => {
    const { service, own, person } = await anInvited({})
    const invite = async (is: boolean) =>
      (await service.patch(own, { is_invitation: is })).data[0].rsvp_status
    expect(await invite(true)).toBe('not_replied')
    expect(await invite(true)).toBe('not_replied')
    expect(await invite(false)).toBe(null)
    for (const status of ['attending', 'not_attending']) {
      await person.app.patch(own, { rsvp_status: status })
      expect([await invite(true), await invite(false)]).toEqual([status, status])
    }
    await person.app.patch(own, { rsvp_status: 'not_replied' })
    expect(await invite(false)).toBe('not_replied')
    expect(await invite(true)).toBe('not_replied')
  })

  it('is open again when a writer asks again', async ({ expect }) => {
    for (const [is, expected] of [
      [true, 'not_replied'],
      [false, null],
    ] as const) {
      for (const status of ['attending', 'not_attending']) {
        const { service, own, person } = await anInvited({ is_invitation: is })
        await person.app.patch(own, { rsvp_status: status, permission: 'subscribed_read' })
        const again = await service.patch(own, { permission: 'invited_write' })
        expect(again.data[0]).toMatchObject({
          permission: 'invited_write',
          rsvp_status: expected,
          is_invitation: is,
        })
      }
    }
    const { service, own, person } = await anInvited({})
    await person.app.patch(own, { rsvp_status: 'attending' })
    const both = await service.patch(own, { permission: 'invited_read', is_invitation: true })
    expect(both.data[0]).toMatchObject({
      permission: 'invited_read',
      rsvp_status: 'not_replied',
      is_invitation: true,
    })
    // To lower is not to ask again.
    await person.app.patch(own, { rsvp_status: 'attending' })
    await service.patch(own, { permission: 'subscribed_write' })
    expect((await service.patch(own, { permission: 'subscribed_read' })).data[0].rsvp_status).toBe(
      'attending',
    )
  })

  it('is one of three words: null is 400 in PATCH and left out in PUT', async ({ expect }) => {
    const { person, own, event } = await anInvited()
    for (const status of [null, '', 'maybe', true, ['attending']]) {
      const answer = await person.app.patch(own, { rsvp_status: status })
      expect([answer.status, answer.body.error.issues[0].path]).toEqual([400, 'rsvp_status'])
    }
    await person.app.patch(own, { rsvp_status: 'attending' })
    const put = await person.app.put(own, {
      event_id: event,
      subscriber: { user_id: person.ecalId },
      rsvp_status: null,
    })
    expect(put.data[0].rsvp_status).toBe('attending')
  })
})

describe('what comes through calendars only', () => {
  it('is the person’s own affair', async ({ expect }) => {
    const { person, follow, own, read, calendar, event, service, publisher } = await aStage()
    expect(await read()).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
    await follow([calendar])
    expect(await read()).toEqual({
      id: `${event}_${person.ecalId}`,
      event_id: event,
      subscriber: {
        id: person.ecalId,
        user_id: person.ecalId,
        first_name: '',
        last_name: '',
        email: person.email,
        phone_number: null,
        phonenumber: null,
        tags: [],
      },
      is_invitation: false,
      permission: 'subscribed_read',
      actor: null,
      message: null,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      calendar_ids: [calendar],
      rsvp_status: null,
      sync_token: expect.any(Number),
    })
    const follower = await aPerson(publisher, { calendarIds: [calendar] })
    const related = await aPerson(publisher)
    await relate(service, event, related.ecalId, { permission: 'invited_write' })
    for (const app of [service, follower.app, related.app]) {
      const answers = [
        await app.get(own),
        await app.patch(own, { rsvp_status: 'attending' }),
        await app.put(own, { event_id: event, subscriber: { id: person.ecalId }, is_invitation: true }),
        await app.delete(own),
      ]
      for (const { code } of answers) expect(code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
      expect((await app.get(`${path}?subscriber_ids=${person.ecalId}`)).data).toEqual([])
    }
    // Who follows doesn't see those who are directly related.
    expect((await person.app.get(`${path}?event_ids=${event}`)).meta.count).toBe(1)
  })

  it('can be answered, over and over, and nobody else sees it', async ({ expect }) => {
    const { person, follow, own, calendar, read, service } = await aStage()
    await follow([calendar])
    const replica = new Replica(person.app)
    await replica.sync()
    for (const status of ['attending', 'not_attending', 'not_replied', 'attending']) {
      const answer = await person.app.patch(own, { rsvp_status: status })
      expect([answer.status, answer.data[0].rsvp_status, answer.data[0].actor]).toEqual([200, status, null])
      expect(answer.meta).toEqual({ sync_token: answer.data[0].sync_token })
      expect(await replica.sync()).toEqual(answer.data)
      expect(await read()).toEqual(answer.data[0])
    }
    expect((await service.get(path)).body).toEqual({
      data: [],
      meta_data: { sync_token: 0, count: 0, offset: 0, limit: 10 },
    })
  })

  it('has the highest permission of its calendars', async ({ expect }) => {
    const { publisher, event, follow, read, calendar } = await aStage()
    const more = await Promise.all([
      aCalendar(publisher, 'One'),
      aCalendar(publisher, 'Two'),
      aCalendar(publisher, 'Three'),
    ])
    for (const id of more) await alsoIn(publisher, event, id)
    const ladder = ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write']
    const held: string[] = []
    for (const [at, permission] of ladder.entries()) {
      const id = [calendar, ...more][at] ?? ''
      held.push(id)
      await follow([id], permission)
      expect(await read()).toMatchObject({ permission, calendar_ids: [...held].sort() })
    }
    await follow([held[3] ?? ''], 'invited_read')
    expect(await read()).toMatchObject({ permission: 'invited_write' })
    await follow([held[2] ?? ''])
    expect(await read()).toMatchObject({ permission: 'invited_write' })
  })

  it('is acknowledged by saying so or by attending, whatever the calendars say after', async ({ expect }) => {
    for (const [half, body] of [
      ['read', { permission: 'subscribed_read' }],
      ['write', { rsvp_status: 'attending' }],
      ['read', { permission: 'member_read' }],
    ] as const) {
      const { person, follow, own, calendar, read } = await aStage()
      await follow([calendar], `invited_${half}`)
      expect(await read()).toMatchObject({ permission: `invited_${half}` })
      expect((await person.app.patch(own, { rsvp_status: 'not_attending' })).data[0].permission).toBe(
        `invited_${half}`,
      )
      expect((await person.app.patch(own, body)).data[0]).toMatchObject({ permission: `subscribed_${half}` })
      await person.app.patch(own, { rsvp_status: 'not_attending' })
      await follow([calendar], 'invited_write')
      expect(await read()).toMatchObject({ permission: 'subscribed_write', rsvp_status: 'not_attending' })
      await follow([calendar], 'invited_read')
      expect(await read()).toMatchObject({ permission: 'subscribed_read' })
    }
  })

  it('can be changed in nothing else', async ({ expect }) => {
    for (const from of ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write']) {
      const { person, follow, own, calendar, read, event } = await aStage()
      await follow([calendar], from)
      const before = await read()
      const named = { event_id: event, subscriber: { id: person.ecalId } }
      const [half, write] = from.split('_')
      const others = ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write'].filter(
        (to) => to !== from && !(half === 'invited' && to === `subscribed_${write}`),
      )
      const answers = [
        ...(await Promise.all(others.map((permission) => person.app.patch(own, { permission })))),
        await person.app.patch(own, { permission: write === 'read' ? 'member_write' : 'member_read' }),
        await person.app.patch(own, { is_invitation: true }),
        await person.app.patch(own, { is_invitation: true, rsvp_status: 'attending' }),
        await person.app.put(own, { ...named, message: 'Hi' }),
        await person.app.put(own, { ...named, permission: others[0] }),
        await person.app.delete(own),
      ]
      for (const { status, code } of answers)
        expect([from, status, code]).toEqual([from, 403, 'INDIRECT_RELATION'])
      expect(await read()).toEqual(before)
      const same = await person.app.put(own, before)
      expect([same.status, same.data]).toEqual([200, [before]])
    }
  })

  it('began when event and person met, in the first of its calendars', async ({ expect }) => {
    const { publisher, calendar, follow, read } = await aStage()
    const at = Date.now()
    const wire = (time: number) => new Date(time).toISOString().replace('Z', '000Z')
    await atTime(at + 5_000, () => follow([calendar]))
    // The person came to the event.
    expect(await read()).toMatchObject({ created: wire(at + 5_000) })
    const [second, person] = [await aCalendar(publisher, 'Second'), await aPerson(publisher)]
    const followed = (calendarIds: string[]) =>
      publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds })
    await atTime(at + 6_000, () => followed([second]))
    const event = await atTime(at + 9_000, () => anEvent(publisher, second))
    const createdOf = async () => (await person.app.get(`${path}/${event}_${person.ecalId}`)).data[0].created
    // The event came to the person.
    expect(await createdOf()).toBe(wire(at + 9_000))
    const third = await aCalendar(publisher, 'Third')
    await alsoIn(publisher, event, third)
    await atTime(at + 8_000, () => followed([third]))
    expect(await createdOf()).toBe(wire(at + 8_000))
  })

  it('comes from the private calendar too', async ({ expect }) => {
    const { publisher, person } = await aStage()
    const event = await anEvent(publisher, '', { calendarId: undefined, ecalId: person.ecalId })
    const own = `${path}/${event}_${person.ecalId}`
    const [item] = (await person.app.get(own)).data
    expect(item).toMatchObject({ permission: 'subscribed_read', actor: null })
    expect(item.calendar_ids).toHaveLength(1)
    expect((await person.app.patch(own, { rsvp_status: 'not_attending' })).status).toBe(200)
    expect((await person.app.delete(own)).code).toBe('INDIRECT_RELATION')
  })

  it('is not there for drafts, and counts while a followed calendar holds the event', async ({ expect }) => {
    const { publisher, person, follow, own, calendar, read, event } = await aStage()
    await follow([calendar], 'invited_read')
    await person.app.patch(own, { rsvp_status: 'attending' })
    await publisher.api.put(`/event/${event}`, { draft: true })
    expect(await read()).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
    expect((await person.app.patch(own, { rsvp_status: 'attending' })).code).toBe(
      'EVENT_SUBSCRIPTION_NOT_FOUND',
    )
    await publisher.api.put(`/event/${event}`, { draft: false })
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/remove`, { calendarIds: [calendar] })
    expect(await read()).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
    expect((await person.app.patch(own, { rsvp_status: 'attending' })).code).toBe(
      'EVENT_SUBSCRIPTION_NOT_FOUND',
    )
  })

  it('stands behind a direct relation, even a lower one, and shows again when that goes', async ({
    expect,
  }) => {
    const { service, person, follow, own, calendar, read, event, publisher } = await aStage()
    await follow([calendar], 'subscribed_write')
    await person.app.patch(own, { rsvp_status: 'not_attending' })
    await relate(service, event, person.ecalId, { is_invitation: true, message: 'Do' })
    expect(await read()).toMatchObject({
      permission: 'invited_read',
      rsvp_status: 'not_replied',
      message: 'Do',
      calendar_ids: [calendar],
    })
    const other = await aPerson(publisher)
    await relate(service, event, other.ecalId)
    expect((await other.app.get(own)).data[0]).toMatchObject({ permission: 'invited_read', calendar_ids: [] })
    expect((await person.app.delete(own)).status).toBe(204)
    expect(await read()).toMatchObject({
      permission: 'subscribed_write',
      rsvp_status: 'not_attending',
      actor: null,
      message: null,
      is_invitation: false,
    })
    expect((await other.app.get(own)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
    expect((await service.get(own)).code).toBe('EVENT_SUBSCRIPTION_NOT_FOUND')
    expect((await person.app.delete(own)).code).toBe('INDIRECT_RELATION')
  })
})
