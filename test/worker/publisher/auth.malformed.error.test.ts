import { describe, it } from 'vitest'
import { type Answer, aPublisher, fetchWorker, type TestPublisher } from '../../support/publisher'
import { rowCounts } from '../../support/rows'
import { md5Sign, sendRaw, sendSigned } from '../../support/signing'

const long = (length: number) => 'v'.repeat(length)

/** What can be read in two ways, and the field that the answer names (`publisher-api.md` 1.1). */
const refused: [what: string, query: string, field: string][] = [
  ['a name that stands twice', 'page=1&page=1', 'page'],
  ['a name that stands twice, once encoded', 'page=1&p%61ge=2', 'page'],
  ['apiKey twice', 'apiKey=a&apiKey=a', 'apiKey'],
  ['apiSign twice', 'apiSign=a&apiSign=a', 'apiSign'],
  ['an empty name', '=1', ''],
  ['a name with a space', 'a+b=1', 'a b'],
  ['a name with a bracket', 'a%5B0%5D=1', 'a[0]'],
  ['a name that is not ASCII', 'n%C3%A4me=1', 'näme'],
  ['a name of 65 characters', `${'n'.repeat(65)}=1`, 'n'.repeat(65)],
  ['a NUL', 'reference=a%00b', 'reference'],
  ['a line feed', 'reference=a%0Ab', 'reference'],
  ['a carriage return', 'reference=a%0Db', 'reference'],
  ['a tab', 'reference=a%09b', 'reference'],
  ['the last control character below the space', 'reference=%1F', 'reference'],
  ['a delete character', 'reference=%7F', 'reference'],
  ['a value of 2,001 characters', `other=${long(2001)}`, 'other'],
  ['a value of 2,001 characters outside the BMP', `other=${'%F0%9F%8E%89'.repeat(2001)}`, 'other'],
  ['a percent sign alone', 'reference=100%', 'reference'],
  ['a percent sign with one digit', 'reference=%4', 'reference'],
  ['a percent sign without digits', 'reference=%zz', 'reference'],
  ['broken percent-encoding in a name', '%=1', ''],
  ['Latin-1', 'reference=caf%E9', 'reference'],
  ['an overlong form', 'reference=%C0%AF', 'reference'],
  ['an encoded surrogate', 'reference=%ED%A0%80', 'reference'],
  ['UTF-8 beyond U+10FFFF', 'reference=%F4%90%80%80', 'reference'],
  ['both kinds of signature', 'apiSign=a&apiSign256=b', 'apiSign'],
  ['both kinds of signature, empty', 'apiSign&apiSign256', 'apiSign'],
]

/** What has not its form, which only who signed it is told (1 and 1.3). */
const misshapen: [what: string, query: string, field: string][] = [
  ['a ts that is no number', 'ts=now', 'ts'],
  ['an empty ts', 'ts=', 'ts'],
  ['a negative ts', 'ts=-1', 'ts'],
  ['a ts with a fraction', 'ts=1900000000.5', 'ts'],
  ['a nonce of 7 characters', 'ts=1900000000&nonce=1234567', 'nonce'],
  ['a nonce of 65 characters', `ts=1900000000&nonce=${'n'.repeat(65)}`, 'nonce'],
  ['a nonce with a dot', 'ts=1900000000&nonce=1234.5678', 'nonce'],
  ['a nonce without ts', 'nonce=12345678', 'nonce'],
]

describe('a query string that can be read in two ways', () => {
  it.for(refused)(
    'is refused before anybody is asked for a key: %s',
    async ([, query, field], { expect }) => {
      const response = await sendRaw({ query })
      expect(response.status).toBe(400)
      expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
      expect(response.headers.get('Cache-Control')).toBe('no-store')
      const body = await response.json<{ status: string; statusLong: string; errors: { field: string }[] }>()
      expect(body).toMatchObject({ status: '400', statusLong: 'Invalid input.', errors: [{ field }] })
      expect(body.errors).toHaveLength(1)
    },
  )

  it('is refused of a good key, too, and on unknown paths', async ({ expect }) => {
    const { apiKey, secret } = await aPublisher()
    expect((await sendSigned(secret, { query: `apiKey=${apiKey}&a=1&a=1` })).status).toBe(400)
    expect((await sendRaw({ path: '/nowhere', query: 'a=1&a=1' })).status).toBe(400)
    expect((await fetchWorker('/apiv2?a=1&a=1')).status).toBe(400)
  })
})

describe('a ts or nonce that has not its form', () => {
  it.for(misshapen)(
    'is told to who signed it, and to nobody else: %s',
    async ([, query, field], { expect }) => {
      const { apiKey, secret } = await aPublisher()
      const signed = await sendSigned(secret, { query: `apiKey=${apiKey}&${query}` })
      const body = await signed.json<{ errors: { field: string }[] }>()
      expect([signed.status, body.errors.map((error) => error.field)]).toEqual([400, [field]])
      expect((await sendRaw({ query: `apiKey=${apiKey}&${query}` })).status).toBe(403)
    },
  )
})

describe('a query string that is plain', () => {
  it.for([
    ['the longest name', `${'n'.repeat(64)}=1`],
    ['the longest value', `other=${long(2000)}`],
    ['the longest value outside the BMP', `other=${'%F0%9F%8E%89'.repeat(2000)}`],
    ['pairs with nothing between', '&&other=1&'],
    ['a value with equals signs', 'other=a=b==c'],
    ['plus signs and encoded plus signs', 'other=a+b%2Bc'],
    ['a byte order mark', 'other=%EF%BB%BFa'],
    ['a name that differs in letter case', 'a=1&A=1'],
  ])('may have %s', async ([, query], { expect }) => {
    const { apiKey, secret } = await aPublisher()
    expect((await sendSigned(secret, { query: `apiKey=${apiKey}&${query}` })).status).toBe(200)
  })
})

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
