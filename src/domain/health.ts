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

/** What waits to be delivered to client systems, and what failed for good. */
export type DeliveryFigures = {
  readonly pending: number
  readonly failed: number
  readonly oldestPendingSeconds: number
}

/** Deliveries with an attempt to come, and those that failed, within the log. Times in whole seconds. */
export async function readDeliveryFigures(db: Database, now: number): Promise<DeliveryFigures> {
  const row = await db
    .prepare(
      `SELECT (SELECT count(*) FROM webhook_deliveries WHERE next_attempt_at IS NOT NULL) AS pending,
         (SELECT count(*) FROM webhook_deliveries WHERE status = 'failed' AND next_attempt_at IS NULL) AS failed,
         coalesce((SELECT min(created_at) FROM webhook_deliveries WHERE next_attempt_at IS NOT NULL), ?1) AS oldest`,
    )
    .bind(now)
    .first<{ pending: number; failed: number; oldest: number }>()
  return {
    pending: row?.pending ?? 0,
    failed: row?.failed ?? 0,
    oldestPendingSeconds: Math.max(0, Math.floor((now - (row?.oldest ?? now)) / 1000)),
  }
}

/** Timelines that were ever asked for, and viewers with an open socket. */
export type TimelineFigures = { readonly viewers: number; readonly live: number }

/** How many viewers there are; live ones say so every minute. */
export async function readTimelineFigures(db: Database, now: number): Promise<TimelineFigures> {
  const row = await db
    .prepare(
      `SELECT (SELECT count(*) FROM timelines) AS viewers,
         (SELECT count(*) FROM live_viewers WHERE seen_at > ?1) AS live`,
    )
    .bind(now - 3 * 60_000)
    .first<{ viewers: number; live: number }>()
  return { viewers: row?.viewers ?? 0, live: row?.live ?? 0 }
}

/** Erasures whose data are not all gone yet. */
export type ErasureFigures = { readonly pending: number; readonly oldestPendingSeconds: number }

/** Erasures before the end of their first look. Times in whole seconds. */
export async function readErasureFigures(db: Database, now: number): Promise<ErasureFigures> {
  const row = await db
    .prepare(
      `SELECT count(*) AS pending, coalesce(min(requested_at), ?1) AS oldest FROM erasures
       WHERE next_attempt_at IS NOT NULL AND looks <= 0`,
    )
    .bind(now)
    .first<{ pending: number; oldest: number }>()
  return {
    pending: row?.pending ?? 0,
    oldestPendingSeconds: Math.max(0, Math.floor((now - (row?.oldest ?? now)) / 1000)),
  }
}
