import type { Database } from '../platform/d1'

/** How far the change log's readers are behind. */
export type LogFigures = {
  readonly latest: number
  readonly undispatched: number
  readonly oldestUndispatchedSeconds: number
}

/** Whether D1 answers: the cheapest question there is. */
export async function databaseAnswers(db: Database): Promise<boolean> {
  try {
    return (await db.prepare('SELECT 1 AS one').first<{ one: number }>())?.one === 1
  } catch {
    return false
  }
}

/** The latest change, and those whose message nobody has recorded yet. Times in whole seconds. */
export async function readLogFigures(db: Database, now: number): Promise<LogFigures> {
  const row = await db
    .prepare(
      `SELECT coalesce((SELECT max(seq) FROM changes), 0) AS latest, count(*) AS waiting,
         coalesce((SELECT c.at FROM changes c WHERE c.dispatched = 0 ORDER BY c.seq LIMIT 1), ?1) AS oldest
       FROM changes WHERE dispatched = 0`,
    )
    .bind(now)
    .first<{ latest: number; waiting: number; oldest: number }>()
  return {
    latest: row?.latest ?? 0,
    undispatched: row?.waiting ?? 0,
    oldestUndispatchedSeconds: Math.max(0, Math.floor((now - (row?.oldest ?? now)) / 1000)),
  }
}
