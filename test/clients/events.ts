import type { Occurrence } from './occurrences'

/** An event as a publisher sends it, and the occurrences that every app must show, reckoned by hand. */
export type Expected = {
  readonly event: Record<string, unknown> & { name: string }
  readonly shows: readonly Omit<Occurrence, 'summary'>[] | readonly Occurrence[]
}

const timed = (
  name: string,
  timezone: string,
  [startDate, startTime]: readonly [string, string],
  [endDate, endTime]: readonly [string, string],
  start: string,
  end: string,
): Expected => ({
  event: { name, timezone, startDate, startTime, endDate, endTime },
  shows: [{ start: `2030-${start}:00Z`, end: `2030-${end}:00Z` }],
})

/** One hour, over which the zone's clock is not changed. */
const hour = (name: string, timezone: string, date: string, time: string, instant: string): Expected => ({
  event: { name, timezone, startDate: date, startTime: time },
  shows: [
    {
      start: `${instant}:00Z`,
      end: new Date(Date.parse(`${instant}:00Z`) + 3_600_000).toISOString().replace('.000', ''),
    },
  ],
})

const allDay = (name: string, start: string, end: string): Expected => ({
  event: { name, allDay: true, startDate: start, endDate: end },
  shows: [{ start, end }],
})

/** 5 KB of text with all that is escaped and folded in it. */
export const longDetails = 'Crème brûlée; a, b \\ c\n🗓️ שלום — “ok”\n'.repeat(110).trimEnd()

export const texts = {
  name: '🎉 Fête 👩‍👩‍👧 שלום; عيد سعيد, \\ ✅',
  location: 'قاعة المؤتمرات، الطابق ٣\nGate B; left, then right',
  details: longDetails,
}

export const expected: readonly Expected[] = [
  hour('Melbourne, summer time', 'Australia/Melbourne', '2030-04-06', '19:00', '2030-04-06T08:00'),
  hour('Melbourne, standard time', 'Australia/Melbourne', '2030-04-07', '19:00', '2030-04-07T09:00'),
  hour('New York, before the change', 'America/New_York', '2030-03-09', '12:00', '2030-03-09T17:00'),
  hour('New York, after the change', 'America/New_York', '2030-03-10', '12:00', '2030-03-10T16:00'),
  timed(
    'New York, the night of the change',
    'America/New_York',
    ['2030-03-09', '23:00'],
    ['2030-03-10', '06:00'],
    '03-10T04:00',
    '03-10T10:00',
  ),
  hour('Chatham, winter', 'Pacific/Chatham', '2030-07-01', '08:00', '2030-06-30T19:15'),
  hour('Chatham, summer', 'Pacific/Chatham', '2030-01-15', '08:00', '2030-01-14T18:15'),
  hour('St John’s, winter', 'America/St_Johns', '2030-01-15', '08:00', '2030-01-15T11:30'),
  hour('St John’s, summer', 'America/St_Johns', '2030-07-15', '08:00', '2030-07-15T10:30'),
  hour(
    'Lord Howe, half an hour of summer time',
    'Australia/Lord_Howe',
    '2030-01-15',
    '08:00',
    '2030-01-14T21:00',
  ),
  hour('Lord Howe, winter', 'Australia/Lord_Howe', '2030-07-15', '08:00', '2030-07-14T21:30'),
  hour('Dublin, winter', 'Europe/Dublin', '2030-01-15', '08:00', '2030-01-15T08:00'),
  hour('Dublin, summer', 'Europe/Dublin', '2030-07-15', '08:00', '2030-07-15T07:00'),
  hour('Kathmandu', 'Asia/Kathmandu', '2030-07-15', '08:00', '2030-07-15T02:15'),
  hour('UTC', 'UTC', '2030-07-15', '08:00', '2030-07-15T08:00'),
  timed(
    'Paris, a weekend',
    'Europe/Paris',
    ['2030-06-01', '18:00'],
    ['2030-06-03', '12:00'],
    '06-01T16:00',
    '06-03T10:00',
  ),
  allDay('A day', '2030-05-01', '2030-05-01'),
  allDay('The day of the change', '2030-03-10', '2030-03-10'),
  allDay('Three days', '2030-05-10', '2030-05-12'),
  allDay('Over New Year', '2030-12-30', '2031-01-02'),
  {
    event: { ...texts, timezone: 'Asia/Jerusalem', startDate: '2030-05-07', startTime: '10:00' },
    shows: [{ start: '2030-05-07T07:00:00Z', end: '2030-05-07T08:00:00Z' }],
  },
  {
    event: {
      name: 'Every week over the change, one dropped, one later',
      timezone: 'America/New_York',
      startDate: '2030-02-26',
      startTime: '12:00',
      endTime: '13:30',
      recurrence: 'FREQ=WEEKLY;COUNT=4',
      exceptions: [
        { date: '2030-03-05T12:00', cancelled: true },
        { date: '2030-03-12T12:00', startTime: '15:00', endTime: '16:00', name: 'Later this week' },
      ],
    },
    shows: [
      {
        summary: 'Every week over the change, one dropped, one later',
        start: '2030-02-26T17:00:00Z',
        end: '2030-02-26T18:30:00Z',
      },
      { summary: 'Later this week', start: '2030-03-12T19:00:00Z', end: '2030-03-12T20:00:00Z' },
      {
        summary: 'Every week over the change, one dropped, one later',
        start: '2030-03-19T16:00:00Z',
        end: '2030-03-19T17:30:00Z',
      },
    ],
  },
  {
    event: {
      name: 'Chatham, every day over the change',
      timezone: 'Pacific/Chatham',
      startDate: '2030-04-05',
      startTime: '09:00',
      recurrence: 'FREQ=DAILY;COUNT=4',
    },
    shows: ['04-04T19:15', '04-05T19:15', '04-06T20:15', '04-07T20:15'].map((start) => ({
      start: `2030-${start}:00Z`,
      end: `2030-${start.replace(/T(\d\d)/, (_, hours) => `T${Number(hours) + 1}`)}:00Z`,
    })),
  },
  {
    event: {
      name: 'The last Friday of the month, all day',
      allDay: true,
      startDate: '2030-01-25',
      recurrence: 'FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20300430',
      exceptions: [{ date: '2030-02-22', cancelled: true }],
    },
    shows: ['2030-01-25', '2030-03-29', '2030-04-26'].map((day) => ({ start: day, end: day })),
  },
]

/** All that an app must show of them. */
export const occurrences: readonly Occurrence[] = expected.flatMap(({ event, shows }) =>
  shows.map((shown) => ({ summary: event.name, ...shown })),
)
