import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { count } from '../../support/rows'
import { atTime } from '../../support/time'
import { aClient, askToken, basic, form } from './support'

const grant = { grant_type: 'client_credentials' }
const wrong = (clientId: string) => ({ ...grant, client_id: clientId, client_secret: 'wrong' })

/** Fails so many times, and gives the statuses met. */
async function fail(clientId: string, times: number): Promise<number[]> {
  const statuses: number[] = []
  for (let n = 0; n < times; n++) statuses.push((await askToken(wrong(clientId))).status)
  return statuses
}

const start = Date.now() + 3_600_000

describe('a client id under attack', () => {
  it('is answered to slow down after 20 failures in 60 s, while good credentials are served', async ({
    expect,
  }) => {
    const client = await aClient()
    await atTime(start, async () => expect(new Set(await fail(client.clientId, 20))).toEqual(new Set([400])))
    await atTime(start + 20_500, async () => {
      const slow = await askToken(wrong(client.clientId))
      expect([slow.status, slow.text]).toEqual([429, '{"error":"slow_down"}'])
      expect(slow.headers.get('Retry-After')).toBe('40')
      expect(slow.headers.get('Cache-Control')).toBe('no-store')
      expect((await askToken(grant, basic(client.clientId, 'wrong'))).status).toBe(429)
      expect((await askToken(form(client))).status).toBe(200)
      expect((await askToken(grant, basic(client.clientId, client.clientSecret))).status).toBe(200)
      expect(await fail((await aClient()).clientId, 1)).toEqual([400])
    })
    await atTime(start + 60_000, async () => expect(await fail(client.clientId, 1)).toEqual([400]))
  })

  it('counts the failures of any 60 s', async ({ expect }) => {
    const { clientId } = await aClient()
    await atTime(start, () => fail(clientId, 1))
    await atTime(start + 55_000, () => fail(clientId, 19))
    await atTime(start + 61_000, async () => expect(await fail(clientId, 3)).toEqual([400, 429, 429]))
  })

  it('is treated alike where it does not exist, so that nobody learns which do', async ({ expect }) => {
    const clientId = crypto.randomUUID()
    const statuses = await atTime(start, () => fail(clientId, 22))
    expect(statuses).toEqual([...Array(20).fill(400), 429, 429])
  })

  it('counts exactly however many come at once', async ({ expect }) => {
    const { clientId } = await aClient()
    const answers = await atTime(start, () =>
      Promise.all(Array.from({ length: 30 }, () => askToken(wrong(clientId)))),
    )
    expect(answers.filter((answer) => answer.status === 400)).toHaveLength(20)
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(10)
  })

  it('leaves nothing behind: requests that succeed or fail by their form don’t count', async ({ expect }) => {
    await env.DB.prepare('DELETE FROM token_failures').run()
    const client = await aClient()
    await askToken(form(client))
    await askToken(form(client, { scope: 'x' }))
    await askToken('')
    await askToken({ ...grant, client_secret: 'x' })
    expect(await count('token_failures')).toBe(0)
    await atTime(start, () => fail(client.clientId, 25))
    expect(await count('token_failures')).toBe(20)
    await atTime(start + 120_000, () => fail(crypto.randomUUID(), 1))
    expect(await count('token_failures')).toBe(1)
  })
})
