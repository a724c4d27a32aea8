import type { Database, Row } from '../platform/d1'
import { CODE, openCode, withCode } from './codes'
import {
  disableEndpoint,
  endpointFailed,
  endpointSucceeded,
  openTarget,
  selectTarget,
  type Target,
} from './endpoints'
import { nextAttemptAt } from './retry-schedule'

/** A delivery whose attempt is due, with its bodies. */
export type DueDelivery = {
  readonly messageId: string
  readonly type: string
  /** null where the message is no longer kept. */
  readonly body: string | null
  readonly ecalBody: string | null
  /** Attempts of the schedule made so far. */
  readonly tries: number
  readonly replay: boolean
  /** When it was due: by this it is known whether somebody asked for something else meanwhile. */
  readonly dueAt: number
}

/** How an attempt ended. `status`: the HTTP status, 0 without an answer. */
export type Outcome = {
  readonly at: number
  readonly status: number
  readonly durationMs: number
  readonly error: '' | 'timeout' | 'connection failed' | 'redirect' | 'address refused' | 'endpoint disabled'
  /** What `Retry-After` asks for, in milliseconds. */
  readonly retryAfterMs: number
}

const GONE = 410

/** Message ids of deliveries of an endpoint that are due, the longest first, without those under way. */
export async function dueMessages(
  db: Database,
  endpointId: string,
  now: number,
  underWay: readonly string[],
  limit: number,
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT message_id FROM webhook_deliveries WHERE endpoint_id = ?1 AND next_attempt_at <= ?2
         AND message_id NOT IN (SELECT value FROM json_each(?3)) ORDER BY next_attempt_at, seq LIMIT ?4`,
    )
    .bind(endpointId, now, JSON.stringify(underWay), limit)
    .all<{ message_id: string }>()
  return results.map((row) => row.message_id)
}

type DueRow = {
  type: string
  tries: number
  replay: number
  next_attempt_at: number
  body: string | null
  ecal_body: string | null
  code: string | null
}

/** A delivery that is still due, and its endpoint, as they are at this moment; null where either is no more. */
export async function readAttempt(
  db: Database,
  endpointId: string,
  messageId: string,
  now: number,
  encryptionKey: string,
): Promise<{ target: Target; delivery: DueDelivery } | null> {
  const [targets, deliveries] = await db.batch<Row>([
    selectTarget(db, endpointId),
    db
      .prepare(
        `SELECT d.type, d.tries, d.replay, d.next_attempt_at, m.body, m.ecal_body, ${CODE('?3')} AS code
         FROM webhook_deliveries d LEFT JOIN webhook_messages m ON m.id = d.message_id
         WHERE d.endpoint_id = ?1 AND d.message_id = ?2 AND d.next_attempt_at <= ?3`,
      )
      .bind(endpointId, messageId, now),
  ])
  const target = targets?.results[0]
  const row = deliveries?.results[0] as DueRow | undefined
  if (!target || !row) return null
  const delivery = {
    messageId,
    type: row.type,
    body: row.code && row.body ? withCode(row.body, await openCode(row.code, encryptionKey)) : row.body,
    ecalBody: row.ecal_body,
    tries: row.tries,
    replay: row.replay === 1,
    dueAt: row.next_attempt_at,
  }
  return { target: await openTarget(target, now, encryptionKey), delivery }
}

/** When the next attempt of an endpoint is due (epoch ms); null where none is. */
export async function nextDue(db: Database, endpointId: string): Promise<number | null> {
  return db
    .prepare(
      'SELECT min(next_attempt_at) AS at FROM webhook_deliveries WHERE endpoint_id = ? AND next_attempt_at IS NOT NULL',
    )
    .bind(endpointId)
    .first<number | null>('at')
}

/** Endpoints with an attempt that is due. */
export async function endpointsDue(db: Database, now: number): Promise<string[]> {
  const { results } = await db
    .prepare('SELECT DISTINCT endpoint_id AS id FROM webhook_deliveries WHERE next_attempt_at <= ?')
    .bind(now)
    .all<{ id: string }>()
  return results.map((row) => row.id)
}

/**
 * Records an attempt, what follows for the delivery, and what for the endpoint, in one batch. A replay stands outside
 * of the schedule: a failure of it counts towards nothing.
 */
export async function recordAttempt(
  db: Database,
  endpointId: string,
  delivery: DueDelivery,
  outcome: Outcome,
  now: number,
): Promise<void> {
  const { at, status, durationMs, error } = outcome
  const delivered = status >= 200 && status < 300
  await db.batch([
    db
      .prepare(
        `INSERT INTO webhook_attempts (endpoint_id, message_id, at, status, duration_ms, error, replay)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM webhook_deliveries WHERE endpoint_id = ?1 AND message_id = ?2)`,
      )
      .bind(endpointId, delivery.messageId, at, status, durationMs, error, delivery.replay ? 1 : 0),
    ...(delivered
      ? [settle(db, endpointId, delivery, 'delivered', null), ...endpointSucceeded(db, endpointId, now)]
      : failedStatements(db, endpointId, delivery, outcome, now)),
  ])
}

function failedStatements(
  db: Database,
  endpointId: string,
  delivery: DueDelivery,
  { status, retryAfterMs }: Outcome,
  now: number,
): D1PreparedStatement[] {
  if (delivery.replay) return [settle(db, endpointId, delivery, null, null)]
  const isPing = delivery.type === 'webhook.ping'
  if (status === GONE) {
    const ended = settle(db, endpointId, delivery, 'failed', null)
    return [ended, ...endpointFailed(db, endpointId, now), ...disableEndpoint(db, endpointId, 'gone', now)]
  }
  const next = nextAttemptAt(delivery.tries + 1, now, retryAfterMs)
  const settled = settle(db, endpointId, delivery, next === null ? 'failed' : 'pending', next)
  // A ping tests an endpoint; what it finds says nothing of how the endpoint does otherwise.
  return [settled, ...(isPing ? [] : endpointFailed(db, endpointId, now))]
}

/**
 * What a delivery is after an attempt; `status` null leaves it as it was. After a replay its schedule goes on. Where
 * it was touched during the attempt (asked for again, or ended), that stands: only a success is still noted.
 */
function settle(
  db: Database,
  endpointId: string,
  { messageId, replay, dueAt }: DueDelivery,
  status: 'pending' | 'delivered' | 'failed' | null,
  next: number | null,
): D1PreparedStatement {
  const untouched = 'next_attempt_at IS ?5 AND replay = ?6'
  const following = replay && status === null ? 'retry_at' : '?2'
  return db
    .prepare(
      `UPDATE webhook_deliveries SET
         status = iif(${untouched} OR ?1 = 'delivered', coalesce(?1, status), status),
         tries = tries + iif(?6 = 1, 0, 1),
         next_attempt_at = iif(${untouched}, ${following}, next_attempt_at),
         retry_at = iif((${untouched}) OR ?1 = 'delivered', NULL, retry_at),
         replay = iif(${untouched}, 0, replay)
       WHERE endpoint_id = ?3 AND message_id = ?4`,
    )
    .bind(status, next, endpointId, messageId, dueAt, replay ? 1 : 0)
}
