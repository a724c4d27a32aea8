import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { App, aCalendar, anEvent, aPerson, aService } from '../../support/apps'
import { handle } from '../../support/front-door'
import { aPublisher, ORIGIN, summaries } from '../../support/publisher'
import { aClient, tokenOf } from '../identity/support'

const BOOKMARK = /^[0-9a-f]{8}(-[0-9a-f]{8,32}){3}$/

describe('a bookmark', () => {
  it('comes with the answer to a write, and a read that sends it back sees that write', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const event = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }
    const written = await publisher.api.post('/event', event, { query: { ecal_id: person.ecalId } })
    const bookmark = written.headers.get('Daybook-Bookmark') ?? ''
    expect(bookmark).toMatch(BOOKMARK)
    expect(await summaries(person.feed({ 'Daybook-Bookmark': bookmark }))).toContain('Payment Due')
    const headers = { 'Daybook-Bookmark': bookmark }
    expect((await publisher.api.call('GET', '/event', { headers })).data).toHaveLength(2)
    expect((await publisher.api.get('/event')).headers.get('Daybook-Bookmark')).toBeNull()
  })

  it('that is none is passed over', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    for (const bookmark of ['x', 'first-primary', "'; DROP TABLE events", '0'.repeat(500)]) {
      expect((await person.feed({ 'Daybook-Bookmark': bookmark })).status).toBe(200)
      const headers = { 'Daybook-Bookmark': bookmark }
      expect((await publisher.api.call('GET', '/event', { headers })).status).toBe(200)
    }
  })
})

describe('an answer to a write', () => {
  it('carries a bookmark on every surface, and an answer to a read none', async ({ expect }) => {
    const publisher = await aPublisher()
    const [service, ann] = [await aService(publisher), await aPerson(publisher)]
    const event = await anEvent(publisher, await aCalendar(publisher))
    const payments = new App(
      `Bearer ${await tokenOf(await aClient({ publisherId: publisher.id, scopes: ['accounts.read', 'accounts.write'] }))}`,
    )
    const operator = new App('Bearer test-operator-token')
    const business = { name: 'Acme', timezone: 'Australia/Melbourne' }
    const answers: [what: string, write: { status: number; headers: Headers }, read: { headers: Headers }][] =
      [
        [
          'publisher',
          await publisher.api.put(`/event/${event}`, { name: 'Moved' }),
          await publisher.api.get('/event'),
        ],
        [
          'event subscriptions',
          await service.post('/event-subscriptions', { event_id: event, subscriber: { id: ann.ecalId } }),
          await service.get('/event-subscriptions'),
        ],
        [
          'an answer',
          await ann.app.patch(`/event-subscriptions/${event}_${ann.ecalId}`, { rsvp_status: 'attending' }),
          await ann.app.get(`/events/${event}`),
        ],
        [
          'operator',
          await operator.put(`/operator/publishers/${publisher.id}/businesses/ACME01`, business),
          await operator.get(`/operator/publishers/${publisher.id}/businesses/ACME01`),
        ],
        [
          'payments',
          await payments.put('/accounts/ACME0001', { businessAccountId: 'ACME01', startDate: '2024-01-01' }),
          await payments.get('/accounts/ACME0001'),
        ],
      ]
    for (const [what, write, read] of answers) {
      expect([what, write.status < 300]).toEqual([what, true])
      expect([what, write.headers.get('Daybook-Bookmark')]).toEqual([what, expect.stringMatching(BOOKMARK)])
      expect([what, read.headers.get('Daybook-Bookmark')]).toEqual([what, null])
    }
  })
})

describe('a database that is down', () => {
  it('makes a feed answer 500 and say nothing of itself', async ({ expect }) => {
    const broken = {
      ...env,
      DB: { withSession: () => ({ batch: () => Promise.reject(new Error('D1 is down')) }) },
    }
    const request = new Request(`${ORIGIN}/ecal-sub/${'a'.repeat(32)}/x.ics`)
    const answer = await handle(request, broken as unknown as typeof env, createExecutionContext())
    expect([answer.status, await answer.text()]).toEqual([500, 'Internal error.\n'])
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })
})
