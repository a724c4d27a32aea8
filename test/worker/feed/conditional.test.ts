import { describe, it } from 'vitest'
import { aPublisher, fetchWorker, type TestPublisher, type TestSubscriber } from '../../support/publisher'
import { atTime } from '../../support/time'

const LATER = 5_000

async function aPerson(): Promise<{ publisher: TestPublisher; person: TestSubscriber }> {
  const publisher = await aPublisher()
  return { publisher, person: await publisher.subscriber() }
}

const etagOf = async (person: TestSubscriber) => (await person.feed()).headers.get('ETag') ?? ''

describe('a feed’s headers', () => {
  it('are those of a calendar that only its holder may keep', async ({ expect }) => {
    const { person } = await aPerson()
    const feed = await person.feed()
    const headers = Object.fromEntries(feed.headers)
    expect(headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="calendar.ics"',
      'cache-control': 'private, max-age=60',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    })
    expect(headers.etag).toMatch(/^"[0-9a-f]+"$/)
    expect(Number.isNaN(Date.parse(headers['last-modified'] ?? ''))).toBe(false)
    expect(headers).not.toHaveProperty('set-cookie')
  })

  it('are the same for HEAD, without a body', async ({ expect }) => {
    const { person } = await aPerson()
    const get = await person.feed()
    const head = await fetchWorker(person.feedPath, { method: 'HEAD' })
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers))
    expect(await head.text()).toBe('')
  })

  it('answer any name of one segment, with and without .ics, and nothing else', async ({ expect }) => {
    const { person } = await aPerson()
    const [, , address] = person.feedPath.split('/')
    const status = async (path: string) => (await fetchWorker(path)).status
    expect(await status(`/ecal-sub/${address}/x.ics`)).toBe(200)
    expect(await status(`/ecal-sub/${address}/anything%20at%2Fall`)).toBe(200)
    for (const path of [
      `/ecal-sub/${address}`,
      `/ecal-sub/${address}/`,
      `/ecal-sub/${address}/a/b.ics`,
      `/ecal-sub/${address?.toUpperCase()}/x.ics`,
      `/ecal-sub/${'0'.repeat(32)}/x.ics`,
      `/ecal-sub/${person.ecalId}/x.ics`,
      '/ecal-sub/',
    ]) {
      const missing = await fetchWorker(path)
      expect([path, missing.status, missing.headers.get('Cache-Control')]).toEqual([path, 404, 'no-store'])
      expect(missing.headers.get('Content-Type')).toContain('text/plain')
    }
  })

  it('allow reading only', async ({ expect }) => {
    const { person } = await aPerson()
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const refused = await fetchWorker(person.feedPath, { method })
      expect([refused.status, refused.headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
    }
  })
})

describe('a conditional request', () => {
  it('with the present ETag is 304 and says when to ask again', async ({ expect }) => {
    const { person } = await aPerson()
    const first = await person.feed()
    const etag = first.headers.get('ETag') ?? ''
    for (const value of [etag, `W/${etag}`, `"other", W/${etag}`, '*', `"a,b" , ${etag}`]) {
      const again = await person.feed({ 'If-None-Match': value })
      expect([value, again.status, await again.text()]).toEqual([value, 304, ''])
      for (const name of ['ETag', 'Last-Modified', 'Cache-Control']) {
        expect(again.headers.get(name)).toBe(first.headers.get(name))
      }
      expect(again.headers.get('Content-Type')).toBeNull()
    }
    for (const value of ['"other"', etag.slice(1, -1), '', 'W/"x"']) {
      expect([value, (await person.feed({ 'If-None-Match': value })).status]).toEqual([value, 200])
    }
  })

  it('by time counts alone, at or after Last-Modified, and only once that is 2 s past', async ({
    expect,
  }) => {
    const { person } = await aPerson()
    const modified = (await person.feed()).headers.get('Last-Modified') ?? ''
    const at = Date.parse(modified)
    const status = async (now: number, headers: Record<string, string>) =>
      (await atTime(now, () => person.feed(headers))).status
    expect(await status(at + 1_999, { 'If-Modified-Since': modified })).toBe(200)
    expect(await status(at + 2_000, { 'If-Modified-Since': modified })).toBe(304)
    const earlier = new Date(at - 1_000).toUTCString()
    expect(await status(at + LATER, { 'If-Modified-Since': earlier })).toBe(200)
    expect(await status(at + LATER, { 'If-Modified-Since': new Date(at + 60_000).toUTCString() })).toBe(304)
    for (const none of ['last Tuesday', '99999999', '2099', '']) {
      expect(await status(at + LATER, { 'If-Modified-Since': none }), none).toBe(200)
    }
    const both = { 'If-Modified-Since': modified, 'If-None-Match': '"other"' }
    expect(await status(at + LATER, both)).toBe(200)
  })
})

describe('the ETag', () => {
  it('changes with each visible change', async ({ expect }) => {
    const { publisher, person } = await aPerson()
    const { api } = publisher
    const query = { ecal_id: person.ecalId }
    const calendar = (await api.post('/calendar', { name: 'Club' })).data.id
    const path = `/subscriber/${person.ecalId}/subscriptions`
    const day = { startDate: '2030-05-01', allDay: true }
    const steps: [string, () => Promise<unknown>][] = [
      ['a private event', () => api.post('/event', { name: 'Due', reference: 'due', ...day }, { query })],
      ['its change', () => api.put('/event/due', { name: 'Paid' })],
      ['its end', () => api.delete('/event/due')],
      ['a follow', () => api.post(`${path}/add`, { calendarIds: [calendar] })],
      [
        'a public event',
        () => api.post('/event', { name: 'Quiz', reference: 'quiz', calendarId: calendar, ...day }),
      ],
      ['its change', () => api.put('/event/quiz', { location: 'Hall' })],
      ['its end', () => api.delete('/event/quiz')],
      ['a new name', () => api.put(`/calendar/${calendar}`, { name: 'The Club' })],
      ['a draft', () => api.put(`/calendar/${calendar}`, { draft: 1 })],
      ['its return', () => api.put(`/calendar/${calendar}`, { draft: 0 })],
      ['an unfollow', () => api.post(`${path}/remove`, { calendarIds: [calendar] })],
      ['a new follow', () => api.post(`${path}/add`, { calendarIds: [calendar] })],
      ['a deletion', () => api.delete(`/calendar/${calendar}`)],
      ['the end', () => api.post(`/subscriber/${person.ecalId}/unsubscribe`)],
    ]
    const seen = [await etagOf(person)]
    let modified = 0
    for (const [what, step] of steps) {
      await step()
      const feed = await person.feed()
      const etag = feed.headers.get('ETag') ?? ''
      expect(seen, what).not.toContain(etag)
      seen.push(etag)
      const at = Date.parse(feed.headers.get('Last-Modified') ?? '')
      expect(at, what).toBeGreaterThanOrEqual(modified)
      modified = at
    }
  })

  it('never takes Last-Modified backwards, though writes overlap', async ({ expect }) => {
    const { publisher, person } = await aPerson()
    const calendar = (await publisher.api.post('/calendar', { name: 'Club' })).data.id
    const path = `/subscriber/${person.ecalId}/subscriptions`
    await publisher.api.post(`${path}/add`, { calendarIds: [calendar] })
    const now = Date.now()
    await atTime(now + 9_000, () => publisher.api.put(`/calendar/${calendar}`, { name: 'The Club' }))
    const lastModified = async () => Date.parse((await person.feed()).headers.get('Last-Modified') ?? '')
    const before = await lastModified()
    await atTime(now + 3_000, () => publisher.api.post(`${path}/remove`, { calendarIds: [calendar] }))
    expect(await lastModified()).toBe(before)
    await publisher.api.post(`/subscriber/${person.ecalId}/unsubscribe`)
    expect(await lastModified()).toBe(before)
  })

  it('stays with everything else', async ({ expect }) => {
    const { publisher, person } = await aPerson()
    const { api } = publisher
    const neighbour = await publisher.subscriber()
    const day = { startDate: '2030-05-01', allDay: true }
    await api.post('/event', { name: 'Due', reference: 'due', ...day }, { query: { ecal_id: person.ecalId } })
    const draft = (await api.post('/calendar', { name: 'Draft', draft: 1 })).data.id
    const unfollowed = (await api.post('/calendar', { name: 'Unfollowed' })).data.id
    await api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [draft] })
    const etag = await etagOf(person)
    await api.post('/event', { name: 'Other', ...day }, { query: { ecal_id: neighbour.ecalId } })
    await api.post('/event', { name: 'Elsewhere', calendarId: unfollowed, ...day })
    await api.post('/event', { name: 'Not yet', calendarId: draft, ...day })
    await api.put('/event/due', { name: 'Due' })
    await api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [draft] })
    await api.put(`/widget/${publisher.widgetId}`, { icsFilename: 'Another name' })
    await person.feed()
    expect(await etagOf(person)).toBe(etag)
  })

  it('means the same bytes, whenever, by whoever and under whatever host they are fetched', async ({
    expect,
  }) => {
    const { publisher, person } = await aPerson()
    const day = { startDate: '2030-05-01', startTime: '19:00' }
    await publisher.api.post('/event', { name: 'Due', ...day }, { query: { ecal_id: person.ecalId } })
    const bytes = await (await person.feed()).text()
    const decades = 20 * 365 * 86_400_000
    expect(await atTime(Date.now() + decades, async () => (await person.feed()).text())).toBe(bytes)
    expect(await (await person.feed({ 'User-Agent': 'Google-Calendar-Importer' })).text()).toBe(bytes)
    const [, , address] = person.feedPath.split('/')
    expect(await (await fetchWorker(`https://other.example/ecal-sub/${address}/other.ics`)).text()).toBe(
      bytes,
    )
  })
})
