// `npm run bench:feed`: what feeds cost on workerd, beside a static answer and one point read of D1 on the same runtime
// in the same run, and beside Radicale where it is installed. Rounds are interleaved, so that other load on the machine
// falls on all alike; each ratio is the median of those of the rounds. Server and client share the machine: only the
// ratios mean something. Where other load is heavy, the server's processor time for each request tells more.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveBuilt } from './built-worker.mjs'
import { load } from './load.mjs'
import { watchServers } from './processor.mjs'
import { call, signUpForFeed } from './publisher.mjs'
import { startRadicale } from './radicale.mjs'
import { median } from './rounds.mjs'
import { freePort } from './server.mjs'
import { printTable } from './table.mjs'

const EVENTS = 200
const ROUNDS = Number(process.env.ROUNDS || 40)
const ROUND_MS = Number(process.env.ROUND_MS || 300)

/** As clubs write them: times with a zone, a place, a sentence and a link, not all of it ASCII. */
const eventNumber = (n) => ({
  name: `Runde ${n + 1}: Tigers – Bears`,
  location: `Court ${n % 7}, Södra Arenan`,
  startDate: `203${n % 10}-0${1 + (n % 9)}-1${n % 9}`,
  startTime: '19:30',
  endTime: '21:00',
  details: `Doors open one hour earlier.\nhttps://tickets.example.com/${n} 🎟`,
  alert: '1H',
  timezone: 'Australia/Melbourne',
})

async function postEvents(origin, more) {
  for (let from = 0; from < EVENTS; from += 100) {
    const events = Array.from({ length: 100 }, (_, n) => ({ ...eventNumber(from + n), ...more }))
    await call(origin, 'POST', '/apiv2/batch/events', { events })
  }
}

/** A person who follows a calendar of 200 events, and one who has 200 of their own. */
async function makeFeeds(origin) {
  const calendar = await call(origin, 'POST', '/apiv2/calendar', { name: 'Bench', categories: 'Sports' })
  await postEvents(origin, { calendarId: calendar.id })
  const follower = await signUpForFeed(origin, 'follower@example.com')
  const path = `/apiv2/subscriber/${follower.ecalId}/subscriptions/add`
  await call(origin, 'POST', path, { calendarIds: [calendar.id] })
  const owner = await signUpForFeed(origin, 'owner@example.com')
  await postEvents(origin, { ecalId: owner.ecalId })
  return { follower: follower.feedPath, owner: owner.feedPath }
}

const stateDir = mkdtempSync(join(tmpdir(), 'daybook-bench-'))
const server = await serveBuilt({ port: await freePort(), stateDir })
let radicale = null
try {
  const { origin } = server
  const { follower, owner } = await makeFeeds(origin)
  const feed = await fetch(`${origin}${follower}`)
  const etag = feed.headers.get('ETag')
  const text = await feed.text()
  radicale = await startRadicale(text)

  const targets = {
    'D1 point read': { origin, path: '/__bench/d1' },
    static: { origin, path: '/__bench/static' },
    'feed, unchanged (304)': { origin, path: follower, headers: { 'If-None-Match': etag }, status: 304 },
    'feed, warm': { origin, path: follower },
    'feed, from the data centre’s cache': { origin, path: `/__bench/cold${follower}` },
    'feed, cold': { origin, path: `/__bench/cold${owner}` },
    ...(radicale ? { Radicale: radicale } : {}),
  }
  const { model } = cpus()[0] ?? { model: 'unknown' }
  const workerd = spawnSync('npx', ['--no-install', 'workerd', '--version'], {
    encoding: 'utf8',
  }).stdout.trim()
  console.log(
    `${cpus().length} × ${model}; Node ${process.version}, ${workerd}${radicale ? `, Radicale ${radicale.version}` : ''}`,
  )
  console.log(
    `A feed of ${EVENTS} events, ${Buffer.byteLength(text)} bytes; ${ROUNDS} rounds of ${ROUND_MS} ms each\n`,
  )
  if (!radicale) console.log('Radicale is not installed here: left out.\n')

  const names = Object.keys(targets)
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (const name of names) await load(targets[name], ROUND_MS)
  for (let round = 0; round < ROUNDS; round++) {
    // Each starts a round once, so that none always follows the same one.
    const order = names.map((_, at) => names[(at + round) % names.length])
    for (const name of order) {
      const processorMs = watchServers()
      const result = await load(targets[name], ROUND_MS)
      results[name].push({ ...result, processorMs: processorMs() })
    }
  }
  const ratioTo = (base, name) =>
    median(results[name].map(({ rps }, round) => rps / results[base][round].rps))
  /** The processor time of the server for one request; '' where the system doesn't tell it. */
  const processorMs = (name) => {
    const rounds = results[name].filter((round) => round.processorMs)
    const sum = (key) => rounds.reduce((total, round) => total + round[key], 0)
    return rounds.length === 0 ? '' : (sum('processorMs') / sum('count')).toFixed(2)
  }
  printTable(
    names.map((name) => ({
      request: name,
      'requests/s': Math.round(median(results[name].map(({ rps }) => rps))),
      'p50 (ms)': median(results[name].map(({ p50 }) => p50)).toFixed(2),
      'p99 (ms)': median(results[name].map(({ p99 }) => p99)).toFixed(2),
      'server (ms)': processorMs(name),
      'to a D1 read': ratioTo('D1 point read', name).toFixed(2),
      ...(radicale ? { 'to Radicale': ratioTo('Radicale', name).toFixed(1) } : {}),
    })),
  )
} finally {
  await radicale?.stop()
  await server.stop()
  rmSync(stateDir, { recursive: true, force: true })
}
