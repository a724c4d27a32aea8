import { type Erased, type MessageRow, messageRow, scrubPayload } from '../../changes'
import type { Row } from '../../platform/d1'
import type { Context } from '../context'
import { about, type KnownIds, personsSql } from './person'

/** Rows of the log that one question reads, or rewrites. */
const A_PAGE = 100

/** Rows of the log that one question goes over where only some may be the person's. */
const A_SCAN = 2_000

/** A row of the log that may say something of a person, with the message that was made of it. */
export type ConcernedRow = {
  readonly seq: number
  readonly op: string
  readonly entityId: string
  readonly actor: string
  readonly at: number
  readonly type: string
  readonly payload: string
  readonly body: string | null
  readonly ecalBody: string | null
  /** Whether the event it is about shows nowhere any more. */
  readonly isGone: boolean
}

/** SQL over `changes c`: what a `ConcernedRow` has. */
const COLUMNS = `c.seq, c.op, c.entity_id AS entityId, c.actor, c.at, c.message AS type, c.payload, m.body,
  m.ecal_body AS ecalBody, e.id IS NULL OR (e.deleted_at IS NOT NULL AND e.tombstone_until IS NULL) AS isGone`
const JOINS = `LEFT JOIN webhook_messages m ON m.id = 'msg_' || c.seq LEFT JOIN events e ON e.id = c.entity_id`

/** A page of rows; `next`: the seq up to which relations were read, null where it has none of these. */
type Page = { readonly rows: ConcernedRow[]; readonly next: number | null }

function toRows(results: readonly Row[]): ConcernedRow[] {
  return results.map((row) => ({ ...(row as unknown as ConcernedRow), isGone: row.isGone === 1 }))
}

/** What stands in the streams of the person and of their private calendars, and of what they made and deleted. */
async function* inOwnStreams(
  ctx: Context,
  id: string,
  { persons, calendars }: KnownIds,
): AsyncGenerator<Page> {
  const streams = [
    ...persons.map((each) => `subscriber:${each}`),
    ...calendars.map((each) => `calendar:${each}`),
  ]
  const sources = [
    (after: number) =>
      ctx.db
        .prepare(
          `SELECT ${COLUMNS} FROM json_each(?1) j CROSS JOIN changes c ON c.stream = j.value AND c.seq > ?2 ${JOINS}
           WHERE c.payload IS NOT NULL AND c.publisher_id = ?3 ORDER BY c.seq LIMIT ${A_PAGE}`,
        )
        .bind(JSON.stringify(streams), after, ctx.publisher.id),
    (after: number) =>
      about(ctx, id)(
        `SELECT ${COLUMNS} FROM (SELECT o.id, o.calendar_id FROM events o WHERE o.creator_id IN (${personsSql('?1')})
           AND o.creator_id <> '' AND o.deleted_at IS NOT NULL AND o.tombstone_until IS NULL) o
         CROSS JOIN changes c ON c.stream = 'calendar:' || o.calendar_id AND c.seq > ?3 AND c.entity_id = o.id ${JOINS}
         WHERE c.payload IS NOT NULL AND c.publisher_id = ?2 ORDER BY c.seq LIMIT ${A_PAGE}`,
        after,
      ),
  ]
  for (const source of sources) {
    let after = 0
    for (;;) {
      const { results } = await source(after).all<Row>()
      const rows = toRows(results)
      const last = rows.at(-1)
      if (!last) break
      after = last.seq
      yield { rows, next: null }
    }
  }
}

/** What direct relations and events in no calendar say, whoever they are of: the person may be the other side. */
async function* amongRelations(ctx: Context, named: readonly string[], from: number): AsyncGenerator<Page> {
  const names = JSON.stringify(named)
  let after = from
  for (;;) {
    const [scanned, found] = await ctx.db.batch<Row>([
      ctx.db
        .prepare(
          `SELECT count(*) AS n, max(seq) AS last FROM (SELECT c.seq FROM changes c
           WHERE c.publisher_id = ?1 AND c.seq > ?2 AND c.stream GLOB 'event:*' ORDER BY c.seq LIMIT ${A_SCAN})`,
        )
        .bind(ctx.publisher.id, after),
      ctx.db
        .prepare(
          `SELECT ${COLUMNS} FROM (SELECT seq FROM changes c
             WHERE c.publisher_id = ?1 AND c.seq > ?2 AND c.stream GLOB 'event:*' ORDER BY c.seq LIMIT ${A_SCAN}) x
           CROSS JOIN changes c ON c.seq = x.seq ${JOINS}
           WHERE c.payload IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(?3) j WHERE instr(c.payload, j.value) > 0)
           ORDER BY c.seq`,
        )
        .bind(ctx.publisher.id, after, names),
    ])
    const last = scanned?.results[0]
    if (!last || Number(last.n) === 0) return
    after = Number(last.last)
    yield { rows: toRows(found?.results ?? []), next: after }
  }
}

/** What schedules of the publisher's accounts said while these were linked to the person. */
async function* amongAccounts(ctx: Context, { persons }: KnownIds): AsyncGenerator<Page> {
  const names = JSON.stringify(persons)
  let after = ''
  for (;;) {
    const [scanned, found] = await ctx.db.batch<Row>([
      ctx.db
        .prepare(
          `SELECT max(account_id) AS last FROM (SELECT account_id FROM accounts
           WHERE publisher_id = ?1 AND account_id > ?2 ORDER BY account_id LIMIT ${A_SCAN})`,
        )
        .bind(ctx.publisher.id, after),
      ctx.db
        .prepare(
          `SELECT ${COLUMNS} FROM (SELECT id FROM accounts
             WHERE publisher_id = ?1 AND account_id > ?2 ORDER BY account_id LIMIT ${A_SCAN}) a
           CROSS JOIN changes c ON c.stream = 'account:' || a.id ${JOINS}
           WHERE c.payload IS NOT NULL AND c.payload ->> '$.subscriberId' IN (SELECT value FROM json_each(?3))`,
        )
        .bind(ctx.publisher.id, after, names),
    ])
    const last = scanned?.results[0]?.last
    if (typeof last !== 'string') return
    after = last
    yield { rows: toRows(found?.results ?? []), next: null }
  }
}

/**
 * Rows of the log that may say something of a person, in pages. `contacts`: by which relations of others may name them;
 * `from`: the seq that relations are read from.
 */
export async function* concernedRows(
  ctx: Context,
  id: string,
  known: KnownIds,
  contacts: readonly string[] = [],
  from = 0,
): AsyncGenerator<Page> {
  yield* inOwnStreams(ctx, id, known)
  yield* amongAccounts(ctx, known)
  yield* amongRelations(ctx, [...known.persons, ...contacts], from)
}

/**
 * Empties what the log says of a person, and makes the messages anew of what is left: deliveries that wait, and
 * replays, go on with these. Goes on where an earlier attempt was interrupted.
 */
export async function scrubLog(
  ctx: Context,
  id: string,
  known: KnownIds,
  contacts: readonly string[],
): Promise<void> {
  const from = await ctx.db
    .prepare('SELECT scanned_to AS seq FROM erasures WHERE subscriber_id = ?')
    .bind(id)
    .first<number>('seq')
  const erased = { personIds: new Set(known.persons), contacts: new Set(contacts) }
  for await (const { rows, next } of concernedRows(ctx, id, known, contacts, from ?? 0)) {
    for (let at = 0; at < rows.length; at += A_PAGE) {
      const statements = rows.slice(at, at + A_PAGE).flatMap((row) => rewrite(ctx, row, erased))
      if (statements.length > 0) await ctx.db.batch(statements)
    }
    if (next === null) continue
    const reached = ctx.db.prepare('UPDATE erasures SET scanned_to = ? WHERE subscriber_id = ?')
    await reached.bind(next, id).run()
  }
}

function rewrite(
  ctx: Context,
  row: ConcernedRow,
  erased: Pick<Erased, 'personIds' | 'contacts'>,
): D1PreparedStatement[] {
  const { seq, at, type, isGone } = row
  const payload = scrubPayload(type, row.payload, { ...erased, isGone })
  const statements = []
  if (payload !== row.payload) {
    statements.push(ctx.db.prepare('UPDATE changes SET payload = ? WHERE seq = ?').bind(payload, seq))
  }
  if (row.body !== null) {
    const { id: publisherId, orgId } = ctx.publisher
    const message = messageRow({ seq, publisherId, orgId, at, type, payload })
    if (message.body !== row.body || message.ecal !== row.ecalBody) statements.push(replace(ctx, message))
  }
  return statements
}

function replace(ctx: Context, { id, body, ecal }: MessageRow): D1PreparedStatement {
  return ctx.db
    .prepare('UPDATE webhook_messages SET body = ?, ecal_body = ? WHERE id = ?')
    .bind(body, ecal, id)
}
