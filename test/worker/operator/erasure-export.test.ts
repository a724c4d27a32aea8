import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, anEvent } from '../../support/apps'
import { exportOf, personPath } from '../../support/erasing'
import { aPublisher } from '../../support/publisher'
import { aWholePerson } from '../../support/whole-person'
import { operate } from '../identity/support'

describe('the export of a person', () => {
  it('has everything that is stored of them', async ({ expect }) => {
    const person = await aWholePerson()
    const { status, text } = await exportOf(person)
    expect(status).toBe(200)
    expect(person.texts.filter((marker) => !text.includes(marker))).toEqual([])
    const told = JSON.parse(text)
    expect(told.ecalId).toBe(person.ecalId)
    expect(told.persons.map(({ id }: { id: string }) => id).sort()).toEqual([...person.ids].sort())
    expect(told.persons.find(({ id }: { id: string }) => id === person.ecalId)).toMatchObject({
      custom: { shoe: expect.any(String) },
      subscribedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(told.feedAddresses.map(({ state }: { state: string }) => state).sort()).toEqual([
      'limited',
      'limited',
      'live',
    ])
    expect(told.changes).toContainEqual(
      expect.objectContaining({
        message: 'subscriber.subscribed',
        data: expect.objectContaining({ ecalId: person.ecalId }),
      }),
    )
    expect(told.deliveries).toContainEqual(
      expect.objectContaining({ endpointId: person.failing.id, status: 'pending' }),
    )
    expect(told.schedules).toHaveLength(1)
    expect(told.auditRecords.length).toBeGreaterThan(2)
    for (const [name, list] of Object.entries(told)) {
      if (!['ecalId', 'exportedAt', 'directory', 'idMap', 'invoices', 'portalAudit'].includes(name)) {
        expect([name, (list as unknown[]).length > 0]).toEqual([name, true])
      }
    }
  })

  it('shows no secret, and nothing of others', async ({ expect }) => {
    const person = await aWholePerson()
    const { text } = await exportOf(person)
    const addresses = person.feedPaths.map((path) => path.split('/')[2] ?? '')
    const hashes = await env.DB.prepare(
      `SELECT address_hash AS secret FROM feed_addresses WHERE subscriber_id = ?1
       UNION SELECT address_sealed FROM feed_addresses WHERE subscriber_id = ?1
       UNION SELECT token_hash FROM user_tokens WHERE subscriber_id = ?1
       UNION SELECT code_sealed FROM contact_requests WHERE subscriber_id = ?1 AND code_sealed IS NOT NULL`,
    )
      .bind(person.ecalId)
      .all<{ secret: string }>()
    const secrets = [...addresses, person.token, ...hashes.results.map(({ secret }) => secret)]
    expect(secrets.length).toBeGreaterThan(8)
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    expect([person.friend.email, person.host.email].filter((email) => text.includes(email))).toEqual([])
  })

  it('comes page by page, however much it is', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const event = { startDate: '2040-01-01', allDay: true }
    const many = Array.from({ length: 450 }, (_, n) => ({ ...event, name: `Event ${n}`, ecalId }))
    for (let at = 0; at < many.length; at += 150) {
      const made = await publisher.api.post('/batch/events', { events: many.slice(at, at + 150) })
      expect(made.status).toBe(200)
    }
    await anEvent(publisher, await aCalendar(publisher))
    const told = JSON.parse((await exportOf({ publisher, ecalId })).text)
    const names = told.privateEvents.map(({ name }: { name: string }) => name)
    expect(names.filter((name: string) => name.startsWith('Event '))).toEqual(many.map(({ name }) => name))
    expect((await operate('GET', `${personPath({ publisher, ecalId })}/export`)).status).toBe(200)
  })
})
