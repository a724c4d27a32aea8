import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, it } from 'vitest'
import { anyHostileText } from '../../support/hostile-text'
import { normalised } from '../../support/normalised-text'
import { aPublisher, feedText, fetchWorker } from '../../support/publisher'

const short = anyHostileText.map((text) => text.slice(0, 200).toWellFormed())
const oneLine = short.map((text) => normalised(text).replaceAll('\n', '\\n, ;'))

/** What a client may send; a line break is refused in some fields, so those are without one more often than not. */
const fields = fc.record({
  name: fc.oneof(oneLine, oneLine, short).map((text) => `N${text}`.slice(0, 200).toWellFormed()),
  location: fc.oneof(oneLine, oneLine, short),
  details: anyHostileText.map((text) => text.toWellFormed()),
})

describe('what a client writes into an event', () => {
  it('is refused, or read back from the feed as it was answered, and makes no line of its own', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { data: calendar } = await publisher.api.post('/calendar', { name: 'Hostile' })
    const taken = new Map<string, { name: string; location: string; details: string }>()
    for (const [n, event] of fc.sample(fields, { seed: 20_304, numRuns: 100 }).entries()) {
      const body = {
        ...event,
        calendarId: calendar.id,
        startDate: '2030-05-01',
        allDay: true,
        reference: `event-${n}`,
      }
      const { status, data } = await publisher.api.post('/event', body)
      expect([200, 400]).toContain(status)
      if (status === 200) taken.set(`${data.id}@daybook`, data)
    }
    expect(taken.size).toBeGreaterThan(10)
    const feed = await feedText(fetchWorker(new URL(calendar.feed).pathname))
    const events = new ICAL.Component(ICAL.parse(feed)).getAllSubcomponents('vevent')
    expect(events).toHaveLength(taken.size)
    for (const event of events) {
      const value = (name: string) => String(event.getFirstPropertyValue(name) ?? '')
      const stored = taken.get(value('uid'))
      expect([value('summary'), value('location'), value('description')]).toEqual([
        normalised(stored?.name ?? ''),
        normalised(stored?.location ?? ''),
        normalised(stored?.details ?? ''),
      ])
    }
  })
})
