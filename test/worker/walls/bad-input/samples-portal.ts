import { env } from 'cloudflare:workers'
import { ORIGIN } from '../../../support/publisher'
import { aLink, Browser, signIn } from '../../portal/support'
import { again, draft, once, type Sample, type Samples } from './samples'
import type { World } from './world'

type Staff = Awaited<ReturnType<World['staff']>>

const formId = () => crypto.randomUUID().replaceAll('-', '')

const calendar = {
  name: 'Fixtures',
  timezone: 'Australia/Perth',
  reference: '',
  categories: 'Sports',
  note: 'Ours',
}

const event = {
  name: 'Final',
  startDate: '2040-06-01',
  startTime: '10:00',
  endDate: '2040-06-01',
  endTime: '11:00',
  timezone: 'Australia/Perth',
  location: 'Milliways',
  details: 'Bring a towel.',
  url: 'https://example.com/final',
  reference: '',
}

const schedule = {
  dueDate: '2030-01-31',
  amount: '5.00',
  scheduleDescription: 'Rates',
  externalScheduleId: 'T1',
}

/** A valid request of each page and form of the portal, of an Admin’s session. */
export async function portalSamples(world: World): Promise<Samples> {
  const { company, publisher, calendarId, eventId, endpointId, ann } = world
  const bill = async () => {
    const admin = await world.staff()
    await admin.send('/portal/billing', '/portal/billing/plan', { plan: 'standard' })
    const sql = `UPDATE bills SET state = 'failed', lease = NULL, next_attempt_at = NULL WHERE publisher_id = ? RETURNING id`
    return String(await env.DB.prepare(sql).bind(publisher.id).first('id'))
  }
  let [uses, someone] = [0, world.staff()]
  /** Somebody who is in, and not for so long that the rate of their session counts. */
  const desk = () => {
    if (uses++ % 12 === 0) someone = world.staff()
    return someone
  }
  /** A page; `query`: what it may be asked. */
  const page = (path: string, values: string[] = [], query = ''): [string, Sample] => [
    `GET ${path}`,
    again(async () => {
      const { session } = await desk()
      return draft(`GET ${path}`, values, { query, headers: { Cookie: `__Host-daybook=${session}` } })
    }),
  ]
  /** What a form of a session carries, and where it stands. */
  const posted = async (staff: Staff, route: string, values: string[], fields: Record<string, string>) => {
    const form = { csrf: await staff.csrf(), ...fields }
    const headers = { Cookie: `__Host-daybook=${staff.session}`, Origin: ORIGIN }
    return draft(route, values, { form, headers })
  }
  type Values = string[] | (() => Promise<string[]>)
  const form = (
    path: string,
    values: Values,
    fields: Record<string, string>,
    make = once,
  ): [string, Sample] => [
    `POST ${path}`,
    make(async () => {
      const staff = await (path.endsWith('/logout') ? world.staff() : desk())
      const given = typeof values === 'function' ? await values() : values
      const ids = 'formId' in fields ? { formId: formId() } : {}
      return posted(staff, `POST ${path}`, given, { ...fields, ...ids })
    }),
  ]
  /** The form of a page about a record, which tells its revision. */
  const saves = (path: string, values: string[], fields: Record<string, string>): [string, Sample] => [
    `POST ${path}`,
    once(async () => {
      const staff = await desk()
      const { path: target } = draft(`POST ${path}`, values)
      const { revision = '0' } = await staff.get(target).then((read) => read.form(target).fields)
      return posted(staff, `POST ${path}`, values, { ...fields, revision })
    }),
  ]
  const member = async () => (await signIn(publisher.id, { role: 'Member' })).userId
  const blocked = async () => {
    const [admin, userId] = [await world.staff(), await member()]
    await admin.post(`/portal/users/${userId}/block`, { csrf: await admin.csrf() })
    return [userId]
  }
  const ping = async () => String((await world.api.post(`/webhook/${endpointId}/test`)).data.messageId)
  const first = await ping()
  const link = async (method: string) => {
    const { path } = await aLink(publisher.id)
    return { ...draft(`${method} /portal/sign-in/:token`, []), path }
  }
  return Object.fromEntries<Sample>([
    ['GET /portal/sign-in', again(() => draft('GET /portal/sign-in', []))],
    ['GET /portal/sign-in/:token', again(() => link('GET'))],
    [
      'POST /portal/sign-in/:token',
      once(async () => {
        const sent = await link('POST')
        const read = await new Browser().get(sent.path)
        const body = new URLSearchParams(read.form(sent.path).fields).toString()
        return {
          ...sent,
          body,
          headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: ORIGIN },
        }
      }),
    ],
    page('/portal'),
    page('/portal/options'),
    page('/portal/webhooks'),
    page('/portal/webhooks/:id', [endpointId], 'status=pending'),
    page('/portal/webhooks/:id/deliveries/:messageId', [endpointId, first]),
    page('/portal/payments', [], 'q=A1'),
    page('/portal/payments/:accountId', ['A1']),
    page('/portal/calendars', [], 'q=Fix'),
    page('/portal/calendars/:id', [calendarId], 'month=2040-05'),
    page('/portal/events/:id', [eventId]),
    page('/portal/subscribers', [], 'q=ann'),
    page('/portal/subscribers/:ecalId', [ann.ecalId]),
    page('/portal/billing'),
    page('/portal/users'),
    page('/portal/settings'),
    page('/portal/help'),
    form('/portal/options/keys', [], { formId: '' }),
    form('/portal/options/keys/:apiKey/reveal', [company.firstApiKey], {}, again),
    form('/portal/options/keys/:apiKey/revoke', async () => [(await publisher.key()).apiKey], {
      confirm: 'yes',
    }),
    form('/portal/webhooks', [], {
      formId: '',
      url: 'https://hooks.club.com/d',
      events: '*',
      description: 'Ours',
    }),
    saves('/portal/webhooks/:id', [endpointId], {
      url: 'https://hooks.club.com/d',
      events: '*',
      description: 'Ours',
    }),
    form('/portal/webhooks/:id/delete', async () => [await world.endpoint()], { confirm: 'yes' }),
    form('/portal/webhooks/:id/rotate', [endpointId], { formId: '' }),
    form('/portal/webhooks/:id/test', [endpointId], { formId: '' }),
    form('/portal/webhooks/:id/enable', async () => [await world.endpoint(false)], {}),
    form('/portal/webhooks/:id/disable', async () => [await world.endpoint()], {}),
    form('/portal/webhooks/:id/deliveries/:messageId/replay', async () => [endpointId, await ping()], {}),
    form('/portal/payments/:accountId/schedules', ['A1'], { formId: '', ...schedule }),
    form('/portal/payments/:accountId/schedules/:id/delete', async () => ['A1', await world.schedule()], {
      confirm: 'yes',
    }),
    form('/portal/calendars', [], { formId: '', ...calendar }),
    saves('/portal/calendars/:id', [calendarId], calendar),
    form('/portal/calendars/:id/delete', async () => [await world.calendar()], { confirm: 'yes' }),
    form('/portal/calendars/:id/events', [calendarId], { formId: '', ...event }),
    saves('/portal/events/:id', [eventId], event),
    form('/portal/events/:id/delete', async () => [await world.event()], { confirm: 'yes' }),
    form('/portal/subscribers/:ecalId/private-events', [ann.ecalId], { formId: '', ...event }),
    form('/portal/subscribers/:ecalId/subscriptions', [ann.ecalId], { action: 'add', calendarId }, again),
    // It ends the person’s tokens.
    form('/portal/subscribers/:ecalId/confirm-email', async () => [(await world.person()).ecalId], {}),
    form('/portal/subscribers/:ecalId/unsubscribe', async () => [(await world.person()).ecalId], {
      confirm: 'yes',
    }),
    form('/portal/billing/plan', [], { formId: '', plan: 'standard' }),
    form('/portal/billing/extras', [], { formId: '', extra: 'sms', quantity: '1' }),
    form('/portal/billing/bills/:id/retry', async () => [await bill()], {}),
    [
      'POST /portal/billing/cancel',
      once(async () => {
        const other = await world.otherCompany()
        return posted(await world.staff(other), 'POST /portal/billing/cancel', [], { confirm: 'yes' })
      }),
    ],
    form('/portal/users/:userId/block', async () => [await member()], { confirm: 'yes' }),
    form('/portal/users/:userId/unblock', blocked, { confirm: 'yes' }),
    saves('/portal/settings', [], { name: 'Acme', timezone: 'UTC' }),
    form('/portal/logout', [], {}),
  ])
}
