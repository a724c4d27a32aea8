import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { dispatchChanges } from '../../../src/changes'
import type { WebhookEndpoint } from '../../../src/webhooks/webhook-endpoint'
import { runCron } from '../../support/crons'
import { aPublisher } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { allDispatched, anEndpoint, attemptsRecorded, deliveryOf } from '../../support/webhooks'

const due = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }

/** As long as a message takes to arrive, and longer. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 300))

/** Runs something while every queue message is lost between commit and dispatcher. */
async function withoutQueue<T>(run: () => Promise<T>): Promise<T> {
  const queue = env.CHANGES as { send: unknown }
  const send = queue.send
  queue.send = () => Promise.reject(new Error('the queue is down'))
  try {
    return await run()
  } finally {
    queue.send = send
  }
}

describe('a committed change is announced', () => {
  it('when the queue send failed after the commit: the sweep finds it', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
    const person = await publisher.subscriber()
    await allDispatched(publisher)
    const query = { ecal_id: person.ecalId }
    const made = await withoutQueue(() => publisher.api.post('/event', due, { query }))
    expect(made.status).toBe(200)
    await quiet()
    expect(receiver.received).toEqual([])
    await runCron('* * * * *')
    await receiver.until(1)
    await runCron('* * * * *')
    expect(receiver.ids()).toHaveLength(1)
  })

  it('when the dispatcher died with half of its deliveries written', async ({ expect }) => {
    const publisher = await aPublisher()
    const [one, two] = [aReceiver(), aReceiver()]
    const first = await anEndpoint(publisher, one.url, { events: ['event.created'] })
    const second = await anEndpoint(publisher, two.url, { events: ['event.created'] })
    const person = await publisher.subscriber()
    await allDispatched(publisher)
    await withoutQueue(() => publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } }))

    // The batch is one transaction: break it at its last statement, and nothing of it stays.
    const broken = { ...env, DB: breakingAt('UPDATE changes SET dispatched') } as typeof env
    await expect(dispatchChanges(broken, Date.now())).rejects.toThrow()
    const written = await env.DB.prepare(
      'SELECT count(*) AS n FROM webhook_deliveries WHERE endpoint_id IN (?, ?)',
    )
      .bind(first.id, second.id)
      .first<number>('n')
    expect(written).toBe(0)

    await Promise.all([dispatchChanges(env, Date.now()), dispatchChanges(env, Date.now())])
    await one.until(1)
    await two.until(1)
    await attemptsRecorded(first.id, 1)
    await attemptsRecorded(second.id, 1)
    await runCron('* * * * *')
    expect([one.ids(), two.ids()].map((ids) => ids.length)).toEqual([1, 1])
  })

  it('when the consumer died after the receiver’s 200, before it was recorded', async ({ expect }) => {
    const publisher = await aPublisher()
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
    const stub = env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(id))
    const person = await publisher.subscriber()
    await allDispatched(publisher)
    await withoutQueue(() => publisher.api.post('/event', due, { query: { ecal_id: person.ecalId } }))
    await runInDurableObject(stub, (object: WebhookEndpoint) => {
      const its = object as unknown as { env: typeof env }
      its.env = { ...its.env, DB: breakingAt('INSERT INTO webhook_attempts') } as typeof env
    })
    await dispatchChanges(env, Date.now()).catch(() => {})
    await receiver.until(1)
    await runInDurableObject(stub, (object: WebhookEndpoint) => {
      const its = object as unknown as { env: typeof env }
      its.env = env
    })
    const messageId = receiver.ids()[0] ?? ''
    expect((await deliveryOf(id, messageId)).status).toBe('pending')
    await runCron('* * * * *')
    await attemptsRecorded(id, 1)
    expect(receiver.ids().length).toBeGreaterThanOrEqual(2)
    expect(new Set(receiver.ids())).toEqual(new Set([messageId]))
    const { data } = await publisher.api.get(`/webhook/${id}/deliveries/${messageId}`)
    expect([data.status, data.attempts.length]).toEqual(['delivered', 1])
    const came = receiver.received.length
    await runCron('* * * * *')
    expect(receiver.received).toHaveLength(came)
  })
})

/** A database that dies at a batch with a statement that begins so. */
function breakingAt(beginning: string): D1Database {
  const marked = new WeakSet<object>()
  const wrap = (db: Pick<D1Database, 'prepare' | 'batch'>): D1Database =>
    ({
      prepare: (sql: string) => {
        const statement = db.prepare(sql)
        if (!sql.trim().startsWith(beginning)) return statement
        const bind = statement.bind.bind(statement)
        statement.bind = (...values) => {
          const bound = bind(...values)
          marked.add(bound)
          return bound
        }
        return statement
      },
      batch: (statements: D1PreparedStatement[]) =>
        statements.some((statement) => marked.has(statement))
          ? // What stands before the break is sent, and rolled back with it.
            db.batch([...statements, env.DB.prepare('INSERT INTO guard (ok) VALUES (0)')])
          : db.batch(statements),
      withSession: () => wrap(env.DB.withSession('first-primary')),
    }) as unknown as D1Database
  return wrap(env.DB)
}
