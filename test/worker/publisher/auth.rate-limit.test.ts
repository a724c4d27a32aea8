import { describe, it } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { md5Sign, sendRaw } from '../../support/signing'

describe('a key', () => {
  it('makes 1,000 requests in 10 seconds and no more, while other keys go on', { timeout: 30_000 }, async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const query = `apiKey=${publisher.apiKey}`
    const signed = `${query}&apiSign=${await md5Sign(publisher.secret, query)}`
    // An unknown path is the cheapest: it is counted like any other.
    const send = () => sendRaw({ path: '/nowhere', query: signed })
    const statuses: number[] = []
    // The limiter's 10 seconds may begin anew while this runs: then the limit comes later, never sooner.
    let refused: Response | undefined
    while (!refused && statuses.length < 5000) {
      const answers = await Promise.all(Array.from({ length: 100 }, send))
      statuses.push(...answers.map((answer) => answer.status))
      refused = answers.find((answer) => answer.status === 429)
    }
    expect(statuses.slice(0, 1000)).not.toContain(429)
    expect(new Set(statuses)).toEqual(new Set([404, 429]))
    expect(await refused?.json()).toEqual({
      status: '429',
      statusLong: 'Too many requests! Try again after sometime.',
    })
    expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(refused?.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(refused?.headers.get('Cache-Control')).toBe('no-store')

    const second = await publisher.key()
    expect((await second.get('/calendar')).status).toBe(200)
    const unsigned = await sendRaw({ path: '/nowhere', query })
    expect(unsigned.status).toBe(403)
  })
})
