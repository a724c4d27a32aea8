import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { handle } from '../../../src/app'
import { aPublisher, ORIGIN, summaries } from '../../support/publisher'

describe('a bookmark', () => {
  it('comes with the answer to a write, and a read that sends it back sees that write', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const event = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }
    const written = await publisher.api.post('/event', event, { query: { ecal_id: person.ecalId } })
    const bookmark = written.headers.get('Daybook-Bookmark') ?? ''
    expect(bookmark).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{8,32}){3}$/)
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
