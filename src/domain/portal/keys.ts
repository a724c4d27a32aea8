import type { Row } from '../../platform/d1'
import { unseal } from '../../platform/sealed'
import { commit } from '../context'
import { DomainError } from '../errors'
import { insertKey, newKey, revokeKey } from '../tenants'
import { audited, type Condition } from './audit'
import type { PortalContext } from './context'
import { type Made, once, type PostedForm } from './once'

/** API keys as staff see and make them (`portal.md`, `/portal/options`). */

export type ListedKey = {
  readonly apiKey: string
  readonly createdAt: number
  /** To the hour; null = never. */
  readonly lastUsedAt: number | null
  readonly state: 'live' | 'expired' | 'revoked'
  readonly md5: boolean
  /** The company's first key, whose secret nobody has seen yet. */
  readonly isUnseen: boolean
}

/** SQL of a key `k` that is good at the time `?2`. */
const LIVE = '(k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2))'

/** Keys of the publisher: the good ones first, then the newest. */
export async function listKeys(
  ctx: PortalContext,
  page: { readonly limit: number; readonly offset: number },
): Promise<ListedKey[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT k.api_key, k.created_at, k.last_used_at, k.revoked_at, k.md5, ${LIVE} AS live,
         EXISTS (SELECT 1 FROM companies c WHERE c.publisher_id = k.publisher_id AND c.first_api_key = k.api_key
           AND c.first_secret_shown_at IS NULL) AS unseen
       FROM api_keys k WHERE k.publisher_id = ?1 ORDER BY ${LIVE} DESC, k.created_at DESC, k.rowid DESC LIMIT ?3 OFFSET ?4`,
    )
    .bind(ctx.publisher.id, ctx.now, page.limit, page.offset)
    .all<Row>()
  return results.map((row) => ({
    apiKey: String(row.api_key),
    createdAt: Number(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : Number(row.last_used_at),
    state: row.live === 1 ? 'live' : row.revoked_at === null ? 'expired' : 'revoked',
    md5: row.md5 === 1,
    isUnseen: row.live === 1 && row.unseen === 1,
  }))
}

/** Makes a key; its secret is answered to the first post of the form alone. */
export async function makeKey(
  ctx: PortalContext,
  form: PostedForm,
  md5: boolean,
): Promise<Made & { readonly secret: string | null }> {
  const { apiKey, apiSecret, sealed } = await newKey(ctx)
  const policy = { md5, requireNonce: false, expiresAt: null }
  const make = async (acting: PortalContext) => {
    await commit(acting, [insertKey(acting, acting.publisher.id, { apiKey, sealed }, policy)])
    return apiKey
  }
  const made = await once(audited(ctx, 'key.created', apiKey), form, make, apiKey)
  return { ...made, secret: made.isFirst ? apiSecret : null }
}

/**
 * The secret of the company's first key, once (`marketplace.md` 4): of several who ask at a time one is told.
 * @throws DomainError `not_found` where it was shown before, or the key isn't that one
 */
export async function revealFirstSecret(ctx: PortalContext, apiKey: string): Promise<string> {
  const unseen: Condition = {
    sql: `EXISTS (SELECT 1 FROM companies c JOIN api_keys k ON k.api_key = c.first_api_key AND k.publisher_id = c.publisher_id
      WHERE c.publisher_id = ?9 AND c.first_api_key = ?10 AND c.first_secret_shown_at IS NULL AND k.revoked_at IS NULL)`,
    values: [ctx.publisher.id, apiKey],
  }
  const row = await ctx.db
    .prepare(
      `SELECT secret_sealed FROM api_keys WHERE publisher_id = ?1 AND api_key = ?2 AND revoked_at IS NULL`,
    )
    .bind(ctx.publisher.id, apiKey)
    .first<{ secret_sealed: string }>()
  if (!row) throw new DomainError('not_found')
  // Opened before it counts as shown, so that a fault uses nothing up.
  const secret = await unseal(ctx.encryptionKey(), row.secret_sealed, apiKey)
  const [shown] = await commit(audited(ctx, 'key.revealed', apiKey, unseen), [
    ctx.db
      .prepare(
        `UPDATE companies SET first_secret_shown_at = ?1 WHERE publisher_id = ?2 AND first_api_key = ?3
           AND first_secret_shown_at IS NULL
           AND EXISTS (SELECT 1 FROM api_keys WHERE publisher_id = ?2 AND api_key = ?3 AND revoked_at IS NULL)
         RETURNING publisher_id`,
      )
      .bind(ctx.now, ctx.publisher.id, apiKey),
  ])
  if (shown?.results.length !== 1) throw new DomainError('not_found')
  return secret
}

/** Whether a key is the publisher's and not revoked. */
export async function isRevocable(ctx: PortalContext, apiKey: string): Promise<boolean> {
  const found = await ctx.db
    .prepare('SELECT 1 FROM api_keys WHERE publisher_id = ?1 AND api_key = ?2 AND revoked_at IS NULL')
    .bind(ctx.publisher.id, apiKey)
    .first()
  return found !== null
}

/** Revokes a key for good; repeated, it is still revoked. @throws DomainError `not_found` */
export async function revokeOwnKey(ctx: PortalContext, apiKey: string): Promise<void> {
  const isLive: Condition = {
    sql: 'EXISTS (SELECT 1 FROM api_keys WHERE publisher_id = ?9 AND api_key = ?10 AND revoked_at IS NULL)',
    values: [ctx.publisher.id, apiKey],
  }
  await revokeKey(audited(ctx, 'key.revoked', apiKey, isLive), ctx.publisher.id, apiKey)
}
