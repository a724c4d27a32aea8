import { guardAgainst } from '../../platform/d1'
import { type ActingContext, actorId } from '../acting'
import { DomainError, invalid } from '../errors'
import { MAX_EVENTS, MAX_TEXT_BYTES } from '../events/bounds'

/** Into which calendars an event comes, and out of which it goes. */
export type Moves = { readonly into: readonly string[]; readonly outOf: readonly string[] }

export const noMoves: Moves = { into: [], outOf: [] }

export const moveCount = ({ into, outOf }: Moves) => into.length + outOf.length

type CalendarRow = { id: string; may: number }

/** SQL: the caller may put events into a calendar `c` and take them out: `me`, a person, follows it as a writer. */
const mayFill = (me: string) => `c.kind = 'public' AND c.source = '' AND (${me} = '' OR EXISTS
  (SELECT 1 FROM follows f WHERE f.subscriber_id = ${me} AND f.calendar_id = c.id AND f.permission = 'subscribed_write'))`

/** SQL: the caller sees a calendar `c` among those of events: a service all, a person those followed. */
const sees = (me: string) => `c.deleted_at IS NULL AND (${me} = '' OR (c.draft = 0 AND EXISTS
  (SELECT 1 FROM follows f WHERE f.subscriber_id = ${me} AND f.calendar_id = c.id)))`

/**
 * What brings an event into exactly the calendars that are wanted, as far as the caller sees; the others hold it on
 * (`event-subscriptions.md` 10). @throws DomainError `invalid` for one unseen, `forbidden` for one not theirs to fill
 */
export async function planMoves(
  ctx: ActingContext,
  held: readonly string[],
  wanted: readonly string[],
): Promise<Moves> {
  const all = JSON.stringify([...new Set([...held, ...wanted])])
  const { results } = await ctx.db
    .prepare(
      `SELECT c.id, ${mayFill('?1')} AS may FROM json_each(?2) j CROSS JOIN calendars c ON c.id = j.value
       WHERE c.publisher_id = ?3 AND ${sees('?1')}`,
    )
    .bind(actorId(ctx), all, ctx.publisher.id)
    .all<CalendarRow>()
  const seen = new Map(results.map(({ id, may }) => [id, may === 1]))
  if (wanted.some((id) => !seen.has(id))) {
    throw invalid('calendar_ids', 'Must name only calendars that you can see.')
  }
  const into = [...new Set(wanted)].filter((id) => !held.includes(id))
  const outOf = held.filter((id) => seen.has(id) && !wanted.includes(id))
  if ([...into, ...outOf].some((id) => !seen.get(id))) throw new DomainError('forbidden')
  return { into, outOf }
}

/** SQL: all calendars of a JSON list (`list`) are, at this moment, the caller's (`me`) to fill. */
export const mayFillAll = (list: string, me: string, publisherId: string) => `NOT EXISTS
  (SELECT 1 FROM json_each(${list}) j WHERE NOT EXISTS (SELECT 1 FROM calendars c
    WHERE c.id = j.value AND c.publisher_id = ${publisherId} AND ${sees(me)} AND ${mayFill(me)}))`

/** SQL: the calendars that hold an event, as `heldList` writes them. */
export const heldSql = (eventId: string) => `(SELECT json_group_array(m.calendar_id) FROM
  (SELECT calendar_id FROM calendar_events WHERE event_id = ${eventId} ORDER BY calendar_id) m)`

export const heldList = (ids: readonly string[]) => JSON.stringify([...ids].sort())

/** Statements that move an event which this write marked. */
export function moveEvent(
  ctx: ActingContext,
  eventId: string,
  { into, outOf }: Moves,
  write: string,
): D1PreparedStatement[] {
  const marked = 'EXISTS (SELECT 1 FROM events WHERE id = ?1 AND write_id = ?2)'
  const statements: D1PreparedStatement[] = []
  if (outOf.length > 0) {
    statements.push(
      ctx.db
        .prepare(
          `DELETE FROM calendar_events WHERE event_id = ?1 AND ${marked} AND calendar_id IN (SELECT value FROM json_each(?3))`,
        )
        .bind(eventId, write, JSON.stringify(outOf)),
    )
  }
  if (into.length > 0) {
    statements.push(
      ctx.db
        .prepare(
          `INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at)
           SELECT j.value, ?1, ?4, ?5 FROM json_each(?3) j WHERE ${marked} ORDER BY j.key`,
        )
        .bind(eventId, write, JSON.stringify(into), ctx.publisher.id, ctx.now),
    )
  }
  return statements
}

/**
 * Rolls back where a calendar into which an event came holds too many, or too much text; `grown`: those that hold it
 * already got more text of it.
 */
export function guardRoom(
  ctx: ActingContext,
  eventId: string,
  into: readonly string[],
  grown: boolean,
): D1PreparedStatement[] {
  if (into.length === 0 && !grown) return []
  return [
    guardAgainst(
      ctx.db,
      `EXISTS (SELECT 1 FROM calendar_events m CROSS JOIN calendars c ON c.id = m.calendar_id WHERE m.event_id = ?1
         AND iif(m.calendar_id IN (SELECT value FROM json_each(?2)),
           c.event_count > ${MAX_EVENTS} OR c.text_bytes > ${MAX_TEXT_BYTES}, ?3 AND c.text_bytes > ${MAX_TEXT_BYTES}))`,
      eventId,
      JSON.stringify(into),
      grown ? 1 : 0,
    ),
  ]
}
