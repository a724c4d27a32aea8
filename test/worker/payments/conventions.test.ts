import { describe, it } from 'vitest'
import { paymentsReference } from '../../../src/surfaces/payments/reference'
import { callWith, revoke, tokenOf } from '../identity/support'
import { aBiller, anAccount, anotherBiller, aSchedule, notFound, send, unknownPath } from './support'

const unauthorized = { message: 'Authorization has been denied for this request.' }
const tooMany = {
  message:
    'You have exceeded the maximum limit of request allowed. Please try your request again in a moment.',
}
const outage = {
  message: 'The API is currently unavailable due to a scheduled outage – please try again soon.',
}
const ourFault = {
  message:
    'Something went wrong while processing your request. We’re sorry for the trouble. We’ve been notified of the error and will correct it as soon as possible. Please try your request again in a moment.',
}

const prefixes = ['', '/CustomerServices/v1.0']

describe('a method that a path does not have', () => {
  it.for([
    ['PUT', '/accounts/A1/oneOffSchedules', 'GET, POST'],
    ['DELETE', '/accounts/A1/oneOffSchedules', 'GET, POST'],
    ['POST', '/accounts/A1/oneOffSchedules/1', 'GET, DELETE'],
    ['GET', '/accounts/A1/oneOffSchedules/', 'OPTIONS'],
    ['DELETE', '/accounts/A1/oneOffSchedules/', 'OPTIONS'],
    ['GET', '/accounts/oneOffSchedules', 'OPTIONS'],
    ['POST', '/accounts//oneOffSchedules', 'OPTIONS'],
    ['POST', '/accounts/oneOffSchedules/', 'OPTIONS'],
    ['DELETE', '/accounts//oneOffSchedules/', 'OPTIONS'],
    ['GET', '/accounts/oneOffSchedules/12345678', 'OPTIONS'],
    ['POST', '/accounts//oneOffSchedules/12345678', 'OPTIONS'],
    ['GET', '/accounts/', 'OPTIONS'],
    ['POST', '/accounts', 'GET'],
    ['POST', '/accounts/A1/auditRecords', 'GET'],
    ['DELETE', '/accounts/A1/callNotes', 'GET'],
    ['GET', '/accounts//auditRecords', 'OPTIONS'],
    ['POST', '/accounts/A1', 'GET, PUT, PATCH'],
    ['DELETE', '/accounts/A1/oneOffSchedules/1/status', 'GET, POST'],
  ] as const)('%s %s is 405', async ([method, path, allow], { expect }) => {
    for (const prefix of prefixes) {
      const answer = await send(method, `${prefix}${path}`)
      expect([answer.status, answer.headers.get('Allow')]).toEqual([405, allow])
      expect(answer.body).toEqual({
        message: `The requested resource does not support http method '${method}'.`,
      })
    }
  })

  it('needs no token to be asked for', async ({ expect }) => {
    const asked = await send('OPTIONS', '/accounts/A1/oneOffSchedules')
    expect([asked.status, asked.text, asked.headers.get('Allow')]).toEqual([204, '', 'GET, POST'])
    expect(asked.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })

  it('is 404 for DELETE of a schedule whose account is left out', async ({ expect }) => {
    for (const path of ['/accounts/oneOffSchedules/12345678', '/accounts//oneOffSchedules/12345678']) {
      expect(await send('DELETE', path)).toMatchObject({ status: 404, body: notFound })
    }
  })
})

describe('an unknown path', () => {
  it.for([
    '/accounts/A1/',
    '/accounts/A1/oneOffSchedules/1/',
    '/accounts/A1/auditRecords/',
    '/accounts/A1/other',
    '/accounts/A1/oneOffSchedules/1/status/x',
    '/accounts/oneOffSchedules/1/other',
  ])('%s is 404', async (path, { expect }) => {
    for (const prefix of prefixes) {
      expect(await send('GET', `${prefix}${path}`)).toMatchObject({ status: 404, body: unknownPath })
    }
    expect(await send('GET', '/CustomerServices/v1.0/other')).toMatchObject({
      status: 404,
      body: unknownPath,
    })
  })
})

describe('a call', () => {
  it('without a good token is 401', async ({ expect }) => {
    const { biller } = await aBiller()
    const none = await send('GET', '/accounts')
    expect([none.status, none.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer'])
    expect(none.body).toEqual(unauthorized)
    expect(none.headers.get('X-RateLimit-Limit')).toBeNull()
    const token = await tokenOf(biller.client)
    for (const Authorization of ['Bearer nonsense', `Basic ${token}`, `Bearer ${token}x`, 'Bearer']) {
      const bad = await send('GET', '/accounts', undefined, { Authorization })
      expect([bad.status, bad.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer error="invalid_token"'])
      expect(bad.body).toEqual(unauthorized)
    }
    expect((await send('GET', '/accounts', undefined, { Authorization: `bEARER ${token}` })).status).toBe(200)
    const late = biller.at(Date.now() + 2 * 3_600_000)
    const expired = await late.call('GET', '/accounts', undefined, { Authorization: `Bearer ${token}` })
    expect(expired).toMatchObject({ status: 401, body: unauthorized })
    await revoke(biller.client)
    expect((await send('GET', '/accounts', undefined, { Authorization: `Bearer ${token}` })).status).toBe(401)
  })

  it.for([
    ['GET', '/accounts', 'accounts.read'],
    ['GET', '/accounts/A1', 'accounts.read'],
    ['PUT', '/accounts/A1', 'accounts.write'],
    ['PATCH', '/accounts/A1', 'accounts.write'],
    ['GET', '/accounts/A1/auditRecords', 'accounts.read'],
    ['GET', '/accounts/A1/callNotes', 'accounts.read'],
    ['GET', '/accounts/A1/oneOffSchedules', 'schedules.read'],
    ['POST', '/accounts/A1/oneOffSchedules', 'schedules.write'],
    ['GET', '/accounts/A1/oneOffSchedules/10000000', 'schedules.read'],
    ['DELETE', '/accounts/A1/oneOffSchedules/10000000', 'schedules.write'],
    ['GET', '/accounts/A1/oneOffSchedules/10000000/status', 'schedules.read'],
    ['POST', '/accounts/A1/oneOffSchedules/10000000/status', 'schedules.write'],
  ] as const)('%s %s needs the scope %s', async ([method, path, claim], { expect }) => {
    const { publisher } = await aBiller()
    const rest = ['schedules.read', 'schedules.write', 'accounts.read', 'accounts.write'].filter(
      (s) => s !== claim,
    )
    const other = await anotherBiller(publisher, { scopes: rest })
    expect(await other.call(method, path, method === 'GET' ? undefined : '{}')).toMatchObject({
      status: 403,
      body: {
        errorCode: 'required_claims',
        message: 'Unable to process this request due to insufficient client claims.',
        errors: [{ claim }],
      },
    })
  })

  it('is refused for the first reason in the contract’s order', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    await anAccount(biller)
    const { scheduleId } = await aSchedule(biller)
    const path = '/accounts/A1/oneOffSchedules'
    await biller.post(`${path}/${scheduleId}/status`, { status: 'paid' })
    const claimless = await anotherBiller(publisher, {
      scopes: ['accounts.write'],
      businesses: [],
      rateLimit: { limit: 1, windowSeconds: 60 },
    })
    const barred = await anotherBiller(publisher, { businesses: [] })
    const elsewhere = await anotherBiller(publisher, { businesses: ['SYD01'] })
    const reasons = [
      await claimless.get('/accounts?limit=0'),
      await claimless.get('/accounts?limit=0'),
      await barred.get('/accounts?limit=0'),
      await elsewhere.get('/accounts?businessAccountId=MELB01&limit=0'),
      await biller.get('/accounts/NONE/oneOffSchedules?limit=0'),
      await elsewhere.get(`${path}?limit=0`),
      await biller.post('/accounts/NONE/oneOffSchedules', '{'),
      await elsewhere.delete(`${path}/1`),
      await biller.post(`${path}/1/status`, '{'),
      await biller.post(`${path}/${scheduleId}/status`, { status: 'due' }),
      await biller.post(`${path}/${scheduleId}/status`, { status: 'overdue', date: '2020-01-01' }),
      await biller.post(`${path}/${scheduleId}/status`, { status: 'promised', date: '2030-01-01' }),
    ]
    expect(reasons.map(({ status, body }) => `${status} ${body.errorCode ?? body.message}`)).toEqual([
      '403 required_claims',
      `429 ${tooMany.message}`,
      '403 access_denied',
      '403 access_denied',
      '400 validation',
      '400 validation',
      `404 ${notFound.message}`,
      '403 access_denied',
      `404 ${notFound.message}`,
      '400 validation',
      '400 validation',
      '409 conflict',
    ])
    // Whatever was answered to a good token tells of its rate.
    for (const { headers } of reasons) expect(headers.get('X-RateLimit-Reset')).toMatch(/^\d{10}$/)
  })

  it('may be HEAD where it may be GET', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const head = await biller.call('HEAD', '/accounts/A1')
    expect([head.status, head.text]).toEqual([200, ''])
  })

  it('with a body over 64 KiB is 413', async ({ expect }) => {
    const { biller } = await aBiller()
    const body = JSON.stringify({ businessAccountId: 'MELB01', more: 'x'.repeat(65_536) })
    expect(await biller.put('/accounts/A1', body)).toMatchObject({
      status: 413,
      body: { message: 'The request body is too large.' },
    })
  })
})

describe('the rate limit', () => {
  it('lets a client’s limit through and no more, whatever the calls answer', async ({ expect }) => {
    const { publisher } = await aBiller()
    const biller = await anotherBiller(publisher, { rateLimit: { limit: 5, windowSeconds: 60 } })
    const start = Date.parse('2030-03-01T00:00:00.500Z')
    const rates = []
    for (let call = 0; call < 7; call++) {
      const answer = await biller
        .at(start + call * 1000)
        .get(call % 2 ? '/CustomerServices/v1.0/accounts' : '/accounts/X')
      const { headers } = answer
      rates.push([answer.status, headers.get('X-RateLimit-Remaining'), headers.get('Retry-After')])
      expect(headers.get('X-RateLimit-Limit')).toBe('5')
      expect(headers.get('X-RateLimit-Reset')).toBe(String(Math.ceil(start / 1000) + 60))
      if (answer.status === 429) expect(answer.body).toEqual(tooMany)
    }
    expect(rates).toEqual([
      [404, '4', null],
      [200, '3', null],
      [404, '2', null],
      [200, '1', null],
      [404, '0', null],
      [429, '0', '56'],
      [429, '0', '55'],
    ])
    const next = await biller.at(start + 60_000).get('/accounts')
    expect([next.status, next.headers.get('X-RateLimit-Remaining')]).toEqual([200, '4'])
  })

  it('is 10,000 an hour, or what the deployment says', async ({ expect }) => {
    const { biller } = await aBiller()
    expect((await biller.get('/accounts')).headers.get('X-RateLimit-Limit')).toBe('10000')
    const headers = { Authorization: `Bearer ${await tokenOf(biller.client)}` }
    const variables = { PAYMENTS_RATE_LIMIT: '2', PAYMENTS_RATE_WINDOW: '10' }
    await callWith(variables, '/accounts', { headers })
    expect((await callWith(variables, '/accounts', { headers })).status).toBe(429)
  })

  it('lets requests pass while the counter can not be asked', async ({ expect }) => {
    const { biller } = await aBiller()
    const headers = { Authorization: `Bearer ${await tokenOf(biller.client)}` }
    const answer = await callWith({ RATE_LIMITER: undefined }, '/accounts', { headers })
    expect([answer.status, answer.headers.get('X-RateLimit-Limit')]).toEqual([200, '10000'])
  })
})

describe('an outage', () => {
  it('that is planned answers 503 to every path, tokens too, and nothing else', async ({ expect }) => {
    const variables = { MAINTENANCE: 'true', PAYMENTS_NOTICE: 'Back at noon' }
    for (const [method, path] of [
      ['GET', '/accounts'],
      ['GET', '/accounts/nothing/of/this'],
      ['PUT', '/accounts'],
      ['POST', '/identity/connect/token'],
    ] as const) {
      const answer = await callWith(variables, path, { method })
      expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '300'])
      expect(answer.headers.get('X-Notification')).toBe('Back at noon')
      expect(await answer.json()).toEqual(outage)
    }
    expect((await callWith(variables, '/health')).status).toBe(200)
  })

  it('of the database answers 500, and nothing about the cause', async ({ expect }) => {
    const { biller } = await aBiller()
    const headers = { Authorization: `Bearer ${await tokenOf(biller.client)}` }
    const down = () => {
      throw new Error('D1 is down: secret detail')
    }
    const answer = await callWith(
      { DB: { withSession: () => ({ prepare: down, batch: down }) }, PAYMENTS_NOTICE: 'Slow today' },
      '/accounts',
      { headers },
    )
    expect([answer.status, answer.headers.get('X-Notification')]).toEqual([500, 'Slow today'])
    expect(await answer.json()).toEqual(ourFault)
  })
})

describe('the reference', () => {
  it('tells of every path and method that there is', ({ expect }) => {
    const told = Object.entries(paymentsReference().paths).map(([path, methods]) => [
      path,
      Object.keys(methods ?? {}),
    ])
    expect(Object.fromEntries(told)).toEqual({
      '/accounts': ['get'],
      '/accounts/{accountId}': ['get', 'put', 'patch'],
      '/accounts/{accountId}/oneOffSchedules': ['get', 'post'],
      '/accounts/{accountId}/oneOffSchedules/{scheduleId}': ['get', 'delete'],
      '/accounts/{accountId}/oneOffSchedules/{scheduleId}/status': ['get', 'post'],
      '/accounts/{accountId}/auditRecords': ['get'],
      '/accounts/{accountId}/callNotes': ['get'],
    })
  })
})
