import type { Item } from './items'
import type { Viewer } from './viewer'

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
  `CREATE TABLE IF NOT EXISTS items (
     id TEXT PRIMARY KEY, event_id TEXT NOT NULL, subscriber_id TEXT NOT NULL, own INTEGER NOT NULL,
     token INTEGER NOT NULL UNIQUE, removed INTEGER NOT NULL, created INTEGER NOT NULL, rsvp TEXT,
     json TEXT, event TEXT, event_created INTEGER NOT NULL, calendars TEXT NOT NULL) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS items_event ON items (event_id)',
  'CREATE INDEX IF NOT EXISTS items_created ON items (removed, created, id)',
  'CREATE INDEX IF NOT EXISTS items_own ON items (own, token)',
  `CREATE TABLE IF NOT EXISTS staged (
     id TEXT PRIMARY KEY, event_id TEXT NOT NULL, subscriber_id TEXT NOT NULL, own INTEGER NOT NULL, place INTEGER NOT NULL,
     created INTEGER NOT NULL, rsvp TEXT, json TEXT NOT NULL, event TEXT, event_created INTEGER NOT NULL,
     calendars TEXT NOT NULL) WITHOUT ROWID`,
  'CREATE TABLE IF NOT EXISTS contact_posts (at INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS scope (kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID',
]

const TABLES = ['meta', 'items', 'staged', 'contact_posts', 'scope']

/** How many POSTs by contact a person may make in an hour (`event-subscriptions.md` 8). */
const CONTACT_POSTS = 600
const HOUR_MS = 3_600_000

/** Tokens of one life; the next one goes on above it (`event-subscriptions.md` 9, rule 7). */
export const LIFE = 2 ** 40

/** What a timeline has taken up so far. */
export type Standing = {
  readonly life: number
  /** The random mark of this object's storage. */
  readonly birth: string
  /** Everything of the log up to here is in the items; -1 where nothing was read yet. */
  readonly cursor: number
  /** When the log was last looked at (epoch ms): it is kept for a while only. */
  readonly lookedAt: number
  readonly profile: string
  readonly follows: ReadonlyMap<string, string>
}

/**
 * The tables of a timeline: `items` is the view, with a token each; `staged` and `scope` hold what was read of D1
 * until it is taken up, all at once. Scope is what was read anew: single items, whole events, or everything.
 */
export class Store {
  constructor(private readonly storage: DurableObjectStorage) {
    for (const statement of SCHEMA) this.sql.exec(statement)
  }

  get sql(): SqlStorage {
    return this.storage.sql
  }

  /** null for storage that was never used, or was lost. */
  read(): Standing | null {
    const meta = new Map(
      this.sql
        .exec<{ name: string; value: string }>('SELECT name, value FROM meta')
        .toArray()
        .map(({ name, value }) => [name, value]),
    )
    const birth = meta.get('birth')
    if (birth === undefined) return null
    return {
      birth,
      life: Number(meta.get('life') ?? -1),
      cursor: Number(meta.get('cursor') ?? -1),
      lookedAt: Number(meta.get('lookedAt') ?? 0),
      profile: meta.get('profile') ?? '',
      follows: new Map(JSON.parse(meta.get('follows') ?? '[]')),
    }
  }

  /** Whose timeline this is, once a socket needed to know. */
  viewer(): Viewer | null {
    const [row] = this.sql.exec<{ value: string }>("SELECT value FROM meta WHERE name = 'viewer'").toArray()
    return row ? JSON.parse(row.value) : null
  }

  write(values: Partial<Standing> & { viewer?: Viewer }): void {
    for (const [name, value] of Object.entries(values)) {
      const plain = value instanceof Map ? [...value] : value
      const text = typeof plain === 'object' ? JSON.stringify(plain) : String(plain)
      this.sql.exec('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)', name, text)
    }
  }

  /** Begins a life: nothing of the former ones is left. */
  begin(life: number, birth: string): Standing {
    this.storage.transactionSync(() => {
      for (const table of ['items', 'staged', 'scope']) this.sql.exec(`DELETE FROM ${table}`)
      this.sql.exec("DELETE FROM meta WHERE name <> 'viewer'")
      this.write({ life, birth })
    })
    return { life, birth, cursor: -1, lookedAt: 0, profile: '', follows: new Map() }
  }

  /** Forgets everything, as if it had never been used. */
  forget(): void {
    this.storage.transactionSync(() => {
      for (const table of TABLES) this.sql.exec(`DELETE FROM ${table}`)
    })
  }

  /** The highest token that was given in this life; 0 where none was. */
  highestToken(): number {
    return this.sql.exec<{ token: number }>('SELECT coalesce(max(token), 0) AS token FROM items').one().token
  }

  clearStaged(): void {
    this.sql.exec('DELETE FROM staged')
    this.sql.exec('DELETE FROM scope')
  }

  /** Says that these are read anew: what of them isn't staged is gone. */
  addToScope(kind: 'item' | 'event', ids: Iterable<string>): void {
    for (const id of ids) this.sql.exec('INSERT OR IGNORE INTO scope (kind, id) VALUES (?, ?)', kind, id)
  }

  /** Forgets what was staged of an item before it is staged again: it may be gone by now. */
  unstage(ids: Iterable<string>, events: Iterable<string>): void {
    for (const id of ids) this.sql.exec('DELETE FROM staged WHERE id = ?', id)
    for (const id of events) this.sql.exec('DELETE FROM staged WHERE event_id = ?', id)
  }

  /** `place` orders the tokens: the seq of the change. */
  stage(item: Item, place: number): void {
    this.sql.exec(
      `INSERT OR REPLACE INTO staged
         (id, event_id, subscriber_id, own, place, created, rsvp, json, event, event_created, calendars)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      item.id,
      item.eventId,
      item.subscriberId,
      item.own ? 1 : 0,
      place,
      item.created,
      item.rsvp,
      item.json,
      item.event,
      item.eventCreated,
      item.calendars,
    )
  }

  /** Events that the view has through a calendar, or would have by what is staged. */
  eventsThrough(calendarId: string): string[] {
    return this.sql
      .exec<{ event_id: string }>(
        `SELECT i.event_id FROM items i CROSS JOIN json_each(i.calendars) j
         WHERE i.own = 1 AND i.removed = 0 AND j.value = ?1
         UNION SELECT s.event_id FROM staged s CROSS JOIN json_each(s.calendars) j WHERE s.own = 1 AND j.value = ?1`,
        calendarId,
      )
      .toArray()
      .map((row) => row.event_id)
  }

  /** Takes up what was staged: gives a token to each item that differs from what it was, and to each that is gone. */
  apply(everything: boolean, life: number): void {
    const inScope = everything
      ? ''
      : `AND (i.id IN (SELECT id FROM scope WHERE kind = 'item') OR i.event_id IN (SELECT id FROM scope WHERE kind = 'event'))`
    this.sql.exec(
      `UPDATE items SET removed = 1, json = NULL, event = NULL, rsvp = NULL, calendars = '[]', token = ?1 + g.n
       FROM (SELECT i.id, row_number() OVER (ORDER BY i.token) AS n FROM items i
             WHERE i.removed = 0 ${inScope} AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.id = i.id)) g
       WHERE items.id = g.id`,
      this.last(life),
    )
    this.sql.exec(
      `INSERT INTO items (id, event_id, subscriber_id, own, token, removed, created, rsvp, json, event, event_created, calendars)
       SELECT s.id, s.event_id, s.subscriber_id, s.own, ?1 + row_number() OVER (ORDER BY s.place, s.created, s.id), 0,
         s.created, s.rsvp, s.json, s.event, s.event_created, s.calendars
       FROM staged s LEFT JOIN items i ON i.id = s.id
       WHERE i.id IS NULL OR i.removed = 1 OR i.json IS NOT s.json OR i.event IS NOT s.event
       ON CONFLICT (id) DO UPDATE SET token = excluded.token, removed = 0, created = excluded.created,
         rsvp = excluded.rsvp, json = excluded.json, event = excluded.event, own = excluded.own,
         event_created = excluded.event_created, calendars = excluded.calendars`,
      this.last(life),
    )
    this.clearStaged()
  }

  /** The token before the next one. */
  private last(life: number): number {
    return this.highestToken() || life * LIFE
  }

  /** Counts a POST by contact, if there may be one. @returns null, or in how many seconds there may be */
  countContactPost(now: number): number | null {
    this.sql.exec('DELETE FROM contact_posts WHERE at <= ?', now - HOUR_MS)
    const { n, first } = this.sql
      .exec<{ n: number; first: number | null }>('SELECT count(*) AS n, min(at) AS first FROM contact_posts')
      .one()
    if (n >= CONTACT_POSTS) return ((first ?? now) + HOUR_MS - now) / 1000
    this.sql.exec('INSERT INTO contact_posts (at) VALUES (?)', now)
    return null
  }

  /** All or nothing, with nothing in between. */
  together(work: () => void): void {
    this.storage.transactionSync(work)
  }
}
