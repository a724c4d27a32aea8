import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env'
import { clock } from '../platform/clock'
import { loggedRun } from '../platform/run-log'
import type { AppClass } from './app-class'
import { type Counted, type Fetched, HOUR_MS, type HourCounts, type Seen } from './counted'

const DAY_MS = 24 * HOUR_MS

/** Counts and what was seen of persons are kept so long. */
const KEPT_DAYS = 400

/** Persons that are kept at most: those seen last. */
const MAX_PERSONS = 500_000

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS hours (
     hour INTEGER PRIMARY KEY, feeds INTEGER NOT NULL, unchanged INTEGER NOT NULL, syncs INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS persons (
     id TEXT PRIMARY KEY, seen_at INTEGER NOT NULL, feed_at INTEGER, feed_app TEXT, sync_at INTEGER, sync_app TEXT) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS persons_seen ON persons (seen_at)',
]

type PersonRow = {
  id: string
  feed_at: number | null
  feed_app: AppClass | null
  sync_at: number | null
  sync_app: AppClass | null
}

/** Counts of one publisher's feeds and sync reads, where no dataset is bound: one object a publisher. */
export class UsageLedger extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    for (const statement of SCHEMA) ctx.storage.sql.exec(statement)
  }

  /** Adds what an isolate counted. */
  async add(counted: Counted): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      const { at, feeds, unchanged, syncs } = counted
      this.ctx.storage.sql.exec(
        `INSERT INTO hours (hour, feeds, unchanged, syncs) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hour) DO UPDATE
         SET feeds = feeds + ?2, unchanged = unchanged + ?3, syncs = syncs + ?4`,
        Math.floor(at / HOUR_MS),
        feeds,
        unchanged,
        syncs,
      )
      for (const [id, seen] of counted.seen) this.see(id, seen)
    })
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(clock.now() + DAY_MS)
  }

  /** Messages of several isolates may come in any order: the latest time stays. */
  private see(id: string, { feed, sync }: Seen): void {
    const later = (what: 'feed' | 'sync') =>
      `${what}_app = iif(coalesce(excluded.${what}_at, 0) >= coalesce(${what}_at, 0), excluded.${what}_app, ${what}_app),
       ${what}_at = nullif(max(coalesce(${what}_at, 0), coalesce(excluded.${what}_at, 0)), 0)`
    this.ctx.storage.sql.exec(
      `INSERT INTO persons (id, seen_at, feed_at, feed_app, sync_at, sync_app) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET seen_at = max(seen_at, excluded.seen_at), ${later('feed')}, ${later('sync')}`,
      id,
      Math.max(feed?.at ?? 0, sync?.at ?? 0),
      feed?.at ?? null,
      feed?.app ?? null,
      sync?.at ?? null,
      sync?.app ?? null,
    )
  }

  /** Counts by the hour, from an hour on. */
  async hours(since: number): Promise<HourCounts[]> {
    return this.ctx.storage.sql
      .exec<HourCounts>(
        'SELECT hour, feeds, unchanged, syncs FROM hours WHERE hour >= ? ORDER BY hour',
        since,
      )
      .toArray()
  }

  /** What was seen last of persons; those never seen are left out. */
  async seen(ids: readonly string[]): Promise<Map<string, Seen>> {
    const rows = this.ctx.storage.sql
      .exec<PersonRow>(
        `SELECT id, feed_at, feed_app, sync_at, sync_app FROM persons WHERE id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(ids),
      )
      .toArray()
    return new Map(
      rows.map((row) => [
        row.id,
        { feed: fetched(row.feed_at, row.feed_app), sync: fetched(row.sync_at, row.sync_app) },
      ]),
    )
  }

  /** Forgets what was seen of persons. */
  async unsee(ids: readonly string[]): Promise<void> {
    this.ctx.storage.sql.exec(
      'DELETE FROM persons WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    )
  }

  /** Forgets, once a day, what is past its time; an object with nothing left sleeps until it is told of something. */
  override async alarm(): Promise<void> {
    await loggedRun(this.env, { run: 'alarm', name: 'usage' }, () => this.forgetOld())
  }

  private async forgetOld(): Promise<void> {
    const { sql } = this.ctx.storage
    forget(sql, clock.now(), MAX_PERSONS)
    const { left } = sql
      .exec<{ left: number }>(
        'SELECT EXISTS (SELECT 1 FROM hours) OR EXISTS (SELECT 1 FROM persons) AS "left"',
      )
      .one()
    if (left === 1) await this.ctx.storage.setAlarm(clock.now() + DAY_MS)
  }
}

function fetched(at: number | null, app: AppClass | null): Fetched | null {
  return at === null || app === null ? null : { at, app }
}

/** Deletes what is older than it is kept, and of more persons than are kept those who were seen longest ago. */
export function forget(sql: SqlStorage, now: number, mostPersons: number): void {
  const oldest = now - KEPT_DAYS * DAY_MS
  sql.exec('DELETE FROM hours WHERE hour < ?', Math.floor(oldest / HOUR_MS))
  sql.exec('DELETE FROM persons WHERE seen_at < ?', oldest)
  sql.exec(
    `DELETE FROM persons WHERE seen_at <= (SELECT seen_at FROM persons ORDER BY seen_at DESC LIMIT 1 OFFSET ?)`,
    mostPersons,
  )
}
