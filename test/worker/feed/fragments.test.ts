import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { handle } from '../../../src/app'
import { sha256Hex } from '../../../src/platform/digest'
import { fragmentMemory } from '../../../src/surfaces/feed/fragments'
import { aCalendar, anEvent } from '../../support/apps'
import { costOf, countingEnv } from '../../support/counting'
import { forgetFeeds, plainFeed } from '../../support/feeds'
import { interleavingEnv } from '../../support/interleaving'
import { aPublisher, fetchWorker, ORIGIN, summaries, type TestPublisher } from '../../support/publisher'

async function aFollower(publisher: TestPublisher, ...calendarIds: string[]) {
  const person = await publisher.subscriber()
  await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds })
  return person
}

async function manyEvents(publisher: TestPublisher, calendarId: string, count: number, details = '') {
  for (let from = 0; from < count; from += 100) {
    const events = Array.from({ length: Math.min(100, count - from) }, (_, n) => ({
      name: `Round ${from + n}`,
      calendarId,
      startDate: '2030-05-01',
      startTime: '19:30',
      details,
    }))
    const made = await publisher.api.post('/batch/events', { events })
    if (made.status !== 200) throw new Error(made.text)
  }
}

function revisionOf(calendarId: string): Promise<number | null> {
  return env.DB.prepare('SELECT revision FROM calendars WHERE id = ?').bind(calendarId).first('revision')
}

/** The text of a feed as a database answers it that something happens to on the way. */
async function feedThrough(through: typeof env, path: string): Promise<string> {
  const execution = createExecutionContext()
  const text = await (await handle(new Request(`${ORIGIN}${path}`), through, execution)).text()
  await waitOnExecutionContext(execution)
  return text
}

describe('a calendar’s fragment', () => {
  it('is read and rendered once by however many requests that miss it at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    await manyEvents(publisher, calendar, 200)
    const people = await Promise.all(Array.from({ length: 4 }, () => aFollower(publisher, calendar)))
    const { counted, counts } = countingEnv()
    const executions = people.flatMap((person) => {
      return Array.from({ length: 5 }, () => ({ person, execution: createExecutionContext() }))
    })
    const texts = await Promise.all(
      executions.map(async ({ person, execution }) => {
        const answer = await handle(new Request(`${ORIGIN}${person.feedPath}`), counted, execution)
        return [person.ecalId, await summaries(answer)] as const
      }),
    )
    for (const { execution } of executions) await waitOnExecutionContext(execution)
    for (const [, names] of texts) expect(names).toHaveLength(201)
    expect(counts.rowsRead).toBeLessThan(2 * 200 + 20 * 20)
  })

  it('is waited for by requests of their own, and made anew where the one that made it failed', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    await manyEvents(publisher, calendar, 100)
    const person = await aFollower(publisher, calendar)
    await person.feed()
    const [event] = (await publisher.api.get('/event', { type: 'fixture', limit: '1' })).data
    await publisher.api.put(`/event/${event.id}`, { name: 'Moved' })
    const fails = interleavingEnv(2, () => Promise.reject(new Error('D1 is down')))
    const failing = feedThrough(fails, person.feedPath)
    const others = await Promise.all(Array.from({ length: 10 }, () => summaries(person.feed())))
    for (const names of others) expect(names).toContain('Moved')
    expect(await failing).toBe('Internal error.\n')
  })

  it('comes from the data centre’s cache where the isolate forgot it, with the same bytes', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    await manyEvents(publisher, calendar, 100, 'Ünïcode ✅ 日本')
    const person = await aFollower(publisher, calendar)
    const cold = await costOf(person.feedPath)
    const bytes = await cold.answer.text()
    expect(cold.counts.rowsRead).toBeGreaterThan(200)
    forgetFeeds()
    const restored = await costOf(person.feedPath)
    expect(await restored.answer.text()).toBe(bytes)
    expect(restored.counts.rowsRead).toBeLessThan(20)
    expect(bytes).toBe(await plainFeed(publisher.id, person.ecalId))
  })

  it('can’t be asked for, under whatever host or path', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    const event = await anEvent(publisher, calendar)
    const person = await aFollower(publisher, calendar)
    await costOf(person.feedPath)
    const path = `/1/${calendar}/${await revisionOf(calendar)}`
    // It is there, or this test shows nothing.
    const cache = await caches.open('daybook-fragments')
    expect(await (await cache.match(`https://fragments.daybook.invalid${path}`))?.text()).toContain(event)
    for (const url of [`https://fragments.daybook.invalid${path}`, `${ORIGIN}${path}`]) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const answer = await fetchWorker(url, { method })
        expect([url, answer.status]).toEqual([url, 404])
        expect(await answer.text()).not.toContain(event)
      }
    }
  })

  it('of a private calendar never leaves the isolate', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    await costOf(person.feedPath)
    forgetFeeds()
    const again = await costOf(person.feedPath)
    expect(await summaries(again.answer)).toHaveLength(1)
    const [own] = (await publisher.api.get(`/subscriber/${person.ecalId}`)).data.data.privateCalIds
    const cache = await caches.open('daybook-fragments')
    expect(
      await cache.match(`https://fragments.daybook.invalid/1/${own}/${await revisionOf(own)}`),
    ).toBeUndefined()
  })

  it('of a calendar too large to be read at once is made of pages of one revision', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    await manyEvents(publisher, calendar, 1_100, 'x'.repeat(1_000))
    const person = await aFollower(publisher, calendar)
    const plain = await plainFeed(publisher.id, person.ecalId)
    const paged = await costOf(person.feedPath)
    expect(await paged.answer.text()).toBe(plain)
    // The state, three pages, the state again.
    expect(paged.counts.queries).toBe(5)
    const warm = await costOf(person.feedPath)
    expect(await warm.answer.text()).toBe(plain)
    expect(warm.counts.queries).toBe(1)

    const [event] = (await publisher.api.get('/event', { type: 'fixture', limit: '1' })).data
    for (const before of [2, 3, 4, 5]) {
      await publisher.api.put(`/event/${event.id}`, { name: `Anew ${before}` })
      const act = () => publisher.api.put(`/event/${event.id}`, { name: `Moved ${before}` })
      const text = await feedThrough(interleavingEnv(before, act), person.feedPath)
      expect(text === (await plainFeed(publisher.id, person.ecalId)), `before question ${before}`).toBe(true)
    }
  })

  it('is none of a time before a restore: revisions jump, and what was kept is never found again', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    const event = await anEvent(publisher, calendar, { name: 'Kept' })
    const person = await aFollower(publisher, calendar)
    const restoredTo = await revisionOf(calendar)
    await publisher.api.put(`/event/${event}`, { name: 'Lost by the restore' })
    await costOf(person.feedPath)
    // As a restored database has it: the old text, and the old revision.
    await env.DB.batch([
      env.DB.prepare(`UPDATE events SET name = 'Kept' WHERE id = ?`).bind(event),
      env.DB.prepare('UPDATE calendars SET revision = ? WHERE id = ?').bind(restoredTo, calendar),
    ])
    const headers = { Authorization: 'Bearer test-operator-token' }
    expect((await fetchWorker('/operator/restored', { method: 'POST', headers })).status).toBe(200)
    expect(await summaries(person.feed())).toContain('Kept')
    forgetFeeds()
    expect(await summaries(person.feed())).toContain('Kept')
  })
})

describe('a feed that is not a person’s whole', () => {
  it('is made of the same fragments: limited, ended, merged and public ones', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    await manyEvents(publisher, calendar, 100)
    const [person, former] = [await aFollower(publisher, calendar), await aFollower(publisher, calendar)]
    await costOf(person.feedPath)
    const whole = await plainFeed(publisher.id, person.ecalId)
    const set = (state: string, calendarIds: string[], subscriberId: string) =>
      env.DB.prepare(
        `UPDATE feed_addresses SET state = ?1, calendar_ids = ?2, subscriber_id = ?3, changed_at = 1
         WHERE address_hash = ?4`,
      )
        .bind(state, JSON.stringify(calendarIds), subscriberId, hash)
        .run()
    const hash = await sha256Hex(former.feedPath.split('/')[2] ?? '')
    const feed = async () => {
      const { answer, counts } = await costOf(former.feedPath)
      expect(counts.rowsRead).toBeLessThan(20)
      return { etag: answer.headers.get('ETag'), text: await answer.text() }
    }
    await set('merged', [], person.ecalId)
    const merged = await feed()
    expect(merged.text).toBe(whole)
    await set('limited', [calendar], former.ecalId)
    const limited = await feed()
    expect(limited.text.match(/^BEGIN:VEVENT\r$/gm)).toHaveLength(100)
    await env.DB.prepare(`UPDATE subscribers SET state = 'unsubscribed' WHERE id = ?`)
      .bind(former.ecalId)
      .run()
    const ended = await feed()
    expect(ended.text).not.toContain('BEGIN:VEVENT')
    expect(new Set([merged.etag, limited.etag, ended.etag]).size).toBe(3)
    const own = new URL((await publisher.api.get(`/calendar/${calendar}`)).data.feed).pathname
    const alone = await costOf(own)
    expect(await summaries(alone.answer)).toHaveLength(100)
    expect([alone.counts.queries, alone.counts.rowsRead]).toEqual([1, 2])
    const head = await costOf(own, { method: 'HEAD' })
    expect([head.answer.status, await head.answer.text(), head.counts.rowsRead]).toEqual([200, '', 2])
  })
})

describe('what feeds keep in memory', () => {
  it('is bounded', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    await manyEvents(publisher, calendar, 300, 'x'.repeat(7_000))
    const person = await aFollower(publisher, calendar)
    const [event] = (await publisher.api.get('/event', { type: 'fixture', limit: '1' })).data
    forgetFeeds()
    for (let n = 0; n < 16; n++) {
      await publisher.api.put(`/event/${event.id}`, { name: `Change ${n}` })
      expect(await summaries(person.feed())).toContain(`Change ${n}`)
      expect(fragmentMemory.bytes).toBeLessThanOrEqual(fragmentMemory.maxBytes)
    }
    expect(fragmentMemory.bytes).toBeGreaterThan(fragmentMemory.maxBytes / 2)
    forgetFeeds()
  })
})

describe('a write between the questions of one feed', () => {
  it('is shown as it was before or after, and never kept under the other’s revision', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendars = [await aCalendar(publisher, 'First'), await aCalendar(publisher, 'Second')]
    const [first = '', second = ''] = calendars
    const person = await aFollower(publisher, first, second)
    const event = await anEvent(publisher, first, { name: 'Start' })
    const other = await anEvent(publisher, second, { name: 'Start' })
    const writes: [string, () => Promise<unknown>][] = [
      ['an event changes', () => publisher.api.put(`/event/${event}`, { name: `A ${Math.random()}` })],
      [
        'one of the other calendar',
        () => publisher.api.put(`/event/${other}`, { name: `B ${Math.random()}` }),
      ],
      [
        'a calendar’s categories',
        () => publisher.api.put(`/calendar/${first}`, { categories: `C${Date.now()}` }),
      ],
      ['a calendar is drafted', () => publisher.api.put(`/calendar/${second}`, { draft: 1 })],
      ['and comes back', () => publisher.api.put(`/calendar/${second}`, { draft: 0 })],
      ['an event moves', () => publisher.api.put(`/event/${event}`, { calendarId: second })],
      ['and returns', () => publisher.api.put(`/event/${event}`, { calendarId: first })],
      [
        'a follow ends',
        () =>
          publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/remove`, { calendarIds: [second] }),
      ],
      [
        'and begins',
        () => publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [second] }),
      ],
    ]
    for (const [what, write] of writes) {
      for (const before of [1, 2, 3]) {
        // Something is cold each time, so that there is more than one question.
        await publisher.api.put(`/event/${event}`, { location: `${what} ${before}` })
        const was = await plainFeed(publisher.id, person.ecalId)
        const text = await feedThrough(interleavingEnv(before, write), person.feedPath)
        const is = await plainFeed(publisher.id, person.ecalId)
        expect([was, is].includes(text), `${what}, before question ${before}`).toBe(true)
        expect(await (await person.feed()).text(), `${what}, afterwards`).toBe(is)
        forgetFeeds()
        expect(await (await person.feed()).text(), `${what}, from the cache`).toBe(is)
      }
    }
  })
})
