import { describe, it } from 'vitest'
import { readEventSnapshot } from '../../../src/changes'
import { eventAnswer } from '../../../src/surfaces/publisher/wire/event'
import {
  aCalendar,
  alsoIn,
  anEvent,
  type Fixtures,
  made,
  paymentDue,
  round1,
  withCalendar,
} from '../../support/events'
import type { LogRow } from '../../support/log'
import { aStoredPerson, type Person } from '../../support/person'
import { count, logged } from '../../support/rows'

type Scene = { publisher: Fixtures; person: Person; other: string }

async function aScene(): Promise<Scene> {
  const publisher = await withCalendar()
  return {
    publisher,
    person: await aStoredPerson(publisher),
    other: await aCalendar(publisher.api, { name: 'Other' }),
  }
}

/** The calendar, the op, the message; and whether it waits to be sent. */
type Row = [calendar: string, op: string, message: string | null]

/** Each write, and the rows that it logs, in their order (`publisher-api.md` 7). */
const writes: Record<string, (scene: Scene) => Promise<{ act: () => Promise<unknown>; rows: Row[] }>> = {
  'a calendar made': async ({ publisher: { api } }) => ({
    act: () => api.post('/calendar', { name: 'Round 1', reference: 'new' }),
    rows: [['new', 'calendar.created', null]],
  }),
  'a calendar changed': async ({ publisher: { api, calendarId } }) => ({
    act: () => api.put(`/calendar/${calendarId}`, { note: 'new' }),
    rows: [[calendarId, 'calendar.updated', null]],
  }),
  'a calendar deleted': async ({ publisher: { api, calendarId } }) => ({
    act: () => api.delete(`/calendar/${calendarId}`),
    rows: [[calendarId, 'calendar.deleted', null]],
  }),
  'an event made': async ({ publisher: { api, calendarId } }) => ({
    act: () => api.post('/event', { ...round1, calendarId }),
    rows: [[calendarId, 'event.created', 'event.created']],
  }),
  'a draft made': async ({ publisher: { api, calendarId } }) => ({
    act: () => api.post('/event', { ...round1, calendarId, draft: 1 }),
    rows: [[calendarId, 'event.created', null]],
  }),
  'a private event made': async ({ publisher: { api }, person: { ecalId, calendarId } }) => ({
    act: () => api.post('/event', paymentDue, { query: { ecal_id: ecalId } }),
    rows: [[calendarId, 'event.created', 'event.created']],
  }),
  'events made in a batch': async ({ publisher: { api, calendarId }, person }) => ({
    act: () =>
      api.post('/batch/events', {
        events: [
          { ...round1, calendarId },
          {},
          { ...paymentDue, ecalId: person.ecalId },
          { ...round1, calendarId },
        ],
      }),
    rows: [
      [calendarId, 'event.created', 'event.created'],
      [person.calendarId, 'event.created', 'event.created'],
      [calendarId, 'event.created', 'event.created'],
    ],
  }),
  'an event changed': async ({ publisher }) => {
    const { id } = await anEvent(publisher)
    return {
      act: () => publisher.api.put(`/event/${id}`, { name: 'Round 2' }),
      rows: [[publisher.calendarId, 'event.updated', 'event.updated']],
    }
  },
  'a draft changed': async ({ publisher }) => {
    const { id } = await anEvent(publisher, { draft: 1 })
    return {
      act: () => publisher.api.put(`/event/${id}`, { name: 'Round 2' }),
      rows: [[publisher.calendarId, 'event.updated', null]],
    }
  },
  'an event moved': async ({ publisher, other }) => {
    const { id } = await anEvent(publisher)
    return {
      act: () => publisher.api.put(`/event/${id}`, { calendarId: other }),
      rows: [
        [other, 'event.updated', 'event.updated'],
        [publisher.calendarId, 'event.updated', null],
      ],
    }
  },
  'an event changed that stands in two calendars': async ({ publisher, other }) => {
    const { id } = await anEvent(publisher)
    await alsoIn(publisher, id, other)
    return {
      act: () => publisher.api.put(`/event/${id}`, { name: 'Round 2' }),
      rows: [
        [publisher.calendarId, 'event.updated', 'event.updated'],
        [other, 'event.updated', null],
      ],
    }
  },
  'an event deleted that stands in two calendars': async ({ publisher, other }) => {
    const { id } = await anEvent(publisher, { startDate: '2020-05-01' })
    await alsoIn(publisher, id, other)
    return {
      act: () => publisher.api.delete(`/event/${id}`),
      rows: [
        [publisher.calendarId, 'event.deleted', 'event.deleted'],
        [other, 'event.deleted', null],
      ],
    }
  },
  'events changed together': async ({ publisher }) => {
    await anEvent(publisher, { referenceType: 'round' })
    await anEvent(publisher, { referenceType: 'round', name: 'Round 2' })
    return {
      act: () => publisher.api.put('/events/round', { name: 'Round 2' }),
      rows: [[publisher.calendarId, 'event.updated', 'event.updated']],
    }
  },
  'an event deleted': async ({ publisher }) => {
    const { id } = await anEvent(publisher)
    return {
      act: () => publisher.api.delete(`/event/${id}`),
      rows: [[publisher.calendarId, 'event.deleted', 'event.deleted']],
    }
  },
  'a draft deleted': async ({ publisher }) => {
    const { id } = await anEvent(publisher, { draft: 1 })
    return {
      act: () => publisher.api.delete(`/event/${id}`),
      rows: [[publisher.calendarId, 'event.deleted', null]],
    }
  },
  'events deleted in a batch': async ({ publisher, person }) => {
    const open = await anEvent(publisher)
    const mine = await made(publisher.api.post('/event', { ...paymentDue, ecalId: person.ecalId }))
    return {
      act: () => publisher.api.delete('/batch/events', { body: { ids: [mine.id, open.id, mine.id] } }),
      rows: [
        [person.calendarId, 'event.deleted', 'event.deleted'],
        [publisher.calendarId, 'event.deleted', 'event.deleted'],
      ],
    }
  },
  'a widget made': async ({ publisher: { api } }) => ({
    act: () => api.post('/widget', { name: 'W' }),
    rows: [],
  }),
  'a refused write': async ({ publisher: { api, calendarId } }) => ({
    act: () => api.post('/event', { calendarId }),
    rows: [],
  }),
}

const plain = ({ stream, op, message }: LogRow): Row => [stream.slice('calendar:'.length), op, message]

describe('the log', () => {
  it.for(Object.entries(writes))(
    'has a row in each stream that a write concerns: %s',
    async ([, write], { expect }) => {
      const scene = await aScene()
      const { publisher } = scene
      const { act, rows } = await write(scene)
      const start = Date.now()
      const found = await logged(act)
      const made = await publisher.api.get('/calendar/new')
      expect(found.map(plain)).toEqual(
        rows.map(([id, ...rest]) => [id === 'new' ? made.data.id : id, ...rest]),
      )
      for (const row of found) {
        expect(row.stream).toMatch(/^calendar:[0-9a-f]{24}$/)
        expect(row).toMatchObject({ publisher_id: publisher.id, actor: `key:${publisher.apiKey}` })
        expect(row.at).toBeGreaterThanOrEqual(start)
        expect(row.at).toBeLessThanOrEqual(Date.now())
        // A message waits to be sent, with the state that it tells; other rows are done with.
        expect([row.payload === null, row.dispatched]).toEqual(row.message === null ? [true, 1] : [false, 0])
        const calendarId = row.stream.slice('calendar:'.length)
        const last = found.findLast(({ stream }) => stream === row.stream)?.seq
        expect(
          await count('calendars WHERE id = ? AND revision = ? AND revised_at = ?', calendarId, last, row.at),
        ).toBe(1)
      }
    },
  )

  it('keeps each event as it was at each change', async ({ expect }) => {
    const { publisher } = await aScene()
    const { api } = publisher
    const full = {
      details: 'a\n"b" \\ 🎉',
      location: 'MCG',
      quickLink: [{ name: 'Pay', url: 'https://example.com/p?a=1&b=2' }],
      recurrence: 'FREQ=DAILY',
      exceptions: [{ date: '2030-05-02T10:00', cancelled: true }],
      alert: '1H',
      reference: 'r/1',
      referenceType: 'round',
      timezone: 'America/New_York',
    }
    const answers: unknown[] = []
    const rows = await logged(async () => {
      const event = await anEvent(publisher, full)
      answers.push(event)
      for (const change of [
        { name: 'Round 2' },
        { allDay: 1, recurrence: null, exceptions: null },
        { draft: 1 },
      ]) {
        answers.push((await api.put(`/event/${event.id}`, change)).data)
      }
      answers.push((await api.put(`/event/${event.id}`, { draft: 0 })).data)
      await api.delete(`/event/${event.id}`)
    })
    const owner = { id: publisher.id, orgId: publisher.id }
    const snapshots = rows.map((row) => readEventSnapshot(row.payload ?? ''))
    expect(snapshots.slice(0, -1).map((snapshot) => eventAnswer(snapshot, owner))).toEqual(answers)
    expect(rows.map(({ op }) => op)).toEqual([
      'event.created',
      'event.updated',
      'event.updated',
      'event.deleted',
      'event.created',
      'event.deleted',
    ])
    const last = snapshots.at(-1)
    expect(last).toMatchObject({
      name: 'Round 2',
      sequence: 5,
      deletedAt: rows.at(-1)?.at,
      draft: false,
      allDay: true,
    })
  })

  it('names the key that acted', async ({ expect }) => {
    const { publisher } = await aScene()
    const second = await publisher.key()
    const [row] = await logged(() => second.post('/event', { ...round1, calendarId: publisher.calendarId }))
    expect(row?.actor).toBe(`key:${second.apiKey}`)
  })

  it('lifts the version that a calendar tells', async ({ expect }) => {
    const { publisher } = await aScene()
    const { api, calendarId } = publisher
    const version = async () => (await api.get(`/calendar/${calendarId}`)).data.latestVersion
    const versions = [await version()]
    const { id } = await anEvent(publisher)
    versions.push(await version())
    await api.put(`/event/${id}`, { name: 'Round 2' })
    versions.push(await version())
    await api.put(`/calendar/${calendarId}`, { note: 'n' })
    versions.push(await version())
    await api.delete(`/event/${id}`)
    versions.push(await version())
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    await api.put(`/event/${id}`, { name: 'Round 3' })
    await api.put(`/calendar/${calendarId}`, { note: 'n' })
    expect(await version()).toBe(versions.at(-1))
  })
})
