import { withCalendar } from '../../../../support/events'
import { aPublisher } from '../../../../support/publisher'
import { aClient, basic, cancel, form, formType, operate, revoke } from '../../../identity/support'
import {
  type Asked,
  asNobody,
  type Caller,
  type Refused,
  type Row,
  type Rows,
  type Table,
  type Told,
} from '../table'
import { everyScope } from '../tokens'

/** Surfaces of which a part is open to everybody: what they tell is nobody's, or asked for with a secret of its own. */

const anybody: Refused = { as: asNobody, told: () => 'own' }

const open = (paths: readonly string[]): Rows =>
  Object.fromEntries(paths.map((path): [string, Row] => [`GET ${path}`, { path, rightful: 200 }]))

/** Nothing of a publisher's is there: no credentials are needed, and none tell more. */
const openTable = (paths: readonly string[]): Table => ({
  rows: () => open(paths),
  rightful: () => asNobody,
  refused: async () => ({ anybody }),
})

export const docsTable = openTable([
  '/docs',
  '/docs/component.js',
  '/docs/page.css',
  '/docs/page.js',
  '/docs/postman.json',
  '/openapi.json',
])

export const besideTable = openTable(['/health'])

const TOKEN = 'POST /identity/connect/token'

const noClient = (status: 400 | 401): Told => ({
  status,
  json: { error: 'invalid_client' },
  headers: {
    'Cache-Control': 'no-store',
    'WWW-Authenticate': status === 401 ? 'Basic realm="identity"' : null,
  },
})

/** The same request with other fields, or other headers. */
const instead =
  (fields: Record<string, string>, headers: Record<string, string> = {}): Caller =>
  (asked: Asked) => ({
    ...asked,
    body: new URLSearchParams(fields).toString(),
    headers: { ...asked.headers, ...headers },
  })

export const identityTable: Table = {
  rows: ({ a }) => ({
    ...open([
      '/identity/.well-known/openid-configuration',
      '/identity/.well-known/openid-configuration/jwks',
    ]),
    [TOKEN]: {
      path: '/identity/connect/token',
      body: new URLSearchParams(form(a.biller.client)).toString(),
      headers: formType,
      rightful: 200,
    },
  }),
  rightful: () => asNobody,
  async refused({ a, b }) {
    const { client } = a.biller
    const ended = await aClient({ publisherId: a.publisher.id, scopes: everyScope })
    await revoke(ended)
    const closed = await aPublisher()
    const theirs = await aClient({ publisherId: closed.id })
    await cancel(closed.id)
    const lesser = await aClient({ publisherId: a.publisher.id, scopes: ['schedules.read'] })
    const { apiKey, secret } = a.publisher
    const other = b.biller.client.clientSecret
    const grant = { grant_type: 'client_credentials' }
    const onToken = (as: Caller, told: Told): Refused => ({
      as,
      told: (route) => (route === TOKEN ? told : null),
      // Failed attempts are counted (`payments.md` 2).
      writes: ['token_failures'],
    })
    return {
      'nobody in particular': { as: asNobody, told: (route) => (route === TOKEN ? null : 'own') },
      'no credentials': onToken(instead(grant), noClient(400)),
      'another client’s secret': onToken(instead(form({ ...client, clientSecret: other })), noClient(400)),
      'another client’s secret, as Basic': onToken(
        instead(grant, basic(client.clientId, other)),
        noClient(401),
      ),
      'a revoked client': onToken(instead(form(ended)), noClient(400)),
      'a cancelled company’s client': onToken(instead(form(theirs)), noClient(400)),
      'a publisher’s key and secret': onToken(
        instead({ ...grant, client_id: apiKey, client_secret: secret }),
        noClient(400),
      ),
      'a client that has not that scope': onToken(instead(form(lesser, { scope: 'accounts.write' })), {
        status: 400,
        json: { error: 'invalid_scope' },
        headers: { 'Cache-Control': 'no-store' },
      }),
    }
  },
}

const json = { 'Content-Type': 'application/json' }
const PAGE = 'GET /button/v1/ecal.html'
const SIGN_UP = 'POST /button/v1/subscriptions'

const isPage = (route: string) => route === PAGE
const isWidgets = (route: string) => route === PAGE || route === SIGN_UP

const signUp = { email: 'new@example.com', application: 'google' }

/** Asks with this widget and key, on the page and in the call. */
const naming =
  (widgetId: string, apiKey: string): Caller =>
  (asked) =>
    asked.method === 'GET'
      ? { ...asked, path: `${asked.path.split('?')[0]}?${new URLSearchParams({ apiKey, widgetId })}` }
      : { ...asked, body: JSON.stringify({ ...signUp, widgetId, apiKey }) }

const said = (status: number, statusLong: string, words: string) => (route: string) => {
  if (!isWidgets(route)) return null
  return isPage(route) ? { status, words } : { status, json: { status: String(status), statusLong } }
}

const notFound = said(
  404,
  'Not found.',
  'There is nothing here The link is incomplete or no longer in use. Please ask whoever sent it for a new one.',
)
const forbidden = said(403, 'Forbidden.', 'This calendar has ended No new calendars can be connected here.')

export const widgetTable: Table = {
  rows: ({ a: { publisher } }) => ({
    [PAGE]: {
      path: `/button/v1/ecal.html?apiKey=${publisher.apiKey}&widgetId=${publisher.widgetId}`,
      rightful: 200,
    },
    [SIGN_UP]: {
      path: '/button/v1/subscriptions',
      body: { ...signUp, widgetId: publisher.widgetId, apiKey: publisher.apiKey },
      headers: json,
      rightful: 201,
    },
    ...open(['/button/v1/ecal.css', '/daybook.css', '/widget.js']),
  }),
  rightful: () => asNobody,
  async refused({ a, b }) {
    const { publisher } = a
    const revoked = await publisher.key()
    await operate('DELETE', `/operator/publishers/${publisher.id}/keys/${revoked.apiKey}`)
    const off = (await publisher.api.post('/widget', { name: 'Off', calendarIds: [a.calendarId] })).data.id
    await publisher.api.delete(`/widget/${off}`)
    const signed = { name: 'Signed', calendarIds: [a.calendarId], requireSignedEmail: true }
    const strict = (await publisher.api.post('/widget', signed)).data.id
    const closed = await withCalendar()
    await cancel(closed.id)
    const unsigned: Told = {
      status: 403,
      json: { status: '403', statusLong: 'Signature mismatch or apiKey is not valid.' },
    }
    return {
      'whoever loads what pages need': { as: asNobody, told: (route) => (isWidgets(route) ? null : 'own') },
      'another publisher’s key': { as: naming(publisher.widgetId, b.publisher.apiKey), told: notFound },
      'another publisher’s widget': { as: naming(b.publisher.widgetId, publisher.apiKey), told: notFound },
      'a revoked key': { as: naming(publisher.widgetId, revoked.apiKey), told: notFound },
      'an unknown widget': { as: naming('a'.repeat(24), publisher.apiKey), told: notFound },
      'a deleted widget': { as: naming(off, publisher.apiKey), told: notFound },
      'a cancelled company’s widget': { as: naming(closed.widgetId, closed.apiKey), told: forbidden },
      'an e-mail that nobody signed': {
        as: naming(strict, publisher.apiKey),
        told: (route) => (route === SIGN_UP ? unsigned : null),
      },
    }
  },
}
