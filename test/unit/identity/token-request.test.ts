import fc from 'fast-check'
import { describe, it } from 'vitest'
import { readTokenRequest } from '../../../src/surfaces/identity/token-request'

const read = (body: string | null, headers: Record<string, string> = {}) =>
  readTokenRequest(new Headers({ 'Content-Type': 'application/x-www-form-urlencoded', ...headers }), body)

describe('a request for a token', () => {
  it('is read the same from the form and from Basic, whatever the credentials', ({ expect }) => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => value.isWellFormed())
    fc.assert(
      fc.property(text, text, (clientId, secret) => {
        const form = new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: secret,
        })
        expect(read(String(form))).toEqual({ clientId, secret, scheme: 'form', scopes: null })

        const encode = (value: string) => String(new URLSearchParams({ x: value })).slice(2)
        const Authorization = `Basic ${btoa(`${encode(clientId)}:${encode(secret)}`)}`
        const byBasic = read('grant_type=client_credentials', { Authorization })
        expect(byBasic).toEqual({ clientId, secret, scheme: 'basic', scopes: null })
      }),
    )
  })

  it.for([
    [undefined, null],
    ['', null],
    ['a', ['a']],
    ['a b', ['a', 'b']],
    [' a  b ', ['a', 'b']],
    [' ', []],
    ['a\tb', ['a\tb']],
  ] as const)('reads the scope %j as %j', ([scope, scopes], { expect }) => {
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    if (scope !== undefined) form.set('scope', scope)
    expect(read(String(form))).toMatchObject({ scopes })
  })

  it('splits Basic at the first colon', ({ expect }) => {
    const Authorization = `Basic ${btoa('id:a:b')}`
    expect(read('grant_type=client_credentials', { Authorization })).toMatchObject({
      clientId: 'id',
      secret: 'a:b',
    })
  })

  it('leaves other schemes alone', ({ expect }) => {
    const body = 'grant_type=client_credentials&client_id=a&client_secret=b'
    for (const Authorization of ['Bearer x', 'Basically x', 'Digest x'])
      expect(read(body, { Authorization })).toMatchObject({ clientId: 'a', secret: 'b', scheme: 'form' })
  })

  it('is none where the body is no text', ({ expect }) => {
    expect(read(null)).toEqual({ error: 'invalid_request' })
  })
})
