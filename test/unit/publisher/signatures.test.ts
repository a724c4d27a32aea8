import fc from 'fast-check'
import { describe, it } from 'vitest'
import { apiSigns } from '../../../src/surfaces/publisher/signature/api-sign'
import { apiSign256 } from '../../../src/surfaces/publisher/signature/api-sign-256'
import { parseSignedQuery } from '../../../src/surfaces/publisher/signature/query'

const B = '{"name":"✅ Payment Received","startDate":"2030-05-01","allDay":"yes"}'
const ECAL_ID = '652375ab635fd36a5e6695fb'

const bytes = (text: string) => new TextEncoder().encode(text)

function parametersOf(rawQuery: string): ReadonlyMap<string, string> {
  const query = parseSignedQuery(rawQuery)
  if (!query.ok) throw new Error(query.message)
  return query.parameters
}

function md5(method: string, rawQuery: string, body = '', secret = 'demo-secret'): Promise<string[]> {
  return apiSigns(secret, method, parametersOf(rawQuery), bytes(body))
}

function sha256(method: string, address: string, body = '', secret = 'demo-secret'): Promise<string> {
  const [path = '', rawQuery = ''] = address.split('?')
  return apiSign256(secret, method, path, parametersOf(rawQuery), bytes(body))
}

describe('apiSign', () => {
  it.for([
    ['demo-secret', 'GET', 'apiKey=demo-key', '', '66cec71c1f56c2ffe112f225be741d79'],
    [
      'demo-secret',
      'GET',
      `type=private&ecal_id=${ECAL_ID}&apiKey=demo-key`,
      '',
      '37c51ba32d11f90dcef09242fa0de92e',
    ],
    ['demo-secret', 'POST', `apiKey=demo-key&ecal_id=${ECAL_ID}`, B, '24945dbb3c67c5b4a15020389bc7e27f'],
    [
      'demo-secret',
      'GET',
      'apiKey=demo-key&reference=Round+1+%C3%A9',
      '',
      '57a232ae64eb9db373ae1df888dca9c7',
    ],
    [
      'demo-secret',
      'GET',
      'apiKey=demo-key&nonce=n-0001&ts=1900000000',
      '',
      'b5e4e03a1d692caf6d8796caec2056c4',
    ],
    ['API-SECRET', 'GET', 'aaa=Green&apiKey=123123123&xxx=Orange', '', '3683a3c00c16724dbe3f2efb1561bb13'],
  ] as const)(
    'of the contract, secret %s: %s ?%s',
    async ([secret, method, query, body, sign], { expect }) => {
      expect(await md5(method, query, body, secret)).toEqual([sign])
      expect(await md5(method, `${query}&apiSign=${sign}`, body, secret)).toEqual([sign])
    },
  )

  it('does not depend on the order of parameters, nor on how they are encoded', async ({ expect }) => {
    const sign = await md5('GET', 'apiKey=demo-key&reference=Round+1+%C3%A9')
    expect(await md5('GET', 'reference=Round%201%20%c3%a9&apiKey=demo-key')).toEqual(sign)
    expect(await md5('GET', '%61piKey=demo-key&reference=Round%201+é&')).toEqual(sign)
  })

  it('sorts names by their bytes, not as a dictionary does', async ({ expect }) => {
    // printf %s 'sB1Z2_3a4a.5a16' | md5sum
    expect(await md5('GET', 'a1=6&a=4&_=3&Z=2&B=1&a.=5', '', 's')).toEqual([
      '2662925d53dcfd619be826d757cbd7d3',
    ])
  })

  it('signs names without a value, and a lone apiSign256 as any other', async ({ expect }) => {
    const [bare] = await md5('GET', 'apiKey=demo-key&draft')
    expect([bare]).toEqual(await md5('GET', 'draft=&apiKey=demo-key'))
    expect([bare]).not.toEqual(await md5('GET', 'apiKey=demo-key'))
    expect(await md5('GET', 'a=1&apiSign256=x')).not.toEqual(await md5('GET', 'a=1'))
  })

  it('ignores the body of GET and HEAD', async ({ expect }) => {
    const sign = await md5('GET', 'apiKey=demo-key')
    expect(await md5('GET', 'apiKey=demo-key', B)).toEqual(sign)
    expect(await md5('HEAD', 'apiKey=demo-key', B)).toEqual(sign)
  })

  it('signs the body of POST and PUT, byte for byte', async ({ expect }) => {
    const sign = await md5('POST', 'apiKey=demo-key', B)
    expect(await md5('PUT', 'apiKey=demo-key', B)).toEqual(sign)
    expect(await md5('POST', 'apiKey=demo-key', `${B}\n`)).not.toEqual(sign)
    expect(await md5('POST', 'apiKey=demo-key', JSON.stringify(JSON.parse(B), null, 1))).not.toEqual(sign)
    expect(await md5('POST', 'apiKey=demo-key')).toEqual(await md5('GET', 'apiKey=demo-key'))
  })

  it('takes bytes of a body that are no UTF-8', async ({ expect }) => {
    const parameters = parametersOf('a=1')
    // printf 'sa1\xff\x00\xc3' | md5sum
    expect(await apiSigns('s', 'POST', parameters, Uint8Array.of(0xff, 0, 0xc3))).toEqual([
      '744db0682f73a1a2f5714c68bd568fac',
    ])
  })

  it('of a DELETE may have the body signed or not', async ({ expect }) => {
    const unsigned = await md5('GET', 'apiKey=demo-key')
    const signed = await md5('POST', 'apiKey=demo-key', B)
    expect(await md5('DELETE', 'apiKey=demo-key', B)).toEqual([...unsigned, ...signed])
    expect(new Set(await md5('DELETE', 'apiKey=demo-key'))).toEqual(new Set(unsigned))
  })
})

describe('apiSign256', () => {
  it.for([
    [
      'GET',
      '/apiv2/calendar?apiKey=demo-key&ts=1900000000',
      '',
      'e0722055494be66cd985c8ab5a5d2ef2a8476f207e52a19c53db5e31eb5742b3',
    ],
    [
      'POST',
      `/apiv2/event/?apiKey=demo-key&ecal_id=${ECAL_ID}&ts=1900000000`,
      B,
      '4e76de511c773025b9ae70a6cdd0962f2eb17f1556aad4af9197282747d11e4d',
    ],
    [
      'GET',
      '/apiv2/event?apiKey=demo-key&reference=Round%201%20%C3%A9%20%28a%2Ab%29&ts=1900000000',
      '',
      'b29f5af5d911df8fd09be1330dd45cc6d1717eb14967856ccb2161458fa44b1f',
    ],
  ] as const)('of the contract: %s %s', async ([method, address, body, sign], { expect }) => {
    expect(await sha256(method, address, body)).toBe(sign)
    expect(await sha256(method, `${address}&apiSign256=${sign}`, body)).toBe(sign)
  })

  it('does not depend on the order of parameters, nor on how they are encoded', async ({ expect }) => {
    const sign = await sha256('GET', '/apiv2/event?a=x+%28y%2Az%29%21%27&b=%7E&ts=1')
    expect(await sha256('GET', "/apiv2/event?ts=1&b=~&a=x%20(y*z)!'")).toBe(sign)
  })

  it('takes spaces and pluses apart', async ({ expect }) => {
    expect(await sha256('GET', '/apiv2/event?a=x+y')).toBe(await sha256('GET', '/apiv2/event?a=x%20y'))
    expect(await sha256('GET', '/apiv2/event?a=x%2By')).not.toBe(await sha256('GET', '/apiv2/event?a=x%20y'))
  })

  it.for([
    ['secret', 'GET', '/apiv2/event?a=1&ts=1', '', 'other-secret'],
    ['method', 'HEAD', '/apiv2/event?a=1&ts=1', '', 'demo-secret'],
    ['path', 'GET', '/apiv2/events?a=1&ts=1', '', 'demo-secret'],
    ['path’s last slash', 'GET', '/apiv2/event/?a=1&ts=1', '', 'demo-secret'],
    ['path’s letter case', 'GET', '/apiv2/Event?a=1&ts=1', '', 'demo-secret'],
    ['path’s encoding', 'GET', '/apiv2/%65vent?a=1&ts=1', '', 'demo-secret'],
    ['time', 'GET', '/apiv2/event?a=1&ts=2', '', 'demo-secret'],
    ['parameters', 'GET', '/apiv2/event?a=1&b=2&ts=1', '', 'demo-secret'],
    ['borders of parameters', 'GET', '/apiv2/event?a=1%26ts%3D1', '', 'demo-secret'],
    ['body, of a GET too', 'GET', '/apiv2/event?a=1&ts=1', '{}', 'demo-secret'],
  ] as const)('changes with the %s', async ([, method, address, body, secret], { expect }) => {
    const sign = await sha256('GET', '/apiv2/event?a=1&ts=1')
    expect(await sha256(method, address, body, secret)).not.toBe(sign)
  })

  it('signs the body of a DELETE', async ({ expect }) => {
    const address = '/apiv2/batch/events?apiKey=demo-key&ts=1900000000'
    expect(await sha256('DELETE', address, '{"ids":[]}')).not.toBe(await sha256('DELETE', address))
  })

  it('tells all parameters apart, which apiSign does not', async ({ expect }) => {
    expect(await md5('GET', 'a=bc')).toEqual(await md5('GET', 'ab=c'))
    expect(await sha256('GET', '/?a=bc')).not.toBe(await sha256('GET', '/?ab=c'))
    const parameters = fc.dictionary(fc.stringMatching(/^[a-c]{1,3}$/), fc.stringMatching(/^[a-c&=%]{0,3}$/))
    await fc.assert(
      fc.asyncProperty(parameters, parameters, async (left, right) => {
        const [one, other] = [left, right].map((given) => new Map(Object.entries(given).sort()))
        if (!one || !other) return
        const [a, b] = await Promise.all(
          [one, other].map((given) => apiSign256('s', 'GET', '/', given, new Uint8Array())),
        )
        expect(a === b).toBe(JSON.stringify([...one]) === JSON.stringify([...other]))
      }),
    )
  })
})
