// The requests whose cost the load bench tells, each alone on a quiet server.
import { jsonOf } from './client.mjs'
import { CALENDAR, person } from './population.mjs'

const REPEATS = 7

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

/** Person number `n` of the population. */
const someone = (n, subscribers) => person((n * 7_919) % subscribers)

/**
 * Each: what is done before, uncounted, and the request. `n` counts the repeats; what one leaves in `kept` the next
 * requests of that repeat may use.
 */
function requestsOf(client, { subscribers, bearer }) {
  const day = '2031-05-01'
  const reader = person(0)
  const app = { Authorization: `Token ${reader.token}` }
  const publicEvent = (n) => ({ calendarId: CALENDAR, name: `New ${n}`, startDate: day, allDay: true })
  const rename = (n) =>
    client.publish('PUT', '/apiv2/event/e00000000000000000000001', { name: `Moved ${n} ${Math.random()}` })
  const etag = async () => (await client.get(reader.feedPath)).headers.get('ETag')
  const tokenNow = async () =>
    jsonOf(await client.get('/event-subscriptions?sync_token=0&limit=0', app)).meta_data.sync_token
  return {
    'feed, unchanged (304)': {
      before: async () => ({ 'If-None-Match': await etag() }),
      ask: (headers) => client.get(reader.feedPath, headers),
    },
    'feed, warm': { before: etag, ask: () => client.get(reader.feedPath) },
    'feed, of another person': { ask: (_, n) => client.get(someone(n + 1, subscribers).feedPath) },
    'feed, after a public event changed': { before: rename, ask: () => client.get(reader.feedPath) },
    'feed, the isolate remembers nothing': {
      before: () => client.get('/__bench/forget'),
      ask: () => client.get(reader.feedPath),
    },
    'sync, nothing new': {
      before: tokenNow,
      ask: (token) => client.get(`/event-subscriptions?sync_token=${token}`, app),
    },
    'sync, one public event changed': {
      before: async (n) => {
        const token = await tokenNow()
        await rename(n)
        return token
      },
      ask: (token) => client.get(`/event-subscriptions?sync_token=${token}`, app),
    },
    'sync, a first look': {
      ask: (_, n) => {
        const { token } = person(1 + (n % (subscribers - 1)))
        return client.get('/event-subscriptions?sync_token=0&limit=100', { Authorization: `Token ${token}` })
      },
    },
    'private event created': {
      ask: (_, n) =>
        client.publish('POST', `/apiv2/event?ecal_id=${someone(n, subscribers).ecalId}`, {
          name: `Due ${n}`,
          startDate: day,
          allDay: true,
        }),
    },
    'public event created': { ask: (_, n) => client.publish('POST', '/apiv2/event', publicEvent(n)) },
    'public event changed': { ask: (_, n) => rename(n) },
    'public event deleted': {
      before: async (n) => jsonOf(await client.publish('POST', '/apiv2/event', publicEvent(n))).data.id,
      ask: (id) => client.publish('DELETE', `/apiv2/event/${id}`),
    },
    'sign-up': { ask: (_, n) => client.signUp(`new-${n}@example.com`) },
    'follow, un-follow': {
      ask: (_, n) => {
        const action = n % 2 === 1 ? 'remove' : 'add'
        return client.publish('POST', `/apiv2/subscriber/${reader.ecalId}/subscriptions/${action}`, {
          calendarIds: [CALENDAR],
        })
      },
    },
    'subscriber by e-mail': { ask: () => client.publish('GET', '/apiv2/subscriber/reader-3@example.com') },
    'subscribers, page 1': { ask: () => client.publish('GET', '/apiv2/subscriber?limit=100') },
    'events of a calendar, page 1': {
      ask: () => client.publish('GET', `/apiv2/event?calendarIds=${CALENDAR}`),
    },
    'a person’s events, page 1': {
      ask: () => client.publish('GET', `/apiv2/event?ecal_id=${reader.ecalId}`),
    },
    'schedule created': {
      before: (n) =>
        client.send(
          'PUT',
          `/accounts/BENCH${n}`,
          {
            businessAccountId: 'DEMO01',
            startDate: '2024-01-01',
            subscriberId: someone(n, subscribers).ecalId,
          },
          bearer,
        ),
      ask: (_, n) =>
        client.send('POST', `/accounts/BENCH${n}/oneOffSchedules`, { dueDate: day, amount: 50 }, bearer),
    },
    // Last, since nobody follows it afterwards.
    'followed calendar deleted': {
      once: true,
      ask: () => client.publish('DELETE', `/apiv2/calendar/${CALENDAR}`),
    },
  }
}

/** Does each request some times; answers the median of the time, the rows and the questions, by name. */
export async function costsOf(client, population, names) {
  const bearer = await client.bearer()
  const costs = {}
  const requests = requestsOf(client, { ...population, bearer })
  for (const name of names ?? Object.keys(requests)) {
    const { before = () => undefined, ask, once = false } = requests[name]
    const seen = []
    for (let n = 0; n < (once ? 1 : REPEATS); n++) {
      const given = await before(n)
      await client.get('/__bench/counts')
      const { status, ms } = await ask(given, n)
      if (status >= 400) throw new Error(`${name} answered ${status}`)
      seen.push({ ms, ...jsonOf(await client.get('/__bench/counts')) })
    }
    const of = (key) => median(seen.map((each) => each[key]))
    costs[name] = {
      ms: of('ms'),
      rowsRead: of('rowsRead'),
      rowsWritten: of('rowsWritten'),
      questions: of('questions'),
    }
  }
  return costs
}
