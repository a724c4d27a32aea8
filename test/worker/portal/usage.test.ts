import {
  createExecutionContext,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it, onTestFinished } from 'vitest'
import type { Env } from '../../../src/env'
import { HOUR_MS, readSeen, readUsage } from '../../../src/usage'
import { pace } from '../../../src/usage/notes'
import { forget } from '../../../src/usage/usage-ledger'
import { aPerson, aService } from '../../support/apps'
import { handle } from '../../support/front-door'
import { answersAt } from '../../support/network'
import { aPublisher, ORIGIN, summaries } from '../../support/publisher'
import { atTime } from '../../support/time'

const ledgerOf = (publisherId: number) =>
  env.USAGE_LEDGER.get(env.USAGE_LEDGER.idFromName(String(publisherId)))

/** Asks the front door, with other bindings where some are given; what follows the answer is done too. */
async function ask(
  path: string,
  headers: Record<string, string> = {},
  more: Partial<Env> = {},
  method = 'GET',
) {
  const execution = createExecutionContext()
  const request = new Request(`${ORIGIN}${path}`, { method, headers })
  const answer = await handle(request, { ...env, ...more }, execution)
  await waitOnExecutionContext(execution)
  return answer
}

/** What was counted of a publisher in all. */
async function totals(publisherId: number, bindings: Env = env) {
  const told = await readUsage(bindings, publisherId, 0)
  if (told.kind !== 'told') return told.kind
  const sum = (of: 'feeds' | 'unchanged' | 'syncs') => told.value.reduce((total, each) => total + each[of], 0)
  return { feeds: sum('feeds'), unchanged: sum('unchanged'), syncs: sum('syncs') }
}

async function seenOf(publisherId: number, subscriberId: string, bindings: Env = env) {
  const told = await readSeen(bindings, publisherId, [subscriberId])
  return told.kind === 'told' ? told.value.get(subscriberId) : told.kind
}

/** A dataset that keeps what is written to it. */
function aDataset() {
  const points: AnalyticsEngineDataPoint[] = []
  const dataset: AnalyticsEngineDataset = {
    writeDataPoint: (point) => {
      if (point) points.push(point)
    },
  }
  return { dataset, points }
}

describe('usage', () => {
  it('counts what feeds and syncs answered, and when whose app of which kind came last', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const person = await aPerson(publisher)
    const apple = { 'User-Agent': 'iOS/18.1 (22B83) dataaccessd/1.0' }
    const answer = await ask(person.feedPath, apple)
    const etag = answer.headers.get('ETag') ?? ''
    expect((await ask(person.feedPath, { ...apple, 'If-None-Match': etag })).status).toBe(304)
    expect((await ask(person.feedPath, {}, {}, 'HEAD')).status).toBe(200)
    expect((await ask('/ecal-sub/00000000000000000000000000000000/x')).status).toBe(404)
    expect(await totals(publisher.id)).toEqual({ feeds: 1, unchanged: 1, syncs: 0 })
    expect(await seenOf(publisher.id, person.ecalId)).toMatchObject({ feed: { app: 'apple' }, sync: null })
    const token = { Authorization: person.app.authorization ?? '', 'User-Agent': 'AcmeApp/7' }
    expect((await ask('/event-subscriptions?sync_token=0', token)).status).toBe(200)
    expect((await ask('/events', token)).status).toBe(200)
    expect((await ask('/events?limit=many', token)).status).toBe(400)
    expect(await totals(publisher.id)).toEqual({ feeds: 1, unchanged: 1, syncs: 2 })
    expect(await seenOf(publisher.id, person.ecalId)).toMatchObject({
      feed: { app: 'apple' },
      sync: { app: 'other', at: expect.any(Number) },
    })
  })

  it('counts a service’s reads for the publisher, and a public calendar’s feed for nobody’s person', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { id } = (await publisher.api.post('/calendar', { name: 'Fixtures' })).data
    expect((await ask(`/calendars/${id}/fixtures.ics`)).status).toBe(200)
    const service = await aService(publisher)
    await ask('/event-subscriptions', { Authorization: service.authorization ?? '' })
    await ask('/events', { Authorization: service.authorization ?? '' })
    expect(await totals(publisher.id)).toEqual({ feeds: 1, unchanged: 0, syncs: 2 })
    const persons = await runInDurableObject(ledgerOf(publisher.id), (_, { storage }) =>
      storage.sql.exec('SELECT * FROM persons').toArray(),
    )
    expect(persons).toEqual([])
  })

  it.for([
    ['iOS/18.1 (22B83) dataaccessd/1.0', 'apple'],
    ['Mac+OS+X/10.15.7 (19H2) CalendarAgent/930.5.1', 'apple'],
    ['Google-Calendar-Importer', 'google'],
    ['Microsoft.Exchange/15.20 (Windows NT 10.0; Win64; x64)', 'outlook'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0', 'thunderbird'],
    ['ICSx5/2.2.1 (ical4j/3.2) Android/14', 'android'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36', 'browser'],
    ['curl/8.5.0', 'other'],
  ] as const)('keeps of “%s” that it is %s, and not a word more', async ([agent, app], { expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    await ask(person.feedPath, { 'User-Agent': agent, 'CF-Connecting-IP': '203.0.113.7' })
    const kept = await runInDurableObject(ledgerOf(publisher.id), (_, { storage }) => [
      storage.sql.exec('SELECT * FROM persons').toArray(),
      storage.sql.exec('SELECT * FROM hours').toArray(),
    ])
    expect(kept[0]).toEqual([
      {
        id: person.ecalId,
        seen_at: expect.any(Number),
        feed_at: expect.any(Number),
        feed_app: app,
        sync_at: null,
        sync_app: null,
      },
    ])
    expect(kept[1]).toEqual([{ hour: expect.any(Number), feeds: 1, unchanged: 0, syncs: 0 }])
    expect(JSON.stringify(kept)).not.toContain('203.0.113.7')
  })

  it('sends what came in one stretch together, in one message a publisher', async ({ expect }) => {
    const publisher = await aPublisher()
    const people = [await publisher.subscriber(), await publisher.subscriber()]
    pace.everyMs = 50
    onTestFinished(() => {
      pace.everyMs = 0
    })
    let messages = 0
    const counting = {
      idFromName: (name: string) => env.USAGE_LEDGER.idFromName(name),
      get: (id: DurableObjectId) => {
        messages++
        return env.USAGE_LEDGER.get(id)
      },
    } as unknown as Env['USAGE_LEDGER']
    const execution = createExecutionContext()
    for (let n = 0; n < 40; n++) {
      const { feedPath = '' } = people[n % 2] ?? {}
      await handle(new Request(`${ORIGIN}${feedPath}`), { ...env, USAGE_LEDGER: counting }, execution)
    }
    await waitOnExecutionContext(execution)
    expect(await totals(publisher.id)).toEqual({ feeds: 40, unchanged: 0, syncs: 0 })
    expect(messages).toBeLessThan(20)
  })

  it('never keeps a feed from being answered, whatever becomes of the counts', async ({ expect }) => {
    const publisher = await aPublisher()
    await publisher.api.post('/calendar', { name: 'Fixtures' })
    const person = await publisher.subscriber()
    const broken = (get: () => unknown) =>
      ({ USAGE_LEDGER: { idFromName: () => 'x', get } }) as unknown as Partial<Env>
    const fails = () => {
      throw new Error('away')
    }
    const bindings: Partial<Env>[] = [
      { USAGE_LEDGER: undefined } as unknown as Partial<Env>,
      broken(fails),
      broken(() => ({ add: fails })),
      broken(() => ({ add: () => Promise.reject(new Error('away')) })),
      { USAGE: { writeDataPoint: fails } },
    ]
    for (const more of bindings) {
      const answer = await ask(person.feedPath, {}, more)
      expect(answer.status).toBe(200)
      expect(await summaries(answer)).toHaveLength(1)
    }
    expect(await totals(publisher.id)).toEqual({ feeds: 0, unchanged: 0, syncs: 0 })
    expect((await ask(person.feedPath)).status).toBe(200)
    expect(await totals(publisher.id)).toEqual({ feeds: 1, unchanged: 0, syncs: 0 })
  })

  it('keeps the latest time, in whatever order isolates tell', async ({ expect }) => {
    const { id } = await aPublisher()
    const tell = (at: number, seen: object) =>
      ledgerOf(id).add({
        at,
        feeds: 1,
        unchanged: 0,
        syncs: 0,
        seen: new Map([['a', { feed: null, sync: null, ...seen }]]),
      })
    await tell(2 * HOUR_MS, { feed: { at: 2 * HOUR_MS, app: 'google' } })
    await tell(HOUR_MS, { feed: { at: HOUR_MS, app: 'apple' } })
    await tell(HOUR_MS, { sync: { at: HOUR_MS, app: 'other' } })
    expect(await seenOf(id, 'a')).toEqual({
      feed: { at: 2 * HOUR_MS, app: 'google' },
      sync: { at: HOUR_MS, app: 'other' },
    })
    expect(await ledgerOf(id).hours(0)).toEqual([
      { hour: 1, feeds: 2, unchanged: 0, syncs: 0 },
      { hour: 2, feeds: 1, unchanged: 0, syncs: 0 },
    ])
  })

  it('is forgotten after 400 days, and of too many persons those who were away longest', async ({
    expect,
  }) => {
    const { id } = await aPublisher()
    const DAY = 24 * HOUR_MS
    const at = (day: number) => day * DAY
    const seen = (day: number) => ({ feed: { at: at(day), app: 'apple' as const }, sync: null })
    for (const day of [1_000, 1_300]) {
      const persons = new Map([
        [`person-${day}`, seen(day)],
        [`other-${day}`, seen(day + 1)],
      ])
      await ledgerOf(id).add({ at: at(day), feeds: 1, unchanged: 0, syncs: 0, seen: persons })
    }
    await atTime(at(1_450), () => runDurableObjectAlarm(ledgerOf(id)))
    expect((await ledgerOf(id).hours(0)).map(({ hour }) => hour)).toEqual([1_300 * 24])
    expect(
      [...(await ledgerOf(id).seen(['person-1000', 'other-1300', 'person-1300'])).keys()].sort(),
    ).toEqual(['other-1300', 'person-1300'])
    await runInDurableObject(ledgerOf(id), (_, { storage }) => forget(storage.sql, at(1_450), 1))
    expect([...(await ledgerOf(id).seen(['other-1300', 'person-1300'])).keys()]).toEqual(['other-1300'])
    await atTime(at(2_000), () => runDurableObjectAlarm(ledgerOf(id)))
    expect(await ledgerOf(id).hours(0)).toEqual([])
    // Nothing is left to look after.
    expect(await runInDurableObject(ledgerOf(id), (_, { storage }) => storage.getAlarm())).toBeNull()
  })
})

describe('usage in a dataset', () => {
  it('is written there instead, one point of counts a publisher and one a person', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const { dataset, points } = aDataset()
    await ask(person.feedPath, { 'User-Agent': 'Google-Calendar-Importer' }, { USAGE: dataset })
    const index = String(publisher.id)
    expect(points).toEqual([
      { indexes: [index], blobs: ['counts'], doubles: [1, 0, 0] },
      { indexes: [index], blobs: ['feed', person.ecalId, 'google'], doubles: [expect.any(Number)] },
    ])
    expect(await totals(publisher.id)).toEqual({ feeds: 0, unchanged: 0, syncs: 0 })
    expect(await totals(publisher.id, { ...env, USAGE: dataset })).toBe('elsewhere')
  })

  it('is read back by SQL where the secrets for that are set', async ({ expect }) => {
    const publisher = await aPublisher()
    const { dataset } = aDataset()
    const bindings = { ...env, USAGE: dataset, USAGE_ACCOUNT_ID: 'acc', USAGE_API_TOKEN: 'secret-token' }
    const asked: { url: string; authorization: string | null; sql: string }[] = []
    let answer: (sql: string) => Response = () => new Response(null, { status: 500 })
    answersAt('api.cloudflare.com', async (request) => {
      const sql = await request.text()
      asked.push({ url: request.url, authorization: request.headers.get('Authorization'), sql })
      return answer(sql)
    })
    expect(await totals(publisher.id, bindings)).toBe('away')
    answer = (sql) =>
      Response.json({
        data: sql.includes("'counts'")
          ? [{ hour: 7, feeds: '3', unchanged: 2, syncs: 1 }]
          : [{ what: 'sync', person: 'a'.repeat(24), app: 'nonsense', at: 5 }],
      })
    expect(await totals(publisher.id, bindings)).toEqual({ feeds: 3, unchanged: 2, syncs: 1 })
    expect(await seenOf(publisher.id, 'a'.repeat(24), bindings)).toEqual({
      feed: null,
      sync: { at: 5, app: 'other' },
    })
    expect(await seenOf(publisher.id, "x' OR 1=1", bindings)).toBeUndefined()
    expect(asked).toHaveLength(3)
    for (const { url, authorization, sql } of asked) {
      expect(url).toBe('https://api.cloudflare.com/client/v4/accounts/acc/analytics_engine/sql')
      expect(authorization).toBe('Bearer secret-token')
      expect(sql).toContain(`index1 = '${publisher.id}'`)
      expect(sql).toContain('FROM daybook_usage')
    }
  })
})
