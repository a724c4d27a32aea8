import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aPublisher, fetchWorker } from '../../support/publisher'
import { countOf, newEmail, opsOf, postJson, setWidget } from './support'

describe('the Welcome Event', () => {
  it('is all-day on the day of subscribing where the visitor is', async ({ expect }) => {
    const publisher = await aPublisher({ name: 'Acme Lending' })
    const timezone = 'Pacific/Kiritimati'
    const { body } = await postJson(
      { widgetId: publisher.widgetId, email: newEmail(), application: 'apple' },
      { cf: { timezone } },
    )
    const { data } = await publisher.api.get('/event', {
      ecal_id: body.ecalId,
      type: 'private',
      showPastEvents: '1',
    })
    const today = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10)
    expect(data).toHaveLength(1)
    expect(data[0]).toMatchObject({
      name: 'Your calendar is connected to Acme Lending',
      allDay: true,
      startDate: today,
      endDate: today,
      referenceType: 'welcome',
      reference: '',
      ecalId: body.ecalId,
      type: 'private',
    })
    const feed = await fetchWorker(new URL(body.calendarUrl.httpsCalUrl).pathname)
    expect(await feed.text()).toContain('SUMMARY:Your calendar is connected to Acme Lending')
  })

  it('says what the widget says', async ({ expect }) => {
    const publisher = await aPublisher()
    await setWidget(publisher, {
      welcome_name: 'Hello',
      welcome_details: 'Line 1\nLine 2',
      welcome_url: 'https://example.com/start',
    })
    const { body } = await postJson({ widgetId: publisher.widgetId, email: newEmail(), application: 'apple' })
    const { data } = await publisher.api.get('/event', {
      ecal_id: body.ecalId,
      type: 'private',
      showPastEvents: '1',
    })
    expect(data[0]).toMatchObject({
      name: 'Hello',
      details: 'Line 1\nLine 2',
      url: 'https://example.com/start',
    })
  })

  it('is one commit with the subscriber, and left out where the widget has it off', async ({ expect }) => {
    const publisher = await aPublisher()
    const { body } = await postJson({ widgetId: publisher.widgetId, email: newEmail(), application: 'apple' })
    const { results } = await env.DB.prepare(
      'SELECT op, message, actor FROM changes WHERE publisher_id = ? ORDER BY seq',
    )
      .bind(publisher.id)
      .all()
    const actor = `widget:${publisher.widgetId}`
    expect(results).toContainEqual({ op: 'event.created', message: null, actor })
    expect(results).toContainEqual({ op: 'subscriber.subscribed', message: 'subscriber.subscribed', actor })
    expect(await opsOf(publisher, `subscriber:${body.ecalId}`)).toEqual(['subscriber.subscribed'])

    await setWidget(publisher, { welcome_enabled: 0 })
    const without = await postJson({ widgetId: publisher.widgetId, email: newEmail(), application: 'apple' })
    expect(without.status).toBe(201)
    expect(await countOf('events', publisher)).toBe(1)
  })
})
