import { numberOf } from '../databases'
import type { Env } from '../env'
import { type Database, type Row, runBatch } from '../platform/d1'
import { reasonOf } from '../platform/failures'
import { endpointsDue } from '../webhooks/deliveries'
import { isMeantFor, type MessageChange, type MessageRow, messageRow } from './messages'

/** Changes that one round takes up at most, and the size of their payloads. */
const AT_ONCE = 200
const MAX_PAYLOAD = 500_000

type ListenerRow = { id: string; publisher_id: number; events: string; format: string; since_seq: number }

/** What the dispatcher records: a message for an endpoint. */
type NewDelivery = { endpoint: string; message: string; publisher: number; type: string; seq: number }

/** A message of the queue `daybook-changes`: something was committed in the database of this number. */
export type ChangesMessage = { readonly database?: number }

/**
 * Tells the queue that something was committed. Should that fail, or the process die before, the sweep finds the
 * change: nothing waits for this.
 */
export async function announceChanges(env: Env): Promise<void> {
  try {
    await env.CHANGES.send({ database: numberOf(env) } satisfies ChangesMessage)
  } catch (error) {
    console.warn(JSON.stringify({ queue: 'changes', error: reasonOf(error) }))
  }
}

/** Runs what commits changes outside of a request, and tells of them before it ends. */
export async function announcing(env: Env, run: (announce: () => void) => Promise<void>): Promise<void> {
  let changed = false
  try {
    await run(() => {
      changed = true
    })
  } finally {
    if (changed) await announceChanges(env)
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
    await wakeAll(env, await recordAll(db, changes, now))
    dispatched += changes.length
  }
}

/** What the every-minute cron does: changes that were committed and never announced, and endpoints that sleep. */
export async function sweepUndelivered(env: Env, now: number): Promise<void> {
  try {
    await dispatchChanges(env, now)
  } finally {
    await wakeAll(env, await endpointsDue(env.DB, now))
  }
}

/** Endpoints that are woken at once. */
const WOKEN_AT_ONCE = 50

/** Wakes endpoints; one that can't be woken keeps no other asleep, and the next sweep tries it again. */
async function wakeAll(env: Env, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += WOKEN_AT_ONCE) {
    const group = ids.slice(at, at + WOKEN_AT_ONCE)
    const woken = await Promise.allSettled(group.map((id) => wakeEndpoint(env, id)))
    woken.forEach((each, n) => {
      if (each.status === 'rejected') logTrouble({ webhook: group[n] }, each.reason)
    })
  }
}

function logTrouble(about: object, error: unknown): void {
  console.error(JSON.stringify({ ...about, error: reasonOf(error) }))
}

export async function wakeEndpoint(env: Env, id: string): Promise<void> {
  await env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(id)).wake(id, numberOf(env))
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
  types: readonly string[],
  after: number,
  limit: number,
): Promise<MessageChange[]> {
  const { results } = await db
    .prepare(
      `SELECT ${CHANGE} WHERE c.publisher_id = ?1 AND c.at BETWEEN ?2 AND ?3 AND c.seq > ?4
         AND c.message IN (SELECT value FROM json_each(?5)) ORDER BY c.seq LIMIT ?6`,
    )
    .bind(publisherId, since, until, after, JSON.stringify(types), limit)
    .all<Row>()
  return results.map(toChange)
}

/** How many changes `readChangesBetween` would find in all. */
export async function countChangesBetween(
  db: Database,
  publisherId: number,
  since: number,
  until: number,
  types: readonly string[],
): Promise<number> {
  const found = await db
    .prepare(
      `SELECT count(*) AS n FROM changes c WHERE c.publisher_id = ?1 AND c.at BETWEEN ?2 AND ?3
         AND c.message IN (SELECT value FROM json_each(?4))`,
    )
    .bind(publisherId, since, until, JSON.stringify(types))
    .first<number>('n')
  return found ?? 0
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

/**
 * Records changes; where the database won't take them together, half by half, so that one change that it can't take
 * holds up no other. That one is set aside: marked, and told in the log.
 */
async function recordAll(db: Database, changes: readonly MessageChange[], now: number): Promise<string[]> {
  try {
    return await recordDeliveries(db, changes, now)
  } catch (error) {
    if (!/too ?big|too large/i.test(String(error))) throw error
    const [first] = changes
    if (changes.length === 1 && first) {
      logTrouble({ change: first.seq, dispatch: 'set aside' }, error)
      await markDispatched(db, [first]).run()
      return []
    }
    const half = Math.ceil(changes.length / 2)
    const earlier = await recordAll(db, changes.slice(0, half), now)
    return [...new Set([...earlier, ...(await recordAll(db, changes.slice(half), now))])]
  }
}

function markDispatched(db: Database, changes: readonly MessageChange[]): D1PreparedStatement {
  return db
    .prepare('UPDATE changes SET dispatched = 1 WHERE seq IN (SELECT value FROM json_each(?))')
    .bind(JSON.stringify(changes.map((change) => change.seq)))
}

/** The message of a change; null, and told in the log, for one that none can be made of. */
function messageOrNull(change: MessageChange): MessageRow | null {
  try {
    return messageRow(change)
  } catch (error) {
    logTrouble({ change: change.seq, dispatch: 'set aside' }, error)
    return null
  }
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
  const listeners = Map.groupBy(results.map(toListener), (listener) => listener.publisherId)
  const deliveries: NewDelivery[] = []
  const messages: MessageRow[] = []
  for (const change of changes) {
    const candidates = listeners.get(change.publisherId) ?? []
    const message = candidates.length === 0 ? null : messageOrNull(change)
    const takers = message ? candidates.filter((listener) => isMeantFor(listener, change)) : []
    if (message === null || takers.length === 0) continue
    messages.push(message)
    for (const { id } of takers) deliveries.push(newDelivery(id, message))
  }
  await runBatch(db, [
    ...insertMessages(db, messages),
    ...insertDeliveries(db, deliveries, now),
    markDispatched(db, changes),
  ])
  return [...new Set(deliveries.map((delivery) => delivery.endpoint))]
}

function toListener(row: ListenerRow) {
  return {
    id: row.id,
    publisherId: row.publisher_id,
    events: JSON.parse(row.events) as string[],
    format: row.format === 'ecal' ? ('ecal' as const) : ('standard' as const),
    sinceSeq: row.since_seq,
  }
}

function newDelivery(endpoint: string, { id, publisher, type, seq }: MessageRow): NewDelivery {
  return { endpoint, message: id, publisher, type, seq }
}

/** Stores messages, a statement each: a body is a parameter of its own. One that is stored keeps its bytes. */
export function insertMessages(db: Database, messages: readonly MessageRow[]): D1PreparedStatement[] {
  return messages.map(({ id, publisher, seq, type, at, body, ecal }) =>
    db
      .prepare(
        `INSERT INTO webhook_messages (id, publisher_id, seq, type, at, body, ecal_body)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .bind(id, publisher, seq, type, at, body, ecal),
  )
}

/** Deliveries that one statement records: its parameter stays far below what D1 takes. */
const A_STATEMENT = 2_000

/** Records deliveries as due; one that so far was only a replay gets its schedule. */
function insertDeliveries(
  db: Database,
  deliveries: readonly NewDelivery[],
  now: number,
): D1PreparedStatement[] {
  const field = (name: string) => `j.value ->> '$.${name}'`
  const parts: NewDelivery[][] = []
  for (let at = 0; at < deliveries.length; at += A_STATEMENT)
    parts.push(deliveries.slice(at, at + A_STATEMENT))
  return parts.map((part) =>
    db
      .prepare(
        `INSERT INTO webhook_deliveries (endpoint_id, message_id, publisher_id, type, seq, status, next_attempt_at, created_at)
         SELECT e.id, ${['message', 'publisher', 'type', 'seq'].map(field).join(', ')}, 'pending', ?1, ?1
         FROM json_each(?2) j JOIN webhook_endpoints e ON e.id = ${field('endpoint')} AND e.active = 1
         WHERE true ON CONFLICT DO UPDATE SET status = 'pending', retry_at = ?1,
           next_attempt_at = coalesce(webhook_deliveries.next_attempt_at, ?1)
         WHERE webhook_deliveries.tries = 0 AND webhook_deliveries.status = 'failed'`,
      )
      .bind(now, JSON.stringify(part)),
  )
}
