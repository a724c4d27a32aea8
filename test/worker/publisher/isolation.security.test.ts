import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { publisherApp } from '../../../src/surfaces/publisher'
import { anEvent, type Fixtures, made, paymentDue, round1, withCalendar } from '../../support/events'
import { aStoredPerson, type Person } from '../../support/person'
import type { Answer, Api } from '../../support/publisher'

/** What publisher A has, for publisher B to try. */
type Theirs = Fixtures & { person: Person; event: string; mine: string; webhook: string }

async function theirThings(): Promise<Theirs> {
  const publisher = await withCalendar({ partner: true }, { reference: 'cal-a' })
  const person = await aStoredPerson(publisher)
  await publisher.api.post('/account', { name: 'Client of A', reference: 'client-a' })
  const { id: event } = await anEvent(publisher, { reference: 'event-a', referenceType: 'type-a' })
  const { id: mine } = await made(
    publisher.api.post('/event', {
      ...paymentDue,
      ecalId: person.ecalId,
      reference: 'mine-a',
      referenceType: 'type-a',
    }),
  )
  const endpoint = { url: 'https://hooks.club.com/daybook', active: false }
  const { id: webhook } = await made(publisher.api.post('/webhook', endpoint))
  return { ...publisher, person, event, mine, webhook }
}

/** All rows that belong to a publisher, as text. */
async function rowsOf({ id }: { id: number }): Promise<string> {
  const tables = [
    'calendars',
    'events',
    'calendar_events',
    'changes',
    'widgets',
    'subscribers',
    'follows',
    'contacts',
  ]
  tables.push('webhook_endpoints', 'webhook_messages', 'webhook_deliveries')
  const statements = tables.map((table) =>
    env.DB.prepare(`SELECT * FROM ${table} WHERE publisher_id = ?`).bind(id),
  )
  statements.push(env.DB.prepare('SELECT * FROM publishers WHERE id = ?1 OR partner_id = ?1').bind(id))
  return JSON.stringify((await env.DB.batch(statements)).map(({ results }) => results))
}

type Attempt = (api: Api, theirs: Theirs) => Promise<Answer>[]

const paths = (theirs: Theirs, kind: 'calendar' | 'event') =>
  kind === 'calendar'
    ? [theirs.calendarId, 'cal-a', theirs.person.calendarId]
    : [theirs.event, 'event-a', theirs.mine, 'mine-a']

/** The routes that answer 404 to whatever of A's is named. */
const notFoundFor: Record<string, Attempt> = {
  'GET /apiv2/calendar/:idOrReference': (api, theirs) =>
    paths(theirs, 'calendar').map((id) => api.get(`/calendar/${id}`)),
  'PUT /apiv2/calendar/:idOrReference': (api, theirs) =>
    paths(theirs, 'calendar').map((id) => api.put(`/calendar/${id}`, { name: 'B was here' })),
  'DELETE /apiv2/calendar/:idOrReference': (api, theirs) =>
    paths(theirs, 'calendar').map((id) => api.delete(`/calendar/${id}`)),
  'GET /apiv2/event/:idOrReference': (api, theirs) =>
    paths(theirs, 'event').map((id) => api.get(`/event/${id}`)),
  'PUT /apiv2/event/:idOrReference': (api, theirs) =>
    paths(theirs, 'event').map((id) => api.put(`/event/${id}`, { name: 'B was here' })),
  'DELETE /apiv2/event/:idOrReference': (api, theirs) =>
    paths(theirs, 'event').map((id) => api.delete(`/event/${id}`)),
  'PUT /apiv2/events/:referenceType': (api) => [api.put('/events/type-a', { name: 'B was here' })],
  'POST /apiv2/event': (api, { calendarId, person }) => [
    api.post('/event', { ...round1, calendarId }),
    api.post('/event', { ...paymentDue, calendarId: person.calendarId }),
    api.post('/event', { ...paymentDue, ecalId: person.ecalId }),
    api.post('/event', paymentDue, { query: { ecal_id: person.ecalId } }),
  ],
  'POST /apiv2/subscriber/:ecal_id/tokens': (api, { person: { ecalId } }) => [
    api.post(`/subscriber/${ecalId}/tokens`),
  ],
  'GET /apiv2/subscriber/:ecal_id/tokens': (api, { person: { ecalId } }) => [
    api.get(`/subscriber/${ecalId}/tokens`),
  ],
  'DELETE /apiv2/subscriber/:ecal_id/tokens': (api, { person: { ecalId } }) => [
    api.delete(`/subscriber/${ecalId}/tokens`),
  ],
  'DELETE /apiv2/subscriber/:ecal_id/tokens/:id': (api, { person: { ecalId } }) => [
    api.delete(`/subscriber/${ecalId}/tokens/${'a'.repeat(24)}`),
  ],
  'GET /apiv2/widget/:id': (api, { widgetId }) => [api.get(`/widget/${widgetId}`)],
  'PUT /apiv2/widget/:id': (api, { widgetId }) => [api.put(`/widget/${widgetId}`, { name: 'B was here' })],
  'DELETE /apiv2/widget/:id': (api, { widgetId }) => [api.delete(`/widget/${widgetId}`)],
  'POST /apiv2/widget': (api, { calendarId }) => [
    api.post('/widget', { name: 'W', calendarIds: [calendarId] }),
  ],
  'GET /apiv2/subscriber/:ecal_id': (api, { person }) => [
    api.get(`/subscriber/${person.ecalId}`),
    api.get(`/subscriber/${person.ecalId}@example.com`),
  ],
  'POST /apiv2/subscriber/:ecal_id/subscriptions/:action': (api, { person, calendarId }) =>
    ['add', 'remove'].map((action) =>
      api.post(`/subscriber/${person.ecalId}/subscriptions/${action}`, { calendarIds: [calendarId] }),
    ),
  'POST /apiv2/subscriber/:ecal_id/unsubscribe': (api, { person }) => [
    api.post(`/subscriber/${person.ecalId}/unsubscribe`),
  ],
  'POST /apiv2/subscriber/:ecal_id/confirm-email': (api, { person }) => [
    api.post(`/subscriber/${person.ecalId}/confirm-email`),
  ],
  'POST /apiv2/subscriber/:ecal_id/feed-address/rotate': (api, { person }) => [
    api.post(`/subscriber/${person.ecalId}/feed-address/rotate`),
  ],
}

for (const [method, path, body] of [
  ['GET', ''],
  ['PUT', '', { description: 'B was here' }],
  ['DELETE', ''],
  ['POST', '/rotate-secret'],
  ['POST', '/test'],
  ['POST', '/replay', { since: '2026-01-01T00:00:00Z' }],
  ['GET', '/deliveries'],
  ['GET', '/deliveries/:messageId'],
  ['POST', '/deliveries/:messageId/replay'],
] as const) {
  notFoundFor[`${method} /apiv2/webhook/:id${path}`] = (api, { webhook }) => [
    api.call(method, `/webhook/${webhook}${path.replace(':messageId', 'msg_1')}`, body ? { body } : {}),
  ]
}

/** The routes that answer an empty list. */
const emptyFor: Record<string, Attempt> = {
  'GET /apiv2/account': (api) => [api.get('/account'), api.get('/account', { reference: 'client-a' })],
  'GET /apiv2/calendar': (api) => [
    api.get('/calendar', { showDraft: '1' }),
    api.get('/calendar', { reference: 'cal-a' }),
  ],
  'GET /apiv2/event': (api, { calendarId, person }) => [
    api.get('/event', { showPastEvents: '1', showDraft: '1' }),
    api.get('/event', { calendarIds: `${calendarId},${person.calendarId}` }),
    api.get('/event', { reference: 'event-a' }),
    api.get('/event', { referenceType: 'type-a' }),
  ],
  'GET /apiv2/batch/events': (api) => [
    api.get('/batch/events', { referenceType: 'type-a' }),
    api.get('/batch/events', { referenceType: 'type-a', type: 'fixture' }),
  ],
  'POST /apiv2/batch/events/search': (api, { event, mine }) => [
    api.post('/batch/events/search', { ids: [event, mine] }),
  ],
  'GET /apiv2/webhook': (api) => [api.get('/webhook')],
  'GET /apiv2/subscriber': (api, { person }) => [
    api.get('/subscriber'),
    api.get('/subscriber', { email: `${person.ecalId}@example.com` }),
  ],
}

/** The routes that answer item by item, each with 404. */
const itemsFor: Record<string, Attempt> = {
  'POST /apiv2/batch/events': (api, { calendarId, person }) => [
    api.post('/batch/events', {
      events: [
        { ...round1, calendarId },
        { ...paymentDue, calendarId: person.calendarId },
        { ...paymentDue, ecalId: person.ecalId },
      ],
    }),
  ],
  'DELETE /apiv2/batch/events': (api, { event, mine }) => [
    api.delete('/batch/events', { body: { ids: [event, mine] } }),
  ],
}

/** The routes that name nothing that could be A's, so that there is nothing to try. */
const namesNothing = ['POST /apiv2/account', 'POST /apiv2/calendar', 'POST /apiv2/webhook']

async function aStranger(): Promise<Api> {
  const stranger = await withCalendar({ partner: true })
  const { calendarId, api, widgetId } = stranger
  await api.delete(`/calendar/${calendarId}`)
  await api.put(`/widget/${widgetId}`, { name: 'of B' })
  return api
}

/** One publisher with things, and one to try them, for the tests that leave both as they are. */
let scene: Promise<[Theirs, Api]> | undefined
const theScene = () => (scene ??= Promise.all([theirThings(), aStranger()]))

describe('a publisher’s key', () => {
  it('has a test of its isolation for every route there is', ({ expect }) => {
    const routes = publisherApp.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/apiv2'))
      .map(({ method, path }) => `${method} ${path}`)
    const tested = [notFoundFor, emptyFor, itemsFor].flatMap((table) => Object.keys(table))
    const listed = [...tested, ...namesNothing, 'GET /apiv2/widget']
    expect([...new Set(routes)].sort()).toEqual(listed.sort())
  })

  it.for(Object.entries(notFoundFor))(
    'does not find another’s things: %s',
    async ([, attempt], { expect }) => {
      const [theirs, api] = await theScene()
      const before = await rowsOf(theirs)
      for (const { status, body } of await Promise.all(attempt(api, theirs))) {
        expect([status, body]).toEqual([404, { status: '404', statusLong: 'Not found.' }])
      }
      expect(await rowsOf(theirs)).toBe(before)
    },
  )

  it.for(Object.entries(emptyFor))('lists none of another’s things: %s', async ([, attempt], { expect }) => {
    const [theirs, api] = await theScene()
    for (const { status, data } of await Promise.all(attempt(api, theirs))) {
      expect([status, data]).toEqual([200, []])
    }
  })

  it.for(Object.entries(itemsFor))('reaches no item of another’s: %s', async ([, attempt], { expect }) => {
    const [theirs, api] = await theScene()
    const before = await rowsOf(theirs)
    for (const { status, data } of await Promise.all(attempt(api, theirs))) {
      expect(status).toBe(200)
      expect(new Set(data.map((item: { status: string }) => item.status))).toEqual(new Set(['404']))
    }
    expect(await rowsOf(theirs)).toBe(before)
  })

  it('lists its own widgets only', async ({ expect }) => {
    const [, api] = await theScene()
    expect((await api.get('/widget')).data).toMatchObject([{ name: 'of B' }])
  })

  it('names none of another’s things in what it writes', async ({ expect }) => {
    const theirs = await theirThings()
    const ours = await withCalendar({}, { reference: 'cal-b' })
    const ourEvent = await anEvent(ours)
    const person = await aStoredPerson(ours)
    const before = await rowsOf(theirs)
    const calendarIds = [theirs.calendarId]
    for (const answer of [
      await ours.api.put(`/event/${ourEvent.id}`, { calendarId: theirs.calendarId }),
      await ours.api.put(`/event/${ourEvent.id}`, { ecalId: theirs.person.ecalId }),
      await ours.api.put(`/widget/${ours.widgetId}`, { calendarIds }),
      await ours.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds }),
      await ours.api.post(`/subscriber/${person.ecalId}/subscriptions/remove`, { calendarIds }),
      await ours.api.get('/event', { ecal_id: theirs.person.ecalId }),
      await ours.api.get('/batch/events', { ecal_id: theirs.person.ecalId }),
    ]) {
      expect(answer.status).toBe(404)
    }
    const mixed = await ours.api.get('/batch/events', { ecal_id: `${theirs.person.ecalId},${person.ecalId}` })
    expect([mixed.status, mixed.data]).toEqual([200, []])
    const calendarsOf = { calendarIds: `${theirs.calendarId},${ours.calendarId}` }
    expect((await ours.api.get('/event', calendarsOf)).data).toEqual([ourEvent])
    expect(await rowsOf(theirs)).toBe(before)
  })

  it('may use the references that another uses', async ({ expect }) => {
    await theirThings()
    const ours = await withCalendar({ partner: true }, { reference: 'cal-a' })
    await anEvent(ours, { reference: 'event-a', referenceType: 'type-a' })
    expect((await ours.api.put('/events/type-a', { name: 'ours' })).data.matched).toBe(1)
    expect((await ours.api.post('/account', { name: 'Client', reference: 'client-a' })).status).toBe(200)
    expect((await ours.api.get('/calendar/cal-a')).data.id).toBe(ours.calendarId)
  })
})
