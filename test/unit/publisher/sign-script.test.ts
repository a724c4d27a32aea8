import fc from 'fast-check'
import { describe, it } from 'vitest'
import { signUrl } from '../../../scripts/signing.mjs'
import { apiSigns } from '../../../src/surfaces/publisher/signature/api-sign'
import { apiSign256 } from '../../../src/surfaces/publisher/signature/api-sign-256'
import { parseSignedQuery } from '../../../src/surfaces/publisher/signature/query'

type Call = { method: string; url: string; body?: string; sha256?: boolean }

const origin = 'http://localhost:8787'
const bodyB = '{"name":"✅ Payment Received","startDate":"2030-05-01","allDay":"yes"}'

function sign({ url, ...call }: Call): URL {
  return new URL(signUrl({ ...call, url: origin + url, apiKey: 'demo-key', secret: 'demo-secret' }))
}

describe('a URL that the script signs', () => {
  it.for([
    ['GET', '/apiv2/calendar', '', '66cec71c1f56c2ffe112f225be741d79'],
    ['POST', '/apiv2/event?ecal_id=652375ab635fd36a5e6695fb', bodyB, '24945dbb3c67c5b4a15020389bc7e27f'],
    ['GET', '/apiv2/event?reference=Round 1 é', '', '57a232ae64eb9db373ae1df888dca9c7'],
    ['GET', '/apiv2/event?nonce=n-0001&ts=1900000000', '', 'b5e4e03a1d692caf6d8796caec2056c4'],
    ['GET', '/apiv2/calendar?apiSign=stale', '', '66cec71c1f56c2ffe112f225be741d79'],
  ] as const)('for %s %s has the apiSign of the contract', ([method, url, body, digest], { expect }) => {
    const signed = sign({ method, url, body })
    expect(signed.searchParams.get('apiSign')).toBe(digest)
    expect(signed.searchParams.get('apiKey')).toBe('demo-key')
    expect(signed.searchParams.has('ts')).toBe(url.includes('ts='))
  })

  it.for([
    ['GET', '/apiv2/calendar', '', 'e0722055494be66cd985c8ab5a5d2ef2a8476f207e52a19c53db5e31eb5742b3'],
    [
      'POST',
      '/apiv2/event/?ecal_id=652375ab635fd36a5e6695fb',
      bodyB,
      '4e76de511c773025b9ae70a6cdd0962f2eb17f1556aad4af9197282747d11e4d',
    ],
    [
      'GET',
      '/apiv2/event?reference=Round 1 é (a*b)',
      '',
      'b29f5af5d911df8fd09be1330dd45cc6d1717eb14967856ccb2161458fa44b1f',
    ],
  ] as const)(
    'for %s %s has the apiSign256 of the contract',
    ([method, url, body, signature], { expect }) => {
      const timed = `${url}${url.includes('?') ? '&' : '?'}ts=1900000000`
      expect(sign({ method, url: timed, body, sha256: true }).searchParams.get('apiSign256')).toBe(signature)
    },
  )

  it('has the time with apiSign256', ({ expect }) => {
    const before = Math.floor(Date.now() / 1000)
    const ts = Number(sign({ method: 'GET', url: '/apiv2/calendar', sha256: true }).searchParams.get('ts'))
    expect(ts).toBeGreaterThanOrEqual(before)
    expect(ts).toBeLessThanOrEqual(before + 5)
  })

  it('is one that the API takes', async ({ expect }) => {
    const value = fc.string({ unit: 'grapheme', maxLength: 10 })
    const pairs = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z_.-]{1,8}$/), value), {
      selector: ([name]) => name,
    })
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE')
    await fc.assert(
      fc.asyncProperty(method, pairs, value, fc.boolean(), async (verb, given, body, sha256) => {
        const url = `/apiv2/event/loan-7%2F2030-05?${new URLSearchParams(given)}`
        const signed = sign({ method: verb, url, body, sha256 })
        const query = parseSignedQuery(signed.search.slice(1))
        expect(query.ok).toBe(true)
        if (!query.ok) return
        const { parameters } = query
        const sent = new TextEncoder().encode(body)
        if (sha256) {
          const good = await apiSign256('demo-secret', verb, signed.pathname, parameters, sent)
          expect(parameters.get('apiSign256')).toBe(good)
        } else {
          expect(await apiSigns('demo-secret', verb, parameters, sent)).toContain(parameters.get('apiSign'))
        }
      }),
    )
  })
})
