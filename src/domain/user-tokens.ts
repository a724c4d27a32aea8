import { sha256Hex } from '../platform/digest'
import { newId, randomHex } from '../platform/ids'
import { type Context, commit } from './context'
import { DomainError } from './errors'

/** A token as it is told: the text itself once, when it is made. Instants in epoch milliseconds. */
export type UserToken = {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly expiresAt: number | null
}

/** Makes a token by which an app acts for a person: 160 random bits, kept as a hash. @throws DomainError `not_found` */
export async function createUserToken(
  ctx: Context,
  subscriberId: string,
  { name, expiresAt }: { name: string; expiresAt: number | null },
): Promise<UserToken & { readonly token: string }> {
  const id = newId()
  const token = randomHex(20)
  const [made] = await commit(ctx, [
    ctx.db
      .prepare(
        `INSERT INTO user_tokens (id, publisher_id, subscriber_id, token_hash, name, expires_at, created_at)
         SELECT ?1, s.publisher_id, s.id, ?2, ?3, ?4, ?5 FROM subscribers s
         WHERE s.id = ?6 AND s.publisher_id = ?7 AND s.state IN ('active', 'placeholder') RETURNING id`,
      )
      .bind(id, await sha256Hex(token), name, expiresAt, ctx.now, subscriberId, ctx.publisher.id),
  ])
  if (made?.results.length === 0) throw new DomainError('not_found')
  return { id, token, name, createdAt: ctx.now, expiresAt }
}

/** A person's tokens, oldest first. */
export async function listUserTokens(ctx: Context, subscriberId: string): Promise<UserToken[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT id, name, created_at, expires_at FROM user_tokens
       WHERE subscriber_id = ? AND publisher_id = ? ORDER BY created_at, rowid`,
    )
    .bind(subscriberId, ctx.publisher.id)
    .all<{ id: string; name: string; created_at: number; expires_at: number | null }>()
  return results.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }))
}

/** Revokes one token of a person, at once. @throws DomainError `not_found` */
export async function revokeUserToken(ctx: Context, subscriberId: string, tokenId: string): Promise<void> {
  const [revoked] = await commit(ctx, [
    ctx.db
      .prepare('DELETE FROM user_tokens WHERE id = ? AND subscriber_id = ? AND publisher_id = ? RETURNING id')
      .bind(tokenId, subscriberId, ctx.publisher.id),
  ])
  if (revoked?.results.length === 0) throw new DomainError('not_found')
}

/** Revokes every token of a person, at once. */
export async function revokeUserTokens(ctx: Context, subscriberId: string): Promise<void> {
  await commit(ctx, [
    ctx.db
      .prepare('DELETE FROM user_tokens WHERE subscriber_id = ? AND publisher_id = ?')
      .bind(subscriberId, ctx.publisher.id),
  ])
}

/** A statement that ends the tokens of a person whom this write marked, but for one that is kept, given its hash. */
export function endTokens(
  ctx: Context,
  subscriberId: string,
  write: string,
  keptHash: string | null = null,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `DELETE FROM user_tokens WHERE subscriber_id = ?1 AND token_hash IS NOT ?3
       AND EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND write_id = ?2)`,
    )
    .bind(subscriberId, write, keptHash)
}
