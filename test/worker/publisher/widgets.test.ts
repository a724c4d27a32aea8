import { describe, it } from 'vitest'
import { aCalendar, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { aPublisher } from '../../support/publisher'
import { expectInvalid, expectUntouched, notFound } from '../../support/refusals'
import { logged } from '../../support/rows'
import { flags, noSuchId, notFlags, notIds, notPages, notTexts, oneLiners, wide } from '../../support/values'

const defaults = {
  active: true,
  icsFilename: '',
  calendarIds: [],
  welcome: { enabled: true, name: '', details: '', url: '' },
  requireSignedEmail: false,
}

describe('a widget', () => {
  it('is there from the beginning', async ({ expect }) => {
    const { api, id, widgetId } = await aPublisher({ name: 'Acme Lending' })
    const { data } = await api.get('/widget')
    expect(data).toEqual([
      {
        id: widgetId,
        name: 'Acme Lending',
        ...defaults,
        publisherId: id,
        created: expect.stringMatching(/Z$/),
        modified: data[0].created,
      },
    ])
    expect((await api.get(`/widget/${widgetId}`)).data).toEqual(data[0])
  })

  it('is made, changed in the given fields, and deleted', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const rows = await logged(async () => {
      const { status, data: made } = await api.post('/widget', { name: 'Payment dates' })
      expect(status).toBe(200)
      expect(made).toMatchObject({ name: 'Payment dates', ...defaults })
      const path = `/widget/${made.id}`
      const change = {
        active: 'no',
        icsFilename: 'Acme & Söhne',
        calendarIds: [calendarId],
        welcome: { name: 'Welcome', details: 'a\r\nb', url: 'https://example.com' },
        requireSignedEmail: 1,
      }
      const { data: changed } = await api.put(path, change)
      expect(changed).toEqual({
        ...made,
        active: false,
        icsFilename: 'Acme & Söhne',
        calendarIds: [calendarId],
        welcome: { enabled: true, name: 'Welcome', details: 'a\nb', url: 'https://example.com' },
        requireSignedEmail: true,
        modified: changed.modified,
      })
      const { data: off } = await api.put(path, { welcome: { enabled: '0' } })
      expect(off.welcome).toEqual({ ...changed.welcome, enabled: false })
      expect((await api.put(path, {})).data).toEqual(off)
      expect((await api.put(path, off)).data).toEqual(off)
      const nothing = {
        active: null,
        icsFilename: null,
        calendarIds: null,
        welcome: null,
        requireSignedEmail: null,
      }
      expect((await api.put(path, nothing)).data).toMatchObject({ name: 'Payment dates', ...defaults })
      expect((await api.get('/widget')).data).toHaveLength(2)
      const gone = await api.delete(path)
      expect([gone.status, gone.body]).toEqual([200, { status: '200', statusLong: 'OK' }])
      for (const answer of [
        await api.get(path),
        await api.put(path, { name: 'x' }),
        await api.delete(path),
      ]) {
        expect([answer.status, answer.body]).toEqual([404, notFound])
      }
    })
    expect(rows).toEqual([])
  })

  it('takes null for whatever has a default, inside the welcome too', async ({ expect }) => {
    const { api } = await aPublisher()
    const nothing = { active: null, icsFilename: null, calendarIds: null, requireSignedEmail: null }
    expect((await api.post('/widget', { name: 'W', ...nothing, welcome: null })).data).toMatchObject(defaults)
    const welcome = { enabled: null, name: null, details: null, url: null }
    expect((await api.post('/widget', { name: 'W', welcome })).data).toMatchObject(defaults)
  })

  const bad: Record<string, unknown[]> = {
    name: ['', ' ', null, wide(251), ...notTexts],
    active: notFlags,
    icsFilename: [wide(101), ...notTexts],
    calendarIds: [noSuchId, {}, 1, Array.from({ length: 201 }, () => noSuchId)],
    'calendarIds.1': [...notIds, 1, null].map((id) => [noSuchId, id]),
    welcome: ['x', 1, []],
    'welcome.enabled': notFlags.map((enabled) => ({ enabled })),
    'welcome.name': [{ name: wide(251) }, ...notTexts.map((name) => ({ name }))],
    'welcome.details': [{ details: wide(8001) }, ...notTexts.map((details) => ({ details }))],
    'welcome.url': [
      { url: 'example.com' },
      { url: 'javascript:alert(1)' },
      { url: `https://a.bc/${wide(1990)}` },
    ],
    requireSignedEmail: notFlags,
  }

  it.for(Object.entries(bad))('is not made or changed with a bad %s', async ([name, values], { expect }) => {
    const { api, widgetId } = await aPublisher()
    const [field = ''] = name.split('.')
    const tryAll = async () => {
      for (const value of values) {
        expectInvalid(expect, name, await api.post('/widget', { name: 'W', [field]: value }), value)
        const change = { icsFilename: 'new', [field]: value }
        expectInvalid(expect, name, await api.put(`/widget/${widgetId}`, change), value)
      }
    }
    await expectUntouched(expect, tryAll, async () => (await api.get('/widget')).data)
  })

  it('needs a name, and calendars that are there and public', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, widgetId, calendarId } = publisher
    const person = await aStoredPerson(publisher)
    const tryAll = async () => {
      expectInvalid(expect, 'name', await api.post('/widget', {}))
      for (const id of [noSuchId, person.calendarId]) {
        const calendarIds = [calendarId, id]
        expect((await api.post('/widget', { name: 'W', calendarIds })).status).toBe(404)
        expect((await api.put(`/widget/${widgetId}`, { calendarIds })).status).toBe(404)
      }
    }
    await expectUntouched(expect, tryAll, async () => (await api.get('/widget')).data)
  })

  it('brings its texts and booleans into one form', async ({ expect }) => {
    const { api } = await aPublisher()
    for (const [sent, kept] of oneLiners) {
      const { data } = await api.post('/widget', { name: sent, icsFilename: sent, welcome: { name: sent } })
      expect(data).toMatchObject({ name: kept, icsFilename: kept, welcome: { name: kept } })
    }
    for (const [spelling, means] of flags) {
      const given = {
        name: 'W',
        active: spelling,
        requireSignedEmail: spelling,
        welcome: { enabled: spelling },
      }
      expect((await api.post('/widget', given)).data).toMatchObject({
        active: means,
        requireSignedEmail: means,
        welcome: { enabled: means },
      })
    }
  })

  it('offers calendars in the order given, drafts too', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, widgetId } = publisher
    const draft = await aCalendar(api, { draft: 1 })
    const calendarIds = [draft, publisher.calendarId]
    expect((await api.put(`/widget/${widgetId}`, { calendarIds })).data.calendarIds).toEqual(calendarIds)
    expect((await api.put(`/widget/${widgetId}`, { calendarIds: [] })).data.calendarIds).toEqual([])
  })
})

describe('widgets', () => {
  it('are listed in pages, the oldest first', async ({ expect }) => {
    const { api } = await aPublisher({ name: 'W0' })
    for (const name of ['W1', 'W2']) await api.post('/widget', { name })
    const names = async (query: Record<string, string>) =>
      (await api.get('/widget', query)).data.map(({ name }: { name: string }) => name)
    expect((await names({}))[0]).toBe('W0')
    expect((await names({})).sort()).toEqual(['W0', 'W1', 'W2'])
    expect(await names({ limit: '2' })).toHaveLength(2)
    expect(await names({ limit: '2', page: '2' })).toHaveLength(1)
    expect((await api.get('/widget', { page: '2' })).status).toBe(204)
    for (const value of notPages) {
      expectInvalid(expect, 'page', await api.get('/widget', { page: value }))
      expectInvalid(expect, 'limit', await api.get('/widget', { limit: value }))
    }
    expectInvalid(expect, 'limit', await api.get('/widget', { limit: '101' }))
  })

  it('are found by whatever id they have, and not by another', async ({ expect }) => {
    const { api } = await aPublisher()
    for (const id of ['demo-widget', 'x', noSuchId, "'", '%25', 'a%2Fb']) {
      const answer = await api.get(`/widget/${id}`)
      expect([id, answer.status, answer.body]).toEqual([id, 404, notFound])
    }
  })
})
