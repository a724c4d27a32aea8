import { describe, it } from 'vitest'
import type { TestPublisher } from '../../support/publisher'
import { aCalendar, anEvent, aPerson } from './records'
import { anOperatorsPublisher, auditOf } from './support'

const DAY = 86_400_000

/** The names of a page's rows that lead somewhere, in order. */
const rows = (html: string) =>
  [...html.matchAll(/<tr class="linked"><th scope="row"><a href="[^"]*">([^<]*)</g)].map(([, name]) => name)

/** What a month's grid says on each day that isn't free. */
const grid = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<td class="((?!when)[^"]*)"><time datetime="([^"]*)".*?<\/td>/gs)].flatMap(
      ([cell, , date = '']) => {
        const words = cell
          .replace(/<time.*?<\/time>/s, '')
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim()
        return words === '' ? [] : [[date, words]]
      },
    ),
  )

const training = {
  ...{ name: 'Training', startDate: '2030-05-01', startTime: '19:00', recurrence: 'FREQ=WEEKLY' },
}

/** Training on Wednesdays, with one that was dropped, one at another time, and one moved into the next month. */
const changedTraining = {
  ...training,
  exceptions: [
    { date: '2030-05-08T19:00', cancelled: true },
    { date: '2030-05-15T19:00', startDate: '2030-05-16', startTime: '08:30', name: 'Early training' },
    { date: '2030-05-29T19:00', startDate: '2030-06-01' },
  ],
}

async function aSeries(publisher: TestPublisher, values: Record<string, unknown> = training) {
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, { calendarId: calendar.id, ...values })
  return { calendar, event }
}

describe('a series in the month of its calendar', () => {
  it('stands on each of its days: dropped ones left out, changed ones where they are', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendar, event } = await aSeries(publisher, changedTraining)
    const { html } = await admin.get(`${calendar.path}?month=2030-05`)
    expect(grid(html)).toEqual({
      '2030-05-01': '19:00 Training',
      '2030-05-16': '08:30 Early training',
      '2030-05-22': '19:00 Training',
    })
    expect(html).toContain(`href="${event.path}"`)
    const june = grid((await admin.get(`${calendar.path}?month=2030-06`)).html)
    expect([june['2030-06-01'], june['2030-06-05']]).toEqual(['19:00 Training', '19:00 Training'])
    expect((await admin.get(`${calendar.path}?month=2030-04`)).words).toContain(
      'Nothing is on in this month.',
    )
  })

  it('stands in a month before its first one, where one of its dates was moved there', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendar } = await aSeries(publisher, {
      ...training,
      exceptions: [{ date: '2030-05-08T19:00', startDate: '2030-04-30' }],
    })
    const april = await admin.get(`${calendar.path}?month=2030-04`)
    expect(grid(april.html)['2030-04-30']).toBe('19:00 Training')
    expect(april.words).not.toContain('Nothing is on in this month.')
    expect(grid((await admin.get(`${calendar.path}?month=2030-03`)).html)).toEqual({})
  })

  it('keeps its time over a change of the clock', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendar } = await aSeries(publisher)
    const october = grid((await admin.get(`${calendar.path}?month=2030-10`)).html)
    expect(october).toEqual(
      Object.fromEntries(['02', '09', '16', '23', '30'].map((day) => [`2030-10-${day}`, '19:00 Training'])),
    )
  })

  it('ends with its COUNT or UNTIL', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendar } = await aSeries(publisher, { ...training, recurrence: 'FREQ=WEEKLY;COUNT=3' })
    await anEvent(publisher, {
      ...{ calendarId: calendar.id, name: 'Camp', startDate: '2030-05-10', allDay: true, startTime: '' },
      recurrence: 'FREQ=DAILY;UNTIL=20300512',
    })
    const may = grid((await admin.get(`${calendar.path}?month=2030-05`)).html)
    expect(Object.keys(may).map((date) => date.slice(-2))).toEqual(['01', '08', '10', '11', '12', '15'])
  })

  it('says so where more repeats than one page shows', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await aCalendar(publisher)
    const events = Array.from({ length: 301 }, (_, n) => ({
      ...{ name: `Course ${n}`, calendarId: id, startDate: '2030-05-01', allDay: true },
      recurrence: 'FREQ=MONTHLY',
    }))
    for (const from of [0, 100, 200, 300]) {
      await publisher.api.post('/batch/events', { events: events.slice(from, from + 100) })
    }
    const { status, words } = await admin.get(`${path}?month=2031-05`)
    expect(status).toBe(200)
    expect(words).toContain('and 294 more')
    expect(words).toContain('More is on than one page shows')
    expect((await admin.get('/portal')).words).toContain(
      'Very many events repeat: not all of them were looked at.',
    )
  })
})

describe('a series in the list of its calendar', () => {
  it('stands where its next occurrence is, and says how it repeats', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendar } = await aSeries(publisher, changedTraining)
    for (const [name, startDate] of [
      ['Before', '2030-05-20'],
      ['After', '2030-05-25'],
    ]) {
      await anEvent(publisher, { calendarId: calendar.id, name, startDate })
    }
    const now = await admin.get(calendar.path)
    expect(rows(now.html)).toEqual(['Training', 'Before', 'After'])
    expect(now.words).toContain('Training Repeats Next Wed 1 May 2030, 19:00–20:00 repeats weekly')
  })

  it('is sorted by that among other events, on every page of the list', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendar } = await aSeries(publisher, { ...training, startDate: '2020-01-01' })
    await anEvent(publisher, {
      ...{ calendarId: calendar.id, name: 'Yearly', startDate: '2020-06-15', recurrence: 'FREQ=YEARLY' },
      exceptions: Array.from({ length: 50 }, (_, n) => ({
        ...{ date: `${2020 + n}-06-15T19:00`, cancelled: true },
      })),
    })
    const events = Array.from({ length: 60 }, (_, n) => ({
      ...{
        name: `Single ${n}`,
        calendarId: calendar.id,
        startDate: `2050-01-${10 + (n % 20)}`,
        allDay: true,
      },
    }))
    await publisher.api.post('/batch/events', { events })
    await anEvent(publisher, { calendarId: calendar.id, name: 'Last', startDate: '2090-01-01' })
    const pages = await Promise.all(['', '?page=2'].map((query) => admin.get(`${calendar.path}${query}`)))
    const [first = [], second = []] = pages.map(({ html }) => rows(html))
    expect([first.length, second.length, first[0]]).toEqual([50, 13, 'Training'])
    expect(new Set([...first, ...second]).size).toBe(63)
    expect(second.slice(-2)).toEqual(['Yearly', 'Last'])
    expect(pages[1]?.words).toContain('Yearly Repeats Next Sun 15 Jun 2070, 19:00–20:00 repeats yearly')
  })

  it('is under past once its last occurrence is over, the one that ended last first', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendar } = await aSeries(publisher, {
      ...{ ...training, startDate: '2020-01-01', recurrence: 'FREQ=WEEKLY;UNTIL=20210301T000000Z' },
    })
    await anEvent(publisher, { calendarId: calendar.id, name: 'Single', startDate: '2021-02-01' })
    expect((await admin.get(calendar.path)).words).toContain('Nothing is coming up')
    const past = await admin.get(`${calendar.path}?past=1`)
    expect(rows(past.html)).toEqual(['Training', 'Single'])
    expect(past.words).toContain('From Wed 1 Jan 2020, 19:00–20:00 repeats weekly until Mon 1 Mar 2021')
  })

  it('is told in the same way among a person’s private events', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const ann = await aPerson(publisher)
    await publisher.api.post('/event', training, { query: { ecal_id: ann.ecalId } })
    expect((await admin.get(ann.path)).words).toContain('Next Wed 1 May 2030, 19:00–20:00 repeats weekly')
  })
})

describe('a series on the first page', () => {
  it('is due where its next occurrence is, long after its start', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const today = new Date().toISOString().slice(0, 10)
    const { calendar } = await aSeries(publisher, { ...training, startDate: '2020-01-01' })
    await anEvent(publisher, { calendarId: calendar.id, name: 'Final', startDate: '2100-05-01' })
    const ended = { name: 'Ended', startDate: '2020-01-01', recurrence: 'FREQ=DAILY;COUNT=5' }
    await anEvent(publisher, { calendarId: calendar.id, ...ended })
    const { words } = await admin.get('/portal')
    const due = words.slice(words.indexOf('What is due'), words.indexOf('Plan'))
    expect(due).toContain('Training Fixtures, 19:00 (Australia/Melbourne), repeats weekly')
    expect(due.indexOf('Training')).toBeLessThan(due.indexOf('Final'))
    expect(due).not.toContain('Ended')
    const [, day = ''] = /(\d+ \w{3,4} \d{4}) Training/.exec(due) ?? []
    const ahead = Date.parse(`${day} 00:00 UTC`) - Date.parse(`${today}T00:00Z`)
    expect(ahead).toBeGreaterThan(-DAY)
    expect(ahead).toBeLessThanOrEqual(8 * DAY)
    expect(new Date(`${day} 00:00 UTC`).getUTCDay()).toBe(3)
  })

  it('is left out where its calendar is a draft, and as a private one', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const draft = await aCalendar(publisher, { name: 'Hidden', draft: 1 })
    await anEvent(publisher, { calendarId: draft.id, ...training })
    const ann = await aPerson(publisher)
    await publisher.api.post('/event', training, { query: { ecal_id: ann.ecalId } })
    expect((await admin.get('/portal')).words).toContain('No event of a public calendar is to come.')
  })
})

describe('the form of an event that repeats', () => {
  it('says so, and keeps the rule and the dates of their own', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { event } = await aSeries(publisher, changedTraining)
    const page = await admin.get(event.path)
    expect(page.words).toContain('Repeats weekly')
    expect(page.words).toContain('This event repeats weekly. What you save here holds for all of its dates')
    const before = (await publisher.api.get(`/event/${event.id}`)).data
    const answer = await admin.send(event.path, event.path, {
      ...{ name: 'Training of all', startDate: '2030-05-01', startTime: '19:00', location: 'Hall 2' },
      ...{ endDate: '2030-05-01', endTime: '20:00', timezone: 'Australia/Melbourne' },
    })
    expect([answer.status, answer.location]).toEqual([303, event.path])
    const { recurrence, exceptions, name } = (await publisher.api.get(`/event/${event.id}`)).data
    expect([name, recurrence, exceptions]).toEqual(['Training of all', before.recurrence, before.exceptions])
    expect(exceptions).toHaveLength(3)
    expect((await auditOf(publisher.id)).at(-1)).toMatchObject({ action: 'event.updated' })
  })

  it('moves the time of all dates, and none that was dropped or changed comes back by that', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendar, event } = await aSeries(publisher, changedTraining)
    const fields = {
      ...{ name: 'Training', startDate: '2030-05-01', endDate: '2030-05-01' },
      ...{ timezone: 'Australia/Melbourne' },
    }
    const months = async () => grid((await admin.get(`${calendar.path}?month=2030-05`)).html)
    const later = { ...fields, startTime: '20:15', endTime: '21:15' }
    expect((await admin.send(event.path, event.path, later)).status).toBe(303)
    expect(await months()).toEqual({
      '2030-05-01': '20:15 Training',
      '2030-05-16': '08:30 Early training',
      '2030-05-22': '20:15 Training',
    })
    const { exceptions } = (await publisher.api.get(`/event/${event.id}`)).data
    expect(exceptions.map(({ date }: { date: string }) => date)).toEqual(
      ['08', '15', '29'].map((day) => `2030-05-${day}T20:15`),
    )
    // So it is where whole days are made of them.
    const whole = await admin.send(event.path, event.path, { ...fields, startTime: '', endTime: '' })
    expect([whole.status, Object.keys(await months())]).toEqual([
      303,
      ['2030-05-01', '2030-05-16', '2030-05-22'],
    ])
  })

  it('says nothing of the kind for an event that doesn’t', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { path } = await anEvent(publisher)
    expect((await admin.get(path)).words).not.toContain('This event repeats')
  })
})
