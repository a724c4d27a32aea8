import { newWriteId } from '../../changes'
import type { Database } from '../../platform/d1'
import type { Publisher } from '../context'
import { type PublisherRow, publisherColumns, toPublisher } from '../publishers'
import { AT_MOST, backoff, EVERY } from './schedule'

/** A source that this run looks at, and nobody else until the look's time is over. */
export type Claimed = {
  readonly calendarId: string
  readonly publisher: Publisher
  readonly source: string
  /** The calendar's zone. */
  readonly zone: string
  readonly claim: string
  readonly etag: string
  readonly lastModified: string
  readonly digest: string
  readonly readAs: string
  readonly remarks: string
}

/** Due sources that one run lists; the rest is due in the next. */
const LISTED = 1_000

/**
 * Calendars whose source is due, at most `limit`: publishers take turns, each with its longest due first, so that one
 * with many sources keeps no other waiting.
 */
export async function dueSources(db: Database, now: number, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT calendar_id AS id FROM (
         SELECT calendar_id, next_check_at, row_number() OVER (PARTITION BY publisher_id ORDER BY next_check_at, calendar_id) AS turn
         FROM (SELECT * FROM calendar_sources WHERE next_check_at <= ?1 ORDER BY next_check_at LIMIT ${LISTED}))
       ORDER BY turn, next_check_at, calendar_id LIMIT ?2`,
    )
    .bind(now, limit)
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

type ClaimedRow = PublisherRow & {
  calendar_id: string
  source: string
  zone: string
  etag: string
  last_modified: string
  digest: string
  read_as: string
  remarks: string
}

/**
 * Claims a source that is still due: of several runs one gets it. The next look is set as if this one failed, so that
 * one that never ends (its run killed, its text too much) is followed by longer and longer rests. null where another
 * was faster, or the company has ended: then nothing is fetched, and an hour later it is asked anew.
 */
export async function claimSource(db: Database, calendarId: string, now: number): Promise<Claimed | null> {
  const claim = newWriteId()
  const [, found] = await db.batch<ClaimedRow>([
    db
      .prepare(
        `UPDATE calendar_sources SET claim = ?1, next_check_at = ?2 + ${backoff}, failures = failures + 1
         WHERE calendar_id = ?3 AND next_check_at <= ?2`,
      )
      .bind(claim, now, calendarId),
    db
      .prepare(
        `SELECT s.calendar_id, s.source, c.timezone AS zone, s.etag, s.last_modified, s.digest, s.read_as, s.remarks, ${publisherColumns}
         FROM calendar_sources s JOIN calendars c ON c.id = s.calendar_id JOIN publishers p ON p.id = s.publisher_id
         WHERE s.calendar_id = ?1 AND s.claim = ?2 AND c.deleted_at IS NULL AND c.source = s.source`,
      )
      .bind(calendarId, claim),
  ])
  const row = found?.results[0]
  if (!row) return null
  if (row.cancelled_at !== null) {
    await rest(db, calendarId, claim, now)
    return null
  }
  return {
    calendarId,
    publisher: toPublisher(row),
    source: row.source,
    zone: row.zone,
    claim,
    etag: row.etag,
    lastModified: row.last_modified,
    digest: row.digest,
    readAs: row.read_as,
    remarks: row.remarks,
  }
}

/** How long nothing is asked for a company that has ended. */
const REST = 3_600_000

async function rest(db: Database, calendarId: string, claim: string, now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE calendar_sources SET claim = '', failures = failures - 1, next_check_at = ?1 WHERE calendar_id = ?2 AND claim = ?3`,
    )
    .bind(now + REST, calendarId, claim)
    .run()
}

/** SQL that is true while a claim holds: the calendar lives and still has this source. Takes its id and the claim. */
export const isClaimed = (id: string, claim: string) => `EXISTS (SELECT 1 FROM calendar_sources s
  JOIN calendars c ON c.id = s.calendar_id
  WHERE s.calendar_id = ${id} AND s.claim = ${claim} AND c.deleted_at IS NULL AND c.source = s.source)`

/** What is known of the text that a calendar was brought to, for the next look. */
export type Version = Pick<Claimed, 'etag' | 'lastModified' | 'digest' | 'readAs' | 'remarks'>

/** How a look ended: the calendar says what its source says, or it stays as it was. */
export type Ending =
  | { readonly ok: true; readonly version: Version }
  | { readonly ok: false; readonly reason: string; readonly retryAfterMs?: number }

/** Statements that end a look: what the publisher sees of it, and when the next one is. Nothing where the claim is lost. */
export function endLook(
  db: Database,
  { calendarId, publisher, claim }: Claimed,
  ending: Ending,
  now: number,
): D1PreparedStatement[] {
  const seen = db
    .prepare(
      `UPDATE calendars SET source_fetched_at = ?1, source_error = ?2
       WHERE id = ?3 AND publisher_id = ?4 AND ${isClaimed('?3', '?5')}`,
    )
    .bind(now, ending.ok ? ending.version.remarks : ending.reason, calendarId, publisher.id, claim)
  return [
    seen,
    ending.ok
      ? afterGood(db, calendarId, claim, ending.version, now)
      : afterBad(db, calendarId, claim, now, ending.retryAfterMs),
  ]
}

function afterGood(
  db: Database,
  calendarId: string,
  claim: string,
  { etag, lastModified, digest, readAs, remarks }: Version,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE calendar_sources SET claim = '', failures = 0, next_check_at = ?1, etag = ?2, last_modified = ?3,
         digest = ?4, read_as = ?5, remarks = ?6
       WHERE calendar_id = ?7 AND claim = ?8`,
    )
    .bind(now + EVERY, etag, lastModified, digest, readAs, remarks, calendarId, claim)
}

/** The next look was set when this one was claimed; a server may ask for a longer rest. */
function afterBad(
  db: Database,
  calendarId: string,
  claim: string,
  now: number,
  retryAfterMs = 0,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE calendar_sources SET claim = '', next_check_at = max(next_check_at, ?1) WHERE calendar_id = ?2 AND claim = ?3`,
    )
    .bind(now + Math.min(AT_MOST, retryAfterMs), calendarId, claim)
}
