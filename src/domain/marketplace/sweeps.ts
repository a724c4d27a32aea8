import { logCompanyOf, newWriteId } from '../../changes'
import { type Database, runBatch } from '../../platform/d1'

const DAY_MS = 86_400_000

/** The log of a marketplace is kept so long (`marketplace.md` 1). */
const LOG_DAYS = 90

/** Rows that one statement of a sweep touches at most. */
const AT_ONCE = 500

/** Tells of the companies whose feeds have run dry since, each once. */
export async function sweepFeedsEnded(db: Database, now: number): Promise<void> {
  const { results } = await db
    .prepare(
      `SELECT c.publisher_id AS id FROM companies c JOIN publishers p ON p.id = c.publisher_id
       WHERE c.status = 'cancelled' AND c.feeds_ended_at IS NULL AND p.feeds_end_at <= ?1 LIMIT ${AT_ONCE}`,
    )
    .bind(now)
    .all<{ id: number }>()
  for (const { id } of results) {
    const write = newWriteId()
    await runBatch(db, [
      db
        .prepare(
          `UPDATE companies SET feeds_ended_at = ?2, write_id = ?3
           WHERE publisher_id = ?1 AND status = 'cancelled' AND feeds_ended_at IS NULL
             AND EXISTS (SELECT 1 FROM publishers WHERE id = ?1 AND feeds_end_at <= ?2)`,
        )
        .bind(id, now, write),
      logCompanyOf({ db, now, actor: 'cron' }, 'company.feeds_ended', String(id), write),
    ])
  }
}

/** Forgets sessions, sign-in links and spent ids whose time is over, and what the log told long ago. */
export async function sweepSignOns(db: Database, now: number): Promise<void> {
  await runBatch(
    db,
    ['portal_sessions', 'sign_in_links', 'sso_spent'].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE expires_at <= ?`).bind(now),
    ),
  )
  for (;;) {
    const { meta } = await db
      .prepare(
        `DELETE FROM marketplace_log WHERE id IN (SELECT id FROM marketplace_log WHERE at < ? LIMIT ${AT_ONCE})`,
      )
      .bind(now - LOG_DAYS * DAY_MS)
      .run()
    if (meta.changes === 0) break
  }
}
