// `npm run bench:webhooks`: how long after its commit a message reaches an endpoint, and what an endpoint that hangs
// does to the others. 2,000 payments go to the calendars of 20 people, one signed POST each, at a steady rate: as
// client systems push them, and below what one machine can deliver. Batches as fast as they go would measure the
// backlog that they make instead; the third run does that, for the throughput. Server, receivers and sender share the
// machine: figures mean something only while nothing else runs on it (`machine busy` tells).
import { cpus } from 'node:os'
import { call, signUp } from './publisher.mjs'
import { startReceiver } from './receiver.mjs'
import { withServer } from './server.mjs'
import { printTable } from './table.mjs'

const CHANGES = 2_000
const PEOPLE = 20
const ENDPOINTS = 5
const COMMITS_A_SECOND = 25
const BATCH = 50

/** How long a run may take after its last commit until every healthy endpoint has everything, in milliseconds. */
const DRAIN_MS = 60_000
/** The same for the endpoint that hung, once it answers again: a time-out of 15 s, and a retry 5 to 6 s after it. */
const RECOVERY_MS = 120_000

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)

/** Waits until something holds; answers whether it did in time. */
async function until(holds, ms) {
  const deadline = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > deadline) return false
    await sleep(100)
  }
  return true
}

/** Starts to watch the processors; the answer tells how busy the whole machine was since, in percent. */
function watchMachine() {
  const read = () => {
    const times = cpus().map((cpu) => cpu.times)
    return {
      idle: sum(times.map(({ idle }) => idle)),
      all: sum(times.flatMap((each) => Object.values(each))),
    }
  }
  const before = read()
  return () => {
    const now = read()
    return Math.round(100 * (1 - (now.idle - before.idle) / (now.all - before.all)))
  }
}

const payment = (number, people) => ({
  name: `Payment ${number + 1} due`,
  startDate: '2030-05-01',
  allDay: true,
  alert: '1D',
  ecalId: people[number % people.length],
})

/** One POST for each change, at a steady rate, whatever the answers take. */
async function commitSteadily(origin, people) {
  const start = Date.now()
  const posts = []
  for (let number = 0; number < CHANGES; number++) {
    await sleep(start + (number * 1_000) / COMMITS_A_SECOND - Date.now())
    const { ecalId, ...event } = payment(number, people)
    const post = call(origin, 'POST', `/apiv2/event?ecal_id=${ecalId}`, event)
    post.catch(() => {}) // told below, where all are awaited
    posts.push(post)
  }
  await Promise.all(posts)
}

/** All changes in batches, one after the other without a pause. */
async function commitInBatches(origin, people) {
  for (let number = 0; number < CHANGES; number += BATCH) {
    const events = Array.from({ length: BATCH }, (_, index) => payment(number + index, people))
    const results = await call(origin, 'POST', '/apiv2/batch/events', { events })
    const refused = results.find(({ status }) => status !== '200')
    if (refused) throw new Error(`an item of a batch was answered ${refused.status}`)
  }
}

async function startEndpoint(origin, description) {
  const receiver = await startReceiver()
  const fields = { url: receiver.url, events: ['event.created'], description }
  const { id } = await call(origin, 'POST', '/apiv2/webhook', fields)
  const log = `/apiv2/webhook/${id}/deliveries`
  return {
    description,
    receiver,
    /** Every entry of the log with a status. */
    deliveries: async (status) => {
      const entries = []
      for (let page = 1; entries.length === (page - 1) * 100; page++) {
        entries.push(...(await call(origin, 'GET', `${log}?status=${status}&page=${page}`)))
      }
      return entries
    },
    isDrained: async () => (await call(origin, 'GET', `${log}?status=pending&limit=1`)).length === 0,
    remove: async () => {
      await call(origin, 'DELETE', `/apiv2/webhook/${id}`)
      await receiver.stop()
    },
  }
}

/** Whether a healthy endpoint got each message, each once, as its receiver and as the log tell it. */
async function countsOf({ description, receiver, deliveries, isDrained }) {
  await until(isDrained, DRAIN_MS)
  const times = [...receiver.arrivals.values()].map((arrival) => arrival.times)
  const delivered = await deliveries('delivered')
  const counts = {
    endpoint: description,
    messages: times.length,
    requests: sum(times),
    'delivered (log)': delivered.length,
    attempts: sum(delivered.map(({ attempts }) => attempts.length)),
  }
  const [, ...all] = Object.values(counts)
  if (all.some((count) => count !== CHANGES)) failures.push(`${description} did not get each message once`)
  return counts
}

/** What became of an endpoint that never answered: everything waits for it, and comes once it answers again. */
async function countsOfHanging({ description, receiver, deliveries, isDrained }) {
  const pending = await deliveries('pending')
  const attempts = pending.flatMap((entry) => entry.attempts)
  const timeouts = attempts.filter(({ error, durationMs }) => error === 'timeout' && durationMs >= 15_000)
  receiver.hangs = false
  const answersAgainAt = Date.now()
  await until(isDrained, RECOVERY_MS)
  const recoveryMs = Date.now() - answersAgainAt
  const delivered = (await deliveries('delivered')).length
  if (pending.length !== CHANGES) failures.push(`${description}: ${pending.length} deliveries were pending`)
  if (timeouts.length === 0 || timeouts.length !== attempts.length)
    failures.push(`${description}: ${timeouts.length} of ${attempts.length} attempts ended by the time-out`)
  if (delivered !== CHANGES || receiver.arrivals.size !== CHANGES)
    failures.push(`${description}: ${delivered} messages were delivered once it answered again`)
  return { pending: pending.length, timeouts: timeouts.length, delivered, recoveryMs }
}

function delaysOf(endpoints) {
  const delays = endpoints.flatMap(({ receiver }) =>
    [...receiver.arrivals.values()].map(({ delay }) => delay),
  )
  delays.sort((a, b) => a - b)
  const at = (share) => delays[Math.max(0, Math.ceil(delays.length * share) - 1)] ?? Number.NaN
  return { median: at(0.5), p95: at(0.95), max: at(1) }
}

/** One run: endpoints made, all changes committed, everything drained, endpoints removed. */
async function run(origin, people, { title, commitAll, hanging }) {
  console.log(`\n${title}`)
  const endpoints = []
  for (let number = 1; number <= ENDPOINTS; number++) {
    endpoints.push(await startEndpoint(origin, `${title.slice(0, 3)} endpoint ${number}`))
  }
  const stuck = endpoints.slice(0, hanging)
  const healthy = endpoints.slice(hanging)
  // The same four endpoints count in each run.
  const measured = endpoints.slice(1)
  for (const { receiver } of stuck) receiver.hangs = true

  const busy = watchMachine()
  const start = Date.now()
  await commitAll(origin, people)
  const committedMs = Date.now() - start
  await until(() => healthy.every(({ receiver }) => receiver.arrivals.size >= CHANGES), DRAIN_MS)
  const arrivedMs = Math.max(...healthy.map(({ receiver }) => receiver.lastAt)) - start
  const busyPercent = busy()

  const counts = []
  for (const endpoint of healthy) counts.push(await countsOf(endpoint))
  printTable(counts)
  for (const endpoint of stuck) {
    const { pending, timeouts, delivered, recoveryMs } = await countsOfHanging(endpoint)
    console.log(
      `${endpoint.description} hung: ${pending} deliveries pending, ${timeouts} attempts recorded, all time-outs. ` +
        `Once it answered, ${delivered} were delivered within ${(recoveryMs / 1_000).toFixed(1)} s.`,
    )
  }
  for (const endpoint of endpoints) await endpoint.remove()
  const perSecond = (count, ms) => Math.round((count * 1_000) / ms)
  const name = title.slice(0, 3)
  return {
    delays: { run: name, ...delaysOf(measured) },
    throughput: {
      run: name,
      'commits/s': perSecond(CHANGES, committedMs),
      'deliveries/s': perSecond(CHANGES * healthy.length, arrivedMs),
      'last arrival (s)': (arrivedMs / 1_000).toFixed(1),
      'machine busy (%)': busyPercent,
    },
  }
}

const failures = []
const runs = {
  a: { title: '(a) five healthy endpoints, a steady stream', commitAll: commitSteadily, hanging: 0 },
  b: { title: '(b) one endpoint hangs, the same stream', commitAll: commitSteadily, hanging: 1 },
  c: { title: `(c) five healthy endpoints, batches of ${BATCH}`, commitAll: commitInBatches, hanging: 0 },
}

console.log(`${CHANGES} changes, ${ENDPOINTS} endpoints, Node ${process.version}. Takes about four minutes.`)
await withServer(async (origin) => {
  const people = []
  for (let number = 1; number <= PEOPLE; number++) {
    people.push(await signUp(origin, `person-${number}@example.com`))
  }
  const a = await run(origin, people, runs.a)
  const b = await run(origin, people, runs.b)
  const c = await run(origin, people, runs.c)

  console.log('\nDelay from commit to arrival at the same four healthy endpoints, in milliseconds')
  printTable([a.delays, b.delays])
  const ratio = b.delays.median / a.delays.median
  console.log(`Ratio of medians, (b) to (a): ${ratio.toFixed(2)} (wanted: at most 2)`)
  if (!(ratio <= 2)) failures.push('one endpoint that hangs more than doubles the delay of the others')

  console.log('\nThroughput')
  printTable([a.throughput, b.throughput, c.throughput])
})

for (const failure of failures) console.error(`FAILED: ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1
