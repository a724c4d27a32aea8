// `npm run bench:signatures`: what can be learnt from how long a refusal takes. Each case differs from the one before it
// by something that a caller would like to know: whether a key exists, whether the first or the last sign of a signature
// is right. Cases are asked in turn over one connection, in an order drawn anew each round, so that other load falls on
// all alike. How far a median may be off by chance is half of its 95 % interval.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demo } from '../demo-data.mjs'
import { localVariables } from '../local-server.mjs'
import { signUrl } from '../signing.mjs'
import { serveBuilt } from './built-worker.mjs'
import { call, signUp } from './publisher.mjs'
import { median } from './rounds.mjs'
import { freePort } from './server.mjs'
import { printTable } from './table.mjs'

const ROUNDS = Number(process.env.ROUNDS || 2000)

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Asks once; answers status and milliseconds. */
function ask(origin, { path, headers = {} }) {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    request(`${origin}${path}`, { agent, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode, ms: performance.now() - start }))
    })
      .on('error', reject)
      .end()
  })
}

/** Another hex digit than this. */
const other = (digit) => (digit === '0' ? '1' : '0')
const wrongFirst = (hex) => other(hex[0]) + hex.slice(1)
const wrongLast = (hex) => hex.slice(0, -1) + other(hex.at(-1))

/** The cases of each question, by the status that they are all refused with. */
async function makeCases(origin) {
  const { apiKey, secret } = demo
  const ecalId = await signUp(origin, 'timed@example.com')
  const { token } = await call(origin, 'POST', `/apiv2/subscriber/${ecalId}/tokens`, {})
  const signed = new URL(
    signUrl({ method: 'GET', url: `${origin}/apiv2/calendar`, body: '', apiKey, secret }),
  )
  const sign = signed.searchParams.get('apiSign')
  const calendars = (key, given) => ({ path: `/apiv2/calendar?apiKey=${key}&apiSign=${given}` })
  const persons = (given) => ({ path: '/persons/me', headers: { Authorization: `Token ${given}` } })
  const operators = (given) => ({
    path: '/operator/publishers',
    headers: { Authorization: `Bearer ${given}` },
  })
  const { OPERATOR_TOKEN } = localVariables()
  return [
    [403, 'unknown API key', calendars(`x${apiKey.slice(1)}`, sign)],
    [403, 'known key, nothing right', calendars(apiKey, '0123456789abcdef0123456789abcdef')],
    [403, 'known key, first digit wrong', calendars(apiKey, wrongFirst(sign))],
    [403, 'known key, last digit wrong', calendars(apiKey, wrongLast(sign))],
    [401, 'unknown person token', persons('fedcba9876543210fedcba9876543210fedcba98')],
    [401, 'person token, first digit wrong', persons(wrongFirst(token))],
    [401, 'person token, last digit wrong', persons(wrongLast(token))],
    [401, 'operator token, nothing right', operators('x'.repeat(OPERATOR_TOKEN.length))],
    [401, 'operator token, last sign wrong', operators(`${OPERATOR_TOKEN.slice(0, -1)}~`)],
    [401, 'operator token, too short', operators(OPERATOR_TOKEN.slice(0, 4))],
  ].map(([status, name, asked]) => ({ status, name, asked, times: [] }))
}

/** Some things in an order drawn anew. */
const shuffled = (things) =>
  things
    .map((thing) => [Math.random(), thing])
    .sort(([a], [b]) => a - b)
    .map(([, thing]) => thing)

/** Half of the interval in which the median lies in 95 of 100 cases, by the ranks of a sorted sample. */
function uncertainty(times) {
  const sorted = [...times].sort((a, b) => a - b)
  const spread = (1.96 * Math.sqrt(sorted.length)) / 2
  const at = (rank) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))]
  return (at(sorted.length / 2 + spread) - at(sorted.length / 2 - spread)) / 2
}

const stateDir = mkdtempSync(join(tmpdir(), 'daybook-bench-'))
const server = await serveBuilt({ port: await freePort(), stateDir })
try {
  const cases = await makeCases(server.origin)
  for (let round = 0; round < ROUNDS + 50; round++) {
    for (const { name, status, asked, times } of shuffled(cases)) {
      const answer = await ask(server.origin, asked)
      if (answer.status !== status) throw new Error(`${name} answered ${answer.status}`)
      if (round >= 50) times.push(answer.ms)
    }
  }
  console.log(`${ROUNDS} rounds\n`)
  printTable(
    cases.map(({ name, times }) => ({
      case: name,
      'median (ms)': median(times).toFixed(3),
      'may be off by': `± ${uncertainty(times).toFixed(3)}`,
    })),
  )
} finally {
  agent.destroy()
  await server.stop()
  rmSync(stateDir, { recursive: true, force: true })
}
