/**
 * One feed of each kind, made through the front door, as a file in `test/golden`: what a change of the serializer or of
 * the feeds does to the text is seen in its diff. `npx vitest run test/worker/feed/golden.test.ts -u` writes them anew.
 */
import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { follow, ownEvent } from '../../support/event-api'
import { aPublisher, feedText, fetchWorker, type TestPublisher } from '../../support/publisher'
import { signedSignUp, signUp } from '../../support/sign-up'
import { atTime } from '../../support/time'

/** When all of it happens, so that no time in a feed is of the day on which the test runs. */
const NOW = Date.UTC(2030, 3, 1, 2, 3, 4)

/** Makes a feed of one kind; answers its text. */
type Feed = (publisher: TestPublisher) => Promise<string>

/** A calendar of the publisher with some events; answers its id. */
async function withEvents(publisher: TestPublisher, name: string, events: object[], more = {}) {
  const calendar = await aCalendar(publisher, name, more)
  for (const event of events) await anEvent(publisher, calendar, { ...event })
  return calendar
}

async function publicFeed(publisher: TestPublisher, calendar: string): Promise<string> {
  const { data } = await publisher.api.get(`/calendar/${calendar}`)
  return feedText(fetchWorker(new URL(data.feed).pathname))
}

const day = (startDate: string, endDate = startDate) => ({
  startDate,
  endDate,
  allDay: true,
  startTime: undefined,
})
const inZone = (timezone: string, startDate: string, startTime: string, endTime: string) => ({
  ...{ timezone, startDate, startTime, endTime },
})

/** Each is a file of this name. A feed of a new kind is a new entry. */
const feeds: Record<string, Feed> = {
  'private-events': async (publisher) => {
    const ann = await publisher.subscriber()
    for (const [name, startDate] of [
      ['Payment Due', '2030-05-01'],
      ['Payment Due, last reminder', '2030-06-01'],
    ]) {
      const event = { name, startDate, allDay: true, details: '$120.00; by direct debit', alert: '1D' }
      await publisher.api.post('/event', event, { query: { ecal_id: ann.ecalId } })
    }
    return feedText(ann.feed())
  },

  'public-calendar': async (publisher) => {
    const rounds = [
      { name: 'Round 1', startDate: '2030-05-01', location: 'John Cain Arena' },
      { name: 'Round 2', startDate: '2030-05-08', status: 'tentative' },
      { name: 'Round 3', startDate: '2030-05-15', showAs: 'free', url: 'https://kings.example/3' },
    ]
    return publicFeed(publisher, await withEvents(publisher, 'Kings', rounds))
  },

  'all-day': async (publisher) => {
    const days = [
      { name: 'One day', ...day('2030-05-01') },
      { name: 'A weekend', ...day('2030-05-04', '2030-05-05') },
      { name: 'Over the end of February', ...day('2032-02-28', '2032-03-01') },
      {
        name: 'Three nights',
        startDate: '2030-06-07',
        startTime: '20:00',
        endDate: '2030-06-10',
        endTime: '09:30',
      },
    ]
    return publicFeed(publisher, await withEvents(publisher, 'Days', days))
  },

  zones: async (publisher) => {
    const times = [
      { name: 'Winter in New York', ...inZone('America/New_York', '2030-01-15', '19:00', '20:00') },
      { name: 'Clocks go back', ...inZone('Australia/Melbourne', '2030-04-07', '01:30', '04:00') },
      { name: 'Summer in London', ...inZone('Europe/London', '2030-07-15', '19:00', '20:00') },
      { name: 'A time that is skipped', ...inZone('Australia/Melbourne', '2030-10-06', '02:30', '05:00') },
      { name: 'Without summer time', ...inZone('Asia/Kathmandu', '2030-11-01', '19:00', '20:00') },
      { name: 'In UTC', ...inZone('UTC', '2030-11-02', '19:00', '20:00') },
      { name: 'Before its zone’s rules', ...inZone('Europe/London', '1971-01-15', '19:00', '20:00') },
    ]
    const ann = await aPerson(publisher)
    await follow(publisher, ann, [await withEvents(publisher, 'Times', times)])
    await ownEvent(ann.app, {
      ...{ title: 'MEL – LAX', start: '2030-11-30T23:00:00Z', end: '2030-12-01T14:30:00Z' },
      ...{ start_timezone: 'Australia/Melbourne', end_timezone: 'America/Los_Angeles' },
    })
    return feedText(ann.feed())
  },

  series: async (publisher) => {
    const trainings = {
      ...{ name: 'Training', recurrence: 'FREQ=WEEKLY;COUNT=4', alert: '1H' },
      ...inZone('Australia/Melbourne', '2030-03-26', '19:00', '20:30'),
      exceptions: [
        { date: '2030-04-02T19:00', cancelled: true },
        { date: '2030-04-09T19:00', startTime: '20:00', name: 'Training, later', location: 'Hall' },
      ],
    }
    const fees = {
      ...{
        name: 'Fees are due',
        ...day('2030-01-31'),
        recurrence: 'FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20300630',
      },
      exceptions: [{ date: '2030-03-31', cancelled: true }],
    }
    return publicFeed(publisher, await withEvents(publisher, 'Club', [trainings, fees]))
  },

  tombstone: async (publisher) => {
    const calendar = await withEvents(publisher, 'Kings', [{ name: 'Stays', startDate: '2030-05-01' }])
    const gone = await anEvent(publisher, calendar, {
      name: 'Called off',
      startDate: '2030-05-02',
      alert: '1H',
    })
    await publisher.api.delete(`/event/${gone}`)
    return publicFeed(publisher, calendar)
  },

  'limited-address': async (publisher) => {
    const before = await withEvents(publisher, 'Before', [
      { name: 'Followed before', startDate: '2030-05-01' },
    ])
    const after = await withEvents(publisher, 'After', [{ name: 'Followed after', startDate: '2030-05-02' }])
    const typed = await signUp(publisher, 'ann@example.com', { calendarIds: [before] })
    const due = { name: 'Payment Due', ...day('2030-05-03') }
    await publisher.api.post('/event', due, { query: { ecal_id: typed.ecalId } })
    await signedSignUp(publisher, 'ann@example.com', { calendarIds: [after] })
    return feedText(fetchWorker(typed.feedPath))
  },

  unsubscribed: async (publisher) => {
    const ann = await publisher.subscriber()
    await publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)
    return feedText(ann.feed())
  },

  invitation: async (publisher) => {
    const [service, ann] = [await aService(publisher), await aPerson(publisher)]
    const dinner = await anEvent(publisher, await aCalendar(publisher), { name: 'Dinner' })
    await relate(service, dinner, ann.ecalId, { is_invitation: true })
    return feedText(ann.feed())
  },

  'every-field': async (publisher) => {
    const final = {
      ...{
        name: 'Final',
        startDate: '2030-07-01',
        startTime: '19:00',
        endTime: '21:30',
        timezone: 'Europe/Paris',
      },
      ...{ location: 'Main Court\nLevel 2', details: 'Bring friends; and, \\ or / snacks.', showAs: 'free' },
      ...{
        url: 'https://example.com/final?a=1,2&b=é#;',
        alert: '15M',
        alert2: '1W',
        categories: 'Finals/Men,Finals/A;B',
      },
      quickLink: [
        { name: 'Tickets', url: 'https://example.com/tickets' },
        { name: 'Map', url: 'https://example.com/map?at=48.8,2.3' },
      ],
    }
    const plain = { name: 'Semi-final', startDate: '2030-06-24' }
    const calendar = { categories: 'Sports/Basketball,Country/France' }
    return publicFeed(publisher, await withEvents(publisher, 'Finals', [plain, final], calendar))
  },

  'beyond-ascii': async (publisher) => {
    const names = [
      'Größe zählt: Löwen gegen Bären, das Rückspiel in der überfüllten Süßwarenhalle',
      '第十二節 ホーム開幕戦 会場は六時に開きますのでチケットをお持ちください 大阪市中央体育館',
      '🏀🎟'.repeat(12),
      'משחק הבית הראשון של העונה',
      `${'x'.repeat(66)}, folded before its comma`,
    ]
    const events = names.map((name, n) => ({ name, startDate: `2030-05-0${n + 1}`, alert: '1H' }))
    return publicFeed(publisher, await withEvents(publisher, 'Käse & Wörter – 日本', events))
  },
}

/** Ids are random: each is the number of its first place instead, as long as it was, so that lines fold as they did. */
function withoutRandomness(feed: string): string {
  const numbers = new Map<string, string>()
  return feed.replaceAll(/(?<=^UID:)[0-9a-f]{24}/gm, (id) => {
    const number = numbers.get(id) ?? `${numbers.size + 1}`.padStart(24, '0')
    numbers.set(id, number)
    return number
  })
}

describe('a feed is to the letter what it was:', () => {
  it.for(Object.entries(feeds))('%s', async ([name, make], { expect }) => {
    const text = await atTime(NOW, async () => make(await aPublisher({ name: 'Acme Lending' })))
    // This compares without regard to CR; `feedText` has seen to the line ends.
    await expect(withoutRandomness(text)).toMatchFileSnapshot(`../../golden/${name}.ics`)
  })
})
