import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { inDatabase, ofPublisher } from '../../src/databases'
import { costOf, countingEnv } from '../support/counting'
import { runCron } from '../support/crons'
import { handle } from '../support/front-door'
import { fetchWorker, ORIGIN, summaries } from '../support/publisher'
import { atTime } from '../support/time'
import { aPublisherIn, database, operate } from './support'

const homes = (where = 'true') =>
  database(0).prepare(`SELECT count(*) AS n FROM homes WHERE ${where}`).first<number>('n')

describe('where a request is at home', () => {
  it('costs nothing once an isolate knows it: a feed asks one database, once', async ({ expect }) => {
    for (const number of [0, 2]) {
      const ann = await (await aPublisherIn(number)).subscriber()
      const etag = (await ann.feed()).headers.get('ETag') ?? ''
      const { answer, counts } = await costOf(ann.feedPath, { headers: { 'If-None-Match': etag } })
      expect([answer.status, counts.queries]).toEqual([304, 1])
      expect(counts.rowsRead).toBeLessThanOrEqual(6)
    }
  })

  it('is asked of each database the first time, and read in one row by other isolates', async ({
    expect,
  }) => {
    const ann = await (await aPublisherIn(1)).subscriber()
    const first = await costOf(ann.feedPath)
    expect(first.answer.status).toBe(200)
    const written = await database(0)
      .prepare('SELECT name, database FROM homes ORDER BY found_at DESC LIMIT 1')
      .first()
    expect(written).toEqual({ name: expect.stringMatching(/^address:[0-9a-f]{64}$/), database: 1 })
  })

  it('is found again where the table of homes was lost', async ({ expect }) => {
    const publisher = await aPublisherIn(1)
    const ann = await publisher.subscriber()
    await database(0).prepare('DELETE FROM homes').run()
    // Nobody has asked for the feed so far: no isolate knows it.
    expect(await summaries(ann.feed())).toHaveLength(1)
    expect((await publisher.api.get('/calendar')).status).toBe(200)
  })

  it('is nowhere for what doesn’t exist, and nothing is written for it', async ({ expect }) => {
    const before = await homes()
    const address = '0123456789abcdef'.repeat(2)
    expect((await fetchWorker(`/ecal-sub/${address}/x.ics`)).status).toBe(404)
    expect((await fetchWorker(`/calendars/${'ab'.repeat(12)}/x.ics`)).status).toBe(404)
    expect((await fetchWorker('/apiv2/calendar?apiKey=unknown&apiSign=x')).status).toBe(403)
    expect(
      (await fetchWorker('/events', { headers: { Authorization: `Token ${'ab'.repeat(20)}` } })).status,
    ).toBe(401)
    expect(await homes()).toBe(before)
  })

  it('is asked of nobody where there is one database', async ({ expect }) => {
    const ann = await (await aPublisherIn(0)).subscriber()
    const { counted, counts } = countingEnv()
    const { DB_1: _, DB_2: __, ...single } = counted as typeof counted & { DB_1: unknown; DB_2: unknown }
    const execution = createExecutionContext()
    const answer = await handle(
      new Request(`${ORIGIN}${ann.feedPath}`, { method: 'HEAD' }),
      single,
      execution,
    )
    await waitOnExecutionContext(execution)
    expect([answer.status, counts.queries]).toEqual([200, 1])
  })
})

describe('a database', () => {
  it('gives its publishers ids of its own range, one after the other', async ({ expect }) => {
    const ids = [await aPublisherIn(1), await aPublisherIn(1), await aPublisherIn(2)].map(({ id }) => id)
    const [first = 0, second = 0, other = 0] = ids
    expect(Math.floor(first / 10_000_000)).toBe(1)
    expect(second).toBeGreaterThan(first)
    expect(Math.floor(other / 10_000_000)).toBe(2)
    expect(ids.map((id) => ofPublisher(env, id).DATABASE)).toEqual([1, 1, 2])
  })

  it('begins once, however many publishers are made at once', async ({ expect }) => {
    const made = await Promise.all(Array.from({ length: 8 }, () => aPublisherIn(2)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(8)
    const { results } = await database(2)
      .prepare(
        `SELECT count(*) AS below FROM publishers WHERE id <= 20000000 UNION ALL SELECT count(*) FROM changes WHERE seq < ?1
         UNION ALL SELECT max(0, count(*) - 1) FROM changes WHERE op = 'begun'`,
      )
      .bind(2 ** 45)
      .all<{ below: number }>()
    expect(results).toEqual([{ below: 0 }, { below: 0 }, { below: 0 }])
  })

  it('that isn’t there is told of', async ({ expect }) => {
    expect(() => inDatabase(env, 9)).toThrow('DB_9 is not bound')
    const refused = await operate(9, 'POST', '/publishers', { name: 'Nowhere' })
    expect(refused.status).toBe(500)
    expect((await operate(0, 'GET', '/publishers/90000001')).status).toBe(404)
  })
})

describe('what is known of a key', () => {
  it('is forgotten when it wasn’t looked up for long, and learnt anew', async ({ expect }) => {
    const ann = await (await aPublisherIn(2)).subscriber()
    await ann.feed()
    await atTime(Date.now() + 100 * 86_400_000, () => runCron('23 3 * * *'))
    expect(await homes()).toBe(0)
    expect((await ann.feed()).status).toBe(200)
  })
})
