import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import worker from '../../src/worker'
import { runCron } from '../support/crons'

const DAY = 86_400_000

describe('the crons', () => {
  it('go on with what is left where one thing fails, and tell of it', async ({ expect }) => {
    const asked: string[] = []
    const prepare = (sql: string) => {
      asked.push(sql)
      if (sql.includes('contact_requests')) throw new Error('the codes are stuck')
      return env.DB.prepare(sql)
    }
    const session = { prepare, batch: env.DB.batch.bind(env.DB), getBookmark: () => null }
    const stuck = { ...env, DB: { ...session, withSession: () => session } as unknown as D1Database }
    const run = worker.scheduled(createScheduledController({ cron: '* * * * *' }), stuck)
    await expect(run).rejects.toThrow('the codes are stuck')
    expect(asked.some((sql) => sql.includes('webhook_deliveries'))).toBe(true)
    expect(asked.some((sql) => sql.includes('accounts'))).toBe(true)
  })

  it('forget viewers whose object died with its sockets open', async ({ expect }) => {
    const insert = env.DB.prepare('INSERT INTO live_viewers (viewer, publisher_id, seen_at) VALUES (?, 0, ?)')
    await env.DB.batch([
      insert.bind('person:dead', Date.now() - 2 * DAY),
      insert.bind('person:here', Date.now()),
    ])
    await runCron('23 3 * * *')
    const { results } = await env.DB.prepare(
      `SELECT viewer FROM live_viewers WHERE viewer IN ('person:dead', 'person:here')`,
    ).all()
    expect(results).toEqual([{ viewer: 'person:here' }])
  })
})
