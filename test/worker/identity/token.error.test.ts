import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { fetchWorker } from '../../support/publisher'
import { count } from '../../support/rows'
import {
  aClient,
  askToken,
  basic,
  callWith,
  cancel,
  forgetKeys,
  form,
  formType,
  JWKS,
  operate,
  revoke,
  type TestClient,
  TOKEN,
} from './support'

const grant = 'grant_type=client_credentials'
const sorry =
  'Something went wrong while processing your request. We’re sorry for the trouble. We’ve been notified of the error and will correct it as soon as possible. Please try your request again in a moment.'
const outage = 'The API is currently unavailable due to a scheduled outage – please try again soon.'

describe('the token endpoint', () => {
  it.for<[string, (client: TestClient) => [string | Record<string, string>, Record<string, string>?]]>([
    ['no grant_type', ({ clientId, clientSecret: s }) => [`client_id=${clientId}&client_secret=${s}`]],
    ['an empty grant_type', (client) => [form(client, { grant_type: '' })]],
    ['nothing at all', () => ['']],
    ['a repeated parameter', (client) => [`${new URLSearchParams(form(client))}&${grant}`]],
    ['a repeated scope', (client) => [`${new URLSearchParams(form(client))}&scope=&scope=schedules.read`]],
    ['a repeated parameter that nobody knows', (c) => [`${new URLSearchParams(form(c))}&x=1&x=1`]],
    ['Basic and form at once', (c) => [form(c), basic(c.clientId, c.clientSecret)]],
    [
      'Basic and a secret in the form',
      (c) => [`${grant}&client_secret=x`, basic(c.clientId, c.clientSecret)],
    ],
    ['Basic and another id in the form', (c) => [`${grant}&client_id=x`, basic(c.clientId, c.clientSecret)]],
    ['JSON', (client) => [JSON.stringify(form(client)), { 'Content-Type': 'application/json' }]],
    ['a form that says it is text', (client) => [form(client), { 'Content-Type': 'text/plain' }]],
    ['a multipart form', (client) => [form(client), { 'Content-Type': 'multipart/form-data; boundary=x' }]],
  ])('calls %s an invalid request', async ([, ask], { expect }) => {
    const answer = await askToken(...ask(await aClient()))
    expect([answer.status, answer.text]).toEqual([400, '{"error":"invalid_request"}'])
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.get('Pragma')).toBe('no-cache')
  })

  it('calls a body without Content-Type an invalid request', async ({ expect }) => {
    const body = new TextEncoder().encode(String(new URLSearchParams(form(await aClient()))))
    const answer = await fetchWorker(TOKEN, { method: 'POST', body })
    expect([answer.status, await answer.text()]).toEqual([400, '{"error":"invalid_request"}'])
  })

  it.for(['password', 'authorization_code', 'CLIENT_CREDENTIALS', 'client_credentials '])(
    'does not support the grant type %j',
    async (grantType, { expect }) => {
      const answer = await askToken(form(await aClient(), { grant_type: grantType }))
      expect([answer.status, answer.text]).toEqual([400, '{"error":"unsupported_grant_type"}'])
    },
  )

  it.for([
    'accounts.read',
    'schedules.read accounts.read',
    'Schedules.Read',
    'openid',
    'schedules.read,schedules.write',
    'schedules.read\tschedules.write',
    ' ',
  ])('gives nothing for the scope %j', async (scope, { expect }) => {
    const client = await aClient()
    const answer = await askToken(form(client, { scope }))
    expect([answer.status, answer.text]).toEqual([400, '{"error":"invalid_scope"}'])
    const byBasic = await askToken(
      { grant_type: 'client_credentials', scope },
      basic(client.clientId, client.clientSecret),
    )
    expect([byBasic.status, byBasic.text]).toEqual([400, '{"error":"invalid_scope"}'])
  })

  it.for<[string, (client: TestClient) => Promise<[clientId: string, secret: string]>]>([
    ['an unknown client', async () => [crypto.randomUUID(), 'x'.repeat(43)]],
    ['a wrong secret', async ({ clientId, clientSecret }) => [clientId, `${clientSecret}x`]],
    ['another client’s secret', async ({ clientId }) => [clientId, (await aClient()).clientSecret]],
    ['no secret', async ({ clientId }) => [clientId, '']],
    ['no id', async ({ clientSecret }) => ['', clientSecret]],
    ['the secret’s hash', async ({ clientId }) => [clientId, (await secretHash(clientId)) ?? '']],
    ['an id that is no id', async () => ["' OR 1=1 --\u{1f600}", 'x']],
    [
      'a revoked client',
      async (client) => {
        await revoke(client)
        return [client.clientId, client.clientSecret]
      },
    ],
    [
      'a client of a cancelled company',
      async (client) => {
        await cancel(client.publisherId)
        return [client.clientId, client.clientSecret]
      },
    ],
  ])('lets %s in neither by form nor by Basic', async ([, credentials], { expect }) => {
    const [clientId, secret] = await credentials(await aClient())
    const byForm = await askToken({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope: 'no.such.scope',
    })
    expect([byForm.status, byForm.text]).toEqual([400, '{"error":"invalid_client"}'])
    expect(byForm.headers.has('WWW-Authenticate')).toBe(false)
    const byBasic = await askToken(grant, basic(clientId, secret))
    expect([byBasic.status, byBasic.text]).toEqual([401, '{"error":"invalid_client"}'])
    expect(byBasic.headers.get('WWW-Authenticate')).toBe('Basic realm="identity"')
  })

  it.for([
    'Basic',
    'Basic ',
    'Basic !!!',
    `Basic ${btoa('no colon')}`,
    `Basic ${btoa('a%zz:b')}`,
    'Basic gA==',
  ])('takes %j for Basic that is wrong', async (Authorization, { expect }) => {
    const answer = await askToken(grant, { Authorization })
    expect([answer.status, answer.text]).toEqual([401, '{"error":"invalid_client"}'])
  })

  it('looks for credentials in the body, never in the address', async ({ expect }) => {
    const search = new URLSearchParams(form(await aClient()))
    const answer = await fetchWorker(`${TOKEN}?${search}`, { method: 'POST', headers: formType, body: grant })
    expect([answer.status, await answer.text()]).toEqual([400, '{"error":"invalid_client"}'])
  })

  it('reads no body over 64 KiB', async ({ expect }) => {
    const padding = (size: number) => {
      const text = `${grant}&x=`
      return text + 'x'.repeat(size - text.length)
    }
    const answer = await askToken(padding(65_537))
    expect([answer.status, answer.text]).toEqual([413, '{"message":"The request body is too large."}'])
    expect((await askToken(padding(65_536))).text).toBe('{"error":"invalid_client"}')
  })

  it.for(['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD'])('does not know %s', async (method, { expect }) => {
    const response = await fetchWorker(TOKEN, { method })
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST'])
    const message = `The requested resource does not support http method '${method}'.`
    expect(await response.text()).toBe(method === 'HEAD' ? '' : JSON.stringify({ message }))
  })

  it('tells its methods', async ({ expect }) => {
    const response = await fetchWorker(TOKEN, { method: 'OPTIONS' })
    expect([response.status, response.headers.get('Allow'), await response.text()]).toEqual([204, 'POST', ''])
  })

  it('is down in maintenance, whatever is asked, and says when to come back', async ({ expect }) => {
    const client = await aClient()
    const down = await askToken(form(client), {}, { MAINTENANCE: 'true' })
    expect([down.status, down.body]).toEqual([503, { message: outage }])
    expect(down.headers.get('Retry-After')).toBe('300')
    expect((await callWith({ MAINTENANCE: 'true' }, TOKEN)).status).toBe(503)
    expect((await callWith({ MAINTENANCE: 'true' }, JWKS)).status).toBe(200)
    expect((await askToken(form(client), {}, { MAINTENANCE: 'false' })).status).toBe(200)
  })

  it('carries the notice on every answer', async ({ expect }) => {
    const PAYMENTS_NOTICE = 'Down on Sunday, 02:00 to 03:00'
    for (const variables of [{ PAYMENTS_NOTICE }, { PAYMENTS_NOTICE, MAINTENANCE: 'true' }]) {
      for (const body of [form(await aClient()), '']) {
        const answer = await askToken(body, {}, variables)
        expect(answer.headers.get('X-Notification')).toBe(PAYMENTS_NOTICE)
      }
    }
    expect((await askToken('')).headers.has('X-Notification')).toBe(false)
  })

  it('answers 500 and tells nothing where the database is down', async ({ expect }) => {
    const DB = {
      withSession() {
        throw new Error('down: /secret/path')
      },
    }
    const answer = await askToken(form(await aClient()), {}, { DB })
    expect([answer.status, answer.body]).toEqual([500, { message: sorry }])
  })
})

describe('without ENCRYPTION_KEY', () => {
  it('no token is given and no key made, but what is published stays up', async ({ expect }) => {
    await forgetKeys()
    const client = await aClient()
    const unset = { ENCRYPTION_KEY: undefined }
    const answer = await askToken(form(client), {}, unset)
    expect([answer.status, answer.body]).toEqual([500, { message: sorry }])
    const keys = await callWith(unset, JWKS)
    expect([keys.status, await keys.text()]).toEqual([200, '{"keys":[]}'])
    expect(await count('signing_keys')).toBe(0)

    expect((await askToken(form(client))).status).toBe(200)
    expect((await askToken(form(client), {}, unset)).status).toBe(500)
    const published = (await (await callWith(unset, JWKS)).json()) as { keys: unknown[] }
    expect(published.keys).toHaveLength(1)
  })
})

describe('below /identity', () => {
  it.for(['/identity/', '/identity/connect', '/identity/connect/token/', '/identity/x'])(
    '%s is nothing',
    async (path, { expect }) => {
      const response = await fetchWorker(path)
      expect(response.status).toBe(404)
      expect(await response.text()).toBe('{"message":"The resource provided could not be found"}')
    },
  )

  it('keeps the operator’s secret of a client nowhere', async ({ expect }) => {
    const { publisherId, clientSecret } = await aClient()
    const { results } = await env.DB.prepare('SELECT * FROM clients').all()
    expect(JSON.stringify(results)).not.toContain(clientSecret)
    expect(JSON.stringify(await operate('GET', `/operator/publishers/${publisherId}`))).not.toContain(
      clientSecret,
    )
  })
})

function secretHash(clientId: string): Promise<string | null> {
  return env.DB.prepare('SELECT secret_hash FROM clients WHERE client_id = ?')
    .bind(clientId)
    .first<string>('secret_hash')
}
