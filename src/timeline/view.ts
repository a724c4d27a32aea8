import { isLiveToken } from '../domain/callers'
import { isLiveEvent } from '../objects/event-access'
import { rankSql } from '../objects/permissions'
import { primaryEmailSql, primaryPhoneSql, relationJoins, relationSql } from '../objects/relation-rows'
import type { Database, Row } from '../platform/d1'
import type { Viewer } from './viewer'

/**
 * What a timeline reads of D1. One batch, and so one consistent moment, tells what the viewer's streams gained since a
 * seq and the items this touches; `by…` statements read items by key, for what comes in pages.
 */

/** Rows of the log that one look takes up. A look that finds more goes on in pages. */
export const A_LOOK = 500

/** SQL: the event that a row of the log (alias) is about; NULL where it is about none. */
const eventOf = (c: string) =>
  `CASE WHEN ${c}.op GLOB 'event.*' OR ${c}.op GLOB 'relation.*' OR ${c}.op GLOB 'answer.*' THEN substr(${c}.entity_id, 1, 24) END`

/** SQL: the viewer's streams (`?1` the person), joined with what they gained above `?2`. */
const PERSON_DELTA = `FROM (SELECT 'subscriber:' || ?1 AS stream
    UNION ALL SELECT 'calendar:' || calendar_id FROM follows WHERE subscriber_id = ?1
    UNION ALL SELECT 'event:' || event_id FROM relations WHERE subscriber_id = ?1 AND removed_at IS NULL) w
  CROSS JOIN changes c ON c.stream = w.stream AND c.seq > ?2`

/** As above of a publisher (`?1`): every direct relation on its events. */
const serviceDelta = (join = '') =>
  `FROM changes c ${join} WHERE c.publisher_id = ?1 AND c.seq > ?2 AND c.stream GLOB 'event:*'`

/** The viewer's own event subscriptions, over events named `x.event_id`; `?1` is the person. */
const ownItems = (events: string) => `SELECT e.*,
    (SELECT json_group_array(json_array(f.calendar_id, ${rankSql('f.permission')}, max(m.added_at, f.followed_at)))
      FROM calendar_events m CROSS JOIN follows f ON f.subscriber_id = ?1 AND f.calendar_id = m.calendar_id
      CROSS JOIN calendars k ON k.id = m.calendar_id
      WHERE m.event_id = e.id AND k.deleted_at IS NULL AND k.draft = 0) AS via,
    (SELECT ${relationSql} FROM relations r ${relationJoins}
      WHERE r.event_id = e.id AND r.subscriber_id = ?1 AND r.removed_at IS NULL) AS relation,
    (SELECT json_array(a.rsvp_status, a.acknowledged) FROM answers a
      WHERE a.subscriber_id = ?1 AND a.event_id = e.id) AS answer,
    cr.first_name AS creator_first_name, cr.last_name AS creator_last_name
  FROM ${events} CROSS JOIN events e ON e.id = x.event_id LEFT JOIN subscribers cr ON cr.id = e.creator_id
  WHERE ${isLiveEvent()}`

/** Direct relations of others on events to which the viewer (`?1`) is directly related. */
const othersItems = (relations: string, more: string) => `SELECT ${relationSql} AS relation
  FROM ${relations} CROSS JOIN events e ON e.id = r.event_id ${relationJoins}
  WHERE r.removed_at IS NULL AND ${isLiveEvent()} ${more}`

const SEES = `AND r.subscriber_id <> ?1 AND EXISTS (SELECT 1 FROM relations mine
  WHERE mine.event_id = r.event_id AND mine.subscriber_id = ?1 AND mine.removed_at IS NULL)`

/** SQL: whether a row of the log changes who is seen on the whole event: it came or went, or so did the viewer's own relation. */
const isWhole = (own: string) =>
  `(c.op IN ('event.created', 'event.deleted') OR c.entity_id = ${eventOf('c')} || '_' || ${own})`

/** SQL: the relations `o` that a row of the log touches: all of its event, or the one that it names, found by key. */
const touchedRelations = (whole: string) => `CROSS JOIN relations o ON o.event_id = ${eventOf('c')}
  AND o.subscriber_id >= iif(${whole}, '', substr(c.entity_id, 26)) AND o.subscriber_id <= iif(${whole}, 'g', substr(c.entity_id, 26))`

/** Relations that one look reads at most; where there are more, they are read in pages. */
export const SOME_RELATIONS = 1_000

/** Statements of a look: what is said of the viewer, what the streams gained since, and the items that this touches. */
export function lookStatements(
  db: Database,
  { publisherId, personId }: Viewer,
  name: string,
  since: number,
  tokens: readonly string[],
  now: number,
): D1PreparedStatement[] {
  const credentials = db
    .prepare(
      `SELECT t.token_hash AS hash, p.cancelled_at IS NOT NULL AS cancelled FROM json_each(?1) j
       CROSS JOIN user_tokens t ON t.token_hash = j.value JOIN subscribers s ON s.id = t.subscriber_id
       JOIN publishers p ON p.id = t.publisher_id WHERE ${isLiveToken('?2')}`,
    )
    .bind(JSON.stringify(tokens), now)
  const standing = (profile: string) =>
    `SELECT p.id, p.name, ${profile} AS profile, (SELECT max(seq) FROM changes) AS head,
       (SELECT min(seq) FROM changes) AS oldest, t.life, t.birth
     FROM publishers p LEFT JOIN timelines t ON t.viewer = ?1 WHERE p.id = ?2`
  if (personId === null) {
    return [
      db.prepare(standing('NULL')).bind(name, publisherId),
      db.prepare('SELECT 1 WHERE false'),
      db
        .prepare(`SELECT c.seq, c.op, c.entity_id ${serviceDelta()} ORDER BY c.seq LIMIT ${A_LOOK + 1}`)
        .bind(publisherId, since),
      db.prepare('SELECT 1 WHERE false'),
      db
        .prepare(
          `${othersItems(
            `(SELECT DISTINCT o.event_id AS e_id, o.subscriber_id AS s_id
              ${serviceDelta(touchedRelations("c.op IN ('event.created', 'event.deleted')"))}) x
             CROSS JOIN relations r ON r.event_id = x.e_id AND r.subscriber_id = x.s_id`,
            '',
          )} LIMIT ${SOME_RELATIONS + 1}`,
        )
        .bind(publisherId, since),
      credentials,
    ]
  }
  return [
    db
      .prepare(
        standing(`(SELECT json_array(s.first_name, s.last_name, s.tags, ${primaryEmailSql('s')}, ${primaryPhoneSql('s')})
          FROM subscribers s WHERE s.id = ?3)`),
      )
      .bind(name, publisherId, personId),
    db
      .prepare(
        `SELECT f.calendar_id AS id, f.permission, f.followed_at FROM follows f CROSS JOIN calendars k ON k.id = f.calendar_id
         WHERE f.subscriber_id = ?1 AND k.deleted_at IS NULL AND k.draft = 0 ORDER BY f.calendar_id`,
      )
      .bind(personId),
    db
      .prepare(`SELECT c.seq, c.op, c.entity_id ${PERSON_DELTA} ORDER BY c.seq LIMIT ${A_LOOK + 1}`)
      .bind(personId, since),
    db
      .prepare(
        ownItems(`(SELECT DISTINCT ${eventOf('c')} AS event_id ${PERSON_DELTA} LIMIT ${A_LOOK + 1}) x`),
      )
      .bind(personId, since),
    db
      .prepare(
        `${othersItems(
          `(SELECT DISTINCT o.event_id AS e_id, o.subscriber_id AS s_id ${PERSON_DELTA}
             ${touchedRelations(isWhole('?1'))}) x
           CROSS JOIN relations r ON r.event_id = x.e_id AND r.subscriber_id = x.s_id`,
          SEES,
        )} LIMIT ${SOME_RELATIONS + 1}`,
      )
      .bind(personId, since),
    credentials,
  ]
}

/** The viewer's own items on these events. */
export function ownItemsBy(db: Database, personId: string, eventIds: readonly string[]): D1PreparedStatement {
  return db
    .prepare(ownItems('(SELECT value AS event_id FROM json_each(?2)) x'))
    .bind(personId, JSON.stringify(eventIds))
}

/** A place among relations, in the order of their keys. */
export type RelationKey = { readonly eventId: string; readonly subscriberId: string }

/** Others' items on these events, from a key on, a page. */
export function othersItemsBy(
  db: Database,
  { publisherId, personId }: Viewer,
  eventIds: readonly string[],
  after: RelationKey,
  limit: number,
): D1PreparedStatement {
  const from = '(SELECT value AS id FROM json_each(?2)) x CROSS JOIN relations r ON r.event_id = x.id'
  const page = `AND (r.event_id, r.subscriber_id) > (?3, ?4) ORDER BY r.event_id, r.subscriber_id LIMIT ?5`
  return db
    .prepare(othersItems(from, `${personId === null ? 'AND r.publisher_id = ?1' : SEES} ${page}`))
    .bind(personId ?? publisherId, JSON.stringify(eventIds), after.eventId, after.subscriberId, limit)
}

/** Every item that is not the viewer's own, from a key on, a page. */
export function allOthersItems(
  db: Database,
  { publisherId, personId }: Viewer,
  after: RelationKey,
  limit: number,
): D1PreparedStatement {
  const page = `AND (r.event_id, r.subscriber_id) > (?2, ?3) ORDER BY r.event_id, r.subscriber_id LIMIT ?4`
  const sql =
    personId === null
      ? othersItems('relations r INDEXED BY relations_publisher', `AND r.publisher_id = ?1 ${page}`)
      : othersItems(
          `relations mine INDEXED BY relations_subscriber CROSS JOIN relations r ON r.event_id = mine.event_id`,
          `AND mine.subscriber_id = ?1 AND mine.removed_at IS NULL AND mine.event_id >= ?2 AND r.subscriber_id <> ?1 ${page}`,
        )
  return db.prepare(sql).bind(personId ?? publisherId, after.eventId, after.subscriberId, limit)
}

/** Ids of the events that a person is directly related to, above one, a page. */
export function directEventIds(
  db: Database,
  personId: string,
  after: string,
  limit: number,
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT event_id FROM relations WHERE subscriber_id = ?1 AND removed_at IS NULL AND event_id > ?2
       ORDER BY event_id LIMIT ?3`,
    )
    .bind(personId, after, limit)
}

/** Ids of the events in a calendar, above one, a page. */
export function calendarEventIds(
  db: Database,
  calendarId: string,
  after: string,
  limit: number,
): D1PreparedStatement {
  return db
    .prepare(
      'SELECT event_id FROM calendar_events WHERE calendar_id = ?1 AND event_id > ?2 ORDER BY event_id LIMIT ?3',
    )
    .bind(calendarId, after, limit)
}

/** Ids of the viewer's events that stand in a public calendar of the publisher, followed or not (`service_ids`). */
export function inServiceCalendars(db: Database, { publisherId, personId }: Viewer): D1PreparedStatement {
  const seen =
    personId === null
      ? 'SELECT r.event_id FROM relations r WHERE r.publisher_id = ?1 AND r.removed_at IS NULL'
      : `SELECT r.event_id FROM relations r WHERE r.subscriber_id = ?1 AND r.removed_at IS NULL
         UNION SELECT v.event_id FROM follows f CROSS JOIN calendar_events v ON v.calendar_id = f.calendar_id WHERE f.subscriber_id = ?1`
  return db
    .prepare(
      `SELECT DISTINCT x.event_id AS id FROM (${seen}) x CROSS JOIN calendar_events m ON m.event_id = x.event_id
       CROSS JOIN calendars k ON k.id = m.calendar_id
       WHERE k.kind = 'public' AND k.deleted_at IS NULL AND k.draft = 0`,
    )
    .bind(personId ?? publisherId)
}

/** What a look found. */
export type Look = {
  readonly publisher: { readonly id: number; readonly name: string }
  /** What shows of the viewer in every item, as JSON: when it changes, all of them do. */
  readonly profile: string
  readonly head: number
  /** The oldest row that the log still has. */
  readonly oldest: number | null
  readonly life: number | null
  readonly birth: string | null
  /** Live calendars that the viewer follows, by id; the value tells when and how. */
  readonly follows: ReadonlyMap<string, string>
  readonly gained: readonly { readonly seq: number; readonly op: string; readonly entityId: string }[]
  readonly own: readonly Row[]
  readonly others: readonly Row[]
  /** Tokens asked about that are good: whether their company is cancelled. */
  readonly tokens: ReadonlyMap<string, boolean>
}

/** @throws Error where the publisher is none */
export function toLook(results: readonly D1Result<Row>[]): Look {
  const [standing, follows, gained, own, others, credentials] = results.map((result) => result.results)
  const row = standing?.[0]
  if (!row) throw new Error('a timeline of no publisher')
  return {
    publisher: { id: Number(row.id), name: String(row.name) },
    profile: JSON.stringify([row.name, row.profile]),
    head: Number(row.head ?? 0),
    oldest: row.oldest === null ? null : Number(row.oldest),
    life: row.life === null ? null : Number(row.life),
    birth: row.birth === null ? null : String(row.birth),
    follows: new Map((follows ?? []).map((f) => [String(f.id), `${f.permission} ${f.followed_at}`])),
    gained: (gained ?? []).map((g) => ({
      seq: Number(g.seq),
      op: String(g.op),
      entityId: String(g.entity_id),
    })),
    own: own ?? [],
    others: others ?? [],
    tokens: new Map((credentials ?? []).map((t) => [String(t.hash), t.cancelled === 1])),
  }
}

/** What rows of the log touch: events, of which the viewer's own item; all items of some; single items of others. */
export type Touched = {
  readonly events: ReadonlySet<string>
  readonly whole: ReadonlySet<string>
  readonly items: ReadonlySet<string>
}

export function touchedBy(rows: Look['gained'], { personId }: Viewer): Touched {
  const events = new Set<string>()
  const whole = new Set<string>()
  const items = new Set<string>()
  for (const { op, entityId } of rows) {
    if (!/^(event|relation|answer)\./.test(op)) continue
    const eventId = entityId.slice(0, 24)
    events.add(eventId)
    const own = `${eventId}_${personId}`
    const isOwn = entityId === own && !op.startsWith('answer.')
    if (op === 'event.created' || op === 'event.deleted' || isOwn) whole.add(eventId)
    else if (entityId.length > 24) items.add(entityId)
    if (personId !== null) items.add(own)
  }
  return { events, whole, items }
}
