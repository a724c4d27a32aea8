import { describe, it } from 'vitest'
import { aCalendar, anEvent, type Fixtures, made, paymentDue, withCalendar } from '../../support/events'
import { aStoredPerson, follows } from '../../support/person'
import { expectInvalid } from '../../support/refusals'
import { noSuchId, notPages } from '../../support/values'

type Query = Record<string, string>

/** The names of the events that a query finds, in its order. */
async function found({ api }: Fixtures, query: Query, path = '/event'): Promise<string[]> {
  const { status, data } = await api.get(path, query)
  if (status !== 200) throw new Error(`a test's query was answered with ${status}`)
  return data.map((event: { name: string }) => event.name)
}

/** Events of two calendars and two persons, in the order of the list. */
async function aSeason() {
  const publisher = await withCalendar({ timezone: 'UTC' })
  const { api, calendarId: first } = publisher
  const second = await aCalendar(api, { name: 'Second' })
  const [ann, ben] = [await aStoredPerson(publisher), await aStoredPerson(publisher)]
  await follows(publisher, ann, first)
  await follows(publisher, ben, second)
  const timed = (name: string, startDate: string, more: object) =>
    made(api.post('/event', { name, startDate, startTime: '10:00', ...more }))
  await timed('past', '2020-05-01', { calendarId: first, referenceType: 'round' })
  await timed('old series', '2020-05-02', { calendarId: first, recurrence: 'FREQ=WEEKLY' })
  await timed('one', '2030-05-01', { calendarId: first, reference: 'r/1 é', referenceType: 'round' })
  await timed('ann', '2030-05-01', { ecalId: ann.ecalId, startTime: '11:00', referenceType: 'round' })
  await timed('draft', '2030-05-02', { calendarId: first, draft: 1 })
  await timed('two', '2030-05-03', { calendarId: second, referenceType: 'final' })
  await timed('ben', '2030-05-04', { ecalId: ben.ecalId })
  return { publisher, first, second, ann, ben }
}

describe('the list of events', () => {
  it('has what each filter lets through, and what all together do', async ({ expect }) => {
    const { publisher, first, second, ann, ben } = await aSeason()
    const past = { showPastEvents: 'yes' }
    for (const [query, names] of [
      [{}, ['old series', 'one', 'ann', 'two', 'ben']],
      [past, ['past', 'old series', 'one', 'ann', 'two', 'ben']],
      [{ showPastEvents: '0' }, ['old series', 'one', 'ann', 'two', 'ben']],
      [{ showDraft: 'TRUE' }, ['old series', 'one', 'ann', 'draft', 'two', 'ben']],
      [{ type: 'fixture' }, ['old series', 'one', 'two']],
      [{ type: 'PRIVATE' }, ['ann', 'ben']],
      [{ ecal_id: ann.ecalId }, ['old series', 'one', 'ann']],
      [{ ecal_id: ann.ecalId, type: 'private' }, ['ann']],
      [{ ecal_id: ann.ecalId, type: 'fixture' }, ['old series', 'one']],
      [{ ecal_id: ben.ecalId }, ['two', 'ben']],
      [{ calendarIds: first }, ['old series', 'one']],
      [{ calendarIds: `${first},${second}` }, ['old series', 'one', 'two']],
      [{ calendarIds: ann.calendarId }, ['ann']],
      [{ calendarIds: noSuchId }, []],
      [{ calendarIds: second, ecal_id: ann.ecalId }, []],
      [{ reference: 'r/1 é' }, ['one']],
      [{ reference: 'r/1' }, []],
      [{ referenceType: 'round' }, ['one', 'ann']],
      [{ referenceType: 'round', ...past }, ['past', 'one', 'ann']],
      [{ referenceType: 'round', type: 'private' }, ['ann']],
      [{ startDate: '2030-05-01' }, ['one', 'ann', 'two', 'ben']],
      [{ startDate: '2030-05-03' }, ['two', 'ben']],
      [{ endDate: '2030-05-01' }, ['old series', 'one', 'ann']],
      [{ startDate: '2030-05-01', endDate: '2030-05-03', showDraft: '1' }, ['one', 'ann', 'draft', 'two']],
      [{ startDate: '2030-05-04', endDate: '2030-05-03' }, []],
      [{ startDate: '2020-05-01', endDate: '2020-05-01', ...past }, ['past']],
      [
        { type: 'fixture', calendarIds: first, referenceType: 'round', startDate: '2030-01-01', ...past },
        ['one'],
      ],
    ] as [Query, string[]][]) {
      expect([query, await found(publisher, query)]).toEqual([query, names])
    }
  })

  it('refuses a filter that it can not read', async ({ expect }) => {
    const { api } = await withCalendar()
    const notDates = ['', '2030-02-30', '2030-5-1', '1969-12-31', 'today', '2030-05-01T00:00']
    for (const [field, values] of Object.entries({
      startDate: notDates,
      endDate: notDates,
      type: ['', 'public', 'fixture,private'],
      showPastEvents: ['', 'maybe', '2'],
      showDraft: ['', 'maybe', '2'],
      page: notPages,
      limit: [...notPages, '101', '1000'],
      'calendarIds.0': [''],
      calendarIds: [Array.from({ length: 51 }, () => noSuchId).join(',')],
      reference: ['r'.repeat(129)],
      referenceType: ['r'.repeat(65)],
    })) {
      for (const value of values) {
        const name = field.replace(/\.0$/, '')
        expectInvalid(expect, field, await api.get('/event', { [name]: value }), [field, value])
      }
    }
  })

  it('has pages of up to 100, and nothing past its end', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const events = Array.from({ length: 101 }, (_, at) => ({ ...paymentDue, name: `E${at}`, calendarId }))
    await api.post('/batch/events', { events })
    const first = await api.get('/event')
    expect(first.data).toHaveLength(100)
    const second = await api.get('/event', { page: '2' })
    expect(second.data).toHaveLength(1)
    // All begin at once: the order is by id, and stable.
    const ids = [...first.data, ...second.data].map(({ id }: { id: string }) => id)
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(101)
    const [last] = await found(publisher, { page: '101', limit: '1' })
    expect(last).toBe(second.data[0].name)
    const past = await api.get('/event', { page: '3' })
    expect([past.status, past.text]).toEqual([204, ''])
    expect(past.headers.get('Cache-Control')).toBe('no-store')
    const nothing = await api.get('/event', { reference: 'nothing' })
    expect([nothing.status, nothing.data]).toEqual([200, []])
  })

  it('leaves out what has ended, not what goes on', async ({ expect }) => {
    const publisher = await withCalendar({ timezone: 'UTC' })
    const at = (offset: number) => new Date(Date.now() + offset * 60_000).toISOString()
    const times = (from: number, to: number) => ({
      startDate: at(from).slice(0, 10),
      startTime: at(from).slice(11, 16),
      endDate: at(to).slice(0, 10),
      endTime: at(to).slice(11, 16),
    })
    await anEvent(publisher, { name: 'over', ...times(-120, -60) })
    await anEvent(publisher, { name: 'going on', ...times(-60, 60) })
    await anEvent(publisher, { name: 'to come', ...times(60, 120) })
    expect(await found(publisher, {})).toEqual(['going on', 'to come'])
  })
})

describe('the list of events of many subscribers', () => {
  it('has the private ones, past ones included, of those who are known', async ({ expect }) => {
    const { publisher, ann, ben } = await aSeason()
    const { api } = publisher
    await made(
      api.post('/event', { ...paymentDue, startDate: '2020-01-01', ecalId: ann.ecalId, name: 'ann past' }),
    )
    const both = `${ann.ecalId},${ben.ecalId},${noSuchId}`
    for (const [query, names] of [
      [{ ecal_id: ann.ecalId }, ['ann past', 'ann']],
      [{ ecal_id: both }, ['ann past', 'ann', 'ben']],
      [{ ecal_id: ` ${ann.ecalId} , ${ann.ecalId}` }, ['ann past', 'ann']],
      [{ ecal_id: both, showPastEvents: 'false' }, ['ann', 'ben']],
      [{ ecal_id: both, type: 'fixture' }, ['past', 'old series', 'one', 'two']],
      [{ ecal_id: both, referenceType: 'round' }, ['ann']],
      [{ referenceType: 'round' }, ['ann']],
      [{ referenceType: 'round', type: 'Fixture' }, ['past', 'one']],
      [{ ecal_id: both, limit: '2', page: '2' }, ['ben']],
    ] as [Query, string[]][]) {
      expect([query, await found(publisher, query, '/batch/events')]).toEqual([query, names])
    }
    expect((await api.get('/batch/events', { ecal_id: both, page: '2' })).status).toBe(204)
    expect((await api.get('/batch/events', { ecal_id: noSuchId })).status).toBe(404)
  })

  it('asks for subscribers or a referenceType, and refuses what it can not read', async ({ expect }) => {
    const { api } = await withCalendar()
    expectInvalid(expect, 'ecal_id', await api.get('/batch/events'))
    expectInvalid(expect, 'ecal_id', await api.get('/batch/events', { type: 'private' }))
    // 100 would be allowed, but no value of a query has over 2,000 characters: 80 ids do.
    const eighty = Array.from({ length: 80 }, () => noSuchId).join(',')
    expect((await api.get('/batch/events', { ecal_id: eighty })).status).toBe(404)
    for (const [field, value] of [
      ['type', 'public'],
      ['showPastEvents', 'maybe'],
      ['limit', '101'],
      ['page', '0'],
      ['referenceType', 'r'.repeat(65)],
    ] as const) {
      expectInvalid(expect, field, await api.get('/batch/events', { referenceType: 'x', [field]: value }))
    }
  })
})
