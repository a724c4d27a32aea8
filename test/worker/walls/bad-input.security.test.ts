import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { tokenOf } from '../identity/support'
import { aMarkedPublisher, type Caller, everyOperation, exampleOf, send, stateOf, surfaceOf } from './support'

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** What may stand in place of a field's value, as JSON text. */
const values = [
  'null',
  '[]',
  '{}',
  'true',
  '-0',
  '1e400',
  '1e-400',
  '99999999999999999999',
  '"NaN"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u0007"',
  '""',
  nested(1000),
  `"${'x'.repeat(100_000)}"`,
]

const oddHeaders: Record<string, string>[] = [
  { 'Content-Type': 'text/plain; charset=utf-7' },
  { 'Content-Type': 'application/json; charset="' },
  { 'Content-Type': ';;' },
  { 'If-None-Match': '"', Range: 'bytes=9-1' },
  { 'X-HTTP-Method-Override': 'DELETE', 'Transfer-Encoding': 'nonsense' },
  { 'Idempotency-Key': 'k'.repeat(300) },
  Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`X-Odd-${at}`, 'x'])),
]

const oddPaths = ['%', '%ff', '%2525', '..%2f..', 'a'.repeat(9000), '%00', '-1', '1e400']

type Sent = { type?: string; text: string | Uint8Array } | null
type Mutation = { name: string; body?: Sent; headers?: Record<string, string>; target?: string }

/** The mutations of one operation: which value goes into which field follows from its place, so each run is the same. */
function mutationsOf(path: string, target: string, example: Sent, seed: number): Mutation[] {
  const text = typeof example?.text === 'string' ? example.text : ''
  const type = example?.type ?? 'application/json'
  const bytes = (...each: number[]) => new Uint8Array(each)
  const bodies: (string | Uint8Array)[] = [
    text.slice(0, -1),
    `\ufeff${text}`,
    bytes(0xff, 0xfe, 0x7b),
    nested(1000),
    'null',
    '"text"',
    '{"a":1,"a":2}',
    'a=1&a=2&%=%',
  ]
  const mutations: Mutation[] = bodies.map((body) => ({
    name: `body ${String(body).slice(0, 30)}`,
    body: { type, text: body },
  }))
  if (text.startsWith('{')) {
    const fields = Object.entries(JSON.parse(text))
    values.forEach((value, at) => {
      const [field] = fields[(seed + at) % fields.length] ?? ['name']
      const members = fields.map(
        ([name, own]) => `${JSON.stringify(name)}:${name === field ? value : JSON.stringify(own)}`,
      )
      mutations.push({
        name: `${field} = ${value.slice(0, 20)}`,
        body: { type, text: `{${members.join(',')}}` },
      })
    })
  }
  for (const headers of oddHeaders) mutations.push({ name: `header ${Object.keys(headers)[0]}`, headers })
  const parent = target === path ? target : target.slice(0, target.lastIndexOf('/'))
  for (const odd of oddPaths) mutations.push({ name: `path ${odd.slice(0, 20)}`, target: `${parent}/${odd}` })
  return mutations
}

const envelopes: Record<string, RegExp> = {
  apiv2: /^\{"status":"\d{3}","statusLong":"/,
  accounts: /"message":"/,
  operator: /^\{"error":\{"code":"/,
  events: /"error":\{/,
  'event-subscriptions': /"error":\{/,
  persons: /"error":\{/,
}

describe('bad input', () => {
  it('gets no 5xx on any operation, changes nothing, and is told so in the surface’s envelope', async ({
    expect,
  }) => {
    const { publisher, person, biller, leadsTo } = await aMarkedPublisher()
    const service = { authorization: `Bearer ${await tokenOf(biller.client)}` }
    const callers: Record<string, Caller> = {
      apiv2: { api: publisher.api },
      accounts: service,
      operator: { authorization: `Bearer ${env.OPERATOR_TOKEN}` },
    }
    const wrong: string[] = []
    let [sent, state] = [0, await stateOf(publisher.id)]
    for (const [seed, described] of (await everyOperation()).entries()) {
      // What ends the caller itself, or all others' tokens, is left to tests of its own.
      if (/restored$/.test(described.path)) continue
      const surface = surfaceOf(described.path)
      const example = exampleOf(described.operation)
      const target = leadsTo(described.path)
      let refused = true
      for (const { name, body, headers, target: odd } of mutationsOf(described.path, target, example, seed)) {
        if (described.method === 'delete' && !odd) continue
        const caller = callers[surface] ?? person.app
        const answer = await send(described, odd ?? target, caller, body ?? example, headers).catch((error) =>
          String(error),
        )
        if (typeof answer === 'string') continue
        sent += 1
        refused &&= answer.status >= 400
        if (answer.status >= 500)
          wrong.push(`${answer.at} ${name}: ${answer.status} ${answer.text.slice(0, 150)}`)
        const envelope = envelopes[surface]
        if (answer.status >= 400 && envelope && !envelope.test(answer.text)) {
          wrong.push(`${answer.at} ${name}: ${answer.status} as ${answer.text.slice(0, 100)}`)
        }
      }
      const now = await stateOf(publisher.id)
      if (refused && now !== state) wrong.push(`${described.method} ${described.path}: changed something`)
      state = now
    }
    expect(wrong).toEqual([])
    expect(sent).toBeGreaterThan(1000)
  })
})
