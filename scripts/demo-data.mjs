// Demo data, local only: tenants by SQL (their keys are fixed), calendars and events through the API.
import { createHash } from 'node:crypto'
import { seal } from '../src/platform/sealed.ts'
import { signUrl } from './signing.mjs'

export const demo = {
  apiKey: 'demo-key',
  secret: 'demo-secret',
  widgetId: 'demo-widget',
  partnerKey: 'demo-partner-key',
  partnerSecret: 'demo-partner-secret',
  clientId: 'demo-client',
  clientSecret: 'demo-client-secret',
}

const scopes = [
  'schedules.read',
  'schedules.write',
  'accounts.read',
  'accounts.write',
  'Service.read',
  'Service.write',
]

const sha256 = (text) => createHash('sha256').update(text).digest('hex')

/** SQL that makes the demo publisher and partner, their keys, the widget and the client, where they are missing. */
export async function tenantsSql(encryptionKey) {
  const now = Date.now()
  const key = async (apiKey, secret, publisherId) =>
    `INSERT OR IGNORE INTO api_keys (api_key, publisher_id, secret_sealed, created_at)
     VALUES ('${apiKey}', ${publisherId}, '${await seal(encryptionKey, secret, apiKey)}', ${now});`
  const publisher = (id, name, isPartner) =>
    `INSERT OR IGNORE INTO publishers (id, name, timezone, default_region, is_partner, created_at)
     VALUES (${id}, '${name}', 'Australia/Melbourne', 'AU', ${isPartner}, ${now});`
  return [
    publisher(1, 'Demo Publisher', 0),
    publisher(2, 'Demo Partner', 1),
    await key(demo.apiKey, demo.secret, 1),
    await key(demo.partnerKey, demo.partnerSecret, 2),
    `INSERT OR IGNORE INTO widgets (id, publisher_id, name, ics_filename, created_at, modified_at)
     VALUES ('${demo.widgetId}', 1, 'Demo widget', 'Demo Payments', ${now}, ${now});`,
    `INSERT OR IGNORE INTO clients (client_id, publisher_id, secret_hash, scopes, created_at)
     VALUES ('${demo.clientId}', 1, '${sha256(demo.clientSecret)}', '${JSON.stringify(scopes)}', ${now});`,
  ].join('\n')
}

/** The day `days` from today, YYYY-MM-DD. */
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

const calendars = [
  {
    calendar: { name: 'Demo Fixtures', reference: 'demo-fixtures', categories: 'Sports/Basketball' },
    events: [
      { name: 'Tigers v Bears', startDate: day(-6), startTime: '19:30', location: 'Main Court' },
      { name: 'Bears v Hawks', startDate: day(1), startTime: '19:30', location: 'Main Court', alert: '1H' },
      { name: 'Hawks v Tigers', startDate: day(8), startTime: '18:00', location: 'Court 2', alert: '1H' },
      {
        name: 'Grand Final',
        startDate: day(22),
        startTime: '15:00',
        endTime: '17:30',
        location: 'The Arena',
      },
    ],
  },
  {
    calendar: { name: 'Demo Club', reference: 'demo-club', categories: 'Club' },
    events: [
      { name: 'Members’ evening', startDate: day(3), startTime: '18:30', location: 'Clubhouse' },
      { name: 'Club weekend', startDate: day(12), endDate: day(13), allDay: true },
    ],
  },
]

/** Makes the demo calendars and their events through the publisher API, where they are missing. */
export async function seedCalendars(origin) {
  const call = async (method, path, body) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const url = signUrl({
      method,
      url: `${origin}${path}`,
      body: text,
      apiKey: demo.apiKey,
      secret: demo.secret,
    })
    const response = await fetch(url, { method, ...(text === '' ? {} : { body: text }) })
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`)
    return response.json()
  }
  for (const { calendar, events } of calendars) {
    const found = await call('GET', `/apiv2/calendar?reference=${calendar.reference}`)
    if (found.data.length > 0) continue
    const made = await call('POST', '/apiv2/calendar', calendar)
    const items = events.map((event) => ({ ...event, calendarId: made.data.id }))
    await call('POST', '/apiv2/batch/events', { events: items })
  }
}
