import { type Among, listed, logParticipants, type WriteContext } from '../../changes'

/**
 * Statements that end what people had with events which this write deleted: direct relations, whose rows stay, and
 * answers. `among` is SQL for the ids of the events in question. They log nothing.
 */
function removeAmong(
  ctx: Pick<WriteContext, 'db' | 'now'>,
  write: string,
  among: Among,
  value: unknown,
): D1PreparedStatement[] {
  const deleted = (
    parameter: string,
  ) => `SELECT e.id FROM (${among(parameter)}) x CROSS JOIN events e ON e.id = x.value
    WHERE e.write_id = ?1 AND e.deleted_at IS NOT NULL`
  return [
    ctx.db
      .prepare(
        `UPDATE relations SET removed_at = ?2, write_id = ?1 WHERE removed_at IS NULL AND event_id IN (${deleted('?3')})`,
      )
      .bind(write, ctx.now, value),
    ctx.db.prepare(`DELETE FROM answers WHERE event_id IN (${deleted('?2')})`).bind(write, value),
  ]
}

/** Statements that end the relations to events of a list which this write deleted; `logEvents` tells their participants. */
export function removeRelationsOf(
  ctx: Pick<WriteContext, 'db' | 'now'>,
  eventIds: readonly string[],
  write: string,
): D1PreparedStatement[] {
  return removeAmong(ctx, write, listed, JSON.stringify(eventIds))
}

/** Ends relations to events that went without a message of their own, and tells their participants. */
export function removeRelationsAmong(
  ctx: WriteContext,
  write: string,
  among: Among,
  value: unknown,
): D1PreparedStatement[] {
  return [
    ...removeAmong(ctx, write, among, value),
    ...logParticipants(ctx, 'event.deleted', write, among, value),
  ]
}
