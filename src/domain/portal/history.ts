import { readEventSnapshot } from '../../changes'
import type { EventRow } from '../events/values'
import type { PortalContext } from './context'

/** What became of one record, by whom and when: the change log of 35 days, and what staff did before that. */

export type HistoryEntry = {
  readonly at: number
  /** An operation of the log, or an action of the audit. */
  readonly op: string
  /** Why, where the log says so of a subscriber; '' elsewhere. */
  readonly reason: string
  /** `changes.actor`. */
  readonly actor: string
  /** The user who acted, where one did. */
  readonly actorName: string
  /** Of a changed event: the fields that differ from the version before, where the log has both. */
  readonly fields: readonly (keyof EventRow)[]
}

/** So many entries are shown, of so many rows of the log: one write may stand in several streams. */
const SHOWN = 30
const ROWS = 300

type LogRow = {
  at: number
  op: string
  reason: string | null
  actor: string
  actor_name: string | null
  payload: string | null
  carries_message: 0 | 1
}

type AuditRow = { at: number; action: string; user_id: string; actor_name: string | null }

const nameOf = (user: string) =>
  `(SELECT coalesce(nullif(trim(m.first_name || ' ' || m.last_name), ''), m.email) FROM memberships m
    WHERE m.publisher_id = ?1 AND m.user_id = ${user})`

/** The history of an event, a calendar or a subscriber of the publisher, newest first. */
export async function historyOf(
  ctx: PortalContext,
  kind: 'calendar' | 'event' | 'subscriber',
  id: string,
): Promise<HistoryEntry[]> {
  const [log, audit] = await Promise.all([readLog(ctx, kind, id), readAuditOf(ctx, id)])
  const entries = withFields(log)
  const untold = new Set(entries)
  for (const { at, action, user_id, actor_name } of audit) {
    const own = {
      at,
      op: action,
      reason: '',
      actor: `user:${user_id}`,
      actorName: actor_name ?? '',
      fields: [],
    }
    // The log and staff's own record tell of one write each: they are paired, the newest with the newest.
    const logged = [...untold].find((entry) => entry.at === own.at && entry.actor === own.actor)
    if (logged === undefined) entries.push(own)
    else untold.delete(logged)
    // Staff's own word for what they did says more than the log's; but of an event the log knows what changed.
    if (logged !== undefined && kind !== 'event') entries[entries.indexOf(logged)] = own
  }
  return entries.sort((a, b) => b.at - a.at).slice(0, SHOWN)
}

async function readLog(ctx: PortalContext, kind: string, id: string): Promise<LogRow[]> {
  // Of a subscriber's rows those of events say nothing of the person; of an event's, its calendars' say it all.
  const about = kind === 'subscriber' ? `x.stream = 'subscriber:' || ?2` : `x.stream GLOB 'calendar:*'`
  const { results } = await ctx.db
    .prepare(
      `SELECT x.at, x.op, x.actor, x.message IS NOT NULL AS carries_message, iif(x.op GLOB 'event.*', x.payload, NULL) AS payload,
         iif(x.op GLOB 'subscriber.*', x.payload ->> '$.about.reason', NULL) AS reason,
         iif(x.actor GLOB 'user:*', ${nameOf('substr(x.actor, 6)')}, NULL) AS actor_name
       FROM (SELECT seq, stream, at, op, actor, message, payload FROM changes
         WHERE entity_id = ?2 AND +publisher_id = ?1 ORDER BY seq DESC LIMIT ${ROWS}) x
       WHERE ${about} ORDER BY x.seq DESC LIMIT ${SHOWN * 2}`,
    )
    .bind(ctx.publisher.id, id)
    .all<LogRow>()
  return results
}

async function readAuditOf(ctx: PortalContext, id: string): Promise<AuditRow[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT a.at, a.action, a.user_id, ${nameOf('a.user_id')} AS actor_name FROM portal_audit a
       WHERE a.publisher_id = ?1 AND a.target = ?2 ORDER BY a.id DESC LIMIT ${SHOWN}`,
    )
    .bind(ctx.publisher.id, id)
    .all<AuditRow>()
  return results
}

/**
 * Rows of the log as entries, one for each write; newest first. Of the rows of a write at most one carries a message, so
 * a second one is of another write, though it be of the same actor and the same millisecond.
 */
function withFields(rows: readonly LogRow[]): HistoryEntry[] {
  const entries: HistoryEntry[] = []
  let hasMessage = false
  let later: { entry: number; event: Partial<EventRow> } | null = null
  for (const row of rows) {
    const newest = entries.at(-1)
    const isSame: boolean =
      newest?.at === row.at && newest.actor === row.actor && !(hasMessage && row.carries_message)
    if (!isSame) entries.push(entryOf(row))
    hasMessage = row.carries_message === 1 || (isSame && hasMessage)
    if (row.payload === null) continue
    const event: Partial<EventRow> = readEventSnapshot(row.payload)
    const after = later === null ? undefined : entries[later.entry]
    if (later && after) entries[later.entry] = { ...after, fields: differences(event, later.event) }
    later = { entry: entries.length - 1, event }
  }
  return entries
}

const entryOf = ({ at, op, reason, actor, actor_name }: LogRow): HistoryEntry => ({
  at,
  op,
  reason: reason ?? '',
  actor,
  actorName: actor_name ?? '',
  fields: [],
})

const compared = [
  'name',
  'location',
  'startDate',
  'startTime',
  'endDate',
  'endTime',
  'timezone',
  'details',
  'url',
  'status',
  'calendarId',
  'reference',
  'recurrence',
  'exceptions',
  'categories',
  'quickLinks',
  'alert',
  'alert2',
] as const

function differences(before: Partial<EventRow>, after: Partial<EventRow>): (keyof EventRow)[] {
  return compared.filter((field) => before[field] !== after[field])
}
