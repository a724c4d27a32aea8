import { describe, it } from 'vitest'
import { aCalendar, aPerson, aService, relate } from '../../support/apps'
import { runCron } from '../../support/crons'
import { aFollower, forgetFeeds, manyEvents, plainFeed, plainFragment } from '../../support/feeds'
import { shownBy } from '../../support/occurrences'
import { aPublisher, feedText, fetchWorker, type TestPublisher } from '../../support/publisher'
import { aSourcedCalendar, vevent } from '../../support/source'
import { atTime } from '../../support/time'

const DAY = 86_400_000

/** Four evenings in Melbourne, of which the second is off and the third is later and elsewhere. */
const training = {
  name: 'Training',
  startDate: '2030-05-01',
  startTime: '19:00',
  details: 'Bring water',
  recurrence: 'FREQ=WEEKLY;COUNT=4',
  exceptions: [
    { date: '2030-05-08T19:00', cancelled: true },
    { date: '2030-05-15T19:00', name: 'Training indoors', startTime: '20:30', location: 'Hall' },
  ],
}

async function aSeries(publisher: TestPublisher, calendarId: string, fields = {}): Promise<string> {
  const { status, text, data } = await publisher.api.post('/event', { ...training, calendarId, ...fields })
  if (status !== 200) throw new Error(`a test's series answered ${status}: ${text}`)
  return data.id
}

/** The occurrences that an app shows of a feed, but for the welcome. */
async function shown(response: Response | Promise<Response>): Promise<string[]> {
  return shownBy(await feedText(response))
    .filter(({ name }) => !name.startsWith('Your calendar is connected'))
    .map(({ start, name }) => `${new Date(start).toISOString().slice(0, 16)} ${name}`)
}

const statuses = async (response: Promise<Response>, id: string) =>
  (await feedText(response))
    .split('BEGIN:VEVENT')
    .filter((part) => part.includes(`UID:${id}@daybook`))
    .map((part) => /^STATUS:(\w+)/m.exec(part)?.[1])

const asTold = ['2030-05-01T09:00 Training', '2030-05-15T10:30 Training indoors', '2030-05-22T09:00 Training']

describe('a series in a feed', () => {
  it('shows what it says, in each feed that has it', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendarId = await aCalendar(publisher, 'Club', { categories: 'Sports' })
    const person = await aFollower(publisher, calendarId)
    await aSeries(publisher, calendarId)
    expect(await shown(person.feed())).toEqual(asTold)
    const text = await feedText(person.feed())
    expect(text.match(/^CATEGORIES:.*$/gm)).toEqual(['CATEGORIES:Sports', 'CATEGORIES:Sports'])
    expect(text.match(/^DESCRIPTION:Bring water/gm)).toHaveLength(2)
    expect(text).toBe(await plainFeed(publisher.id, person.ecalId))
    const { data } = await publisher.api.get(`/calendar/${calendarId}`)
    expect(await shown(fetchWorker(new URL(data.feed).pathname))).toEqual(asTold)
  })

  it('shows in the private calendar, and leaves with all its occurrences', async ({ expect }) => {
    const publisher = await aPublisher()
    const person = await publisher.subscriber()
    const { data } = await publisher.api.post('/event', training, { query: { ecal_id: person.ecalId } })
    expect(await shown(person.feed())).toEqual(asTold)
    await publisher.api.delete(`/event/${data.id}`)
    expect(await shown(person.feed())).toEqual([])
    expect(await statuses(person.feed(), data.id)).toEqual([])
  })

  it('follows changes of the series and of its occurrences', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendarId = await aCalendar(publisher)
    const person = await aFollower(publisher, calendarId)
    const id = await aSeries(publisher, calendarId)
    const etag = (await person.feed()).headers.get('ETag')
    const exceptions = [
      { date: '2030-05-08T19:00', startDate: '2030-05-09', name: 'Catch-up' },
      { date: '2030-05-22T19:00', cancelled: true },
    ]
    await publisher.api.put(`/event/${id}`, { exceptions })
    expect((await person.feed()).headers.get('ETag')).not.toBe(etag)
    expect(await shown(person.feed())).toEqual([
      '2030-05-01T09:00 Training',
      '2030-05-09T09:00 Catch-up',
      '2030-05-15T09:00 Training',
    ])
    await publisher.api.put(`/event/${id}`, { name: 'Practice', recurrence: 'FREQ=WEEKLY;COUNT=5' })
    expect(await shown(person.feed())).toEqual([
      '2030-05-01T09:00 Practice',
      '2030-05-09T09:00 Catch-up',
      '2030-05-15T09:00 Practice',
      '2030-05-29T09:00 Practice',
    ])
    await publisher.api.put(`/event/${id}`, { recurrence: null, exceptions: null })
    expect(await shown(person.feed())).toEqual(['2030-05-01T09:00 Practice'])
  })

  it('stands in a calendar that is read in pages', async ({ expect }) => {
    const publisher = await aPublisher()
    const calendarId = await aCalendar(publisher)
    const person = await aFollower(publisher, calendarId)
    await manyEvents(publisher, calendarId, 2_000)
    await aSeries(publisher, calendarId)
    forgetFeeds()
    const text = await feedText(person.feed())
    expect(text.match(/^RRULE:FREQ=WEEKLY/gm)).toHaveLength(1)
    expect(text.match(/^RECURRENCE-ID;/gm)).toHaveLength(1)
    expect(text).toContain((await plainFragment(calendarId)).text)
  })

  it('is tentative in all its parts while it awaits an answer, and gone as a whole when declined', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const [service, ann] = [await aService(publisher), await aPerson(publisher)]
    const [alone, followed] = [await aCalendar(publisher), await aCalendar(publisher)]
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [followed] })
    await aSeries(publisher, followed, { name: 'Before', startDate: '2030-04-01', exceptions: [] })
    await aSeries(publisher, followed, { name: 'After', startDate: '2030-06-01', exceptions: [] })
    for (const calendarId of [alone, followed]) {
      const exceptions = [
        { date: '2030-05-08T19:00', name: 'Sure', status: 'confirmed' },
        { date: '2030-05-15T19:00', name: 'Off', status: 'cancelled' },
      ]
      const event = await aSeries(publisher, calendarId, { exceptions })
      const id = await relate(service, event, ann.ecalId)
      expect(await statuses(ann.feed(), event)).toEqual(['TENTATIVE', 'TENTATIVE', 'CANCELLED'])
      expect(await feedText(ann.feed())).toBe(await plainFeed(publisher.id, ann.ecalId))
      await ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: 'attending' })
      expect(await statuses(ann.feed(), event)).toEqual(['CONFIRMED', 'CONFIRMED', 'CANCELLED'])
      await ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: 'not_attending' })
      expect(await statuses(ann.feed(), event)).toEqual([])
      expect((await shown(ann.feed())).map((line) => line.slice(17))).toEqual([
        ...['Before', 'Before', 'Before', 'Before', 'After', 'After', 'After', 'After'],
      ])
    }
  })

  it('from a source shows as it does there', async ({ expect }) => {
    const series = [
      vevent(
        's',
        'SUMMARY:Training',
        'DTSTART;TZID=Europe/Berlin:20300506T190000',
        'DTEND;TZID=Europe/Berlin:20300506T203000',
        'RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20301231T235959Z',
        'EXDATE;TZID=Europe/Berlin:20300513T190000',
      ),
      vevent(
        's',
        'RECURRENCE-ID;TZID=Europe/Berlin:20300520T190000',
        'SUMMARY:Training indoors',
        'DTSTART;TZID=Europe/Berlin:20300521T200000',
        'DTEND;TZID=Europe/Berlin:20300521T213000',
      ),
    ]
    const club = await aSourcedCalendar(await aPublisher(), series)
    const person = await aFollower(club, club.calendarId)
    const before = await shown(person.feed())
    expect(before.slice(0, 3)).toEqual([
      '2030-05-06T17:00 Training',
      '2030-05-21T18:00 Training indoors',
      '2030-05-27T17:00 Training',
    ])
    expect(before).toHaveLength(34)
    expect(before.at(-1)).toBe('2030-12-30T18:00 Training')
    const etag = (await person.feed()).headers.get('ETag')
    await club.says(...series)
    expect((await person.feed()).headers.get('ETag')).toBe(etag)
  })
})

describe('a deleted series', () => {
  const hourly = () => runCron('7 * * * *')
  const at = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10)

  async function deleted(fields: Record<string, unknown>) {
    const publisher = await aPublisher({ timezone: 'UTC' })
    const calendarId = await aCalendar(publisher)
    const person = await aFollower(publisher, calendarId)
    const id = await aSeries(publisher, calendarId, { exceptions: [], ...fields })
    await publisher.api.delete(`/event/${id}`)
    return { id, left: () => statuses(person.feed(), id) }
  }

  it('stays as cancelled in all its parts, for 30 days where it goes on', async ({ expect }) => {
    const startDate = at(-100)
    const exceptions = [
      { date: `${at(-93)}T19:00`, cancelled: true },
      { date: `${at(-86)}T19:00`, name: 'Training indoors' },
    ]
    const { left } = await deleted({ startDate, recurrence: 'FREQ=WEEKLY', exceptions })
    expect(await left()).toEqual(['CANCELLED', 'CANCELLED'])
    await atTime(Date.now() + 29 * DAY, hourly)
    expect(await left()).toHaveLength(2)
    await atTime(Date.now() + 31 * DAY, hourly)
    expect(await left()).toEqual([])
  })

  it('leaves with its last occurrence where that comes sooner', async ({ expect }) => {
    const { left } = await deleted({ startDate: at(-4), recurrence: 'FREQ=WEEKLY;COUNT=3' })
    await atTime(Date.now() + 9 * DAY, hourly)
    expect(await left()).toEqual(['CANCELLED'])
    await atTime(Date.now() + 12 * DAY, hourly)
    expect(await left()).toEqual([])
  })

  it('leaves at once where its last occurrence is over, or all that were to come were dropped', async ({
    expect,
  }) => {
    const over = { startDate: at(-30), recurrence: 'FREQ=WEEKLY;COUNT=3' }
    expect(await (await deleted(over)).left()).toEqual([])
    const exceptions = [{ date: `${at(5)}T19:00`, cancelled: true }]
    const dropped = { startDate: at(-2), recurrence: 'FREQ=WEEKLY;COUNT=2' }
    expect(await (await deleted({ ...dropped, exceptions })).left()).toEqual([])
    expect(await (await deleted(dropped)).left()).toEqual(['CANCELLED'])
  })
})
