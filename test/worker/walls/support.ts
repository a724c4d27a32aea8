import { env } from 'cloudflare:workers'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from '../../../src/db/schema'
import { type Document, type Operation, operationsOf } from '../../../src/platform/openapi/document'
import { publicReference } from '../../../src/reference'
import { aPerson } from '../../support/apps'
import { ownEvent } from '../../support/event-api'
import { anEvent, withCalendar } from '../../support/events'
import { type Api, fetchWorker } from '../../support/publisher'
import { allScopes, anAccount, anotherBiller, aSchedule, putBusiness } from '../payments/support'

/** One operation of a reference. */
export type Described = { method: string; path: string; operation: Operation }

/** What stands in every text of the publisher whose things are tried. */
const marker = 'zq-marker'

export const surfaceOf = (path: string): string => path.split('/')[1] ?? ''

/** Every operation of the public reference and of the operator's. */
export async function everyOperation(): Promise<Described[]> {
  const headers = { Authorization: `Bearer ${env.OPERATOR_TOKEN}` }
  const operator: Document = await (await fetchWorker('/operator/openapi.json', { headers })).json()
  return [publicReference(), operator].flatMap((document) => operationsOf(document))
}

/** A publisher with a record of each kind, all of them marked, and where each path of the reference leads to them. */
export async function aMarkedPublisher() {
  const publisher = await withCalendar({ name: marker, partner: true }, { name: `${marker} calendar` })
  const { id: eventId } = await anEvent(publisher, { name: `${marker} event`, referenceType: 'zq-type' })
  const person = await aPerson(publisher, { firstName: marker })
  const own = await ownEvent(person.app, { title: `${marker} dinner` })
  const url = `https://hooks.club.com/${marker}`
  const webhook = (await publisher.api.post('/webhook', { url, active: false })).data
  await putBusiness(publisher, 'MELB01', { name: marker })
  const biller = await anotherBiller(publisher, { scopes: [...allScopes, 'Service.read', 'Service.write'] })
  await anAccount(biller, 'A1')
  const { scheduleId } = await aSchedule(biller)
  const ids: Record<string, string> = {
    '/apiv2/calendar': publisher.calendarId,
    '/apiv2/event/': eventId,
    '/apiv2/events': 'zq-type',
    '/apiv2/widget': publisher.widgetId,
    '/apiv2/webhook': webhook.id,
    '/calendars': publisher.calendarId,
    '/events': own.id,
    '/operator/publishers': String(publisher.id),
  }
  const named: Record<string, string> = {
    ecal_id: person.ecalId,
    ecalId: person.ecalId,
    accountId: 'A1',
    scheduleId,
    action: 'add',
    businessId: 'MELB01',
    apiKey: publisher.apiKey,
    clientId: biller.client.clientId,
  }
  const leadsTo = (path: string): string =>
    path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const kind = Object.keys(ids).find((prefix) => path.startsWith(prefix))
      return encodeURIComponent(named[name] ?? (kind && ids[kind]) ?? 'a'.repeat(24))
    })
  return { publisher, person, biller, leadsTo }
}

/** Written whenever a queue or an endpoint's object gets to it, and when a key was last used: whoever calls meanwhile. */
const ofNobodysCall = [
  'api_keys',
  'portal_sessions',
  'idempotency_keys',
  'spent_nonces',
  'webhook_deliveries',
  'webhook_attempts',
  'webhook_messages',
  'tallies',
]

/** The tables of what belongs to a publisher. */
const tables = Object.values(schema)
  .filter((each) => is(each, SQLiteTable))
  .map((table) => getTableConfig(table))
  .filter(({ columns }) => columns.some(({ name }) => name === 'publisher_id'))
  .map(({ name }) => name)
  .filter((name) => !ofNobodysCall.includes(name))

/** All that the database has of a publisher. */
export async function stateOf(publisherId: number): Promise<string> {
  const rows = await env.DB.batch(
    tables.map((name) => env.DB.prepare(`SELECT * FROM ${name} WHERE publisher_id = ?`).bind(publisherId)),
  )
  // A change is marked as dispatched whenever the queue gets to it, whoever calls meanwhile.
  const state = rows.map(({ results }, at) => [tables[at], results])
  return JSON.stringify(state, (name, value) => (name === 'dispatched' ? undefined : value))
}

/** The example's body as text, and its type. */
export function exampleOf({ requestBody }: Operation): { type: string; text: string } | null {
  const [first] = Object.entries(requestBody?.content ?? {})
  if (!first) return null
  const [type, { example }] = first
  if (type === 'application/x-www-form-urlencoded') {
    return { type, text: new URLSearchParams(example as Record<string, string>).toString() }
  }
  return { type, text: typeof example === 'string' ? example : JSON.stringify(example) }
}

/** Who calls: a signing key, or a header. */
export type Caller = { api: Api } | { authorization: string | null }

export async function send(
  { method, path }: Described,
  target: string,
  caller: Caller,
  sent: { type?: string; text: string | Uint8Array } | null,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string; at: string }> {
  const body = method === 'get' || sent?.text.length === 0 ? undefined : sent?.text
  const signs = 'api' in caller && path.startsWith('/apiv2')
  const address = signs
    ? await caller.api.signed(
        method.toUpperCase(),
        target.slice('/apiv2'.length),
        typeof body === 'string' ? body : undefined,
      )
    : target
  const authorization = 'authorization' in caller ? caller.authorization : null
  const response = await fetchWorker(address, {
    method: method.toUpperCase(),
    headers: {
      ...(sent?.type ? { 'Content-Type': sent.type } : {}),
      ...(authorization ? { Authorization: authorization } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  return {
    status: response.status,
    headers: response.headers,
    text: await response.text(),
    at: `${method.toUpperCase()} ${path}`,
  }
}
