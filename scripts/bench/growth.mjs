// `npm run bench:load`: a mixed load on the built Worker, and how the cost of each request grows with subscribers and
// events. MIX_MS says how long each mixture runs.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare } from 'miniflare'
import { localVariables, prepareDatabase } from '../local-server.mjs'
import { builtOptions } from './built-worker.mjs'
import { clientOf } from './client.mjs'
import { mix } from './mix.mjs'
import { populate } from './population.mjs'
import { costsOf } from './requests.mjs'
import { freePort } from './server.mjs'
import { printTable } from './table.mjs'

const MIX_MS = Number(process.env.MIX_MS || 20_000)

const shapes = [
  { subscribers: 10, events: 100 },
  { subscribers: 1_000, events: 100 },
  { subscribers: 100_000, events: 100 },
  { subscribers: 1_000, events: 9_900 },
]

const nameOf = ({ subscribers, events }) =>
  `${subscribers.toLocaleString('en')} / ${events.toLocaleString('en')}`

/** Measures on a server and a database of its own. */
async function measure(shape, options, template) {
  const stateDir = mkdtempSync(join(tmpdir(), 'daybook-growth-'))
  cpSync(template, stateDir, { recursive: true })
  const server = new Miniflare({ ...options, resourcePersistencePath: join(stateDir, 'v3') })
  try {
    const from = Date.now()
    await populate(await server.getD1Database('DB'), variables.ENCRYPTION_KEY, shape)
    console.log(`${nameOf(shape)}: populated in ${((Date.now() - from) / 1_000).toFixed(1)} s`)
    const client = clientOf((await server.ready).origin)
    const mixed = await mix(client, shape, MIX_MS)
    return { mixed, costs: await costsOf(client, shape) }
  } finally {
    await server.dispose()
    rmSync(stateDir, { recursive: true, force: true })
  }
}

const template = mkdtempSync(join(tmpdir(), 'daybook-growth-'))
const variables = localVariables()
try {
  await prepareDatabase(template, variables.ENCRYPTION_KEY)
  const port = process.env.PORT ? Number(process.env.PORT) : await freePort()
  const options = builtOptions({
    port,
    stateDir: template,
    variables,
    entry: 'scripts/bench/growth-worker.ts',
  })
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}; Node ${process.version}; subscribers / events of the calendar`,
  )
  const results = []
  for (const shape of shapes)
    results.push({ name: nameOf(shape), ...(await measure(shape, options, template)) })

  console.log('\nThe mixture: feeds 90 %, sync 6 %, writes 4 %\n')
  printTable(
    results.map(({ name, mixed: { kinds, rps, serverMs, errors, notModified, rowsRead, rowsWritten } }) => ({
      'subscribers / events': name,
      'requests/s': Math.round(rps),
      ...Object.fromEntries(
        kinds.flatMap(({ kind, p50, p99 }) => [
          [`${kind} p50/p99 (ms)`, `${p50.toFixed(0)} / ${p99.toFixed(0)}`],
        ]),
      ),
      'server (ms)': serverMs.toFixed(1),
      errors,
      'feeds unchanged': `${Math.round(100 * notModified)} %`,
      'rows read': rowsRead.toFixed(1),
      'rows written': rowsWritten.toFixed(2),
    })),
  )
  const tables = {
    'Rows read': ({ rowsRead }) => rowsRead,
    'Rows written': ({ rowsWritten }) => rowsWritten,
    'Questions to D1': ({ questions }) => questions,
    'Time (ms)': ({ ms }) => ms.toFixed(1),
  }
  for (const [title, show] of Object.entries(tables)) {
    console.log(`\n${title} of one request\n`)
    printTable(
      Object.keys(results[0].costs).map((request) => ({
        request,
        ...Object.fromEntries(results.map(({ name, costs }) => [name, show(costs[request])])),
      })),
    )
  }
} finally {
  rmSync(template, { recursive: true, force: true })
}
