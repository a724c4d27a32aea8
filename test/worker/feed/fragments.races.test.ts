import { describe, it } from 'vitest'
import { fragmentMemory } from '../../../src/surfaces/feed/fragments'
import { aCalendar, anEvent } from '../../support/apps'
import { databaseInterruptedBefore } from '../../support/faults'
import {
  aFollower,
  feedThrough,
  forgetFeeds,
  keptTexts,
  manyEvents,
  plainFeed,
  plainFragment,
} from '../../support/feeds'
import { aPublisher, summaries } from '../../support/publisher'

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
        const moments = await Promise.all(calendars.map(plainFragment))
        const text = await feedThrough(databaseInterruptedBefore(before, write).DB, person.feedPath)
        const is = await plainFeed(publisher.id, person.ecalId)
        expect([was, is].includes(text), `${what}, before question ${before}`).toBe(true)
        moments.push(...(await Promise.all(calendars.map(plainFragment))))
        for (const [at, { revision, text: right }] of moments.entries()) {
          for (const kept of await keptTexts(calendars[at % 2] ?? '', revision)) {
            expect(kept, `${what}, kept before question ${before}`).toBe(right)
          }
        }
        expect(await (await person.feed()).text(), `${what}, afterwards`).toBe(is)
        forgetFeeds()
        expect(await (await person.feed()).text(), `${what}, from the cache`).toBe(is)
      }
    }
  })
})
