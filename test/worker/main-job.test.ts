import { describe, it } from 'vitest'
import { aPublisher, feedText, fetchWorker, summaries } from '../support/publisher'

/** A form as a browser posts it. */
function form(fields: Record<string, string>): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }
}

describe('the main job', () => {
  it('connects a calendar, fills it, changes it and empties it', async ({ expect }) => {
    const publisher = await aPublisher({ name: 'Acme Lending' })
    const { api, apiKey, widgetId } = publisher

    // 1. A person opens the link, picks Google Calendar and submits.
    const page = await fetchWorker(`/button/v1/ecal.html?apiKey=${apiKey}&widgetId=${widgetId}`)
    const html = await page.text()
    expect(page.status).toBe(200)
    const formId = /name="formId" value="([0-9a-f]{32})"/.exec(html)?.[1] ?? ''
    const fields = { apiKey, widgetId, formId, email: 'ann@example.com', application: 'google' }
    const confirmation = await fetchWorker('/button/v1/subscriptions', form(fields))
    const confirmed = await confirmation.text()
    expect(confirmation.status).toBe(201)
    expect(confirmed).toContain('https://www.google.com/calendar/render?cid=webcal:%2F%2F')

    // 2. The client system finds her by e-mail, and pushes what is due.
    const found = await api.get('/subscriber/Ann@Example.com')
    expect(found.data).toMatchObject({ email: 'ann@example.com', emailVerified: false, source: 'Widget' })
    const ecalId: string = found.data.id
    const feedPath = new URL(found.data.calendarUrl.httpsCalUrl).pathname
    expect(feedPath).not.toContain(ecalId)
    const feed = () => fetchWorker(feedPath)
    expect(await summaries(feed())).toEqual(['Your calendar is connected to Acme Lending'])

    const ben = await publisher.subscriber()
    const due = await api.post(
      '/event',
      {
        name: 'Payment Due',
        startDate: '2030-05-01',
        allDay: 'yes',
        details: '$120.00',
        reference: 'loan-7/2030-05',
      },
      { query: { ecal_id: ecalId } },
    )
    expect(due.status).toBe(200)
    const first = await feedText(feed())
    expect(first).toContain('SUMMARY:Payment Due\r\n')
    expect(first).toContain('DTSTART;VALUE=DATE:20300501\r\nDTEND;VALUE=DATE:20300502\r\n')
    expect(await summaries(ben.feed())).not.toContain('Payment Due')

    // The due date moves: the same entry, changed in place.
    const reference = encodeURIComponent('loan-7/2030-05')
    const moved = await api.put(`/event/${reference}`, { name: 'Promise to Pay', startDate: '2030-05-08' })
    expect(moved.data).toMatchObject({ id: due.data.id, sequence: 1, endDate: '2030-05-08' })
    const second = await feedText(feed())
    expect(second).toContain(`UID:${due.data.id}@daybook\r\n`)
    expect(second).toContain('SEQUENCE:1\r\n')
    expect(second).toContain('DTSTART;VALUE=DATE:20300508\r\n')
    expect(await summaries(feed())).toContain('Promise to Pay')

    await api.put(`/event/${reference}`, { name: '✅ Payment Received' })
    expect(await summaries(feed())).toContain('✅ Payment Received')
    expect((await api.delete(`/event/${reference}`)).body).toEqual({ status: '200', statusLong: 'OK' })
    expect(await feedText(feed())).not.toContain(due.data.id)

    // 3. A public calendar arrives with its events, and goes again.
    const calendar = await api.post('/calendar', { name: 'Club nights' })
    await api.post('/event', {
      name: 'Quiz',
      calendarId: calendar.data.id,
      startDate: '2030-06-01',
      startTime: '19:00',
    })
    const followed = await api.post(`/subscriber/${ecalId}/subscriptions/add`, {
      calendarIds: [calendar.data.id],
    })
    expect(followed.data.data.calNames).toEqual([`${ecalId}_private`, 'Club nights'])
    expect(await summaries(feed())).toContain('Quiz')
    await api.post(`/subscriber/${ecalId}/subscriptions/remove`, { calendarIds: [calendar.data.id] })
    expect(await summaries(feed())).not.toContain('Quiz')

    // 4. She leaves: the feed is empty, and no call knows her id.
    const left = await api.post(`/subscriber/${ecalId}/unsubscribe`)
    expect(left.body).toEqual({ status: '200', statusLong: 'OK' })
    const empty = await feedText(feed())
    expect(empty).not.toContain('BEGIN:VEVENT')
    const query = { ecal_id: ecalId }
    const later = [
      await api.get(`/subscriber/${ecalId}`),
      await api.get('/subscriber/ann@example.com'),
      await api.get('/event', query),
      await api.get('/batch/events', query),
      await api.post('/event', { name: 'Payment Due', startDate: '2030-05-01', allDay: true }, { query }),
      await api.post(`/subscriber/${ecalId}/subscriptions/add`, { calendarIds: [calendar.data.id] }),
      await api.post(`/subscriber/${ecalId}/subscriptions/remove`, { calendarIds: [calendar.data.id] }),
      await api.post(`/subscriber/${ecalId}/confirm-email`),
      await api.post(`/subscriber/${ecalId}/feed-address/rotate`),
      await api.post(`/subscriber/${ecalId}/unsubscribe`),
    ]
    expect(later.map((answer) => answer.status)).toEqual(later.map(() => 404))
    expect(await summaries(ben.feed())).toEqual(['Your calendar is connected to Acme Lending'])
  })
})
