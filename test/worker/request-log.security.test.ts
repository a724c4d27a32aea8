import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import worker from '../../src/worker'
import { aCalendar, anEvent, aPerson } from '../support/apps'
import { dyingDatabase } from '../support/faults'
import { heard, isRequestLine, type Line, logging, logOf } from '../support/logged'
import { aPublisher } from '../support/publisher'
import { aReceiver } from '../support/receiver'
import { anEndpoint } from '../support/webhooks'
import { tokenOf } from './identity/support'
import { aMarkedPublisher, type Described, everyOperation, exampleOf, surfaceOf } from './walls/support'

const MARK = 'zqsecret'

/** A database of which each question fails, in words that could be anything. */
const deadDatabase = () => {
  const fail = () => Promise.reject(new Error('D1_ERROR: the database is gone'))
  const statement: object = { bind: () => statement, all: fail, first: fail, run: fail, raw: fail }
  const db = { prepare: () => statement, batch: fail, getBookmark: () => null }
  return { ...db, withSession: () => db }
}

/** The example of an operation with every text in it marked. */
function markedBody({ operation, method }: Described): { type: string; text: string } | null {
  const example = exampleOf(operation)
  if (!example || method === 'get') return null
  const mark = (text: string) => text.replaceAll(/":\s*"([^"]*)"/g, (_, value) => `":"${value}${MARK}"`)
  return { type: example.type, text: mark(example.text) }
}

describe('the lines of requests', () => {
  it('are one for each call of any operation, good or bad, also where the database fails, and hold nothing that was sent', async () => {
    const { publisher, person, biller, leadsTo } = await aMarkedPublisher()
    const bearer = `Bearer ${await tokenOf(biller.client)}`
    const tokens: Record<string, string> = {
      accounts: bearer,
      operator: `Bearer ${env.OPERATOR_TOKEN}`,
    }
    const secrets = [
      MARK,
      'zq-marker',
      '@',
      '://',
      'params',
      publisher.apiKey,
      publisher.secret,
      person.feedPath.split('/')[2] ?? '',
      person.app.authorization?.split(' ')[1] ?? '',
      bearer.slice(7),
      biller.client.clientSecret,
      String(env.OPERATOR_TOKEN),
      env.ENCRYPTION_KEY,
    ]
    const wrong: string[] = []
    const seen = { lines: 0, failures: 0, surfaces: new Set<unknown>() }
    for (const described of await everyOperation()) {
      const { path } = described
      // These change what all others are tried with.
      if (/restored$|reseal$/.test(path) || described.method === 'delete') continue
      const target = leadsTo(path)
      const method = described.method.toUpperCase()
      const example = method === 'GET' ? null : exampleOf(described.operation)
      const good = tokens[surfaceOf(path)] ?? person.app.authorization ?? ''
      const marked = { Authorization: `Bearer ${MARK}`, Cookie: `__Host-daybook=${MARK}`, 'User-Agent': MARK }
      const signed = path.startsWith('/apiv2')
        ? await publisher.api.signed(method, target.slice('/apiv2'.length), example?.text)
        : `${target}?q=${MARK}`
      const calls: [string, RequestInit, object?][] = [
        [signed, { headers: { Authorization: good }, body: example?.text ?? null }],
        [signed, { headers: { Authorization: good }, body: example?.text ?? null }, { DB: deadDatabase() }],
        [signed, { headers: { Authorization: good }, body: example?.text ?? null }, { DB: dyingDatabase(0) }],
        [
          `${target}/${MARK}?apiKey=${MARK}&apiSign=${MARK}&email=${MARK}@example.com`,
          { headers: marked, body: markedBody(described)?.text ?? null },
        ],
        [signed, { headers: { Authorization: good }, body: markedBody(described)?.text ?? null }],
      ]
      for (const [address, init, settings] of calls) {
        const type = { 'Content-Type': example?.type ?? 'application/json' }
        const { said, lines, answer } = await logOf(
          address,
          { method, ...init, headers: { ...type, ...init.headers } },
          settings,
        )
        const own = lines.filter(isRequestLine)
        const at = `${method} ${path} ${answer.status}`
        if (own.length !== 1 || own[0]?.status !== answer.status) wrong.push(`${at}: ${said}`)
        const told = secrets.filter((secret) => said.includes(secret))
        if (told.length > 0) wrong.push(`${at} tells ${told}: ${said}`)
        seen.lines += lines.length
        seen.surfaces.add(own[0]?.surface)
        if (answer.status >= 500) seen.failures++
      }
    }
    expect(wrong).toEqual([])
    expect(seen.lines).toBeGreaterThan(300)
    // The database failed wherever it was asked.
    expect(seen.failures).toBeGreaterThan(50)
    expect(seen.surfaces.size).toBeGreaterThanOrEqual(8)
  })

  it('are one for a socket, and for a feed whose database fails', async () => {
    const person = await aPerson(await aPublisher())
    const headers = { Upgrade: 'websocket', Authorization: person.app.authorization ?? '' }
    const opened = await logOf('/event-subscriptions/live', { headers })
    opened.answer.webSocket?.accept()
    opened.answer.webSocket?.close(1000)
    expect(opened.lines).toEqual([
      expect.objectContaining({ surface: 'events', route: '/event-subscriptions/live', status: 101 }),
    ])
    const failed = await logOf(person.feedPath, {}, { DB: deadDatabase() })
    expect(failed.lines).toEqual([
      { surface: 'feed', error: 'D1_ERROR: the database is gone' },
      expect.objectContaining({ surface: 'feed', status: 500, publisher: null }),
    ])
  })
})

describe('the lines of what runs by itself', () => {
  const controller = (cron: string) => ({ cron, scheduledTime: Date.now(), noRetry: () => {} })
  const number = expect.any(Number)
  const counts = { ms: number, rows: number, rowsWritten: number }
  const parsed = (said: string[]) => said.map((each): Line => JSON.parse(each))

  /** A batch of a queue. */
  function batchOf(queue: string, bodies: unknown[]) {
    const messages = bodies.map((body) => ({ body, id: '1', timestamp: new Date(), attempts: 1 }))
    return { queue, messages, ackAll: () => {}, retryAll: () => {} } as unknown as MessageBatch
  }

  it('are one for each cron and each batch of a queue, with what they read and wrote', async () => {
    const publisher = await aPublisher()
    await publisher.api.post('/calendar', { name: MARK })
    for (const cron of ['* * * * *', '7 * * * *', '23 3 * * *']) {
      const said = await heard(() => worker.scheduled(controller(cron), logging()))
      expect(parsed(said)).toEqual([{ run: 'cron', name: cron, ...counts }])
    }
    for (const queue of ['daybook-changes', 'daybook-bills', 'daybook-imports', 'daybook-pushes']) {
      await publisher.api.post('/calendar', { name: MARK })
      const bodies = [{ bill: `bill_${MARK}` }, { bill: `bill_${MARK}` }]
      const said = await heard(() =>
        worker.queue(batchOf(queue, queue.endsWith('bills') ? bodies : []), logging()),
      )
      const messages = queue.endsWith('bills') ? 2 : 0
      expect(parsed(said)).toEqual([{ run: 'queue', name: queue, messages, ...counts }])
      expect(said.join()).not.toContain(MARK)
    }
  })

  it('say what failed', async () => {
    const settings = logging({ DB: deadDatabase() })
    const error = 'D1_ERROR: the database is gone'
    const crons = await heard(async () => {
      await expect(worker.scheduled(controller('7 * * * *'), settings)).rejects.toThrow(error)
    })
    expect(parsed(crons)).toEqual([{ run: 'cron', name: '7 * * * *', ...counts, error }])
    const queued = await heard(async () => {
      await expect(worker.queue(batchOf('daybook-changes', [{}]), settings)).rejects.toThrow(error)
    })
    expect(parsed(queued)).toEqual([{ run: 'queue', name: 'daybook-changes', messages: 1, ...counts, error }])
  })

  it('are one for each alarm of an endpoint, with the attempts it made, and none where the log is off', async () => {
    const publisher = await aPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 500 }))
    const { id } = await anEndpoint(publisher, `${receiver.url}?key=${MARK}`, {
      events: ['event.created'],
    })
    await anEvent(publisher, await aCalendar(publisher, MARK), { name: MARK })
    await receiver.until(1)
    const stub = env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(id))
    await env.DB.prepare('UPDATE webhook_deliveries SET next_attempt_at = 1 WHERE endpoint_id = ?')
      .bind(id)
      .run()
    const said = await heard(async () => {
      await stub.wake(id)
      await runDurableObjectAlarm(stub)
    })
    expect(said).toEqual([])
    await runInDurableObject(stub, (object) => {
      const holder = object as unknown as { env: unknown }
      holder.env = logging()
    })
    await env.DB.prepare('UPDATE webhook_deliveries SET next_attempt_at = 1 WHERE endpoint_id = ?')
      .bind(id)
      .run()
    const told = await heard(async () => {
      await stub.wake(id)
      await runDurableObjectAlarm(stub)
    })
    expect(parsed(told)).toEqual([
      { run: 'alarm', name: 'webhooks', endpoint: id, attempts: 1, failed: 1, ...counts },
    ])
  })
})
