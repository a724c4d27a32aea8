import { logSubscriber, newWriteId } from '../changes'
import { sha256Hex } from '../platform/digest'
import { randomHex } from '../platform/ids'
import { seal, unseal } from '../platform/sealed'
import { type Context, commit } from './context'
import { DomainError } from './errors'

/** A feed address (`publisher-api.md` 2): 128 random bits, found by its hash, printed from its sealed copy. */
export type FeedAddress = { readonly address: string; readonly hash: string; readonly sealed: string }

/** Makes a new secret address; it isn't stored yet. */
export async function newFeedAddress(ctx: Context): Promise<FeedAddress> {
  const address = randomHex(16)
  const hash = await sha256Hex(address)
  return { address, hash, sealed: await seal(ctx.encryptionKey(), address, hash) }
}

/** The present address of a person. @throws DomainError `not_found` */
export async function readFeedAddress(ctx: Context, id: string): Promise<FeedAddress> {
  const row = await ctx.db
    .prepare(
      `SELECT address_hash AS hash, address_sealed AS sealed FROM feed_addresses
       WHERE subscriber_id = ? AND publisher_id = ? AND state = 'live'`,
    )
    .bind(id, ctx.publisher.id)
    .first<{ hash: string; sealed: string }>()
  if (!row) throw new DomainError('not_found')
  return { ...row, address: await unseal(ctx.encryptionKey(), row.sealed, row.hash) }
}

/** Gives an address to a person whom this write marked. */
export function giveAddress(
  ctx: Context,
  id: string,
  given: FeedAddress,
  write: string,
): D1PreparedStatement {
  return ctx.db
    .prepare(
      `INSERT INTO feed_addresses (address_hash, publisher_id, subscriber_id, state, address_sealed, created_at, changed_at)
       SELECT ?1, s.publisher_id, s.id, 'live', ?2, ?3, ?3 FROM subscribers s WHERE s.id = ?4 AND s.write_id = ?5`,
    )
    .bind(given.hash, given.sealed, ctx.now, id, write)
}

/**
 * Limits the present address of a person whom this write marked to the public calendars that are followed under it
 * now (not as `invited_*`): it goes on serving these, whoever holds it. Stands before `giveAddress`.
 */
export function limitAddress(ctx: Context, id: string, write: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `UPDATE feed_addresses SET state = 'limited', changed_at = max(?1, coalesce((SELECT max(c.revised_at) FROM follows f
         CROSS JOIN calendars c ON c.id = f.calendar_id WHERE f.subscriber_id = ?2), 0)), calendar_ids = (
         SELECT json_group_array(f.calendar_id) FROM (
           SELECT f.calendar_id FROM follows f JOIN calendars c ON c.id = f.calendar_id
           WHERE f.subscriber_id = ?2 AND c.kind = 'public' AND c.deleted_at IS NULL
             AND f.permission IN ('subscribed_read', 'subscribed_write') ORDER BY f.position) f)
       WHERE subscriber_id = ?2 AND state = 'live'
         AND EXISTS (SELECT 1 FROM subscribers WHERE id = ?2 AND write_id = ?3)`,
    )
    .bind(ctx.now, id, write)
}

/**
 * Gives a person a new feed address; the former ones, limited ones and those of persons merged into this one
 * included, answer 410 from then on. Logs `subscriber.updated` (`feed_address_rotated`).
 * @throws DomainError `not_found` for a placeholder, which has none
 */
export async function rotateFeedAddress(ctx: Context, id: string): Promise<void> {
  const write = newWriteId()
  const given = await newFeedAddress(ctx)
  const [marked] = await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE subscribers SET total_activity = total_activity + 1, last_active_at = ?1, modified_at = ?1, write_id = ?2
         WHERE publisher_id = ?3 AND id = ?4 AND state = 'active' RETURNING id`,
      )
      .bind(ctx.now, write, ctx.publisher.id, id),
    ctx.db
      .prepare(
        `UPDATE feed_addresses SET state = 'rotated', calendar_ids = '[]', changed_at = ?1
         WHERE subscriber_id IN (SELECT id FROM subscribers WHERE id = ?2 OR merged_into = ?2) AND state <> 'rotated'
           AND EXISTS (SELECT 1 FROM subscribers WHERE id = ?2 AND write_id = ?3)`,
      )
      .bind(ctx.now, id, write),
    giveAddress(ctx, id, given, write),
    logSubscriber(ctx, 'subscriber.updated', id, write, { reason: 'feed_address_rotated' }),
  ])
  if (marked?.results.length === 0) throw new DomainError('not_found')
}
