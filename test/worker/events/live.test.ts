import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it, onTestFinished, vi } from 'vitest'
import { timelineOf, viewerName } from '../../../src/timeline'
import { LiveSockets } from '../../../src/timeline/live'
import { type App, aCalendar, anEvent, aPerson, appOf, aService, relate } from '../../support/apps'
import { aPublisher, fetchWorker, type TestPublisher } from '../../support/publisher'
import { atTime } from '../../support/time'
import { patience } from '../../support/waiting'
import { aClient, cancel, HOUR, revoke, tokenOf } from '../identity/support'

const LIVE = '/event-subscriptions/live'

const upgrade = (headers: Record<string, string> = {}, path = LIVE) =>
  fetchWorker(path, { headers: { Upgrade: 'websocket', ...headers } })

/** A socket, and what came over it. */
async function aSocket(headers: Record<string, string>) {
  const response = await upgrade(headers)
  const socket = response.webSocket
  if (response.status !== 101 || !socket) throw new Error(`a test's socket answered ${response.status}`)
  const heard: string[] = []
  let closed: number | null = null
  socket.addEventListener('message', ({ data }) => {
    heard.push(String(data))
  })
  socket.addEventListener('close', ({ code }) => {
    closed = code
  })
  socket.accept()
  onTestFinished(() => {
    if (closed === null) socket.close(1000)
  })
  const hints = () =>
    heard.filter((text) => text !== 'pong').map((text) => JSON.parse(text).sync_token as number)
  /** Waits for a hint at or above a token. */
  const hinted = (token: number, timeout = patience.timeout) =>
    vi.waitFor(
      () => {
        const last = hints().at(-1)
        if (last === undefined || last < token) throw new Error(`no hint of ${token}: ${heard}`)
        return last
      },
      { timeout, interval: 20 },
    )
  const closedWith = (code: number) =>
    vi.waitFor(() => {
      if (closed !== code) throw new Error(`not closed with ${code}: ${closed}`)
    }, patience)
  return { response, socket, heard, hints, hinted, closedWith }
}

/** Sooner than a look can come that nothing but the time caused, in ms: the first is 4 seconds away. */
const AT_ONCE = 3_000

const withHeader = (app: App) => ({ Authorization: app.authorization ?? '' })
const inProtocol = (app: App) => {
  const [scheme = '', value] = (app.authorization ?? '').split(' ')
  return { 'Sec-WebSocket-Protocol': `daybook, ${scheme.toLowerCase()}.${value}` }
}

/** The token of now, read by the viewer itself. */
const tokenNow = async (app: App): Promise<number> =>
  (await app.get('/event-subscriptions?limit=0')).meta.sync_token

const timelineOfPerson = (publisher: TestPublisher, personId: string) =>
  timelineOf(env, { publisherId: publisher.id, personId })

const isCounted = async (personId: string) => {
  const viewer = viewerName({ publisherId: 0, personId })
  return (await env.DB.prepare('SELECT 1 FROM live_viewers WHERE viewer = ?').bind(viewer).first()) !== null
}

describe('opening a socket', () => {
  it('takes a credential in a header or in a protocol, and tells the token at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const service = await aService(publisher)
    for (const app of [ann.app, service]) {
      const now = await tokenNow(app)
      const byHeader = await aSocket(withHeader(app))
      expect(byHeader.response.headers.get('Sec-WebSocket-Protocol')).toBeNull()
      const byProtocol = await aSocket(inProtocol(app))
      expect(byProtocol.response.headers.get('Sec-WebSocket-Protocol')).toBe('daybook')
      for (const { hinted, heard } of [byHeader, byProtocol]) {
        await hinted(now, AT_ONCE)
        expect(heard).toEqual([JSON.stringify({ sync_token: now })])
      }
    }
  })

  it('answers under both prefixes, with or without a slash', async ({ expect }) => {
    const ann = await aPerson(await aPublisher())
    for (const path of [LIVE, `${LIVE}/`, `/api/v2${LIVE}`, `/api/v2${LIVE}/`]) {
      const response = await upgrade(withHeader(ann.app), path)
      expect(response.status, path).toBe(101)
      response.webSocket?.accept()
      response.webSocket?.close()
    }
  })

  it('is refused without a good credential, without a scope, and without an upgrade', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const token = ann.app.authorization?.slice('Token '.length) ?? ''
    const codeOf = async (response: Response) =>
      [response.status, ((await response.json()) as { error: { code: string } }).error.code] as const

    const nobody = [
      {},
      { Authorization: `Token ${'0'.repeat(40)}` },
      { Authorization: 'Token no' },
      { 'Sec-WebSocket-Protocol': 'daybook' },
      { 'Sec-WebSocket-Protocol': `token.${token}` },
      { 'Sec-WebSocket-Protocol': `daybook, token.${'0'.repeat(40)}` },
      { 'Sec-WebSocket-Protocol': 'daybook, bearer.x.y.z' },
      // A header that is there counts, whatever the protocol says.
      { Authorization: 'Token no', 'Sec-WebSocket-Protocol': `daybook, token.${token}` },
    ]
    for (const headers of nobody) {
      const response = await upgrade(headers)
      expect(response.headers.get('WWW-Authenticate')).toBe('Token, Bearer')
      expect(await codeOf(response), JSON.stringify(headers)).toEqual([401, 'NOT_AUTHENTICATED'])
    }
    // Who calls comes before how.
    expect(await codeOf(await fetchWorker(LIVE))).toEqual([401, 'NOT_AUTHENTICATED'])
    const plain = await fetchWorker(LIVE, { headers: withHeader(ann.app) })
    expect(plain.headers.get('Upgrade')).toBe('websocket')
    expect(await codeOf(plain)).toEqual([426, 'UPGRADE_REQUIRED'])
    const writer = await aService(publisher, ['Service.write'])
    expect(await codeOf(await upgrade(withHeader(writer)))).toEqual([403, 'INSUFFICIENT_SCOPE'])
    const posted = await ann.app.post(LIVE, {})
    expect([posted.status, posted.code]).toEqual([405, 'METHOD_NOT_ALLOWED'])
    await cancel(publisher.id)
    expect(await codeOf(await upgrade(withHeader(ann.app)))).toEqual([403, 'FORBIDDEN'])
  })

  it('is refused to the 21st socket of a viewer, until one of the others is closed', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const other = await appOf(publisher, ann.ecalId)
    const sockets = []
    for (let n = 0; n < 20; n++) sockets.push(await aSocket(withHeader(n % 2 ? ann.app : other)))
    const refused = await upgrade(withHeader(ann.app))
    expect(refused.status).toBe(429)
    expect(refused.headers.get('Retry-After')).toMatch(/^\d+$/)
    expect(await refused.json()).toMatchObject({ error: { code: 'RATE_LIMITED', status_code: 429 } })
    // Somebody else has sockets of their own.
    const ben = await aPerson(publisher)
    await aSocket(withHeader(ben.app))
    sockets[0]?.socket.close(1000)
    await vi.waitFor(async () => {
      const again = await upgrade(withHeader(ann.app))
      expect(again.status).toBe(101)
      again.webSocket?.accept()
      again.webSocket?.close()
    }, patience)
  })
})

describe('a hint', () => {
  it('comes with the next look, within five seconds of what somebody else did', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const ann = await aPerson(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const before = await tokenNow(ann.app)
    const socket = await aSocket(withHeader(ann.app))
    await socket.hinted(before)
    const timeline = timelineOfPerson(publisher, ann.ecalId)
    const planned = await runInDurableObject(timeline, (_, state) => state.storage.getAlarm())
    expect((planned ?? Number.POSITIVE_INFINITY) - Date.now()).toBeLessThanOrEqual(4_000)
    await relate(service, event, ann.ecalId, { is_invitation: true })
    expect(await socket.hinted(before + 1)).toBe(before + 1)
    expect(await tokenNow(ann.app)).toBe(before + 1)
  })

  it('comes at once where the viewer reads or writes', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const ann = await aPerson(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const [one, two] = [await aSocket(withHeader(ann.app)), await aSocket(inProtocol(ann.app))]
    const id = await relate(service, event, ann.ecalId)
    const now = await tokenNow(ann.app)
    for (const { hinted } of [one, two]) await hinted(now, AT_ONCE)
    const answered = await ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: 'attending' })
    for (const { hinted } of [one, two]) await hinted(answered.meta.sync_token, AT_ONCE)
    expect(one.hints()).toEqual(two.hints())
  })

  it('never goes back, and follows each token that moved', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const ann = await aPerson(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const id = await relate(service, event, ann.ecalId)
    const socket = await aSocket(withHeader(ann.app))
    for (let n = 0; n < 12; n++) {
      const status = n % 2 ? 'attending' : 'not_attending'
      const [answered] = await Promise.all([
        ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: status }),
        tokenNow(ann.app),
        tokenNow(ann.app),
      ])
      await socket.hinted(answered.meta.sync_token, AT_ONCE)
    }
    const hints = socket.hints()
    expect(hints).toEqual([...hints].sort((a, b) => a - b))
    expect(hints.at(-1)).toBe(await tokenNow(ann.app))
  })

  it('tells a service what happens to anybody of its publisher, and a person nothing of others', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const event = await anEvent(publisher, await aCalendar(publisher))
    const [services, bens] = [await aSocket(withHeader(service)), await aSocket(withHeader(ben.app))]
    const [before, bensBefore] = [await tokenNow(service), await tokenNow(ben.app)]
    await relate(service, event, ann.ecalId)
    await services.hinted(before + 1)
    await runDurableObjectAlarm(timelineOfPerson(publisher, ben.ecalId))
    expect(bens.hints()).toEqual([bensBefore])
  })
})

describe('what a client says', () => {
  it('is answered where it is ping, and ignored otherwise', async ({ expect }) => {
    const ann = await aPerson(await aPublisher())
    const { socket, heard, hinted } = await aSocket(withHeader(ann.app))
    await hinted(0)
    for (const text of ['PING', ' ping', '{"sync_token":0}', 'x'.repeat(10_000)]) socket.send(text)
    socket.send(new Uint8Array([112, 105, 110, 103]))
    socket.send('ping')
    await vi.waitFor(() => expect(heard).toContain('pong'), patience)
    expect(heard.slice(1)).toEqual(['pong'])
    expect((await upgrade(withHeader(ann.app))).status).toBe(101)
  })
})

describe('a socket whose credential ends', () => {
  it('is closed with 4401 where a person’s token is revoked, and no other one', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const other = await appOf(publisher, ann.ecalId)
    const made = await publisher.api.get(`/subscriber/${ann.ecalId}/tokens`)
    const gone = await aSocket(withHeader(ann.app))
    const kept = await aSocket(inProtocol(other))
    expect((await publisher.api.delete(`/subscriber/${ann.ecalId}/tokens/${made.data[0].id}`)).status).toBe(
      200,
    )
    await runDurableObjectAlarm(timelineOfPerson(publisher, ann.ecalId))
    await gone.closedWith(4401)
    kept.socket.send('ping')
    await vi.waitFor(() => expect(kept.heard).toContain('pong'), patience)
    expect((await publisher.api.delete(`/subscriber/${ann.ecalId}/tokens`)).status).toBe(200)
    await runDurableObjectAlarm(timelineOfPerson(publisher, ann.ecalId))
    await kept.closedWith(4401)
  })

  it('is closed where a person leaves', async () => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const socket = await aSocket(withHeader(ann.app))
    await publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)
    await runDurableObjectAlarm(timelineOfPerson(publisher, ann.ecalId))
    await socket.closedWith(4401)
  })

  it('is closed where the company is cancelled, a person’s and a service’s', async () => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const service = await aService(publisher)
    const [anns, services] = [await aSocket(withHeader(ann.app)), await aSocket(withHeader(service))]
    await cancel(publisher.id)
    for (const personId of [ann.ecalId, null]) {
      await runDurableObjectAlarm(timelineOf(env, { publisherId: publisher.id, personId }))
    }
    await anns.closedWith(4401)
    await services.closedWith(4401)
  })

  it('is closed where a client is revoked or its access token has expired, and no other one', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const clients = []
    for (let n = 0; n < 2; n++) {
      const client = await aClient({ publisherId: publisher.id, scopes: ['Service.read'] })
      clients.push({ client, socket: await aSocket({ Authorization: `Bearer ${await tokenOf(client)}` }) })
    }
    const [first, second] = clients
    if (!first || !second) throw new Error('unreachable')
    const timeline = timelineOf(env, { publisherId: publisher.id, personId: null })
    await revoke(first.client)
    await runDurableObjectAlarm(timeline)
    await first.socket.closedWith(4401)
    second.socket.socket.send('ping')
    await vi.waitFor(() => expect(second.socket.heard).toContain('pong'), patience)
    await atTime(Date.now() + 2 * HOUR, () => runDurableObjectAlarm(timeline))
    await second.socket.closedWith(4401)
  })

  it('is not judged by a look that began before it opened, and counts no more once it is closed', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    await runInDurableObject(timelineOfPerson(publisher, ann.ecalId), async (_, state) => {
      const db = env.DB.withSession('first-primary')
      const live = new LiveSockets(state)
      const open = (hash: string) => live.accept({ kind: 'token', hash })?.client.accept()
      for (const hash of ['good', 'gone']) open(hash)
      expect(live.tokenHashes().sort()).toEqual(['gone', 'good'])
      open('late')
      await live.closeRevoked(db, new Map([['good', false]]), Date.now())
      expect(live.sockets).toHaveLength(2)
      expect(live.tokenHashes().sort()).toEqual(['good', 'late'])
      // Of a cancelled company.
      await live.closeRevoked(
        db,
        new Map([
          ['good', true],
          ['late', false],
        ]),
        Date.now(),
      )
      expect(live.tokenHashes()).toEqual(['late'])
    })
  })
})

describe('viewers that are connected', () => {
  it('are looked at in their time, however often sockets are opened', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const timeline = timelineOf(env, { publisherId: publisher.id, personId: ann.ecalId })
    const planned = () => runInDurableObject(timeline, (_, state) => state.storage.getAlarm())
    await aSocket(withHeader(ann.app))
    const first = await planned()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await aSocket(withHeader(ann.app))
    expect(await planned()).toBe(first)
  })

  it('are counted until the last socket closes', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const timeline = timelineOfPerson(publisher, ann.ecalId)
    expect(await isCounted(ann.ecalId)).toBe(false)
    const [one, two] = [await aSocket(withHeader(ann.app)), await aSocket(withHeader(ann.app))]
    expect(await isCounted(ann.ecalId)).toBe(true)
    one.socket.close(1000)
    await runDurableObjectAlarm(timeline)
    expect(await isCounted(ann.ecalId)).toBe(true)
    two.socket.close(1000)
    await vi.waitFor(async () => expect(await isCounted(ann.ecalId)).toBe(false), patience)
    await vi.waitFor(
      async () =>
        expect(await runInDurableObject(timeline, (_, state) => state.storage.getAlarm())).toBeNull(),
      patience,
    )
    const again = await aSocket(withHeader(ann.app))
    await again.hinted(0)
    expect(await isCounted(ann.ecalId)).toBe(true)
  })

  it('look every 4 seconds, and every 25 from 301 of them on, whatever old rows there are', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const viewer = { publisherId: publisher.id, personId: ann.ecalId }
    const now = Date.now() + 24 * HOUR
    const crowd = (name: string, size: number, seenAt: number) =>
      env.DB.prepare(
        `INSERT INTO live_viewers (viewer, publisher_id, seen_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         SELECT ?2 || i, ?3, ?4 FROM n`,
      )
        .bind(size, name, publisher.id, seenAt)
        .run()
    onTestFinished(async () => {
      await env.DB.prepare('DELETE FROM live_viewers WHERE publisher_id = ?').bind(publisher.id).run()
    })
    await runInDurableObject(timelineOfPerson(publisher, ann.ecalId), async (_, state) => {
      const db = env.DB.withSession('first-primary')
      const live = new LiveSockets(state)
      await crowd('a-gone:', 400, now - HOUR)
      await crowd('crowd:', 299, now)
      expect(await live.nextLook(db, viewer, now)).toBe(now + 4_000)
      await crowd('one-more:', 1, now)
      // It asks once a minute.
      expect(await live.nextLook(db, viewer, now + 59_999)).toBe(now + 59_999 + 4_000)
      expect(await live.nextLook(db, viewer, now + 60_000)).toBe(now + 60_000 + 25_000)
      expect(await live.nextLook(db, viewer, now + 119_999)).toBe(now + 119_999 + 25_000)
      await env.DB.prepare("DELETE FROM live_viewers WHERE viewer LIKE 'crowd:%'").run()
      expect(await live.nextLook(db, viewer, now + 120_000)).toBe(now + 120_000 + 4_000)
      // A database that fails stops no looks.
      const broken = {
        prepare: () => ({ bind: () => null }),
        batch: () => Promise.reject(new Error('down')),
      } as unknown as typeof db
      expect(await live.nextLook(broken, viewer, now + 180_000)).toBe(now + 180_000 + 4_000)
    })
  })
})
