import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, anEvent, made, paymentDue, withCalendar } from '../../support/events'
import { aStoredPerson, follows } from '../../support/person'
import { expectInvalid, expectUntouched, forbidden, notFound } from '../../support/refusals'
import { logged } from '../../support/rows'
import { noSuchId } from '../../support/values'

describe('a private event', () => {
  it('names its subscriber in the query, in the body, or in both', async ({ expect }) => {
    const publisher = await withCalendar()
    const { ecalId, calendarId } = await aStoredPerson(publisher)
    const query = { ecal_id: ecalId }
    for (const [body, options] of [
      [{}, { query }],
      [{ ecalId }, {}],
      [{ ecal_id: ecalId }, {}],
      [{ ecalId, ecal_id: ecalId, type: 'Private' }, { query }],
      [{ calendarId }, {}],
      [{ calendarId, ecalId }, { query }],
    ] as const) {
      const event = await made(publisher.api.post('/event', { ...paymentDue, ...body }, options))
      expect([body, event.ecalId, event.calendarId, event.type]).toEqual([
        body,
        ecalId,
        calendarId,
        'private',
      ])
    }
  })

  it('has one subscriber, whoever is named where', async ({ expect }) => {
    const publisher = await withCalendar()
    const [ann, ben] = [await aStoredPerson(publisher), await aStoredPerson(publisher)]
    const query = { ecal_id: ann.ecalId }
    await expectUntouched(expect, async () => {
      for (const [field, body, options] of [
        ['ecal_id', { ecalId: ben.ecalId }, { query }],
        ['ecal_id', { ecal_id: ben.ecalId }, { query }],
        ['ecal_id', { ecalId: ann.ecalId, ecal_id: ben.ecalId }, {}],
        ['calendarId', { calendarId: publisher.calendarId }, { query }],
        ['calendarId', { calendarId: publisher.calendarId, ecalId: ann.ecalId }, {}],
        ['calendarId', { calendarId: ben.calendarId }, { query }],
        ['type', { type: 'fixture' }, { query }],
        ['type', { type: 'fixture', calendarId: ann.calendarId }, {}],
        ['type', { type: 'private', calendarId: publisher.calendarId }, {}],
      ] as const) {
        const answer = await publisher.api.post('/event', { ...paymentDue, ...body }, options)
        expectInvalid(expect, field, answer, body)
      }
    })
  })

  it('is in the publisher’s time zone where it names none', async ({ expect }) => {
    const publisher = await withCalendar({ timezone: 'Asia/Tokyo' })
    const { ecalId } = await aStoredPerson(publisher, 'Europe/Berlin')
    const event = await made(publisher.api.post('/event', { ...paymentDue, ecalId }))
    expect(event.timezone).toBe('Asia/Tokyo')
    const path = `/event/${event.id}`
    expect((await publisher.api.put(path, { timezone: 'UTC' })).data.timezone).toBe('UTC')
    expect((await publisher.api.put(path, { timezone: null })).data.timezone).toBe('Asia/Tokyo')
  })

  it('is for nobody who is unknown, has left, or is another publisher’s', async ({ expect }) => {
    const publisher = await withCalendar()
    const gone = await aStoredPerson(publisher)
    expect((await publisher.api.post(`/subscriber/${gone.ecalId}/unsubscribe`)).status).toBe(200)
    const foreign = await aStoredPerson(await withCalendar())
    await expectUntouched(expect, async () => {
      for (const ecalId of [noSuchId, gone.ecalId, foreign.ecalId]) {
        const query = { ecal_id: ecalId }
        for (const answer of [
          await publisher.api.post('/event', paymentDue, { query }),
          await publisher.api.post('/event', { ...paymentDue, ecalId }),
          await publisher.api.get('/event', query),
          await publisher.api.get('/event', { ...query, type: 'private' }),
          await publisher.api.get('/batch/events', query),
        ]) {
          expect([ecalId, answer.status, answer.body]).toEqual([ecalId, 404, notFound])
        }
      }
    })
  })

  it('goes to the survivor where the person was merged', async ({ expect }) => {
    const publisher = await withCalendar()
    const [former, survivor] = [await aStoredPerson(publisher), await aStoredPerson(publisher)]
    await env.DB.batch([
      env.DB.prepare(`UPDATE subscribers SET state = 'merged', merged_into = ? WHERE id = ?`).bind(
        survivor.ecalId,
        former.ecalId,
      ),
      env.DB.prepare('UPDATE calendars SET deleted_at = 1 WHERE id = ?').bind(former.calendarId),
    ])
    const event = await made(publisher.api.post('/event', paymentDue, { query: { ecal_id: former.ecalId } }))
    expect(event).toMatchObject({ ecalId: survivor.ecalId, calendarId: survivor.calendarId })
    const query = { ecal_id: former.ecalId }
    const changed = await publisher.api.put(`/event/${event.id}`, { name: 'Payment Received' }, { query })
    expect(changed.data).toMatchObject({ name: 'Payment Received', ecalId: survivor.ecalId })
  })

  it('is one of its subscriber’s events, and of nobody else’s', async ({ expect }) => {
    const publisher = await withCalendar()
    const [ann, ben] = [await aStoredPerson(publisher), await aStoredPerson(publisher)]
    const { id } = await made(publisher.api.post('/event', paymentDue, { query: { ecal_id: ann.ecalId } }))
    const ids = async (ecalId: string, more: Record<string, string> = {}) => {
      const { data } = await publisher.api.get('/event', { ecal_id: ecalId, ...more })
      return data.map((event: { id: string }) => event.id)
    }
    expect(await ids(ann.ecalId)).toEqual([id])
    expect(await ids(ann.ecalId, { type: 'private' })).toEqual([id])
    expect(await ids(ann.ecalId, { type: 'fixture' })).toEqual([])
    expect(await ids(ben.ecalId)).toEqual([])
    await follows(publisher, ben, publisher.calendarId)
    const open = await anEvent(publisher)
    expect(await ids(ben.ecalId)).toEqual([open.id])
    expect(await ids(ben.ecalId, { type: 'private' })).toEqual([])
  })

  it('goes away at once when it is deleted', async ({ expect }) => {
    const publisher = await withCalendar()
    const { ecalId, calendarId } = await aStoredPerson(publisher)
    const event = await made(
      publisher.api.post('/event', { ...paymentDue, reference: 'loan-7/1' }, { query: { ecal_id: ecalId } }),
    )
    const rows = await logged(async () => {
      const { status, body } = await publisher.api.delete('/event/loan-7%2F1')
      expect([status, body]).toEqual([200, { status: '200', statusLong: 'OK' }])
    })
    expect(rows).toMatchObject([
      { stream: `calendar:${calendarId}`, op: 'event.deleted', message: 'event.deleted' },
    ])
    const row = await env.DB.prepare('SELECT tombstone_until FROM events WHERE id = ?').bind(event.id).first()
    expect(row).toEqual({ tombstone_until: null })
    const left = await env.DB.prepare('SELECT * FROM calendar_events WHERE event_id = ?').bind(event.id).all()
    expect(left.results).toEqual([])
  })
})

describe('an event of a payment schedule', () => {
  it('is read here, and neither made, changed nor deleted', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const { ecalId } = await aStoredPerson(publisher)
    const other = await made(api.post('/event', { ...paymentDue, ecalId, reference: 'mine' }))
    const event = await made(api.post('/event', { ...paymentDue, ecalId }))
    const reference = 'schedule:loan-7:1'
    await env.DB.prepare('UPDATE events SET reference = ? WHERE id = ?').bind(reference, event.id).run()
    expect((await api.get('/event/schedule%3Aloan-7%3A1')).data).toEqual({ ...event, reference })
    expect((await api.get('/event', { reference })).data).toHaveLength(1)
    await expectUntouched(
      expect,
      async () => {
        for (const answer of [
          await api.post('/event', { ...paymentDue, ecalId, reference: 'schedule:loan-8:1' }),
          await api.post('/event', { ...paymentDue, calendarId, reference: ' schedule: ' }),
          await api.put(`/event/${event.id}`, { name: 'Paid' }),
          await api.put('/event/schedule:loan-7:1', { reference: 'free' }),
          await api.put(`/event/${event.id}`, {}),
          await api.put(`/event/${other.id}`, { reference: 'schedule:loan-7:2' }),
          await api.delete(`/event/${event.id}`),
          await api.delete('/event/schedule:loan-7:1'),
        ]) {
          expect([answer.status, answer.body]).toEqual([403, forbidden])
        }
      },
      async () => [(await api.get(`/event/${event.id}`)).data, (await api.get('/event/mine')).data],
    )
    const plain = await api.post('/event', { ...paymentDue, calendarId, reference: 'Schedule:loan-7' })
    expect(plain.status).toBe(200)
  })
})

describe('an event of a calendar that reads its events elsewhere', () => {
  it('is read here, and neither made, changed nor deleted', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const calendarId = await aCalendar(api)
    const event = await made(api.post('/event', { ...paymentDue, calendarId, referenceType: 'imported' }))
    await api.put(`/calendar/${calendarId}`, { source: 'https://club.com/a.ics' })
    expect((await api.get(`/event/${event.id}`)).data).toEqual(event)
    await expectUntouched(
      expect,
      async () => {
        for (const answer of [
          await api.post('/event', { ...paymentDue, calendarId }),
          await api.put(`/event/${event.id}`, { name: 'Paid' }),
          await api.put(`/event/${event.id}`, { calendarId: publisher.calendarId }),
          await api.put('/events/imported', { name: 'Paid' }),
          await api.delete(`/event/${event.id}`),
        ]) {
          expect([answer.status, answer.body]).toEqual([403, forbidden])
        }
      },
      async () => (await api.get(`/event/${event.id}`)).data,
    )
  })
})
