import type { Database } from '../../platform/d1'

const DAY_MS = 86_400_000

const HOUR_MS = 3_600_000

/** The audit is kept so long (`portal.md`), and what the first page draws. */
const AUDIT_DAYS = 400

/** Sessions last 12 hours, and no form works in another session. */
const FORM_DAYS = 1

/** Rows that one statement touches at most. */
const AT_ONCE = 500

/** Forgets what staff did and what was counted long ago, and which forms of ended sessions were used. */
export async function sweepPortal(db: Database, now: number): Promise<void> {
  const before = (days: number) => now - days * DAY_MS
  const old = [
    ['portal_audit', 'at', before(AUDIT_DAYS)],
    ['portal_forms', 'created_at', before(FORM_DAYS)],
    // Hour 0 is what there is now.
    ['tallies', 'hour > 0 AND hour', Math.floor(before(AUDIT_DAYS) / HOUR_MS)],
  ] as const
  for (const [table, column, time] of old) {
    for (;;) {
      const { meta } = await db
        .prepare(
          `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${column} < ?1 LIMIT ${AT_ONCE})`,
        )
        .bind(time)
        .run()
      if (meta.changes === 0) break
    }
  }
}
