import { env } from 'cloudflare:workers'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, it } from 'vitest'
import * as schema from '../../../src/db/schema'
import { publisherOf } from '../../support/marketplace'
import { aReceiver } from '../../support/receiver'
import { anEndpoint, attemptsRecorded } from '../../support/webhooks'
import { anAccount, anotherBiller, aSchedule, putBusiness } from '../payments/support'
import { aCalendar, anEvent, aPerson } from './records'
import { forms } from './routes'
import { aCustomer, type Browser, hubsAreAway, signIn, signOn } from './support'

hubsAreAway()

/** A company with a record behind each form, an Admin of it, and where each form goes. */
async function everyRecord() {
  const { company } = await aCustomer()
  const publisher = await publisherOf(company)
  const admin = await signOn(company)
  const { userId } = await signIn(publisher.id, { role: 'Member' })
  const blocked = await signIn(publisher.id, { role: 'Member' })
  await admin.post(`/portal/users/${blocked.userId}/block`, { csrf: await admin.csrf() })
  const endpoint = await anEndpoint(publisher, aReceiver().url, { events: ['subscriber.unsubscribed'] })
  const off = await anEndpoint(publisher, aReceiver().url, { active: false })
  const ping = await publisher.api.post(`/webhook/${endpoint.id}/test`)
  await attemptsRecorded(endpoint.id, 1)
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher)
  const person = await aPerson(publisher)
  await putBusiness(publisher, 'MELB01')
  const biller = await anotherBiller(publisher)
  await anAccount(biller, 'A1')
  const { scheduleId } = await aSchedule(biller)
  await admin.send('/portal/billing', '/portal/billing/plan', { plan: 'standard' })
  await env.DB.prepare(
    "UPDATE bills SET state = 'failed', lease = NULL, next_attempt_at = NULL WHERE publisher_id = ?",
  )
    .bind(publisher.id)
    .run()
  const bill = await env.DB.prepare('SELECT id FROM bills WHERE publisher_id = ?')
    .bind(publisher.id)
    .first<string>('id')
  const idOf = (path: string): string => {
    if (path.endsWith('/unblock')) return path.replace(':userId', blocked.userId)
    if (path.startsWith('/portal/webhooks') && path.endsWith('/enable')) return path.replace(':id', off.id)
    const places: Record<string, Record<string, string>> = {
      options: { ':apiKey': company.firstApiKey },
      webhooks: { ':id': endpoint.id, ':messageId': ping.data.messageId },
      payments: { ':accountId': 'A1', ':id': scheduleId },
      calendars: { ':id': calendar.id },
      events: { ':id': event.id },
      subscribers: { ':ecalId': person.ecalId },
      billing: { ':id': String(bill) },
      users: { ':userId': userId },
    }
    const names = places[path.split('/')[2] ?? ''] ?? {}
    return path.replace(/:\w+/g, (name) => names[name] ?? name)
  }
  return { company, publisher, admin, idOf, calendar }
}

/** The tables of what belongs to a publisher, but for sessions, which tell when they were last used. */
const tables = Object.values(schema)
  .filter((each) => is(each, SQLiteTable))
  .map((table) => getTableConfig(table))
  .filter(
    ({ name, columns }) =>
      name !== 'portal_sessions' && columns.some((column) => column.name === 'publisher_id'),
  )
  .map(({ name }) => name)

/** All that the database has of a publisher. */
async function stateOf(publisherId: number): Promise<string> {
  const rows = await env.DB.batch(
    tables.map((name) => env.DB.prepare(`SELECT * FROM ${name} WHERE publisher_id = ?`).bind(publisherId)),
  )
  return JSON.stringify(rows.map(({ results }, at) => [tables[at], results]))
}

/** What a form sends that does something, were it genuine. `revision`: of the record that it is about. */
const fieldsOf = (revision: string, calendarId: string): Record<string, string> => ({
  confirm: 'yes',
  formId: crypto.randomUUID().replaceAll('-', ''),
  revision,
  name: 'Forged',
  timezone: 'Australia/Perth',
  startDate: '2040-06-01',
  url: 'https://forged.example.com/',
  events: '*',
  plan: 'large',
  extra: 'sms',
  quantity: '1',
  dueDate: '2031-01-31',
  amount: '5.00',
  scheduleDescription: '',
  externalScheduleId: '',
  action: 'add',
  calendarId,
})

describe('a form that no page of ours sent', () => {
  it.for(forms)('to %s does nothing, to records that are there', async ([path], { expect }) => {
    const { company, publisher, admin, idOf, calendar } = await everyRecord()
    const other = await signOn(company)
    const csrf = await admin.csrf()
    const target = idOf(path)
    expect(target).not.toContain(':')
    const page = await admin.get(target)
    const revision = page.has(target) ? (page.form(target).fields.revision ?? '0') : '0'
    const fields = fieldsOf(revision, calendar.id)
    const before = await stateOf(publisher.id)
    const send = (
      given: Record<string, string>,
      headers: Record<string, string> = {},
      browser: Browser = admin,
    ) => browser.post(target, { ...fields, ...given }, headers)
    const refused = [
      await send({}),
      await send({ csrf: '' }),
      await send({ csrf: csrf.slice(1) }),
      await send({ csrf: await other.csrf() }),
      await send({ csrf }, {}, other),
      await send({ csrf }, { Origin: 'https://evil.example' }),
      await send({ csrf }, { Origin: 'null' }),
      await send({ csrf }, { 'Sec-Fetch-Site': 'cross-site' }),
    ]
    expect(refused.map(({ status }) => status)).toEqual(Array(8).fill(403))
    expect(await stateOf(publisher.id)).toBe(before)

    // The same fields, sent by a page of ours, do what they are for.
    expect([200, 303]).toContain((await send({ csrf })).status)
    expect(await stateOf(publisher.id)).not.toBe(before)
  })
})
