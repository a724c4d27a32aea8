// A realistic mixture: apps that ask for feeds (90 %), apps that sync (6 %), client systems that write (4 %).
import { jsonOf } from './client.mjs'
import { CALENDAR, person } from './population.mjs'
import { watchServers } from './processor.mjs'

const CONNECTIONS = 8
/** People whose calendar apps and apps ask; all others are only there. */
const READERS = 500
/** Calendar apps that send the ETag that they have. */
const CONDITIONAL = 0.8

/** Out of 100 writes: payments dominate, and the calendar that everybody follows changes rarely. */
const writes = [
  ...Array(83).fill('private'),
  ...Array(12).fill('follow'),
  ...Array(3).fill('sign-up'),
  'change',
  'public',
]

const pick = (list) => list[Math.floor(Math.random() * list.length)]

function write(client, kind, reader) {
  const fields = { name: `Payment ${Math.random()}`, startDate: '2031-05-01', allDay: true }
  if (kind === 'sign-up') return client.signUp(`mixed-${Math.random()}@example.com`)
  if (kind === 'public') return client.publish('POST', '/apiv2/event', { ...fields, calendarId: CALENDAR })
  if (kind === 'change') {
    const id = `e0${Math.floor(Math.random() * 100)
      .toString(16)
      .padStart(22, '0')}`
    return client.publish('PUT', `/apiv2/event/${id}`, { name: fields.name })
  }
  if (kind === 'private') return client.publish('POST', `/apiv2/event?ecal_id=${reader.ecalId}`, fields)
  const action = pick(['add', 'remove'])
  return client.publish('POST', `/apiv2/subscriber/${reader.ecalId}/subscriptions/${action}`, {
    calendarIds: [CALENDAR],
  })
}

const at = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

/** Runs the mixture for some time. Answers a row for each kind of request, and one for all. */
export async function mix(client, { subscribers }, ms) {
  const readers = Array.from({ length: Math.min(READERS, subscribers) }, (_, n) => ({
    ...person(Math.floor((n * subscribers) / Math.min(READERS, subscribers))),
    etag: null,
    syncToken: 0,
  }))
  const times = { feed: [], sync: [], write: [] }
  let errors = 0
  let notModified = 0
  /** Every answer is looked at: an error counts, whatever it is. */
  const note = (kind, answer) => {
    if (answer === null || answer.status >= 400) errors++
    else times[kind].push(answer.ms)
    return answer
  }
  const feed = async (reader) => {
    const headers =
      reader.etag !== null && Math.random() < CONDITIONAL ? { 'If-None-Match': reader.etag } : {}
    const answer = note('feed', await client.get(reader.feedPath, headers).catch(() => null))
    if (answer?.status === 304) notModified++
    if (answer?.status === 200) reader.etag = answer.headers.get('ETag')
  }
  const sync = async (reader) => {
    const path = `/event-subscriptions?sync_token=${reader.syncToken}&order_by=sync_token&limit=100`
    const answer = note(
      'sync',
      await client.get(path, { Authorization: `Token ${reader.token}` }).catch(() => null),
    )
    if (answer?.status !== 200) return
    const { data, meta_data: meta } = jsonOf(answer)
    reader.syncToken = data.length === 100 ? data[99].sync_token : meta.sync_token
  }
  const step = async () => {
    const reader = pick(readers)
    const share = Math.random()
    if (share < 0.9) await feed(reader)
    else if (share < 0.96) await sync(reader)
    else note('write', await write(client, pick(writes), reader).catch(() => null))
  }
  // Apps have asked before: what is measured is a day like any other, not the first.
  for (const reader of readers) await feed(reader)
  for (const reader of readers.slice(0, 100)) await sync(reader)
  for (const kind of Object.keys(times)) times[kind] = []
  notModified = 0
  await client.get('/__bench/counts')
  const processorMs = watchServers()
  const from = performance.now()
  const connection = async () => {
    while (performance.now() - from < ms) await step()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
  const serverMs = processorMs()
  const seconds = (performance.now() - from) / 1_000
  const counts = jsonOf(await client.get('/__bench/counts'))
  const all = Object.values(times).flat()
  const rowOf = (kind, values) => {
    const sorted = [...values].sort((a, b) => a - b)
    return { kind, count: sorted.length, p50: at(sorted, 0.5), p99: at(sorted, 0.99) }
  }
  return {
    kinds: [...Object.entries(times).map(([kind, values]) => rowOf(kind, values)), rowOf('all', all)],
    rps: all.length / seconds,
    serverMs: serverMs === null ? Number.NaN : serverMs / all.length,
    errors,
    notModified: notModified / times.feed.length,
    rowsRead: counts.rowsRead / all.length,
    rowsWritten: counts.rowsWritten / all.length,
  }
}
