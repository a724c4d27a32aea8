import { aClient, tokenOf } from '../worker/identity/support'
import { fetchWorker, type TestPublisher, type TestSubscriber } from './publisher'

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
type Wire = any

/** What the event subscriptions API answered. */
export type AppAnswer = {
  status: number
  body: Wire
  data: Wire
  meta: Wire
  /** The code of an error. */
  code: string | undefined
  headers: Headers
  text: string
}

/** An app that acts for a person, or a publisher's service: its calls bear a credential. */
export class App {
  constructor(readonly authorization: string | null) {}

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetchWorker(path, {
      method,
      headers: { ...(this.authorization ? { Authorization: this.authorization } : {}), ...headers },
      ...(text === undefined ? {} : { body: text }),
    })
    const answered = await response.text()
    const parsed = answered === '' ? null : JSON.parse(answered)
    return {
      status: response.status,
      body: parsed,
      data: parsed?.data,
      meta: parsed?.meta_data,
      code: parsed?.error?.code,
      headers: response.headers,
      text: answered,
    } satisfies AppAnswer
  }

  get = (path: string) => this.call('GET', path)
  post = (path: string, body?: unknown) => this.call('POST', path, body)
  put = (path: string, body?: unknown) => this.call('PUT', path, body)
  patch = (path: string, body?: unknown) => this.call('PATCH', path, body)
  delete = (path: string) => this.call('DELETE', path)
}

/** Somebody who signed up, with an app that acts for them. */
export type TestPerson = TestSubscriber & { app: App }

/** An app that acts for a subscriber. */
export async function appOf(publisher: TestPublisher, ecalId: string): Promise<App> {
  const made = await publisher.api.post(`/subscriber/${ecalId}/tokens`)
  if (made.status !== 200) throw new Error(`a test's token answered ${made.status}`)
  return new App(`Token ${made.data.token}`)
}

/** A new subscriber, with an app that acts for them. */
export async function aPerson(
  publisher: TestPublisher,
  fields: Record<string, unknown> = {},
): Promise<TestPerson> {
  const subscriber = await publisher.subscriber(fields)
  return { ...subscriber, app: await appOf(publisher, subscriber.ecalId) }
}

/** A service of a publisher. */
export async function aService(
  publisher: TestPublisher,
  scopes: string[] = ['Service.read', 'Service.write'],
): Promise<App> {
  const client = await aClient({ publisherId: publisher.id, scopes })
  return new App(`Bearer ${await tokenOf(client)}`)
}

/** A calendar of the publisher, and events in it. */
export async function aCalendar(
  publisher: TestPublisher,
  name = 'Fixtures',
  more: object = {},
): Promise<string> {
  const made = await publisher.api.post('/calendar', { name, ...more })
  if (made.status !== 200) throw new Error(`a test's calendar answered ${made.status}: ${made.text}`)
  return made.data.id
}

/** A public event in a calendar. */
export async function anEvent(
  publisher: TestPublisher,
  calendarId: string,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const made = await publisher.api.post('/event', {
    name: 'Final',
    startDate: '2040-05-01',
    startTime: '19:00',
    timezone: 'UTC',
    calendarId,
    ...fields,
  })
  if (made.status !== 200) throw new Error(`a test's event answered ${made.status}: ${made.text}`)
  return made.data.id
}

/** Relates a person to an event, by the service. */
export async function relate(
  service: App,
  eventId: string,
  subscriberId: string,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const made = await service.post('/event-subscriptions', {
    event_id: eventId,
    subscriber: { id: subscriberId },
    ...fields,
  })
  if (made.status !== 200) throw new Error(`a test's relation answered ${made.status}: ${made.text}`)
  return made.data[0].id
}
