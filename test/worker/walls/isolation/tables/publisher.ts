import { env } from 'cloudflare:workers'
import { Api, aPublisher } from '../../../../support/publisher'
import { cancel, operate, tokenOf } from '../../../identity/support'
import {
  always,
  asForeign,
  asNobody,
  bearer,
  type Caller,
  type Rows,
  sending,
  type Table,
  type Told,
} from '../table'
import type { World } from '../world'

const signedBy =
  (api: Api): Caller =>
  async (asked) => {
    const [path = '', search] = asked.path.slice('/apiv2'.length).split('?')
    const query = Object.fromEntries(new URLSearchParams(search))
    const signed = await api.signed(
      asked.method,
      path,
      asked.method === 'GET' ? undefined : asked.body,
      query,
    )
    return { ...asked, path: signed }
  }

const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }
const refused: Told = {
  status: 403,
  json: { status: '403', statusLong: 'Signature mismatch or apiKey is not valid.' },
  headers,
}
const forbidden: Told = { status: 403, json: { status: '403', statusLong: 'Forbidden.' }, headers }
const notFound: Told = { status: 404, json: { status: '404', statusLong: 'Not found.' }, headers }
const empty: Told = { status: 200, json: { data: [], status: '200', statusLong: 'OK' }, headers }

const json = { 'Content-Type': 'application/json' }

function rows({ a, records }: World): Rows {
  const { ecalId } = a.person
  const { webhook, webhookOff, webhookDoomed, message } = records
  const list = { rightful: 200, foreign: 'own' } as const
  const one = { rightful: 200, foreign: notFound, headers: json } as const
  const due = { name: 'Due', startDate: '2030-05-01', allDay: true }
  return {
    'GET /apiv2/account': { path: '/apiv2/account', ...list },
    'POST /apiv2/account': { path: '/apiv2/account', body: { name: 'New' }, headers: json, ...list },
    'GET /apiv2/calendar': { path: '/apiv2/calendar', ...list },
    'GET /apiv2/calendar/:idOrReference': { path: `/apiv2/calendar/${a.calendarId}`, ...one },
    'POST /apiv2/calendar': { path: '/apiv2/calendar', body: { name: 'New' }, headers: json, ...list },
    'PUT /apiv2/calendar/:idOrReference': {
      path: `/apiv2/calendar/${a.calendarId}`,
      body: { note: 'New' },
      ...one,
    },
    'DELETE /apiv2/calendar/:idOrReference': { path: `/apiv2/calendar/${records.calendarDoomed}`, ...one },
    'GET /apiv2/batch/events': {
      path: '/apiv2/batch/events?referenceType=zqtype',
      rightful: 200,
      foreign: empty,
    },
    'POST /apiv2/batch/events': {
      path: '/apiv2/batch/events',
      body: { events: [{ ...due, calendarId: a.calendarId }] },
      headers: json,
      rightful: 200,
      foreign: {
        status: 200,
        json: {
          data: [{ index: 0, status: '404', statusLong: 'Not found.' }],
          status: '200',
          statusLong: 'OK',
        },
      },
    },
    'POST /apiv2/batch/events/search': {
      path: '/apiv2/batch/events/search',
      body: { ids: [records.event] },
      headers: json,
      rightful: 200,
      foreign: empty,
    },
    'DELETE /apiv2/batch/events': {
      path: '/apiv2/batch/events',
      body: { ids: [records.eventsDoomed] },
      headers: json,
      rightful: 200,
      foreign: {
        status: 200,
        json: {
          data: [{ id: records.eventsDoomed, status: '404' }],
          status: '200',
          statusLong: 'OK',
        },
      },
    },
    'GET /apiv2/event': { path: `/apiv2/event?calendarIds=${a.calendarId}`, rightful: 200, foreign: empty },
    'GET /apiv2/event/:idOrReference': { path: `/apiv2/event/${records.event}`, ...one },
    'POST /apiv2/event': { path: '/apiv2/event', body: { ...due, calendarId: a.calendarId }, ...one },
    'PUT /apiv2/event/:idOrReference': {
      path: `/apiv2/event/${records.event}`,
      body: { name: 'New' },
      ...one,
    },
    'DELETE /apiv2/event/:idOrReference': { path: `/apiv2/event/${records.eventDoomed}`, ...one },
    'PUT /apiv2/events/:referenceType': { path: '/apiv2/events/zqtype', body: { name: 'New' }, ...one },
    'GET /apiv2/subscriber': { path: '/apiv2/subscriber', ...list },
    'GET /apiv2/subscriber/:ecal_id': { path: `/apiv2/subscriber/${ecalId}`, ...one },
    'POST /apiv2/subscriber/:ecal_id/subscriptions/:action': {
      path: `/apiv2/subscriber/${ecalId}/subscriptions/add`,
      body: { calendarIds: [a.calendarId] },
      ...one,
    },
    'POST /apiv2/subscriber/:ecal_id/unsubscribe': {
      path: `/apiv2/subscriber/${records.ended.ecalId}/unsubscribe`,
      ...one,
    },
    'POST /apiv2/subscriber/:ecal_id/confirm-email': {
      path: `/apiv2/subscriber/${records.doomed.ecalId}/confirm-email`,
      ...one,
    },
    'POST /apiv2/subscriber/:ecal_id/feed-address/rotate': {
      path: `/apiv2/subscriber/${records.doomed.ecalId}/feed-address/rotate`,
      ...one,
    },
    'POST /apiv2/subscriber/:ecal_id/tokens': { path: `/apiv2/subscriber/${ecalId}/tokens`, ...one },
    'GET /apiv2/subscriber/:ecal_id/tokens': { path: `/apiv2/subscriber/${ecalId}/tokens`, ...one },
    'DELETE /apiv2/subscriber/:ecal_id/tokens': {
      path: `/apiv2/subscriber/${records.doomed.ecalId}/tokens`,
      last: 1,
      ...one,
    },
    'DELETE /apiv2/subscriber/:ecal_id/tokens/:id': {
      path: `/apiv2/subscriber/${records.doomed.ecalId}/tokens/${records.token}`,
      ...one,
    },
    'GET /apiv2/widget': { path: '/apiv2/widget', ...list },
    'GET /apiv2/widget/:id': { path: `/apiv2/widget/${a.publisher.widgetId}`, ...one },
    'POST /apiv2/widget': {
      path: '/apiv2/widget',
      body: { name: 'New', calendarIds: [a.calendarId] },
      ...one,
    },
    'PUT /apiv2/widget/:id': { path: `/apiv2/widget/${a.publisher.widgetId}`, body: { name: 'New' }, ...one },
    'DELETE /apiv2/widget/:id': { path: `/apiv2/widget/${records.widgetDoomed}`, ...one },
    'GET /apiv2/webhook': { path: '/apiv2/webhook', ...list },
    'GET /apiv2/webhook/:id': { path: `/apiv2/webhook/${webhook}`, ...one },
    'POST /apiv2/webhook': {
      path: '/apiv2/webhook',
      body: { url: 'https://hooks.club.com/new', active: false },
      headers: json,
      ...list,
    },
    'PUT /apiv2/webhook/:id': { path: `/apiv2/webhook/${webhook}`, body: { description: 'New' }, ...one },
    'DELETE /apiv2/webhook/:id': { path: `/apiv2/webhook/${webhookDoomed}`, ...one },
    'POST /apiv2/webhook/:id/rotate-secret': { path: `/apiv2/webhook/${webhookOff}/rotate-secret`, ...one },
    'GET /apiv2/webhook/:id/deliveries': { path: `/apiv2/webhook/${webhook}/deliveries`, ...one },
    'GET /apiv2/webhook/:id/deliveries/:messageId': {
      path: `/apiv2/webhook/${webhook}/deliveries/${message}`,
      ...one,
    },
    'POST /apiv2/webhook/:id/test': { path: `/apiv2/webhook/${webhook}/test`, ...one },
    'POST /apiv2/webhook/:id/deliveries/:messageId/replay': {
      path: `/apiv2/webhook/${webhook}/deliveries/${message}/replay`,
      ...one,
    },
    'POST /apiv2/webhook/:id/replay': {
      path: `/apiv2/webhook/${webhook}/replay`,
      body: { since: new Date(Date.now() - 86_400_000).toISOString() },
      ...one,
    },
  }
}

/** Keys of A and of others that are good for nothing, or not for this; and what isn't a key at all. */
export const publisherTable: Table = {
  rows,
  rightful: ({ a }) => signedBy(a.publisher.api),
  async refused({ a, b, appOfA }) {
    const revoked = await a.publisher.key()
    await operate('DELETE', `/operator/publishers/${a.publisher.id}/keys/${revoked.apiKey}`)
    const closed = await aPublisher({ partner: true })
    await cancel(closed.id)
    const plain = await aPublisher()
    const { apiKey, secret } = a.publisher
    // Options tells when a key was last used (`portal.md`).
    const used = ['api_keys']
    const otherwise = (row: { body?: object | string }) => (row.body === undefined ? null : refused)
    return {
      'no credentials': { as: asNobody, told: always(refused) },
      'a wrong secret': { as: signedBy(new Api(apiKey, b.publisher.secret)), told: always(refused) },
      'an unknown key': { as: signedBy(new Api('0'.repeat(32), secret)), told: always(refused) },
      'a revoked key': { as: signedBy(revoked), told: always(refused) },
      'an expired key': {
        as: signedBy(await a.publisher.key({ expiresAt: Date.now() - 1000 })),
        told: always(refused),
      },
      'a key that MD5 is not enough for': {
        as: signedBy(await a.publisher.key({ md5: false })),
        told: always(refused),
      },
      'a key that wants a nonce': {
        as: signedBy(await a.publisher.key({ requireNonce: true })),
        told: always(refused),
      },
      'a cancelled company’s key': { as: signedBy(closed.api), told: always(refused) },
      'a signature of another body': {
        as: async (asked) => ({
          ...(await signedBy(a.publisher.api)({ ...asked, body: '{}' })),
          body: asked.body ?? '',
        }),
        told: (route, row) => (/^(POST|PUT)/.test(route) ? otherwise(row) : null),
      },
      'a service’s token': { as: bearer(await tokenOf(a.biller.client)), told: always(refused) },
      'a person’s token': { as: sending('Authorization', appOfA.authorization ?? ''), told: always(refused) },
      'the operator’s token': { as: bearer(env.OPERATOR_TOKEN ?? ''), told: always(refused) },
      'the session of an Admin': {
        as: sending('Cookie', `__Host-daybook=${a.admin.session}`),
        told: always(refused),
      },
      'a key of no partner': {
        as: signedBy(plain.api),
        told: (route, row) => (/ \/apiv2\/account$/.test(route) ? forbidden : asForeign(route, row)),
        writes: used,
      },
      'another publisher’s key': { as: signedBy(b.publisher.api), told: asForeign, writes: used },
    }
  },
}
