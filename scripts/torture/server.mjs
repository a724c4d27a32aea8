// A server to be killed: the Worker bundled as for a deployment, on workerd through Miniflare, in a process group of
// its own. `wrangler dev` would bundle it anew at each start.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtOptions } from '../bench/built-worker.mjs'
import { localVariables, prepareDatabase } from '../local-server.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const START_MS = 30_000

/** Prepares the database and the bundle; nothing runs before `start`. */
export async function prepareServer({ port, stateDir }) {
  const variables = localVariables()
  const database = prepareDatabase(stateDir, variables.ENCRYPTION_KEY)
  const optionsFile = join(stateDir, 'options.json')
  // The bundle is made meanwhile.
  const options = builtOptions({ port, stateDir, variables, entry: 'src/worker.ts' })
  await database
  writeFileSync(optionsFile, JSON.stringify(options))
  const origin = `http://127.0.0.1:${port}`
  let child = null
  let closed = Promise.resolve()
  let output = ''

  const spawnServer = () => {
    child = spawn(process.execPath, [join(import.meta.dirname, 'serve.mjs'), optionsFile], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const started = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output = (output + data).slice(-20_000)
      })
    }
    // 'close' comes when nobody of the group holds its output any more: workerd is gone too.
    closed = new Promise((resolve) => {
      started.on('close', resolve)
    })
  }

  // Nobody else ends a group of its own.
  process.once('exit', () => {
    try {
      if (child !== null) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  })

  /** Answers once the server does. */
  const isUp = async () => {
    const until = Date.now() + START_MS
    while (Date.now() < until) {
      if (child.exitCode !== null) break
      const answer = await fetch(`${origin}/health`).catch(() => null)
      if (answer?.ok) return
      await sleep(25)
    }
    throw new Error(`the server did not start:\n${output}`)
  }

  return {
    origin,
    operatorToken: variables.OPERATOR_TOKEN,
    output: () => output,
    spawn: spawnServer,
    isUp,
    async start() {
      spawnServer()
      await isUp()
    },
    /** SIGKILL to the whole group, workerd included. */
    async kill() {
      if (child === null) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch (error) {
        if (error.code !== 'ESRCH') throw error
      }
      await closed
    },
    /** Runs a cron, which nothing does by itself here. */
    async cron(schedule) {
      const answer = await fetch(`${origin}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(schedule)}`)
      if (!answer.ok)
        throw new Error(`the cron ${schedule} answered ${answer.status}: ${await answer.text()}`)
    },
  }
}
