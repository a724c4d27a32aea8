import { logUsersOf, newWriteId } from '../../changes'
import type { Row } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'
import { newId, randomHex } from '../../platform/ids'
import { type Context, commit, type TenancyContext } from '../context'
import { DomainError } from '../errors'
import { seatsChanged } from './billing'
import type { Role } from './roles'
import { byLink, endFormer, newSessionId, openSession } from './sessions'

/** Links by which an operator lets people into a publisher's portal (`portal.md`, *Getting in*). */

/** For whom a link is made; null keeps what is known. */
export type Guest = {
  /** In lower case. */
  readonly email: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly role: Role
}

/** The user of a publisher with an e-mail, where exactly one has it. `?1` publisher, `?2` e-mail. */
const THE_ONE = `(SELECT one.user_id FROM (SELECT min(user_id) AS user_id, count(*) AS n FROM memberships
    WHERE publisher_id = ?1 AND email = ?2) one WHERE one.n = 1)`

/**
 * Makes a link for the user of the publisher that has the e-mail; where not exactly one has it, for a new one. The role
 * is set, and who was blocked is let in again: the operator says so. Logs `user.joined` for who came.
 * @throws DomainError `not_found` for an unknown publisher
 */
export async function createSignInLink(
  ctx: TenancyContext & Pick<Context, 'announce'>,
  publisherId: number,
  guest: Guest,
  expiresAt: number,
): Promise<{ token: string; userId: string }> {
  const token = randomHex(32)
  const write = newWriteId()
  const newUser = newId()
  const { db, now } = ctx
  const actor = 'operator'
  const isThere = 'EXISTS (SELECT 1 FROM publishers WHERE id = ?1)'
  const results = await commit(ctx, [
    db
      .prepare(
        `INSERT INTO users (id, email, first_name, last_name, created_at)
         SELECT ?3, ?2, ?4, ?5, ?6 WHERE ${isThere} AND ${THE_ONE} IS NULL`,
      )
      .bind(publisherId, guest.email, newUser, guest.firstName ?? '', guest.lastName ?? '', now),
    db
      .prepare(
        `INSERT INTO sign_in_links (token_hash, publisher_id, user_id, expires_at, created_at)
         SELECT ?3, ?1, coalesce(${THE_ONE}, ?4), ?5, ?6 WHERE ${isThere}`,
      )
      .bind(publisherId, guest.email, await sha256Hex(token), newUser, expiresAt, now),
    db
      .prepare(
        `INSERT INTO memberships (publisher_id, user_id, email, first_name, last_name, role, status, joined_at, write_id)
         SELECT ?1, l.user_id, ?2, coalesce(?4, ''), coalesce(?5, ''), ?6, 'active', ?7, ?8
         FROM sign_in_links l WHERE l.token_hash = ?3
         ON CONFLICT (publisher_id, user_id) DO UPDATE SET first_name = coalesce(?4, first_name),
           last_name = coalesce(?5, last_name), role = ?6, write_id = iif(status = 'blocked', ?8, write_id),
           status = 'active', blocked_at = NULL`,
      )
      .bind(
        publisherId,
        guest.email,
        await sha256Hex(token),
        guest.firstName,
        guest.lastName,
        guest.role,
        now,
        write,
      ),
    logUsersOf({ db, now, actor }, 'user.joined', String(publisherId), write),
    ...seatsChanged({ db, now, actor }, String(publisherId)),
    db.prepare('SELECT user_id FROM sign_in_links WHERE token_hash = ?1').bind(await sha256Hex(token)),
  ])
  const userId = results.at(-1)?.results[0]?.user_id
  if (typeof userId !== 'string') throw new DomainError('not_found')
  return { token, userId }
}

/** SQL: whether a link `l` opens something: neither used nor expired, its user not blocked. */
const good = (
  hash: string,
  now: string,
) => `l.token_hash = ${hash} AND l.used_at IS NULL AND l.expires_at > ${now}
  AND EXISTS (SELECT 1 FROM memberships m
    WHERE m.publisher_id = l.publisher_id AND m.user_id = l.user_id AND m.status = 'active')`

/** Whether a link would open a session; looking changes nothing. */
export async function isGoodLink(ctx: Pick<TenancyContext, 'db' | 'now'>, token: string): Promise<boolean> {
  const found = await ctx.db
    .prepare(`SELECT 1 FROM sign_in_links l WHERE ${good('?1', '?2')}`)
    .bind(await sha256Hex(token), ctx.now)
    .first()
  return found !== null
}

/**
 * Uses a link up and opens its session; of several at once one does. `formerHash`: the session that the browser had,
 * which ends. `alsoInBatch`: what is committed with it, such as the audit; it runs for a link that is none, too, and
 * is to look for the session by its hash.
 * @returns null for a link that is used, expired or unknown
 */
export async function useSignInLink(
  ctx: TenancyContext,
  token: string,
  formerHash: string | null,
  alsoInBatch: (sessionHash: string) => D1PreparedStatement[] = () => [],
): Promise<{ sessionId: string; publisherId: number; userId: string } | null> {
  const sessionId = newSessionId()
  const hash = await sha256Hex(token)
  const owner = { sql: letIn, values: [hash, ctx.now] }
  const results = await commit(ctx, [
    await openSession(ctx, sessionId, owner, byLink),
    ctx.db
      .prepare(
        `UPDATE sign_in_links AS l SET used_at = ?2 WHERE ${good('?1', '?2')} RETURNING publisher_id, user_id`,
      )
      .bind(hash, ctx.now),
    ...(formerHash === null ? [] : [endFormer(ctx.db, formerHash, await sha256Hex(sessionId))]),
    ...alsoInBatch(await sha256Hex(sessionId)),
  ])
  const row = results[1]?.results[0] as Row | undefined
  return row ? { sessionId, publisherId: Number(row.publisher_id), userId: String(row.user_id) } : null
}

/** Who a good link lets in, as `openSession` asks for it. */
const letIn = `SELECT l.publisher_id, l.user_id FROM sign_in_links l WHERE ${good('?10', '?11')}`
