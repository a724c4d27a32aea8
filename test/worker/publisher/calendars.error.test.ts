import { describe, it } from 'vitest'
import { aStoredPerson } from '../../support/person'
import { aPublisher, ORIGIN } from '../../support/publisher'
import {
  alreadyExists,
  expectInvalid,
  expectRefused,
  expectUntouched,
  forbidden,
  notFound,
} from '../../support/refusals'
import { count, rowCounts } from '../../support/rows'
import { noSuchId, notFlags, notIds, notTexts, notZones, wide } from '../../support/values'

/** What each field may not be. */
const bad: Record<string, unknown[]> = {
  name: ['', 'R', ' R ', '\n\n', wide(251), null, ...notTexts],
  type: ['', 'private', 'public', 1, ['fixture']],
  categories: [wide(501), ...notTexts],
  reference: [wide(129), ...notTexts],
  timezone: notZones,
  draft: notFlags,
  note: [wide(2001), ...notTexts],
  source: [
    'http://club.com/a.ics',
    'webcal://club.com/a.ics',
    'club.com/a.ics',
    'https://',
    'https://127.0.0.1/a.ics',
    'https://[::1]/a.ics',
    'https://2130706433/a.ics',
    'https://localhost/a.ics',
    'https://10.0.0.1/a.ics',
    'https://user:word@club.com/a.ics',
    `${ORIGIN}/calendars/${noSuchId}/a.ics`,
    `https://club.com/${'a'.repeat(1984)}`,
    ...notTexts,
  ],
}

const cases = Object.entries(bad)

describe('a calendar', () => {
  it.for(cases)('is not made or changed with a bad %s', async ([field, values], { expect }) => {
    const { api } = await aPublisher()
    const { data } = await api.post('/calendar', {
      name: 'Round 1',
      note: 'n',
      reference: 'r',
      categories: 'A',
    })
    const read = async () => (await api.get(`/calendar/${data.id}`)).data
    const tryAll = async () => {
      for (const value of values) {
        const body = { name: 'Round 2', [field]: value }
        expectInvalid(expect, field, await api.post('/calendar', body), value)
        const change = { note: 'new', categories: 'new', [field]: value }
        expectInvalid(expect, field, await api.put(`/calendar/${data.id}`, change), value)
      }
    }
    await expectUntouched(expect, tryAll, read)
  })

  it('needs a name', async ({ expect }) => {
    const { api } = await aPublisher()
    await expectRefused(expect, 'name', () => api.post('/calendar', { note: 'n' }))
    await expectRefused(expect, 'name', () => api.post('/calendar', {}))
  })

  it('is told of everything that is wrong at once', async ({ expect }) => {
    const { api } = await aPublisher()
    const { body } = await api.post('/calendar', { name: '', draft: 'maybe', timezone: 'Mars/Olympus' })
    const fields = body.errors.map((error: { field: string }) => error.field)
    expect(fields.sort()).toEqual(['draft', 'name', 'timezone'])
  })
})

describe('a reference', () => {
  it('names one live calendar of the publisher', async ({ expect }) => {
    const { api } = await aPublisher()
    await api.post('/calendar', { name: 'Round 1', reference: 'r-1' })
    const { data: second } = await api.post('/calendar', { name: 'Round 2', reference: 'r-2' })
    const before = await rowCounts()
    expect((await api.post('/calendar', { name: 'Round 3', reference: ' r-1 ' })).body).toEqual(alreadyExists)
    const moved = await api.put('/calendar/r-2', { name: 'Round 4', reference: 'r-1' })
    expect([moved.status, moved.body]).toEqual([409, alreadyExists])
    expect(await rowCounts()).toEqual(before)
    expect((await api.get('/calendar/r-2')).data).toEqual(second)
    expect((await api.put('/calendar/r-2', { reference: 'r-2', name: 'Round 5' })).status).toBe(200)
    expect((await api.post('/calendar', { name: 'Round 6', reference: 'R-1' })).status).toBe(200)
  })

  it('may be left out of any number of calendars', async ({ expect }) => {
    const { api } = await aPublisher()
    for (let made = 0; made < 3; made++)
      expect((await api.post('/calendar', { name: 'Round 1' })).status).toBe(200)
  })

  it('is free for another publisher', async ({ expect }) => {
    const [one, two] = [await aPublisher(), await aPublisher()]
    await one.api.post('/calendar', { name: 'Round 1', reference: 'r-1' })
    expect((await two.api.post('/calendar', { name: 'Round 1', reference: 'r-1' })).status).toBe(200)
  })

  it('is given once, however many ask for it at once', async ({ expect }) => {
    const { api } = await aPublisher()
    const before = await count('changes')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.post('/calendar', { name: 'Round 1', reference: 'r-1' })),
    )
    const statuses = answers.map((answer) => answer.status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 409)])
    expect((await api.get('/calendar')).data).toHaveLength(1)
    expect((await count('changes')) - before).toBe(1)
  })
})

describe('a calendar that is not there', () => {
  it.for([
    ...notIds.slice(1),
    noSuchId,
    'no-such-reference',
    '%00',
    '%FF',
    '%',
    'a%2',
    encodeURIComponent("' OR 1=1"),
  ])('is not found: %s', async (id, { expect }) => {
    const { api } = await aPublisher()
    await api.post('/calendar', { name: 'Round 1' })
    for (const answer of [
      await api.get(`/calendar/${id}`),
      await api.put(`/calendar/${id}`, { name: 'Round 2' }),
      await api.delete(`/calendar/${id}`),
    ]) {
      expect([answer.status, answer.body]).toEqual([404, notFound])
    }
  })
})

describe('a private calendar', () => {
  it('is neither changed nor deleted', async ({ expect }) => {
    const publisher = await aPublisher()
    const { calendarId } = await aStoredPerson(publisher)
    const before = (await publisher.api.get(`/calendar/${calendarId}`)).data
    const changed = await publisher.api.put(`/calendar/${calendarId}`, { name: 'Mine' })
    expect([changed.status, changed.body]).toEqual([403, forbidden])
    const deleted = await publisher.api.delete(`/calendar/${calendarId}`)
    expect([deleted.status, deleted.body]).toEqual([403, forbidden])
    expect((await publisher.api.get(`/calendar/${calendarId}`)).data).toEqual(before)
  })

  it('can not be made by hand', async ({ expect }) => {
    const { api } = await aPublisher()
    await expectRefused(expect, 'type', () => api.post('/calendar', { name: 'Mine', type: 'private' }))
  })
})
