import { describe, it } from 'vitest'
import { aCalendar, anEvent, round1, withCalendar } from '../../support/events'
import { count, logged } from '../../support/rows'

const twenty = Array.from({ length: 20 }, (_, at) => at)
const byNumber = (a: number, b: number) => a - b

describe('twenty changes of one event at once', { timeout: 20_000 }, () => {
  it('are all applied, one after the other', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher)
    const rows = await logged(async () => {
      const puts = twenty.map((at) => publisher.api.put(`/event/${id}`, { name: `Round ${100 + at}` }))
      const answers = await Promise.all(puts)
      expect(answers.map(({ status }) => status)).toEqual(twenty.map(() => 200))
      const sequences = answers.map(({ data }) => data.sequence)
      expect(sequences.sort(byNumber)).toEqual(twenty.map((at) => at + 1))
    })
    expect(rows).toHaveLength(20)
    const { data } = await publisher.api.get(`/event/${id}`)
    expect(data.sequence).toBe(20)
    expect(data.name).toMatch(/^Round 1\d\d$/)
  })

  it('are all applied where each is of another field', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher)
    const changes = [
      { name: 'Round 2' },
      { location: 'MCG' },
      { details: 'd' },
      { url: 'https://example.com' },
      { status: 'tentative' },
      { showAs: 'free' },
      { alert: '1H' },
      { alert2: '1D' },
      { categories: 'A' },
      { reference: 'r-1' },
      { referenceType: 'round' },
      { startTime: '09:00' },
      { endTime: '18:00' },
      { startDate: '2030-05-02' },
    ]
    await Promise.all(changes.map((change) => publisher.api.put(`/event/${id}`, change)))
    const { data } = await publisher.api.get(`/event/${id}`)
    expect(data).toMatchObject(Object.assign({ sequence: changes.length }, ...changes))
  })

  it('are all judged by what the others made of it', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher, { endDate: '2030-05-01', endTime: '20:15' })
    const ten = twenty.slice(0, 10)
    const starts = ten.map((at) => ({ startTime: `${String(2 * at + 1).padStart(2, '0')}:30` }))
    const ends = ten.map((at) => ({ endTime: `${String(2 * at + 2).padStart(2, '0')}:00` }))
    const puts = [...starts, ...ends].map((change) => publisher.api.put(`/event/${id}`, change))
    const answers = await Promise.all(puts)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]))
    const changed = answers.filter(({ status }) => status === 200)
    for (const { data } of changed) expect(data.endTime >= data.startTime).toBe(true)
    const { data } = await publisher.api.get(`/event/${id}`)
    expect(data.endTime >= data.startTime).toBe(true)
    expect(data.sequence).toBe(new Set(changed.map(({ data }) => data.sequence)).size)
  })

  it('put dates off one after the other', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher)
    const days = twenty.map((at) => `2030-06-${String(at + 1).padStart(2, '0')}`)
    const answers = await Promise.all(
      days.map((startDate) => publisher.api.put(`/event/${id}`, { startDate })),
    )
    expect(answers.map(({ status }) => status)).toEqual(twenty.map(() => 200))
    for (const [at, { data }] of answers.entries())
      expect([data.startDate, data.endDate]).toEqual([days[at], days[at]])
    expect((await publisher.api.get(`/event/${id}`)).data.sequence).toBe(20)
  })

  it('publish a draft once', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher, { draft: 1 })
    const rows = await logged(() =>
      Promise.all(twenty.map(() => publisher.api.put(`/event/${id}`, { draft: 0 }))),
    )
    expect(rows.map(({ op }) => op)).toEqual(['event.created'])
    expect((await publisher.api.get(`/event/${id}`)).data.sequence).toBe(1)
  })

  it('move it, and leave it in one calendar', async ({ expect }) => {
    const publisher = await withCalendar()
    const calendars = [publisher.calendarId, await aCalendar(publisher.api), await aCalendar(publisher.api)]
    const { id } = await anEvent(publisher)
    const puts = twenty.map((at) => publisher.api.put(`/event/${id}`, { calendarId: calendars[at % 3] }))
    expect((await Promise.all(puts)).map(({ status }) => status)).toEqual(twenty.map(() => 200))
    const { data } = await publisher.api.get(`/event/${id}`)
    expect(await count('calendar_events WHERE event_id = ?', id)).toBe(1)
    expect(await count('calendar_events WHERE event_id = ? AND calendar_id = ?', id, data.calendarId)).toBe(1)
    expect(await count('calendars WHERE publisher_id = ? AND event_count = 1', publisher.id)).toBe(1)
  })
})

describe('twenty deletions of one event at once', () => {
  it('delete it once', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher, { reference: 'r-1' })
    const rows = await logged(async () => {
      const deletes = twenty.map((at) => publisher.api.delete(`/event/${at % 2 ? id : 'r-1'}`))
      const statuses = (await Promise.all(deletes)).map(({ status }) => status)
      expect(statuses.sort(byNumber)).toEqual([200, ...twenty.slice(1).map(() => 404)])
    })
    expect(rows.map(({ op }) => op)).toEqual(['event.deleted'])
    expect(
      await count('calendars WHERE id = ? AND event_count = 0 AND text_bytes = 0', publisher.calendarId),
    ).toBe(1)
  })

  it('and changes leave it deleted', async ({ expect }) => {
    const publisher = await withCalendar()
    const { id } = await anEvent(publisher)
    const acts = twenty.map((at) =>
      at === 7
        ? publisher.api.delete(`/event/${id}`)
        : publisher.api.put(`/event/${id}`, { name: `Round ${at}` }),
    )
    const statuses = (await Promise.all(acts)).map(({ status }) => status)
    expect(statuses.every((status) => status === 200 || status === 404)).toBe(true)
    expect((await publisher.api.get(`/event/${id}`)).status).toBe(404)
    expect((await publisher.api.post('/event', { ...round1, calendarId: publisher.calendarId })).status).toBe(
      200,
    )
  })
})
