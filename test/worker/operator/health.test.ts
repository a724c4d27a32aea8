import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it, onTestFinished } from 'vitest'
import { MOST, MOST_DUE } from '../../../src/domain/health'
import { costOf } from '../../support/counting'
import { operator } from '../../support/erasing'
import { handle } from '../../support/front-door'
import { aPublisher, ORIGIN } from '../../support/publisher'
import { aSharingCompany } from '../../support/sharing'
import { atTime } from '../../support/time'
import { keepMoment } from '../../support/time-travel'
import { operate } from '../identity/support'

const read = async () => (await operate('GET', '/operator/health')).body

/** The database without the rows of other tests, for as long as this one runs. */
async function alone() {
  const moment = await keepMoment()
  onTestFinished(() => moment.restore())
  const tables = ['changes', 'webhook_deliveries', 'bills', 'connec_imports', 'connec_pushes']
  const others = ['calendar_sources', 'erasures', 'timelines', 'live_viewers']
  await env.DB.batch([...tables, ...others].map((table) => env.DB.prepare(`DELETE FROM ${table}`)))
}

/** So many rows of each kind, made by SQL alone; all of them waited since `at`. `n.n` counts them. */
async function rows(publisherId: number, at: number, count: number, from = 0) {
  const numbers = `WITH RECURSIVE n(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM n WHERE n < ${from + count - 1})`
  const inserts = [
    `changes (publisher_id, stream, op, entity_id, actor, at, dispatched)
     SELECT ${publisherId}, 'x:1', 'x', '1', 'test', ${at}, 0 FROM n`,
    `webhook_deliveries (endpoint_id, message_id, publisher_id, type, seq, status, next_attempt_at, created_at)
     SELECT 'e', 'waits' || n.n, ${publisherId}, 'x', 1, 'pending', ${at}, ${at} - 60000 FROM n`,
    `webhook_deliveries (endpoint_id, message_id, publisher_id, type, seq, status, next_attempt_at, created_at)
     SELECT 'e', 'failed' || n.n, ${publisherId}, 'x', 1, 'failed', NULL, ${at} FROM n`,
    `bills (id, publisher_id, kind, state, price_cents, currency, description, starts_at, next_attempt_at, created_at, write_id)
     SELECT 'bill_' || n.n, ${publisherId}, 'ad_hoc', 'queued', 1, 'AUD', '', 0, ${at}, ${at}, '' FROM n`,
    `connec_imports (publisher_id, entity, state, next_attempt_at, write_id)
     SELECT ${publisherId}, 'entity' || n.n, 'waiting', ${at}, '' FROM n`,
    `connec_pushes (publisher_id, entity, local_id, state, changed_at, next_attempt_at)
     SELECT ${publisherId}, 'people', n.n, 'waiting', 0, ${at} FROM n`,
    `calendar_sources (calendar_id, publisher_id, source, next_check_at) SELECT n.n, ${publisherId}, '', ${at} FROM n`,
    `erasures (subscriber_id, publisher_id, requested_at, looks, next_attempt_at, write_id)
     SELECT n.n, ${publisherId}, ${at}, 0, ${at}, '' FROM n`,
    `timelines (viewer, publisher_id, life, birth) SELECT n.n, ${publisherId}, 0, '' FROM n`,
    `live_viewers (viewer, publisher_id, seen_at) SELECT n.n, ${publisherId}, ${at} FROM n`,
  ]
  await env.DB.batch(
    inserts.map((insert) => env.DB.prepare(`INSERT INTO ${insert.replace(' SELECT', ` ${numbers} SELECT`)}`)),
  )
}

describe('GET /operator/health', () => {
  it('tells how much of everything waits, and since when', async ({ expect }) => {
    const { publisher } = await aSharingCompany()
    await alone()
    const now = Date.now()
    expect(await read()).toEqual({
      ok: true,
      d1: true,
      changes: { latest: 0, undispatched: 0, oldestUndispatchedSeconds: 0 },
      webhooks: { pending: 0, failed: 0, oldestPendingSeconds: 0, overdueSeconds: 0 },
      timelines: { viewers: 0, live: 0 },
      erasures: { pending: 0, oldestPendingSeconds: 0 },
      bills: { due: 0, oldestDueSeconds: 0 },
      imports: { due: 0, oldestDueSeconds: 0 },
      pushes: { due: 0, oldestDueSeconds: 0 },
      sources: { due: 0, oldestDueSeconds: 0 },
      database: { bytes: expect.any(Number) },
    })
    await rows(publisher.id, now - 90_500, 3)
    // Neither counts: one isn't due yet, and one has been through its first look.
    await rows(publisher.id, now + 3_600_000, 1, 3)
    await env.DB.prepare("UPDATE erasures SET looks = 1 WHERE subscriber_id = '3'").run()
    const seen = await atTime(now, read)
    const due = { due: 3, oldestDueSeconds: 90 }
    expect(seen).toMatchObject({
      changes: { undispatched: 4, oldestUndispatchedSeconds: 90 },
      webhooks: { pending: 4, failed: 4, oldestPendingSeconds: 150, overdueSeconds: 90 },
      timelines: { viewers: 4, live: 4 },
      erasures: { pending: 3, oldestPendingSeconds: 90 },
      bills: due,
      imports: due,
      pushes: due,
      sources: due,
    })
    expect(seen.database.bytes).toBeGreaterThan(100_000)
    // Of a company that has ended, nothing of these is looked at any more.
    await env.DB.prepare("UPDATE companies SET status = 'cancelled' WHERE publisher_id = ?")
      .bind(publisher.id)
      .run()
    const none = { due: 0, oldestDueSeconds: 0 }
    expect(await atTime(now, read)).toMatchObject({ bills: none, imports: none, pushes: none, sources: due })
  })

  it('costs no more beyond what it counts to, however much there is', async ({ expect }) => {
    const { publisher } = await aSharingCompany()
    await alone()
    const now = Date.now()
    const cost = async () => {
      const { answer, counts } = await costOf('/operator/health', { headers: operator })
      return { counts, body: (await answer.json()) as Record<string, Record<string, number>> }
    }
    await rows(publisher.id, now - 60_000, MOST + 100)
    const first = await cost()
    expect(first.body).toMatchObject({
      changes: { undispatched: MOST },
      webhooks: { pending: MOST, failed: MOST },
      bills: { due: MOST_DUE },
      sources: { due: MOST_DUE },
      timelines: { viewers: MOST + 100, live: MOST },
    })
    await rows(publisher.id, now - 60_000, MOST, MOST + 100)
    const second = await cost()
    expect(second.counts).toEqual(first.counts)
    expect(second.counts.queries).toBe(2)
    expect(second.counts.rowsRead).toBeLessThan(80_000)
    expect(second.body.timelines?.viewers).toBe(2 * MOST + 100)
  })

  it('costs few rows where nothing waits, whatever there was', async ({ expect }) => {
    await alone()
    const { id } = await aPublisher()
    await rows(id, Date.now(), 2_000)
    for (const change of [
      'UPDATE changes SET dispatched = 1',
      "UPDATE webhook_deliveries SET next_attempt_at = NULL, status = 'succeeded'",
      'UPDATE erasures SET next_attempt_at = NULL',
      'DELETE FROM live_viewers',
      'UPDATE bills SET next_attempt_at = NULL',
      'UPDATE connec_imports SET next_attempt_at = NULL',
      'UPDATE connec_pushes SET next_attempt_at = NULL',
      `UPDATE calendar_sources SET next_check_at = ${Date.now() + 3_600_000}`,
    ]) {
      await env.DB.prepare(change).run()
    }
    const { counts } = await costOf('/operator/health', { headers: operator })
    expect(counts.rowsRead).toBeLessThan(20)
  })

  it('answers 200 where the database is gone, is slow or lacks a table', async ({ expect }) => {
    const statement = (answer: (sql: string) => Promise<unknown>, sql: string): object => ({
      sql,
      bind: () => statement(answer, sql),
      first: () => answer(sql),
    })
    const answering = (answer: (sql: string) => Promise<unknown>) => {
      const db = {
        prepare: (sql: string) => statement(answer, sql),
        batch: (all: { sql: string }[]) => Promise.all(all.map(({ sql }) => answer(sql))),
        getBookmark: () => null,
      }
      return { ...db, withSession: () => db }
    }
    const gone = answering(() => Promise.reject(new Error('D1_ERROR: no such table: bills')))
    const hangs = answering(() => new Promise(() => {}))
    const lacks = answering(async (sql) => {
      if (sql.includes('bills')) throw new Error('D1_ERROR: no such table: bills')
      return { one: 1 }
    })
    for (const [DB, d1] of [
      [gone, false],
      [hangs, false],
      [lacks, true],
    ] as const) {
      const ask = async (path: string) => {
        const request = new Request(`${ORIGIN}${path}`, { headers: operator })
        return handle(request, { ...env, DB } as unknown as typeof env, createExecutionContext())
      }
      const answers = await Promise.all([ask('/operator/health'), ask('/health')])
      expect(answers.map(({ status }) => status)).toEqual([200, d1 ? 200 : 503])
      expect(await answers[0].json()).toEqual({ ok: false, d1 })
    }
  })
})
