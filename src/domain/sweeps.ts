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

/** Forgets what is past its time: spent nonces, kept answers, sign-ups that can't be repeated any more. */
export async function sweepExpired(db: Database, now: number): Promise<void> {
  const tables = ['nonces', 'idempotency_keys', 'signups']
  await runBatch(
    db,
    tables.map((table) => db.prepare(`DELETE FROM ${table} WHERE expires_at <= ?`).bind(now)),
  )
}

/** Retention: changes older than 35 days, and events that were deleted before then and show nowhere. */
export async function sweepOld(db: Database, now: number): Promise<void> {
  const before = now - KEPT_DAYS * DAY_MS
  for (const sql of [
    `DELETE FROM changes WHERE seq IN (SELECT seq FROM changes WHERE at < ? LIMIT ${AT_ONCE})`,
    `DELETE FROM events WHERE id IN (SELECT id FROM events WHERE deleted_at < ? AND tombstone_until IS NULL LIMIT ${AT_ONCE})`,
  ]) {
    for (;;) {
      const { meta } = await db.prepare(sql).bind(before).run()
      if (meta.changes === 0) break
    }
  }
}
