import type { Database, Row } from '../../platform/d1'
import type { PortalContext } from './context'

/** What the portal's first page tells of a publisher beside its plan and its import. */
export type Overview = {
  readonly hasSubscribers: boolean
  /** Whether a client system has ever signed a call. */
  readonly hasUsedKey: boolean
  /** Whether nobody has seen the secret of the company's first key. */
  readonly isFirstSecretUnseen: boolean
  readonly recent: readonly RecentChange[]
}

/** A change as the first page tells it, without the words. */
export type RecentChange = {
  readonly at: number
  readonly op: string
  readonly actor: string
  /** The record's name: of an event, a calendar, a user, a bill, a plan, a subscriber; '' where it has none by now. */
  readonly name: string
  /** The calendar of an event. */
  readonly calendarName: string
  /** The user who acted, where one did. */
  readonly actorName: string
}

/** So many changes are shown. */
const SHOWN = 10

/** Calendars whose changes are looked at: those that changed last. */
const CALENDARS = 20

/** Reads what the first page tells. */
export async function readOverview(ctx: PortalContext): Promise<Overview> {
  const { db, publisher } = ctx
  const [facts, changes, subscribers] = await Promise.all([
    db
      .prepare(
        `SELECT EXISTS (SELECT 1 FROM subscribers WHERE publisher_id = ?1 AND state = 'active') AS subscribed,
           EXISTS (SELECT 1 FROM api_keys WHERE publisher_id = ?1 AND last_used_at IS NOT NULL) AS used,
           EXISTS (SELECT 1 FROM companies c JOIN api_keys k ON k.api_key = c.first_api_key AND k.revoked_at IS NULL
             WHERE c.publisher_id = ?1 AND c.first_secret_shown_at IS NULL) AS unseen`,
      )
      .bind(publisher.id)
      .first<{ subscribed: number; used: number; unseen: number }>(),
    recentOfLog(db, publisher.id),
    recentSubscribers(db, publisher.id),
  ])
  return {
    hasSubscribers: facts?.subscribed === 1,
    hasUsedKey: facts?.used === 1,
    isFirstSecretUnseen: facts?.unseen === 1,
    recent: [...changes, ...subscribers].sort((a, b) => b.at - a.at).slice(0, SHOWN),
  }
}

/**
 * The last changes of the company and of its public calendars. Each stream is read from its end by the log's own index,
 * so that this costs the same however much the log holds. How far an import is stands elsewhere on the page.
 */
async function recentOfLog(db: Database, publisherId: number): Promise<RecentChange[]> {
  const { results } = await db
    .prepare(
      `WITH streams AS (SELECT ?2 AS stream UNION ALL
         SELECT 'calendar:' || id FROM (SELECT id FROM calendars WHERE publisher_id = ?1 AND kind = 'public'
           ORDER BY revision DESC LIMIT ${CALENDARS}))
       SELECT x.at, x.op, x.actor,
         coalesce(CASE WHEN x.op GLOB 'event.*' THEN (SELECT e.name FROM events e WHERE e.id = x.entity_id AND e.publisher_id = ?1)
           WHEN x.op GLOB 'calendar.*' THEN (SELECT k.name FROM calendars k WHERE k.id = x.entity_id AND k.publisher_id = ?1)
           WHEN x.op GLOB 'user.*' THEN (SELECT coalesce(nullif(trim(m.first_name || ' ' || m.last_name), ''), m.email)
             FROM memberships m WHERE m.publisher_id = ?1 AND m.user_id = x.entity_id)
           WHEN x.op = 'bill.changed' THEN (SELECT b.description FROM bills b WHERE b.id = x.entity_id AND b.publisher_id = ?1)
         END, '') AS name,
         coalesce((SELECT k.name FROM calendars k WHERE x.op GLOB 'event.*' AND k.publisher_id = ?1
           AND k.id = substr(x.stream, 10)), '') AS calendarName,
         coalesce((SELECT coalesce(nullif(trim(m.first_name || ' ' || m.last_name), ''), m.email)
           FROM memberships m WHERE m.publisher_id = ?1 AND x.actor GLOB 'user:*'
             AND m.user_id = substr(x.actor, 6)), '') AS actorName
       FROM streams s JOIN changes x ON x.stream = s.stream AND x.seq IN (
         SELECT y.seq FROM changes y WHERE y.stream = s.stream AND y.op <> 'import.changed' ORDER BY y.seq DESC LIMIT ${SHOWN})
       WHERE x.publisher_id = ?1 ORDER BY x.seq DESC LIMIT ${SHOWN}`,
    )
    .bind(publisherId, `company:${publisherId}`)
    .all<RecentChange>()
  return results
}

async function recentSubscribers(db: Database, publisherId: number): Promise<RecentChange[]> {
  const { results } = await db
    .prepare(
      `SELECT subscribed_at, email, first_name, last_name FROM subscribers WHERE publisher_id = ?1 AND state = 'active'
       ORDER BY subscribed_at DESC LIMIT ${SHOWN}`,
    )
    .bind(publisherId)
    .all<Row>()
  return results.map((row) => ({
    at: Number(row.subscribed_at),
    op: 'subscriber.subscribed',
    actor: '',
    name: `${row.first_name} ${row.last_name}`.trim() || String(row.email ?? ''),
    calendarName: '',
    actorName: '',
  }))
}
