import {
  countChangesBetween,
  insertMessages,
  isMeantFor,
  type MessageChange,
  makePing,
  messageRow,
  readChangesBetween,
} from '../../changes'
import type { Row } from '../../platform/d1'
import { randomHex } from '../../platform/ids'
import { messageTypes, wants } from '../../webhooks/message-types'
import { type Context, commit } from '../context'
import { DomainError, invalid } from '../errors'
import { readEndpoint } from './endpoints'

/** An attempt as the log tells it; `status` 0 is no answer. */
export type AttemptEntry = {
  readonly at: number
  readonly status: number
  readonly durationMs: number
  readonly error: string
  readonly replay: boolean
}

export type DeliveryEntry = {
  readonly messageId: string
  readonly type: string
  readonly status: 'pending' | 'delivered' | 'failed'
  readonly createdAt: number
  readonly nextAttemptAt: number | null
  readonly attempts: readonly AttemptEntry[]
}

export type DeliveryFilter = {
  readonly status?: 'pending' | 'delivered' | 'failed' | undefined
  readonly type?: string | undefined
  /** Epoch milliseconds. */
  readonly since?: number | undefined
  readonly offset: number
  readonly limit: number
}

/** A delivery with an attempt to come is pending, whatever came of it before. */
const STATUS = `iif(d.next_attempt_at IS NOT NULL, 'pending', d.status)`

/** SQL of each status, as the indexes know it. */
const IS = {
  pending: `(d.next_attempt_at IS NOT NULL OR d.status = 'pending')`,
  delivered: `d.status = 'delivered' AND d.next_attempt_at IS NULL`,
  failed: `d.status = 'failed' AND d.next_attempt_at IS NULL`,
} as const

/** An endpoint's deliveries, newest first, each with its attempts. @throws DomainError `not_found` */
export async function listDeliveries(ctx: Context, endpointId: string, filter: DeliveryFilter) {
  await readEndpoint(ctx, endpointId)
  const values: unknown[] = []
  const value = (bound: unknown): string => `?${values.push(bound)}`
  const conditions = [`d.endpoint_id = ${value(endpointId)}`]
  if (filter.status) conditions.push(IS[filter.status])
  if (filter.type) conditions.push(`d.type = ${value(filter.type)}`)
  if (filter.since !== undefined) conditions.push(`d.created_at >= ${value(filter.since)}`)
  const { results } = await ctx.db
    .prepare(
      `SELECT ${ENTRY} FROM webhook_deliveries d WHERE ${conditions.join(' AND ')}
       ORDER BY d.created_at DESC, d.rowid DESC LIMIT ${value(filter.limit)} OFFSET ${value(filter.offset)}`,
    )
    .bind(...values)
    .all<Row>()
  return results.map(toEntry)
}

const ENTRY = `d.message_id, d.type, ${STATUS} AS status, d.created_at, d.next_attempt_at,
  (SELECT json_group_array(json_array(a.id, a.at, a.status, a.duration_ms, a.error, a.replay))
   FROM webhook_attempts a WHERE a.endpoint_id = d.endpoint_id AND a.message_id = d.message_id) AS attempts`

function toEntry(row: Row): DeliveryEntry {
  const attempts = JSON.parse(String(row.attempts)) as [number, number, number, number, string, number][]
  return {
    messageId: String(row.message_id),
    type: String(row.type),
    status: row.status as DeliveryEntry['status'],
    createdAt: Number(row.created_at),
    nextAttemptAt: row.next_attempt_at === null ? null : Number(row.next_attempt_at),
    attempts: attempts
      .sort(([a], [b]) => a - b)
      .map(([, at, status, durationMs, error, replay]) => ({
        at,
        status,
        durationMs,
        error,
        replay: replay === 1,
      })),
  }
}

/** One delivery with its plain body. @throws DomainError `not_found` */
export async function readDelivery(
  ctx: Context,
  endpointId: string,
  messageId: string,
): Promise<DeliveryEntry & { body: string }> {
  const { format } = await readEndpoint(ctx, endpointId)
  const row = await ctx.db
    .prepare(
      `SELECT ${ENTRY}, m.body, m.ecal_body FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id
       WHERE d.endpoint_id = ? AND d.message_id = ?`,
    )
    .bind(endpointId, messageId)
    .first<Row>()
  if (!row) throw new DomainError('not_found')
  return { ...toEntry(row), body: String(format === 'ecal' ? (row.ecal_body ?? row.body) : row.body) }
}

/** Records a ping for an endpoint, active or not; answers its message id. @throws DomainError `not_found` */
export async function pingEndpoint(ctx: Context, endpointId: string): Promise<string> {
  await readEndpoint(ctx, endpointId)
  const { id, type, at, body } = makePing(`msg_ping_${randomHex(12)}`, endpointId, ctx.now)
  await commit(ctx, [
    ctx.db
      .prepare(
        'INSERT INTO webhook_messages (id, publisher_id, seq, type, at, body) VALUES (?, ?, 0, ?, ?, ?)',
      )
      .bind(id, ctx.publisher.id, type, at, body),
    ctx.db
      .prepare(
        `INSERT INTO webhook_deliveries (endpoint_id, message_id, publisher_id, type, seq, status, next_attempt_at, created_at)
         SELECT id, ?1, publisher_id, ?2, 0, 'pending', ?3, ?3 FROM webhook_endpoints WHERE id = ?4`,
      )
      .bind(id, type, ctx.now, endpointId),
  ])
  return id
}

/** An endpoint must be active to be sent something again. @throws DomainError `inactive`, `not_found` */
async function assertActive(ctx: Context, endpointId: string) {
  const endpoint = await readEndpoint(ctx, endpointId)
  if (!endpoint.active) throw new DomainError('inactive')
  return endpoint
}

/** SQL: an attempt is due now, as a replay; the schedule, where there is one, goes on after it. */
const REPLAY_NOW = `retry_at = iif(webhook_deliveries.replay = 1, retry_at, next_attempt_at), replay = 1, next_attempt_at = ?1`

/**
 * Makes an attempt of a delivery now, outside of the schedule.
 * @throws DomainError `not_found` for a message never meant for this endpoint, `inactive`
 */
export async function replayDelivery(ctx: Context, endpointId: string, messageId: string): Promise<void> {
  await assertActive(ctx, endpointId)
  const [replayed] = await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE webhook_deliveries SET ${REPLAY_NOW} WHERE endpoint_id = ?2 AND message_id = ?3
           AND EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.id = ?2 AND e.active = 1) RETURNING message_id`,
      )
      .bind(ctx.now, endpointId, messageId),
  ])
  if (replayed?.results.length === 1) return
  await assertActive(ctx, endpointId)
  throw new DomainError('not_found')
}

const MAX_REPLAYED = 10_000
const MAX_BACK_MS = 30 * 24 * 3_600_000

/** Changes that one commit of a replay takes up. */
const AT_ONCE = 100

/**
 * Sends again every message of a span that the endpoint's `events` now match, those it never had too, in sequence
 * order. Instants in epoch milliseconds; answers how many.
 * @throws DomainError `invalid` (over 30 days back, over 10,000 messages), `inactive`, `not_found`
 */
export async function replaySpan(
  ctx: Context,
  endpointId: string,
  since: number,
  until: number,
): Promise<number> {
  const endpoint = await assertActive(ctx, endpointId)
  if (since < ctx.now - MAX_BACK_MS) throw invalid('since', 'Must be at most 30 days back.')
  if (until < since) throw invalid('until', 'Must not be before since.')
  const listener = { ...endpoint, sinceSeq: 0 }
  const types = messageTypes.filter((type) => wants(endpoint.events, type))
  const span = [ctx.db, ctx.publisher.id, since, until, types] as const
  if ((await countChangesBetween(...span)) > MAX_REPLAYED) {
    throw invalid('since', `Must be a span of at most ${MAX_REPLAYED} messages.`)
  }
  let queued = 0
  for (let after = 0; ; ) {
    const changes = await readChangesBetween(...span, after, AT_ONCE)
    const last = changes.at(-1)
    if (!last) return queued
    after = last.seq
    const meant = changes.filter((change) => isMeantFor(listener, change))
    await queueAgain(ctx, endpointId, meant)
    queued += meant.length
  }
}

/** Records messages as due for an endpoint now, whether it had them or not. */
async function queueAgain(
  ctx: Context,
  endpointId: string,
  changes: readonly MessageChange[],
): Promise<void> {
  const field = (name: string) => `j.value ->> '$.${name}'`
  const messages = changes.map(messageRow)
  const rows = JSON.stringify(messages.map(({ id, publisher, type, seq }) => ({ id, publisher, type, seq })))
  await commit(ctx, [
    ...insertMessages(ctx.db, messages),
    ctx.db
      .prepare(
        `INSERT INTO webhook_deliveries (endpoint_id, message_id, publisher_id, type, seq, status, next_attempt_at, replay, created_at)
         SELECT e.id, ${['id', 'publisher', 'type', 'seq'].map(field).join(', ')}, 'failed', ?1, 1, ?1
         FROM json_each(?2) j JOIN webhook_endpoints e ON e.id = ?3 AND e.active = 1 WHERE true
         ON CONFLICT (endpoint_id, message_id)
         DO UPDATE SET ${REPLAY_NOW}`,
      )
      .bind(ctx.now, rows, endpointId),
  ])
}
