import { env } from 'cloudflare:workers'
import { emailSign as signEmail } from '../../src/domain/sign-up/email-sign'
import { newId } from '../../src/platform/ids'
import { aBiller, anAccount, aSchedule, type Biller } from '../worker/payments/support'
import { type App, aCalendar, anEvent, aPerson, appOf, aService, type TestPerson } from './apps'
import { newPhone, prove } from './contacts'
import { follow, ownEvent } from './event-api'
import { fetchWorker, type TestPublisher } from './publisher'
import { aReceiver, type Receiver } from './receiver'
import { signUp } from './sign-up'
import { anEndpoint, attemptsRecorded, type TestEndpoint } from './webhooks'

/** Somebody of whom there is something in every place that there is. */
export type WholePerson = {
  readonly publisher: TestPublisher
  readonly biller: Biller
  readonly service: App
  readonly ecalId: string
  /** A person who was merged into them. */
  readonly mergedId: string
  readonly ids: readonly string[]
  readonly app: App
  readonly token: string
  readonly feedPaths: readonly string[]
  /** What stands in personal fields, and nowhere else. */
  readonly markers: readonly string[]
  /** Each text that does. */
  readonly texts: readonly string[]
  /** A friend, invited by them and in their view; and one who invited them. */
  readonly friend: TestPerson
  readonly host: TestPerson
  /** An event of theirs with the friend in it, and one that they alone have. */
  readonly shared: string
  readonly alone: string
  readonly publicCalendar: string
  readonly endpoint: TestEndpoint
  readonly receiver: Receiver
  /** An endpoint that always fails: its deliveries wait. */
  readonly failing: TestEndpoint
}

/** Builds such a person through the front doors. */
export async function aWholePerson(): Promise<WholePerson> {
  const { publisher, biller } = await aBiller()
  const service = await aService(publisher)
  const key = `zq${newId()}`
  const fields = new Set<string>()
  const mark = (field: string) => {
    fields.add(field)
    return `${key}${field}x`
  }
  const receiver = aReceiver()
  const endpoint = await anEndpoint(publisher, receiver.url)
  const failing = await anEndpoint(publisher, aReceiver(() => new Response(null, { status: 500 })).url)
  const publicCalendar = await aCalendar(publisher, 'Club')
  const [friend, host] = [await aPerson(publisher), await aPerson(publisher)]
  const email = `${mark('mail')}@example.com`
  const ip = `2001:db8:${key.slice(2, 6)}:${key.slice(6, 10)}::7`
  const said = signUpMarks(mark, publicCalendar)
  const visit = (more: object) => fetchSignUp(publisher, { email, ...said, ...more }, ip, mark)
  const first = await visit({})
  const { ecalId } = first
  const emailSign = await signEmail(publisher.secret, publisher.widgetId, email)
  const proved = await visit({ application: 'apple', apiKey: publisher.apiKey, emailSign })
  const app = await appOf(publisher, ecalId)
  const token = (await publisher.api.post(`/subscriber/${ecalId}/tokens`, { name: mark('token') })).data.token
  const phone = newPhone()
  await prove(app, ecalId, { phone_number: phone })
  await app.post('/persons/me/contacts', { email: `${mark('asked')}@example.com` })
  const merged = await signUp(publisher, `${mark('second')}@example.com`, { first_name: mark('secondname') })
  await privateEvent(publisher, merged.ecalId, mark, 'old')
  await prove(app, ecalId, { email: `${mark('second')}@example.com` })

  await privateEvent(publisher, ecalId, mark, 'private')
  const gone = await privateEvent(publisher, ecalId, mark, 'gone')
  await publisher.api.delete(`/event/${gone}`)
  await publisher.api.post(
    '/event',
    { name: mark('kept'), startDate: '2040-01-01', allDay: true },
    { query: { ecal_id: ecalId }, headers: { 'Idempotency-Key': newId() } },
  )
  const { shared, alone } = await invitations({
    mark,
    app,
    friend,
    host,
    ecalId,
    email,
    service,
    publisher,
    publicCalendar,
  })
  await anAccount(biller, 'A1', { subscriberId: ecalId, email })
  const schedule = await aSchedule(biller, { scheduleDescription: mark('owed') })
  const promised = { status: 'promised', date: '2030-02-10', note: mark('note') }
  const told = await biller.post(`/accounts/A1/oneOffSchedules/${schedule.scheduleId}/status`, promised)
  if (told.status >= 300) throw new Error(`a test's status answered ${told.status}: ${told.text}`)
  const other = await aSchedule(biller, { scheduleDescription: mark('dropped'), dueDate: '2031-01-31' })
  await biller.delete(`/accounts/A1/oneOffSchedules/${other.scheduleId}`)
  for (const each of [friend.app, host.app, app, service]) await each.get('/event-subscriptions?sync_token=0')
  await attemptsRecorded(endpoint.id, 20)
  const feedPaths = [first.feedPath, proved.feedPath, merged.feedPath]
  const ids = [ecalId, merged.ecalId]
  return {
    publisher,
    biller,
    service,
    ecalId,
    mergedId: merged.ecalId,
    ids,
    app,
    token,
    feedPaths,
    markers: [key, phone, ip],
    texts: [...[...fields].map((field) => `${key}${field}x`), phone, ip],
    friend,
    host,
    shared,
    alone,
    publicCalendar,
    endpoint,
    receiver,
    failing,
  }
}

type Mark = (field: string) => string

/** What a sign-up says of a person. */
function signUpMarks(mark: Mark, calendarId: string): Record<string, unknown> {
  return {
    first_name: mark('first'),
    last_name: mark('last'),
    name: mark('name'),
    gender: mark('gender'),
    age_group: mark('age'),
    dob: mark('dob'),
    zip: mark('zip'),
    mobileNumber: mark('mobile'),
    parentEmail: `${mark('parent')}@example.com`,
    parentConsentOn: mark('consent'),
    tags: [mark('tag')],
    subscriber_reference: mark('reference'),
    referringPage: `https://example.com/${mark('page')}`,
    data: { shoe: mark('custom') },
    calendarIds: [calendarId],
  }
}

/** A sign-up from a place, with a key of its own. */
async function fetchSignUp(
  publisher: TestPublisher,
  fields: Record<string, unknown>,
  ip: string,
  mark: Mark,
): Promise<{ ecalId: string; feedPath: string }> {
  const response = await fetchWorker('/button/v1/subscriptions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': newId(), 'CF-Connecting-IP': ip },
    body: JSON.stringify({ widgetId: publisher.widgetId, application: 'google', ...fields }),
    cf: { city: mark('city'), region: mark('region'), postalCode: mark('postal'), country: 'AU' },
  } as RequestInit)
  const answer = (await response.json()) as { ecalId: string; calendarUrl: { httpsCalUrl: string } }
  if (response.status > 201) throw new Error(`a test's sign-up answered ${response.status}`)
  return { ecalId: answer.ecalId, feedPath: new URL(answer.calendarUrl.httpsCalUrl).pathname }
}

async function privateEvent(
  publisher: TestPublisher,
  ecalId: string,
  mark: Mark,
  name: string,
): Promise<string> {
  const made = await publisher.api.post(
    '/event',
    {
      name: mark(name),
      location: mark(`${name}place`),
      details: mark(`${name}details`),
      url: `https://example.com/${mark(`${name}url`)}`,
      reference: mark(`${name}ref`),
      referenceType: mark(`${name}type`),
      startDate: '2040-01-01',
      allDay: true,
      quickLink: [{ name: mark(`${name}link`), url: 'https://example.com/link' }],
    },
    { query: { ecal_id: ecalId } },
  )
  if (made.status !== 200) throw new Error(`a test's event answered ${made.status}: ${made.text}`)
  return made.data.id
}

type Inviting = Pick<
  WholePerson,
  'app' | 'friend' | 'host' | 'ecalId' | 'service' | 'publisher' | 'publicCalendar'
> & {
  mark: Mark
  email: string
}

/** Invitations to the person and by them, with messages, answers, and relations that were removed. */
async function invitations({
  mark,
  app,
  friend,
  host,
  ecalId,
  email,
  service,
  publisher,
  publicCalendar,
}: Inviting) {
  const shared = (await ownEvent(app, { title: 'A dinner for two' })).id
  const alone = (await ownEvent(app, { title: mark('alone'), description: mark('aloneabout') })).id
  const post = async (by: App, event: string, subscriber: object, more: object = {}) => {
    const made = await by.post('/event-subscriptions', { event_id: event, subscriber, ...more })
    if (made.status !== 200) throw new Error(`a test's invitation answered ${made.status}: ${made.text}`)
    return made.data[0].id as string
  }
  await post(app, shared, { id: friend.ecalId }, { message: mark('written'), is_invitation: true })
  const theirs = (await ownEvent(host.app, { title: 'The host’s dinner' })).id
  const given = { email, first_name: mark('givenfirst'), last_name: mark('givenlast') }
  await post(host.app, theirs, given, { message: mark('received'), is_invitation: true })
  await app.patch(`/event-subscriptions/${theirs}_${ecalId}`, { rsvp_status: 'attending' })
  const left = (await ownEvent(host.app, { title: 'Another dinner' })).id
  await app.delete(`/event-subscriptions/${await post(host.app, left, given, { message: mark('left') })}`)
  const withdrawn = await post(app, shared, { id: host.ecalId }, { message: mark('withdrawn') })
  await app.delete(`/event-subscriptions/${withdrawn}`)
  const fixture = await anEvent(publisher, publicCalendar)
  await app.patch(`/event-subscriptions/${fixture}_${ecalId}`, { rsvp_status: 'not_attending' })
  const follower = await aPerson(publisher)
  await follow(publisher, { ...follower, ecalId }, [publicCalendar], 'subscribed_write')
  await follow(publisher, friend, [publicCalendar])
  await ownEvent(app, { title: 'A dinner for the club', calendar_ids: [publicCalendar] })
  await post(service, fixture, { id: ecalId }, { message: mark('service') })
  return { shared, alone }
}

/** The row of a person. */
export async function subscriberRow(id: string): Promise<Record<string, unknown>> {
  return (await env.DB.prepare('SELECT * FROM subscribers WHERE id = ?').bind(id).first()) ?? {}
}
