import { messageRow } from '../../changes'
import type { Row } from '../../platform/d1'
import type { Context } from '../context'
import type { KnownIds } from './person'
import { type ConcernedRow, concernedRows } from './scrub-log'

/** Changes that say something of a person, each with what its message tells; of others only that it happened. */
export async function* exportedChanges(
  ctx: Context,
  id: string,
  known: KnownIds,
): AsyncGenerator<Record<string, unknown>[]> {
  for await (const { rows } of concernedRows(ctx, id, known)) {
    yield rows.map((row) => {
      const { seq, at, op, actor, type, entityId } = row
      const data = isOf(row, known) ? dataOf(ctx, row) : null
      return { sequence: seq, at: new Date(at).toISOString(), op, actor, entityId, message: type, data }
    })
  }
}

function dataOf(ctx: Context, { seq, at, type, payload }: ConcernedRow): unknown {
  const { id: publisherId, orgId } = ctx.publisher
  return JSON.parse(messageRow({ seq, publisherId, orgId, at, type, payload }).body).data
}

/** Whether a change is about the person: of a relation that they only made, the data are another's. */
function isOf({ type, payload }: ConcernedRow, { persons }: KnownIds): boolean {
  if (!type.startsWith('event_subscription.')) return true
  const [, subscriberId] = JSON.parse(payload).relation as unknown[]
  return persons.includes(String(subscriberId))
}

/** Deliveries of these changes' messages. What they tell stands with the change. */
export async function* exportedDeliveries(
  ctx: Context,
  id: string,
  known: KnownIds,
): AsyncGenerator<Record<string, unknown>[]> {
  for await (const { rows } of concernedRows(ctx, id, known)) {
    const { results } = await ctx.db
      .prepare(
        `SELECT d.message_id, d.endpoint_id, d.type, d.status, d.created_at, d.next_attempt_at,
           (SELECT count(*) FROM webhook_attempts a WHERE a.endpoint_id = d.endpoint_id AND a.message_id = d.message_id) AS attempts
         FROM json_each(?) j CROSS JOIN webhook_deliveries d ON d.message_id = j.value ORDER BY d.seq, d.endpoint_id`,
      )
      .bind(JSON.stringify(rows.map(({ seq }) => `msg_${seq}`)))
      .all<Row>()
    yield results.map((row) => ({
      messageId: row.message_id,
      endpointId: row.endpoint_id,
      type: row.type,
      status: row.next_attempt_at === null ? row.status : 'pending',
      attempts: row.attempts,
      createdAt: new Date(Number(row.created_at)).toISOString(),
    }))
  }
}
