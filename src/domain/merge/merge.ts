import { logMerged, logNames, logRelationsLeaving, logSubscriber } from '../../changes'
import { givePrivateCalendars } from '../calendars/private'
import type { Context } from '../context'
import { giveAddress } from '../feed-addresses'
import { moveSchedules } from '../payments'
import { moveAddresses } from './addresses'
import type { MergePlan, Merging } from './plan'
import { mergeProfile, takeNames } from './profile'
import { moveAnswers, moveFollows, movePrivateEvents, moveRelations } from './relations'
import { IS_MERGING, type Run } from './statement'

/**
 * Merges persons into one (`event-subscriptions.md` 8, *Merging*), as statements of the very batch that proves the
 * contact: it happens whole or not at all. The survivor is marked by this write; where it isn't, nothing happens.
 * Stands after the contact was verified, and with `guardPlan` before.
 */
export function mergePersons(ctx: Context, plan: MergePlan, write: string): D1PreparedStatement[] {
  const { survivorId, newCalendarId, newAddress } = plan
  if (plan.merging.length === 0) return []
  return [
    ...(newCalendarId === null
      ? []
      : givePrivateCalendars(ctx, [{ ownerId: survivorId, id: newCalendarId }], write, 's.write_id = ?4')),
    ...plan.merging.flatMap((merging) => mergeOne(ctx, survivorId, merging, write)),
    ...(newAddress === null ? [] : [giveAddress(ctx, survivorId, newAddress, write)]),
  ]
}

function mergeOne(ctx: Context, into: string, from: Merging, write: string): D1PreparedStatement[] {
  // What a merge finds it reads here, in the transaction: B is marked, and every statement asks for that mark.
  const run = (sql: string, ...more: unknown[]) => ctx.db.prepare(sql).bind(into, from.id, write, ...more)
  return [
    run(
      `UPDATE subscribers SET write_id = ?3, modified_at = ?4, ended_at = ?4 WHERE id = ?2
         AND EXISTS (SELECT 1 FROM subscribers WHERE id = ?1 AND write_id = ?3)`,
      ctx.now,
    ),
    run(mergeProfile),
    run(takeNames),
    ...moveAddresses(ctx, into, from, write),
    logRelationsLeaving(ctx, from.id, write),
    // Answers count by the calendars that each of the two had: these are moved later.
    ...moveRelations(ctx, run),
    ...movePrivateEvents(ctx, run),
    ...moveAnswers(run),
    ...moveFollows(run),
    ...moveRest(run),
    ...moveSchedules(ctx, from.id, into, write),
    run(`UPDATE subscribers SET state = 'merged', merged_into = ?1 WHERE id = ?2 AND write_id = ?3`),
    run(`UPDATE subscribers SET merged_into = ?1 WHERE merged_into = ?2 AND ${IS_MERGING}`),
  ]
}

/** Contacts, applications, tokens and codes. */
function moveRest(run: Run): D1PreparedStatement[] {
  return [
    // All of B's contacts are A's by now. What B signed up with counts where A signed up with none.
    run(
      `UPDATE contacts SET signed_up_with = 1 WHERE subscriber_id = ?1 AND ${IS_MERGING}
         AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.subscriber_id = ?1 AND o.signed_up_with = 1)
         AND (kind, value) IN (SELECT b.kind, b.value FROM contacts b WHERE b.subscriber_id = ?2 AND b.signed_up_with = 1)`,
    ),
    run(`DELETE FROM contacts WHERE subscriber_id = ?2 AND ${IS_MERGING}`),
    run(`UPDATE OR IGNORE applications SET subscriber_id = ?1 WHERE subscriber_id = ?2 AND ${IS_MERGING}`),
    run(`DELETE FROM applications WHERE subscriber_id = ?2 AND ${IS_MERGING}`),
    run(`DELETE FROM user_tokens WHERE subscriber_id = ?2 AND ${IS_MERGING}`),
    run(
      `UPDATE contact_requests SET code_sealed = NULL
       WHERE subscriber_id = ?2 AND code_sealed IS NOT NULL AND ${IS_MERGING}`,
    ),
  ]
}

/** Logs the merges of a plan, after what else the write says of the survivor. */
export function logMerges(ctx: Context, plan: MergePlan, write: string): D1PreparedStatement[] {
  const { survivorId, contact, merging } = plan
  if (merging.length === 0) return []
  return [
    ...logMerged(
      ctx,
      survivorId,
      merging.map(({ id }) => id),
      contact,
      write,
    ),
    ...(plan.takesNames ? logNames(ctx, survivorId, write) : []),
    ...(plan.newAddress
      ? [logSubscriber(ctx, 'subscriber.updated', survivorId, write, { reason: 'feed_address_rotated' })]
      : []),
  ]
}
