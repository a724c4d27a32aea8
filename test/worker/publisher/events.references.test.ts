import { describe, it } from 'vitest'
import { anEvent, made, paymentDue, round1, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { alreadyExists, expectUntouched } from '../../support/refusals'
import { count } from '../../support/rows'

describe('an event’s reference', () => {
  it('names one live event of the publisher, public or private', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const { ecalId } = await aStoredPerson(publisher)
    const open = await anEvent(publisher, { reference: 'one' })
    const mine = await made(api.post('/event', { ...paymentDue, ecalId, reference: 'two' }))
    await expectUntouched(
      expect,
      async () => {
        for (const answer of [
          await api.post('/event', { ...round1, calendarId, reference: 'one' }),
          await api.post('/event', { ...round1, calendarId, reference: ' two ' }),
          await api.post('/event', { ...paymentDue, ecalId, reference: 'one' }),
          await api.put(`/event/${open.id}`, { reference: 'two', name: 'Round 2' }),
          await api.put('/event/two', { reference: 'one', name: 'Round 2' }),
        ]) {
          expect([answer.status, answer.body]).toEqual([409, alreadyExists])
        }
      },
      async () => [(await api.get('/event/one')).data, (await api.get('/event/two')).data],
    )
    expect((await api.put(`/event/${mine.id}`, { reference: 'two', name: 'Paid' })).data.name).toBe('Paid')
    expect((await anEvent(publisher, { reference: 'ONE' })).reference).toBe('ONE')
    expect((await anEvent(publisher, { reference: '' })).reference).toBe('')
  })

  it('is free again after deletion, and after a change', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    await anEvent(publisher, { reference: 'one' })
    await api.delete('/event/one')
    const second = await anEvent(publisher, { reference: 'one' })
    expect((await api.get('/event/one')).data).toEqual(second)
    await api.put('/event/one', { reference: 'two' })
    expect((await api.get('/event/one')).status).toBe(404)
    expect((await anEvent(publisher, { reference: 'one' })).reference).toBe('one')
    expect((await api.get('/event/two')).data.id).toBe(second.id)
  })

  it('is each publisher’s own', async ({ expect }) => {
    const [one, two] = [await withCalendar(), await withCalendar()]
    const first = await anEvent(one, { reference: 'r-1' })
    const second = await anEvent(two, { reference: 'r-1' })
    expect((await one.api.get('/event/r-1')).data).toEqual(first)
    expect((await two.api.get('/event/r-1')).data).toEqual(second)
  })

  it('stands behind an id of the same letters', async ({ expect }) => {
    const publisher = await withCalendar()
    const first = await anEvent(publisher)
    await anEvent(publisher, { reference: first.id, name: 'Round 2' })
    expect((await publisher.api.get(`/event/${first.id}`)).data).toEqual(first)
    await publisher.api.delete(`/event/${first.id}`)
    expect((await publisher.api.get(`/event/${first.id}`)).data.name).toBe('Round 2')
  })

  it.for([
    'loan-7/2030-05',
    '100%',
    '%2F',
    '50%20',
    'a+b',
    'a b',
    'é日本🎉%',
    '?x=1&y#z',
    '/',
    'batch',
    '...',
    'a\\b',
  ])('is percent-encoded in a path: %s', async (reference, { expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    await anEvent(publisher, { reference: 'another' })
    const event = await anEvent(publisher, { reference })
    const path = `/event/${encodeURIComponent(reference)}`
    expect((await api.get(path)).data).toEqual(event)
    expect((await api.get(`${path}/`)).data).toEqual(event)
    expect((await api.put(path, { name: 'Round 2' })).data).toMatchObject({ id: event.id, name: 'Round 2' })
    expect((await api.get('/event', { reference })).data).toHaveLength(1)
    expect((await api.delete(path)).status).toBe(200)
    expect((await api.delete(path)).status).toBe(404)
    expect((await api.get('/event')).data).toHaveLength(1)
  })

  it('is given to one of twenty that ask at once, and nothing is half-written', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const before = await count('changes')
    const body = { ...round1, calendarId, reference: 'r-1' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.post('/event', body)))
    const statuses = answers.map((answer) => answer.status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 409)])
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body)).toEqual(
      Array.from({ length: 19 }, () => alreadyExists),
    )
    expect(await count('events WHERE calendar_id = ?', calendarId)).toBe(1)
    expect(await count('calendar_events WHERE calendar_id = ?', calendarId)).toBe(1)
    expect((await count('changes')) - before).toBe(1)
    expect(await count('calendars WHERE id = ? AND event_count = 1', calendarId)).toBe(1)
  })
})
