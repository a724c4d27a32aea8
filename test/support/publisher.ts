import { env } from 'cloudflare:workers'
import { atNewHome, ofPublisher } from '../../src/databases'
import { createKey, createPublisher, type KeyPolicy } from '../../src/domain/tenants'
import { newId } from '../../src/platform/ids'
import { apiSigns } from '../../src/surfaces/publisher/signature/api-sign'
import { parseSignedQuery } from '../../src/surfaces/publisher/signature/query'
import { sendToWorker } from './front-door'
import { assertStrictICalendar } from './icalendar-checker'

export const ORIGIN = 'https://daybook.example'

/** Sends a request to the Worker's front door. */
export function fetchWorker(path: string, init?: RequestInit): Promise<Response> {
  return sendToWorker(new Request(new URL(path, ORIGIN), { redirect: 'manual', ...init }))
}

/** What the domain needs to make publishers and keys. */
export const tenancy = () => ({
  db: env.DB,
  now: Date.now(),
  encryptionKey: () => env.ENCRYPTION_KEY,
  inEachWrite: [],
})

export type CallOptions = {
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
}

/** What the publisher API answered: `data` is loosely typed, so that a test reads what it looks for. */
// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
type Wire = any

export type Answer = {
  status: number
  body: Wire
  data: Wire
  headers: Headers
  text: string
}

const textOf = (body: unknown): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)

/** A client system: signs its calls with apiSign. */
export class Api {
  constructor(
    readonly apiKey: string,
    readonly secret: string,
  ) {}

  async call(
    method: string,
    path: string,
    { query = {}, body, headers = {} }: CallOptions = {},
  ): Promise<Answer> {
    const text = textOf(body)
    const init = method === 'GET' || method === 'HEAD' || text === '' ? {} : { body: text }
    const signed = await this.signed(method, path, body, query)
    const response = await fetchWorker(signed, { method, headers, ...init })
    const answered = await response.text()
    const parsedBody = answered === '' ? null : JSON.parse(answered)
    return {
      status: response.status,
      body: parsedBody,
      data: parsedBody?.data,
      headers: response.headers,
      text: answered,
    }
  }

  /** The path and query of a signed call. */
  async signed(
    method: string,
    path: string,
    body?: unknown,
    query: Record<string, string> = {},
  ): Promise<string> {
    const search = new URLSearchParams({ ...query, apiKey: this.apiKey })
    const parsed = parseSignedQuery(search.toString())
    if (!parsed.ok) throw new Error(`a test's query can't be signed: ${parsed.field}`)
    const bytes = new TextEncoder().encode(textOf(body))
    const [sign = ''] = await apiSigns(this.secret, method, parsed.parameters, bytes)
    search.set('apiSign', sign)
    return `/apiv2${path}?${search}`
  }

  get = (path: string, query?: Record<string, string>) => this.call('GET', path, query ? { query } : {})
  post = (path: string, body?: unknown, options: CallOptions = {}) =>
    this.call('POST', path, { body, ...options })
  put = (path: string, body?: unknown, options: CallOptions = {}) =>
    this.call('PUT', path, { body, ...options })
  delete = (path: string, options: CallOptions = {}) => this.call('DELETE', path, options)
}

/** Somebody who connected a calendar through the widget. */
export type TestSubscriber = {
  ecalId: string
  email: string
  /** The path of the feed's `https` address. */
  feedPath: string
  feed: (headers?: Record<string, string>) => Promise<Response>
}

export type TestPublisher = {
  id: number
  apiKey: string
  secret: string
  widgetId: string
  api: Api
  key: (policy?: Partial<KeyPolicy>) => Promise<Api>
  subscriber: (fields?: Record<string, unknown>) => Promise<TestSubscriber>
}

/** A new publisher, with a widget that signs people up. */
export async function aPublisher(
  values: { name?: string; timezone?: string; partner?: boolean } = {},
): Promise<TestPublisher> {
  const made = await createPublisher(
    { ...tenancy(), db: (await atNewHome(env)).DB },
    {
      name: values.name ?? 'Acme Lending',
      timezone: values.timezone ?? 'Australia/Melbourne',
      defaultRegion: 'AU',
      isPartner: values.partner ?? false,
      partnerId: null,
      reference: '',
      companyType: '',
    },
  )
  const { apiKey, apiSecret: secret, widgetId } = made
  return testPublisher({ id: made.publisher.id, apiKey, secret, widgetId })
}

/** A publisher that exists, as a test uses it. */
export function testPublisher(
  made: Pick<TestPublisher, 'id' | 'apiKey' | 'secret' | 'widgetId'>,
): TestPublisher {
  const { id, apiKey, secret, widgetId } = made
  return {
    id,
    apiKey,
    secret,
    widgetId,
    api: new Api(apiKey, secret),
    key: async (policy) => {
      const key = await createKey({ ...tenancy(), db: ofPublisher(env, id).DB }, id, {
        md5: true,
        requireNonce: false,
        expiresAt: null,
        ...policy,
      })
      return new Api(key.apiKey, key.apiSecret)
    },
    subscriber: (fields = {}) => aSubscriber(widgetId, fields),
  }
}

async function aSubscriber(widgetId: string, fields: Record<string, unknown>): Promise<TestSubscriber> {
  const email = `${newId()}@example.com`
  const response = await fetchWorker('/button/v1/subscriptions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ widgetId, email, application: 'google', ...fields }),
  })
  const answer = (await response.json()) as {
    ecalId: string
    email: string
    calendarUrl: { httpsCalUrl: string }
  }
  if (response.status !== 201)
    throw new Error(`a test's sign-up answered ${response.status}: ${JSON.stringify(answer)}`)
  const feedPath = new URL(answer.calendarUrl.httpsCalUrl).pathname
  return {
    ecalId: answer.ecalId,
    email: answer.email,
    feedPath,
    feed: (headers = {}) => fetchWorker(feedPath, { headers }),
  }
}

/** The text of a feed, checked line by line. */
export async function feedText(response: Response | Promise<Response>): Promise<string> {
  const text = await (await response).text()
  assertStrictICalendar(text)
  return text
}

/** The summaries of a feed's events, in its order, as they would be read. */
export async function summaries(response: Response | Promise<Response>): Promise<string[]> {
  const unfolded = (await feedText(response)).replaceAll('\r\n ', '')
  return [...unfolded.matchAll(/^SUMMARY:(.*)\r$/gm)].map(([, text = '']) =>
    text.replace(/\\([\\;,])/g, '$1'),
  )
}
