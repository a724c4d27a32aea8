// `npm run bench:log`: what the log of requests costs the server, for an unchanged feed and a warm one, beside the same
// without it; and how much of that is writing the line out. Rounds are interleaved, and each figure is the processor
// time of workerd alone: what reads its output is this process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveBuilt } from './built-worker.mjs'
import { load } from './load.mjs'
import { watchServers } from './processor.mjs'
import { call, signUpForFeed } from './publisher.mjs'
import { median } from './rounds.mjs'
import { freePort } from './server.mjs'
import { printTable } from './table.mjs'

const ROUNDS = Number(process.env.ROUNDS || 40)
const ROUND_MS = Number(process.env.ROUND_MS || 500)
const EVENTS = 50

const stateDir = mkdtempSync(join(tmpdir(), 'daybook-bench-'))
const server = await serveBuilt({ port: await freePort(), stateDir, onLog: () => {} })
try {
  const { origin } = server
  const person = await signUpForFeed(origin, 'log@example.com')
  const events = Array.from({ length: EVENTS }, (_, n) => {
    return { name: `Event ${n}`, startDate: '2040-01-01', allDay: true, ecalId: person.ecalId }
  })
  await call(origin, 'POST', '/apiv2/batch/events', { events })
  const etag = (await fetch(`${origin}${person.feedPath}`)).headers.get('ETag')
  const kinds = {
    'feed, unchanged (304)': { headers: { 'If-None-Match': etag }, status: 304 },
    'feed, warm': {},
  }
  // Each on a path of its own; the plain one goes through a request made anew, as the others do.
  const ways = {
    'without log': '/__bench/plain',
    'line made': '/__bench/unwritten',
    'line written': '/__bench/logged',
  }
  const rows = []
  for (const [request, more] of Object.entries(kinds)) {
    const spent = Object.fromEntries(Object.keys(ways).map((way) => [way, []]))
    const names = Object.keys(ways)
    const ask = (way) => load({ origin, path: `${ways[way]}${person.feedPath}`, ...more }, ROUND_MS)
    for (const way of names) await ask(way)
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of names.map((_, at) => names[(at + round) % names.length])) {
        const processorMs = watchServers()
        const { count } = await ask(way)
        const ms = processorMs()
        if (ms !== null) spent[way].push((ms * 1_000) / count)
      }
    }
    for (const way of names) {
      const more = median(spent[way].map((each, round) => each - spent['without log'][round]))
      rows.push({
        request,
        way,
        'server (µs)': Math.round(median(spent[way])),
        'more (µs)': Math.round(more),
      })
    }
  }
  printTable(rows)
} finally {
  await server.stop()
  rmSync(stateDir, { recursive: true, force: true })
}
