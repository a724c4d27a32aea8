import { env } from 'cloudflare:workers'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeEach, describe, it } from 'vitest'
import { currentSigningKey } from '../../../src/domain/identity/signing-keys'
import { seal, unseal } from '../../../src/platform/sealed'
import { fetchWorker } from '../../support/publisher'
import { count } from '../../support/rows'
import { atTime } from '../../support/time'
import {
  aClient,
  askToken,
  DAY,
  forgetKeys,
  form,
  HOUR,
  JWKS,
  keySet,
  readToken,
  tokenOf,
  verify,
} from './support'

const start = Date.parse('2030-01-01T00:00:00Z')

const kidsAt = (instant: number) => atTime(instant, async () => (await keySet()).keys.map((key) => key.kid))
const signsAt = async (instant: number) =>
  decodeProtectedHeader(await atTime(instant, async () => tokenOf(await aClient()))).kid

beforeEach(forgetKeys)
afterAll(forgetKeys)

describe('the signing key', () => {
  it('is made on first use, and published with its public members only', async ({ expect }) => {
    const kid = await signsAt(start)
    const response = await fetchWorker(JWKS)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=300')
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    const { keys } = (await response.json()) as { keys: Record<string, string>[] }
    const text = expect.stringMatching(/^[A-Za-z0-9_-]+$/)
    expect(keys).toEqual([{ kty: 'RSA', use: 'sig', alg: 'RS256', kid, n: text, e: 'AQAB' }])
    expect(Object.keys(keys[0] ?? {})).toEqual(['kty', 'use', 'alg', 'kid', 'n', 'e'])
    // 2048 bits.
    expect(keys[0]?.n).toHaveLength(342)
  })

  it('is one, however many first uses come at once', async ({ expect }) => {
    const client = await aClient()
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => askToken(form(client))),
      ...Array.from({ length: 3 }, () => fetchWorker(JWKS).then((response) => response.json())),
    ])
    expect(await count('signing_keys')).toBe(1)
    const [kid] = await kidsAt(Date.now())
    for (const answer of answers.slice(0, 3)) {
      const token = (answer as { body: { access_token: string } }).body.access_token
      expect(decodeProtectedHeader(token).kid).toBe(kid)
      await readToken(token)
    }
  })

  it('has a successor published at 29 days that signs at 30, and stays 2 hours after', async ({ expect }) => {
    const first = await signsAt(start)
    expect(await kidsAt(start + 29 * DAY - 1)).toEqual([first])

    const at29 = await kidsAt(start + 29 * DAY)
    expect(at29).toEqual([first, expect.any(String)])
    const second = at29[1]
    expect(await signsAt(start + 29 * DAY)).toBe(first)
    expect(await signsAt(start + 30 * DAY - 1)).toBe(first)
    expect(await kidsAt(start + 30 * DAY - 1)).toEqual(at29)

    expect(await signsAt(start + 30 * DAY)).toBe(second)
    expect(await kidsAt(start + 30 * DAY)).toEqual(at29)
    expect(await kidsAt(start + 30 * DAY + 2 * HOUR - 1)).toEqual(at29)
    expect(await kidsAt(start + 30 * DAY + 2 * HOUR)).toEqual([second])
    expect(await signsAt(start + 31 * DAY)).toBe(second)

    // The successor's own 29 days begin when it was made, and what is out of use is forgotten then.
    expect(await kidsAt(start + 58 * DAY)).toEqual([second, expect.any(String)])
    expect(await count('signing_keys')).toBe(2)
  })

  it('makes one successor, however many see that it is due', async ({ expect }) => {
    await signsAt(start)
    const client = await aClient()
    await atTime(start + 29 * DAY, () =>
      Promise.all(Array.from({ length: 4 }, (_, n) => (n % 2 ? keySet() : askToken(form(client))))),
    )
    expect(await count('signing_keys')).toBe(2)
  })

  it('never signs beyond its days: after a long silence the successor signs at once', async ({ expect }) => {
    const first = await signsAt(start)
    const second = await signsAt(start + 90 * DAY)
    expect(second).not.toBe(first)
    expect(await kidsAt(start + 90 * DAY + 2 * HOUR - 1)).toEqual([first, second])
    expect(await kidsAt(start + 90 * DAY + 2 * HOUR)).toEqual([second])
  })

  it('is good for each token of it until that token ends', async ({ expect }) => {
    const client = await aClient()
    const last = start + 30 * DAY - 1
    await atTime(start, () => tokenOf(client))
    await kidsAt(start + 29 * DAY)
    const token = await atTime(last, () => tokenOf(client))
    await atTime(start + 30 * DAY, () => tokenOf(client))
    expect(await verify(token, last + HOUR)).not.toBeNull()
    expect(await verify(token, last + HOUR + 6000)).toBeNull()
  })

  it('is sealed: the private part opens with ENCRYPTION_KEY and its own name only', async ({ expect }) => {
    const kid = (await signsAt(start)) ?? ''
    const row = await env.DB.prepare('SELECT * FROM signing_keys').first<Record<string, string>>()
    const sealed = row?.private_sealed ?? ''
    const jwk = JSON.parse(await unseal(env.ENCRYPTION_KEY, sealed, kid))
    expect(Object.keys(jwk).sort()).toEqual(['d', 'dp', 'dq', 'e', 'kty', 'n', 'p', 'q', 'qi'])
    for (const member of ['d', 'p', 'q']) expect(JSON.stringify(row)).not.toContain(jwk[member])
    await expect(unseal(env.ENCRYPTION_KEY, sealed, 'another')).rejects.toThrow()

    const other = btoa('another-encryption-key-of-32-byt')
    const elsewhere = await seal(other, JSON.stringify(jwk), kid)
    await env.DB.prepare('UPDATE signing_keys SET private_sealed = ?').bind(elsewhere).run()
    await expect(currentSigningKey(env.DB, () => env.ENCRYPTION_KEY, start)).rejects.toThrow()
  })
})
