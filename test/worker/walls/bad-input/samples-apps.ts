import { newId } from '../../../../src/platform/ids'
import { newestCode, newPhone } from '../../../support/contacts'
import { again, draft, once, type Samples } from './samples'
import type { World } from './world'

const dinner = {
  title: 'Dinner',
  start: '2042-02-12T18:00:00.000000Z',
  end: '2042-02-12T20:00:00.000000Z',
  start_timezone: 'Europe/Amsterdam',
  end_timezone: 'Europe/Amsterdam',
  all_day: false,
  start_location: { text: 'Milliways' },
}

/** A valid request of each route for apps: events, event subscriptions, calendars and the person; and of the feeds. */
export function appSamples(world: World): Samples {
  const { ann, calendarId, ownId, bearer, eventId } = world
  const person = { Authorization: ann.app.authorization ?? '' }
  const service = { Authorization: bearer }
  const call = (route: string, values: string[] = [], json?: unknown, query = '') =>
    draft(route, values, { json, query, headers: person })
  const serve = (route: string, values: string[], json?: unknown) =>
    draft(route, values, { json, headers: service })
  const invitation = (id: string) => ({
    event_id: eventId,
    subscriber: { id },
    is_invitation: true,
    permission: 'invited_read',
    message: 'Are you coming?',
  })
  const relation = async (ecalId: string) => {
    const made = await call('POST /event-subscriptions')
    const answer = await world.ann.app.call('POST', made.path, invitation(ecalId), service)
    if (answer.status !== 200) throw new Error(`a test's relation answered ${answer.status}: ${answer.text}`)
    return { id: String(answer.data[0].id), ecalId }
  }
  let kept: ReturnType<typeof relation> | undefined
  const related = () => {
    kept ??= relation(ann.ecalId)
    return kept
  }
  const page = 'limit=10&offset=0&order_asc=true'
  return {
    'GET /event-subscriptions/live': again(() =>
      draft('GET /event-subscriptions/live', [], { headers: { ...person, Upgrade: 'websocket' } }),
    ),
    'GET /event-subscriptions': again(() =>
      call('GET /event-subscriptions', [], undefined, `sync_token=0&order_by=sync_token&${page}`),
    ),
    'GET /event-subscriptions/:id': again(async () =>
      serve('GET /event-subscriptions/:id', [(await related()).id]),
    ),
    'POST /event-subscriptions': once(async () =>
      serve('POST /event-subscriptions', [], invitation((await world.person()).ecalId)),
    ),
    'PUT /event-subscriptions/:id': again(async () => {
      const { id, ecalId } = await related()
      return serve('PUT /event-subscriptions/:id', [id], invitation(ecalId))
    }),
    'PATCH /event-subscriptions/:id': again(async () =>
      call('PATCH /event-subscriptions/:id', [(await related()).id], { rsvp_status: 'attending' }),
    ),
    'DELETE /event-subscriptions/:id': once(async () =>
      serve('DELETE /event-subscriptions/:id', [(await relation((await world.person()).ecalId)).id]),
    ),
    'GET /events': again(() => call('GET /events', [], undefined, `ids=[${ownId}]&${page}`)),
    'GET /events/:id': again(() => call('GET /events/:id', [ownId])),
    'POST /events': again(() => call('POST /events', [], dinner)),
    'PUT /events/:id': again(() => call('PUT /events/:id', [ownId], dinner)),
    'PATCH /events/:id': again(() =>
      call('PATCH /events/:id', [ownId], { title: 'Dinner at the end', rsvp_status: 'attending' }),
    ),
    'DELETE /events/:id': once(async () => call('DELETE /events/:id', [await world.own()])),
    'GET /calendars': again(() =>
      call('GET /calendars', [], undefined, `ids=[${calendarId}]&limit=10&offset=0`),
    ),
    'GET /calendars/:id': again(() => call('GET /calendars/:id', [calendarId])),
    'GET /persons/me': again(() => call('GET /persons/me')),
    'PATCH /persons/me': again(() => call('PATCH /persons/me', [], { first_name: 'Ella', last_name: 'Lee' })),
    'POST /persons/me/contacts': once(async () =>
      draft('POST /persons/me/contacts', [], {
        json: { phone_number: newPhone() },
        headers: { Authorization: (await world.person()).app.authorization ?? '' },
      }),
    ),
    'POST /persons/me/contacts/confirm': once(async () => {
      const { app, ecalId } = await world.person()
      const contact = { email: `${newId()}@example.com` }
      await app.post('/persons/me/contacts', contact)
      return draft('POST /persons/me/contacts/confirm', [], {
        json: { ...contact, code: await newestCode(ecalId) },
        headers: { Authorization: app.authorization ?? '' },
      })
    }),
    'GET /ecal-sub/:address/:name': again(async () => {
      const { feedPath } = await world.person()
      return { ...draft('GET /ecal-sub/:address/:name', []), path: feedPath }
    }),
    'GET /calendars/:calendarId/:name.ics': again(() =>
      draft('GET /calendars/:calendarId/:name.ics', [calendarId, 'fixtures']),
    ),
  }
}
