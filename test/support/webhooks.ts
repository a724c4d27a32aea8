import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import type { TestPublisher } from './publisher'
import { count } from './rows'
import { atTime } from './time'
import { patience } from './waiting'

export type TestEndpoint = { id: string; secret: string }

/** Makes an endpoint through the API. */
export async function anEndpoint(
  publisher: TestPublisher,
  url: string,
  fields: Record<string, unknown> = {},
): Promise<TestEndpoint> {
  const made = await publisher.api.post('/webhook', { url, ...fields })
  if (made.status !== 200) throw new Error(`a test's endpoint answered ${made.status}: ${made.text}`)
  return { id: made.data.id, secret: made.data.secret }
}

type Delivery = { status: string; tries: number; next_attempt_at: number | null }

/** A delivery as D1 has it. */
export async function deliveryOf(endpointId: string, messageId: string): Promise<Delivery> {
  const row = await env.DB.prepare(
    'SELECT status, tries, next_attempt_at FROM webhook_deliveries WHERE endpoint_id = ? AND message_id = ?',
  )
    .bind(endpointId, messageId)
    .first<Delivery>()
  if (!row) throw new Error(`no delivery of ${messageId}`)
  return row
}

/** Waits until an endpoint's object has recorded so many attempts. */
export async function attemptsRecorded(endpointId: string, count: number): Promise<void> {
  await vi.waitFor(async () => {
    const made = await env.DB.prepare('SELECT count(*) AS n FROM webhook_attempts WHERE endpoint_id = ?')
      .bind(endpointId)
      .first<number>('n')
    if ((made ?? 0) < count) throw new Error(`${made} of ${count} attempts were recorded`)
  }, patience)
}

/** Waits until everything that a publisher committed was dispatched. */
export async function allDispatched(publisher: Pick<TestPublisher, 'id'>): Promise<void> {
  await vi.waitFor(async () => {
    const waiting = await count('changes WHERE dispatched = 0 AND publisher_id = ?', publisher.id)
    if (waiting > 0) throw new Error(`${waiting} changes were not dispatched yet`)
  }, patience)
}

/** Wakes an endpoint and runs its alarm with the clock at an instant. */
export function runAlarmAt(instant: number, endpointId: string): Promise<boolean> {
  const stub = env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(endpointId))
  return atTime(instant, async () => {
    await stub.wake(endpointId)
    return runDurableObjectAlarm(stub)
  })
}
