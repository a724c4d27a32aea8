// The libraries that the serializer is measured against. Each has its input made beforehand from the same events, in
// the form that it takes, so that only its own work counts: not the dates, objects or arrays that a caller makes for it.
// They write times in UTC, which is the least work; Daybook writes them in their zones, with the VTIMEZONEs.
import ICAL from 'ical.js'
import ical from 'ical-generator'
import { createEvents } from 'ics'
import { generateIcsCalendar } from 'ts-ics'

const PRODID = '-//Daybook//Daybook 1.0//EN'
const NAME = 'Fixtures'
const HOUR_SECONDS = 3_600

const uidOf = ({ id }) => `${id}@daybook`
const categoriesOf = ({ categories }) => [...new Set(categories.split(/[,/]/))]
const transparencyOf = ({ showAs }) => (showAs === 'free' ? 'TRANSPARENT' : 'OPAQUE')
const statusOf = ({ status }) => status.toUpperCase()
const present = (key, value) => (value === '' ? {} : { [key]: value })

const tsIcs = {
  name: 'ts-ics',
  prepare: (events) => ({
    version: '2.0',
    prodId: PRODID,
    method: 'PUBLISH',
    name: NAME,
    events: events.map(toTsIcs),
  }),
  render: (calendar) => generateIcsCalendar(calendar),
}

function toTsIcs(event) {
  const type = event.allDay ? 'DATE' : 'DATE-TIME'
  const trigger = { type: 'relative', value: { before: true, hours: 1 } }
  return {
    uid: uidOf(event),
    summary: event.name,
    stamp: { date: new Date(event.modifiedAt) },
    created: { date: new Date(event.createdAt) },
    lastModified: { date: new Date(event.modifiedAt) },
    sequence: event.sequence,
    start: { date: new Date(event.startsAt), type },
    end: { date: new Date(event.endsAt), type },
    status: statusOf(event),
    timeTransparent: transparencyOf(event),
    categories: categoriesOf(event),
    ...present('location', event.location),
    ...present('description', event.details),
    ...present('url', event.url),
    alarms: event.alerts.map(() => ({ action: 'DISPLAY', description: event.name, trigger })),
  }
}

const icalGenerator = {
  name: 'ical-generator',
  prepare: (events) => ({
    prodId: PRODID,
    method: 'PUBLISH',
    name: NAME,
    events: events.map(toIcalGenerator),
  }),
  render: (calendar) => ical(calendar).toString(),
}

function toIcalGenerator(event) {
  return {
    id: uidOf(event),
    summary: event.name,
    stamp: new Date(event.modifiedAt),
    created: new Date(event.createdAt),
    lastModified: new Date(event.modifiedAt),
    sequence: event.sequence,
    allDay: event.allDay,
    start: new Date(event.startsAt),
    end: new Date(event.endsAt),
    status: statusOf(event),
    transparency: transparencyOf(event),
    categories: categoriesOf(event).map((name) => ({ name })),
    ...present('location', event.location),
    ...present('description', event.details),
    ...present('url', event.url),
    alarms: event.alerts.map(() => ({
      type: 'display',
      description: event.name,
      triggerBefore: HOUR_SECONDS,
    })),
  }
}

const ics = {
  name: 'ics',
  prepare: (events) => events.map(toIcs),
  render: (events) => {
    const { error, value } = createEvents(events, { productId: PRODID, method: 'PUBLISH', calName: NAME })
    if (error) throw error
    return value
  },
}

function toIcs(event) {
  const time = (instant) => {
    if (!event.allDay) return instant
    const date = new Date(instant)
    return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  }
  return {
    uid: uidOf(event),
    title: event.name,
    created: event.createdAt,
    lastModified: event.modifiedAt,
    sequence: event.sequence,
    start: time(event.startsAt),
    end: time(event.endsAt),
    ...{ startInputType: 'utc', startOutputType: 'utc', endInputType: 'utc', endOutputType: 'utc' },
    status: statusOf(event),
    transp: transparencyOf(event),
    categories: categoriesOf(event),
    ...present('location', event.location),
    ...present('description', event.details),
    ...present('url', event.url),
    alarms: event.alerts.map(() => ({
      action: 'display',
      description: event.name,
      trigger: { hours: 1, before: true },
    })),
  }
}

const icalJs = {
  name: 'ical.js',
  prepare: (events) => [
    'vcalendar',
    [
      property('version', '2.0'),
      property('prodid', PRODID),
      property('method', 'PUBLISH'),
      property('name', NAME),
    ],
    events.map(toJCal),
  ],
  render: (calendar) => ICAL.stringify(calendar),
}

const property = (name, value, type = 'text') => [name, {}, type, value]

function toJCal(event) {
  const second = (instant) => `${new Date(instant).toISOString().slice(0, 19)}Z`
  const time = (name, instant) =>
    event.allDay
      ? property(name, second(instant).slice(0, 10), 'date')
      : property(name, second(instant), 'date-time')
  const text = (name, value) => (value === '' ? [] : [property(name, value)])
  return [
    'vevent',
    [
      property('uid', uidOf(event)),
      property('dtstamp', second(event.modifiedAt), 'date-time'),
      property('last-modified', second(event.modifiedAt), 'date-time'),
      property('created', second(event.createdAt), 'date-time'),
      property('sequence', event.sequence, 'integer'),
      time('dtstart', event.startsAt),
      time('dtend', event.endsAt),
      ...text('summary', event.name),
      ...text('location', event.location),
      ...text('description', event.details),
      ...(event.url === '' ? [] : [property('url', event.url, 'uri')]),
      property('status', statusOf(event)),
      property('transp', transparencyOf(event)),
      ['categories', {}, 'text', ...categoriesOf(event)],
    ],
    event.alerts.map(() => [
      'valarm',
      [
        property('action', 'DISPLAY'),
        property('description', event.name),
        property('trigger', '-PT1H', 'duration'),
      ],
      [],
    ]),
  ]
}

export const libraries = [tsIcs, icalGenerator, ics, icalJs]
