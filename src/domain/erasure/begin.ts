import { logNames, logSubscriber, newWriteId } from '../../changes'
import { GuardBroken, guardAgainst } from '../../platform/d1'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import { endSubscription, markUnsubscribed } from '../subscribers/unsubscribe'
import { closing } from './closing'
import { about, ofPersonsSql, personsSql, relationsSql } from './person'

/** How long whoever began an erasure has for its first look, before the cron takes it up. */
const FIRST_LOOK_MS = 60_000

/** More rounds than merges that could sensibly meet one erasure. */
const ROUNDS = 100

/** An erasure named by the register of a deployment whose database was restored: it has yet to begin. */
export const NOT_BEGUN = -1

/** An erasure as it stands. `looks`: those finished; null where none was asked for. */
export type Standing = { readonly id: string; readonly looks: number | null }

/**
 * The person whom an id leads to: a merged one's survivor, and one who has unsubscribed too, of whom there is still
 * something. @throws DomainError `not_found`
 */
export async function findErasable(ctx: Context, ecalId: string): Promise<Standing> {
  const row = await ctx.db
    .prepare(
      `SELECT s.id, x.looks FROM subscribers a JOIN subscribers s ON s.id = coalesce(a.merged_into, a.id)
       LEFT JOIN erasures x ON x.subscriber_id = s.id WHERE a.id = ?1 AND a.publisher_id = ?2`,
    )
    .bind(ecalId, ctx.publisher.id)
    .first<Standing>()
  if (!row) throw new DomainError('not_found')
  return row
}

/**
 * Begins an erasure: in one commit the subscription ends as by `unsubscribe`, and nothing of the person is shown or
 * found any more. What is left then lies in the log, in kept answers and in timelines: `look` goes through these. Of
 * several at once one begins it.
 */
export async function beginErasure(ctx: Context, ecalId: string): Promise<Standing> {
  for (let round = 0; round < ROUNDS; round++) {
    const standing = await findErasable(ctx, ecalId)
    if (standing.looks !== null && standing.looks !== NOT_BEGUN) return standing
    try {
      await commit(ctx, beginning(ctx, standing.id))
      return { ...standing, looks: 0 }
    } catch (error) {
      // Merged into somebody else meanwhile: then that is who the id leads to.
      if (!(error instanceof GuardBroken)) throw error
    }
  }
  throw new Error('a person was merged too often at once')
}

function beginning(ctx: Context, id: string): D1PreparedStatement[] {
  const [write, naming] = [newWriteId(), newWriteId()]
  const run = about(ctx, id)
  return [
    guardAgainst(
      ctx.db,
      'NOT EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND publisher_id = ?2 AND merged_into IS NULL)',
      id,
      ctx.publisher.id,
    ),
    run(
      `INSERT INTO erasures (subscriber_id, publisher_id, requested_at, emails, looks, next_attempt_at, write_id)
       VALUES (?1, ?2, ?3, (${CONTACTS}), 0, ?3 + ${FIRST_LOOK_MS}, ?4)
       ON CONFLICT (subscriber_id) DO UPDATE SET emails = excluded.emails, looks = 0,
         next_attempt_at = excluded.next_attempt_at, write_id = excluded.write_id WHERE erasures.looks = ${NOT_BEGUN}`,
      ctx.now,
      write,
    ),
    ...viewersToAsk(ctx, id, write),
    markUnsubscribed(ctx, id, write),
    ...endSubscription(ctx, id, write),
    ...closing(ctx, id),
    // The message is made of what is left: it says who, and that it was an erasure.
    logSubscriber(ctx, 'subscriber.unsubscribed', id, write, { reason: 'erased' }),
    run(
      `UPDATE subscribers SET write_id = ?4 WHERE id = ?1 AND publisher_id = ?2
         AND EXISTS (SELECT 1 FROM erasures WHERE subscriber_id = ?1 AND write_id = ?3)`,
      write,
      naming,
    ),
    ...logNames(ctx, id, naming),
  ]
}

/** What the person is reached by: the e-mails they signed up with, and their contacts. */
const CONTACTS = `SELECT json_group_array(e.value) FROM (
  SELECT k.value FROM contacts k WHERE k.subscriber_id IN (${personsSql('?1')})
  UNION SELECT lower(trim(s.email)) FROM subscribers s WHERE s.email <> '' AND s.id IN (${personsSql('?1')})) e`

/** Events that the person had to do with: related to them, by their doing, or made by them. */
const EVENTS = `SELECT r.event_id AS id FROM relations r WHERE ${relationsSql('r', personsSql('?1'))}
  UNION SELECT r.event_id FROM relations r
    WHERE r.actor_id IN (${personsSql('?1')}) AND r.actor_id <> '' AND r.removed_at IS NULL
  UNION SELECT r.event_id FROM relations r
    WHERE r.actor_id IN (${personsSql('?1')}) AND r.actor_id <> '' AND r.message IS NOT NULL
  UNION SELECT e.id FROM events e WHERE ${ofPersonsSql('e', 'creator_id', personsSql('?1'))}`

/**
 * Notes the timelines that may show something of the person: those of the services, of who is related to the same
 * events, and of who follows a calendar with an event that the person made. Only those that exist.
 */
function viewersToAsk(ctx: Context, id: string, write: string): D1PreparedStatement[] {
  const run = about(ctx, id)
  const insert = (viewers: string) =>
    run(
      `INSERT INTO erasure_viewers (subscriber_id, viewer, publisher_id)
       SELECT DISTINCT ?1, t.viewer, ?2 FROM (${viewers}) v CROSS JOIN timelines t ON t.viewer = v.viewer
       WHERE EXISTS (SELECT 1 FROM erasures WHERE subscriber_id = ?1 AND write_id = ?3) ON CONFLICT DO NOTHING`,
      write,
    )
  return [
    insert(`SELECT 'service:' || CAST(?2 AS INTEGER) AS viewer`),
    // An event that was deleted long ago may still stand in a timeline that nobody asked since.
    insert(
      `SELECT 'person:' || o.subscriber_id AS viewer FROM (${EVENTS}) v CROSS JOIN relations o ON o.event_id = v.id
       WHERE o.subscriber_id NOT IN (${personsSql('?1')})`,
    ),
    insert(
      `SELECT 'person:' || f.subscriber_id AS viewer FROM events e
       CROSS JOIN calendar_events m ON m.event_id = e.id CROSS JOIN follows f ON f.calendar_id = m.calendar_id
       WHERE ${ofPersonsSql('e', 'creator_id', personsSql('?1'))} AND f.subscriber_id NOT IN (${personsSql('?1')})`,
    ),
  ]
}
