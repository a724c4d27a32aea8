import { newId } from '../../../../src/platform/ids'
import { again, draft, once, type Samples } from './samples'
import type { World } from './world'

const event = {
  name: 'Payment Due',
  startDate: '2040-05-01',
  startTime: '10:00',
  endDate: '2040-05-01',
  endTime: '11:00',
  timezone: 'Europe/Amsterdam',
  location: 'Milliways',
  details: '$120.00',
  showAs: 'free',
  alert: '1D',
  quickLink: [{ name: 'Pay now', url: 'https://example.com/pay' }],
}

/** A valid request of each route of the publisher API. */
export function publisherSamples(world: World): Samples {
  const { api, ann, calendarId, eventId, endpointId, publisher } = world
  const call = (route: string, values: string[] = [], json?: unknown, query = '') =>
    draft(route, values, { json, query, signer: api })
  const own = { query: `ecal_id=${ann.ecalId}` }
  const privateEvent = async () => {
    const made = await api.post(
      '/event',
      { name: 'Due', startDate: '2040-05-01', allDay: true },
      { query: { ecal_id: ann.ecalId } },
    )
    return String(made.data.id)
  }
  // Of somebody who nobody else needs: a path without the token’s id ends all of theirs.
  const token = async () => {
    const { ecalId } = await world.person()
    return [ecalId, String((await api.post(`/subscriber/${ecalId}/tokens`)).data.id)]
  }
  const widget = async () => String((await api.post('/widget', { name: 'W' })).data.id)
  const ping = async () => String((await api.post(`/webhook/${endpointId}/test`)).data.messageId)
  let sentPing: Promise<string> | undefined
  const delivered = () => {
    sentPing ??= ping()
    return sentPing
  }
  const list = 'page=1&limit=50'
  return {
    'GET /apiv2/account': again(() => call('GET /apiv2/account', [], undefined, `${list}&reference=acme`)),
    'POST /apiv2/account': once(() =>
      call('POST /apiv2/account', [], {
        name: 'Acme Lending',
        reference: newId(),
        timezone: 'Europe/Amsterdam',
      }),
    ),
    'GET /apiv2/calendar': again(() =>
      call('GET /apiv2/calendar', [], undefined, `${list}&showDraft=true&reference=fixtures`),
    ),
    'GET /apiv2/calendar/:idOrReference': again(() =>
      call('GET /apiv2/calendar/:idOrReference', [calendarId]),
    ),
    'POST /apiv2/calendar': once(() =>
      call('POST /apiv2/calendar', [], {
        name: 'Fixtures 2030',
        categories: 'Sports/Basketball',
        reference: newId(),
        timezone: 'Australia/Melbourne',
      }),
    ),
    'PUT /apiv2/calendar/:idOrReference': again(() =>
      call('PUT /apiv2/calendar/:idOrReference', [calendarId], { name: 'Fixtures 2030, final' }),
    ),
    'DELETE /apiv2/calendar/:idOrReference': once(async () =>
      call('DELETE /apiv2/calendar/:idOrReference', [await world.calendar()]),
    ),
    'GET /apiv2/batch/events': again(() =>
      call('GET /apiv2/batch/events', [], undefined, `${list}&${own.query}&type=private&showPastEvents=true`),
    ),
    'POST /apiv2/batch/events': once(() =>
      call('POST /apiv2/batch/events', [], {
        events: [
          { ...event, ecal_id: ann.ecalId, reference: newId() },
          { ...event, calendarId },
        ],
      }),
    ),
    'POST /apiv2/batch/events/search': again(() =>
      call('POST /apiv2/batch/events/search', [], { ids: [eventId, 'a'.repeat(24)] }),
    ),
    'DELETE /apiv2/batch/events': once(async () =>
      call('DELETE /apiv2/batch/events', [], { ids: [await world.event(), 'a'.repeat(24)] }),
    ),
    'GET /apiv2/event': again(() =>
      call(
        'GET /apiv2/event',
        [],
        undefined,
        `${list}&startDate=2030-01-01&endDate=2050-01-01&showPastEvents=true&tz=UTC`,
      ),
    ),
    'GET /apiv2/event/:idOrReference': again(() => call('GET /apiv2/event/:idOrReference', [eventId])),
    'POST /apiv2/event': once(() =>
      call('POST /apiv2/event', [], { ...event, reference: newId(), referenceType: 'payment' }, own.query),
    ),
    'PUT /apiv2/event/:idOrReference': again(() => call('PUT /apiv2/event/:idOrReference', [eventId], event)),
    'DELETE /apiv2/event/:idOrReference': once(async () =>
      call('DELETE /apiv2/event/:idOrReference', [await privateEvent()]),
    ),
    'PUT /apiv2/events/:referenceType': again(() =>
      call('PUT /apiv2/events/:referenceType', ['fuzzed'], {
        startDate: '2040-05-08',
        endDate: '2040-05-08',
        details: 'Postponed',
      }),
    ),
    'GET /apiv2/subscriber': again(() =>
      call(
        'GET /apiv2/subscriber',
        [],
        undefined,
        `${list}&calendarId=${calendarId}&modifiedSince=2020-01-01T00:00:00Z`,
      ),
    ),
    'GET /apiv2/subscriber/:ecal_id': again(() => call('GET /apiv2/subscriber/:ecal_id', [ann.ecalId])),
    'POST /apiv2/subscriber/:ecal_id/subscriptions/:action': again(() =>
      call('POST /apiv2/subscriber/:ecal_id/subscriptions/:action', [ann.ecalId, 'add'], {
        calendarIds: [calendarId],
      }),
    ),
    'POST /apiv2/subscriber/:ecal_id/unsubscribe': once(async () =>
      call('POST /apiv2/subscriber/:ecal_id/unsubscribe', [(await world.person()).ecalId]),
    ),
    'POST /apiv2/subscriber/:ecal_id/confirm-email': again(() =>
      call('POST /apiv2/subscriber/:ecal_id/confirm-email', [ann.ecalId]),
    ),
    'POST /apiv2/subscriber/:ecal_id/feed-address/rotate': again(() =>
      call('POST /apiv2/subscriber/:ecal_id/feed-address/rotate', [ann.ecalId]),
    ),
    'POST /apiv2/subscriber/:ecal_id/tokens': once(async () =>
      call('POST /apiv2/subscriber/:ecal_id/tokens', [(await world.person()).ecalId], { name: 'Phone' }),
    ),
    'GET /apiv2/subscriber/:ecal_id/tokens': again(() =>
      call('GET /apiv2/subscriber/:ecal_id/tokens', [ann.ecalId]),
    ),
    'DELETE /apiv2/subscriber/:ecal_id/tokens': once(async () =>
      call('DELETE /apiv2/subscriber/:ecal_id/tokens', [(await world.person()).ecalId]),
    ),
    'DELETE /apiv2/subscriber/:ecal_id/tokens/:id': once(async () =>
      call('DELETE /apiv2/subscriber/:ecal_id/tokens/:id', await token()),
    ),
    'GET /apiv2/widget': again(() => call('GET /apiv2/widget', [], undefined, list)),
    'GET /apiv2/widget/:id': again(() => call('GET /apiv2/widget/:id', [publisher.widgetId])),
    'POST /apiv2/widget': again(() =>
      call('POST /apiv2/widget', [], { name: 'Payment dates', requireSignedEmail: true }),
    ),
    'PUT /apiv2/widget/:id': once(async () =>
      call('PUT /apiv2/widget/:id', [await widget()], { name: 'Fixtures', requireSignedEmail: false }),
    ),
    'DELETE /apiv2/widget/:id': once(async () => call('DELETE /apiv2/widget/:id', [await widget()])),
    'GET /apiv2/webhook': again(() => call('GET /apiv2/webhook', [], undefined, list)),
    'GET /apiv2/webhook/:id': again(() => call('GET /apiv2/webhook/:id', [endpointId])),
    'POST /apiv2/webhook': once(async () => {
      await world.makeRoom()
      return call('POST /apiv2/webhook', [], {
        url: 'https://hooks.club.com/daybook',
        events: ['subscriber.updated'],
      })
    }),
    'PUT /apiv2/webhook/:id': once(async () =>
      call('PUT /apiv2/webhook/:id', [await world.endpoint()], {
        events: ['subscriber.merged'],
        active: true,
      }),
    ),
    'DELETE /apiv2/webhook/:id': once(async () =>
      call('DELETE /apiv2/webhook/:id', [await world.endpoint()]),
    ),
    'POST /apiv2/webhook/:id/rotate-secret': again(() =>
      call('POST /apiv2/webhook/:id/rotate-secret', [endpointId], { overlapHours: 24 }),
    ),
    'GET /apiv2/webhook/:id/deliveries': again(() =>
      call(
        'GET /apiv2/webhook/:id/deliveries',
        [endpointId],
        undefined,
        `${list}&status=pending&since=2030-01-01T00:00:00Z`,
      ),
    ),
    'GET /apiv2/webhook/:id/deliveries/:messageId': again(async () =>
      call('GET /apiv2/webhook/:id/deliveries/:messageId', [endpointId, await delivered()]),
    ),
    'POST /apiv2/webhook/:id/test': again(() => call('POST /apiv2/webhook/:id/test', [endpointId])),
    'POST /apiv2/webhook/:id/deliveries/:messageId/replay': again(async () =>
      call('POST /apiv2/webhook/:id/deliveries/:messageId/replay', [endpointId, await delivered()]),
    ),
    'POST /apiv2/webhook/:id/replay': again(() =>
      call('POST /apiv2/webhook/:id/replay', [endpointId], {
        since: new Date(Date.now() - 60_000).toISOString(),
      }),
    ),
  }
}
