import type { Database } from '../platform/d1'
import { disableEndpoint, endpointFailed, endpointSucceeded } from './endpoints'
import { nextAttemptAt } from './retry-schedule'

/** A delivery whose attempt is due, with its bodies. */
export type DueDelivery = {
  readonly messageId: string
  readonly type: string
  readonly body: string
  readonly ecalBody: string | null
  /** Attempts of the schedule made so far. */
  readonly tries: number
  readonly replay: boolean
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

/** Deliveries of an endpoint that are due, the longest first. */
export async function dueDeliveries(
  db: Database,
  endpointId: string,
  now: number,
  limit: number,
): Promise<DueDelivery[]> {
  const { results } = await db
    .prepare(
      `SELECT d.message_id, d.type, d.tries, d.replay, m.body, m.ecal_body FROM webhook_deliveries d
       JOIN webhook_messages m ON m.id = d.message_id
       WHERE d.endpoint_id = ?1 AND d.next_attempt_at <= ?2 ORDER BY d.next_attempt_at, d.seq LIMIT ?3`,
    )
    .bind(endpointId, now, limit)
    .all<{
      message_id: string
      type: string
      tries: number
      replay: number
      body: string
      ecal_body: string | null
    }>()
  return results.map((row) => ({
    messageId: row.message_id,
    type: row.type,
    body: row.body,
    ecalBody: row.ecal_body,
    tries: row.tries,
    replay: row.replay === 1,
  }))
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

/** What a delivery is after an attempt; `status` null leaves it as it was. */
function settle(
  db: Database,
  endpointId: string,
  delivery: DueDelivery,
  status: 'pending' | 'delivered' | 'failed' | null,
  next: number | null,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE webhook_deliveries SET status = coalesce(?1, status), next_attempt_at = ?2, replay = 0, tries = tries + ?3
       WHERE endpoint_id = ?4 AND message_id = ?5`,
    )
    .bind(status, next, delivery.replay ? 0 : 1, endpointId, delivery.messageId)
}
