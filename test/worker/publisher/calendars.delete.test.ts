import { describe, it } from 'vitest'
import { alsoIn } from '../../support/events'
import { aStoredPerson, follows } from '../../support/person'
import { aPublisher, type TestPublisher } from '../../support/publisher'
import { notFound } from '../../support/refusals'
import { count, logged } from '../../support/rows'

const round = (calendarId: string, name = 'Round 1') => ({
  calendarId,
  name,
  startDate: '2030-05-01',
  startTime: '10:00',
})

async function aCalendar({ api }: TestPublisher, name = 'Fixtures', more: object = {}) {
  const { data } = await api.post('/calendar', { name, ...more })
  return data.id as string
}

describe('a deleted calendar', () => {
  it('is gone, answers without data, and is gone the second time too', async ({ expect }) => {
    const publisher = await aPublisher()
    const id = await aCalendar(publisher)
    const { status, body } = await publisher.api.delete(`/calendar/${id}`)
    expect([status, body]).toEqual([200, { status: '200', statusLong: 'OK' }])
    for (const answer of [
      await publisher.api.get(`/calendar/${id}`),
      await publisher.api.put(`/calendar/${id}`, { name: 'Round 1' }),
      await publisher.api.delete(`/calendar/${id}`),
      await publisher.api.post('/event', round(id)),
    ]) {
      expect([answer.status, answer.body]).toEqual([404, notFound])
    }
    expect((await publisher.api.get('/calendar', { showDraft: '1' })).data).toEqual([])
  })

  it('takes its events along, drafts and past ones too', async ({ expect }) => {
    const publisher = await aPublisher()
    const [id, other] = [await aCalendar(publisher), await aCalendar(publisher, 'Others')]
    const events = []
    for (const more of [{}, { draft: 1 }, { startDate: '2020-05-01' }, { reference: 'r-1' }]) {
      events.push((await publisher.api.post('/event', { ...round(id), ...more })).data.id)
    }
    const { data: stays } = await publisher.api.post('/event', round(other))
    await publisher.api.delete(`/calendar/${id}`)
    for (const event of [...events, 'r-1']) {
      expect((await publisher.api.get(`/event/${event}`)).status).toBe(404)
      expect((await publisher.api.put(`/event/${event}`, { name: 'Round 2' })).status).toBe(404)
      expect((await publisher.api.delete(`/event/${event}`)).status).toBe(404)
    }
    expect((await publisher.api.get(`/event/${stays.id}`)).data).toEqual(stays)
    expect((await publisher.api.post('/event', { ...round(other), reference: 'r-1' })).status).toBe(200)
    expect(await count('calendar_events WHERE calendar_id = ?', id)).toBe(0)
  })

  it('leaves events that stand in another live calendar too', async ({ expect }) => {
    const publisher = await aPublisher()
    const [id, second, third] = [
      await aCalendar(publisher),
      await aCalendar(publisher, 'Second'),
      await aCalendar(publisher, 'Third'),
    ]
    const { data: event } = await publisher.api.post('/event', round(id))
    const { data: guest } = await publisher.api.post('/event', round(third))
    await alsoIn(publisher, event.id, second)
    await alsoIn(publisher, guest.id, id)
    await publisher.api.delete(`/calendar/${id}`)
    expect((await publisher.api.get(`/event/${event.id}`)).data).toMatchObject({
      calendarId: second,
      sequence: 0,
    })
    expect((await publisher.api.get(`/event/${guest.id}`)).data).toMatchObject({ calendarId: third })
    await publisher.api.delete(`/calendar/${second}`)
    expect((await publisher.api.get(`/event/${event.id}`)).status).toBe(404)
  })

  it('is followed by nobody any more', async ({ expect }) => {
    const publisher = await aPublisher()
    const id = await aCalendar(publisher)
    const person = await aStoredPerson(publisher)
    await follows(publisher, person, id)
    await publisher.api.post('/event', round(id))
    const events = () => publisher.api.get('/event', { ecal_id: person.ecalId })
    expect((await events()).data).toHaveLength(1)
    await publisher.api.delete(`/calendar/${id}`)
    expect((await events()).data).toEqual([])
    expect((await publisher.api.get(`/subscriber/${person.ecalId}`)).data.data.calIds).toEqual([
      person.calendarId,
    ])
  })

  it('gives its reference free', async ({ expect }) => {
    const publisher = await aPublisher()
    await aCalendar(publisher, 'Old', { reference: 'r-1' })
    expect((await publisher.api.delete('/calendar/r-1')).status).toBe(200)
    const id = await aCalendar(publisher, 'New', { reference: 'r-1' })
    expect((await publisher.api.get('/calendar/r-1')).data).toMatchObject({ id, name: 'New' })
  })

  it('is logged once, without a word of its events', async ({ expect }) => {
    const publisher = await aPublisher()
    const id = await aCalendar(publisher)
    await publisher.api.post('/event', round(id))
    const rows = await logged(() => publisher.api.delete(`/calendar/${id}`))
    expect(rows).toMatchObject([
      {
        stream: `calendar:${id}`,
        op: 'calendar.deleted',
        entity_id: id,
        actor: `key:${publisher.apiKey}`,
        message: null,
        payload: null,
        dispatched: 1,
      },
    ])
  })

  it('is deleted once, however many do it at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const id = await aCalendar(publisher)
    await publisher.api.post('/event', round(id))
    const before = await count('changes')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => publisher.api.delete(`/calendar/${id}`)),
    )
    const statuses = answers.map((answer) => answer.status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 404)])
    expect((await count('changes')) - before).toBe(1)
  })

  it('lets no event in that comes at the same moment', async ({ expect }) => {
    const publisher = await aPublisher()
    const id = await aCalendar(publisher)
    await Promise.all([
      ...Array.from({ length: 10 }, (_, at) => publisher.api.post('/event', round(id, `Round ${at}`))),
      publisher.api.delete(`/calendar/${id}`),
    ])
    expect(await count('events WHERE calendar_id = ? AND deleted_at IS NULL', id)).toBe(0)
    expect((await publisher.api.get('/event')).data).toEqual([])
  })
})
