import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { aPublisher, type TestPublisher } from '../../support/publisher'
import { expectRefused } from '../../support/refusals'
import { flags, notPages } from '../../support/values'

const names = (data: { name: string }[]) => data.map((calendar) => calendar.name)

/** Many calendars at once, straight into the database. */
async function manyCalendars({ id }: TestPublisher, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => ({
    id: newId(),
    name: `C${String(at).padStart(5, '0')}`,
  }))
  await env.DB.prepare(
    `INSERT INTO calendars (id, publisher_id, kind, name, timezone, created_at, modified_at)
     SELECT value ->> 'id', ?1, 'public', value ->> 'name', 'UTC', 1, 1 FROM json_each(?2)`,
  )
    .bind(id, JSON.stringify(rows))
    .run()
}

describe('the list of calendars', () => {
  it('is empty at first, and no error', async ({ expect }) => {
    const { api } = await aPublisher()
    const { status, body } = await api.get('/calendar')
    expect([status, body]).toEqual([200, { data: [], status: '200', statusLong: 'OK' }])
  })

  it('goes by name, then by id', async ({ expect }) => {
    const { api } = await aPublisher()
    const made = []
    for (const name of ['Bowls', 'Archery', 'bowls', 'Archery', 'Ärger', 'Archery']) {
      made.push((await api.post('/calendar', { name })).data)
    }
    const { data } = await api.get('/calendar')
    expect(names(data)).toEqual(['Archery', 'Archery', 'Archery', 'Bowls', 'bowls', 'Ärger'])
    const archery = made.filter(({ name }) => name === 'Archery').map(({ id }) => id)
    expect(data.slice(0, 3).map(({ id }: { id: string }) => id)).toEqual(archery.sort())
    expect(made).toContainEqual(data[0])
  })

  it('shows drafts where it is asked to, in every spelling of yes', async ({ expect }) => {
    const { api } = await aPublisher()
    await api.post('/calendar', { name: 'Live' })
    await api.post('/calendar', { name: 'Draft', draft: 1 })
    expect(names((await api.get('/calendar')).data)).toEqual(['Live'])
    for (const [spelling, means] of flags) {
      const { data } = await api.get('/calendar', { showDraft: String(spelling) })
      expect([spelling, names(data)]).toEqual([spelling, means ? ['Draft', 'Live'] : ['Live']])
    }
    for (const showDraft of ['', 'maybe', '2', 'on']) {
      await expectRefused(expect, 'showDraft', () => api.get('/calendar', { showDraft }))
    }
  })

  it('can be of one reference', async ({ expect }) => {
    const { api } = await aPublisher()
    await api.post('/calendar', { name: 'One', reference: 'r 1/é+%' })
    await api.post('/calendar', { name: 'Two', reference: 'r2' })
    expect(names((await api.get('/calendar', { reference: 'r 1/é+%' })).data)).toEqual(['One'])
    expect((await api.get('/calendar', { reference: 'r' })).data).toEqual([])
  })

  it('has pages, and nothing past its end', async ({ expect }) => {
    const { api } = await aPublisher()
    for (let at = 0; at < 5; at++) await api.post('/calendar', { name: `Round ${at}` })
    const page = (number: number) => api.get('/calendar', { page: String(number), limit: '2' })
    expect(names((await page(1)).data)).toEqual(['Round 0', 'Round 1'])
    expect(names((await page(2)).data)).toEqual(['Round 2', 'Round 3'])
    expect(names((await page(3)).data)).toEqual(['Round 4'])
    for (const past of [4, 999_999_999]) {
      const { status, text, headers } = await page(past)
      expect([status, text]).toEqual([204, ''])
      expect(headers.get('Cache-Control')).toBe('no-store')
    }
  })

  it.for(notPages)('has no page or limit %j', async (value, { expect }) => {
    const { api } = await aPublisher()
    await expectRefused(expect, 'page', () => api.get('/calendar', { page: value }))
    await expectRefused(expect, 'limit', () => api.get('/calendar', { limit: value }))
  })

  it('has 1,000 on a page and no more', async ({ expect }) => {
    const publisher = await aPublisher()
    await manyCalendars(publisher, 1001)
    expect((await publisher.api.get('/calendar')).data).toHaveLength(1000)
    expect((await publisher.api.get('/calendar', { limit: '1000' })).data).toHaveLength(1000)
    expect(names((await publisher.api.get('/calendar', { page: '2' })).data)).toEqual(['C01000'])
    await expectRefused(expect, 'limit', () => publisher.api.get('/calendar', { limit: '1001' }))
  })
})

describe('a calendar’s reference in a path', () => {
  const references = [
    'loan-7/2030-05',
    '100%',
    '%2F',
    '%25',
    '50%20',
    'a+b',
    'a b',
    'a%2Bb',
    'é日本🎉',
    'é%',
    '?x=1&y#z',
    '/',
    '//',
    'a/',
    'a\\b',
    '"quoted" \'text\'',
    ';,:@&=$!*()',
    '...',
    '{id}',
    ':id',
    '*',
  ]

  it.for(references)('is percent-encoded, and finds it: %s', async (reference, { expect }) => {
    const { api } = await aPublisher()
    await api.post('/calendar', { name: 'Another', reference: 'another' })
    const { data } = await api.post('/calendar', { name: 'Round 1', reference })
    const path = `/calendar/${encodeURIComponent(reference)}`
    for (const spelling of [path, `${path}/`]) expect((await api.get(spelling)).data).toEqual(data)
    expect((await api.put(path, { name: 'Round 2' })).data.id).toBe(data.id)
    expect((await api.delete(path)).status).toBe(200)
    expect((await api.get(path)).status).toBe(404)
    expect((await api.get('/calendar')).data).toHaveLength(1)
  })

  it('comes after an id of the same letters', async ({ expect }) => {
    const { api } = await aPublisher()
    const { data: first } = await api.post('/calendar', { name: 'Round 1' })
    const { data: second } = await api.post('/calendar', { name: 'Round 2', reference: first.id })
    expect((await api.get(`/calendar/${first.id}`)).data).toEqual(first)
    await api.delete(`/calendar/${first.id}`)
    expect((await api.get(`/calendar/${first.id}`)).data).toEqual(second)
  })
})
