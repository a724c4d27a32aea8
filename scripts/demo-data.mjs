// Demo data, local only: tenants by SQL (their keys are fixed), calendars and events through the API.
import { createHash } from 'node:crypto'
import { seal } from '../src/platform/sealed.ts'
import { ensureIdentityProvider, tenantSettings } from './marketplace/index.mjs'
import { signUrl } from './signing.mjs'

export const demo = {
  apiKey: 'demo-key',
  secret: 'demo-secret',
  widgetId: 'demo-widget',
  partnerKey: 'demo-partner-key',
  partnerSecret: 'demo-partner-secret',
  clientId: 'demo-client',
  clientSecret: 'demo-client-secret',
  /** Somebody who signed up, and a token by which an app acts for them. */
  personId: '0123456789abcdef01234567',
  personToken: '0123456789abcdef0123456789abcdef01234567',
  personEmail: 'ella@demo.example',
  businessId: 'DEMO01',
  marketplace: 'demo',
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

const feedAddress = sha256('demo-feed').slice(0, 32)

/** The path of the demo person's feed. */
export const demoFeedPath = `/ecal-sub/${feedAddress}/calendar.ics`

/** SQL that makes the demo publisher and partner, their keys, the widget, the client and the business, where missing. */
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
    await personSql(encryptionKey, now),
    `INSERT OR IGNORE INTO businesses (publisher_id, business_id, name, timezone, cut_off_time,
       can_collect_for_closed_account, max_amount_cents, same_day_delete, currency, locale, calendar_enabled,
       templates, created_at, updated_at, write_id)
     VALUES (1, '${demo.businessId}', 'Demo Business', 'Australia/Melbourne', '17:00', 0, 99999999, 'forbid', 'AUD',
       'en-AU', 1, '{}', ${now}, ${now}, '');`,
  ].join('\n')
}

/** SQL that makes the demo person as a sign-up does: with a private calendar, a feed address, an app's token. */
async function personSql(encryptionKey, now) {
  const { personId: id, personEmail: email, personToken } = demo
  const privateId = `${id.slice(0, 23)}0`
  const addressHash = sha256(feedAddress)
  return `INSERT OR IGNORE INTO subscribers (id, publisher_id, state, email, widget_id, first_name, last_name,
      application, ics_filename, total_activity, subscribed_at, last_active_at, created_at, modified_at)
    VALUES ('${id}', 1, 'active', '${email}', '${demo.widgetId}', 'Ella', 'Bartledan',
      'other', 'Demo Payments', 1, ${now}, ${now}, ${now}, ${now});
    INSERT OR IGNORE INTO contacts (publisher_id, kind, value, subscriber_id, verified, verified_at, signed_up_with, created_at)
    VALUES (1, 'email', '${email}', '${id}', 1, ${now}, 1, ${now});
    INSERT OR IGNORE INTO calendars (id, publisher_id, kind, owner_id, name, timezone, created_at, modified_at)
    VALUES ('${privateId}', 1, 'private', '${id}', '${id}_private', 'Australia/Melbourne', ${now}, ${now});
    INSERT OR IGNORE INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
    VALUES (1, '${id}', '${privateId}', 'subscribed_read', ${now});
    INSERT OR IGNORE INTO feed_addresses
      (address_hash, publisher_id, subscriber_id, state, address_sealed, created_at, changed_at)
    VALUES ('${addressHash}', 1, '${id}', 'live', '${await seal(encryptionKey, feedAddress, addressHash)}', ${now}, ${now});
    INSERT OR IGNORE INTO user_tokens (id, publisher_id, subscriber_id, token_hash, name, created_at)
    SELECT '${id}', 1, '${id}', '${sha256(personToken)}', 'Demo', ${now} FROM subscribers s
    WHERE s.id = '${id}' AND s.state = 'active';`
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
  await seedPerson(origin, call)
}

/** The demo person follows the demo fixtures and is invited to a dinner, where they have nothing yet. */
async function seedPerson(origin, call) {
  const own = await fetch(`${origin}/event-subscriptions?sync_token=0&limit=1`, {
    headers: { Authorization: `Token ${demo.personToken}` },
  })
  if (!own.ok || (await own.json()).data.length > 0) return
  const {
    data: [fixtures],
  } = await call('GET', '/apiv2/calendar?reference=demo-fixtures')
  const {
    data: [club],
  } = await call('GET', '/apiv2/calendar?reference=demo-club')
  await call('POST', `/apiv2/subscriber/${demo.personId}/subscriptions/add`, { calendarIds: [fixtures.id] })
  const dinner = await call('POST', '/apiv2/event', {
    name: 'Dinner at Milliways',
    startDate: day(10),
    startTime: '19:00',
    endTime: '22:00',
    location: 'Milliways',
    calendarId: club.id,
  })
  const form = {
    grant_type: 'client_credentials',
    client_id: demo.clientId,
    client_secret: demo.clientSecret,
  }
  const tokens = await fetch(`${origin}/identity/connect/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token: jwt } = await tokens.json()
  const invited = await fetch(`${origin}/event-subscriptions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${jwt}` },
    body: JSON.stringify({
      event_id: dinner.data.id,
      subscriber: { id: demo.personId },
      is_invitation: true,
      message: 'Are you coming to the end of the universe?',
    }),
  })
  if (!invited.ok) throw new Error(`the demo invitation answered ${invited.status}`)
}

const accounts = {
  DEMO0001: { activePayMethod: 'DD' },
  DEMO0002: { status: 'closed', finishDate: '2025-06-30' },
  DEMO0003: { paymentStopped: true },
}

/** Makes the demo accounts through the payments API, where they are missing; the first one gets a schedule. */
export async function seedAccounts(origin) {
  const token = await fetch(`${origin}/identity/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: demo.clientId,
      client_secret: demo.clientSecret,
    }),
  })
  if (!token.ok) throw new Error(`the demo client got ${token.status} for a token`)
  const { access_token } = await token.json()
  const call = async (method, path, body) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { Authorization: `Bearer ${access_token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok && !(method === 'GET' && response.status === 404)) {
      throw new Error(`${method} ${path} answered ${response.status}`)
    }
    return response.ok
  }
  for (const [id, fields] of Object.entries(accounts)) {
    if (await call('GET', `/accounts/${id}`)) continue
    await call('PUT', `/accounts/${id}`, {
      businessAccountId: demo.businessId,
      startDate: '2024-01-01',
      ...fields,
    })
    if (id !== 'DEMO0001') continue
    const dueDate = day(14)
    const schedule = {
      dueDate,
      amount: 50,
      scheduleDescription: 'Demo charges',
      externalScheduleId: 'DEMO-1',
    }
    await call('POST', `/accounts/${id}/oneOffSchedules`, schedule)
  }
}

/** Registers the marketplace that `npm run marketplace` runs: its key is made here, where it is missing. */
export async function seedMarketplace(origin, operatorToken, stateDir) {
  const { certificate } = await ensureIdentityProvider(stateDir)
  const hub = { certificate, origin: `http://localhost:${process.env.MARKETPLACE_PORT || 8788}` }
  const answer = await fetch(`${origin}/operator/marketplaces/${demo.marketplace}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${operatorToken}` },
    body: JSON.stringify(tenantSettings({ ...hub, daybookOrigin: origin })),
  })
  if (!answer.ok) throw new Error(`the demo marketplace: ${answer.status} ${await answer.text()}`)
}
