import { subscriptionObject } from '../../objects/event-subscription'
import { readRelation, relationJoins, relationSql } from '../../objects/relation-rows'
import type { ActingContext } from '../acting'

/**
 * A direct relation as its maker sees it. Who may write an event through a calendar relates others to it without
 * seeing them in lists (`event-subscriptions.md` 5), and still gets what was made. null where it is gone again.
 */
export async function relationAsMade(ctx: ActingContext, eventId: string, subscriberId: string) {
  const row = await ctx.db
    .prepare(
      `SELECT ${relationSql} AS relation FROM relations r ${relationJoins}
       WHERE r.event_id = ? AND r.subscriber_id = ? AND r.publisher_id = ? AND r.removed_at IS NULL`,
    )
    .bind(eventId, subscriberId, ctx.publisher.id)
    .first<{ relation: string }>()
  if (!row) return null
  const { acting } = ctx
  const seenBy = acting.kind === 'person' ? { personId: acting.id } : 'service'
  return subscriptionObject(readRelation(row.relation, ctx.publisher), seenBy)
}
