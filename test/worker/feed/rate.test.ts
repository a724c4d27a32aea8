import { describe, it } from 'vitest'
import { randomHex } from '../../../src/platform/ids'
import { aCalendar } from '../../support/apps'
import { aPublisher } from '../../support/publisher'
import { Client, rateOf } from '../../support/rates'
import { atTime } from '../../support/time'

const aFeed = async () => (await (await aPublisher()).subscriber()).feedPath

async function aPublicFeed(): Promise<string> {
  const publisher = await aPublisher()
  const calendar = await aCalendar(publisher, 'Club')
  return new URL((await publisher.api.get(`/calendar/${calendar}`)).data.feed).pathname
}

const count = (statuses: readonly number[], status: number) => statuses.filter((s) => s === status).length

/** Sends no oftener than nobody would be asked about. */
const neverAsked = { limit: () => Promise.reject(new Error('this should not be asked')) }

describe('a feed that is read without end', () => {
  it('is refused from the 300th read in ten seconds on, while others read it', async ({ expect }) => {
    const path = await aFeed()
    const [runaway, phone] = [new Client(), new Client()]
    const { headers } = await phone.send(path)
    const known = { headers: { 'If-None-Match': headers.get('ETag') ?? '' } }
    let statuses: number[] = []
    // The limiter's ten seconds may begin anew while this runs: then the limit comes later, never sooner.
    while (!statuses.includes(429) && statuses.length < 3000) {
      statuses = [...statuses, ...(await runaway.statuses(50, path, known))]
    }
    expect(count(statuses, 304)).toBeGreaterThanOrEqual(300)
    expect(new Set(statuses)).toEqual(new Set([304, 429]))
    expect((await phone.send(path, known)).status).toBe(304)
  })

  it('says in words when to come again, and costs the database nothing', async ({ expect }) => {
    const path = await aFeed()
    const runaway = new Client(undefined, { FEED_RATE: rateOf(0) })
    const now = Date.now()
    expect(await atTime(now, () => runaway.statuses(30, path))).toEqual(Array(30).fill(200))
    const before = runaway.counts.queries
    const refused = await atTime(now, () => runaway.send(path))
    expect([refused.status, await refused.text()]).toEqual([429, 'Too many requests.\n'])
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '10',
      'cache-control': 'no-store',
      'content-type': 'text/plain; charset=utf-8',
      'x-robots-tag': 'noindex',
    })
    const head = await atTime(now, () => runaway.send(path, { method: 'HEAD' }))
    expect([head.status, await head.text()]).toEqual([429, ''])
    expect(runaway.counts.queries).toBe(before)
  })

  it('is read again ten seconds later', async ({ expect }) => {
    const path = await aFeed()
    const client = new Client(undefined, { FEED_RATE: rateOf(0) })
    const now = Date.now()
    await atTime(now, async () => expect((await client.statuses(31, path)).at(-1)).toBe(429))
    await atTime(now + 10_000, async () => expect((await client.send(path)).status).toBe(200))
  })

  it('by ever other clients is refused beyond what all may read, and only then', async ({ expect }) => {
    const [path, other] = [await aFeed(), await aFeed()]
    const rates = { FEED_RATE: rateOf(300), FEED_TOTAL_RATE: rateOf(20) }
    const read = async (of: string) => (await new Client(undefined, rates).send(of)).status
    const statuses = []
    const now = Date.now()
    for (let n = 0; n < 60; n++) statuses.push(await atTime(now, () => read(path)))
    expect([count(statuses.slice(0, 50), 200), count(statuses.slice(50), 429)]).toEqual([50, 10])
    expect(await read(other)).toBe(200)
  })

  it('counts for nobody else what one client is refused', async ({ expect }) => {
    const path = await aFeed()
    const rates = { FEED_RATE: rateOf(10), FEED_TOTAL_RATE: rateOf(12) }
    const runaway = new Client(undefined, rates)
    const now = Date.now()
    const statuses = await atTime(now, () => runaway.statuses(200, path))
    expect(count(statuses, 200)).toBe(40)
    const phone = new Client(undefined, rates)
    expect((await atTime(now, () => phone.send(path))).status).toBe(200)
  })
})

describe('a calendar app', () => {
  it('is never asked about, nor are all the devices of a household together', async ({ expect }) => {
    const path = await aFeed()
    const home = new Client(undefined, { FEED_RATE: neverAsked, FEED_TOTAL_RATE: neverAsked })
    expect(await home.statuses(30, path)).toEqual(Array(30).fill(200))
  })

  it('reads on in an office of hundreds behind one address', async ({ expect }) => {
    const publisher = await aPublisher()
    const feeds: string[] = []
    for (let n = 0; n < 20; n++) feeds.push((await publisher.subscriber()).feedPath)
    const office = new Client()
    let n = 0
    const statuses = await office.statuses(600, () => feeds[n++ % feeds.length] ?? '')
    expect(count(statuses, 200)).toBe(600)
  })

  it('reads on where no address of it is told', async ({ expect }) => {
    const path = await aPublicFeed()
    const rates = { FEED_RATE: rateOf(0), FAILED_RATE: rateOf(0) }
    const nobody = new Client(null, rates)
    expect(count(await nobody.statuses(100, path), 200)).toBe(100)
    const unknown = () => `/ecal-sub/${randomHex(16)}/x.ics`
    expect(count(await nobody.statuses(10, unknown), 404)).toBe(10)
    expect(await nobody.statuses(30, await aFeed())).toEqual(Array(30).fill(200))
  })
})

describe('a public calendar’s feed', () => {
  it('is counted by client and calendar, since it is everybody’s', async ({ expect }) => {
    const [path, other] = [await aPublicFeed(), await aPublicFeed()]
    const rates = { FEED_RATE: rateOf(10), FEED_TOTAL_RATE: rateOf(0) }
    const runaway = new Client(undefined, rates)
    const now = Date.now()
    const statuses = await atTime(now, () => runaway.statuses(100, path))
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([40, 60])
    expect((await runaway.send(other)).status).toBe(200)
    expect(await new Client(undefined, rates).statuses(30, path)).toEqual(Array(30).fill(200))
  })
})

describe('whoever guesses feed addresses', () => {
  const unknown = () => `/ecal-sub/${randomHex(16)}/x.ics`

  it('is refused after a thousand, whatever they are of, and the database is asked no more', async ({
    expect,
  }) => {
    const guesser = new Client(undefined, { FAILED_RATE: rateOf(1000) })
    const drawn = () => (Math.random() < 0.5 ? unknown() : `/calendars/${randomHex(12)}/x.ics`)
    const now = Date.now()
    const statuses = await atTime(now, () => guesser.statuses(1100, drawn))
    expect(statuses.slice(0, 1001)).toEqual(Array(1001).fill(404))
    expect(statuses.at(-1)).toBe(429)
    const before = guesser.counts.queries
    const refused = await atTime(now, () => guesser.send(unknown()))
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '10'])
    expect(guesser.counts.queries).toBe(before)
  })

  it('hurts no app at the same address whose feed was right before, and nobody elsewhere', async ({
    expect,
  }) => {
    const path = await aFeed()
    const office = new Client(undefined, { FAILED_RATE: rateOf(5) })
    expect((await office.send(path)).status).toBe(200)
    const again = unknown()
    expect((await office.statuses(6, again)).at(-1)).toBe(404)
    expect((await office.send(again)).status).toBe(429)
    expect((await office.send(path)).status).toBe(200)
    expect((await new Client().send(unknown())).status).toBe(404)
  })

  it('may go on ten seconds later', async ({ expect }) => {
    const guesser = new Client(undefined, { FAILED_RATE: rateOf(0) })
    const now = Date.now()
    await atTime(now, async () => {
      expect([(await guesser.send(unknown())).status, (await guesser.send(unknown())).status]).toEqual([
        404, 429,
      ])
    })
    await atTime(now + 10_000, async () => expect((await guesser.send(unknown())).status).toBe(404))
  })
})
