import { events } from '../../db/schema'
import type { Database, Row } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'
import { newId } from '../../platform/ids'
import { toColumns } from '../columns'
import { MAX_EVENTS, MAX_TEXT_BYTES } from '../events/bounds'
import { textSize } from '../events/text-size'
import type { EventValues } from '../events/values'
import type { Claimed } from './claims'
import { type ReadSource, uidOf } from './read-source'

/** An event of the source, to be made here or to be changed. */
export type Wanted = {
  readonly key: string
  readonly id: string
  readonly digest: string
  readonly values: EventValues
}

/** What brings a calendar to what its source says. */
export type Plan = {
  readonly made: readonly Wanted[]
  readonly changed: readonly Wanted[]
  /** Events that the source has no more. */
  readonly removed: readonly { readonly key: string; readonly id: string }[]
  /** Keys whose event is gone already. */
  readonly forgotten: readonly string[]
  /** Whether the calendar would hold more than it may. */
  readonly isTooMuch: boolean
}

type FormerRow = Row & {
  uid: string
  event_id: string
  digest: string
  /** Whether it is a live event of this calendar, and as it was imported. */
  live: number
  untouched: number
  size: number
}

/** What of an event a source never says: it stays as it is here. */
const ownColumns = ['draft', 'reference', 'reference_type', 'quick_links']

/** The columns that an import writes. */
export function importedColumns(values: EventValues): Record<string, unknown> {
  const columns = Object.entries(toColumns(events, values))
  return Object.fromEntries(columns.filter(([name]) => !ownColumns.includes(name)))
}

/**
 * Compares what a source says with what came from it before. An event that says what it said, and that nobody changed
 * here meanwhile, is in no part of the plan.
 */
export async function planImport(
  db: Database,
  { calendarId, publisher }: Claimed,
  source: ReadSource & { ok: true },
): Promise<Plan> {
  const [former, counts] = await readFormer(db, calendarId, publisher.id)
  let { events: eventCount, bytes } = counts
  const made: Wanted[] = []
  const changed: Wanted[] = []
  const forgotten: string[] = []
  const digests = await Promise.all(source.events.map(({ values }) => digestOf(values)))
  source.events.forEach(({ key, values }, n) => {
    const digest = digests[n] ?? ''
    const before = former.get(key)
    former.delete(key)
    if (before?.live) {
      if (before.digest === digest && before.untouched) return
      bytes += textSize(values) - before.size
      changed.push({ key, id: before.event_id, digest, values })
    } else {
      if (before) forgotten.push(key)
      eventCount++
      bytes += textSize(values)
      made.push({ key, id: newId(), digest, values })
    }
  })
  const removed: { key: string; id: string }[] = []
  for (const row of former.values()) {
    if (!row.live) forgotten.push(row.uid)
    else if (!source.unreadable.has(uidOf(row.uid))) {
      removed.push({ key: row.uid, id: row.event_id })
      eventCount--
      bytes -= row.size
    }
  }
  const grows = made.length > 0 || bytes > counts.bytes
  const isTooMuch = grows && (eventCount > MAX_EVENTS || bytes > MAX_TEXT_BYTES)
  return { made, changed, removed, forgotten, isTooMuch }
}

/** Columns that follow from the others: they are written with them, and alone they are no news. */
export const reckonedColumns = ['series_ends_at']

async function digestOf(values: EventValues): Promise<string> {
  const said = Object.entries(importedColumns(values)).filter(([name]) => !reckonedColumns.includes(name))
  return (await sha256Hex(JSON.stringify(Object.fromEntries(said)))).slice(0, 32)
}

/** What came from the source before by its keys, and how much the calendar holds. */
async function readFormer(
  db: Database,
  calendarId: string,
  publisherId: number,
): Promise<[Map<string, FormerRow>, { events: number; bytes: number }]> {
  const [former, counts] = await db.batch<Row>([
    db
      .prepare(
        `SELECT m.uid, m.event_id, m.digest, coalesce(e.text_size, 0) AS size, coalesce(e.sequence = m.sequence, 0) AS untouched,
           coalesce(e.deleted_at IS NULL AND e.calendar_id = m.calendar_id AND e.publisher_id = ?2, 0) AS live
         FROM imported_events m LEFT JOIN events e ON e.id = m.event_id
         WHERE m.calendar_id = ?1 AND m.publisher_id = ?2`,
      )
      .bind(calendarId, publisherId),
    db
      .prepare(
        'SELECT event_count AS events, text_bytes AS bytes FROM calendars WHERE id = ? AND publisher_id = ?',
      )
      .bind(calendarId, publisherId),
  ])
  const rows = (former?.results ?? []) as FormerRow[]
  const { events: count = 0, bytes = 0 } = counts?.results[0] ?? {}
  return [new Map(rows.map((row) => [row.uid, row])), { events: Number(count), bytes: Number(bytes) }]
}
