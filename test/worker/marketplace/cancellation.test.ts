import { env } from 'cloudflare:workers'
import { describe, it, vi } from 'vitest'
import { aCalendar, anEvent, aPerson, aService } from '../../support/apps'
import { runCron } from '../../support/crons'
import { aCompany, aMarketplace, hubCalls, operatorCalls, publisherOf } from '../../support/marketplace'
import { aPublisher, fetchWorker, summaries } from '../../support/publisher'
import { atTime } from '../../support/time'
import { aClient, askToken, DAY, form, tokenOf } from '../identity/support'
import { allScopes, noBusiness, send } from '../payments/support'

/** A company with a publisher's everyday life in it. */
async function aBusyCompany(settings: Parameters<typeof aMarketplace>[0] = {}) {
  const marketplace = await aMarketplace(settings)
  const company = await aCompany(marketplace)
  const publisher = await publisherOf(company)
  const ann = await aPerson(publisher)
  const calendarId = await aCalendar(publisher)
  await anEvent(publisher, calendarId, { name: 'Final' })
  await publisher.api.post('/event', {
    name: 'Payment due',
    ecalId: ann.ecalId,
    startDate: '2040-05-01',
    allDay: true,
  })
  const { data } = await publisher.api.get(`/calendar/${calendarId}`)
  return { marketplace, company, publisher, ann, publicFeed: new URL(data.feed).pathname }
}

const groupPath = (company: { groupUid: string; tenant: string }) =>
  `/maestrano/account/groups/${company.groupUid}/${company.tenant}`

const opsOf = async ({ publisherId }: { publisherId: number }) => {
  const { results } = await env.DB.prepare('SELECT op FROM changes WHERE stream = ? ORDER BY seq')
    .bind(`company:${publisherId}`)
    .all<{ op: string }>()
  return results.map((row) => row.op)
}

/** What the operator sees of a company. */
async function seen({ tenant, groupUid }: { tenant: string; groupUid: string }) {
  // biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
  return (await operatorCalls('GET', `/marketplaces/${tenant}/groups/${groupUid}`)).json<any>()
}

const reactivate = ({ tenant, groupUid }: { tenant: string; groupUid: string }, mode: string) =>
  operatorCalls('POST', `/marketplaces/${tenant}/groups/${groupUid}/reactivate`, { mode })

describe('a subscription that the marketplace cancels (2.2.1)', () => {
  it('is told once, however often it is notified, and the company keeps its time of grace', async ({
    expect,
  }) => {
    const { marketplace, company } = await aBusyCompany({ graceDays: 10 })
    for (let times = 0; times < 3; times++) {
      const told = await hubCalls(marketplace, 'DELETE', groupPath(company))
      expect([told.status, await told.json()]).toEqual([200, { success: true }])
    }
    expect((await opsOf(company)).filter((op) => op === 'company.cancelled')).toHaveLength(1)
    const { status, cancelledAt, feedsEndAt } = await seen(company)
    expect(status).toBe('cancelled')
    expect(Date.parse(feedsEndAt) - Date.parse(cancelledAt)).toBe(10 * DAY)
  })

  it('of a group that was never known is 204 without a body', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const path = `/maestrano/account/groups/cld-unknown/${marketplace.tenant}`
    const told = await hubCalls(marketplace, 'DELETE', path)
    expect([told.status, await told.text()]).toEqual([204, ''])
  })

  it('is the marketplace’s own to cancel: another’s credentials are 401 and change nothing', async ({
    expect,
  }) => {
    const { company } = await aBusyCompany()
    const other = await aMarketplace()
    const told = await hubCalls(other, 'DELETE', groupPath(company))
    expect([told.status, await told.json()]).toEqual([401, { error: 'Invalid credentials' }])
    expect(told.headers.get('WWW-Authenticate')).toBe('Basic realm="Daybook"')
    // The same group at the other marketplace is not this one.
    const theirs = await hubCalls(other, 'DELETE', groupPath({ ...company, tenant: other.tenant }))
    expect(theirs.status).toBe(204)
    expect((await seen(company)).status).toBe('active')
  })
})

describe('each surface refuses in its own words once the company is cancelled', () => {
  it('the publisher API as for an inactive key', async ({ expect }) => {
    const { marketplace, company, publisher } = await aBusyCompany()
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    const refused = await publisher.api.get('/calendar')
    expect([refused.status, refused.body]).toEqual([
      403,
      { status: '403', statusLong: 'Signature mismatch or apiKey is not valid.' },
    ])
    const other = await aPublisher()
    await operatorCalls('DELETE', `/publishers/${other.id}/keys/${other.apiKey}`)
    expect((await other.api.get('/calendar')).body).toEqual(refused.body)
  })

  it('payments with the text of business permissions', async ({ expect }) => {
    const { marketplace, company, publisher } = await aBusyCompany()
    const token = await tokenOf(await aClient({ publisherId: publisher.id, scopes: allScopes }))
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    const refused = await send('GET', '/accounts', undefined, { Authorization: `Bearer ${token}` })
    expect([refused.status, refused.body]).toEqual([403, noBusiness])
  })

  it('event subscriptions with FORBIDDEN, for a client’s and a person’s token', async ({ expect }) => {
    const { marketplace, company, publisher, ann } = await aBusyCompany()
    const service = await aService(publisher)
    expect((await ann.app.get('/event-subscriptions')).status).toBe(200)
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    for (const app of [service, ann.app]) {
      for (const path of ['/event-subscriptions', '/events', '/calendars']) {
        const refused = await app.get(path)
        expect([path, refused.status, refused.code]).toEqual([path, 403, 'FORBIDDEN'])
      }
    }
  })

  it('live sockets of a person and of a service close with 4401 at once', async () => {
    const { marketplace, company, publisher, ann } = await aBusyCompany()
    const closed: number[] = []
    for (const app of [ann.app, await aService(publisher)]) {
      const opened = await fetchWorker('/event-subscriptions/live', {
        headers: { Upgrade: 'websocket', Authorization: app.authorization ?? '' },
      })
      opened.webSocket?.accept()
      opened.webSocket?.addEventListener('close', ({ code }) => {
        closed.push(code)
      })
    }
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    const both = () => {
      if (closed.join() !== '4401,4401') throw new Error(`closed: ${closed}`)
    }
    await vi.waitFor(both, { timeout: 3_000 })
  })

  it('the token endpoint with invalid_client', async ({ expect }) => {
    const { marketplace, company, publisher } = await aBusyCompany()
    const client = await aClient({ publisherId: publisher.id })
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    expect((await askToken(form(client))).body.error).toBe('invalid_client')
  })

  it('the hosted page and the sign-up with 403', async ({ expect }) => {
    const { marketplace, company, publisher } = await aBusyCompany()
    const { apiKey, widgetId } = publisher
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    const page = await fetchWorker(`/button/v1/ecal.html?${new URLSearchParams({ apiKey, widgetId })}`)
    expect(page.status).toBe(403)
    const posted = await fetchWorker('/button/v1/subscriptions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ widgetId, email: 'new@example.com', application: 'google' }),
    })
    expect(posted.status).toBe(403)
  })

  it('feeds go on until feedsEndAt, then have no events under another ETag, which comes back with a reactivation', async ({
    expect,
  }) => {
    const { marketplace, company, ann, publicFeed } = await aBusyCompany({ graceDays: 30 })
    const feeds = [ann.feedPath, publicFeed]
    const tags = () => Promise.all(feeds.map(async (path) => (await fetchWorker(path)).headers.get('ETag')))
    const names = () => Promise.all(feeds.map((path) => summaries(fetchWorker(path))))
    const before = { tags: await tags(), names: await names() }
    expect(before.names.map((each) => each.length > 0)).toEqual([true, true])
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    const end = Date.parse((await seen(company)).feedsEndAt)
    expect(await atTime(end - 1, async () => ({ tags: await tags(), names: await names() }))).toEqual(before)
    await atTime(end, async () => {
      expect(await names()).toEqual([[], []])
      for (const [at, tag] of (await tags()).entries()) expect(tag).not.toBe(before.tags[at])
    })
    expect((await reactivate(company, 'standalone')).status).toBe(200)
    expect(await atTime(end, async () => ({ tags: await tags(), names: await names() }))).toEqual(before)
  })

  it('feeds end at once without a time of grace, and the end is told', async ({ expect }) => {
    const { marketplace, company, ann, publicFeed } = await aBusyCompany({ graceDays: 0 })
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    expect(await summaries(ann.feed())).toEqual([])
    expect(await summaries(fetchWorker(publicFeed))).toEqual([])
    expect((await opsOf(company)).slice(-2)).toEqual(['company.cancelled', 'company.feeds_ended'])
    await runCron('* * * * *')
    expect((await opsOf(company)).filter((op) => op === 'company.feeds_ended')).toHaveLength(1)
  })

  it('the end of feeds after a time of grace is told by the minute’s cron, once', async ({ expect }) => {
    const { marketplace, company } = await aBusyCompany({ graceDays: 1 })
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    await runCron('* * * * *')
    expect(await opsOf(company)).not.toContain('company.feeds_ended')
    const end = Date.parse((await seen(company)).feedsEndAt)
    await atTime(end, async () => {
      await runCron('* * * * *')
      await runCron('* * * * *')
    })
    expect((await opsOf(company)).filter((op) => op === 'company.feeds_ended')).toHaveLength(1)
  })
})

describe('a cancelled company that is reactivated', () => {
  it.for(['marketplace', 'standalone'] as const)(
    'has its keys and feeds again (%s)',
    async (mode, { expect }) => {
      const { marketplace, company, publisher, ann } = await aBusyCompany()
      await hubCalls(marketplace, 'DELETE', groupPath(company))
      const back = await reactivate(company, mode)
      expect(back.status).toBe(200)
      expect(await back.json()).toMatchObject({
        status: mode === 'marketplace' ? 'active' : 'standalone',
        cancelledAt: null,
        feedsEndAt: null,
        plan: null,
      })
      expect((await publisher.api.get('/calendar')).status).toBe(200)
      expect((await summaries(ann.feed())).length).toBeGreaterThan(0)
      expect((await opsOf(company)).at(-1)).toBe('company.reactivated')
      const again = await reactivate(company, mode)
      expect([again.status, await again.json()]).toMatchObject([409, { error: { code: 'not_cancelled' } }])
    },
  )

  it('stays out of the marketplace where it is standalone: a repeated notification changes nothing', async ({
    expect,
  }) => {
    const { marketplace, company, publisher } = await aBusyCompany()
    await hubCalls(marketplace, 'DELETE', groupPath(company))
    await reactivate(company, 'standalone')
    expect((await hubCalls(marketplace, 'DELETE', groupPath(company))).status).toBe(200)
    expect((await publisher.api.get('/calendar')).status).toBe(200)
    expect((await seen(company)).status).toBe('standalone')
  })

  it('is 404 for an unknown group, and 400 for another mode', async ({ expect }) => {
    const { company } = await aBusyCompany()
    expect((await reactivate({ ...company, groupUid: 'cld-unknown' }, 'standalone')).status).toBe(404)
    expect((await reactivate(company, 'gold')).status).toBe(400)
  })
})
