import { events } from '../../db/schema'
import { isLiveEvent, summaryRank } from '../../objects/event-access'
import type { Row } from '../../platform/d1'
import { isId } from '../../platform/ids'
import { type ActingContext, actorId } from '../acting'
import { fromColumns } from '../columns'
import { DomainError } from '../errors'
import { SCHEDULE_PREFIX } from '../events/bounds'
import type { EventRow } from '../events/values'

/** From this rank on one may write an event. */
export const WRITER = 3

/** SQL: the rank of the caller (`me`: SQL of their id, '' for a service) on an event; NULL where they don't see it. */
export const callerRankOf = (eventId: string, me: string) => `iif(${me} = '', 4, ${summaryRank(eventId, me)})`

/** An event as the caller finds it. */
export type FoundEvent = {
  readonly event: EventRow
  readonly mayWrite: boolean
  /** Whether nobody changes it here: it is imported, or of a payment schedule. */
  readonly isForeign: boolean
  /** Whether anybody has a live direct relation to it. */
  readonly hasRelations: boolean
  /** Every calendar that holds it, in the order that it came into them. */
  readonly calendarIds: readonly string[]
}

type FoundRow = Row & {
  rank: number | null
  source: string | null
  related: number
  calendar_ids: string
}

/** An event that the caller sees. @throws DomainError `event_not_found` */
export async function findSeenEvent(ctx: ActingContext, id: string): Promise<FoundEvent> {
  const row = isId(id)
    ? await ctx.db
        .prepare(
          `SELECT e.*, ${callerRankOf('e.id', '?1')} AS rank,
             (SELECT c.source FROM calendars c WHERE c.id = e.calendar_id) AS source,
             EXISTS (SELECT 1 FROM relations r WHERE r.event_id = e.id AND r.removed_at IS NULL) AS related,
             (SELECT json_group_array(m.calendar_id) FROM (SELECT calendar_id FROM calendar_events
                WHERE event_id = e.id ORDER BY added_at, rowid) m) AS calendar_ids
           FROM events e WHERE e.id = ?2 AND e.publisher_id = ?3 AND ${isLiveEvent()}`,
        )
        .bind(actorId(ctx), id, ctx.publisher.id)
        .first<FoundRow>()
    : null
  if (!row || row.rank === null) throw new DomainError('event_not_found')
  const event = fromColumns<EventRow>(events, row)
  return {
    event,
    mayWrite: row.rank >= WRITER,
    isForeign: (row.source ?? '') !== '' || event.reference.startsWith(SCHEDULE_PREFIX),
    hasRelations: row.related === 1,
    calendarIds: JSON.parse(row.calendar_ids) as string[],
  }
}
