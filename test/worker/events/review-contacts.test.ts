import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import type { ActingContext } from '../../../src/domain/acting'
import { confirmCode } from '../../../src/domain/contacts/requests'
import { subscribeToEvent } from '../../../src/domain/relations/subscribe'
import type { Database } from '../../../src/platform/d1'
import { aCalendar, anEvent, aPerson, appOf, aService, relate } from '../../support/apps'
import { newestCode, newPhone, prove } from '../../support/contacts'
import { invite, relationRow } from '../../support/invitations'
import { aPublisher, fetchWorker, type TestPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'
import { signUp } from '../../support/sign-up'

/** The database; something happens right before its first batch. */
function interrupted(meanwhile: () => Promise<unknown>): Database {
  let happened = false
  return {
    prepare: (sql) => env.DB.prepare(sql),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      if (!happened) {
        happened = true
        await meanwhile()
      }
      return env.DB.batch<T>(statements)
    },
  }
}

function contextOf(publisher: TestPublisher, db: Database): ActingContext {
  return {
    db,
    now: Date.now(),
    actor: 'client:test',
    acting: { kind: 'service' },
    publisher: {
      id: publisher.id,
      orgId: publisher.id,
      name: 'Acme Lending',
      timezone: 'Australia/Melbourne',
      defaultRegion: 'AU',
      isPartner: false,
    },
    encryptionKey: () => env.ENCRYPTION_KEY,
    inEachWrite: [],
  }
}

const toPhone = (eventId: string, phone: string) => ({
  eventId,
  addressee: { email: null, phone },
  permission: 'invited_read' as const,
  isInvitation: false,
  rsvpStatus: null,
  message: null,
  firstName: '',
  lastName: '',
})

async function aStage() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const calendar = await aCalendar(publisher)
  return { publisher, service, calendar, event: await anEvent(publisher, calendar) }
}

async function aPrivateEvent(publisher: TestPublisher, ecalId: string, name: string): Promise<string> {
  const body = { name, startDate: '2040-01-01', allDay: true }
  return (await publisher.api.post('/event', body, { query: { ecal_id: ecalId } })).data.id
}

describe('an invitation by contact that crosses a proof', () => {
  it('reaches who has proved the contact by then, not who had it before', async ({ expect }) => {
    const { publisher, event } = await aStage()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const phone = newPhone()
    await prove(ben.app, ben.ecalId, { phone_number: phone })
    const db = interrupted(() => prove(ann.app, ann.ecalId, { phone_number: phone }))
    const made = await subscribeToEvent(contextOf(publisher, db), toPhone(event, phone))
    expect(made).toEqual({ subscriberId: ann.ecalId, created: true })
    expect(await relationRow(event, ben.ecalId)).toEqual({})
  })

  it('reaches the survivor of a placeholder that merges meanwhile', async ({ expect }) => {
    const { publisher, service, calendar, event } = await aStage()
    const ann = await aPerson(publisher)
    const phone = newPhone()
    const guest = await invite(service, event, { phone_number: phone })
    const other = await anEvent(publisher, calendar)
    const db = interrupted(() => prove(ann.app, ann.ecalId, { phone_number: phone }))
    const made = await subscribeToEvent(contextOf(publisher, db), toPhone(other, phone))
    expect(made).toEqual({ subscriberId: ann.ecalId, created: true })
    expect(await relationRow(other, guest)).toEqual({})
  })

  it('of two contacts stays with neither of two persons who have one verified each by then', async ({
    expect,
  }) => {
    const { publisher, event } = await aStage()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const [phone, email] = [newPhone(), 'crossing@example.com']
    await prove(ben.app, ben.ecalId, { phone_number: phone })
    const db = interrupted(() => prove(ann.app, ann.ecalId, { email }))
    const wanted = { ...toPhone(event, phone), addressee: { email, phone } }
    await expect(subscribeToEvent(contextOf(publisher, db), wanted)).rejects.toMatchObject({
      code: 'contact_conflict',
    })
  })
})

describe('a code of somebody who unsubscribes meanwhile', () => {
  it('proves nothing, and is told as a credential that ended', async ({ expect }) => {
    const { publisher } = await aStage()
    const ann = await aPerson(publisher)
    const phone = newPhone()
    await ann.app.post('/persons/me/contacts', { phone_number: phone })
    const code = (await newestCode(ann.ecalId)) ?? ''
    const db = interrupted(() => publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`))
    const contact = { kind: 'phone', value: phone } as const
    await expect(
      confirmCode(contextOf(publisher, db), ann.ecalId, null, contact, code),
    ).rejects.toMatchObject({
      code: 'not_authenticated',
    })
  })
})

describe('phone numbers in other spellings', () => {
  it('are the same number, parentheses around the country code too', async ({ expect }) => {
    const { publisher } = await aStage()
    const ann = await aPerson(publisher)
    for (const phone_number of [
      '(+61) 412 345 678',
      '(0061) 412-345-678',
      ' +61.412.345.678 ',
      '-0412345678',
    ]) {
      const asked = await ann.app.post('/persons/me/contacts', { phone_number })
      expect([asked.status, asked.data?.[0].phone_number], phone_number).toEqual([202, '+61412345678'])
    }
    for (const phone_number of ['61+412345678', '++61412345678', '', '()', '+']) {
      expect((await ann.app.post('/persons/me/contacts', { phone_number })).status, phone_number).toBe(400)
    }
  })
})

describe('answers that meet direct relations in a merge', () => {
  it('are not lost where the survivor has said nothing', async ({ expect }) => {
    const { publisher, service, calendar, event } = await aStage()
    const ann = await aPerson(publisher)
    const ben = await aPerson(publisher, { calendarIds: [calendar] })
    await relate(service, event, ann.ecalId)
    await ben.app.patch(`/event-subscriptions/${event}_${ben.ecalId}`, { rsvp_status: 'not_attending' })
    const replica = new Replica(service)
    await replica.sync()
    // One of his private events too, which she was invited to.
    const due = await aPrivateEvent(publisher, ben.ecalId, 'Due')
    await relate(service, due, ann.ecalId)
    await ben.app.patch(`/event-subscriptions/${due}_${ben.ecalId}`, { rsvp_status: 'not_attending' })
    await prove(ann.app, ann.ecalId, { email: ben.email })
    for (const each of [event, due]) {
      expect((await relationRow(each, ann.ecalId)).rsvp_status).toBe('not_attending')
    }
    await replica.sync()
    expect(replica.sorted()).toEqual(await fullRead(service))
  })

  it('of before a direct relation do not come back', async ({ expect }) => {
    const { publisher, service, calendar, event } = await aStage()
    const ann = await aPerson(publisher, { calendarIds: [calendar] })
    const id = `${event}_${ann.ecalId}`
    await ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: 'attending' })
    await relate(service, event, ann.ecalId)
    // The writer asks again: what was answered counts no more.
    await ann.app.patch(`/event-subscriptions/${id}`, { permission: 'subscribed_read' })
    const asked = await service.patch(`/event-subscriptions/${id}`, { permission: 'invited_read' })
    expect(asked.data[0].rsvp_status).toBeNull()
    const ben = await aPerson(publisher)
    await relate(service, event, ben.ecalId)
    await prove(ann.app, ann.ecalId, { email: ben.email })
    expect((await relationRow(event, ann.ecalId)).rsvp_status).toBeNull()
  })
})

describe('what a limited address answers', () => {
  it('has other bytes under another ETag only, also once its person is merged', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    await anEvent(publisher, calendar)
    const typed = await signUp(publisher, 'typed@example.com', { calendarIds: [calendar] })
    await prove(await appOf(publisher, typed.ecalId), typed.ecalId, { email: 'typed@example.com' })
    const read = async () => {
      const answer = await fetchWorker(typed.feedPath)
      return { etag: answer.headers.get('ETag'), body: await answer.text() }
    }
    const before = await read()
    const ann = await aPerson(publisher)
    await env.DB.prepare(`UPDATE subscribers SET ics_filename = 'Other name' WHERE id = ?`)
      .bind(ann.ecalId)
      .run()
    await prove(ann.app, ann.ecalId, { email: 'typed@example.com' })
    const after = await read()
    if (after.body !== before.body) expect(after.etag).not.toBe(before.etag)
  })
})

describe('every viewer', () => {
  it('syncs to what it reads, after each of the merges of a chain', async ({ expect }) => {
    const { publisher, service, calendar, event } = await aStage()
    const loose = {
      title: 'Dinner',
      start: '2042-02-12T18:00:00Z',
      end: '2042-02-12T20:00:00Z',
      start_timezone: 'UTC',
      end_timezone: 'UTC',
    }
    const [ann, ben, carl, dora] = [
      await aPerson(publisher, { first_name: 'Ann' }),
      await aPerson(publisher, { last_name: 'Ben' }),
      await aPerson(publisher, { first_name: 'Carl', calendarIds: [calendar] }),
      await aPerson(publisher, { calendarIds: [calendar] }),
    ]
    // Ben owns an event, invites Carl, Dora and Ann; Ann owns one and invites Ben; a private one of Ben has a guest.
    const bens = (await ben.app.post('/events', loose)).data[0].id
    const anns = (await ann.app.post('/events', loose)).data[0].id
    for (const id of [carl.ecalId, dora.ecalId, ann.ecalId])
      await invite(ben.app, bens, { id }, { message: 'Hi' })
    await invite(ann.app, anns, { id: ben.ecalId }, { is_invitation: true })
    const due = await aPrivateEvent(publisher, ben.ecalId, 'Due')
    await relate(service, due, dora.ecalId)
    await relate(service, event, dora.ecalId)
    const phone = newPhone()
    const guest = await invite(
      service,
      event,
      { phone_number: phone },
      { message: 'Come', is_invitation: true },
    )
    await invite(service, due, { phone_number: phone })
    const viewers = [ann.app, ben.app, carl.app, dora.app, service]
    const replicas = [
      ...viewers.map((app) => new Replica(app)),
      ...[ann, carl, dora].map(({ app }) => new Replica(app, '/events')),
    ]
    const check = async (gone: readonly unknown[]) => {
      for (const replica of replicas) {
        if (gone.includes(replica.app)) continue
        await replica.sync()
        expect(replica.sorted()).toEqual(await fullRead(replica.app, replica.path))
      }
    }
    await check([])
    expect((await prove(ben.app, ben.ecalId, { phone_number: phone })).meta.merged_ids).toEqual([guest])
    await check([])
    await prove(ann.app, ann.ecalId, { phone_number: phone })
    await check([])
    expect((await prove(ann.app, ann.ecalId, { email: ben.email })).meta.merged_ids).toEqual([ben.ecalId])
    await check([ben.app])
    expect((await dora.app.get(`/events/${bens}`)).data[0].creator.id).toBe(ann.ecalId)
    await prove(carl.app, carl.ecalId, { phone_number: phone })
    await prove(carl.app, carl.ecalId, { email: ben.email })
    await check([ben.app])
    expect((await prove(carl.app, carl.ecalId, { email: ann.email })).meta.merged_ids).toEqual([ann.ecalId])
    await check([ben.app, ann.app])
    const owned = (await carl.app.get(`/event-subscriptions/${bens}_${carl.ecalId}`)).data[0]
    expect(owned).toMatchObject({
      permission: 'subscribed_write',
      actor: { id: carl.ecalId, last_name: 'Ben' },
    })
    for (const id of [guest, ben.ecalId, ann.ecalId]) {
      expect((await publisher.api.get(`/subscriber/${id}`)).data.id).toBe(carl.ecalId)
      expect((await dora.app.get(`/event-subscriptions/${event}_${id}`)).status).toBe(404)
    }
  })
})

describe('two merges that cross', () => {
  it('leave one person, whole', async ({ expect }) => {
    const { publisher } = await aStage()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    await aPrivateEvent(publisher, ann.ecalId, 'A')
    await aPrivateEvent(publisher, ben.ecalId, 'B')
    await ann.app.post('/persons/me/contacts', { email: ben.email })
    await ben.app.post('/persons/me/contacts', { email: ann.email })
    const answers = await Promise.all([
      ann.app.post('/persons/me/contacts/confirm', { email: ben.email, code: await newestCode(ann.ecalId) }),
      ben.app.post('/persons/me/contacts/confirm', { email: ann.email, code: await newestCode(ben.ecalId) }),
    ])
    const merged = answers.flatMap(({ meta }) => meta?.merged_ids ?? [])
    expect(merged).toHaveLength(1)
    expect(answers.map(({ status }) => status).every((status) => [200, 401, 410].includes(status))).toBe(true)
    const read = (await publisher.api.get(`/subscriber/${merged[0]}`)).data
    expect(read.id).not.toBe(merged[0])
    expect(read.data.privateEventIds).toHaveLength(4)
  })
})
