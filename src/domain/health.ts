import type { Database, Row } from '../platform/d1'
import { reasonOf } from '../platform/failures'
import { billDue } from './marketplace/billing'
import { SHARES } from './marketplace/connec'

/** How long D1 may take to answer, before it counts as not answering. */
const PATIENCE_MS = 5_000

/** Whether D1 answers in time: the cheapest question there is. */
export async function databaseAnswers(db: Database): Promise<boolean> {
  const answered = await inTime(() => db.prepare('SELECT 1 AS one').first<{ one: number }>())
  return answered?.one === 1
}

/** What was asked of D1; undefined where it fails, or takes too long. */
async function inTime<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await Promise.race([ask(), scheduler.wait(PATIENCE_MS).then(() => undefined)])
  } catch (error) {
    console.error(JSON.stringify({ health: 'd1', error: reasonOf(error) }))
    return undefined
  }
}

/** Where counting ends: what is behind by more than this is behind, by however much. */
export const MOST = 10_000
export const MOST_DUE = 1_000

/** Work that waits. Times in whole seconds; counts end at `MOST`, or `MOST_DUE`. */
type Waiting = { readonly pending: number; readonly oldestPendingSeconds: number }
type Due = { readonly due: number; readonly oldestDueSeconds: number }

/** How far everything that reads the change log, or works by time, is behind. */
export type Figures = {
  readonly changes: {
    readonly latest: number
    readonly undispatched: number
    readonly oldestUndispatchedSeconds: number
  }
  readonly webhooks: Waiting & { readonly failed: number; readonly overdueSeconds: number }
  readonly timelines: { readonly viewers: number; readonly live: number }
  readonly erasures: Waiting
  readonly bills: Due
  readonly imports: Due
  readonly pushes: Due
  readonly sources: Due
  readonly database: { readonly bytes: number }
}

/**
 * The figures, in one question to D1 whose cost has an end: nothing is counted beyond `MOST`, and ages are read where
 * an index begins. Undefined where D1 fails or takes too long.
 */
export async function readFigures(db: Database, now: number): Promise<Figures | undefined> {
  const asked = await inTime(() =>
    db.batch<Row>([
      db.prepare(
        `SELECT coalesce((SELECT max(seq) FROM changes), 0) AS latest, ${countOf('changes', 'dispatched = 0')} AS waiting,
           (SELECT c.at FROM changes c WHERE c.dispatched = 0 ORDER BY c.seq LIMIT 1) AS oldest`,
      ),
      db.prepare(
        `SELECT count(*) AS waiting, min(created_at) AS oldest, min(next_attempt_at) AS due,
           ${countOf('webhook_deliveries', "status = 'failed' AND next_attempt_at IS NULL")} AS failed
         FROM (SELECT created_at, next_attempt_at FROM webhook_deliveries WHERE next_attempt_at IS NOT NULL
               ORDER BY next_attempt_at LIMIT ${MOST})`,
      ),
      db
        .prepare(
          `SELECT coalesce((SELECT max(rowid) FROM timelines), 0) AS viewers,
             (SELECT count(*) FROM (SELECT seen_at FROM live_viewers LIMIT ${MOST}) WHERE seen_at > ?1) AS live`,
        )
        .bind(now - 3 * 60_000),
      db.prepare(
        `SELECT count(*) AS waiting, min(requested_at) AS oldest
         FROM (SELECT requested_at, looks FROM erasures WHERE next_attempt_at IS NOT NULL
               ORDER BY next_attempt_at LIMIT ${MOST_DUE}) WHERE looks <= 0`,
      ),
      ...due.map(({ table, at, where }) =>
        db
          .prepare(
            `SELECT count(*) AS waiting, min(b.${at}) AS oldest
             FROM (SELECT * FROM ${table} WHERE ${at} <= ?1 ORDER BY ${at} LIMIT ${MOST_DUE}) b WHERE ${where}`,
          )
          .bind(now),
      ),
    ]),
  )
  if (!asked) return undefined
  const [changes, webhooks, timelines, erasures, bills, imports, pushes, sources] = asked.map(
    ({ results }) => results[0] ?? {},
  )
  const age = (since: unknown) =>
    since === null || since === undefined ? 0 : Math.max(0, Math.floor((now - Number(since)) / 1000))
  const count = (value: unknown) => Number(value ?? 0)
  const dueOf = (row: Row | undefined): Due => {
    return { due: count(row?.waiting), oldestDueSeconds: age(row?.oldest) }
  }
  return {
    changes: {
      latest: count(changes?.latest),
      undispatched: count(changes?.waiting),
      oldestUndispatchedSeconds: age(changes?.oldest),
    },
    webhooks: {
      pending: count(webhooks?.waiting),
      failed: count(webhooks?.failed),
      oldestPendingSeconds: age(webhooks?.oldest),
      overdueSeconds: age(webhooks?.due),
    },
    timelines: { viewers: count(timelines?.viewers), live: count(timelines?.live) },
    erasures: { pending: count(erasures?.waiting), oldestPendingSeconds: age(erasures?.oldest) },
    bills: dueOf(bills),
    imports: dueOf(imports),
    pushes: dueOf(pushes),
    sources: dueOf(sources),
    database: { bytes: asked[0]?.meta.size_after ?? 0 },
  }
}

const countOf = (table: string, where: string): string =>
  `(SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${where} LIMIT ${MOST}))`

/** What shares data: of a company that has ended, or a marketplace that is off, nothing is looked at. */
const shared = `EXISTS (SELECT 1 FROM companies c CROSS JOIN marketplaces m ON m.tenant = c.tenant
  WHERE c.publisher_id = b.publisher_id AND ${SHARES})`

/** What the crons and queues take up by time: the tables, and what of them anybody looks at. */
const due = [
  { table: 'bills', at: 'next_attempt_at', where: billDue('?1') },
  { table: 'connec_imports', at: 'next_attempt_at', where: shared },
  { table: 'connec_pushes', at: 'next_attempt_at', where: shared },
  { table: 'calendar_sources', at: 'next_check_at', where: '1' },
] as const

/** The figures of several databases as one: counts added up, and of ages, numbers of the log and sizes the highest. */
export function together(all: readonly Figures[]): Figures | undefined {
  const [first, ...others] = all
  if (!first) return undefined
  return others.reduce((sum, figures) => merged(sum, figures), first)
}

const HIGHEST = /Seconds$|^latest$|^bytes$/

function merged<T extends object>(a: T, b: T): T {
  const entries = Object.entries(a).map(([name, value]) => {
    const other: unknown = Reflect.get(b, name)
    if (typeof value === 'object') return [name, merged(value, other as object)]
    const numbers = [Number(value), Number(other)] as const
    return [name, HIGHEST.test(name) ? Math.max(...numbers) : numbers[0] + numbers[1]]
  })
  return Object.fromEntries(entries)
}
