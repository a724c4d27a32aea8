// The local server: migrations, demo data, `wrangler dev`. Used by `npm start`, the browser tests and the benches.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tenantsSql } from './demo-data.mjs'

const quiet = {
  ...process.env,
  CI: 'true',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

/** Writes `.dev.vars` where it is missing, with a random key; answers its values. */
export function localVariables() {
  if (!existsSync('.dev.vars')) {
    const values = {
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      OPERATOR_TOKEN: 'demo-operator-token',
      WEBHOOK_ALLOW_LOOPBACK: 'true',
    }
    const lines = Object.entries(values).map(([name, value]) => `${name}="${value}"`)
    writeFileSync('.dev.vars', `${lines.join('\n')}\n`)
  }
  const lines = readFileSync('.dev.vars', 'utf8').matchAll(/^(\w+)="?([^"\n]*)"?$/gm)
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]))
}

function wrangler(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('npx', ['--no-install', 'wrangler', ...args], {
      env: quiet,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data
      })
    }
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(output))))
  })
}

/** Brings the local database up to date and puts the demo tenants in it; repeated, it changes nothing. */
export async function prepareDatabase(stateDir, encryptionKey) {
  await wrangler(['d1', 'migrations', 'apply', ...local(stateDir)])
  await executeSql(stateDir, await tenantsSql(encryptionKey))
}

const local = (stateDir) => ['daybook', '--local', '--persist-to', stateDir]

/** Runs SQL in the local database, while no server does. */
export async function executeSql(stateDir, sql) {
  mkdirSync(stateDir, { recursive: true })
  const file = join(stateDir, 'execute.sql')
  writeFileSync(file, sql)
  await wrangler(['d1', 'execute', ...local(stateDir), '--file', file])
}

/** Starts `wrangler dev` and waits until it answers. `stop` ends it and all that it started. */
export async function startServer({ port, stateDir, onOutput = () => {} }) {
  const args = [
    'dev',
    '--port',
    String(port),
    '--persist-to',
    stateDir,
    '--show-interactive-dev-session=false',
    '--log-level',
    'warn',
  ]
  const child = spawn('npx', ['--no-install', 'wrangler', ...args], {
    env: quiet,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output = (output + data).slice(-10_000)
      onOutput(String(data))
    })
  }
  let ended = false
  const closed = new Promise((resolve) => {
    child.on('close', (code) => {
      ended = true
      resolve(code)
    })
  })
  const stop = async () => {
    if (!ended) process.kill(-child.pid, 'SIGTERM')
    await closed
  }
  const origin = `http://localhost:${port}`
  for (let tries = 0; tries < 300; tries++) {
    if (ended) throw new Error(`the server ended:\n${output}`)
    const answered = await fetch(`${origin}/health`).catch(() => null)
    if (answered?.ok) return { origin, stop, closed }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  await stop()
  throw new Error(`the server did not answer:\n${output}`)
}
