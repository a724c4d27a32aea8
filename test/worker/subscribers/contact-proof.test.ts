import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { readSubscriberSnapshot } from '../../../src/changes'
import { logHead, logSince } from '../../support/log'
import { aPublisher, fetchWorker, summaries } from '../../support/publisher'
import { signedSignUp, signUp } from '../../support/sign-up'

describe('confirming an e-mail', () => {
  it('verifies it once, keeps the address, and takes it from another holder', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await signUp(publisher, 'ann@example.com')
    const holder = await signUp(publisher, 'ben@example.com')
    await env.DB.prepare(
      `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, verified, signed_up_with, created_at)
       VALUES (?, 'email', 'ann@example.com', ?, 1, 0, 0)`,
    )
      .bind(publisher.id, holder.ecalId)
      .run()
    const head = await logHead()
    const confirmed = await publisher.api.post(`/subscriber/${ann.ecalId}/confirm-email`)
    expect(confirmed.data.emailVerified).toBe(true)
    expect(new URL(confirmed.data.calendarUrl.httpsCalUrl).pathname).toBe(ann.feedPath)
    const repeated = await publisher.api.post(`/subscriber/${ann.ecalId}/confirm-email`)
    expect(repeated.data).toEqual(confirmed.data)

    const rows = await logSince(head)
    expect(rows.map((row) => [row.stream, row.op, row.message])).toEqual([
      [`subscriber:${holder.ecalId}`, 'profile.updated', null],
      [`subscriber:${ann.ecalId}`, 'contact.verified', 'contact.verified'],
    ])
    expect(JSON.parse(rows[1]?.payload ?? '')).toEqual({
      ecalId: ann.ecalId,
      email: 'ann@example.com',
      phoneNumber: null,
    })
    const { results } = await env.DB.prepare(
      `SELECT subscriber_id FROM contacts WHERE value = 'ann@example.com' AND verified = 1 AND publisher_id = ?`,
    )
      .bind(publisher.id)
      .all()
    expect(results).toEqual([{ subscriber_id: ann.ecalId }])
  })

  it('by signature makes a new address; the former one serves only public calendars', async ({ expect }) => {
    const publisher = await aPublisher()
    const made = async (name: string) => {
      const { data } = await publisher.api.post('/calendar', { name })
      await publisher.api.post('/event', { name, calendarId: data.id, startDate: '2030-06-01', allDay: true })
      return data.id
    }
    const before = await made('Before')
    const after = await made('After')
    const typed = await signUp(publisher, 'ann@example.com', { calendarIds: [before] })
    const event = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }
    await publisher.api.post('/event', event, { query: { ecal_id: typed.ecalId } })

    const head = await logHead()
    const proved = await signedSignUp(publisher, 'Ann@example.com', {
      calendarIds: [after],
      application: 'apple',
    })
    expect([proved.status, proved.ecalId]).toEqual([200, typed.ecalId])
    expect(proved.feedPath).not.toBe(typed.feedPath)
    const whole = await summaries(fetchWorker(proved.feedPath))
    expect(whole).toEqual(expect.arrayContaining(['Payment Due', 'Before', 'After']))
    const limited = fetchWorker(typed.feedPath)
    expect(await summaries(limited)).toEqual(['Before'])
    expect((await publisher.api.get(`/subscriber/${typed.ecalId}`)).data.emailVerified).toBe(true)

    const rows = await logSince(head)
    expect(rows.map((row) => row.message)).toEqual(['subscriber.updated', 'contact.verified'])
    const snapshot = readSubscriberSnapshot(rows[0]?.payload ?? '')
    expect(snapshot.about).toEqual({ reason: 'resubscribed' })
    expect(snapshot.emailVerified).toBe(true)

    // A later signature is only a repeat, and the limited address stays what it is.
    const again = await signedSignUp(publisher, 'ann@example.com')
    expect(again).toMatchObject({ status: 200, ecalId: typed.ecalId, feedPath: proved.feedPath })
    await publisher.api.post('/event', {
      name: 'More',
      calendarId: before,
      startDate: '2030-06-02',
      allDay: true,
    })
    expect(await summaries(fetchWorker(typed.feedPath))).toEqual(['Before', 'More'])
  })
})

describe('rotating a feed address', () => {
  it('ends the former ones and keeps the person', async ({ expect }) => {
    const publisher = await aPublisher()
    const typed = await signUp(publisher, 'ann@example.com')
    const proved = await signedSignUp(publisher, 'ann@example.com')
    const head = await logHead()
    const rotated = await publisher.api.post(`/subscriber/${typed.ecalId}/feed-address/rotate`)
    const feedPath = new URL(rotated.data.calendarUrl.httpsCalUrl).pathname
    expect(rotated.data.id).toBe(typed.ecalId)
    expect((await fetchWorker(feedPath)).status).toBe(200)
    for (const former of [typed.feedPath, proved.feedPath]) {
      const gone = await fetchWorker(former)
      expect([gone.status, gone.headers.get('Cache-Control')]).toEqual([410, 'no-store'])
      expect(gone.headers.get('Content-Type')).toContain('text/plain')
    }
    const rows = await logSince(head)
    expect(rows.map((row) => row.op)).toEqual(['subscriber.updated'])
    expect(readSubscriberSnapshot(rows[0]?.payload ?? '').about).toEqual({ reason: 'feed_address_rotated' })
    expect(rows[0]?.payload).not.toContain(feedPath.split('/')[2])

    await publisher.api.post(`/subscriber/${typed.ecalId}/unsubscribe`)
    expect((await fetchWorker(feedPath)).status).toBe(200)
    expect((await fetchWorker(typed.feedPath)).status).toBe(410)
  })

  it('leaves one address of many rotations at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const path = `/subscriber/${ecalId}/feed-address/rotate`
    await Promise.all(Array.from({ length: 8 }, () => publisher.api.post(path)))
    const live = await env.DB.prepare(
      `SELECT count(*) AS n FROM feed_addresses WHERE subscriber_id = ? AND state = 'live'`,
    )
      .bind(ecalId)
      .first<number>('n')
    expect(live).toBe(1)
  })
})

describe('unsubscribing', () => {
  it('is told once, with what the person had, and takes private events along silently', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const typed = await signUp(publisher, 'ann@example.com')
    const proved = await signedSignUp(publisher, 'ann@example.com')
    const event = { name: 'Payment Due', startDate: '2030-05-01', allDay: true, reference: 'loan-7' }
    await publisher.api.post('/event', event, { query: { ecal_id: typed.ecalId } })
    const head = await logHead()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => publisher.api.post(`/subscriber/${typed.ecalId}/unsubscribe`)),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 404, 404, 404, 404])
    const rows = await logSince(head)
    expect(rows.map((row) => [row.op, row.message])).toEqual([
      ['subscriber.unsubscribed', 'subscriber.unsubscribed'],
    ])
    const snapshot = readSubscriberSnapshot(rows[0]?.payload ?? '')
    expect([snapshot.state, snapshot.email, snapshot.emailVerified]).toEqual([
      'unsubscribed',
      'ann@example.com',
      true,
    ])
    expect(snapshot.calendars.map((calendar) => calendar.isPrivate)).toEqual([true])

    for (const path of [typed.feedPath, proved.feedPath]) {
      const feed = await fetchWorker(path)
      expect(feed.status).toBe(200)
      expect(await summaries(feed)).toEqual([])
    }
    expect((await publisher.api.get('/event/loan-7')).status).toBe(404)
    const again = await signUp(publisher, 'ann@example.com')
    expect(again.status).toBe(201)
    expect(again.ecalId).not.toBe(typed.ecalId)
  })
})
