import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { dispatchChanges } from '../../../src/changes'
import type { Env } from '../../../src/env'
import { aCalendar } from '../../support/apps'
import { countingEnv } from '../../support/counting'
import { heard, type Line, logging, logOf } from '../../support/logged'
import { aPublisher, type TestPublisher } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { anEndpoint } from '../../support/webhooks'

/** What a delivery costs in rows of D1: `docs/scale.md` reckons with these. */

/** Endpoints that nothing wakes: each step runs when the test says so. */
const asleep = { idFromName: () => '', get: () => ({ wake: async () => {} }) }

/** Bindings that tell nobody of a change. */
const still = () => logging({ CHANGES: { send: async () => {} }, WEBHOOK_ENDPOINT: asleep })

const rowsOf = (said: readonly string[]) => {
  const lines = said.map((each): Line => JSON.parse(each))
  const { rows, rowsWritten } = lines.find(({ run }) => run !== undefined) ?? {}
  return { read: Number(rows), written: Number(rowsWritten) }
}

/** Dispatches what waits; answers what that cost. What other tests left due elsewhere isn't in it. */
async function dispatch() {
  const { counted, counts } = countingEnv()
  await dispatchChanges({ ...counted, WEBHOOK_ENDPOINT: asleep } as unknown as Env, Date.now())
  return { read: counts.rowsRead, written: counts.rowsWritten }
}

/** So many new events, of which nobody has been told. */
async function events(publisher: TestPublisher, calendarId: string, count: number) {
  for (let n = 0; n < count; n++) {
    const body = { name: 'Final', startDate: '2040-05-01', allDay: true, calendarId }
    const path = await publisher.api.signed('POST', '/event', body)
    await logOf(path, { method: 'POST', body: JSON.stringify(body) }, still())
  }
}

describe('the rows of a delivery', () => {
  it('are as many for each change and endpoint, however many there are', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    const some = { events: ['event.created'] }
    const receivers = [aReceiver(), aReceiver(), aReceiver()]
    await dispatch()
    const idle = await dispatch()
    await events(publisher, calendar, 1)
    const unheard = await dispatch()
    const endpoints = [await anEndpoint(publisher, receivers[0]?.url ?? '', some)]
    await events(publisher, calendar, 1)
    const one = await dispatch()
    await events(publisher, calendar, 10)
    const ten = await dispatch()
    for (const receiver of receivers.slice(1)) endpoints.push(await anEndpoint(publisher, receiver.url, some))
    await events(publisher, calendar, 10)
    const thirty = await dispatch()
    const attempts = []
    for (const { id } of endpoints.slice(0, 2)) {
      const stub = env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(id))
      await runInDurableObject(stub, (object) => {
        const holder = object as unknown as { env: unknown }
        holder.env = logging()
      })
      const said = await heard(async () => {
        await stub.wake(id)
        await runDurableObjectAlarm(stub)
      })
      attempts.push(rowsOf(said))
    }
    expect(receivers.map(({ received }) => received.length)).toEqual([21, 10, 0])
    // A change that nobody listens to is marked. A message has 4 rows with its indexes, a delivery of it 7.
    expect(idle).toEqual({ read: 4, written: 0 })
    expect([unheard.written, one.written, ten.written, thirty.written]).toEqual([1, 12, 120, 260])
    expect(ten.read).toBeLessThanOrEqual(10 * 18)
    expect(thirty.read).toBeLessThanOrEqual(30 * 9)
    // The first that is answered well clears what the endpoint had of failing.
    const [many, few] = attempts
    expect([many?.written, few?.written]).toEqual([21 * 7 + 2, 10 * 7])
    // As the last eight end, each free place looks for more, and reads what is still under way.
    expect(many?.read).toBeLessThanOrEqual(21 * 18 + 8 * 8)
  })
})
