import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { freePort } from '../../scripts/bench/server.mjs'
import { demo } from '../../scripts/demo-data.mjs'
import { signUrl } from '../../scripts/signing.mjs'
import { prepareServer } from '../../scripts/torture/server.mjs'

type Slow = { readonly method: string; readonly path: string; readonly headers: Record<string, string> }

const stateDir = mkdtempSync(join(tmpdir(), 'daybook-slow-'))
let server: Awaited<ReturnType<typeof prepareServer>>

beforeAll(async () => {
  server = await prepareServer({ port: await freePort(), stateDir })
  await server.start()
}, 120_000)

afterAll(async () => {
  await server?.kill()
  rmSync(stateDir, { recursive: true, force: true })
})

/** Sends a body a byte a second, for as long as the server listens; answers what the server said. */
function sendSlowly({ method, path, headers }: Slow): Promise<string> {
  const { hostname, port, host } = new URL(server.origin)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const isChunked = headers['Content-Length'] === undefined
    const all = { Host: host, ...headers, ...(isChunked ? { 'Transfer-Encoding': 'chunked' } : {}) }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
    const dripping = setInterval(() => socket.write(isChunked ? '1\r\n{\r\n' : '{'), 1_000)
    let answer = ''
    const end = () => {
      clearInterval(dripping)
      socket.destroy()
      resolve(answer)
    }
    socket.on('data', (data) => {
      answer += data
      if (answer.includes('\r\n\r\n') && answer.trimEnd().endsWith('}')) end()
    })
    socket.on('close', end)
    socket.on('error', (error) => (answer === '' ? reject(error) : end()))
  })
}

const { apiKey, secret } = demo
const name = 'Club'
const body = JSON.stringify({ name })
const signed = (path: string) =>
  signUrl({ method: 'POST', url: `${server.origin}${path}`, body, apiKey, secret })

describe('clients that send a byte a second', () => {
  it('are given up after half a minute, and hold up nobody meanwhile', async ({ expect }) => {
    const key = { 'Idempotency-Key': 'a-slow-one' }
    const address = signed('/apiv2/calendar')
    const { pathname, search } = new URL(address)
    const json = { 'Content-Type': 'application/json' }
    const slow: Slow[] = [
      ...Array.from({ length: 10 }, () => ({
        method: 'POST',
        path: pathname + search,
        headers: { ...json, ...key, 'Content-Length': '1000' },
      })),
      { method: 'POST', path: pathname + search, headers: json },
      { method: 'POST', path: '/button/v1/subscriptions', headers: { ...json, 'Content-Length': '60000' } },
      { method: 'POST', path: '/events', headers: { Authorization: `Token ${demo.personToken}` } },
      {
        method: 'POST',
        path: '/operator/publishers',
        headers: { Authorization: `Bearer ${server.operatorToken}`, 'Content-Length': '60000' },
      },
    ]
    const answers = Promise.all(slow.map(sendSlowly))

    const made = await fetch(address, { method: 'POST', body, headers: key })
    const { data } = (await made.json()) as { data: { id: string; name: string } }
    expect([made.status, data.name]).toEqual([200, name])
    expect((await fetch(`${server.origin}/health`)).status).toBe(200)

    for (const [at, answer] of (await answers).entries()) {
      expect(answer.split('\r\n')[0], slow[at]?.path).toBe('HTTP/1.1 408 Request Timeout')
    }
    const again = await fetch(address, { method: 'POST', body, headers: key })
    expect(((await again.json()) as { data: { id: string } }).data.id).toBe(data.id)
  })
})
