import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, appOf, aService, relate } from '../../support/apps'
import { newestCode, newPhone, personRow, prove } from '../../support/contacts'
import { invite, relationRow } from '../../support/invitations'
import { logHead, logSince } from '../../support/log'
import { aPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'

/** A publisher with a service and an event to invite to. */
async function aStage() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, calendar)
  return { publisher, service, calendar, event }
}

describe('whom a contact reaches', () => {
  it('is one placeholder of many equal invitations at once', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const email = 'guest@example.com'
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => invite(service, event, { email: email.toUpperCase() })),
    )
    expect(new Set(ids).size).toBe(1)
    const other = await anEvent(publisher, await aCalendar(publisher))
    expect(await invite(service, other, { email, phone_number: newPhone() })).toBe(ids[0])
    expect(await personRow(ids[0] ?? '')).toMatchObject({ state: 'placeholder', email })
    expect((await publisher.api.get(`/subscriber/${ids[0]}`)).data).toMatchObject({ emailVerified: false })
  })

  it('is never who only typed it, and who proved it always; two of them are a conflict', async ({
    expect,
  }) => {
    const { publisher, service, event } = await aStage()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    expect(await invite(service, event, { email: ann.email })).not.toBe(ann.ecalId)
    const [one, two] = [newPhone(), newPhone()]
    await prove(ann.app, ann.ecalId, { phone_number: one })
    await prove(ben.app, ben.ecalId, { phone_number: two })
    expect(await invite(service, event, { email: 'else@example.com', phone_number: one })).toBe(ann.ecalId)
    await prove(ben.app, ben.ecalId, { email: 'ben@example.com' })
    const refused = await service.post('/event-subscriptions', {
      event_id: event,
      subscriber: { email: 'ben@example.com', phone_number: one },
    })
    expect([refused.status, refused.code]).toEqual([409, 'CONTACT_CONFLICT'])
  })

  it('gets a private calendar with the first private event, one of many at once', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const id = await invite(service, event, { phone_number: newPhone() })
    const app = await appOf(publisher, id)
    const replica = new Replica(app)
    await replica.sync()
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        publisher.api.post(
          '/event',
          { name: `Due ${n}`, startDate: '2040-01-01', allDay: true },
          { query: { ecal_id: id } },
        ),
      ),
    )
    expect(made.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(await replica.sync()).toHaveLength(6)
    expect(replica.sorted()).toEqual(await fullRead(app))
  })
})

describe('a merge', () => {
  it('brings a placeholder’s relations, events and ids to who proved its contact', async ({ expect }) => {
    const { publisher, service, calendar, event } = await aStage()
    const phone = newPhone()
    const guest = await invite(
      service,
      event,
      { phone_number: phone, first_name: 'Given', last_name: 'Name' },
      { message: 'Come!', is_invitation: true, permission: 'invited_write' },
    )
    const due = await publisher.api.post(
      '/event',
      { name: 'Due', startDate: '2040-01-01', allDay: true },
      { query: { ecal_id: guest } },
    )
    const guestApp = await appOf(publisher, guest)
    const ann = await aPerson(publisher, { calendarIds: [calendar] })
    const ben = await aPerson(publisher)
    await relate(service, event, ben.ecalId)
    const replicas = [new Replica(ann.app), new Replica(ben.app), new Replica(service)]
    for (const replica of replicas) await replica.sync()
    const head = await logHead()

    const proved = await prove(ann.app, ann.ecalId, { phone_number: phone })
    expect(proved.meta.merged_ids).toEqual([guest])
    const [own, others, all] = replicas
    for (const replica of replicas) {
      await replica.sync()
      expect(replica.sorted()).toEqual(await fullRead(replica.app))
    }
    expect(proved.meta.sync_token).toBe(own?.token)
    expect(own?.items.get(`${event}_${ann.ecalId}`)).toMatchObject({
      permission: 'invited_write',
      message: 'Come!',
      is_invitation: true,
      rsvp_status: 'not_replied',
      calendar_ids: [calendar],
      subscriber: { first_name: 'Given', last_name: 'Name', phone_number: phone },
    })
    for (const replica of [others, all]) {
      expect(replica?.items.has(`${event}_${guest}`)).toBe(false)
      expect(replica?.items.has(`${event}_${ann.ecalId}`)).toBe(true)
    }
    expect((await service.get(`/event-subscriptions/${event}_${guest}`)).status).toBe(404)
    const again = await service.post('/event-subscriptions', { event_id: event, subscriber: { id: guest } })
    expect(again.code).toBe('SUBSCRIBER_NOT_FOUND')
    expect((await guestApp.get('/persons/me')).status).toBe(401)
    expect(await invite(service, event, { phone_number: phone })).toBe(ann.ecalId)

    const alias = await publisher.api.get(`/subscriber/${guest}`)
    expect(alias.data.id).toBe(ann.ecalId)
    expect(alias.data.data.privateEventIds).toContain(due.data.id)
    const moved = await publisher.api.get(`/event/${due.data.id}`)
    expect(moved.data.calendarId).toBe(alias.data.data.privateCalIds[0])
    const counted = await env.DB.prepare(
      `SELECT c.event_count AS counted, (SELECT count(*) FROM calendar_events m WHERE m.calendar_id = c.id) AS rows
       FROM calendars c WHERE c.owner_id IN (?, ?) ORDER BY c.deleted_at IS NULL`,
    )
      .bind(guest, ann.ecalId)
      .all()
    expect(counted.results).toEqual([
      { counted: 0, rows: 0 },
      { counted: 2, rows: 2 },
    ])

    const rows = (await logSince(head)).slice(1)
    expect(rows.map((row) => [row.stream.split(':')[0], row.op, row.message])).toEqual(
      expect.arrayContaining([
        ['subscriber', 'contact.verified', 'contact.verified'],
        ['event', 'relation.updated', null],
        ['event', 'relation.removed', null],
        ['calendar', 'calendar.updated', null],
        ['subscriber', 'subscriber.merged', 'subscriber.merged'],
        ['subscriber', 'subscriber.merged', null],
      ]),
    )
    const told = rows.find((row) => row.message === 'subscriber.merged')
    expect(told?.stream).toBe(`subscriber:${ann.ecalId}`)
    expect(JSON.parse(told?.payload ?? '')).toEqual({
      ecalId: ann.ecalId,
      mergedEcalId: guest,
      email: null,
      phoneNumber: phone,
    })
  })

  it('joins what both have', async ({ expect }) => {
    const { publisher, service, calendar, event } = await aStage()
    const phone = newPhone()
    const guest = await invite(
      service,
      event,
      { phone_number: phone },
      { message: 'First', is_invitation: true },
    )
    const guestApp = await appOf(publisher, guest)
    await guestApp.patch(`/event-subscriptions/${event}_${guest}`, { rsvp_status: 'attending' })
    const ann = await aPerson(publisher)
    const ben = await aPerson(publisher)
    await relate(service, event, ann.ecalId, { permission: 'invited_write' })
    const other = await anEvent(publisher, calendar)
    await relate(service, other, ben.ecalId)
    // The guest made a relation and an event.
    await env.DB.batch([
      env.DB.prepare('UPDATE relations SET created_at = created_at - 1000 WHERE subscriber_id = ?').bind(
        guest,
      ),
      env.DB.prepare('UPDATE relations SET actor_id = ? WHERE event_id = ?').bind(guest, other),
      env.DB.prepare('UPDATE events SET creator_id = ? WHERE id = ?').bind(guest, other),
    ])
    await publisher.api.post(`/subscriber/${guest}/subscriptions/add`, {
      calendarIds: [calendar],
      permission: 'subscribed_write',
    })
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [calendar] })
    await guestApp.patch(`/event-subscriptions/${other}_${guest}`, { rsvp_status: 'not_attending' })
    const first = await relationRow(event, guest)
    await env.DB.prepare(`UPDATE subscribers SET first_name = 'Guest', last_name = 'Of' WHERE id = ?`)
      .bind(guest)
      .run()
    await ann.app.patch('/persons/me', { first_name: 'Ann' })
    const bens = new Replica(ben.app)
    await bens.sync()

    await prove(ann.app, ann.ecalId, { phone_number: phone })
    expect(await relationRow(event, ann.ecalId)).toMatchObject({
      permission: 'invited_write',
      rsvp_status: 'attending',
      is_invitation: 1,
      message: 'First',
      created_at: first.created_at,
      actor_id: '',
      addressed_phone: phone,
      removed_at: null,
    })
    expect((await relationRow(event, guest)).removed_at).not.toBeNull()
    expect(await personRow(ann.ecalId)).toMatchObject({ first_name: 'Ann', last_name: 'Of' })
    const seen = (await ann.app.get(`/event-subscriptions/${other}_${ann.ecalId}`)).data[0]
    expect(seen).toMatchObject({ permission: 'subscribed_write', rsvp_status: 'not_attending' })
    await bens.sync()
    expect(bens.items.get(`${other}_${ben.ecalId}`)?.actor).toMatchObject({
      id: ann.ecalId,
      first_name: 'Ann',
    })
    expect(bens.sorted()).toEqual(await fullRead(ben.app))
    const made = await env.DB.prepare('SELECT creator_id FROM events WHERE id = ?')
      .bind(other)
      .first('creator_id')
    expect(made).toBe(ann.ecalId)
  })

  it('waits until every contact of the other is proved', async ({ expect }) => {
    const { publisher } = await aStage()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const phone_number = newPhone()
    await prove(ben.app, ben.ecalId, { phone_number })
    expect((await prove(ann.app, ann.ecalId, { phone_number })).meta.merged_ids).toEqual([])
    expect((await ben.app.get('/persons/me')).status).toBe(200)
    expect((await prove(ann.app, ann.ecalId, { email: ben.email })).meta.merged_ids).toEqual([ben.ecalId])
    expect((await ben.app.get('/persons/me')).status).toBe(401)
    const contacts = (await ann.app.get('/persons/me')).data[0].contacts
    expect(contacts).toHaveLength(3)
    const signedUp = await env.DB.prepare(
      'SELECT value FROM contacts WHERE subscriber_id = ? AND signed_up_with = 1',
    )
      .bind(ann.ecalId)
      .all()
    expect(signedUp.results).toEqual([{ value: ann.email }])
  })

  it('resolves chains to the last person', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const [phone, email] = [newPhone(), 'chain@example.com']
    const first = await invite(service, event, { phone_number: phone })
    const second = await invite(service, event, { email })
    await prove(await appOf(publisher, second), second, { phone_number: phone })
    expect((await publisher.api.get(`/subscriber/${first}`)).data.id).toBe(second)
    const ann = await aPerson(publisher)
    expect((await prove(ann.app, ann.ecalId, { phone_number: phone })).meta.merged_ids).toEqual([])
    expect((await prove(ann.app, ann.ecalId, { email })).meta.merged_ids).toEqual([second])
    for (const id of [first, second]) {
      expect((await publisher.api.get(`/subscriber/${id}`)).data.id).toBe(ann.ecalId)
    }
    expect((await relationRow(event, ann.ecalId)).removed_at).toBeNull()
  })

  it('of two who prove one contact at once takes the placeholder once', async ({ expect }) => {
    const { publisher, service, event } = await aStage()
    const phone_number = newPhone()
    const guest = await invite(service, event, { phone_number })
    const people = await Promise.all(Array.from({ length: 6 }, () => aPerson(publisher)))
    await Promise.all(people.map(({ app }) => app.post('/persons/me/contacts', { phone_number })))
    const answers = await Promise.all(
      people.map(async ({ app, ecalId }) =>
        app.post('/persons/me/contacts/confirm', { phone_number, code: await newestCode(ecalId) }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(answers.flatMap(({ meta }) => meta.merged_ids)).toEqual([guest])
    const holders = await env.DB.prepare(
      'SELECT count(*) AS n FROM contacts WHERE value = ? AND verified = 1',
    )
      .bind(phone_number)
      .first('n')
    expect(holders).toBe(1)
  })
})
