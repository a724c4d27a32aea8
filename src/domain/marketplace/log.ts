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
      (entry.detail ?? '').slice(0, MAX_DETAIL),
    )
}
