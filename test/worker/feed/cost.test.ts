import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { sha256Hex } from '../../../src/platform/digest'
import { newId } from '../../../src/platform/ids'
import { settledPersons } from '../../../src/surfaces/feed/persons'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { costOf, countingEnv } from '../../support/counting'
import { handle } from '../../support/front-door'
import { aPublisher, fetchWorker, ORIGIN, summaries, type TestPublisher } from '../../support/publisher'
import { tidiesUp } from '../../support/timelines'

/** A person who follows so many calendars, each with an event. */
async function aFollower(publisher: TestPublisher, calendars: number) {
  const person = await publisher.subscriber()
  const calendarIds: string[] = []
  for (let n = 0; n < calendars; n++) {
    const { id } = (await publisher.api.post('/calendar', { name: `Calendar ${n}` })).data
    calendarIds.push(id)
    await publisher.api.post('/event', {
      name: `Event ${n}`,
      calendarId: id,
      startDate: '2030-05-01',
      allDay: true,
    })
  }
  if (calendars > 0)
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds })
  return { person, calendarIds }
}

async function manyEvents(publisher: TestPublisher, calendarId: string | undefined, count: number) {
  const events = Array.from({ length: count }, (_, n) => ({
    name: `Round ${n}`,
    calendarId,
    startDate: '2030-05-01',
    allDay: true,
  }))
  await publisher.api.post('/batch/events', { events })
}

describe('what a feed costs', () => {
  it.for([0, 1, 5, 20])(
    'is one query of 4 + 2 × %i rows where nothing changed',
    async (calendars, { expect }) => {
      const publisher = await aPublisher()
      const { person } = await aFollower(publisher, calendars)
      const etag = (await person.feed()).headers.get('ETag') ?? ''
      const { answer, counts } = await costOf(person.feedPath, { headers: { 'If-None-Match': etag } })
      expect([answer.status, counts.queries]).toEqual([304, 1])
      // The private calendar is followed too.
      expect(counts.rowsRead).toBeLessThanOrEqual(4 + 2 * (calendars + 1))
      expect(counts.rowsWritten).toBe(0)
    },
  )

  it('is one query more, and a row or two for each event, where its text is nowhere yet', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { person, calendarIds } = await aFollower(publisher, 1)
    await manyEvents(publisher, calendarIds[0], 200)
    const sent = await costOf(person.feedPath)
    expect(await summaries(sent.answer)).toHaveLength(202)
    expect(sent.counts.queries).toBe(2)
    expect(sent.counts.rowsRead).toBeLessThan(2 * 202 + 40)
    expect(sent.counts.rowsWritten).toBe(0)
  })

  it.for([0, 1, 5, 20])(
    'is one query of 4 + 2 × %i rows where its texts are at hand',
    async (calendars, { expect }) => {
      const publisher = await aPublisher()
      const { person, calendarIds } = await aFollower(publisher, calendars)
      if (calendars > 0) await manyEvents(publisher, calendarIds[0], 100)
      const bytes = await (await person.feed()).text()
      const again = await costOf(person.feedPath)
      expect(await again.answer.text()).toBe(bytes)
      expect(again.counts.queries).toBe(1)
      expect(again.counts.rowsRead).toBeLessThanOrEqual(4 + 2 * (calendars + 1))
      const head = await costOf(person.feedPath, { method: 'HEAD' })
      expect([head.counts.queries, head.counts.rowsRead]).toEqual([1, again.counts.rowsRead])
    },
  )

  it('reads nothing of events for a follower whom it never served, but what is theirs alone', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { person, calendarIds } = await aFollower(publisher, 1)
    await manyEvents(publisher, calendarIds[0], 200)
    await person.feed()
    const other = await publisher.subscriber()
    await publisher.api.post(`/subscriber/${other.ecalId}/subscriptions/add`, { calendarIds })
    const first = await costOf(other.feedPath)
    expect(await summaries(first.answer)).toHaveLength(202)
    expect(first.counts.queries).toBe(1)
    expect(first.counts.rowsRead).toBeLessThan(20)
  })

  it('with direct relations and answers is at most 3 rows more for each, and none at all while unchanged', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const [service, person] = [await aService(publisher), await aPerson(publisher)]
    const [followed, other] = [await aCalendar(publisher), await aCalendar(publisher, 'Other')]
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [followed] })
    for (let n = 0; n < 4; n++) {
      await relate(service, await anEvent(publisher, other), person.ecalId, { is_invitation: true })
      const event = await anEvent(publisher, followed)
      const answer = { rsvp_status: 'not_attending' }
      await person.app.patch(`/event-subscriptions/${event}_${person.ecalId}`, answer)
    }
    const bytes = await (await person.feed()).text()
    const warm = await costOf(person.feedPath)
    expect(await warm.answer.text()).toBe(bytes)
    expect([warm.counts.queries, warm.counts.rowsRead <= 4 + 2 * 2]).toEqual([1, true])
    // Even where this isolate has forgotten what they settled, and their own calendar.
    settledPersons.clear()
    const anew = await costOf(person.feedPath)
    expect(await anew.answer.text()).toBe(bytes)
    const privateEvents = 1
    expect(anew.counts.queries).toBe(1)
    expect(anew.counts.rowsRead).toBeLessThanOrEqual(4 + 2 * 2 + 3 * 8 + 2 * privateEvents + 6)
    const etag = anew.answer.headers.get('ETag') ?? ''
    const unchanged = await costOf(person.feedPath, { headers: { 'If-None-Match': etag } })
    expect([unchanged.answer.status, unchanged.counts.queries]).toEqual([304, 1])
    expect(unchanged.counts.rowsRead).toBeLessThanOrEqual(4 + 2 * 2)
  })
})

describe('what publishing costs', () => {
  it('is the same for one follower as for 100,000, and the next fetch of any of them shows it', {
    timeout: 180_000,
  }, async ({ expect }) => {
    const publisher = await aPublisher()
    tidiesUp(publisher)
    const { person, calendarIds } = await aFollower(publisher, 1)
    const [event] = (await publisher.api.get('/event', { type: 'fixture' })).data
    const written = async (name: string) => {
      const { counted, counts } = countingEnv()
      const path = await publisher.api.signed('PUT', `/event/${event.id}`, { name })
      const request = new Request(`${ORIGIN}${path}`, { method: 'PUT', body: JSON.stringify({ name }) })
      const answer = await handle(request, counted, createExecutionContext())
      expect(answer.status).toBe(200)
      return [counts.queries, counts.rowsRead, counts.rowsWritten]
    }
    const forOne = await written('Event 1')
    const addresses = await aHundredThousandFollowers(publisher, calendarIds[0] ?? '')
    expect(await written('Event 2')).toEqual(forOne)
    const feeds = [person.feedPath, ...addresses.map((address) => `/ecal-sub/${address}/x.ics`)]
    for (const path of feeds) expect(await summaries(fetchWorker(path))).toContain('Event 2')
    await written('Event 3')
    for (const path of feeds) expect(await summaries(fetchWorker(path))).toContain('Event 3')
  })

  it('has a changed calendar read and rendered once, not once for each follower', async ({ expect }) => {
    const publisher = await aPublisher()
    const { person, calendarIds } = await aFollower(publisher, 1)
    await manyEvents(publisher, calendarIds[0], 100)
    const others = await Promise.all(Array.from({ length: 5 }, () => publisher.subscriber()))
    for (const other of others) {
      await publisher.api.post(`/subscriber/${other.ecalId}/subscriptions/add`, { calendarIds })
    }
    const everyone = [person, ...others]
    for (const one of everyone) await one.feed()
    const [event] = (await publisher.api.get('/event', { type: 'fixture' })).data
    await publisher.api.put(`/event/${event.id}`, { name: 'Moved' })
    let rows = 0
    for (const one of everyone) {
      const { answer, counts } = await costOf(one.feedPath)
      expect(await summaries(answer)).toContain('Moved')
      rows += counts.rowsRead
    }
    expect(rows).toBeLessThan(2 * 101 + everyone.length * 8 + 20)
  })
})

/** People who follow a calendar, put straight into the database; answers the feed addresses of some. */
async function aHundredThousandFollowers(publisher: TestPublisher, calendarId: string): Promise<string[]> {
  const addresses = Array.from({ length: 3 }, () => newId().padEnd(32, '0'))
  const hashes = await Promise.all(addresses.map(sha256Hex))
  const COUNT = 100_000
  const numbers = `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ${COUNT} - 1)`
  // Ids that nobody else has: the publisher's number, then their own.
  const id = `printf('%08x%016x', ?1, n)`
  await env.DB.batch([
    env.DB.prepare(
      `${numbers} INSERT INTO subscribers (id, publisher_id, state, email, subscribed_at, last_active_at, created_at, modified_at)
       SELECT ${id}, ?1, 'active', ${id} || '@example.com', 1, 1, 1, 1 FROM n`,
    ).bind(publisher.id),
    env.DB.prepare(
      `${numbers} INSERT INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
       SELECT ?1, ${id}, ?2, 'subscribed_read', 0 FROM n`,
    ).bind(publisher.id, calendarId),
    env.DB.prepare(
      `INSERT INTO feed_addresses (address_hash, publisher_id, subscriber_id, state, address_sealed, created_at, changed_at)
       SELECT j.value, ?1, printf('%08x%016x', ?1, j.key * 40000), 'live', '', 1, 1 FROM json_each(?2) j`,
    ).bind(publisher.id, JSON.stringify(hashes)),
  ])
  return addresses
}
