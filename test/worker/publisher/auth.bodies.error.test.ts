import { describe, it } from 'vitest'
import { type Answer, aPublisher, fetchWorker, type TestPublisher } from '../../support/publisher'
import { rowCounts } from '../../support/rows'
import { md5Sign, sendRaw, sendSigned } from '../../support/signing'

const encoder = new TextEncoder()
const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...encoder.encode(part)] : part)))

const deep = (depth: number) => `{"name":"Round 1","more":${'['.repeat(depth)}${']'.repeat(depth)}}`

const notOneObject: [what: string, body: Uint8Array][] = [
  ['nothing at all', bytes()],
  ['white space', bytes('  \n')],
  ['an array', bytes('[{"name":"Round 1"}]')],
  ['a text', bytes('"name"')],
  ['a number', bytes('1')],
  ['null', bytes('null')],
  ['a form', bytes('name=Round+1')],
  ['an object and a comma', bytes('{"name":"Round 1"},')],
  ['two objects', bytes('{"name":"Round 1"}{}')],
  ['an object and a letter', bytes('{"name":"Round 1"}x')],
  ['half an object', bytes('{"name":"Round 1"')],
  ['a trailing comma', bytes('{"name":"Round 1",}')],
  ['single quotes', bytes("{'name':'Round 1'}")],
  ['a comment', bytes('{"name":"Round 1"/**/}')],
  ['a byte order mark', bytes([0xef, 0xbb, 0xbf], '{"name":"Round 1"}')],
  ['U+0000 behind it', bytes('{"name":"Round 1"}', [0])],
  ['U+0000 before it', bytes([0], '{"name":"Round 1"}')],
  ['U+0000 in a text', bytes('{"name":"Round', [0], '1"}')],
  ['a line feed in a text', bytes('{"name":"Round\n1"}')],
  ['Latin-1', bytes('{"name":"Caf', [0xe9], '"}')],
  ['an overlong form', bytes('{"name":"Round ', [0xc0, 0xb1], '"}')],
  ['an encoded surrogate', bytes('{"name":"Round ', [0xed, 0xa0, 0x80], '"}')],
  ['half a character', bytes('{"name":"Round 1"}', [0xe2, 0x82])],
  ['UTF-16', bytes([0xff, 0xfe], [0x7b, 0, 0x7d, 0])],
]

function send(
  publisher: TestPublisher,
  method: string,
  path: string,
  body?: Uint8Array | string,
): Promise<Response> {
  const call = { method, path, query: `apiKey=${publisher.apiKey}`, ...(body === undefined ? {} : { body }) }
  return sendSigned(publisher.secret, call)
}

describe('a body that is not one JSON object in strict UTF-8', () => {
  it.for(notOneObject)('is refused and changes nothing: %s', async ([, body], { expect }) => {
    const publisher = await aPublisher()
    const { data } = await publisher.api.post('/calendar', { name: 'Round 0' })
    const before = await rowCounts()
    for (const [method, path] of [
      ['POST', '/calendar'],
      ['POST', '/event'],
      ['POST', '/widget'],
      ['POST', '/batch/events'],
      ['POST', '/batch/events/search'],
      ['DELETE', '/batch/events'],
      ['PUT', `/calendar/${data.id}`],
      ['PUT', `/widget/${publisher.widgetId}`],
      ['PUT', '/events/payment'],
    ] as const) {
      const response = await send(publisher, method, path, body)
      expect([method, path, response.status]).toEqual([method, path, 400])
      expect((await response.json<Answer['body']>()).errors).toHaveLength(1)
    }
    expect(await rowCounts()).toEqual(before)
  })
})

describe('a body', () => {
  it('is JSON whatever its Content-Type says', async ({ expect }) => {
    const { apiKey, secret, api } = await aPublisher()
    for (const type of [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      '',
      'nonsense',
    ]) {
      const call = { method: 'POST', query: `apiKey=${apiKey}`, body: `{"name":"Round ${type}"}` }
      const response = await sendSigned(secret, { ...call, headers: { 'Content-Type': type } })
      expect([type, response.status]).toEqual([type, 200])
    }
    expect((await api.get('/calendar')).data).toHaveLength(5)
  })

  it('may have white space around it', async ({ expect }) => {
    expect((await send(await aPublisher(), 'POST', '/calendar', ' \r\n\t{"name":"Round 1"}\n')).status).toBe(
      200,
    )
  })

  it('may have fields that nobody knows', async ({ expect }) => {
    const { api } = await aPublisher()
    const { status, data } = await api.post('/calendar', {
      name: 'Round 1',
      id: 'x',
      colour: null,
      apiKey: 1,
    })
    expect(status).toBe(200)
    expect(data.id).toMatch(/^[0-9a-f]{24}$/)
    expect(data).not.toHaveProperty('colour')
  })

  it.for([10, 1000, 20_000, 500_000])(
    'may nest unknown fields %i deep without harm',
    async (depth, { expect }) => {
      const response = await send(await aPublisher(), 'POST', '/calendar', deep(depth))
      expect(response.status).toBeLessThan(500)
    },
  )

  it('with the names of an object’s own things does nothing', async ({ expect }) => {
    const publisher = await aPublisher()
    const body = '{"name":"Round 1","__proto__":{"note":"x"},"constructor":1,"toString":2}'
    const response = await send(publisher, 'POST', '/calendar', body)
    expect((await response.json<Answer['body']>()).data.note).toBe('')
  })
})

describe('the size of a body', () => {
  const LIMIT = 1_048_576
  const padded = (size: number) => {
    const frame = '{"name":"Round 1","more":""}'
    return frame.replace('""', `"${'x'.repeat(size - frame.length)}"`)
  }
  /** In pieces, so that no Content-Length says how much will come. */
  const inPieces = (text: string) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        const all = encoder.encode(text)
        for (let at = 0; at < all.length; at += 65_536) controller.enqueue(all.subarray(at, at + 65_536))
        controller.close()
      },
    })

  it.for([
    ['1 MiB', LIMIT, 200],
    ['one byte more', LIMIT + 1, 413],
    ['much more', 3 * LIMIT, 413],
  ] as const)(
    'is 1 MiB at most, with and without Content-Length: %s',
    async ([, size, status], { expect }) => {
      const { apiKey, secret } = await aPublisher()
      const body = padded(size)
      const query = `apiKey=${apiKey}`
      const search = `${query}&apiSign=${await md5Sign(secret, query, body)}`
      const whole = await sendRaw({ method: 'POST', query: search, body })
      expect(whole.status).toBe(status)
      const init = { method: 'POST', body: inPieces(body) }
      expect((await fetchWorker(`/apiv2/calendar?${search}`, init)).status).toBe(status)
    },
  )

  it('is told before anything else, with its own words', async ({ expect }) => {
    const response = await sendRaw({
      method: 'POST',
      path: '/nowhere',
      query: 'a=1&a=1',
      body: padded(LIMIT + 1),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({ status: '413', statusLong: 'Payload too large.' })
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  })
})
