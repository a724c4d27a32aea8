// A fresh Daybook for a bench: its own state in a temporary folder, a free port, the every-minute cron.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localVariables, prepareDatabase, startServer } from '../local-server.mjs'

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Runs a bench against a fresh server; ends the server and removes its state, also when interrupted. */
export async function withServer(bench) {
  const stateDir = mkdtempSync(join(tmpdir(), 'daybook-bench-'))
  let stop = async () => {}
  let sweeping
  const cleanUp = async () => {
    clearInterval(sweeping)
    await stop()
    rmSync(stateDir, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => cleanUp().finally(() => process.exit(1)))
  }
  try {
    await prepareDatabase(stateDir, localVariables().ENCRYPTION_KEY)
    const starting = startServer({ port: await freePort(), stateDir })
    // Also where it is stopped before it answers.
    stop = () =>
      starting.then(
        (server) => server.stop(),
        () => {},
      )
    const { origin } = await starting
    // `wrangler dev` runs no crons by itself.
    const sweep = `${origin}/cdn-cgi/local/scheduled?cron=${encodeURIComponent('* * * * *')}`
    sweeping = setInterval(() => fetch(sweep).catch(() => {}), 60_000)
    return await bench(origin)
  } finally {
    await cleanUp()
  }
}
