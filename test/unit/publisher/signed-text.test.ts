import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { apiSigns } from '../../../src/surfaces/publisher/signature/api-sign'
import { apiSign256 } from '../../../src/surfaces/publisher/signature/api-sign-256'
import { parseSignedQuery } from '../../../src/surfaces/publisher/signature/query'

/** What the signatures are over, written out; Node's own digests are the oracle. */

const bytes = (text: string) => new TextEncoder().encode(text)
const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const hmac = (text: string) => createHmac('sha256', 's').update(text).digest('hex')

const nothing = new Uint8Array()
const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function parametersOf(rawQuery: string): ReadonlyMap<string, string> {
  const query = parseSignedQuery(rawQuery)
  if (!query.ok) throw new Error(query.message)
  return query.parameters
}

describe('the text under apiSign', () => {
  it.for([
    ['', 's'],
    ['z=1&a=2&M=3', 'sM3a2z1'],
    ['a=1&a1=2&a-b=3&a.b=4&a_b=5&aB=6&A=7', 'sA7a1a-b3a.b4a12aB6a_b5'],
    ['ab=c&a=bc', 'sabcabc'],
    ['b&a=', 'sab'],
    ['a=x%20y+z', 'sax y z'],
    ['b=%EF%BD%9E&a=%F0%9F%98%80', 'sa😀b～'],
    ['other=kept&apiSign=dropped&apisign=kept', 'sapisignkeptotherkept'],
  ] as const)('of ?%s is %j', async ([rawQuery, text], { expect }) => {
    expect(await apiSigns('s', 'GET', parametersOf(rawQuery), nothing)).toEqual([md5(text)])
  })

  it('ends with the body where there is one to sign', async ({ expect }) => {
    const parameters = parametersOf('a=1')
    expect(await apiSigns('clé', 'PUT', parameters, bytes('{"é":2}'))).toEqual([md5('cléa1{"é":2}')])
    expect(await apiSigns('s', 'DELETE', parameters, bytes('{}'))).toEqual([md5('sa1'), md5('sa1{}')])
  })
})

describe('the text under apiSign256', () => {
  it.for([
    ['', ''],
    ['b=2&a=1&A=3', 'A=3&a=1&b=2'],
    ['a', 'a='],
    ['a=1+2', 'a=1%202'],
    ['a=%c3%a9', 'a=%C3%A9'],
    ["a=!'()*", 'a=%21%27%28%29%2A'],
    ['a=%7E-._', 'a=~-._'],
    ['a=/:@$,;?', 'a=%2F%3A%40%24%2C%3B%3F'],
    ['a=b=c', 'a=b%3Dc'],
    ['a=%F0%9F%98%80', 'a=%F0%9F%98%80'],
    ['other=kept&apiSign256=dropped', 'other=kept'],
  ] as const)('has for ?%s the query %s', async ([rawQuery, text], { expect }) => {
    expect(await apiSign256('s', 'GET', '/p', parametersOf(rawQuery), nothing)).toBe(
      hmac(`GET\n/p\n${text}\n${hashOfNothing}`),
    )
  })

  it('has the method in capitals, the path as sent and the hash of the body', async ({ expect }) => {
    const hash = createHash('sha256').update('{"ids":[]}').digest('hex')
    const path = '/apiv2/event/loan-7%2F2030-05/'
    expect(await apiSign256('s', 'delete', path, parametersOf('a=1'), bytes('{"ids":[]}'))).toBe(
      hmac(`DELETE\n${path}\na=1\n${hash}`),
    )
  })

  it('leaves only unreserved characters bare', async ({ expect }) => {
    const value = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed())
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        let encoded = ''
        for (const byte of bytes(text)) {
          const character = String.fromCharCode(byte)
          const hex = byte.toString(16).toUpperCase().padStart(2, '0')
          encoded += /[A-Za-z0-9._~-]/.test(character) ? character : `%${hex}`
        }
        expect(await apiSign256('s', 'GET', '/p', new Map([['a', text]]), nothing)).toBe(
          hmac(`GET\n/p\na=${encoded}\n${hashOfNothing}`),
        )
      }),
    )
  })
})
