import { vi } from 'vitest'
import { signUrl } from '../../scripts/signing.mjs'
import type { pages } from '../worker/portal/routes'
import { companies } from './companies'

/** A client system of a company: its calls of the publisher API, as its owner's app, and of payments. */

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
type Wire = any

type Body = Readonly<Record<string, unknown>>

export type Server = { readonly origin: string; readonly operatorToken: string }

async function answerOf(response: Response, said: string): Promise<Wire> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${said} answered ${response.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}

/** The client system of a company. */
export async function aSystem({ origin, operatorToken }: Server, publisherId: number) {
  const call = async (method: string, path: string, body?: Body, headers: Record<string, string> = {}) => {
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
    return answerOf(await fetch(new URL(path, origin), init), `${method} ${path}`)
  }
  const asOperator = (method: string, path: string, body: Body) =>
    call(method, `/operator/publishers/${publisherId}${path}`, body, {
      Authorization: `Bearer ${operatorToken}`,
    })
  const client = await asOperator('POST', '/clients', {
    scopes: ['schedules.read', 'schedules.write', 'accounts.read', 'accounts.write'],
  })
  const form = {
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
  }
  const asked = fetch(`${origin}/identity/connect/token`, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: token } = await answerOf(await asked, 'the token service')
  const keys = { apiKey: `first-key-of-${publisherId}`, secret: `first-secret-of-${publisherId}` }
  return {
    asOperator,
    call,
    /** The publisher API, signed; answers `data`. */
    api: async (method: string, path: string, body?: Body): Promise<Wire> => {
      const text = body ? JSON.stringify(body) : ''
      const url = signUrl({ method, url: `${origin}/apiv2${path}`, body: text, ...keys })
      return (await call(method, url, body)).data
    },
    payments: (method: string, path: string, body?: Body) =>
      call(method, `/accounts${path}`, body, { Authorization: `Bearer ${token}` }),
    /** Connects a calendar by the widget. */
    signUp: (fields: Body) =>
      call(
        'POST',
        '/button/v1/subscriptions',
        { widgetId: `widget-of-${publisherId}`, application: 'google', ...fields },
        { 'Content-Type': 'application/json' },
      ),
  }
}

export type System = Awaited<ReturnType<typeof aSystem>>

/** The day `days` from today, YYYY-MM-DD. */
export const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

type Route = (typeof pages)[number][0]

/** What stands for a route: its page with a record behind it. */
export type Records = Readonly<Record<Route, string>>

/** Records of every kind, and for each page of the portal an address that shows some. */
export async function portalRecords(server: Server): Promise<Records> {
  const { id: publisherId } = companies.looked
  const system = await aSystem(server, publisherId)
  const { api } = system
  // Nobody listens there.
  const hook = await api('POST', '/webhook', { url: 'http://127.0.0.1:9/hook', description: 'Core banking' })
  const { messageId } = await api('POST', `/webhook/${hook.id}/test`)

  const calendar = await api('POST', '/calendar', {
    name: 'Fixtures',
    reference: 'fixtures',
    categories: 'Sports/Basketball',
    note: 'The season of the first team.\nHome and away.',
  })
  await api('POST', '/calendar', { name: 'Open days', draft: true })
  const match = (days: number, more: Body) => ({
    calendarId: calendar.id,
    name: 'Hawks v Tigers',
    startDate: day(days),
    startTime: '19:30',
    location: 'Main Court',
    ...more,
  })
  const event = await api(
    'POST',
    '/event',
    match(2, {
      details: 'Doors open at 18:30.\nBring your card.',
      url: 'https://hawks.example/tickets',
      quickLink: [{ name: 'Tickets', url: 'https://hawks.example/tickets' }],
    }),
  )
  await api('PUT', `/event/${event.id}`, { name: 'Hawks v Bears' })
  await api('POST', '/event', match(4, { recurrence: 'FREQ=WEEKLY;COUNT=8', name: 'Training' }))
  await api('POST', '/event', match(9, { status: 'cancelled', name: 'Friendly' }))
  await api('POST', '/event', match(9, { draft: true, name: 'Not announced yet' }))

  const ella = { email: 'ella@customers.example', first_name: 'Ella', last_name: 'Bartledan' }
  const { ecalId } = await system.signUp(ella)
  await api('POST', `/subscriber/${ecalId}/subscriptions/add`, { calendarIds: [calendar.id] })
  await api('POST', `/event?ecal_id=${ecalId}`, { name: 'Payment Due', startDate: day(7), allDay: true })

  await system.asOperator('PUT', '/businesses/LOOK01', { name: 'Acme Lending' })
  const account = { businessAccountId: 'LOOK01', startDate: '2024-01-01' }
  await system.payments('PUT', '/LOOK0001', account)
  await system.payments('PUT', '/LOOK0002', { ...account, status: 'closed', finishDate: '2025-06-30' })
  for (const [dueDate, amount] of [
    [day(14), 120],
    [day(45), 80.5],
  ]) {
    const externalScheduleId = `LOAN-${dueDate}`
    const schedule = { dueDate, amount, scheduleDescription: 'Repayment', externalScheduleId }
    await system.payments('POST', '/LOOK0001/oneOffSchedules', schedule)
  }

  const delivery = `/webhook/${hook.id}/deliveries/${messageId}`
  await vi.waitFor(
    async () => {
      if ((await api('GET', delivery)).attempts.length === 0) throw new Error('the ping was not tried yet')
    },
    { timeout: 10_000, interval: 100 },
  )
  return {
    '/portal': '/portal',
    '/portal/options': '/portal/options',
    '/portal/webhooks': '/portal/webhooks',
    '/portal/webhooks/:id': `/portal/webhooks/${hook.id}`,
    '/portal/webhooks/:id/deliveries/:messageId': `/portal/webhooks/${hook.id}/deliveries/${messageId}`,
    '/portal/calendars': '/portal/calendars',
    '/portal/calendars/:id': `/portal/calendars/${calendar.id}`,
    '/portal/events/:id': `/portal/events/${event.id}`,
    '/portal/subscribers': '/portal/subscribers',
    '/portal/subscribers/:ecalId': `/portal/subscribers/${ecalId}`,
    '/portal/payments': '/portal/payments',
    '/portal/payments/:accountId': '/portal/payments/LOOK0001',
    '/portal/billing': '/portal/billing',
    '/portal/users': '/portal/users',
    '/portal/settings': '/portal/settings',
    '/portal/help': '/portal/help',
  }
}
