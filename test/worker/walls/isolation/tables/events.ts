import type { App } from '../../../../support/apps'
import { aPerson, appOf } from '../../../../support/apps'
import { dinner } from '../../../../support/event-api'
import { aPublisher } from '../../../../support/publisher'
import { atTime } from '../../../../support/time'
import { cancel, DAY } from '../../../identity/support'
import {
  asForeign,
  asNobody,
  type Caller,
  type Refused,
  type Row,
  type Rows,
  sending,
  type Table,
  type Told,
} from '../table'
import { badTokens, ofCancelled, withScopes } from '../tokens'
import type { World } from '../world'

const headers = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'Access-Control-Allow-Origin': '*',
}

const refusal = (status: number, code: string, message: string, more = {}): Told => ({
  status,
  json: { error: { status_code: status, message, code } },
  headers: { ...headers, ...more },
})

const unknown = refusal(401, 'NOT_AUTHENTICATED', 'Authentication is required.', {
  'WWW-Authenticate': 'Token, Bearer',
})
const forbidden = refusal(403, 'FORBIDDEN', 'You may not do this.')
const noScope = refusal(403, 'INSUFFICIENT_SCOPE', 'The token lacks the scope for this.')
const noEvent = refusal(404, 'EVENT_NOT_FOUND', 'The event does not exist.')
const noRelation = refusal(404, 'EVENT_SUBSCRIPTION_NOT_FOUND', 'The event subscription does not exist.')
const noCalendar = refusal(404, 'CALENDAR_NOT_FOUND', 'The calendar does not exist.')
const noCode = refusal(410, 'CODE_EXPIRED', 'No code is pending: ask for a new one.')

const acting = ({ authorization }: App): Caller => sending('Authorization', authorization ?? '')

const contact = { email: 'somebody@example.com' }

/** Browsers ask before they call; that needs nobody's credentials and tells nothing. */
const preflights = Object.fromEntries(
  [
    '/calendars',
    '/calendars/:id',
    '/event-subscriptions',
    '/event-subscriptions/:id',
    '/event-subscriptions/live',
    '/events',
    '/events/:id',
    '/persons/me',
    '/persons/me/contacts',
    '/persons/me/contacts/confirm',
  ].map((path): [string, Row] => [
    `OPTIONS ${path}`,
    { path: path.replace(':id', 'a'.repeat(24)), rightful: 204 },
  ]),
)

function rows({ a, records }: World): Rows {
  const { event, own, ownDoomed, relation, relationDoomed } = records
  const ecalId = a.person.ecalId
  return {
    ...preflights,
    'GET /event-subscriptions/live': {
      path: '/event-subscriptions/live',
      headers: { Upgrade: 'websocket' },
      rightful: 101,
    },
    'GET /event-subscriptions': {
      path: `/event-subscriptions?event_ids=${event}&subscriber_ids=${ecalId}`,
      rightful: 200,
      foreign: 'own',
    },
    'GET /event-subscriptions/:id': {
      path: `/event-subscriptions/${relation}`,
      rightful: 200,
      foreign: noRelation,
    },
    'POST /event-subscriptions': {
      path: '/event-subscriptions',
      body: { event_id: event, subscriber: { id: records.fellow.ecalId } },
      rightful: 200,
      by: acting(a.service),
      foreign: noEvent,
    },
    'PUT /event-subscriptions/:id': {
      path: `/event-subscriptions/${relation}`,
      body: { event_id: event, subscriber: { id: ecalId }, rsvp_status: 'attending' },
      rightful: 200,
      foreign: noRelation,
    },
    'PATCH /event-subscriptions/:id': {
      path: `/event-subscriptions/${relation}`,
      body: { rsvp_status: 'attending' },
      rightful: 200,
      foreign: noRelation,
    },
    'DELETE /event-subscriptions/:id': {
      path: `/event-subscriptions/${relationDoomed}`,
      rightful: 204,
      foreign: noRelation,
    },
    'GET /events': { path: `/events?event_ids=${own}`, rightful: 200, foreign: 'own' },
    'GET /events/:id': { path: `/events/${own}`, rightful: 200, foreign: noEvent },
    'POST /events': { path: '/events', body: { ...dinner, title: 'New' }, rightful: 200, foreign: 'own' },
    'PUT /events/:id': {
      path: `/events/${own}`,
      body: { ...dinner, title: 'New' },
      rightful: 200,
      foreign: noEvent,
    },
    'PATCH /events/:id': { path: `/events/${own}`, body: { title: 'New' }, rightful: 200, foreign: noEvent },
    'DELETE /events/:id': { path: `/events/${ownDoomed}`, rightful: 204, foreign: noEvent },
    'GET /calendars': { path: '/calendars', rightful: 200, foreign: 'own' },
    'GET /calendars/:id': {
      path: `/calendars/${a.calendarId}`,
      rightful: 200,
      by: acting(a.service),
      foreign: noCalendar,
    },
    'GET /persons/me': { path: '/persons/me', rightful: 200, foreign: 'own' },
    'PATCH /persons/me': { path: '/persons/me', body: { first_name: 'New' }, rightful: 200, foreign: 'own' },
    'POST /persons/me/contacts': {
      path: '/persons/me/contacts',
      body: contact,
      rightful: 202,
      foreign: 'own',
    },
    'POST /persons/me/contacts/confirm': {
      path: '/persons/me/contacts/confirm',
      body: { email: 'nobody@example.com', code: '123456' },
      rightful: 410,
      foreign: noCode,
    },
  }
}

const isPreflight = (route: string) => route.startsWith('OPTIONS')
const ofPersons = (route: string) => / \/persons\//.test(route)
const reads = (route: string) => route.startsWith('GET')

/** Refused on every route but those that answer everybody. */
const everywhere = (as: Caller, told: Told): Refused => ({
  as,
  told: (route) => (isPreflight(route) ? null : told),
})

/** A service: persons’ paths are not for it. */
const service = (as: Caller, told: Refused['told']): Refused => ({
  as,
  told: (route, row) => {
    if (isPreflight(route)) return null
    return ofPersons(route) ? forbidden : told(route, row)
  },
})

export const eventsTable: Table = {
  rows,
  rightful: ({ a }) => acting(a.person.app),
  async refused(world) {
    const { a, b, records } = world
    const revoked = await appOf(a.publisher, a.person.ecalId)
    const [last] = (await a.publisher.api.get(`/subscriber/${a.person.ecalId}/tokens`)).data.slice(-1)
    await a.publisher.api.delete(`/subscriber/${a.person.ecalId}/tokens/${last.id}`)
    const expires = { expiresAt: new Date(Date.now() - DAY / 2).toISOString() }
    const expired = await atTime(Date.now() - DAY, () =>
      a.publisher.api.post(`/subscriber/${a.person.ecalId}/tokens`, expires),
    )
    const gone = await aPerson(a.publisher)
    await a.publisher.api.post(`/subscriber/${gone.ecalId}/unsubscribe`)
    const closed = await aPublisher()
    const theirs = await aPerson(closed)
    await cancel(closed.id)
    // Their own timeline begins with the first look.
    await records.fellow.app.get('/event-subscriptions')
    const refused: Record<string, Refused> = {}
    const none: Record<string, Caller> = {
      'no credentials': asNobody,
      ...(await badTokens(world)),
      'a person’s unknown token': sending('Authorization', `Token ${'0'.repeat(40)}`),
      'a person’s id as their token': sending('Authorization', `Token ${a.person.ecalId}`),
      'a person’s revoked token': acting(revoked),
      'a person’s expired token': sending('Authorization', `Token ${expired.data.token}`),
      'the token of somebody who unsubscribed': acting(gone.app),
    }
    for (const [who, as] of Object.entries(none)) refused[who] = everywhere(as, unknown)
    const other =
      (as: Caller): Caller =>
      (asked) =>
        as({ ...asked, path: `/api/v2${asked.path}` })
    refused['no credentials, under the other prefix'] = everywhere(other(asNobody), unknown)
    refused['another publisher’s person, under the other prefix'] = {
      as: other(acting(b.person.app)),
      told: asForeign,
    }
    const offered: Caller = sending(
      'Sec-WebSocket-Protocol',
      `daybook, token.${a.person.ecalId.padEnd(40, '0')}`,
    )
    refused['an unknown token, offered as a protocol'] = {
      as: offered,
      told: (route) => (route === 'GET /event-subscriptions/live' ? unknown : null),
    }
    refused['a cancelled company’s person'] = everywhere(acting(theirs.app), forbidden)
    refused['a cancelled company’s service'] = everywhere(await ofCancelled(), forbidden)
    const reader = await withScopes(world, ['Service.read'])
    const payer = await withScopes(world, [
      'schedules.read',
      'schedules.write',
      'accounts.read',
      'accounts.write',
    ])
    const writer = await withScopes(world, ['Service.write'])
    refused['a service that may only read'] = service(reader, (route) => (reads(route) ? null : noScope))
    refused['a service that may only write'] = service(writer, (route) => (reads(route) ? noScope : null))
    refused['a token of payments'] = service(payer, () => noScope)
    refused['another publisher’s person'] = { as: acting(b.person.app), told: asForeign }
    refused['another publisher’s service'] = service(acting(b.service), (route, row) =>
      / \/events(\/|$)/.test(route) && route.startsWith('POST') ? null : asForeign(route, row),
    )
    refused['somebody else of the same publisher'] = {
      as: acting(records.fellow.app),
      told: (route, row) =>
        / \/(events|event-subscriptions)\/:id$/.test(route) ? asForeign(route, row) : null,
    }
    return refused
  },
}
