import { describe, it } from 'vitest'
import { aReceiver } from '../../support/receiver'
import { anEndpoint, attemptsRecorded } from '../../support/webhooks'
import { anEvent } from './records'
import { anOperatorsPublisher } from './support'

describe('messages that are sent to an endpoint for the first time by a replay', () => {
  it('count on the first page by what became of them, and leave others as they were', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const receiver = aReceiver(() => new Response(null, { status: 500 }))
    const since = new Date().toISOString()
    await anEvent(publisher)
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.created'] })
    expect((await publisher.api.post(`/webhook/${id}/replay`, { since })).data).toEqual({ queued: 1 })
    await attemptsRecorded(id, 1)
    expect((await admin.get('/portal')).words).toContain('Webhooks failed for good, the last 30 days 1')
    receiver.answer = () => new Response(null, { status: 204 })
    await anEvent(publisher)
    await attemptsRecorded(id, 2)
    // Both once more: one of them arrives for the first time.
    await publisher.api.post(`/webhook/${id}/replay`, { since })
    await attemptsRecorded(id, 4)
    const { words } = await admin.get('/portal')
    expect(words).toContain('Webhooks delivered, the last 30 days 2')
    expect(words).not.toContain('Webhooks failed for good')
  })
})
