import type { Env } from '../env'
import { type Database, type Row, runBatch } from '../platform/d1'
import { endpointsDue } from '../webhooks/deliveries'
import { isMeantFor, type MessageChange, type MessageRow, messageRow } from './messages'

/** Changes that one round takes up at most, and the size of their payloads. */
const AT_ONCE = 200
const MAX_PAYLOAD = 500_000

type ListenerRow = { id: string; publisher_id: number; events: string; format: string; since_seq: number }

/** What the dispatcher records: a message for an endpoint. */
type NewDelivery = { endpoint: string; message: string; publisher: number; type: string; seq: number }

/**
 * Tells the queue that something was committed. Should that fail, or the process die before, the sweep finds the
 * change: nothing waits for this.
 */
export async function announceChanges(env: Env): Promise<void> {
  try {
    await env.CHANGES.send({})
  } catch (error) {
    console.warn(
      JSON.stringify({ queue: 'changes', error: error instanceof Error ? error.message : 'unknown' }),
    )
  }
}

/**
 * Takes up the changes that nobody has dispatched yet, in their order: records a delivery for each endpoint that wants
 * the message and marks the change, in one batch, then wakes the endpoints. Two at once do no harm: a delivery is
 * recorded once, under the message's id.
 */
export async function dispatchChanges(env: Env, now: number): Promise<number> {
  const db = env.DB.withSession('first-primary')
  let dispatched = 0
  for (;;) {
    const changes = await undispatched(db)
    if (changes.length === 0) return dispatched
    const woken = await recordDeliveries(db, changes, now)
    await Promise.all(woken.map((id) => wakeEndpoint(env, id)))
    dispatched += changes.length
  }
}

/** What the every-minute cron does: changes that were committed and never announced, and endpoints that sleep. */
export async function sweepUndelivered(env: Env, now: number): Promise<void> {
  await dispatchChanges(env, now)
  for (const id of await endpointsDue(env.DB, now)) await wakeEndpoint(env, id)
}

export async function wakeEndpoint(env: Env, id: string): Promise<void> {
  await env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(id)).wake(id)
}

/** What a message is made of, over `changes c`. */
const CHANGE = `c.seq, c.publisher_id, coalesce(p.org_id, p.id) AS org_id, c.at, c.message, c.payload
  FROM changes c JOIN publishers p ON p.id = c.publisher_id`

function toChange(row: Row): MessageChange {
  return {
    seq: Number(row.seq),
    publisherId: Number(row.publisher_id),
    orgId: Number(row.org_id),
    at: Number(row.at),
    type: String(row.message),
    payload: String(row.payload),
  }
}

/** Changes of a publisher that carry a message, committed in a span, above a seq, in order. */
export async function readChangesBetween(
  db: Database,
  publisherId: number,
  since: number,
  until: number,
  after: number,
  limit: number,
): Promise<MessageChange[]> {
  const { results } = await db
    .prepare(
      `SELECT ${CHANGE} WHERE c.publisher_id = ?1 AND c.at BETWEEN ?2 AND ?3 AND c.seq > ?4 AND c.message IS NOT NULL
       ORDER BY c.seq LIMIT ?5`,
    )
    .bind(publisherId, since, until, after, limit)
    .all<Row>()
  return results.map(toChange)
}

/** The first changes that wait, as many as their payloads allow. */
async function undispatched(db: Database): Promise<MessageChange[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM (
         SELECT ${CHANGE} WHERE c.dispatched = 0 AND c.seq IN (
           SELECT w.seq FROM (
             SELECT seq, row_number() OVER (ORDER BY seq) AS place, sum(length(payload)) OVER (ORDER BY seq) AS size
             FROM (SELECT seq, payload FROM changes WHERE dispatched = 0 ORDER BY seq LIMIT ${AT_ONCE})) w
           WHERE w.place = 1 OR w.size <= ${MAX_PAYLOAD})) ORDER BY seq`,
    )
    .all<Row>()
  return results.map(toChange)
}

/** Records what the changes mean for endpoints and marks them, in one batch; answers the endpoints concerned. */
async function recordDeliveries(
  db: Database,
  changes: readonly MessageChange[],
  now: number,
): Promise<string[]> {
  const publishers = [...new Set(changes.map((change) => change.publisherId))]
  const { results } = await db
    .prepare(
      `SELECT e.id, e.publisher_id, e.events, e.format, e.since_seq FROM json_each(?) j
       CROSS JOIN webhook_endpoints e ON e.publisher_id = j.value WHERE e.active = 1`,
    )
    .bind(JSON.stringify(publishers))
    .all<ListenerRow>()
  const listeners = results.map((row) => ({
    id: row.id,
    publisherId: row.publisher_id,
    events: JSON.parse(row.events) as string[],
    format: row.format === 'ecal' ? ('ecal' as const) : ('standard' as const),
    sinceSeq: row.since_seq,
  }))
  const deliveries: NewDelivery[] = []
  const messages: MessageRow[] = []
  for (const change of changes) {
    const takers = listeners.filter((listener) => isMeantFor(listener, change))
    if (takers.length === 0) continue
    const message = messageRow(change)
    messages.push(message)
    for (const { id } of takers) {
      deliveries.push({ ...newDelivery(message), endpoint: id })
    }
  }
  await runBatch(db, [
    insertMessages(db, messages),
    insertDeliveries(db, deliveries, now),
    db
      .prepare('UPDATE changes SET dispatched = 1 WHERE seq IN (SELECT value FROM json_each(?))')
      .bind(JSON.stringify(changes.map((change) => change.seq))),
  ])
  return [...new Set(deliveries.map((delivery) => delivery.endpoint))]
}

function newDelivery({ id, publisher, type, seq }: MessageRow): Omit<NewDelivery, 'endpoint'> {
  return { message: id, publisher, type, seq }
}

/** Stores messages; one that is stored already keeps its bytes. */
export function insertMessages(db: Database, messages: readonly MessageRow[]): D1PreparedStatement {
  const field = (name: string) => `j.value ->> '$.${name}'`
  return db
    .prepare(
      `INSERT INTO webhook_messages (id, publisher_id, seq, type, at, body, ecal_body)
       SELECT ${['id', 'publisher', 'seq', 'type', 'at', 'body', 'ecal'].map(field).join(', ')} FROM json_each(?) j
       WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(messages))
}

function insertDeliveries(
  db: Database,
  deliveries: readonly NewDelivery[],
  now: number,
): D1PreparedStatement {
  const field = (name: string) => `j.value ->> '$.${name}'`
  return db
    .prepare(
      `INSERT INTO webhook_deliveries (endpoint_id, message_id, publisher_id, type, seq, status, next_attempt_at, created_at)
       SELECT e.id, ${['message', 'publisher', 'type', 'seq'].map(field).join(', ')}, 'pending', ?1, ?1
       FROM json_each(?2) j JOIN webhook_endpoints e ON e.id = ${field('endpoint')} AND e.active = 1
       WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(now, JSON.stringify(deliveries))
}
