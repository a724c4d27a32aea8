import type { Database } from '../../platform/d1'
import { randomHex } from '../../platform/ids'
import type { PortalContext } from './context'

/**
 * The audit of the portal (`portal.md`): each write commits together with the record of who did it. Sign-ons are
 * recorded by a trigger, however the session was opened.
 */

type On<Thing extends string, Verb extends string> = `${Thing}.${Verb}`

/** What is recorded. */
export type AuditAction =
  | On<'key', 'created' | 'revealed' | 'revoked'>
  | On<
      'webhook',
      'created' | 'updated' | 'deleted' | 'rotated' | 'tested' | 'enabled' | 'disabled' | 'replayed'
    >
  | On<'calendar' | 'event', 'created' | 'updated' | 'deleted'>
  | On<'subscriber', 'event_created' | 'subscriptions_changed' | 'email_confirmed' | 'unsubscribed'>
  | On<'schedule', 'created' | 'deleted'>
  | On<'plan', 'chosen' | 'cancelled'>
  | 'extra.bought'
  | 'bill.retried'
  | On<'user', 'blocked' | 'unblocked'>
  | 'settings.changed'
  | 'signed_in'
  | 'signed_out'

/** SQL that is true where the write is about to change something; its parameters are numbered from `?9` on. */
export type Condition = { readonly sql: string; readonly values: readonly unknown[] }

/** Which record: its id, or SQL for one that is given by the write itself. */
export type Target = string | { readonly sql: string }

/** How much of a session's hash is kept. */
const SESSION_DIGITS = 12

/**
 * The context of a write that is recorded: the record rides in the batch of its effect, once however many batches it
 * has. `onlyIf` is judged before the effect, in its batch, for writes that may find nothing to change.
 */
export function audited(
  ctx: PortalContext,
  action: AuditAction,
  target: Target,
  onlyIf: Condition = { sql: 'true', values: [] },
): PortalContext {
  return { ...ctx, inEachWrite: [...ctx.inEachWrite, auditRecord(ctx, action, target, onlyIf)] }
}

function auditRecord(
  { db, now, publisher, staff }: PortalContext,
  action: AuditAction,
  target: Target,
  { sql, values }: Condition,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO portal_audit (mark, publisher_id, at, user_id, role, session, action, target)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ${typeof target === 'string' ? '?8' : `coalesce(?8, ${target.sql})`} WHERE ${sql} ON CONFLICT (mark) DO NOTHING`,
    )
    .bind(
      randomHex(8),
      publisher.id,
      now,
      staff.userId,
      staff.role,
      staff.sessionHash.slice(0, SESSION_DIGITS),
      action,
      typeof target === 'string' ? target : null,
      ...values,
    )
}

/** A record as the operator reads it. */
export type AuditEntry = {
  readonly id: number
  readonly at: number
  readonly userId: string
  readonly role: string
  readonly session: string
  readonly action: string
  readonly target: string
}

/** Records of a publisher, newest first. `before`: only those with a lower number. */
export async function readAudit(
  db: Database,
  publisherId: number,
  page: { readonly before: number; readonly limit: number },
): Promise<AuditEntry[]> {
  const { results } = await db
    .prepare(
      `SELECT id, at, user_id AS userId, role, session, action, target FROM portal_audit
       WHERE publisher_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3`,
    )
    .bind(publisherId, page.before, page.limit)
    .all<AuditEntry>()
  return results
}
