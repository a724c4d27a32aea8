import { describe, it } from 'vitest'
import { aStoredPerson } from '../../support/person'
import { aPublisher, ORIGIN } from '../../support/publisher'
import { logged } from '../../support/rows'
import { flags, goodZones, manyLiners, oneLiners, wide } from '../../support/values'

describe('a new calendar', () => {
  it('has every field, with its defaults', async ({ expect }) => {
    const { api, id } = await aPublisher({ timezone: 'Europe/Berlin' })
    const { status, body, data } = await api.post('/calendar', { name: 'Round 1' })
    expect(status).toBe(200)
    expect(body).toEqual({
      status: '200',
      statusLong: 'OK',
      data: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        name: 'Round 1',
        type: 'fixture',
        categories: '',
        categoryIds: [],
        reference: '',
        timezone: 'Europe/Berlin',
        draft: 0,
        note: '',
        source: '',
        sourceStatus: { lastFetched: null, error: '' },
        feed: `${ORIGIN}/calendars/${data.id}/Round%201.ics`,
        latestVersion: expect.any(Number),
        publisherId: id,
        publisherOrgId: id,
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        modified: data.created,
      },
    })
    expect(data.latestVersion).toBeGreaterThan(0)
    expect((await api.get(`/calendar/${data.id}`)).data).toEqual(data)
  })

  it('keeps what it is given', async ({ expect }) => {
    const { api } = await aPublisher()
    const given = {
      name: 'Fixtures 2030',
      type: 'Fixture',
      categories: 'Sports/Basketball,Country/Australia',
      reference: 'fixtures-2030',
      timezone: 'america/new_york',
      draft: 1,
      note: 'for the club\r\nonly',
      source: '',
    }
    const { data } = await api.post('/calendar', given)
    expect(data).toMatchObject({
      ...given,
      type: 'fixture',
      timezone: 'America/New_York',
      note: 'for the club\nonly',
      feed: '',
    })
    expect((await api.get('/calendar/fixtures-2030')).data).toEqual(data)
  })

  it('takes null for whatever has a default', async ({ expect }) => {
    const { api } = await aPublisher()
    const nothing = {
      type: null,
      categories: null,
      reference: null,
      timezone: null,
      draft: null,
      note: null,
      source: null,
    }
    const { status, data } = await api.post('/calendar', { name: 'Round 1', ...nothing })
    expect(status).toBe(200)
    expect(data).toMatchObject({
      type: 'fixture',
      categories: '',
      reference: '',
      timezone: 'Australia/Melbourne',
      draft: 0,
      note: '',
      source: '',
    })
  })

  it('may be as long in each field as the contract says, in characters', async ({ expect }) => {
    const { api } = await aPublisher()
    for (const [field, length] of [
      ['name', 250],
      ['name', 2],
      ['categories', 500],
      ['reference', 128],
      ['note', 2000],
    ] as const) {
      const { status, data } = await api.post('/calendar', { name: 'Round 1', [field]: wide(length) })
      expect([field, status]).toEqual([field, 200])
      expect(data[field]).toBe(wide(length))
    }
  })

  it('brings its texts into one form', async ({ expect }) => {
    const { api } = await aPublisher()
    for (const [sent, kept] of oneLiners) {
      const { data } = await api.post('/calendar', { name: sent, reference: sent, categories: sent })
      expect(data).toMatchObject({ name: kept, reference: kept, categories: kept })
      await api.delete(`/calendar/${data.id}`)
    }
    for (const [sent, kept] of manyLiners) {
      expect((await api.post('/calendar', { name: 'Round 1', note: sent })).data.note).toBe(kept)
    }
  })

  it('knows booleans and time zones in every spelling', async ({ expect }) => {
    const { api } = await aPublisher()
    for (const [draft, means] of flags) {
      const { data } = await api.post('/calendar', { name: 'Round 1', draft })
      expect([draft, data.draft]).toEqual([draft, means ? 1 : 0])
    }
    for (const [sent, kept] of goodZones) {
      expect((await api.post('/calendar', { name: 'Round 1', timezone: sent })).data.timezone).toBe(kept)
    }
  })

  it('may read from an external address', async ({ expect }) => {
    const { api } = await aPublisher()
    const source = 'https://club.com/fixtures.ics?season=2030'
    const { data } = await api.post('/calendar', { name: 'Round 1', source })
    expect(data).toMatchObject({ source, sourceStatus: { lastFetched: null, error: '' } })
  })
})

describe('a changed calendar', () => {
  it('changes in the given fields only, and has a new version', async ({ expect }) => {
    const { api } = await aPublisher()
    const { data: before } = await api.post('/calendar', {
      name: 'Round 1',
      note: 'old',
      reference: 'r-1',
      draft: 1,
    })
    const { status, data } = await api.put('/calendar/r-1', { note: 'new', draft: 'no' })
    expect(status).toBe(200)
    expect(data).toMatchObject({ id: before.id, name: 'Round 1', note: 'new', reference: 'r-1', draft: 0 })
    expect(data.feed).not.toBe('')
    expect(data.latestVersion).toBeGreaterThan(before.latestVersion)
    expect(data.created).toBe(before.created)
    expect(data.modified >= before.modified).toBe(true)
    expect((await api.get(`/calendar/${before.id}`)).data).toEqual(data)
  })

  it('that changes nothing stays as it is, and nothing is logged', async ({ expect }) => {
    const { api } = await aPublisher()
    const { data: before } = await api.post('/calendar', { name: 'Round 1', categories: 'A/B' })
    const rows = await logged(async () => {
      for (const body of [
        {},
        { name: ' Round 1 ' },
        { categories: 'A/B', draft: false, type: 'fixture' },
        before,
      ]) {
        const { status, data } = await api.put(`/calendar/${before.id}`, body)
        expect(status).toBe(200)
        expect(data).toEqual(before)
      }
    })
    expect(rows).toEqual([])
  })

  it('takes its defaults back with null', async ({ expect }) => {
    const { api } = await aPublisher()
    const given = { name: 'Round 1', categories: 'A', reference: 'r', timezone: 'UTC', draft: 1, note: 'n' }
    const { data: before } = await api.post('/calendar', given)
    const nothing = { categories: null, reference: null, timezone: null, draft: null, note: null }
    expect((await api.put(`/calendar/${before.id}`, nothing)).data).toMatchObject({
      name: 'Round 1',
      categories: '',
      reference: '',
      timezone: 'Australia/Melbourne',
      draft: 0,
      note: '',
    })
  })

  it('keeps all of many changes that come at once', async ({ expect }) => {
    const { api } = await aPublisher()
    const { data } = await api.post('/calendar', { name: 'Round 1' })
    const changes = [
      { name: 'Round 2' },
      { note: 'n' },
      { categories: 'A' },
      { reference: 'r' },
      { draft: 1 },
    ]
    const answers = await Promise.all(changes.map((change) => api.put(`/calendar/${data.id}`, change)))
    expect(answers.map((answer) => answer.status)).toEqual(changes.map(() => 200))
    expect((await api.get(`/calendar/${data.id}`)).data).toMatchObject(Object.assign({}, ...changes))
  })
})

describe('a private calendar', () => {
  it('can be read by its id, under the person’s name, and is in no list', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await aStoredPerson(publisher)
    const { data } = await publisher.api.get(`/calendar/${person.calendarId}`)
    expect(data).toMatchObject({ type: 'private', name: `${person.ecalId}_private`, feed: '' })
    expect((await publisher.api.get('/calendar', { showDraft: 'true' })).data).toEqual([])
  })
})
