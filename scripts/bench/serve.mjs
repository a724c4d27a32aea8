// `npm run bench:serve`: the built Worker with the demo data on PORT (8787), until it is stopped, for any load tool.
// Beside the Worker's own paths it answers /__bench/static and /__bench/d1 (one point read of D1).
import { demoFeedPath, seedAccounts, seedCalendars } from '../demo-data.mjs'
import { serveBuilt } from './built-worker.mjs'

const port = Number(process.env.PORT || 8787)
const stateDir = process.env.STATE_DIR || '.wrangler/state'

const server = await serveBuilt({ port, stateDir })
const { origin } = server
await seedCalendars(origin)
await seedAccounts(origin)
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => server.stop().finally(() => process.exit(0)))
}

console.log(`
The built Worker is on ${origin}

  A feed       ${origin}${demoFeedPath}
  Static       ${origin}/__bench/static
  A D1 read    ${origin}/__bench/d1

Ctrl-C stops it.
`)
