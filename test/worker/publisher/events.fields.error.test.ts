import { describe, it } from 'vitest'
import { anEvent, paymentDue, round1, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { expectInvalid, expectRefused, expectUntouched } from '../../support/refusals'
import { noSuchId, notFlags, notIds, notTexts, notZones, wide } from '../../support/values'

const notDates = [
  '2030-02-30',
  '2029-02-29',
  '1969-12-31',
  '2200-01-01',
  '2030-5-1',
  '20300501',
  '2030-05-01T10:00',
]
const notTimes = ['24:00', '9:00', '10:60', '10:00:00', '1000', '10', '10.00', '-1:00', '10:00Z']
const notAlerts = ['15', 'M', '1000M', '-1M', '1.5H', '15m', '15 M', '1Y', 'M15']
const notUrls = [
  'example.com',
  '/pay',
  'ftp://example.com',
  'javascript:alert(1)',
  'https://',
  'https://a b.com',
  'http://a/b c',
]
const link = { name: 'Pay now', url: 'https://example.com/pay' }

/** What each field may not be; the field named is the first entry's where it is another. */
const bad: Record<string, unknown[]> = {
  name: ['', ' \n ', wide(251), null, ...notTexts],
  location: [wide(501), ...notTexts],
  startDate: ['', null, ...notDates, ...notTexts],
  endDate: [...notDates, ...notTexts],
  startTime: ['', null, ...notTimes, ...notTexts],
  endTime: [...notTimes, ...notTexts],
  allDay: notFlags,
  timezone: notZones,
  calendarId: [...notIds, 1, ['x']],
  type: ['', 'public', 'fixtures', 1],
  details: [wide(8001), ...notTexts],
  url: [...notUrls, `https://a.bc/${'p'.repeat(1988)}`, ...notTexts],
  status: ['', 'done', 'canceled', 1, ['confirmed']],
  showAs: ['', 'away', 1],
  alert: [...notAlerts, 15, true],
  alert2: [...notAlerts, 15],
  categories: [wide(501), ...notTexts],
  draft: notFlags,
  reference: [wide(129), ...notTexts],
  referenceType: [wide(65), ...notTexts],
  recurrence: [
    'DAILY',
    'RRULE:FREQ=DAILY',
    'FREQ=HOURLY',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;BYSETPOS=1',
    'FREQ=DAILY;',
    1,
  ],
  quickLink: ['https://example.com', { 0: link }, Array.from({ length: 11 }, () => link)],
  'quickLink.0': [['https://example.com'], [null]],
  'quickLink.0.name': [[{ url: link.url }], [{ ...link, name: wide(101) }], [{ ...link, name: 1 }]],
  'quickLink.0.url': [[{ name: 'Pay' }], [{ ...link, url: '' }], ...notUrls.map((url) => [{ ...link, url }])],
  exceptions: ['2030-05-01', {}, [{ date: '2030-05-01T10:00' }]],
}

describe('an event', () => {
  it.for(Object.entries(bad))('is not made or changed with a bad %s', async ([name, values], { expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const event = await anEvent(publisher, { details: 'old', reference: 'r-1' })
    const read = async () => (await api.get(`/event/${event.id}`)).data
    const [field = ''] = name.split('.')
    const tryAll = async () => {
      const bodies = values.map((value) => ({ ...round1, calendarId, [field]: value }))
      expectInvalid(expect, name, await api.post('/event', bodies[0]), values[0])
      // A batch judges each item as a call of its own would.
      const { data } = await api.post('/batch/events', { events: bodies })
      for (const [at, result] of data.entries()) {
        expectInvalid(expect, name, { status: Number(result.status), body: result }, values[at])
      }
      for (const value of values) {
        const change = { details: 'new', location: 'new', [field]: value }
        expectInvalid(expect, name, await api.put('/event/r-1', change), value)
      }
    }
    await expectUntouched(expect, tryAll, read)
  })

  it('tells every bad field at once', async ({ expect }) => {
    const { api, calendarId } = await withCalendar()
    const body = {
      calendarId,
      name: '',
      startDate: 'soon',
      allDay: 'maybe',
      quickLink: [link, { name: 'x' }],
    }
    const { status, body: answer } = await api.post('/event', body)
    expect(status).toBe(400)
    const fields = answer.errors.map((error: { field: string }) => error.field)
    expect(fields.sort()).toEqual(['allDay', 'name', 'quickLink.1.url', 'startDate'])
  })

  it.for([
    ['name', { startDate: '2030-05-01', allDay: 1 }],
    ['startDate', { name: 'Round 1', allDay: 1 }],
    ['startTime', { name: 'Round 1', startDate: '2030-05-01' }],
  ] as const)('needs a %s', async ([field, body], { expect }) => {
    const { api, calendarId } = await withCalendar()
    await expectRefused(expect, field, () => api.post('/event', { ...body, calendarId }))
  })

  it('needs a calendar, or a subscriber', async ({ expect }) => {
    const { api } = await withCalendar()
    await expectRefused(expect, 'calendarId', () => api.post('/event', round1))
    await expectRefused(expect, 'calendarId', () => api.post('/event', { ...round1, type: 'fixture' }))
    await expectRefused(expect, 'calendarId', () => api.post('/event', { ...round1, calendarId: null }))
    await expectRefused(expect, 'ecal_id', () => api.post('/event', { ...round1, type: 'private' }))
  })

  it('has only exceptions that are well-formed', async ({ expect }) => {
    const publisher = await withCalendar()
    const series = { ...round1, calendarId: publisher.calendarId, recurrence: 'FREQ=DAILY' }
    const date = '2030-05-02T10:00'
    const refused: [field: string, ...exceptions: unknown[]][] = [
      ['exceptions.0', 'x'],
      ['exceptions.0.date', {}],
      ['exceptions.0.date', { date: null }],
      ['exceptions.0.date', { date: '2030-05-02' }],
      ['exceptions.0.date', { date: '2030-05-02 10:00' }],
      ['exceptions.0.date', { date: '2030-02-30T10:00' }],
      ['exceptions.0.date', { date: '2030-05-02T24:00' }],
      ['exceptions.0.cancelled', { date, cancelled: 'maybe' }],
      ['exceptions.0.name', { date, name: '' }],
      ['exceptions.0.name', { date, name: null }],
      ['exceptions.0.startDate', { date, startDate: '2030-02-30' }],
      ['exceptions.0.endTime', { date, startTime: '12:00', endTime: '11:00' }],
      ['exceptions.0.url', { date, url: 'example.com' }],
      ['exceptions.0.quickLink.0.url', { date, quickLink: [{ name: 'x' }] }],
      ['exceptions.0.timezone', { date, timezone: 'Mars/Olympus' }],
      ['exceptions.1.date', { date, cancelled: true }, { date, name: 'x' }],
      ['exceptions', ...Array.from({ length: 501 }, () => ({ date, cancelled: true }))],
    ]
    await expectUntouched(expect, async () => {
      for (const [field, ...exceptions] of refused) {
        expectInvalid(
          expect,
          field,
          await publisher.api.post('/event', { ...series, exceptions }),
          exceptions[0],
        )
      }
    })
  })
})

describe('ids', () => {
  it.for(notIds)('of the wrong shape are refused in a query or body: %j', async (id, { expect }) => {
    const publisher = await withCalendar()
    const { api, calendarId } = publisher
    const person = await aStoredPerson(publisher)
    const event = await anEvent(publisher)
    const query = { ecal_id: id }
    await expectUntouched(expect, async () => {
      for (const [field, answer] of [
        ['ecal_id', await api.post('/event', paymentDue, { query })],
        // In a body '' is none, as in the answer of a public event: then it is the calendar that is missing.
        [id === '' ? 'calendarId' : 'ecal_id', await api.post('/event', { ...paymentDue, ecal_id: id })],
        [id === '' ? 'calendarId' : 'ecalId', await api.post('/event', { ...paymentDue, ecalId: id })],
        ['calendarId', await api.post('/event', { ...paymentDue, calendarId: id })],
        ['ecal_id', await api.put(`/event/${event.id}`, {}, { query })],
        ['ecal_id', await api.get('/event', query)],
        ['calendarIds.1', await api.get('/event', { calendarIds: `${calendarId},${id}` })],
        ['ecal_id.0', await api.get('/batch/events', { ecal_id: `${id},${person.ecalId}` })],
        ['ids.1', await api.post('/batch/events/search', { ids: [event.id, id] })],
        ['ids.1', await api.delete('/batch/events', { body: { ids: [event.id, id] } })],
      ] as const) {
        expectInvalid(expect, field, answer)
      }
    })
  })

  it('of the right shape that nobody has are not found', async ({ expect }) => {
    const publisher = await withCalendar()
    const { api } = publisher
    const event = await anEvent(publisher)
    const query = { ecal_id: noSuchId }
    for (const answer of [
      await api.post('/event', paymentDue, { query }),
      await api.post('/event', { ...paymentDue, calendarId: noSuchId }),
      await api.put(`/event/${event.id}`, { calendarId: noSuchId }),
      await api.put(`/event/${event.id}`, {}, { query }),
      await api.get('/event', query),
      await api.get('/batch/events', query),
      await api.get(`/event/${noSuchId}`),
      await api.put(`/event/${noSuchId}`, { name: 'Round 2' }),
      await api.delete(`/event/${noSuchId}`),
    ]) {
      expect(answer.status).toBe(404)
    }
  })
})
