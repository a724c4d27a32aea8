import { AlreadyThere } from '../platform/d1'
import { newId, randomHex } from '../platform/ids'
import { seal } from '../platform/sealed'
import { commit, type Publisher, type TenancyContext } from './context'
import { DomainError } from './errors'
import { type PublisherRow, publisherColumns, toPublisher } from './publishers'

/** What is told of a publisher; its API keys' secrets never are. */
export type PublisherView = Publisher & {
  readonly reference: string
  readonly companyType: string
  readonly createdAt: number
}

export type NewPublisher = {
  readonly name: string
  readonly timezone: string
  readonly defaultRegion: string
  readonly isPartner: boolean
  /** The partner that makes it; null for the operator's own. */
  readonly partnerId: number | null
  readonly reference: string
  readonly companyType: string
}

/** What a new publisher is given. The secret is shown this once. */
export type MadePublisher = {
  readonly publisher: PublisherView
  readonly apiKey: string
  readonly apiSecret: string
  readonly widgetId: string
}

/** A new API key: 128 random bits to name it, 256 to sign with. */
export async function newKey(
  ctx: Pick<TenancyContext, 'encryptionKey'>,
): Promise<{ apiKey: string; apiSecret: string; sealed: string }> {
  const apiKey = randomHex(16)
  const apiSecret = randomHex(32)
  return { apiKey, apiSecret, sealed: await seal(ctx.encryptionKey(), apiSecret, apiKey) }
}

/** Makes a publisher with a key and a widget, in one commit. @throws DomainError `already_exists` (its reference) */
export async function createPublisher(ctx: TenancyContext, values: NewPublisher): Promise<MadePublisher> {
  const key = await newKey(ctx)
  const widgetId = newId()
  // D1 has one writer and ids only rise: the highest one is that of the row just made.
  const made = '(SELECT max(id) FROM publishers)'
  try {
    const [inserted] = await commit(ctx, [
      ctx.db
        .prepare(
          `INSERT INTO publishers AS p (name, timezone, default_region, is_partner, partner_id, reference, company_type, created_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING *`,
        )
        .bind(
          values.name,
          values.timezone,
          values.defaultRegion,
          values.isPartner ? 1 : 0,
          values.partnerId,
          values.reference,
          values.companyType,
          ctx.now,
        ),
      ctx.db
        .prepare(
          `INSERT INTO api_keys (api_key, publisher_id, secret_sealed, created_at) VALUES (?1, ${made}, ?2, ?3)`,
        )
        .bind(key.apiKey, key.sealed, ctx.now),
      ctx.db
        .prepare(
          `INSERT INTO widgets (id, publisher_id, name, created_at, modified_at) VALUES (?1, ${made}, ?2, ?3, ?3)`,
        )
        .bind(widgetId, values.name, ctx.now),
    ])
    const row = inserted?.results[0]
    if (!row) throw new Error('no publisher was made')
    return { publisher: toView(row as ViewRow), apiKey: key.apiKey, apiSecret: key.apiSecret, widgetId }
  } catch (error) {
    if (error instanceof AlreadyThere) throw new DomainError('already_exists')
    throw error
  }
}

type ViewRow = PublisherRow & { reference: string; company_type: string; created_at: number }

const viewColumns = `${publisherColumns}, p.reference, p.company_type, p.created_at`

function toView(row: ViewRow): PublisherView {
  return {
    ...toPublisher(row),
    reference: row.reference,
    companyType: row.company_type,
    createdAt: row.created_at,
  }
}

/** A publisher with its first live key and widget, '' where there is none. */
export type ListedPublisher = PublisherView & { readonly apiKey: string; readonly widgetId: string }

/** Publishers by id: those that a partner made, or (null) all. `after`: only ids above it. */
export async function listPublishers(
  ctx: Pick<TenancyContext, 'db'>,
  filter: {
    partnerId: number | null
    reference?: string | undefined
    id?: number | undefined
    after?: number
    limit: number
    offset?: number
  },
): Promise<ListedPublisher[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT ${viewColumns},
         coalesce((SELECT k.api_key FROM api_keys k WHERE k.publisher_id = p.id AND k.revoked_at IS NULL ORDER BY k.created_at, k.rowid LIMIT 1), '') AS api_key,
         coalesce((SELECT w.id FROM widgets w WHERE w.publisher_id = p.id ORDER BY w.created_at, w.rowid LIMIT 1), '') AS widget_id
       FROM publishers p
       WHERE (?1 IS NULL OR p.partner_id = ?1) AND (?2 IS NULL OR p.reference = ?2) AND (?3 IS NULL OR p.id = ?3) AND p.id > ?4
       ORDER BY p.id LIMIT ?5 OFFSET ?6`,
    )
    .bind(
      filter.partnerId,
      filter.reference ?? null,
      filter.id ?? null,
      filter.after ?? 0,
      filter.limit,
      filter.offset ?? 0,
    )
    .all<ViewRow & { api_key: string; widget_id: string }>()
  return results.map((row) => ({ ...toView(row), apiKey: row.api_key, widgetId: row.widget_id }))
}

export type KeyPolicy = {
  readonly md5: boolean
  readonly requireNonce: boolean
  readonly expiresAt: number | null
}

/** Gives a publisher one more key. @throws DomainError `not_found` */
export async function createKey(
  ctx: TenancyContext,
  publisherId: number,
  policy: KeyPolicy,
): Promise<{ apiKey: string; apiSecret: string }> {
  const key = await newKey(ctx)
  const [inserted] = await commit(ctx, [insertKey(ctx, publisherId, key, policy)])
  if (inserted?.results.length === 0) throw new DomainError('not_found')
  return { apiKey: key.apiKey, apiSecret: key.apiSecret }
}

/** Inserts a key of `newKey`, where there is such a publisher. */
export function insertKey(
  ctx: Pick<TenancyContext, 'db' | 'now'>,
  publisherId: number,
  key: { readonly apiKey: string; readonly sealed: string },
  policy: KeyPolicy,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `INSERT INTO api_keys (api_key, publisher_id, secret_sealed, md5, require_nonce, expires_at, created_at)
       SELECT ?1, p.id, ?2, ?3, ?4, ?5, ?6 FROM publishers p WHERE p.id = ?7 RETURNING api_key`,
    )
    .bind(
      key.apiKey,
      key.sealed,
      policy.md5 ? 1 : 0,
      policy.requireNonce ? 1 : 0,
      policy.expiresAt,
      ctx.now,
      publisherId,
    )
}

/** Revokes a key for good; repeated, it is still revoked. @throws DomainError `not_found` */
export async function revokeKey(ctx: TenancyContext, publisherId: number, apiKey: string): Promise<void> {
  const [revoked] = await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?1) WHERE publisher_id = ?2 AND api_key = ?3 RETURNING api_key`,
      )
      .bind(ctx.now, publisherId, apiKey),
  ])
  if (revoked?.results.length === 0) throw new DomainError('not_found')
}
