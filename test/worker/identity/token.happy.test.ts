import { decodeProtectedHeader } from 'jose'
import { describe, it } from 'vitest'
import { atTime } from '../../support/time'
import { aClient, askToken, basic, form, ISSUER, keySet, readToken, tokenOf } from './support'

const grant = { grant_type: 'client_credentials' }

describe('a token', () => {
  it('is given for credentials in the form', async ({ expect }) => {
    const answer = await askToken(form(await aClient()))
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'schedules.read schedules.write',
    })
    expect(Object.keys(answer.body)).toEqual(['access_token', 'token_type', 'expires_in', 'scope'])
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.get('Pragma')).toBe('no-cache')
    expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
  })

  it('is given for credentials in HTTP Basic, in any case of its name', async ({ expect }) => {
    const { clientId, clientSecret } = await aClient()
    const header = basic(clientId, clientSecret)
    expect((await askToken(grant, header)).status).toBe(200)
    const Authorization = header.Authorization?.replace('Basic', 'bAsIc') ?? ''
    expect((await askToken(grant, { Authorization })).status).toBe(200)
    expect((await askToken({ ...grant, client_id: clientId }, header)).status).toBe(200)
    const escaped = clientId.replaceAll('-', '%2D')
    expect(
      (await askToken(grant, { Authorization: `Basic ${btoa(`${escaped}:${clientSecret}`)}` })).status,
    ).toBe(200)
  })

  it('may come as a form with a charset, and with parameters that nobody knows', async ({ expect }) => {
    const type = { 'Content-Type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' }
    const answer = await askToken(form(await aClient(), { resource: 'x', scope: '' }), type)
    expect([answer.status, answer.body.scope]).toEqual([200, 'schedules.read schedules.write'])
  })

  it.for([
    [undefined, 'Service.write accounts.read schedules.read'],
    ['schedules.read', 'schedules.read'],
    ['schedules.read Service.write', 'Service.write schedules.read'],
    ['schedules.read  schedules.read', 'schedules.read'],
    ['schedules.read accounts.read Service.write', 'Service.write accounts.read schedules.read'],
  ])('asked for %j names the scopes in the client’s order', async ([scope, granted], { expect }) => {
    const client = await aClient({ scopes: ['Service.write', 'accounts.read', 'schedules.read'] })
    const answer = await askToken(form(client, scope === undefined ? {} : { scope }))
    expect([answer.status, answer.body.scope]).toEqual([200, granted])
    const { payload } = await readToken(answer.body.access_token)
    expect(payload.scope).toBe(granted)
  })

  it('says who it is for and how long, to whoever reads it with our published keys', async ({ expect }) => {
    const client = await aClient({ businesses: ['MELB01'] })
    const at = Date.now() + 1999
    const token = await atTime(at, () => tokenOf(client))
    const { payload, protectedHeader } = await readToken(token, at)
    const iat = Math.floor(at / 1000)
    expect(payload).toEqual({
      iss: ISSUER,
      aud: 'daybook',
      sub: client.clientId,
      client_id: client.clientId,
      scope: 'schedules.read schedules.write',
      iat,
      nbf: iat,
      exp: iat + 3600,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: (await keySet()).keys[0]?.kid })
    expect(JSON.stringify(payload)).not.toContain(client.clientSecret)
  })

  it('is another one each time, of the same key', async ({ expect }) => {
    const client = await aClient()
    const [one, two] = [await tokenOf(client), await tokenOf(client)]
    expect(one).not.toBe(two)
    expect(decodeProtectedHeader(one).kid).toBe(decodeProtectedHeader(two).kid)
    expect((await readToken(one)).payload.jti).not.toBe((await readToken(two)).payload.jti)
  })

  it('names the public origin as its issuer where one is set', async ({ expect }) => {
    const variables = { PUBLIC_ORIGIN: 'https://calendars.example/' }
    const answer = await askToken(form(await aClient()), {}, variables)
    const [, payload = ''] = answer.body.access_token.split('.')
    expect(JSON.parse(atob(payload)).iss).toBe('https://calendars.example/identity')
  })
})
