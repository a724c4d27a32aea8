import { describe, it } from 'vitest'
import { networkOf } from '../../../scripts/marketplace/network.mjs'
import { aHub } from './support'

const path = '/api/v1/account/recurring_bills'
const bill = { group_id: 'cld-1', price_cents: 4900, description: 'Standard [bill_1]' }

describe('a call that meets a fault', () => {
  it.for([
    [{ answer: 500 }, { status: 500 }],
    [{ answer: 429, retryAfter: 2 }, { status: 429 }],
    [{ answer: 'refused' }, { status: 200 }],
    [{ answer: 'redirect' }, { status: 302 }],
    [{ answer: 'unreadable' }, { status: 200 }],
    [{ answer: 'hang', ms: 10 }, { status: 504 }],
  ] as const)('of %j does no work; the next one does', async ([fault, { status }], { expect }) => {
    const { hub, call } = await aHub({ faults: [{ path, ...fault }] })
    const failed = await call('POST', path, bill)
    expect(failed.status).toBe(status)
    expect(hub.recurringBills.size).toBe(0)
    expect(hub.calls.at(-1)).toMatchObject({ fault: String(fault.answer), status, body: bill })
    expect((await call('POST', path, bill)).status).toBe(200)
    expect(hub.recurringBills.size).toBe(1)
  })

  it('says when to come back, redirects to where it would be seen, and cannot be read', async ({
    expect,
  }) => {
    const { hub, call } = await aHub()
    hub.fail({ path, answer: 429, retryAfter: 7 })
    expect((await call('POST', path, bill)).headers.get('Retry-After')).toBe('7')
    hub.fail({ path, answer: 'redirect' })
    expect((await call('POST', path, bill)).headers.get('Location')).toBe(`${hub.origin}/elsewhere`)
    hub.fail({ path, answer: 'unreadable' })
    await expect((await call('POST', path, bill)).json()).rejects.toThrow()
    hub.fail({ path, answer: 'refused' })
    expect(await (await call('POST', path, bill)).json()).toMatchObject({ success: false })
    hub.fail({ path, answer: 'oversized' })
    expect((await (await call('POST', path, bill)).text()).length).toBeGreaterThan(5 * 2 ** 20)
    hub.fail({ path, answer: 'drop' })
    await expect(call('POST', path, bill)).rejects.toThrow(TypeError)
  })

  it('may have done its work although no answer comes', async ({ expect }) => {
    const { hub, call, json } = await aHub()
    hub.fail({ method: 'POST', path, answer: 'hang', accept: true })
    const given = new AbortController()
    const request = new Request(`${hub.origin}${path}`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${hub.apiId}:${hub.apiKey}`)}` },
      body: JSON.stringify(bill),
      signal: given.signal,
    })
    const answered = hub.handle(request)
    await expect.poll(() => hub.recurringBills.size).toBe(1)
    expect(hub.calls.at(-1)).toMatchObject({ fault: 'hang', status: null })
    hub.release()
    expect((await answered).status).toBe(504)
    expect((await json('GET', `${path}?group_id=cld-1`)).body.data).toHaveLength(1)
    expect((await call('POST', path, bill)).status).toBe(200)
  })

  it('rejects for who gives up, where the hub stands for the network', async ({ expect }) => {
    const { hub } = await aHub()
    const fetch = networkOf(hub)
    expect((await fetch(`${hub.origin}/hub.css`)).status).toBe(200)
    await expect(fetch('https://elsewhere.example/')).rejects.toThrow(TypeError)
    hub.fail({ path, answer: 'hang' })
    const signal = AbortSignal.timeout(20)
    await expect(fetch(`${hub.origin}${path}`, { signal })).rejects.toThrow(/time/i)
  })

  it('is one of as many as were asked for, at that path and by that method', async ({ expect }) => {
    const { hub, call } = await aHub()
    hub.fail({ method: 'POST', path, answer: 500, times: 2, skip: 1 })
    const statuses = []
    for (const method of ['POST', 'GET', 'POST', 'POST', 'POST']) {
      statuses.push((await call(method, path, method === 'POST' ? bill : undefined)).status)
    }
    expect(statuses).toEqual([200, 200, 500, 500, 200])
    hub.fail({ path: /people\?.*skip=100/, answer: 503 })
    expect((await call('GET', '/connec/api/v2/cld-1/people?$skip=0')).status).toBe(200)
    expect((await call('GET', '/connec/api/v2/cld-1/people?$skip=100')).status).toBe(503)
  })

  it('can be asked for over HTTP, and refused with what is wrong', async ({ expect }) => {
    const { hub, json, call } = await aHub()
    expect((await json('POST', '/faults', { path, answer: 500, times: 2 })).status).toBe(201)
    expect((await call('POST', path, bill)).status).toBe(500)
    expect(hub.faults()).toMatchObject([{ path, answer: 500, times: 1 }])
    expect((await json('POST', '/faults', { path, answer: 'explode' })).status).toBe(400)
    expect((await call('DELETE', '/faults')).status).toBe(204)
    expect((await call('POST', path, bill)).status).toBe(200)
  })
})
