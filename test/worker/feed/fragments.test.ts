import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { sha256Hex } from '../../../src/platform/digest'
import { TEXT_VERSION } from '../../../src/surfaces/feed/validators'
import { aCalendar, anEvent } from '../../support/apps'
import { costOf, countingEnv } from '../../support/counting'
import { databaseInterruptedBefore } from '../../support/faults'
import {
  aFollower,
  feedThrough,
  forgetFeeds,
  keptTexts,
  manyEvents,
  plainFeed,
  plainFragment,
  revisionOf,
} from '../../support/feeds'
import { handle } from '../../support/front-door'
import { aPublisher, fetchWorker, ORIGIN, summaries } from '../../support/publisher'
import { tidiesUp } from '../../support/timelines'

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
    const fails = databaseInterruptedBefore(2, () => Promise.reject(new Error('D1 is down'))).DB
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
    const path = `/${TEXT_VERSION}/${calendar}/${await revisionOf(calendar)}`
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
      await cache.match(`https://fragments.daybook.invalid/${TEXT_VERSION}/${own}/${await revisionOf(own)}`),
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

    // Of the last page.
    const last = await env.DB.prepare('SELECT max(event_id) AS id FROM calendar_events WHERE calendar_id = ?')
      .bind(calendar)
      .first<string>('id')
    for (const before of [2, 3, 4, 5]) {
      await publisher.api.put(`/event/${last}`, { name: `Anew ${before}` })
      const then = await plainFragment(calendar)
      const act = () => publisher.api.put(`/event/${last}`, { name: `Moved ${before}` })
      const text = await feedThrough(databaseInterruptedBefore(before, act).DB, person.feedPath)
      expect(text === (await plainFeed(publisher.id, person.ecalId)), `before question ${before}`).toBe(true)
      for (const { revision, text: right } of [then, await plainFragment(calendar)]) {
        const kept = await keptTexts(calendar, revision)
        expect(
          kept.every((each) => each === right),
          `kept, before question ${before}`,
        ).toBe(true)
      }
    }
  })

  it('is made of pages, too, where it is tombstones that are many', async ({ expect }) => {
    const publisher = await aPublisher()
    tidiesUp(publisher)
    const calendar = await aCalendar(publisher)
    const event = await anEvent(publisher, calendar, { name: 'Quiz' })
    const person = await aFollower(publisher, calendar)
    const names =
      'publisher_id, name, all_day, start_date, start_time, end_date, end_time, timezone, end_timezone'
    const more =
      'end_date_given, end_time_given, starts_at, ends_at, status, show_as, created_at, modified_at'
    const numbers = 'WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2100)'
    const id = `printf('%08x%016x', ?1, n)`
    await env.DB.batch([
      env.DB.prepare(
        `${numbers} INSERT INTO events (id, calendar_id, ${names}, ${more}, deleted_at, tombstone_until)
         SELECT ${id}, ?2, ${names}, ${more}, 1, 4000000000000 FROM n CROSS JOIN events e WHERE e.id = ?3`,
      ).bind(publisher.id, calendar, event),
      env.DB.prepare(
        `${numbers} INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at) SELECT ?2, ${id}, ?1, 1 FROM n`,
      ).bind(publisher.id, calendar),
    ])
    await publisher.api.put(`/event/${event}`, { name: 'Moved' })
    const text = await (await person.feed()).text()
    expect(text.match(/^STATUS:CANCELLED\r$/gm)).toHaveLength(2_100)
    expect(text === (await plainFeed(publisher.id, person.ecalId))).toBe(true)
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
