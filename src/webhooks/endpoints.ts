import type { InferSelectModel } from 'drizzle-orm'
import type { webhookEndpoints } from '../db/schema'
import type { Database, Row } from '../platform/d1'
import { unseal } from '../platform/sealed'

export type EndpointRow = InferSelectModel<typeof webhookEndpoints>

/** What an attempt needs of an endpoint, read anew at each: a changed address or secret applies to what waits. */
export type Target = {
  readonly id: string
  readonly publisherId: number
  readonly url: string
  readonly format: 'standard' | 'ecal'
  readonly active: boolean
  readonly failingSince: number | null
  /** Newest first: each signs. None where a secret can't be opened: nothing can be sent then. */
  readonly secrets: readonly string[]
  readonly encryptionSecret: string | null
}

/** To what a sealed secret of an endpoint belongs. */
export const secretOf = (endpointId: string): string => `webhook ${endpointId}`

/** A statement for the endpoint's row; `openTarget` reads it. */
export function selectTarget(db: Database, endpointId: string): D1PreparedStatement {
  return db.prepare('SELECT * FROM webhook_endpoints WHERE id = ?').bind(endpointId)
}

/** The endpoint of a row, with its secrets opened. */
export async function openTarget(row: Row, now: number, encryptionKey: string): Promise<Target> {
  const endpointId = String(row.id)
  const open = async (sealed: unknown) => {
    try {
      return await unseal(encryptionKey, String(sealed), secretOf(endpointId))
    } catch {
      // Told once an attempt is made with it; it must not keep the endpoint from being judged.
      console.error(JSON.stringify({ webhook: endpointId, error: 'a secret can not be opened' }))
      return null
    }
  }
  const overlaps = row.former_secret_sealed !== null && Number(row.former_secret_until) > now
  const secret = await open(row.secret_sealed)
  const former = overlaps ? await open(row.former_secret_sealed) : null
  const encryptionSecret =
    row.encryption_secret_sealed === null ? null : await open(row.encryption_secret_sealed)
  const isOpen = secret !== null && (row.encryption_secret_sealed === null || encryptionSecret !== null)
  return {
    id: endpointId,
    publisherId: Number(row.publisher_id),
    url: String(row.url),
    format: row.format === 'ecal' ? 'ecal' : 'standard',
    active: row.active === 1,
    failingSince: row.failing_since === null ? null : Number(row.failing_since),
    secrets: isOpen ? [secret, former].filter((each) => each !== null) : [],
    encryptionSecret,
  }
}

const DAY_MS = 24 * 3_600_000

/** From when on an endpoint that only fails carries a notice, and when it is disabled (`webhooks.md` 6). */
const SOON_AFTER = 3 * DAY_MS
const DISABLED_AFTER = 5 * DAY_MS

/** Statements for an endpoint that answered well: whatever notice it had of failing is cleared. */
export function endpointSucceeded(db: Database, endpointId: string, now: number): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `UPDATE webhook_endpoints SET last_success_at = ?1, failing_since = NULL,
           notice = CASE WHEN notice = 'failing_soon' THEN NULL ELSE notice END,
           notice_at = CASE WHEN notice = 'failing_soon' THEN NULL ELSE notice_at END
         WHERE id = ?2`,
      )
      .bind(now, endpointId),
  ]
}

/**
 * Statements for an endpoint that failed. One that has only failed for five days is disabled, from the third day on
 * it carries a notice; the first failure and this one are then far more than 12 hours apart.
 */
export function endpointFailed(db: Database, endpointId: string, now: number): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `UPDATE webhook_endpoints SET last_failure_at = ?1, failing_since = coalesce(failing_since, ?1) WHERE id = ?2`,
      )
      .bind(now, endpointId),
    db
      .prepare(
        `UPDATE webhook_endpoints SET notice = 'failing_soon', notice_at = ?1
         WHERE id = ?2 AND active = 1 AND notice IS NULL AND failing_since <= ?3`,
      )
      .bind(now, endpointId, now - SOON_AFTER),
    ...disableEndpoint(db, endpointId, 'failing', now, now - DISABLED_AFTER),
  ]
}

/**
 * Statements that disable an endpoint, where it is active (and, for `failing`, has been failing since `since`). What
 * waits for it becomes `failed`; nothing of that is sent when it is enabled again, but by replay.
 */
export function disableEndpoint(
  db: Database,
  endpointId: string,
  reason: 'manual' | 'gone' | 'failing',
  now: number,
  since: number | null = null,
): D1PreparedStatement[] {
  const notice = reason === 'manual' ? null : reason
  return [
    db
      .prepare(
        `UPDATE webhook_endpoints SET active = 0, disabled_reason = ?1, disabled_at = ?2, notice = ?3,
           notice_at = iif(?3 IS NULL, NULL, ?2), modified_at = ?2
         WHERE id = ?4 AND active = 1 AND (?5 IS NULL OR failing_since <= ?5)`,
      )
      .bind(reason, now, notice, endpointId, since),
    ...endDeliveries(db, endpointId, now),
  ]
}

/** Statements that end what waits for an endpoint which is disabled by now; pings are sent to such ones too. */
function endDeliveries(db: Database, endpointId: string, now: number): D1PreparedStatement[] {
  const waiting = `endpoint_id = ?1 AND next_attempt_at IS NOT NULL AND type <> 'webhook.ping'
    AND EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.id = ?1 AND e.active = 0)`
  return [
    db
      .prepare(
        `INSERT INTO webhook_attempts (endpoint_id, message_id, at, status, duration_ms, error, replay)
         SELECT endpoint_id, message_id, ?2, 0, 0, 'endpoint disabled', replay FROM webhook_deliveries WHERE ${waiting}`,
      )
      .bind(endpointId, now),
    db
      .prepare(
        `UPDATE webhook_deliveries SET next_attempt_at = NULL, retry_at = NULL, replay = 0,
           status = CASE WHEN status = 'pending' THEN 'failed' ELSE status END WHERE ${waiting}`,
      )
      .bind(endpointId),
  ]
}
