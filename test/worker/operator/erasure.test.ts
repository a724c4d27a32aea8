import { env } from 'cloudflare:workers'
import { describe, it, vi } from 'vitest'
import { aPerson } from '../../support/apps'
import { newPhone, prove } from '../../support/contacts'
import { erase, exportOf, later, personPath } from '../../support/erasing'
import { ownEvent } from '../../support/event-api'
import { logHead, logSince } from '../../support/log'
import { aPublisher, fetchWorker, summaries } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'
import { signUp } from '../../support/sign-up'
import { objectTexts, rowsWithout, whereStored } from '../../support/storage'
import { patience } from '../../support/waiting'
import { runAlarmAt } from '../../support/webhooks'
import { aWholePerson, subscriberRow } from '../../support/whole-person'
import { operate } from '../identity/support'

describe('erasing a person', () => {
  it('leaves none of their values in the whole storage', async ({ expect }) => {
    const person = await aWholePerson()
    const { publisher, markers, ids } = person
    const before = await whereStored(markers, publisher.id, ids)
    const places = new Set(before.map((text) => text.slice(0, text.indexOf(' ')).replace(/^.*:.*\./, '*.')))
    // So that what isn't found afterwards was there before.
    expect([...places].sort()).toEqual([
      '*.items',
      '*.meta',
      'accounts',
      'applications',
      'changes',
      'contact_requests',
      'contacts',
      'events',
      'idempotency_keys',
      'pay_schedules',
      'pay_schedules_deleted',
      'relations',
      'subscribers',
      'user_tokens',
      'webhook_messages',
    ])
    expect(await erase(person)).toBe(204)
    expect(await whereStored(markers, publisher.id, ids)).toEqual([])
    await later()
    expect(await whereStored(markers, publisher.id, ids)).toEqual([])
    const due = 'SELECT looks, emails, next_attempt_at FROM erasures WHERE subscriber_id = ?'
    const row = await env.DB.prepare(due).bind(person.ecalId).first()
    expect(row).toEqual({ looks: 3, emails: '[]', next_attempt_at: null })
  })

  it('leaves what is others’ as it was', async ({ expect }) => {
    const person = await aWholePerson()
    const near = [...person.ids, ...person.markers]
    // Shown in the log: what others see of the person has changed. Calendars have a new revision by that. Tallies count.
    const told = [
      'changes',
      'calendars',
      'tallies',
      'webhook_deliveries',
      'webhook_attempts',
      'webhook_messages',
    ]
    const gone = [
      'calendar_events',
      'events',
      'erasure_viewers',
      'timelines',
      'webhook_endpoints',
      'marketplace_log',
    ]
    const before = await rowsWithout(near, [...told, ...gone])
    expect(await erase(person)).toBe(204)
    const after = new Set(await rowsWithout(near, [...told, ...gone]))
    expect(before.filter((row) => !after.has(row))).toEqual([])
    const events = await env.DB.prepare('SELECT name FROM events WHERE publisher_id = ? ORDER BY name')
      .bind(person.publisher.id)
      .all()
    expect(events.results.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['A dinner for the club', 'A dinner for two', 'Final', 'The host’s dinner']),
    )
  })

  it('is done once: then the id leads nowhere, and repeating it is 204', async ({ expect }) => {
    const person = await aWholePerson()
    const { publisher, ecalId, mergedId, token } = person
    expect(await erase({ publisher, ecalId: mergedId })).toBe(204)
    const from = await logHead()
    for (const id of [ecalId, mergedId]) {
      expect(await erase({ publisher, ecalId: id })).toBe(204)
      expect((await publisher.api.get(`/subscriber/${id}`)).status).toBe(404)
      expect((await publisher.api.post(`/subscriber/${id}/unsubscribe`)).status).toBe(404)
      expect((await exportOf({ publisher, ecalId: id })).status).toBe(404)
    }
    expect(await logSince(from)).toEqual([])
    for (const path of person.feedPaths) expect((await fetchWorker(path)).status).toBe(404)
    const asThem = await fetchWorker('/persons/me', { headers: { Authorization: `Token ${token}` } })
    expect(asThem.status).toBe(401)
    expect((await person.biller.get('/accounts/A1')).body).toMatchObject({ subscriberId: null })
  })

  it('closes their live connections, and keeps nothing of their sync', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const headers = { Upgrade: 'websocket', Authorization: ann.app.authorization ?? '' }
    const { webSocket: socket } = await fetchWorker('/event-subscriptions/live', { headers })
    if (!socket) throw new Error('no socket')
    const closed = new Promise<number>((resolve) => {
      socket.addEventListener('close', ({ code }) => resolve(code))
    })
    socket.accept()
    expect(await erase({ publisher, ecalId: ann.ecalId })).toBe(204)
    expect(await closed).toBe(4401)
    const timeline = env.TIMELINE.get(env.TIMELINE.idFromName(`person:${ann.ecalId}`))
    expect(await objectTexts('timeline', timeline)).toEqual([])
    const row = 'SELECT count(*) AS n FROM timelines WHERE viewer = ?'
    expect(await env.DB.prepare(row).bind(`person:${ann.ecalId}`).first('n')).toBe(0)
  })

  it('is refused for whom there is not', async ({ expect }) => {
    const [publisher, other] = [await aPublisher(), await aPublisher()]
    const { ecalId } = await publisher.subscriber()
    const paths = [
      personPath({ publisher: other, ecalId }),
      personPath({ publisher, ecalId: '0123456789abcdef01234567' }),
      personPath({ publisher, ecalId: 'nobody' }),
      personPath({ publisher: { id: 999_999_999 }, ecalId }),
    ]
    for (const path of paths) {
      const nothing = {
        status: 404,
        body: { error: { code: 'not_found', message: 'There is no such thing.' } },
      }
      expect(await operate('DELETE', path)).toEqual(nothing)
      expect(await operate('GET', `${path}/export`)).toEqual(nothing)
    }
    expect((await publisher.api.get(`/subscriber/${ecalId}`)).status).toBe(200)
    expect((await fetchWorker(personPath({ publisher, ecalId }), { method: 'DELETE' })).status).toBe(401)
  })

  it('tells client systems who has gone, and nothing else, in deliveries that wait too', async ({
    expect,
  }) => {
    const person = await aWholePerson()
    const { publisher, ecalId, receiver, failing, markers } = person
    const came = receiver.received.length
    expect(await erase(person)).toBe(204)
    const goodbye = await vi.waitFor(() => {
      const found = receiver.received.slice(came).find(({ json }) => json.type === 'subscriber.unsubscribed')
      if (!found) throw new Error('no goodbye yet')
      return found
    }, patience)
    expect(goodbye.json.data).toMatchObject({
      ecalId,
      reason: 'erased',
      email: '',
      custom: {},
      calendarIds: [],
    })
    const bodies: string[] = []
    const { url } = (await publisher.api.get(`/webhook/${failing.id}`)).data
    vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input, init)
      if (request.url === url) bodies.push(await request.text())
      return new Response(null, { status: 204 })
    })
    await runAlarmAt(Date.now() + 60_000, failing.id)
    const types = bodies.map((body) => JSON.parse(body).type)
    expect(types).toEqual(
      expect.arrayContaining(['subscriber.subscribed', 'event.created', 'event_subscription.created']),
    )
    expect(bodies.filter((body) => markers.some((marker) => body.includes(marker)))).toEqual([])
    const theirs = bodies.map((body) => JSON.parse(body)).filter(({ data }) => data.ecalId === ecalId)
    expect(theirs).toContainEqual(
      expect.objectContaining({
        type: 'subscriber.subscribed',
        data: expect.objectContaining({ ecalId, email: '', custom: {}, location: expect.anything() }),
      }),
    )
  })

  it('takes them out of what others see, whose syncs stay right', async ({ expect }) => {
    const person = await aWholePerson()
    const { friend, service, ecalId, shared, alone } = person
    const [friends, services] = [new Replica(friend.app), new Replica(service)]
    await friends.sync()
    await services.sync()
    expect(await erase(person)).toBe(204)
    for (const replica of [friends, services]) {
      await replica.sync()
      expect(replica.sorted()).toEqual(await fullRead(replica.app))
      expect([...replica.items.values()].filter((item) => item.subscriber.id === ecalId)).toEqual([])
    }
    expect(friends.items.get(`${shared}_${friend.ecalId}`)).toMatchObject({
      actor: { id: ecalId, first_name: '', last_name: '' },
      message: null,
    })
    const dinner = await friend.app.get(`/events/${shared}`)
    expect(dinner.data[0]).toMatchObject({
      title: 'A dinner for two',
      creator: { id: ecalId, first_name: '' },
    })
    expect((await service.get(`/events/${alone}`)).status).toBe(404)
    expect(await summaries(friend.feed())).toContain('A dinner for the club')
  })

  it('of one who has unsubscribed erases what is left, and tells nobody again', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber({ first_name: 'Zoltana', email: 'zoltana@example.com' })
    await publisher.api.post(`/subscriber/${ecalId}/unsubscribe`)
    expect(JSON.parse((await exportOf({ publisher, ecalId })).text).persons).toMatchObject([
      { id: ecalId, firstName: 'Zoltana', state: 'unsubscribed' },
    ])
    const from = await logHead()
    expect(await erase({ publisher, ecalId })).toBe(204)
    expect((await logSince(from)).filter(({ message }) => message !== null)).toEqual([])
    expect(await subscriberRow(ecalId)).toMatchObject({ first_name: '', email: '', state: 'unsubscribed' })
    expect(await whereStored(['zoltana'], publisher.id, [ecalId])).toEqual([])
  })

  it('lets them come again as somebody new, also with the key of their first sign-up', async ({ expect }) => {
    const publisher = await aPublisher()
    const key = { 'Idempotency-Key': 'a key that nobody guesses' }
    const first = await signUp(publisher, 'ann@example.com', {}, key)
    expect(await erase({ publisher, ecalId: first.ecalId })).toBe(204)
    const again = await signUp(publisher, 'ann@example.com', { first_name: 'Ann' }, key)
    expect([again.status, again.ecalId === first.ecalId]).toEqual([201, false])
    await later()
    expect((await publisher.api.get(`/subscriber/${again.ecalId}`)).data.first_name).toBe('Ann')
    expect((await fetchWorker(again.feedPath)).status).toBe(200)
  })

  it('leaves another person who typed the same e-mail alone', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher, { email: 'both@example.com' })
    await publisher.api.post(`/subscriber/${ann.ecalId}/confirm-email`)
    const ben = await aPerson(publisher)
    await ownEvent(ben.app)
    await ben.app.post('/persons/me/contacts', { email: 'both@example.com' })
    expect(await erase({ publisher, ecalId: ann.ecalId })).toBe(204)
    const asked = 'SELECT value FROM contact_requests WHERE subscriber_id = ?'
    expect(await env.DB.prepare(asked).bind(ben.ecalId).first('value')).toBe('both@example.com')
    expect((await fullRead(ben.app)).length).toBeGreaterThan(0)
  })

  it('takes a contact of theirs out of what others were addressed with', async ({ expect }) => {
    const publisher = await aPublisher()
    const [host, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const phone = newPhone()
    const email = `zb-${ben.ecalId}@example.com`
    await prove(ben.app, ben.ecalId, { email })
    const [alone, both] = [await ownEvent(host.app), await ownEvent(host.app)]
    const invited = await host.app.post('/event-subscriptions', {
      event_id: alone.id,
      subscriber: { phone_number: phone },
    })
    // The e-mail decides whom this one reaches; the phone number is only remembered for the host.
    await host.app.post('/event-subscriptions', {
      event_id: both.id,
      subscriber: { email, phone_number: phone },
    })
    const replica = new Replica(host.app)
    await replica.sync()
    const item = `${both.id}_${ben.ecalId}`
    expect(replica.items.get(item)?.subscriber).toMatchObject({ email, phone_number: phone })
    const ids = [host.ecalId, ben.ecalId]
    const places = async () => (await whereStored([phone], publisher.id, ids)).length
    expect(await places()).toBeGreaterThan(2)
    expect(await erase({ publisher, ecalId: invited.data[0].subscriber.id })).toBe(204)
    expect(await places()).toBe(0)
    await replica.sync()
    expect(replica.items.get(item)?.subscriber).toMatchObject({ email, phone_number: null })
    expect(replica.sorted()).toEqual(await fullRead(host.app))
  })

  it('after a restore of the database is repeated', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher, { first_name: 'Quirina' })
    const tables = ['subscribers', 'contacts', 'feed_addresses', 'user_tokens', 'follows'] as const
    const column = (table: string) => (table === 'subscribers' ? 'id' : 'subscriber_id')
    const kept = await Promise.all(
      tables.map(async (table) => {
        const sql = `SELECT * FROM ${table} WHERE ${column(table)} = ?`
        return { table, rows: (await env.DB.prepare(sql).bind(ann.ecalId).all()).results }
      }),
    )
    expect(await erase({ publisher, ecalId: ann.ecalId })).toBe(204)
    await env.DB.prepare('DELETE FROM erasures WHERE subscriber_id = ?').bind(ann.ecalId).run()
    for (const { table, rows } of kept) {
      for (const row of rows) {
        const names = Object.keys(row)
        const sql = `INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
        await env.DB.prepare(sql)
          .bind(...Object.values(row))
          .run()
      }
    }
    expect((await ann.feed()).status).toBe(200)
    expect((await operate('POST', '/operator/restored')).status).toBe(200)
    expect((await ann.feed()).status).toBe(404)
    expect((await ann.app.get('/persons/me')).status).toBe(401)
    const health = await operate('GET', '/operator/health')
    expect(health.body.erasures.pending).toBeGreaterThan(0)
    await later()
    expect(await subscriberRow(ann.ecalId)).toMatchObject({ first_name: '', state: 'unsubscribed' })
    expect((await operate('GET', '/operator/health')).body.erasures.pending).toBe(0)
  })
})
