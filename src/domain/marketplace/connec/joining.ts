import type { Database, Row } from '../../../platform/d1'

/** SQL: active subscribers who have the e-mails of a list (`?2`) of a publisher (`?1`), where exactly one has it. */
const ONLY_HOLDERS = `SELECT k.value AS email, min(s.id) AS id FROM json_each(?2) j
  CROSS JOIN contacts k ON k.publisher_id = ?1 AND k.kind = 'email' AND k.value = j.value
  JOIN subscribers s ON s.id = k.subscriber_id AND s.state = 'active'
  WHERE k.signed_up_with = 1 OR k.verified = 1
  GROUP BY k.value HAVING count(DISTINCT s.id) = 1`

/** The subscriber of each e-mail that exactly one active subscriber has (`marketplace.md` 8.1). */
export function selectHolders(
  db: Database,
  publisherId: number,
  emails: readonly string[],
): D1PreparedStatement {
  return db.prepare(ONLY_HOLDERS).bind(publisherId, JSON.stringify([...new Set(emails)]))
}

/** What `selectHolders` tells: subscriber by e-mail. */
export function toHolders(rows: readonly Row[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [String(row.email), String(row.id)]))
}

/** SQL that lets events of invoices be brought in line: those for which `condition` holds over `connec_invoices i`. */
export function queueInvoices(
  db: Database,
  now: number,
  condition: string,
  ...values: unknown[]
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO connec_pushes (publisher_id, entity, local_id, state, changed_at, next_attempt_at)
       SELECT i.publisher_id, 'invoices', i.id, 'pending', ?1, ?1 FROM connec_invoices i WHERE ${condition}
       ON CONFLICT DO UPDATE SET dirty = 1, state = 'pending', tries = 0, changed_at = ?1,
         next_attempt_at = min(coalesce(next_attempt_at, ?1), ?1)`,
    )
    .bind(now, ...values)
}
