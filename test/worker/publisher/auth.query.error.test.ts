import { describe, it } from 'vitest'
import { aPublisher, fetchWorker } from '../../support/publisher'
import { sendRaw, sendSigned } from '../../support/signing'

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
