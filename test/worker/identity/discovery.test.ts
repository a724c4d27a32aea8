import { describe, it } from 'vitest'
import { fetchWorker, ORIGIN } from '../../support/publisher'
import { callWith, ISSUER, JWKS, TOKEN } from './support'

const DISCOVERY = '/identity/.well-known/openid-configuration'

describe('discovery', () => {
  it('tells where tokens come from and how to check them', async ({ expect }) => {
    const response = await fetchWorker(DISCOVERY)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      issuer: ISSUER,
      token_endpoint: `${ORIGIN}${TOKEN}`,
      jwks_uri: `${ORIGIN}${JWKS}`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      scopes_supported: [
        'schedules.read',
        'schedules.write',
        'accounts.read',
        'accounts.write',
        'Service.read',
        'Service.write',
      ],
      response_types_supported: [],
      id_token_signing_alg_values_supported: ['RS256'],
    })
  })

  it('tells the public origin where one is set, and stays up in maintenance', async ({ expect }) => {
    const variables = { PUBLIC_ORIGIN: 'https://calendars.example', MAINTENANCE: 'true' }
    const response = await callWith(variables, DISCOVERY)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      issuer: 'https://calendars.example/identity',
      token_endpoint: 'https://calendars.example/identity/connect/token',
      jwks_uri: 'https://calendars.example/identity/.well-known/openid-configuration/jwks',
    })
  })

  it.for([DISCOVERY, JWKS])('%s is read only', async (path, { expect }) => {
    const head = await fetchWorker(path, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const post = await fetchWorker(path, { method: 'POST' })
    expect([post.status, post.headers.get('Allow')]).toEqual([405, 'GET'])
    const options = await fetchWorker(path, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('Allow')]).toEqual([204, 'GET'])
  })
})
