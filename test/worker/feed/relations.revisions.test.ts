import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { sha256Hex } from '../../../src/platform/digest'
import { newId } from '../../../src/platform/ids'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { aPublisher, fetchWorker, summaries } from '../../support/publisher'
import { logged } from '../../support/rows'

describe('a feed with single events', () => {
  it('has a new ETag when an acknowledged event of a calendar followed as invited changes', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const invited = await aCalendar(publisher, 'Invited')
    const event = await anEvent(publisher, invited, { name: 'Before' })
    const add = { calendarIds: [invited], permission: 'invited_read' }
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, add)
    await ann.app.patch(`/event-subscriptions/${event}_${ann.ecalId}`, { permission: 'subscribed_read' })
    const etag = (await ann.feed()).headers.get('ETag') ?? ''
    await publisher.api.put(`/event/${event}`, { name: 'After' })
    const again = await ann.feed({ 'If-None-Match': etag })
    expect(again.status).toBe(200)
    expect(await summaries(again)).toContain('After')
    const before = again.headers.get('ETag') ?? ''
    await publisher.api.put(`/calendar/${invited}`, { draft: 1 })
    const drafted = await ann.feed({ 'If-None-Match': before })
    expect(drafted.status).toBe(200)
    expect(await summaries(drafted)).not.toContain('After')
    expect(await summaries(ann.feed())).not.toContain('After')
    // Its return is a change of the calendar alone: nothing was written to the person's own stream.
    await publisher.api.put(`/calendar/${invited}`, { draft: 0 })
    expect(await summaries(ann.feed())).toContain('After')
  })

  it('is the same, ETag and bytes, at the address of a merged person', async ({ expect }) => {
    const publisher = await aPublisher()
    const [service, ann] = [await aService(publisher), await aPerson(publisher)]
    const event = await anEvent(publisher, await aCalendar(publisher))
    await relate(service, event, ann.ecalId)
    const address = newId().padEnd(32, '0')
    await env.DB.prepare(
      `INSERT INTO feed_addresses (address_hash, publisher_id, subscriber_id, state, address_sealed, created_at, changed_at)
       VALUES (?, ?, ?, 'merged', '', 1, 1)`,
    )
      .bind(await sha256Hex(address), publisher.id, ann.ecalId)
      .run()
    const [live, merged] = [await ann.feed(), await fetchWorker(`/ecal-sub/${address}/x.ics`)]
    expect(merged.headers.get('ETag')).toBe(live.headers.get('ETag'))
    expect(await merged.text()).toBe(await live.text())
  })
})

describe('an unsubscription', () => {
  it('deletes an event in no calendar that nobody else is related to', async ({ expect }) => {
    const publisher = await aPublisher()
    const [service, ann] = [await aService(publisher), await aPerson(publisher)]
    const event = await anEvent(publisher, await aCalendar(publisher))
    await relate(service, event, ann.ecalId)
    // As `POST /events` leaves it.
    await env.DB.batch([
      env.DB.prepare('DELETE FROM calendar_events WHERE event_id = ?').bind(event),
      env.DB.prepare(`UPDATE events SET calendar_id = '' WHERE id = ?`).bind(event),
    ])
    const rows = await logged(() => publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`))
    expect(rows.map((row) => [row.stream, row.op, row.message])).toEqual([
      [`subscriber:${ann.ecalId}`, 'subscriber.unsubscribed', 'subscriber.unsubscribed'],
      [`event:${event}`, 'relation.removed', null],
      [`event:${event}`, 'event.deleted', null],
      [`subscriber:${ann.ecalId}`, 'event.deleted', null],
    ])
    expect(
      await env.DB.prepare('SELECT deleted_at FROM events WHERE id = ?').bind(event).first('deleted_at'),
    ).not.toBeNull()
  })
})
