import { aPerson } from '../../../../support/apps'
import { privateCalendar } from '../../../../support/event-api'
import { aCalendar } from '../../../../support/events'
import { operate } from '../../../identity/support'
import { asNobody, type Caller, type Refused, type Rows, sending, type Table, type Told } from '../table'
import type { World } from '../world'

const PERSON = 'GET /ecal-sub/:address/:name'
const CALENDAR = 'GET /calendars/:calendarId/:name.ics'

const plain = (status: 404 | 410, text: string): Told => ({
  status,
  text: `${text}\n`,
  headers: {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ETag: null,
    'Last-Modified': null,
  },
})
const notFound = plain(404, 'Not found.')
const gone = plain(410, 'Gone.')

const rows = ({ a }: World): Rows => ({
  [PERSON]: { path: a.person.feedPath, rightful: 200 },
  [CALENDAR]: { path: `/calendars/${a.calendarId}/any.ics`, rightful: 200 },
})

const instead =
  (path: string): Caller =>
  (asked) => ({ ...asked, path })

const on = (route: string, path: string, told: Told | 'own'): Refused => ({
  as: instead(path),
  told: (each) => (each === route ? told : null),
})

/** Feeds need no credentials but their address; here are addresses that lead nowhere, or no more. */
export const feedTable: Table = {
  rows,
  rightful: () => asNobody,
  async refused({ a, b, records }) {
    const { publisher } = a
    const rotated = await aPerson(publisher)
    await publisher.api.post(`/subscriber/${rotated.ecalId}/feed-address/rotate`)
    const left = await aPerson(publisher)
    await publisher.api.post(`/subscriber/${left.ecalId}/unsubscribe`)
    const deleted = await aCalendar(publisher.api)
    await publisher.api.delete(`/calendar/${deleted}`)
    const erased = await aPerson(publisher)
    await operate('DELETE', `/operator/publishers/${publisher.id}/subscribers/${erased.ecalId}`)
    const [, , address = ''] = a.person.feedPath.split('/')
    const feedOf = (id: string) => `/ecal-sub/${id}/any.ics`
    const own = await privateCalendar(a.person)
    return {
      'an unknown address': on(PERSON, feedOf('0'.repeat(32)), notFound),
      'a person’s id': on(PERSON, feedOf(a.person.ecalId), notFound),
      'a calendar’s id as an address': on(PERSON, feedOf(a.calendarId), notFound),
      'an address cut short': on(PERSON, feedOf(address.slice(0, -1)), notFound),
      'a person’s token as an address': on(
        PERSON,
        feedOf((a.person.app.authorization ?? '').slice(6, 38)),
        notFound,
      ),
      'the address of somebody who was erased': on(PERSON, erased.feedPath, notFound),
      'an address that was replaced': on(PERSON, rotated.feedPath, gone),
      // The app keeps the calendar, without what was in it (`widget-and-feeds.md` 3).
      'the address of somebody who left': { ...on(PERSON, left.feedPath, 'own'), isOfA: true },
      'an unknown calendar': on(CALENDAR, `/calendars/${'a'.repeat(24)}/any.ics`, notFound),
      'a draft': on(CALENDAR, `/calendars/${records.draft}/any.ics`, notFound),
      'a person’s own calendar': on(CALENDAR, `/calendars/${own}/any.ics`, notFound),
      'a deleted calendar': on(CALENDAR, `/calendars/${deleted}/any.ics`, gone),
      'a person’s own calendar, with that person’s token': {
        as: async (asked) =>
          sending(
            'Authorization',
            a.person.app.authorization ?? '',
          )(await instead(`/calendars/${own}/any.ics`)(asked)),
        told: (route) => (route === CALENDAR ? notFound : null),
      },
      'another publisher’s key': {
        as: async (asked) =>
          instead(`/calendars/${records.draft}/any.ics?apiKey=${b.publisher.apiKey}`)(asked),
        told: (route) => (route === CALENDAR ? notFound : null),
      },
    }
  },
}
