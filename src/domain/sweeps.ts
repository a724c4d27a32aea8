import { logCalendarsOf, newWriteId } from '../changes'
import { type Database, runBatch } from '../platform/d1'

const DAY_MS = 24 * 3_600_000

/** Changes, and the rows of what is deleted, are kept this long (`design.md`). */
const KEPT_DAYS = 35

/** Rows that one statement of a sweep touches at most, so that it never holds the database long. */
const AT_ONCE = 500

/**
 * Takes tombstones out of calendars whose time has passed, and gives these calendars a new revision, so that a feed's
 * bytes go on depending on revisions alone (`widget-and-feeds.md` 4). Repeated, it finds nothing.
 */
export async function sweepTombstones(db: Database, now: number): Promise<number> {
  let swept = 0
  for (;;) {
    const { results } = await db
      .prepare(`SELECT id FROM events WHERE tombstone_until <= ? LIMIT ${AT_ONCE}`)
      .bind(now)
      .all<{ id: string }>()
    if (results.length === 0) return swept
    const ids = results.map((row) => row.id)
    const write = newWriteId()
    await runBatch(db, [
      db
        .prepare(
          `UPDATE events SET tombstone_until = NULL, write_id = ?1
           WHERE id IN (SELECT value FROM json_each(?2)) AND tombstone_until <= ?3`,
        )
        .bind(write, JSON.stringify(ids), now),
      logCalendarsOf({ db, now, actor: 'cron' }, ids, write),
      db
        .prepare(
          `DELETE FROM calendar_events WHERE event_id IN
             (SELECT e.id FROM json_each(?1) j CROSS JOIN events e ON e.id = j.value WHERE e.write_id = ?2)`,
        )
        .bind(JSON.stringify(ids), write),
    ])
    swept += ids.length
  }
}

/**
 * Forgets what is past its time: spent nonces, kept answers, sign-ups that can't be repeated any more; and viewers who
 * said long ago that they are connected, which they do every minute.
 */
export async function sweepExpired(db: Database, now: number): Promise<void> {
  const tables = ['nonces', 'idempotency_keys', 'signups']
  await runBatch(db, [
    ...tables.map((table) => db.prepare(`DELETE FROM ${table} WHERE expires_at <= ?`).bind(now)),
    db.prepare('DELETE FROM live_viewers WHERE seen_at <= ?').bind(now - DAY_MS),
  ])
}

/** Wipes codes that nobody used in time, so that none is kept longer than it can be of use. */
export async function sweepCodes(db: Database, now: number): Promise<void> {
  await db
    .prepare(
      'UPDATE contact_requests SET code_sealed = NULL WHERE code_sealed IS NOT NULL AND expires_at <= ?',
    )
    .bind(now)
    .run()
}

/** How long the log of webhook deliveries is kept (`webhooks.md` 6.1). */
const LOG_DAYS = 30

/** Retention of the delivery log: what is older than 30 days and waits for no attempt. */
export async function sweepDeliveries(db: Database, now: number): Promise<void> {
  const before = now - LOG_DAYS * DAY_MS
  await inRounds(db, before, [
    `DELETE FROM webhook_attempts WHERE id IN (SELECT id FROM webhook_attempts WHERE at < ? LIMIT ${AT_ONCE})`,
    `DELETE FROM webhook_deliveries WHERE rowid IN
       (SELECT rowid FROM webhook_deliveries WHERE created_at < ? AND next_attempt_at IS NULL LIMIT ${AT_ONCE})`,
    `DELETE FROM webhook_messages WHERE rowid IN (SELECT m.rowid FROM webhook_messages m WHERE m.at < ?
       AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.message_id = m.id) LIMIT ${AT_ONCE})`,
  ])
}

/** Runs each statement until it finds nothing more. */
async function inRounds(db: Database, before: number, statements: readonly string[]): Promise<void> {
  for (const sql of statements) {
    for (;;) {
      const { meta } = await db.prepare(sql).bind(before).run()
      if (meta.changes === 0) break
    }
  }
}

/** Retention: changes and requests for codes older than 35 days, and events that were deleted before then and show nowhere. */
export async function sweepOld(db: Database, now: number): Promise<void> {
  await inRounds(db, now - KEPT_DAYS * DAY_MS, [
    `DELETE FROM changes WHERE seq IN (SELECT seq FROM changes WHERE at < ? LIMIT ${AT_ONCE})`,
    `DELETE FROM contact_requests WHERE id IN (SELECT id FROM contact_requests WHERE requested_at < ? LIMIT ${AT_ONCE})`,
    `DELETE FROM events WHERE id IN (SELECT id FROM events WHERE deleted_at < ? AND tombstone_until IS NULL LIMIT ${AT_ONCE})`,
  ])
}
