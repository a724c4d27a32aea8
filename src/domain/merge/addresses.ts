import type { Context } from '../context'
import { limitAddress } from '../feed-addresses'
import type { Merging } from './plan'

/**
 * The feed addresses of a person who merges go over to the survivor, so that a feed walks no chain: the present one
 * to the survivor's feed where its holder had proved a contact, else to the public calendars followed under it.
 */
export function moveAddresses(
  ctx: Context,
  into: string,
  { id, hadProved }: Merging,
  write: string,
): D1PreparedStatement[] {
  const marked = 'EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND write_id = ?2)'
  return [
    hadProved
      ? ctx.db
          .prepare(
            `UPDATE feed_addresses SET state = 'merged', changed_at = ?3
             WHERE subscriber_id = ?1 AND state = 'live' AND ${marked}`,
          )
          .bind(id, write, ctx.now)
      : limitAddress(ctx, id, write),
    ctx.db
      .prepare(`UPDATE feed_addresses SET subscriber_id = ?3 WHERE subscriber_id = ?1 AND ${marked}`)
      .bind(id, write, into),
  ]
}
