import type { Database } from '../../platform/d1'

/** An entry of a marketplace's log (`marketplace.md` 1): no secret, assertion, session or e-mail address stands in it. */
export type LogEntry = {
  readonly at: number
  readonly tenant: string
  readonly kind: 'sso' | 'webhook' | 'billing' | 'connec' | 'company'
  readonly code: string
  /** What a person was shown, to be found by. */
  readonly reference?: string
  readonly groupUid?: string
  readonly uid?: string
  readonly detail?: string
}

/** The longest detail that is kept. */
const MAX_DETAIL = 500

/** Hubs name people in what they refuse; the log doesn't. */
function withoutAddresses(text: string): string {
  return text.replace(/[^\s@<>()"',;:]+@[^\s@<>()"',;:]+/g, '[address]')
}

/** Appends an entry: runs alone, or in the batch of what it tells of. */
export function logEntry(db: Database, entry: LogEntry): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO marketplace_log (at, tenant, kind, code, reference, group_uid, uid, detail)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
    )
    .bind(
      entry.at,
      entry.tenant,
      entry.kind,
      entry.code,
      entry.reference ?? '',
      entry.groupUid ?? '',
      entry.uid ?? '',
      withoutAddresses((entry.detail ?? '').slice(0, MAX_DETAIL)),
    )
}

/** An entry as it is read, with its number. */
export type ReadEntry = Required<LogEntry> & { readonly id: number }

/** Entries of a marketplace, newest first. `before`: only those with a lower number. */
export async function readLog(
  db: Database,
  tenant: string,
  filter: {
    kind?: LogEntry['kind'] | undefined
    groupUid?: string | undefined
    before: number
    limit: number
  },
): Promise<ReadEntry[]> {
  const { results } = await db
    .prepare(
      `SELECT id, at, tenant, kind, code, reference, group_uid AS groupUid, uid, detail FROM marketplace_log
       WHERE tenant = ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR group_uid = ?3) AND id < ?4
       ORDER BY id DESC LIMIT ?5`,
    )
    .bind(tenant, filter.kind ?? null, filter.groupUid ?? null, filter.before, filter.limit)
    .all<ReadEntry>()
  return results
}
