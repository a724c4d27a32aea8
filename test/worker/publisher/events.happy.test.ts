import { describe, it } from 'vitest'
import { anEvent, made, paymentDue, round1, withCalendar } from '../../support/events'
import { aStoredPerson } from '../../support/person'
import { aPublisher } from '../../support/publisher'
import { flags, goodZones, manyLiners, oneLiners, wide } from '../../support/values'

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('a new event', () => {
  it('of a calendar has every field, with its defaults', async ({ expect }) => {
    const { api, id, calendarId } = await withCalendar({}, { timezone: 'Europe/Berlin' })
    const { status, body, data } = await api.post('/event', { ...round1, calendarId })
    expect(status).toBe(200)
    expect(body).toEqual({
      status: '200',
      statusLong: 'OK',
      data: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        eventId: data.id,
        calendarId,
        ecalId: '',
        type: 'fixture',
        name: 'Round 1',
        location: '',
        startDate: '2030-05-01',
        startTime: '10:00',
        endDate: '2030-05-01',
        endTime: '11:00',
        allDay: false,
        timezone: 'Europe/Berlin',
        details: '',
        url: '',
        status: 'confirmed',
        showAs: 'busy',
        alert: '',
        alert2: '',
        quickLink: [],
        categories: '',
        draft: 0,
        reference: '',
        referenceType: '',
        recurrence: '',
        exceptions: [],
        sequence: 0,
        publisherId: id,
        publisherOrgId: id,
        created: expect.stringMatching(iso),
        modified: data.created,
      },
    })
    expect((await api.get(`/event/${data.id}`)).data).toEqual(data)
    expect((await api.get('/event')).data).toEqual([data])
  })

  it('of one subscriber is that of the contract’s example', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId, calendarId } = await aStoredPerson(publisher)
    const body = {
      name: 'Payment Due',
      startDate: '2030-05-01',
      allDay: 'yes',
      details: '$120.00',
      alert: '1D',
      'quickLink[1][name]': 'Pay now',
      'quickLink[1][url]': 'https://example.com/pay',
      reference: 'loan-7/2030-05',
      referenceType: 'payment',
    }
    const data = await made(publisher.api.post('/event', body, { query: { ecal_id: ecalId } }))
    expect(data).toEqual({
      id: data.id,
      eventId: data.id,
      calendarId,
      ecalId,
      type: 'private',
      name: 'Payment Due',
      location: '',
      startDate: '2030-05-01',
      startTime: '',
      endDate: '2030-05-01',
      endTime: '',
      allDay: true,
      timezone: 'Australia/Melbourne',
      details: '$120.00',
      url: '',
      status: 'confirmed',
      showAs: 'free',
      alert: '1D',
      alert2: '',
      quickLink: [{ name: 'Pay now', url: 'https://example.com/pay' }],
      categories: '',
      draft: 0,
      reference: 'loan-7/2030-05',
      referenceType: 'payment',
      recurrence: '',
      exceptions: [],
      sequence: 0,
      publisherId: publisher.id,
      publisherOrgId: publisher.id,
      created: expect.stringMatching(iso),
      modified: data.created,
    })
    expect((await publisher.api.get('/event/loan-7%2F2030-05')).data).toEqual(data)
  })

  it('keeps what it is given', async ({ expect }) => {
    const publisher = await withCalendar()
    const given = {
      name: 'Semi-final: Ärger 🎉',
      location: 'MCG\nGate 2',
      startDate: '2030-05-01',
      startTime: '23:30',
      endDate: '2030-05-03',
      endTime: '01:15',
      allDay: false,
      timezone: 'America/New_York',
      details: 'Line one\n\n\tLine two',
      url: 'https://example.com/a?b=c#d',
      status: 'tentative',
      showAs: 'free',
      alert: '15M',
      alert2: '0W',
      quickLink: [
        { name: 'Tickets', url: 'http://example.com/t' },
        { name: '', url: 'https://example.com' },
      ],
      categories: 'Sports/Basketball,Country/Australia',
      draft: 1,
      reference: 'semi-1',
      referenceType: 'finals',
      recurrence: 'FREQ=WEEKLY;COUNT=3;BYDAY=WE',
      exceptions: [{ date: '2030-05-08T23:30', cancelled: true }],
    }
    expect(await anEvent(publisher, given)).toMatchObject(given)
  })

  it('takes null for whatever has a default', async ({ expect }) => {
    const publisher = await withCalendar()
    const optional = [
      'location',
      'endDate',
      'endTime',
      'allDay',
      'timezone',
      'type',
      'details',
      'url',
      'status',
    ]
    optional.push(
      'showAs',
      'alert',
      'alert2',
      'quickLink',
      'categories',
      'draft',
      'reference',
      'referenceType',
    )
    optional.push('recurrence', 'exceptions', 'ecalId', 'ecal_id')
    const plain = await anEvent(publisher)
    const cleared = await anEvent(publisher, Object.fromEntries(optional.map((field) => [field, null])))
    expect({ ...cleared, id: '', eventId: '', created: '', modified: '' }).toEqual({
      ...plain,
      id: '',
      eventId: '',
      created: '',
      modified: '',
    })
  })

  it('takes an empty text for whatever may be empty', async ({ expect }) => {
    const publisher = await withCalendar()
    const empty = ['location', 'endDate', 'endTime', 'details', 'url', 'alert', 'alert2', 'categories']
    empty.push('reference', 'referenceType', 'recurrence')
    const event = await anEvent(publisher, Object.fromEntries(empty.map((field) => [field, ''])))
    expect(event).toMatchObject({ location: '', endDate: '2030-05-01', endTime: '11:00', url: '', alert: '' })
  })
})

describe('the fields of an event', () => {
  const good: Record<string, unknown[]> = {
    name: [wide(1), wide(250)],
    location: [wide(500), 'one\ntwo'],
    details: [wide(8000)],
    categories: [wide(500)],
    reference: [wide(128)],
    referenceType: [wide(64)],
    url: [
      'http://a.bc',
      'https://[::1]:8080/?x',
      'https://example.com/é?ü#ß',
      `https://a.bc/${'p'.repeat(1987)}`,
    ],
    status: ['confirmed', 'tentative', 'cancelled'],
    showAs: ['busy', 'free'],
    alert: ['0M', '15M', '1H', '999D', '2W'],
    alert2: ['0M', '999W'],
    startDate: ['1970-01-01', '2199-12-31', '2028-02-29'],
    startTime: ['00:00', '09:05', '22:59'],
    recurrence: [
      'FREQ=DAILY',
      'FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20310101T000000Z',
      'FREQ=YEARLY;INTERVAL=2;WKST=SU',
    ],
    quickLink: [[], Array.from({ length: 10 }, () => ({ name: wide(100), url: 'https://example.com' }))],
  }

  it.for(Object.entries(good))('are kept as given: %s', async ([field, values], { expect }) => {
    const publisher = await withCalendar()
    const target = await anEvent(publisher)
    for (const value of values) {
      const event = await anEvent(publisher, { [field]: value })
      expect(event[field]).toEqual(value)
      await publisher.api.delete(`/event/${event.id}`)
      expect((await publisher.api.put(`/event/${target.id}`, { [field]: value })).data[field]).toEqual(value)
    }
  })

  it('are told apart in any letter case where they are words', async ({ expect }) => {
    const publisher = await withCalendar()
    const words = { status: 'Tentative', showAs: 'FREE', type: 'FIXTURE' }
    expect(await anEvent(publisher, words)).toMatchObject({
      status: 'tentative',
      showAs: 'free',
      type: 'fixture',
    })
  })

  it('bring texts into one form', async ({ expect }) => {
    const publisher = await withCalendar()
    for (const [sent, kept] of oneLiners) {
      const texts = { name: sent, categories: sent, referenceType: sent, reference: sent }
      const event = await anEvent(publisher, texts)
      expect(event).toMatchObject({ name: kept, categories: kept, referenceType: kept, reference: kept })
      await publisher.api.delete(`/event/${event.id}`)
    }
    for (const [sent, kept] of [...manyLiners, ['a\r\nb', 'a\nb'] as const]) {
      expect(await anEvent(publisher, { location: sent, details: sent })).toMatchObject({
        location: kept,
        details: kept,
      })
    }
  })

  it('know booleans and time zones in every spelling', async ({ expect }) => {
    const publisher = await withCalendar()
    for (const [spelling, means] of flags) {
      const event = await anEvent(publisher, { allDay: spelling, draft: spelling })
      expect([spelling, event.allDay, event.draft]).toEqual([spelling, means, means ? 1 : 0])
    }
    for (const [sent, kept] of goodZones) {
      expect((await anEvent(publisher, { timezone: sent })).timezone).toBe(kept)
    }
  })
})

describe('quick links', () => {
  it('come as flat keys, too, in the order of their numbers', async ({ expect }) => {
    const publisher = await withCalendar()
    const flat = {
      'quickLink[10][url]': 'https://example.com/10',
      'quickLink[10][name]': 'Ten',
      'quickLink[2][name]': 'Two',
      'quickLink[2][url]': 'https://example.com/2',
    }
    const links = [
      { name: 'Two', url: 'https://example.com/2' },
      { name: 'Ten', url: 'https://example.com/10' },
    ]
    const event = await anEvent(publisher, flat)
    expect(event.quickLink).toEqual(links)
    const plain = await anEvent(publisher)
    expect((await publisher.api.put(`/event/${plain.id}`, flat)).data.quickLink).toEqual(links)
    const { data } = await publisher.api.post('/batch/events', {
      events: [{ ...paymentDue, calendarId: publisher.calendarId, ...flat }],
    })
    expect((await publisher.api.get(`/event/${data[0].id}`)).data.quickLink).toEqual(links)
  })
})
