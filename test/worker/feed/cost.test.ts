import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { handle } from '../../../src/app'
import { changeEvent } from '../../../src/domain/change-events'
import { countingEnv } from '../../support/counting'
import { aPublisher, ORIGIN, summaries, type TestPublisher } from '../../support/publisher'

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

describe('what a feed costs', () => {
  it.for([0, 1, 5, 20])(
    'is one query of 4 + 2 × %i rows where nothing changed',
    async (calendars, { expect }) => {
      const publisher = await aPublisher()
      const { person } = await aFollower(publisher, calendars)
      const etag = (await person.feed()).headers.get('ETag') ?? ''
      const { counted, counts } = countingEnv()
      const request = new Request(`${ORIGIN}${person.feedPath}`, { headers: { 'If-None-Match': etag } })
      const answer = await handle(request, counted, createExecutionContext())
      expect([answer.status, counts.queries]).toEqual([304, 1])
      // The private calendar is followed too.
      expect(counts.rowsRead).toBeLessThanOrEqual(4 + 2 * (calendars + 1))
      expect(counts.rowsWritten).toBe(0)
    },
  )

  it('is one query and a row or two for each event where it is sent', async ({ expect }) => {
    const publisher = await aPublisher()
    const { person, calendarIds } = await aFollower(publisher, 1)
    const events = Array.from({ length: 200 }, (_, n) => ({
      name: `Round ${n}`,
      calendarId: calendarIds[0],
      startDate: '2030-05-01',
      allDay: true,
    }))
    await publisher.api.post('/batch/events', { events })
    const { counted, counts } = countingEnv()
    const request = new Request(`${ORIGIN}${person.feedPath}`)
    const answer = await handle(request, counted, createExecutionContext())
    expect(await summaries(answer)).toHaveLength(202)
    expect(counts.queries).toBe(1)
    expect(counts.rowsRead).toBeLessThan(2 * 202 + 40)
  })
})

describe('what publishing costs', () => {
  it('is the same for one follower as for a thousand', async ({ expect }) => {
    const publisher = await aPublisher()
    const { person, calendarIds } = await aFollower(publisher, 1)
    const [event] = (await publisher.api.get('/event', { type: 'fixture' })).data
    const written = async (name: string) => {
      const { counted, counts } = countingEnv()
      await changeEvent(
        {
          db: counted.DB,
          now: Date.now(),
          actor: 'key:test',
          publisher: {
            id: publisher.id,
            orgId: publisher.id,
            name: '',
            timezone: 'UTC',
            defaultRegion: 'AU',
            isPartner: false,
          },
          encryptionKey: () => env.ENCRYPTION_KEY,
          inEachWrite: [],
        },
        event.id,
        { name },
      )
      return [counts.queries, counts.rowsRead, counts.rowsWritten]
    }
    const forOne = await written('Event 1')
    const followers = Array.from({ length: 1000 }, (_, n) => n.toString(16).padStart(24, '0'))
    await env.DB.prepare(
      `INSERT INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
       SELECT ?1, value, ?2, 'subscribed_read', 0 FROM json_each(?3)`,
    )
      .bind(publisher.id, calendarIds[0], JSON.stringify(followers))
      .run()
    expect(await written('Event 2')).toEqual(forOne)
    expect(await summaries(person.feed())).toContain('Event 2')
  })
})
