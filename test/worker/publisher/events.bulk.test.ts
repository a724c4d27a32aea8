import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, anEvent, made, paymentDue, round1, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { expectInvalid, expectUntouched, notFound } from '../../support/refusals'
import { count, logged } from '../../support/rows'

const many = (length: number, more: object) =>
  Array.from({ length }, (_, at) => ({ ...round1, name: `E${at}`, ...more }))

describe('one change of all events of a referenceType', () => {
  it('changes each that differs, and tells which there are', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const { ecalId } = await aStoredPerson(publisher)
    const referenceType = 'loan/7 é%'
    const open = await anEvent(publisher, { referenceType, startDate: '2030-05-02' })
    const there = await anEvent(publisher, { referenceType, location: 'MCG', startDate: '2030-05-03' })
    const mine = await made(
      api.post('/event', { ...paymentDue, ecalId, referenceType, startDate: '2030-05-01' }),
    )
    const draft = await anEvent(publisher, { referenceType, draft: 1, startDate: '2020-05-01' })
    const other = await anEvent(publisher, { referenceType: 'loan/8' })
    const gone = await anEvent(publisher, { referenceType })
    await api.delete(`/event/${gone.id}`)
    const rows = await logged(async () => {
      const { status, data } = await api.put(`/events/${encodeURIComponent(referenceType)}`, {
        location: 'MCG',
      })
      expect(status).toBe(200)
      expect(data).toEqual({
        referenceType,
        matched: 4,
        updated: 3,
        ids: [draft.id, mine.id, open.id, there.id],
      })
    })
    expect(rows.map(({ entity_id, op, message }) => [entity_id, op, message])).toEqual([
      [draft.id, 'event.updated', null],
      [mine.id, 'event.updated', 'event.updated'],
      [open.id, 'event.updated', 'event.updated'],
    ])
    for (const [event, sequence] of [
      [open, 1],
      [mine, 1],
      [draft, 1],
      [there, 0],
    ] as const) {
      expect((await api.get(`/event/${event.id}`)).data).toMatchObject({ location: 'MCG', sequence })
    }
    expect((await api.get(`/event/${other.id}`)).data).toEqual(other)
  })

  it('that changes nothing writes nothing', async ({ expect }) => {
    const publisher = await withCalendar()
    await anEvent(publisher, { referenceType: 'round' })
    const rows = await logged(async () => {
      for (const body of [{}, { name: 'Round 1' }, { unknown: 1 }]) {
        const { status, data } = await publisher.api.put('/events/round', body)
        expect([status, data.matched, data.updated]).toEqual([200, 1, 0])
      }
    })
    expect(rows).toEqual([])
  })

  it('is made of all or of none', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    await anEvent(publisher, { referenceType: 'round', startTime: '10:00' })
    await anEvent(publisher, {
      referenceType: 'round',
      startTime: '12:00',
      endDate: '2030-05-01',
      endTime: '13:00',
    })
    const read = async () => (await api.get('/event', { referenceType: 'round' })).data
    const tryIt = async () =>
      expectInvalid(expect, 'endTime', await api.put('/events/round', { startTime: '14:00', name: 'Late' }))
    await expectUntouched(expect, tryIt, read)
  })

  it('has no fields that tell events apart or place them', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const { ecalId } = await aStoredPerson(publisher)
    await anEvent(publisher, { referenceType: 'round' })
    const read = async () => (await api.get('/event', { referenceType: 'round' })).data
    const tryAll = async () => {
      for (const body of [
        { reference: 'r-1' },
        { reference: '' },
        { reference: null },
        { calendarId },
        { ecalId },
        { ecal_id: ecalId },
        { type: 'fixture' },
        { type: null },
      ]) {
        const [field = ''] = Object.keys(body)
        expectInvalid(expect, field, await api.put('/events/round', { ...body, name: 'Round 2' }), body)
      }
      expectInvalid(expect, 'name', await api.put('/events/round', { name: '' }))
    }
    await expectUntouched(expect, tryAll, read)
  })

  it('finds nothing where there is nothing', async ({ expect }) => {
    const publisher = await withCalendar()
    await anEvent(publisher, { referenceType: '' })
    for (const referenceType of ['round', '%20', 'r'.repeat(200), "'%20OR%201=1"]) {
      const { status, body } = await publisher.api.put(`/events/${referenceType}`, { name: 'Round 2' })
      expect([status, body]).toEqual([404, notFound])
    }
  })

  it('reaches 500 events, and refuses 501', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    await api.post('/batch/events', { events: many(500, { calendarId, referenceType: 'round' }) })
    const rows = await logged(async () => {
      const { data } = await api.put('/events/round', { details: 'Rain expected', startTime: '11:00' })
      expect([data.matched, data.updated, data.ids.length]).toEqual([500, 500, 500])
    })
    expect(rows).toHaveLength(500)
    expect(
      await count(
        `events WHERE details = 'Rain expected' AND sequence = 1 AND publisher_id = ?`,
        publisher.id,
      ),
    ).toBe(500)
    await anEvent(publisher, { referenceType: 'round' })
    await expectUntouched(expect, async () => {
      expectInvalid(expect, 'referenceType', await api.put('/events/round', { details: 'Rain is over' }))
    })
  })

  it('passes over events of payment schedules', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const plain = await anEvent(publisher, { referenceType: 'payment' })
    const due = await anEvent(publisher, { referenceType: 'payment' })
    await env.DB.prepare(`UPDATE events SET reference = 'schedule:1' WHERE id = ?`).bind(due.id).run()
    const { data } = await api.put('/events/payment', { name: 'Paid' })
    expect(data).toMatchObject({ matched: 1, updated: 1, ids: [plain.id] })
    expect((await api.get(`/event/${due.id}`)).data.name).toBe('Round 1')
    await api.delete(`/event/${plain.id}`)
    expect((await api.put('/events/payment', { name: 'Paid' })).status).toBe(404)
  })

  it('refuses events of a calendar that reads its events elsewhere, all or none', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const imported = await aCalendar(api)
    await anEvent(publisher, { referenceType: 'round' })
    await anEvent({ ...publisher, calendarId: imported }, { referenceType: 'round' })
    await api.put(`/calendar/${imported}`, { source: 'https://club.com/a.ics' })
    await expectUntouched(expect, async () => {
      expect((await api.put('/events/round', { name: 'Round 2' })).status).toBe(403)
    })
  })

  it('publishes drafts, draws them back, and renames the type', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    await anEvent(publisher, { referenceType: 'round', draft: 1 })
    await anEvent(publisher, { referenceType: 'round' })
    const ops = async (body: object) =>
      (await logged(() => api.put('/events/round', body))).map(({ op }) => op)
    expect(await ops({ draft: 0 })).toEqual(['event.created'])
    expect(await ops({ draft: 1 })).toEqual(['event.deleted', 'event.deleted'])
    expect(await ops({ draft: 0, name: 'Live' })).toEqual(['event.created', 'event.created'])
    expect((await api.put('/events/round', { referenceType: 'final' })).data.updated).toBe(2)
    expect((await api.put('/events/round', { name: 'x' })).status).toBe(404)
  })

  it('takes the time zone of each one’s own calendar with null', async ({ expect }) => {
    const publisher = await withCalendar({}, { timezone: 'Europe/Berlin' })
    const second = await aCalendar(publisher.api, { timezone: 'Asia/Tokyo' })
    await anEvent(publisher, { referenceType: 'round', timezone: 'UTC' })
    await anEvent({ ...publisher, calendarId: second }, { referenceType: 'round', timezone: 'UTC' })
    await publisher.api.put('/events/round', { timezone: null })
    const { data } = await publisher.api.get('/event', { referenceType: 'round' })
    expect(data.map(({ timezone }: { timezone: string }) => timezone).sort()).toEqual([
      'Asia/Tokyo',
      'Europe/Berlin',
    ])
  })

  it('comes twenty times at once, and is made each time', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    for (const name of ['A', 'B', 'C']) await anEvent(publisher, { name, referenceType: 'round' })
    const changes = Array.from({ length: 20 }, (_, at) => ({
      startTime: `${String(at + 1).padStart(2, '0')}:15`,
    }))
    const answers = await Promise.all(changes.map((change) => api.put('/events/round', change)))
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200))
    const { data } = await api.get('/event', { referenceType: 'round' })
    expect(new Set(data.map(({ startTime }: { startTime: string }) => startTime)).size).toBe(1)
    expect(data.map(({ sequence }: { sequence: number }) => sequence)).toEqual([20, 20, 20])
  })
})
