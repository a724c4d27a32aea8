import { describe, it } from 'vitest'
import { type Answer, aPublisher, type TestPublisher } from '../../support/publisher'
import { notFound, refusal } from '../../support/refusals'
import { rowCounts } from '../../support/rows'

const methodNotAllowed = refusal(405, 'Method not allowed.')

/** What each path has; HEAD goes with GET (`publisher-api.md` 2). */
const paths: [path: string, allow: string][] = [
  ['/account', 'GET, HEAD, POST'],
  ['/calendar', 'GET, HEAD, POST'],
  ['/calendar/x', 'DELETE, GET, HEAD, PUT'],
  ['/event', 'GET, HEAD, POST'],
  ['/event/x', 'DELETE, GET, HEAD, PUT'],
  ['/events/x', 'PUT'],
  ['/batch/events', 'DELETE, GET, HEAD, POST'],
  ['/batch/events/search', 'POST'],
  ['/widget', 'GET, HEAD, POST'],
  ['/widget/x', 'DELETE, GET, HEAD, PUT'],
  ['/subscriber', 'GET, HEAD'],
  ['/subscriber/x', 'GET, HEAD'],
  ['/subscriber/x/unsubscribe', 'POST'],
]

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']

/** What every answer has, whatever it says. */
function envelope({ status, headers, body, text }: Answer) {
  return {
    type: headers.get('Content-Type'),
    cache: headers.get('Cache-Control'),
    status: body?.status,
    empty: text === '',
    agrees: text === '' || body.status === String(status),
  }
}

const json = { type: 'application/json; charset=utf-8', cache: 'no-store', empty: false, agrees: true }

describe('a path', () => {
  it.for(paths)('tells which methods it has: %s', async ([path, allow], { expect }) => {
    const { api } = await aPublisher()
    const before = await rowCounts()
    for (const method of methods.filter((name) => !allow.split(', ').includes(name))) {
      for (const spelling of [path, `${path}/`]) {
        const answer = await api.call(method, spelling, method === 'GET' ? {} : { body: {} })
        expect([method, answer.status, answer.body]).toEqual([method, 405, methodNotAllowed])
        expect(answer.headers.get('Allow')).toBe(allow)
        expect(envelope(answer)).toMatchObject(json)
      }
    }
    expect(await rowCounts()).toEqual(before)
  })

  it.for([
    '',
    '/',
    '/nowhere',
    '/calendars',
    '/event/x/y',
    '/batch',
    '/batch/event',
    '/subscriber/x/y',
    '/Calendar',
  ])('that nobody knows is not found: %j', async (path, { expect }) => {
    const { api } = await aPublisher()
    for (const method of methods) {
      const answer = await api.call(method, path, method === 'GET' ? {} : { body: {} })
      expect([method, answer.status, answer.body]).toEqual([method, 404, notFound])
      expect(envelope(answer)).toMatchObject(json)
    }
  })

  it('is the same with a slash behind it', async ({ expect }) => {
    const { api, widgetId } = await aPublisher()
    const { data } = await api.post('/calendar/', { name: 'Round 1' })
    expect((await api.get('/calendar/')).data).toEqual([data])
    expect((await api.get(`/calendar/${data.id}/`)).data).toEqual(data)
    expect((await api.put(`/calendar/${data.id}/`, { name: 'Round 2' })).data.name).toBe('Round 2')
    const event = await api.post('/event/', {
      calendarId: data.id,
      name: 'E',
      startDate: '2030-05-01',
      allDay: 1,
    })
    expect((await api.get('/event/')).data).toEqual([event.data])
    expect((await api.post('/batch/events/search/', { ids: [event.data.id] })).data).toEqual([event.data])
    expect((await api.delete(`/event/${event.data.id}/`)).status).toBe(200)
    expect((await api.get(`/widget/${widgetId}/`)).status).toBe(200)
    expect((await api.delete(`/calendar/${data.id}/`)).status).toBe(200)
  })
})

describe('every answer', () => {
  const answers: Record<string, (publisher: TestPublisher) => Promise<Answer>> = {
    'a list': ({ api }) => api.get('/calendar'),
    'one thing': ({ api, widgetId }) => api.get(`/widget/${widgetId}`),
    'a new thing': ({ api }) => api.post('/calendar', { name: 'Round 1' }),
    'a deletion': async ({ api, widgetId }) => api.delete(`/widget/${widgetId}`),
    'a bad field': ({ api }) => api.post('/calendar', {}),
    'a bad query': ({ api }) => api.get('/calendar', { page: '0' }),
    'no JSON': ({ api }) => api.post('/calendar', '{'),
    'a refusal': ({ api }) => api.get('/account'),
    'a missing thing': ({ api }) => api.get('/calendar/x'),
    'a conflict': async ({ api }) => {
      await api.post('/calendar', { name: 'Round 1', reference: 'r' })
      return api.post('/calendar', { name: 'Round 1', reference: 'r' })
    },
  }

  it.for(Object.entries(answers))(
    'is JSON in UTF-8 that nobody may keep: %s',
    async ([, send], { expect }) => {
      const answer = await send(await aPublisher())
      expect(envelope(answer)).toMatchObject(json)
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect(Object.keys(answer.body).filter((key) => key !== 'data' && key !== 'errors')).toEqual([
        'status',
        'statusLong',
      ])
    },
  )

  it('to a HEAD is that of the GET, without its body', async ({ expect }) => {
    const { api } = await aPublisher()
    const answer = await api.call('HEAD', '/calendar')
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(envelope(answer)).toMatchObject({ ...json, empty: true })
  })

  it('to a write carries a bookmark, and reads may send it back', async ({ expect }) => {
    const { api } = await aPublisher()
    const { headers, data } = await api.post('/calendar', { name: 'Round 1' })
    const bookmark = headers.get('Daybook-Bookmark')
    expect(bookmark).toMatch(/\S/)
    const read = await api.call('GET', '/calendar', { headers: { 'Daybook-Bookmark': String(bookmark) } })
    expect(read.data).toEqual([data])
    for (const bad of ['nonsense', 'first-unconstrained', '00000000', ' ', 'x'.repeat(5000)]) {
      const answer = await api.call('GET', '/calendar', { headers: { 'Daybook-Bookmark': bad } })
      expect([bad, answer.data]).toEqual([bad, [data]])
    }
  })
})
