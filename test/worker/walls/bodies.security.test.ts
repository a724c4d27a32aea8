import { afterEach, describe, it, vi } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { Client } from '../../support/rates'
import { hubsAreAway } from '../portal/support'
import { type Door, everyDoor } from './doors'

hubsAreAway()

const CHUNK = 16 * 1024

/** A body that comes in pieces for as long as somebody reads, and counts what was taken. */
function streamOf(size: number) {
  const taken = { bytes: 0, cancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = Math.min(CHUNK, size - taken.bytes)
        taken.bytes += piece
        controller.enqueue(new Uint8Array(piece).fill(0x78))
        if (taken.bytes >= size) controller.close()
      },
      cancel() {
        taken.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, taken }
}

const send = ({ path, method, headers }: Door, body: BodyInit, more: Record<string, string> = {}) =>
  new Client(null).send(path, { method, headers: { ...headers, ...more }, body })

const isRefused = (status: number) => status === 413 || status === 408

describe('a body', () => {
  it('may be exactly as large as its surface allows, with a length and without', async ({ expect }) => {
    for (const door of await everyDoor()) {
      const whole = await send(door, 'x'.repeat(door.limit))
      const streamed = await send(door, streamOf(door.limit).body)
      expect([door.name, isRefused(whole.status), isRefused(streamed.status)]).toEqual([
        door.name,
        false,
        false,
      ])
    }
  })

  it('of one byte more is 413 in the words of its surface, whatever it says of its length', async ({
    expect,
  }) => {
    for (const door of await everyDoor()) {
      const answers = [
        await send(door, 'x'.repeat(door.limit + 1)),
        await send(door, streamOf(door.limit + 1).body),
        await send(door, streamOf(door.limit + 1).body, { 'Content-Length': '10' }),
        await send(door, streamOf(10).body, { 'Content-Length': String(door.limit + 1) }),
      ]
      for (const answer of answers) {
        expect([door.name, answer.status]).toEqual([door.name, 413])
        expect(answer.headers.get('Cache-Control')).toBe('no-store')
        const text = await answer.text()
        if (typeof door.tooLarge === 'string') expect(text).toBe(door.tooLarge)
        else expect(text).toMatch(door.tooLarge)
      }
    }
  })

  it('without end is read to the limit and no further', async ({ expect }) => {
    for (const door of await everyDoor()) {
      const { body, taken } = streamOf(Number.POSITIVE_INFINITY)
      expect([door.name, (await send(door, body)).status]).toEqual([door.name, 413])
      expect(taken.bytes).toBeLessThanOrEqual(door.limit + 2 * CHUNK)
      expect(taken.cancelled).toBe(true)
    }
  })
})

describe('a body that stops coming', () => {
  const realWait = setTimeout

  afterEach(() => {
    vi.useRealTimers()
  })

  /** Gives a body its first bytes and then nothing; answers once half a minute has passed. */
  async function stall(door: Door): Promise<Response> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"')),
    })
    let isOver = false
    const answer = send(door, body).finally(() => {
      isOver = true
    })
    // Before a body is read the database is asked, which takes its own time.
    while (!isOver) {
      await vi.advanceTimersByTimeAsync(30_000)
      await new Promise((resolve) => realWait(resolve, 5))
    }
    vi.useRealTimers()
    return answer
  }

  it('for half a minute is 408 in the words of its surface', async ({ expect }) => {
    for (const door of await everyDoor()) {
      const answer = await stall(door)
      expect([door.name, answer.status]).toEqual([door.name, 408])
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      const text = await answer.text()
      if (typeof door.tooSlow === 'string') expect(text).toBe(door.tooSlow)
      else expect(text).toMatch(door.tooSlow)
    }
  })

  it('holds no Idempotency-Key: another with the key is done meanwhile', async ({ expect }) => {
    const publisher = await aPublisher()
    const [door] = (await everyDoor()).filter(({ name }) => name === 'publisher')
    if (!door) throw new Error('there is no such door')
    const headers = { 'Idempotency-Key': 'the same' }
    const path = await publisher.api.signed('POST', '/calendar', { name: 'Club' })
    const stalled = stall({ ...door, path, headers: { ...door.headers, ...headers } })
    const meanwhile = await publisher.api.post('/calendar', { name: 'Club' }, { headers })
    expect(meanwhile.status).toBe(200)
    expect((await stalled).status).toBe(408)
    const again = await publisher.api.post('/calendar', { name: 'Club' }, { headers })
    expect([again.status, again.data.id]).toEqual([200, meanwhile.data.id])
  })
})
