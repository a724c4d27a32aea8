import createClient from 'openapi-fetch'
import type { components, paths } from './generated/schema'

/** The main job, written with nothing but the client that openapi-typescript makes of the reference. */

type Settings = {
  readonly origin: string
  readonly widgetId: string
  /** Signs a call of the publisher API: the one thing that a schema can't say. */
  readonly sign: (request: { method: string; url: string; body: string }) => string
}

type Done = {
  readonly subscriber: components['schemas']['Subscriber']
  readonly event: components['schemas']['Event']
  readonly feed: string
}

/** Signs a person up, pushes a private event to them, and reads what their calendar app fetches. */
export async function mainJob({ origin, widgetId, sign }: Settings, email: string): Promise<Done> {
  const client = createClient<paths>({ baseUrl: origin })
  client.use({
    async onRequest({ request }) {
      if (!new URL(request.url).pathname.startsWith('/apiv2')) return
      const body = await request.clone().text()
      const url = sign({ method: request.method, url: request.url, body })
      return new Request(url, { method: request.method, headers: request.headers, ...(body ? { body } : {}) })
    },
  })

  const signedUp = await client.POST('/button/v1/subscriptions', {
    body: { widgetId, email, application: 'google', first_name: 'Ann' },
  })
  // A form would be answered with a page, and who is connected already isn’t told any address.
  if (typeof signedUp.data !== 'object' || !('ecalId' in signedUp.data)) throw new Error('not signed up')
  const { ecalId, calendarUrl } = signedUp.data

  const pushed = await client.POST('/apiv2/event', {
    params: { query: { ecal_id: ecalId }, header: { 'Idempotency-Key': `due-${ecalId}` } },
    body: { name: 'Payment Due', startDate: '2030-05-01', allDay: true, details: '$120.00' },
  })
  if (!pushed.data) throw new Error(pushed.error.statusLong)

  const read = await client.GET('/apiv2/subscriber/{ecal_id}', { params: { path: { ecal_id: ecalId } } })
  if (!read.data) throw new Error(read.error.statusLong)

  const [, , address = '', name = ''] = new URL(calendarUrl.httpsCalUrl).pathname.split('/')
  const feed = await client.GET('/ecal-sub/{address}/{name}', {
    params: { path: { address, name } },
    parseAs: 'text',
  })
  return { subscriber: read.data.data, event: pushed.data.data, feed: feed.data ?? '' }
}
