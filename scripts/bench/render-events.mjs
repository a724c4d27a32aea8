// Events as feeds have them: half with letters beyond ASCII, some long enough to be folded, all with something to
// escape, most with an alert; in four zones, UTC and all-day. The same number is the same event in each run.

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ZONES = ['Australia/Melbourne', 'America/New_York', 'Europe/London', 'Asia/Kathmandu', 'UTC']
const STATUSES = ['confirmed', 'confirmed', 'confirmed', 'tentative', 'cancelled']
const NAMES = [
  'Round %: Kings vs. Wildcats',
  'Runde %: Löwen – Bären',
  '第%節 ホーム開幕戦 🏀',
  'Payment % due',
]
const LOCATIONS = ['John Cain Arena, Gate 3', 'Södra Arenan; läktare B', '大阪市中央体育館', '']
const DETAILS = [
  'Doors open one hour earlier; bring your ticket.\nhttps://tickets.example.com/%',
  'Einlass ab 18:00 Uhr, für Mitglieder früher.\nÄnderungen möglich: siehe Aushang; Rückfragen an die Geschäftsstelle.',
  '会場は六時に開きます。チケットをお持ちください, gate 3 🎟',
  'Instalment % of 12: $120.50, by direct debit',
]

const clocks = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
  ]),
)

/** Date and time that the clocks of a zone show. */
const wallClock = (zone, instant) => clocks.get(zone).format(instant).split(' ')

/** That many events as `renderEvent` takes them. */
export function renderedEvents(count) {
  return Array.from({ length: count }, (_, n) => eventNumber(n))
}

function eventNumber(n) {
  const text = (texts) => texts[n % texts.length].replaceAll('%', n)
  const allDay = n % 10 === 3
  const timezone = ZONES[n % ZONES.length]
  const day = Date.UTC(2030, 0, 1) + ((n * 7) % 700) * DAY
  const startsAt = allDay ? day : day + (7 + (n % 12)) * HOUR + 30 * 60_000
  const endsAt = allDay ? day + DAY : startsAt + 2 * HOUR
  const [startDate, startTime] = wallClock(allDay ? 'UTC' : timezone, startsAt)
  const [endDate, endTime] = wallClock(allDay ? 'UTC' : timezone, allDay ? day : endsAt)
  return {
    id: (0x652375ab635f + n).toString(16).padEnd(24, 'd36a5e6695fb'),
    createdAt: Date.UTC(2029, 10, 1) + n * 61_000,
    modifiedAt: Date.UTC(2029, 11, 1) + n * 7_919_000,
    sequence: n % 4,
    allDay,
    startDate,
    startTime: allDay ? '' : startTime,
    endDate,
    endTime: allDay ? '' : endTime,
    timezone,
    endTimezone: timezone,
    startsAt,
    endsAt,
    name: text(NAMES),
    location: text(LOCATIONS),
    details: text(DETAILS),
    quickLinks: [],
    url: n % 2 === 0 ? `https://club.example.com/fixtures/${n}?from=feed` : '',
    status: STATUSES[n % STATUSES.length],
    showAs: n % 4 === 0 ? 'free' : 'busy',
    categories: 'Sports/Basketball,Country/Australia',
    alerts: n % 3 === 0 ? [] : ['1H'],
    cancelledTombstone: false,
  }
}
