import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { onTestFinished } from 'vitest'
import { timelineOf, type Viewer, viewerName } from '../../src/timeline'
import type { SubscriberTimeline } from '../../src/timeline/subscriber-timeline'
import { type Counts, countingEnv } from './counting'
import type { TestPublisher } from './publisher'

export const personView = (publisher: TestPublisher, personId: string): Viewer => ({
  publisherId: publisher.id,
  personId,
})

export const serviceView = (publisher: TestPublisher): Viewer => ({
  publisherId: publisher.id,
  personId: null,
})

/** Runs something inside of a viewer's timeline. */
export function inside<R>(
  viewer: Viewer,
  run: (timeline: SubscriberTimeline, state: DurableObjectState) => R | Promise<R>,
): Promise<R> {
  return runInDurableObject<SubscriberTimeline, R>(timelineOf(env, viewer), run)
}

/** The timeline dies where it stands; its storage stays. */
export async function kill(viewer: Viewer): Promise<void> {
  await inside(viewer, (_, state) => state.abort('killed by a test')).catch(() => {})
}

/** The timeline leaves memory in peace. */
export async function evict(viewer: Viewer): Promise<void> {
  await inside(viewer, () => {})
  await evictDurableObject(timelineOf(env, viewer))
}

/** The storage of the timeline is lost. */
export async function loseStorage(viewer: Viewer): Promise<void> {
  await inside(viewer, (_, state) => state.storage.deleteAll())
  await kill(viewer)
}

/** Runs something while the timeline has other bindings. */
async function withEnv(viewer: Viewer, bindings: object, run: () => Promise<unknown>): Promise<void> {
  const put = (given: unknown) =>
    inside(viewer, (timeline) => {
      const holder = timeline as unknown as { env: unknown }
      const before = holder.env
      holder.env = given
      return before
    })
  const real = await put(bindings)
  try {
    await run()
  } finally {
    await put(real)
  }
}

/** What the timeline asks of D1 while something runs. */
export async function countedInside(viewer: Viewer, run: () => Promise<unknown>): Promise<Counts> {
  const { counted, counts } = countingEnv()
  await withEnv(viewer, counted, run)
  return counts
}

/**
 * Runs something while others get their turn before each read that the timeline makes of D1, but the first; or after
 * each batch, before the timeline hears what it read.
 */
export async function interrupted(
  viewer: Viewer,
  turn: (sql: string) => Promise<void>,
  run: () => Promise<unknown>,
  afterBatch: () => Promise<void> = async () => {},
): Promise<void> {
  let reads = 0
  const before = async (sql: string) => {
    if (reads++ > 0) await turn(sql)
  }
  type Wrapped = { real: D1PreparedStatement }
  const session = () => {
    const db = env.DB.withSession('first-primary')
    const wrap = (real: D1PreparedStatement, sql: string): Wrapped & Record<string, unknown> => ({
      real,
      bind: (...values: unknown[]) => wrap(real.bind(...values), sql),
      all: () => before(sql).then(() => real.all()),
      first: () => before(sql).then(() => real.first()),
      run: () => before(sql).then(() => real.run()),
    })
    return {
      prepare: (sql: string) => wrap(db.prepare(sql), sql),
      batch: async (statements: Wrapped[]) => {
        await before('')
        const results = await db.batch(statements.map(({ real }) => real))
        await afterBatch()
        return results
      },
    }
  }
  await withEnv(viewer, { ...env, DB: { withSession: session } }, run)
}

/** Makes the timeline compare everything at its next look, as after 35 days. */
export async function forgetLook(viewer: Viewer): Promise<void> {
  await inside(viewer, (_, state) => {
    state.storage.sql.exec("UPDATE meta SET value = '0' WHERE name = 'lookedAt'")
  })
}

/** The viewer's row in D1. */
export function lifeRow(viewer: Viewer): Promise<{ life: number; birth: string } | null> {
  return env.DB.prepare('SELECT life, birth FROM timelines WHERE viewer = ?').bind(viewerName(viewer)).first()
}

/** Columns of a table that are written. */
async function columnsOf(table: string, id: string): Promise<string[]> {
  const row = await env.DB.prepare(`SELECT * FROM ${table} WHERE id = ?`).bind(id).first()
  if (!row) throw new Error(`no row of ${table} to copy`)
  return Object.keys(row).filter((name) => name !== 'text_size')
}

/** Copies a row so often, by SQL alone: ids are the prefix (16 digits) and a number; `set` holds SQL over `n.n`. */
async function copies(
  table: string,
  id: string,
  prefix: string,
  count: number,
  set: Record<string, string> = {},
) {
  const names = await columnsOf(table, id)
  const values = names.map((name) =>
    name === 'id' ? `?2 || printf('%08x', n.n)` : (set[name] ?? `x.${name}`),
  )
  await env.DB.prepare(
    `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?3)
     INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM n CROSS JOIN ${table} x WHERE x.id = ?1`,
  )
    .bind(id, prefix, count)
    .run()
}

/** So many events like one, in a calendar; without a word in the log. */
export async function copyEvent(
  eventId: string,
  calendarId: string,
  prefix: string,
  count: number,
): Promise<void> {
  await copies('events', eventId, prefix, count, { calendar_id: `'${calendarId}'`, name: `'Event ' || n.n` })
  await env.DB.prepare(
    `INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at)
     SELECT ?1, id, publisher_id, created_at FROM events WHERE id > ?2 AND id < ?2 || 'g'`,
  )
    .bind(calendarId, prefix)
    .run()
}

/** So many persons like one. */
export const copyPerson = (personId: string, prefix: string, count: number): Promise<void> =>
  copies('subscribers', personId, prefix, count)

/** So many rows of the log, in turn of these streams and about these things. */
export async function longHistory(
  publisher: TestPublisher,
  rows: readonly { stream: string; op: string; entityId: string }[],
  count: number,
): Promise<void> {
  await env.DB.prepare(
    `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ?3 - 1)
     INSERT INTO changes (publisher_id, stream, op, entity_id, actor, at, message, payload, dispatched)
     SELECT ?1, j.value ->> 'stream', j.value ->> 'op', j.value ->> 'entityId', 'test', ?4, NULL, NULL, 1
     FROM n CROSS JOIN json_each(?2) j ON j.key = n.n % json_array_length(?2)`,
  )
    .bind(publisher.id, JSON.stringify(rows), count, Date.now())
    .run()
}

/**
 * Takes what was made in bulk out of the database again when the test ends: tests share it, and some of them look at
 * all of it.
 */
export function tidiesUp({ id }: TestPublisher): void {
  const tables = ['calendar_events', 'relations', 'events', 'subscribers', 'changes']
  onTestFinished(async () => {
    for (const table of tables) {
      await env.DB.prepare(`DELETE FROM ${table} WHERE publisher_id = ?`).bind(id).run()
    }
  })
}
