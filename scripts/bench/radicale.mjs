// Radicale, where it is installed, with a calendar of ours in it.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './server.mjs'

const COLLECTION = '/bench/calendar/'

/** Starts Radicale with these events; null where it isn't installed. `stop` ends it. */
export async function startRadicale(calendarText) {
  const { status, stdout } = spawnSync('radicale', ['--version'], { encoding: 'utf8' })
  if (status !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'daybook-radicale-'))
  const port = await freePort()
  const options = {
    'server-hosts': `127.0.0.1:${port}`,
    'auth-type': 'none',
    'rights-type': 'owner_only',
    'storage-filesystem-folder': folder,
    'logging-level': 'error',
  }
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`)
  const child = spawn('radicale', ['--config', '', ...args], { stdio: 'ignore' })
  const closed = new Promise((resolve) => child.on('close', resolve))
  const stop = async () => {
    child.kill()
    await closed
    rmSync(folder, { recursive: true, force: true })
  }
  const origin = `http://127.0.0.1:${port}`
  const headers = { Authorization: `Basic ${Buffer.from('bench:bench').toString('base64')}` }
  try {
    await untilItAnswers(origin)
    const put = await fetch(`${origin}${COLLECTION}`, {
      method: 'PUT',
      headers: { ...headers, 'Content-Type': 'text/calendar' },
      body: calendarText,
    })
    if (!put.ok) throw new Error(`Radicale answered ${put.status} to the calendar`)
  } catch (error) {
    await stop()
    throw error
  }
  return { version: stdout.trim(), origin, path: COLLECTION, headers, stop }
}

async function untilItAnswers(origin) {
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(origin, { redirect: 'manual' }).catch(() => null)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('Radicale did not answer')
}
