import type { Database } from '../platform/d1'
import { unseal } from '../platform/sealed'
import type { Publisher } from './context'
import { type PublisherRow, publisherColumns, toPublisher } from './publishers'

/** An API key as it is used: whose it is, its secret, and what it asks of a signature. */
export type UsableKey = {
  readonly apiKey: string
  readonly secret: string
  readonly md5: boolean
  readonly requireNonce: boolean
  readonly publisher: Publisher
  /** Whether the publisher's company has ended (`marketplace.md` 7). */
  readonly cancelled: boolean
  /** When it last signed a call, as far as written down. */
  readonly lastUsedAt: number | null
}

type KeyRow = {
  api_key: string
  secret_sealed: string
  md5: number
  require_nonce: number
  last_used_at: number | null
} & PublisherRow

/** A key that is neither revoked nor expired; null otherwise. @throws where the secret can't be opened */
export async function findKey(
  db: Database,
  apiKey: string,
  now: number,
  encryptionKey: () => string,
): Promise<UsableKey | null> {
  const row = await db
    .prepare(
      `SELECT k.api_key, k.secret_sealed, k.md5, k.require_nonce, k.last_used_at, ${publisherColumns}
       FROM api_keys k JOIN publishers p ON p.id = k.publisher_id
       WHERE k.api_key = ?1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2)`,
    )
    .bind(apiKey, now)
    .first<KeyRow>()
  if (!row) return null
  return {
    apiKey: row.api_key,
    secret: await unseal(encryptionKey(), row.secret_sealed, row.api_key),
    md5: row.md5 === 1,
    requireNonce: row.require_nonce === 1,
    publisher: toPublisher(row),
    cancelled: row.cancelled_at !== null,
    lastUsedAt: row.last_used_at,
  }
}

/** Uses of a key are written down once in so long. */
const USED_EVERY_MS = 3_600_000

/** Writes down that a key signed a call, where that wasn't done for an hour. */
export async function touchKey(
  db: Database,
  { apiKey, lastUsedAt }: Pick<UsableKey, 'apiKey' | 'lastUsedAt'>,
  now: number,
): Promise<void> {
  if (lastUsedAt !== null && now < lastUsedAt + USED_EVERY_MS) return
  await db
    // Of many calls at a time one writes.
    .prepare('UPDATE api_keys SET last_used_at = ?1 WHERE api_key = ?2 AND coalesce(last_used_at, 0) <= ?3')
    .bind(now, apiKey, now - USED_EVERY_MS)
    .run()
}

/** Spends a nonce of a key; of several at once exactly one does. Kept until its `ts` is stale anyway. */
export async function spendNonce(
  db: Database,
  apiKey: string,
  nonce: string,
  expiresAt: number,
): Promise<boolean> {
  const result = await db
    .prepare(
      'INSERT INTO nonces (api_key, nonce, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING nonce',
    )
    .bind(apiKey, nonce, expiresAt)
    .first()
  return result !== null
}
