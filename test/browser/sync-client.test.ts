import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it, onTestFinished, vi } from 'vitest'
import { demo, seedCalendars } from '../../scripts/demo-data.mjs'
import { localVariables, prepareDatabase, startServer } from '../../scripts/local-server.mjs'
import { signUrl } from '../../scripts/signing.mjs'
import { newCopy, sync } from '../../scripts/sync-client.mjs'
import { follow } from '../../scripts/sync-follow.mjs'
import { patience } from '../support/waiting'

/** The client of docs/sync.md against the server as `npm start` serves it, which these tests stop and start. */

const stateDir = mkdtempSync(join(tmpdir(), 'daybook-sync-'))
let port = 0
let server: Awaited<ReturnType<typeof startServer>>
let service = ''

const person = () => ({ origin: server.origin, token: demo.personToken })

beforeAll(async () => {
  port = await freePort()
  await prepareDatabase(stateDir, localVariables().ENCRYPTION_KEY)
  server = await startServer({ port, stateDir })
  await seedCalendars(server.origin)
  service = await serviceToken()
})

afterAll(async () => {
  await server.stop()
  rmSync(stateDir, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0)
  await once(probe, 'listening')
  const { port: found } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return found
}

async function serviceToken(): Promise<string> {
  const response = await fetch(`${server.origin}/identity/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: demo.clientId,
      client_secret: demo.clientSecret,
    }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
type Wire = any

/** A call of the publisher API. */
async function publish(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  fields?: object,
): Promise<Wire> {
  const body = fields === undefined ? '' : JSON.stringify(fields)
  const { apiKey, secret } = demo
  const url = signUrl({ method, url: `${server.origin}${path}`, body, apiKey, secret })
  const response = await fetch(url, { method, ...(body === '' ? {} : { body }) })
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`)
  return response.json()
}

/** A call of the event subscriptions API as the service. */
async function serve(method: string, path: string, body?: object): Promise<Wire> {
  const response = await fetch(`${server.origin}${path}`, {
    method,
    headers: { Authorization: `Bearer ${service}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`)
  return response.status === 204 ? null : response.json()
}

/** A public event that the demo person follows. */
async function anEvent(name: string): Promise<string> {
  const { data } = await publish('GET', '/apiv2/calendar?reference=demo-fixtures')
  const fields = { name, startDate: '2040-05-01', startTime: '19:00', calendarId: data[0].id }
  return (await publish('POST', '/apiv2/event', fields)).data.id
}

/** What the API shows now, by id. */
async function fullRead(path: string, token = demo.personToken): Promise<Wire[]> {
  const scheme = token === service ? 'Bearer' : 'Token'
  const headers = { Authorization: `${scheme} ${token}` }
  const all: Wire[] = []
  for (;;) {
    const response = await fetch(`${server.origin}${path}?limit=100&offset=${all.length}`, { headers })
    const { data } = (await response.json()) as { data: Wire[] }
    all.push(...data)
    if (data.length < 100) return byId(all)
  }
}

const byId = (items: Iterable<Wire>) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1))

/** The client, following until the test ends. */
function aFollower() {
  const copies = [newCopy(), newCopy('/events')] as const
  const [subscriptions, events] = copies
  const came: { path: string; item: Wire }[] = []
  const stop = new AbortController()
  const ended = follow(person(), [...copies], (item, { path }) => came.push({ path, item }), stop.signal)
  // It is looked at below; until then a failure is nobody's.
  ended.catch(() => {})
  onTestFinished(async () => {
    stop.abort()
    await ended.catch(() => {})
  })
  /** Waits until something holds of the copies. */
  const until = (holds: () => boolean) =>
    vi.waitFor(() => {
      if (!holds()) throw new Error('it does not hold')
    }, patience)
  return { subscriptions, events, came, ended, until, stop: () => stop.abort() }
}

describe('the client of docs/sync.md', () => {
  it('has everything after its first sync, in pages too', async ({ expect }) => {
    const [subscriptions, events] = [newCopy(), newCopy('/events')]
    for (const copy of [subscriptions, events]) {
      await sync(person(), copy)
      expect(byId(copy.items.values())).toEqual(await fullRead(copy.path))
    }
    expect([...subscriptions.items.values()]).toContainEqual(
      expect.objectContaining({ is_invitation: true, rsvp_status: 'not_replied' }),
    )
    const { data } = await publish('GET', '/apiv2/calendar?reference=demo-fixtures')
    const many = Array.from({ length: 150 }, (_, n) => ({
      name: `Match ${n}`,
      startDate: '2040-06-01',
      startTime: '19:00',
      calendarId: data[0].id,
    }))
    const made = await publish('POST', '/apiv2/batch/events', { events: many })
    expect(made.data.filter((result: Wire) => result.status !== '200')).toEqual([])
    const before = subscriptions.syncToken
    await sync(person(), subscriptions)
    expect(subscriptions.syncToken).toBe(before + 150)
    expect(byId(subscriptions.items.values())).toEqual(await fullRead('/event-subscriptions'))
  })

  it('shows what others changed as hints tell of it, and drops what is gone', async ({ expect }) => {
    const { subscriptions, events, until } = aFollower()
    await until(() => events.syncToken > 0)
    const event = await anEvent('Hinted')
    const id = `${event}_${demo.personId}`
    await until(() => subscriptions.items.has(id) && events.items.has(event))

    await serve('POST', '/event-subscriptions', {
      event_id: event,
      subscriber: { id: demo.personId },
      is_invitation: true,
      message: 'Come!',
    })
    await until(() => subscriptions.items.get(id)?.message === 'Come!')
    await publish('PUT', `/apiv2/event/${event}`, { name: 'Hinted again' })
    await until(() => events.items.get(event)?.title === 'Hinted again')
    await serve('DELETE', `/event-subscriptions/${id}`)
    await until(() => subscriptions.items.get(id)?.permission === 'subscribed_read')
    await publish('DELETE', `/apiv2/event/${event}`)
    await until(() => !subscriptions.items.has(id) && !events.items.has(event))
    for (const copy of [subscriptions, events]) {
      expect(byId(copy.items.values())).toEqual(await fullRead(copy.path))
    }
  }, 120_000)

  it('syncs a service’s view by an access token', async ({ expect }) => {
    const copy = newCopy()
    await sync({ origin: server.origin, token: service }, copy)
    expect(byId(copy.items.values())).toEqual(await fullRead('/event-subscriptions', service))
    expect(copy.items.size).toBeGreaterThan(0)
  })

  it('goes on after the server was stopped and started, without reading anything again', async ({
    expect,
  }) => {
    const { subscriptions, events, came, until } = aFollower()
    await until(() => events.syncToken > 0)
    const had = came.length
    await server.stop()
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    server = await startServer({ port, stateDir })
    const event = await anEvent('After the restart')
    await until(() => events.items.has(event) && subscriptions.items.has(`${event}_${demo.personId}`))
    // In either order: the event may have come between the syncs of the two copies.
    expect(
      came
        .slice(had)
        .map(({ path, item }) => `${path} ${item.event_id ?? item.id}`)
        .sort(),
    ).toEqual([`/event-subscriptions ${event}`, `/events ${event}`])
  }, 120_000)

  it('starts over where the server lost the timeline (410), and is right again', async ({ expect }) => {
    const { subscriptions, events, came, until } = aFollower()
    await until(() => events.syncToken > 0)
    await server.stop()
    const objects = join(stateDir, 'v3', 'do', 'daybook-SubscriberTimeline')
    const files = readdirSync(objects).filter((name) => /^[0-9a-f]{64}\.sqlite/.test(name))
    expect(files).not.toEqual([])
    for (const file of files) rmSync(join(objects, file))
    server = await startServer({ port, stateDir })
    await until(() => came.filter(({ item }) => item === null).length === 2)
    await until(() => events.syncToken > 2 ** 40 && subscriptions.syncToken > 2 ** 40)
    for (const copy of [subscriptions, events]) {
      expect(byId(copy.items.values())).toEqual(await fullRead(copy.path))
    }
  }, 120_000)

  it('waits as long as a 429 says', async ({ expect }) => {
    const asked: number[] = []
    const busy = createServer((request, response) => {
      asked.push(Date.now())
      if (asked.length === 1) return response.writeHead(429, { 'Retry-After': '2' }).end()
      if (asked.length === 2) return response.writeHead(503).end()
      const { pathname } = new URL(request.url ?? '', server.origin)
      return response.end(
        JSON.stringify({ data: [{ id: pathname, sync_token: 7 }], meta_data: { sync_token: 9 } }),
      )
    }).listen(0)
    await once(busy, 'listening')
    onTestFinished(() => void busy.close())
    const copy = newCopy()
    await sync({ origin: `http://localhost:${(busy.address() as AddressInfo).port}`, token: 'x' }, copy)
    expect(asked).toHaveLength(3)
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(1_990)
    expect(copy).toMatchObject({
      syncToken: 9,
      items: new Map([['/event-subscriptions', expect.anything()]]),
    })
  })

  it('asks again where the server goes away in the middle of an answer', async ({ expect }) => {
    const answer = JSON.stringify({ data: [{ id: 'one', sync_token: 7 }], meta_data: { sync_token: 9 } })
    let asked = 0
    const dying = createServer((_, response) => {
      asked++
      if (asked > 1) return response.end(answer)
      response.writeHead(200, { 'Content-Length': answer.length })
      return response.write(answer.slice(0, 20), () => response.destroy())
    }).listen(0)
    await once(dying, 'listening')
    onTestFinished(() => void dying.close())
    const copy = newCopy()
    await sync({ origin: `http://localhost:${(dying.address() as AddressInfo).port}`, token: 'x' }, copy)
    expect(asked).toBe(2)
    expect(copy).toMatchObject({ syncToken: 9, items: new Map([['one', expect.anything()]]) })
  })

  it('ends where its token is revoked, by the socket and by a read', async ({ expect }) => {
    const made = await publish('POST', `/apiv2/subscriber/${demo.personId}/tokens`)
    const revoked = { origin: server.origin, token: made.data.token as string }
    const copy = newCopy()
    const ended = follow(revoked, [copy])
    ended.catch(() => {})
    await vi.waitFor(() => expect(copy.items.size).toBeGreaterThan(0), patience)
    await publish('DELETE', `/apiv2/subscriber/${demo.personId}/tokens/${made.data.id}`)
    await expect(ended).rejects.toThrow(/revoked|401/)
    await expect(sync(revoked, newCopy())).rejects.toThrow('401')
  })
})
