import { afterEach, describe, it, vi } from 'vitest'
import { aCalendar, anEvent, aPerson } from '../support/apps'
import { logOf } from '../support/logged'
import { aCompany, aMarketplace, MARKETPLACE_KEY, publisherOf } from '../support/marketplace'
import { aPublisher } from '../support/publisher'
import { aClient, form, formType, TOKEN, tokenOf } from './identity/support'
import { aLink, hubsAreAway, signOn } from './portal/support'

hubsAreAway()
afterEach(() => vi.restoreAllMocks())

const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0

describe('the log of requests', () => {
  it('has one line for a request to each surface, with its pattern and publisher and nothing of what was sent', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const person = await aPerson(publisher)
    const calendar = await aCalendar(publisher)
    await anEvent(publisher, calendar)
    const publicFeed = new URL((await publisher.api.get(`/calendar/${calendar}`)).data.feed).pathname
    const scopes = ['accounts.read', 'schedules.read']
    const client = await aClient({ publisherId: publisher.id, scopes })
    const bearer = await tokenOf(client)
    const marketplace = await aMarketplace()
    const company = await aCompany(marketplace)
    const staff = await signOn(company)
    const staffed = await publisherOf(company)
    const link = await aLink(publisher.id)
    const operator = { headers: { Authorization: 'Bearer test-operator-token' } }
    const tokenForm = new URLSearchParams(form(client)).toString()
    const hub = { Authorization: `Basic ${btoa(`${marketplace.apiId}:${MARKETPLACE_KEY}`)}` }
    const signUp = { widgetId: publisher.widgetId, email: 'zoe.secret@example.com', application: 'google' }
    const { id } = publisher

    type Case = readonly [
      surface: string | null,
      route: string | null,
      publisher: number | null,
      status: number,
    ]
    const asked: (readonly [Case, path: string, init?: RequestInit])[] = [
      [['feed', '/ecal-sub/:address/:name', id, 200], person.feedPath],
      [['feed', '/ecal-sub/:address/:name', null, 404], `/ecal-sub/${'0a'.repeat(16)}/calendar.ics`],
      [['feed', '/calendars/:id/:name', id, 200], publicFeed],
      [
        ['publisher', '/apiv2/subscriber/:ecal_id', id, 200],
        await publisher.api.signed('GET', `/subscriber/${person.email}`),
      ],
      [
        ['publisher', '/apiv2/event/:idOrReference', null, 403],
        '/apiv2/event/secret-reference?apiKey=secret-key&apiSign=secret-sign',
      ],
      [['publisher', null, id, 404], await publisher.api.signed('GET', '/secret-path')],
      [
        ['events', '/event-subscriptions', id, 200],
        '/event-subscriptions?sync_token=0&order_by=sync_token',
        { headers: { Authorization: person.app.authorization ?? '' } },
      ],
      [['events', '/events/:id', null, 401], '/api/v2/events/secret-event'],
      [
        ['widget', '/button/v1/subscriptions', id, 201],
        '/button/v1/subscriptions',
        { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(signUp) },
      ],
      [
        ['widget', '/button/v1/ecal.html', id, 200],
        `/button/v1/ecal.html?widgetId=${publisher.widgetId}&apiKey=${publisher.apiKey}`,
      ],
      [['identity', TOKEN, id, 200], TOKEN, { method: 'POST', headers: formType, body: tokenForm }],
      [
        ['payments', '/accounts/:accountId', id, 404],
        '/accounts/SECRET77',
        { headers: { Authorization: `Bearer ${bearer}` } },
      ],
      [
        ['payments', '/accounts/:accountId/oneOffSchedules', null, 401],
        '/CustomerServices/v1.0/accounts/SECRET77/oneOffSchedules',
      ],
      [
        ['marketplace', '/maestrano/metadata/:tenant', null, 200],
        `/maestrano/metadata/${marketplace.tenant}`,
        { headers: hub },
      ],
      [
        ['portal', '/portal/subscribers', staffed.id, 200],
        '/portal/subscribers?q=zoe.secret%40example.com',
        { headers: { Cookie: `__Host-daybook=${staff.session}` } },
      ],
      [['portal', '/portal/sign-in/:token', null, 200], link.path],
      [['operator', '/operator/publishers/:id', null, 200], `/operator/publishers/${id}`, operator],
      [['docs', '/docs', null, 200], '/docs'],
      [[null, null, null, 404], '/secret-page'],
      [[null, null, null, 404], '/wp-login.php?secret=1', { method: 'POST', body: 'secret' }],
      [['health', '/health', null, 200], '/health'],
    ]
    for (const [[surface, route, whose, status], path, init] of asked) {
      const { lines, said } = await logOf(path, init)
      expect(lines, path).toHaveLength(1)
      const [{ request, ms, rows, rowsWritten, ...line } = {}] = lines
      const method = init?.method ?? 'GET'
      expect(line, path).toEqual({ surface, method, route, publisher: whose, status })
      expect(request, path).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect([ms, rows, rowsWritten].every(isCount), said).toBe(true)
      // What is in the address, the headers and the body, and what these lead to.
      const [address] = /[0-9a-f]{32}/.exec(person.feedPath) ?? []
      const secrets = [address, person.ecalId, person.email, publisher.apiKey, publisher.widgetId, bearer]
      const more = [
        staff.session,
        client.clientSecret,
        link.path.split('/').at(-1),
        calendar,
        MARKETPLACE_KEY,
      ]
      const inRequest = [
        'zoe',
        'example.com',
        '@',
        'https:',
        '?',
        'SECRET',
        'secret',
        'sync_token=',
        'Bearer',
      ]
      const told = [...secrets, ...more, ...inRequest].filter((each) => each && said.includes(each))
      expect(told, path).toEqual([])
    }
  })

  it('counts the rows that D1 says were read and written', async ({ expect }) => {
    const publisher = await aPublisher()
    const { feedPath } = await publisher.subscriber()
    const [read] = (await logOf(feedPath)).lines
    expect([Number(read?.rows) > 0, read?.rowsWritten]).toEqual([true, 0])
    const body = { name: 'Club' }
    const path = await publisher.api.signed('POST', '/calendar', body)
    const [written] = (await logOf(path, { method: 'POST', body: JSON.stringify(body) })).lines
    expect([Number(written?.rows) > 0, Number(written?.rowsWritten) > 0]).toEqual([true, true])
  })

  it('takes the edge’s id of a request, and no other text that is sent as one', async ({ expect }) => {
    const idOf = async (ray: string) =>
      (await logOf('/health', { headers: { 'CF-Ray': ray } })).lines[0]?.request
    expect(await idOf('8f2b1c3d4e5f6a7b-MEL')).toBe('8f2b1c3d4e5f6a7b-MEL')
    expect(await idOf('ann@example.com')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('can leave out feeds that are as they were, all others not, or be off', async ({ expect }) => {
    const publisher = await aPublisher()
    const { feedPath } = await publisher.subscriber()
    const etag = (await logOf(feedPath)).answer.headers.get('ETag') ?? ''
    const headers = { 'If-None-Match': etag }
    const unchanged = await logOf(feedPath, { headers })
    expect([unchanged.answer.status, unchanged.lines.length]).toEqual([304, 1])
    const none = { LOG_UNCHANGED_FEEDS: '0' }
    expect((await logOf(feedPath, { headers }, none)).lines).toEqual([])
    expect((await logOf(feedPath, {}, none)).lines).toHaveLength(1)
    expect((await logOf(feedPath, { headers }, { LOG_UNCHANGED_FEEDS: 'few' })).lines).toHaveLength(1)
    expect((await logOf(feedPath, {}, { REQUEST_LOG: 'off' })).lines).toEqual([])
  })
})
