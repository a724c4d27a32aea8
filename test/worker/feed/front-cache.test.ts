import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { surfaces } from '../../../src/app'
import { aCalendar, anEvent } from '../../support/apps'
import { StandInFrontCache } from '../../support/front-cache'
import { aCompany, aMarketplace, MARKETPLACE_KEY, publisherOf } from '../../support/marketplace'
import { aPublisher, fetchWorker, summaries, type TestPublisher } from '../../support/publisher'
import { atTime } from '../../support/time'

async function aPublicFeed(publisher: TestPublisher) {
  const calendar = await aCalendar(publisher, 'Club')
  const event = await anEvent(publisher, calendar, { name: 'Quiz' })
  const path = new URL((await publisher.api.get(`/calendar/${calendar}`)).data.feed).pathname
  return { calendar, event, path }
}

describe('a public calendar’s feed behind the cache in front of the Worker', () => {
  it('is answered there for a minute, and shows a change after that', async ({ expect }) => {
    const publisher = await aPublisher()
    const { event, path } = await aPublicFeed(publisher)
    const front = new StandInFrontCache()
    const now = Date.now()
    const ask = (at: number) => atTime(now + at, () => front.fetch(path))
    expect((await ask(0)).ran).toBe(true)
    await publisher.api.put(`/event/${event}`, { name: 'Moved' })
    const kept = await ask(59_000)
    expect([kept.ran, await summaries(kept.answer)]).toEqual([false, ['Quiz']])
    expect(kept.answer.headers.get('Cache-Control')).toBe('public, max-age=60')
    const later = await ask(60_000)
    expect([later.ran, await summaries(later.answer)]).toEqual([true, ['Moved']])
  })

  it('leaves it at once when the calendar is drafted or deleted, under whatever name it was asked for', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { calendar, path } = await aPublicFeed(publisher)
    const other = await aPublicFeed(publisher)
    const front = new StandInFrontCache()
    const paths = [path, `/calendars/${calendar}/other.ics`, `${path}?x=1`]
    const statuses = async () => {
      const all = []
      for (const each of paths) all.push((await front.fetch(each)).answer.status)
      return all
    }
    const write = async (method: string, body?: unknown) => {
      const signed = await publisher.api.signed(method, `/calendar/${calendar}`, body)
      const { answer } = await front.fetch(signed, {
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      expect(answer.status).toBe(200)
    }
    expect(await statuses()).toEqual([200, 200, 200])
    await front.fetch(other.path)
    await write('PUT', { name: 'The Club' })
    expect(front.purged).toEqual([])
    await write('PUT', { draft: 1 })
    expect(await statuses()).toEqual([404, 404, 404])
    await write('PUT', { draft: 0 })
    expect(await statuses()).toEqual([200, 200, 200])
    await write('DELETE')
    expect(await statuses()).toEqual([410, 410, 410])
    // What nobody touched stays.
    expect((await front.fetch(other.path)).ran).toBe(false)
  })

  it('is drafted all the same where the purge fails', async ({ expect }) => {
    const publisher = await aPublisher()
    const { calendar } = await aPublicFeed(publisher)
    const front = new StandInFrontCache()
    front.fails = true
    const body = { draft: 1 }
    const signed = await publisher.api.signed('PUT', `/calendar/${calendar}`, body)
    const { answer } = await front.fetch(signed, { method: 'PUT', body: JSON.stringify(body) })
    expect(answer.status).toBe(200)
  })

  it('is kept no longer than its publisher’s feeds go on', async ({ expect }) => {
    const publisher = await aPublisher()
    const { path } = await aPublicFeed(publisher)
    const front = new StandInFrontCache()
    const now = Date.now()
    const end = now + 90_000
    await env.DB.prepare('UPDATE publishers SET feeds_end_at = ? WHERE id = ?').bind(end, publisher.id).run()
    const ask = (at: number) => atTime(at, () => front.fetch(path))
    expect(await summaries((await ask(end - 40_000)).answer)).toEqual(['Quiz'])
    expect((await ask(end - 1)).ran).toBe(false)
    const ended = await ask(end)
    expect([ended.ran, await summaries(ended.answer)]).toEqual([true, []])
    front.kept.clear()
    await ask(end - 500)
    expect((await ask(end - 400)).ran).toBe(true)
  })

  it('leaves it at once when its company ends without grace', async ({ expect }) => {
    const marketplace = await aMarketplace({ graceDays: 0 })
    const company = await aCompany(marketplace)
    const { path } = await aPublicFeed(await publisherOf(company))
    const other = await aPublicFeed(await aPublisher())
    const front = new StandInFrontCache()
    expect(await summaries((await front.fetch(path)).answer)).toEqual(['Quiz'])
    await front.fetch(other.path)
    const headers = { Authorization: `Basic ${btoa(`${marketplace.apiId}:${MARKETPLACE_KEY}`)}` }
    const ended = `/maestrano/account/groups/${company.groupUid}/${company.tenant}`
    expect((await front.fetch(ended, { method: 'DELETE', headers })).answer.status).toBe(200)
    expect(await summaries((await front.fetch(path)).answer)).toEqual([])
    expect((await front.fetch(other.path)).ran).toBe(false)
  })

  it('says so to that cache alone, and only where there is one', async ({ expect }) => {
    const publisher = await aPublisher()
    const { path } = await aPublicFeed(publisher)
    const answer = await fetchWorker(path)
    expect(answer.headers.get('Cache-Tag')).toBeNull()
    expect(answer.headers.get('Cloudflare-CDN-Cache-Control')).toBeNull()
  })
})

describe('everything else', () => {
  it('is never kept by the cache in front: no feed of a person, and no answer that says nothing of it', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const front = new StandInFrontCache()
    await front.fetch(person.feedPath)
    const unknown = ['/', '/nothing', '/ecal-sub/x', '/calendars/x/y.ics', '/health']
    const known = surfaces.flatMap(({ app }) => app.routes.map((route) => route.path))
    for (const path of new Set([...unknown, ...known.filter((each) => !/[:*]/.test(each))])) {
      await front.fetch(path)
    }
    expect(front.kept.has(person.feedPath)).toBe(false)
    for (const [path, { response }] of front.kept) {
      expect([path, response.headers.get('Cache-Control')]).toEqual([path, expect.stringMatching(/^public/)])
    }
  })
})
