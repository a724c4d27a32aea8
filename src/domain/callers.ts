import type { Database } from '../platform/d1'
import type { Publisher } from './context'
import { type PublisherRow, publisherColumns, toPublisher } from './publishers'

/** The person whom a token stands for. */
export type TokenHolder = {
  readonly subscriberId: string
  readonly publisher: Publisher
  /** Whether the publisher's company has ended (`marketplace.md` 7). */
  readonly cancelled: boolean
}

/** SQL: whether a token `t` of a subscriber `s` opens anything at the time `?` names. */
export function isLiveToken(now: string): string {
  return `(t.expires_at IS NULL OR t.expires_at > ${now}) AND s.state IN ('active', 'placeholder')`
}

/** The holder of a token, given its SHA-256; null where it is unknown, expired or revoked. Asked at the primary. */
export async function findTokenHolder(
  db: Database,
  tokenHash: string,
  now: number,
): Promise<TokenHolder | null> {
  const row = await db
    .prepare(
      `SELECT t.subscriber_id, ${publisherColumns} FROM user_tokens t
       JOIN subscribers s ON s.id = t.subscriber_id JOIN publishers p ON p.id = t.publisher_id
       WHERE t.token_hash = ?1 AND ${isLiveToken('?2')}`,
    )
    .bind(tokenHash, now)
    .first<PublisherRow & { subscriber_id: string }>()
  if (!row) return null
  return {
    subscriberId: row.subscriber_id,
    publisher: toPublisher(row),
    cancelled: row.cancelled_at !== null,
  }
}
