import { atHome, numberOf } from '../../databases'
import type { Env } from '../../env'
import type { Database } from '../../platform/d1'
import { hmacSha256Hex, sha256Hex } from '../../platform/digest'
import { randomHex } from '../../platform/ids'
import { seal } from '../../platform/sealed'

/**
 * Sessions of the portal (`portal.md`, *Session*): who has the id is in. The database keeps its SHA-256 alone, and each
 * reaches one company.
 */

const MINUTE_MS = 60_000
/** A session lasts so long at most, and so long without a request. */
const LASTS_MS = 12 * 60 * MINUTE_MS
export const IDLE_MS = 2 * 60 * MINUTE_MS
/** How often the marketplace is asked whether its own session goes on (`marketplace.md` 9). */
export const RECHECK_MS = 3 * MINUTE_MS

/** An id of a session: 256 random bits. */
export function newSessionId(): string {
  return randomHex(32)
}

/** What is kept of a session's id. */
export function sessionHash(id: string): Promise<string> {
  return sha256Hex(id)
}

/** What forms of a session carry to show that a page of ours made them. It tells nothing of the id. */
export function csrfToken(sessionId: string): Promise<string> {
  return hmacSha256Hex(sessionId, 'daybook csrf')
}

/** Where a session comes from. */
export type Origin = {
  /** null: an operator's link. */
  readonly tenant: string | null
  /** The user's `uid` at the marketplace, in virtual mode too; '' for a link. */
  readonly uid: string
  /** The marketplace's session; '' = there is none to ask about. */
  readonly mnoSession: string
  /** When it says that it should be asked about, epoch ms. */
  readonly recheckAt: number | null
  /** `SessionNotOnOrAfter`, epoch ms. */
  readonly notOnOrAfter: number | null
}

/** By an operator's link. */
export const byLink: Origin = { tenant: null, uid: '', mnoSession: '', recheckAt: null, notOnOrAfter: null }

/** Whose a session is: SQL of one row with `publisher_id` and `user_id`, its parameters numbered from `?10` on. */
export type SessionOwner = { readonly sql: string; readonly values: readonly unknown[] }

type Opening = { readonly db: Database; readonly now: number; readonly encryptionKey: () => string }

/** Opens a session for whoever `owner` finds, in the batch of what lets them in; finds it nobody, there is none. */
export async function openSession(
  ctx: Opening,
  id: string,
  owner: SessionOwner,
  origin: Origin,
): Promise<D1PreparedStatement> {
  const { db, now } = ctx
  const { tenant, uid, mnoSession, recheckAt, notOnOrAfter } = origin
  const hash = await sessionHash(id)
  const sealed = mnoSession === '' ? '' : await seal(ctx.encryptionKey(), mnoSession, sealedFor(hash))
  const recheck = mnoSession === '' ? null : Math.min(recheckAt ?? Infinity, now + RECHECK_MS)
  const expires = Math.min(now + LASTS_MS, notOnOrAfter ?? Infinity)
  return db
    .prepare(
      `INSERT INTO portal_sessions (id_hash, publisher_id, user_id, tenant, uid, created_at, last_seen_at, expires_at,
         mno_session, recheck_at, checked_at)
       SELECT ?1, o.publisher_id, o.user_id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM (${owner.sql}) o`,
    )
    .bind(hash, tenant, uid, now, now, expires, sealed, recheck, now, ...owner.values)
}

/** What a marketplace's session is sealed with as additional data. */
export const sealedFor = (hash: string): string => `session:${hash}`

/** Ends a session by its hash: runs alone, or in the batch of what ends it. */
export function endSession(db: Database, hash: string): D1PreparedStatement {
  return db.prepare('DELETE FROM portal_sessions WHERE id_hash = ?1').bind(hash)
}

/** Ends the session that a browser had, where the new one was opened. */
export function endFormer(db: Database, formerHash: string, newHash: string): D1PreparedStatement {
  return db
    .prepare(
      `DELETE FROM portal_sessions WHERE id_hash = ?1
         AND EXISTS (SELECT 1 FROM portal_sessions WHERE id_hash = ?2)`,
    )
    .bind(formerHash, newHash)
}

/** Ends the session that a browser had in another database than that in which the new one was opened. */
export async function endElsewhere(env: Env, formerHash: string): Promise<void> {
  const home = await atHome(env, 'session', formerHash)
  if (numberOf(home) !== numberOf(env)) await endSession(home.DB, formerHash).run()
}

/** Ends the sessions of a user in a company; in others they go on. */
export function endSessionsOf(db: Database, publisherId: number, userId: string): D1PreparedStatement {
  return db
    .prepare('DELETE FROM portal_sessions WHERE publisher_id = ?1 AND user_id = ?2')
    .bind(publisherId, userId)
}
