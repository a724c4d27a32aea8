import { describe, it } from 'vitest'
import { costOf } from '../../support/counting'
import { aPublisher, type TestPublisher } from '../../support/publisher'

/** Events of other people and of another calendar. */
async function manyOthers({ api, subscriber }: TestPublisher, count: number): Promise<void> {
  const { ecalId } = await subscriber()
  const { data: calendar } = await api.post('/calendar', { name: 'Another' })
  for (let at = 0; at < count; at += 500) {
    const events = Array.from({ length: 500 }, (_, n) => ({
      name: `Other ${at + n}`,
      startDate: '2030-05-01',
      allDay: true,
      ...(n % 2 === 0 ? { ecalId } : { calendarId: calendar.id }),
    }))
    await api.post('/batch/events', { events })
  }
}

/** A person with a private event, who follows a calendar with one. */
async function aPersonWithEvents({ api, subscriber }: TestPublisher) {
  const { ecalId } = await subscriber()
  const { data: calendar } = await api.post('/calendar', { name: 'Followed' })
  await api.post(`/subscriber/${ecalId}/subscriptions/add`, { calendarIds: [calendar.id] })
  const fields = { startDate: '2031-05-01', allDay: true, referenceType: 'mine' }
  await api.post('/event', { ...fields, name: 'Due', reference: 'loan-7' }, { query: { ecal_id: ecalId } })
  await api.post('/event', { ...fields, name: 'Round 1', calendarId: calendar.id })
  return { ecalId, calendarId: calendar.id as string }
}

describe('what a list of events costs', () => {
  it('does not grow with the events of others', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId, calendarId } = await aPersonWithEvents(publisher)
    const lists: [path: string, query: Record<string, string>, names: string[]][] = [
      ['/event', { ecal_id: ecalId, showPastEvents: 'true' }, ['Due', 'Round 1', 'welcome']],
      ['/event', { ecal_id: ecalId, type: 'private', showPastEvents: 'true' }, ['Due', 'welcome']],
      ['/event', { ecal_id: ecalId, type: 'fixture' }, ['Round 1']],
      ['/event', { calendarIds: calendarId }, ['Round 1']],
      ['/event', { reference: 'loan-7' }, ['Due']],
      ['/event', { referenceType: 'mine' }, ['Due', 'Round 1']],
      ['/event', { ecal_id: ecalId, referenceType: 'mine' }, ['Due', 'Round 1']],
      ['/batch/events', { ecal_id: ecalId }, ['Due', 'welcome']],
      ['/batch/events', { referenceType: 'mine' }, ['Due']],
    ]
    const costs = async () => {
      const rows: Record<string, number> = {}
      for (const [path, query, names] of lists) {
        const { answer, counts } = await costOf(await publisher.api.signed('GET', path, undefined, query))
        const { data } = (await answer.json()) as { data: { name: string; referenceType: string }[] }
        const found = data.map(({ name, referenceType }) => (referenceType === 'welcome' ? 'welcome' : name))
        expect(found.sort(), `${path} ${JSON.stringify(query)}`).toEqual(names)
        rows[`${path} ${Object.keys(query)} ${query.type ?? ''}`] = counts.rowsRead
      }
      return rows
    }
    const alone = await costs()
    await manyOthers(publisher, 1_000)
    expect(await costs()).toEqual(alone)
    expect(Math.max(...Object.values(alone))).toBeLessThan(100)
  })
})
