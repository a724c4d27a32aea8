import fc from 'fast-check'
import { Hono } from 'hono'
import { describe, it } from 'vitest'
import { answerOtherMethods, readBody, strictText } from '../../../src/platform/http'

const bytes = (text: string) => new TextEncoder().encode(text)

/** A request whose body comes in these pieces, without a Content-Length unless one is given. */
function post(pieces: readonly Uint8Array[], headers: Record<string, string> = {}): Request {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  return new Request('https://daybook.example.com/', { method: 'POST', body, headers })
}

describe('a body', () => {
  it('is read whole, in however many pieces it comes', async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 })), async (pieces) => {
        const whole = pieces.flatMap((piece) => [...piece])
        expect([...(await readBody(post(pieces), 1000))]).toEqual(whole)
      }),
      { numRuns: 50 },
    )
  })

  it('that is not there is empty', async ({ expect }) => {
    expect(await readBody(new Request('https://daybook.example.com/'), 10)).toEqual(new Uint8Array())
    const empty = new Request('https://daybook.example.com/', { method: 'POST', body: '' })
    expect(await readBody(empty, 0)).toEqual(new Uint8Array())
  })

  it('may have exactly as many bytes as the limit, counted as they come', async ({ expect }) => {
    expect(await readBody(post([bytes('12345'), bytes('67890')]), 10)).toEqual(bytes('1234567890'))
    expect(await readBody(post([bytes('12345'), bytes('678901')]), 10)).toBe('too_large')
    expect(await readBody(post([bytes('éééééé')]), 10)).toBe('too_large')
  })

  it('is refused by its Content-Length, and counted whatever that says', async ({ expect }) => {
    const request = new Request('https://daybook.example.com/', { method: 'POST', body: 'x'.repeat(11) })
    expect(await readBody(request, 10)).toBe('too_large')
    const lying = { 'Content-Length': '1' }
    expect(await readBody(post([bytes('12345678901')], lying), 10)).toBe('too_large')
  })
})

describe('a body that comes slowly', () => {
  const patience = 20

  it('is given up once it took too long, though something of it goes on coming', async ({ expect }) => {
    let isCancelled = false
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        if (!isCancelled) controller.enqueue(bytes('x'))
      },
      cancel() {
        isCancelled = true
      },
    })
    const request = new Request('https://daybook.example.com/', { method: 'POST', body })
    expect(await readBody(request, 1_000_000, patience)).toBe('too_slow')
    expect(isCancelled).toBe(true)
  })

  it('is given up where nothing comes at all', async ({ expect }) => {
    const body = new ReadableStream<Uint8Array>()
    const request = new Request('https://daybook.example.com/', { method: 'POST', body })
    expect(await readBody(request, 10, patience)).toBe('too_slow')
  })

  it('fails as it breaks off', async ({ expect }) => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('the client is gone')),
    })
    const request = new Request('https://daybook.example.com/', { method: 'POST', body })
    await expect(readBody(request, 10, patience)).rejects.toThrow('the client is gone')
  })
})

describe('strict text', () => {
  it.for(['', '{"a":"é👋"}', 'a\r\n\tb', 'a\ufeff'])('%j is read as it is', (text, { expect }) => {
    expect(strictText(bytes(text))).toBe(text)
  })

  it.for([
    ['begins with a BOM', [0xef, 0xbb, 0xbf, 0x7b]],
    ['is a BOM', [0xef, 0xbb, 0xbf]],
    ['has U+0000', [0x7b, 0x00, 0x7d]],
    ['has a byte that is no UTF-8', [0x7b, 0xff]],
    ['is Latin-1', [0x63, 0x61, 0x66, 0xe9]],
    ['ends within a character', [0xe2, 0x9c]],
    ['has a character in too many bytes', [0xc0, 0xaf]],
    ['has half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['is UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ] as const)('is refused where it %s', ([, given], { expect }) => {
    expect(strictText(Uint8Array.from(given))).toBeNull()
  })

  it('is read and written as the same bytes', ({ expect }) => {
    fc.assert(
      fc.property(fc.uint8Array(), (given) => {
        const text = strictText(given)
        if (text !== null) expect(bytes(text)).toEqual(given)
      }),
    )
  })
})

describe('a known path that is asked by a method it does not have', () => {
  function app(extra?: string[]) {
    const routes = new Hono()
    routes.use(async (_c, next) => next())
    routes.get('/events/:id', (c) => c.text('event'))
    routes.put('/events/:id', (c) => c.text('changed'))
    routes.post('/events', (c) => c.text('made'))
    answerOtherMethods(routes, (allow) => (c) => c.text('', 405, { Allow: allow }), extra)
    return routes
  }

  it('says which methods it has, HEAD with GET', async ({ expect }) => {
    const answer = await app().request('/events/1', { method: 'DELETE' })
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET, HEAD, PUT'])
    const list = await app().request('/events')
    expect([list.status, list.headers.get('Allow')]).toEqual([405, 'POST'])
  })

  it('says the methods that are everywhere too', async ({ expect }) => {
    const answer = await app(['OPTIONS']).request('/events', { method: 'PATCH' })
    expect(answer.headers.get('Allow')).toBe('OPTIONS, POST')
  })

  it('still answers by those that it has, and other paths are unknown', async ({ expect }) => {
    expect(await (await app().request('/events/1')).text()).toBe('event')
    expect((await app().request('/events/1', { method: 'HEAD' })).status).toBe(200)
    expect(await (await app().request('/events/1', { method: 'PUT' })).text()).toBe('changed')
    expect((await app().request('/others', { method: 'DELETE' })).status).toBe(404)
  })
})
