import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { billsDue, choosePlan } from '../../../src/domain/marketplace/billing'
import { unattendedContextOf } from '../../../src/domain/unattended'
import { clock } from '../../../src/platform/clock'
import { newId } from '../../../src/platform/ids'
import { consume, sweepBills } from '../../../src/queues'
import { aBilledCompany, type Billed, callsTo } from '../../support/billing'
import { racedDatabase } from '../../support/faults'
import { aUser, hubCalls, operatorCalls } from '../../support/marketplace'
import { answersAt } from '../../support/network'
import { logged } from '../../support/rows'
import { signedOnAs } from '../../support/sign-on'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A queue that keeps what is sent to it. */
function aQueueOfBills() {
  const woken: { bill: string; delay: number }[] = []
  const BILLS = {
    sendBatch: async (messages: { body: { bill: string }; delaySeconds: number }[]) => {
      woken.push(...messages.map(({ body, delaySeconds }) => ({ bill: body.bill, delay: delaySeconds })))
    },
  } as unknown as typeof env.BILLS
  return { woken, BILLS }
}

const recurring = (billed: Billed) => [...billed.hub.recurringBills.values()]
const open = (billed: Billed) => recurring(billed).filter((bill) => bill.status !== 'cancelled')

describe('choosing a plan', () => {
  it('bills it at the marketplace, as the contract writes it', async ({ expect }) => {
    const billed = await aBilledCompany()
    const rows = await logged(() => billed.choose('standard'))
    expect(rows.map((row) => [row.stream, row.op])).toEqual([
      [`company:${billed.company.publisherId}`, 'plan.chosen'],
      [`company:${billed.company.publisherId}`, 'bill.changed'],
    ])
    await billed.deliver()
    const [bill] = await billed.bills()
    const [call] = callsTo(billed.hub, 'POST', 'recurring_bills')
    expect(call?.authorized).toBe(true)
    expect(call?.body).toEqual({
      group_id: billed.company.groupUid,
      price_cents: 4900,
      description: `Standard [${bill?.id}]`,
      currency: 'AUD',
      period: 'Month',
      frequency: 1,
      initial_cents: 0,
    })
    expect(bill).toMatchObject({ state: 'active', hubId: recurring(billed)[0]?.id, attempts: 1 })
  })

  it('changes nothing where it is chosen already, and bills nothing that is free', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    expect(await logged(() => billed.choose('standard'))).toEqual([])
    await billed.choose('free')
    await billed.deliver()
    expect(recurring(billed)).toEqual([])
    expect((await billed.bills()).map((bill) => bill.state)).toEqual(['cancelled'])
  })

  it('refuses a plan that the marketplace doesn’t sell', async ({ expect }) => {
    const billed = await aBilledCompany()
    await expect(billed.choose('gold')).rejects.toThrow('invalid')
    expect(await billed.bills()).toEqual([])
  })

  it('makes no call before the trial is over, and one after it', async ({ expect }) => {
    const billed = await aBilledCompany({ trialDays: 14 })
    await billed.choose('standard')
    await billed.deliver()
    await billed.deliver(14 * DAY - MINUTE)
    expect(billed.hub.calls).toEqual([])
    expect((await billed.bills()).map((bill) => bill.state)).toEqual(['scheduled'])
    // Changed in the trial, it is still one bill: the last plan's.
    await billed.choose('yearly')
    await billed.deliver(14 * DAY + 1_000)
    expect(open(billed).map((bill) => [bill.price_cents, bill.initial_cents])).toEqual([[49_000, 9900]])
  })

  it('wakes a bill the moment its trial is over, not with the next minute', async ({ expect }) => {
    const billed = await aBilledCompany({ trialDays: 1 })
    await billed.choose('standard')
    const [bill] = await billed.bills()
    const { woken, BILLS } = aQueueOfBills()
    const end = bill?.startsAt ?? 0
    await sweepBills({ ...env, BILLS }, end - 2 * HOUR)
    expect(woken.filter((each) => each.bill === bill?.id)).toEqual([])
    await sweepBills({ ...env, BILLS }, end - 50_000)
    expect(woken.filter((each) => each.bill === bill?.id)).toEqual([{ bill: bill?.id, delay: 50 }])
  })

  it('keeps to a trial that gets longer while it is chosen', async ({ expect }) => {
    const billed = await aBilledCompany({ trialDays: 1 })
    const { marketplace, company } = billed
    await signedOnAs(marketplace, { group_uid: company.groupUid })
    const end = new Date(Date.now() + 20 * DAY).toISOString()
    const db = racedDatabase(() =>
      signedOnAs(marketplace, { group_uid: company.groupUid, group_end_free_trial: end }),
    )
    const context = await unattendedContextOf({ db, now: clock.now() }, company.publisherId, 'user:test')
    if (!context) throw new Error('unreachable')
    await choosePlan(context, marketplace, 'standard')
    await billed.deliver(2 * DAY)
    expect(billed.hub.calls).toEqual([])
    expect((await billed.bills()).map((bill) => [bill.state, bill.startsAt])).toEqual([
      ['scheduled', Date.parse(end)],
    ])
  })

  it('gives one bill for plans chosen at once', async ({ expect }) => {
    const billed = await aBilledCompany()
    await Promise.all(Array.from({ length: 12 }, (_, n) => billed.choose(n % 2 ? 'standard' : 'yearly')))
    await billed.deliver()
    await billed.deliver()
    const [only] = open(billed)
    expect(open(billed)).toHaveLength(1)
    const plan = await env.DB.prepare('SELECT plan_id FROM companies WHERE publisher_id = ?')
      .bind(billed.company.publisherId)
      .first<string>('plan_id')
    expect(only?.price_cents).toBe(plan === 'standard' ? 4900 : 49_000)
  })
})

describe('a bill', () => {
  it('is sent once, however often it is woken at a time', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    await Promise.all(Array.from({ length: 20 }, () => billed.deliver()))
    expect(callsTo(billed.hub, 'POST', 'recurring_bills')).toHaveLength(1)
  })

  it.for([
    ['answers 500', { answer: 500 }],
    ['answers 500 having made it', { answer: 500, accept: true }],
    ['loses the connection having made it', { answer: 'drop', accept: true }],
    ['cuts its answer off having made it', { answer: 'unreadable', accept: true }],
    ['redirects', { answer: 'redirect' }],
    ['is in maintenance', { answer: 503 }],
    ['doesn’t know our key for a while', { answer: 401 }],
  ] as const)('is there exactly once after a hub that %s', async ([, fault], { expect }) => {
    const billed = await aBilledCompany()
    billed.hub.fail({ path: '/api/v1/account/recurring_bills', method: 'POST', ...fault })
    await billed.choose('standard')
    await billed.deliver()
    expect((await billed.bills())[0]).toMatchObject({ state: 'queued', hubId: null, uncertain: true })
    await billed.deliver(3_000)
    expect(recurring(billed)).toHaveLength(1)
    expect((await billed.bills())[0]).toMatchObject({ state: 'active', hubId: recurring(billed)[0]?.id })
    expect(billed.hub.calls.filter((call) => call.path === '/elsewhere')).toEqual([])
  })

  it('is there exactly once after a hub that made it and hung', async ({ expect }) => {
    const billed = await aBilledCompany()
    billed.hub.fail({ path: '/api/v1/account/recurring_bills', method: 'POST', answer: 'hang', accept: true })
    await billed.choose('standard')
    await billed.deliver()
    expect((await billed.bills())[0]?.lastError).toBe('No answer: timeout.')
    await billed.deliver(3_000)
    expect(recurring(billed)).toHaveLength(1)
  })

  it('isn’t sent again while nobody can tell whether it arrived', async ({ expect }) => {
    const billed = await aBilledCompany()
    const path = '/api/v1/account/recurring_bills'
    billed.hub.fail({ path, method: 'POST', answer: 'drop', accept: true })
    billed.hub.fail({ path, method: 'GET', answer: 500, times: 3 })
    await billed.choose('standard')
    for (const later of [0, 3_000, 15_000, 80_000]) await billed.deliver(later)
    expect(callsTo(billed.hub, 'POST', 'recurring_bills')).toHaveLength(1)
    await billed.deliver(10 * MINUTE)
    expect(callsTo(billed.hub, 'POST', 'recurring_bills')).toHaveLength(1)
    expect((await billed.bills())[0]?.state).toBe('active')
  })

  it('is there exactly once where we died between the call and its answer', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    // As if the process ended with the lease taken and the call made.
    const [bill] = await billed.bills()
    await env.DB.prepare(
      `UPDATE bills SET lease = 'gone', lease_until = ?, uncertain = 1, attempts = 1, state = 'queued' WHERE id = ?`,
    )
      .bind(Date.now() + MINUTE, bill?.id)
      .run()
    const made = {
      group_id: billed.company.groupUid,
      price_cents: 4900,
      currency: 'AUD',
      period: 'Month',
      frequency: 1,
    }
    const { host, apiId } = billed.marketplace
    await billed.hub.handle(
      new Request(`${host}/api/v1/account/recurring_bills`, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(`${apiId}:a-marketplace-key-of-tests`)}` },
        body: JSON.stringify({ ...made, description: `Standard [${bill?.id}]` }),
      }),
    )
    await billed.deliver()
    expect((await billed.bills())[0]?.state).toBe('queued')
    await billed.deliver(2 * MINUTE)
    expect(recurring(billed)).toHaveLength(1)
    expect((await billed.bills())[0]).toMatchObject({ state: 'active', hubId: recurring(billed)[0]?.id })
  })

  it('that the hub refuses fails with its words, and is tried again on request only', async ({ expect }) => {
    const billed = await aBilledCompany()
    billed.hub.fail({ path: '/api/v1/account/recurring_bills', method: 'POST', answer: 'refused' })
    await billed.choose('standard')
    await billed.deliver()
    const [failed] = await billed.bills()
    expect(failed).toMatchObject({ state: 'failed', nextAttemptAt: null, uncertain: false })
    expect(failed?.lastError).not.toBe('')
    await billed.deliver(DAY)
    expect(callsTo(billed.hub, 'POST', 'recurring_bills')).toHaveLength(1)
    await billed.retry(failed?.id ?? '')
    await billed.deliver()
    expect((await billed.bills())[0]?.state).toBe('active')
  })

  it('that was refused for a plan that is no longer chosen is not tried again', async ({ expect }) => {
    const billed = await aBilledCompany()
    billed.hub.fail({ path: '/api/v1/account/recurring_bills', method: 'POST', answer: 'refused' })
    await billed.choose('standard')
    await billed.deliver()
    const [failed] = await billed.bills()
    await billed.drop()
    await billed.retry(failed?.id ?? '')
    await billed.deliver()
    expect(open(billed)).toEqual([])
    expect((await billed.bills()).map((bill) => bill.state)).toEqual(['cancelled'])
  })

  it('that is tried again counts the users of now', async ({ expect }) => {
    const billed = await aBilledCompany()
    billed.hub.fail({ path: '/api/v1/account/recurring_bills', method: 'POST', answer: 'refused' })
    await aUser(billed.company)
    await billed.choose('team')
    await billed.deliver()
    await aUser(billed.company)
    const [failed] = await billed.bills()
    await billed.retry(failed?.id ?? '')
    await sweepBills(env, clock.now())
    for (const later of [0, 0, 0]) await billed.deliver(later)
    expect(open(billed).map((bill) => bill.price_cents)).toEqual([1800])
  })

  it('that nobody can send keeps none that can be sent waiting', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    await billed.deliver()
    // A cancellation that was given up: the bill after it waits until it is tried again.
    await env.DB.prepare(
      `UPDATE bills SET state = 'failed', cancel_wanted = 1, hub_id = 'rb' WHERE publisher_id = ?`,
    )
      .bind(billed.company.publisherId)
      .run()
    await env.DB.prepare('UPDATE companies SET plan_id = NULL WHERE publisher_id = ?')
      .bind(billed.company.publisherId)
      .run()
    await env.DB.prepare(
      `INSERT INTO bills (id, publisher_id, kind, state, price_cents, currency, description, starts_at, next_attempt_at, created_at, write_id)
       VALUES (?1, ?2, 'recurring', 'queued', 1, 'AUD', 'x', 1, 1, 1, 'x')`,
    )
      .bind(newId(), billed.company.publisherId)
      .run()
    const waiting = (await billed.bills()).find((bill) => bill.state === 'queued')
    expect((await billsDue(env.DB, clock.now())).map((due) => due.id)).not.toContain(waiting?.id)
  })

  it('is woken for its next attempt also where the attempt at another one breaks down', async ({
    expect,
  }) => {
    const [broken, billed] = [await aBilledCompany(), await aBilledCompany()]
    await broken.choose('standard')
    await billed.choose('standard')
    billed.hub.fail({ path: '/api/v1/account/recurring_bills', method: 'POST', answer: 500 })
    const [first, second] = [(await broken.bills())[0], (await billed.bills())[0]]
    const { woken, BILLS } = aQueueOfBills()
    const DB = racedDatabase(() => Promise.reject(new Error('the database is gone')))
    const messages = [{ bill: first?.id }, { bill: second?.id }]
    await expect(consume({ ...env, DB, BILLS }, 'daybook-bills', messages)).rejects.toThrow('is gone')
    expect(woken).toEqual([{ bill: second?.id, delay: 2 }])
  })

  it('says in the log nothing of whom the hub’s refusal names', async ({ expect }) => {
    const billed = await aBilledCompany()
    const refusal = { success: false, errors: { email: ['ann.lee+x@example.com is blocked'] } }
    answersAt(new URL(billed.marketplace.host).host, () => Response.json(refusal, { status: 422 }))
    await billed.choose('standard')
    await billed.deliver()
    const log = await operatorCalls('GET', `/marketplaces/${billed.marketplace.tenant}/log?kind=billing`)
    const text = await log.text()
    expect(text).toContain('is blocked')
    expect(text).not.toContain('example.com')
  })

  it('fails at once where a refusal is nested beyond all measure', async ({ expect }) => {
    const billed = await aBilledCompany()
    const deep = `{"errors":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    answersAt(new URL(billed.marketplace.host).host, () => new Response(deep, { status: 422 }))
    await billed.choose('standard')
    await billed.deliver()
    expect((await billed.bills())[0]).toMatchObject({ state: 'failed', nextAttemptAt: null })
  })

  it('is given up after the last delay, and honours a longer Retry-After', async ({ expect }) => {
    const billed = await aBilledCompany()
    const path = '/api/v1/account/recurring_bills'
    billed.hub.fail({ path, method: 'POST', answer: 429, retryAfter: 3_600 })
    billed.hub.fail({ path, answer: 500, times: 50 })
    await billed.choose('standard')
    await billed.deliver()
    await billed.deliver(HOUR - MINUTE)
    expect(billed.hub.calls).toHaveLength(1)
    let later = HOUR + MINUTE
    for (let attempt = 2; attempt <= 11; attempt++) {
      await billed.deliver(later)
      later += 25 * HOUR
    }
    expect((await billed.bills())[0]).toMatchObject({ state: 'failed', attempts: 11, nextAttemptAt: null })
  })
})

describe('changing a plan', () => {
  it('ends the bill of before, and begins where it would have gone on', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    await billed.deliver()
    await billed.choose('yearly')
    await billed.deliver()
    await billed.deliver()
    const [before, after] = recurring(billed)
    expect([before?.status, after?.status]).toEqual(['cancelled', 'submitted'])
    expect(after).toMatchObject({ price_cents: 49_000, initial_cents: 0 })
    expect(Date.parse(after?.start_date ?? '')).toBeGreaterThan(Date.now())
    const calls = billed.hub.calls.map((call) => call.method)
    expect(calls).toEqual(['POST', 'GET', 'DELETE', 'POST'])
  })

  it('bills no period twice, also where a free plan or none lies between', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    await billed.deliver()
    await billed.choose('free')
    await billed.deliver()
    await billed.choose('yearly')
    await billed.deliver()
    const [before, after] = recurring(billed)
    expect(before?.status).toBe('cancelled')
    expect(Date.parse(after?.start_date ?? '')).toBeGreaterThan(Date.now())
  })

  it('waits until the bill of before has ended', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    await billed.deliver()
    billed.hub.fail({ path: '/api/v1/account/recurring_bills', method: 'DELETE', answer: 500, times: 2 })
    await billed.choose('yearly')
    await billed.deliver()
    await billed.deliver(3_000)
    expect(open(billed)).toHaveLength(1)
    await billed.deliver(20_000)
    await billed.deliver(20_000)
    expect(open(billed).map((bill) => bill.price_cents)).toEqual([49_000])
  })

  it('while a creation is on its way lets it end, and cancels it', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    const path = '/api/v1/account/recurring_bills'
    billed.hub.fail({ path, method: 'POST', answer: 'drop', accept: true })
    await billed.deliver()
    await billed.choose('yearly')
    for (const later of [3_000, 4_000, 5_000]) await billed.deliver(later)
    expect(recurring(billed).map((bill) => [bill.price_cents, bill.status])).toEqual([
      [4900, 'cancelled'],
      [49_000, 'submitted'],
    ])
  })

  it('follows the number of users where the plan is priced by them', async ({ expect }) => {
    const billed = await aBilledCompany()
    const ann = await aUser(billed.company)
    await billed.choose('team')
    await billed.deliver()
    await aUser(billed.company)
    await billed.settle()
    await billed.deliver()
    await billed.deliver()
    expect(open(billed).map((bill) => bill.price_cents)).toEqual([1800])
    const { groupUid, tenant } = billed.company
    await hubCalls(
      billed.marketplace,
      'DELETE',
      `/maestrano/account/groups/${groupUid}/users/${ann.uid}/${tenant}`,
    )
    await billed.settle()
    await billed.deliver()
    await billed.deliver()
    expect(open(billed).map((bill) => bill.price_cents)).toEqual([900])
  })

  it('to none cancels the bill', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    await billed.deliver()
    await billed.drop()
    await billed.deliver()
    expect(open(billed)).toEqual([])
  })
})

describe('a cancelled company', () => {
  const cancel = ({ marketplace, company }: Billed) =>
    hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/${company.groupUid}/${company.tenant}`)

  it('has its recurring bill cancelled at the hub', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    await billed.deliver()
    expect((await cancel(billed)).status).toBe(200)
    await billed.deliver()
    expect(open(billed)).toEqual([])
    expect((await billed.bills()).map((bill) => bill.state)).toEqual(['cancelled'])
  })

  it('has what waits dropped: nothing more is sent', async ({ expect }) => {
    const billed = await aBilledCompany({ trialDays: 14 })
    await billed.choose('standard')
    await billed.order({ reference: newId() })
    expect((await cancel(billed)).status).toBe(200)
    await billed.deliver()
    await billed.deliver(30 * DAY)
    expect(billed.hub.calls).toEqual([])
    expect((await billed.bills()).map((bill) => bill.state)).toEqual(['cancelled', 'failed'])
  })

  it('has a bill cancelled that was just being made', async ({ expect }) => {
    const billed = await aBilledCompany()
    await billed.choose('standard')
    await Promise.all([billed.deliver(), cancel(billed)])
    await billed.deliver(1_000)
    await billed.deliver(3_000)
    expect(open(billed)).toEqual([])
    expect((await billed.bills()).map((bill) => bill.state)).toEqual(['cancelled'])
  })
})

describe('an ad-hoc bill', () => {
  it('is sent as the operator says, also in a trial', async ({ expect }) => {
    const billed = await aBilledCompany({ trialDays: 14 })
    const answer = await billed.operate({
      reference: 'sms-1',
      priceCents: 1250,
      description: '50 reminders',
      units: 50,
      periodStartedAt: '2030-05-01T00:00:00Z',
      periodEndedAt: '2030-05-31T00:00:00+10:00',
      thirdParty: true,
    })
    expect(answer.status).toBe(202)
    const { id, ...shown } = await answer.json<{ id: string }>()
    expect(shown).toMatchObject({ kind: 'ad_hoc', reference: 'sms-1', priceCents: 1250, currency: 'AUD' })
    await billed.deliver()
    expect(callsTo(billed.hub, 'POST', 'bills')[0]?.body).toEqual({
      group_id: billed.company.groupUid,
      price_cents: 1250,
      description: `50 reminders [${id}]`,
      currency: 'AUD',
      units: 50,
      period_started_at: '2030-05-01T00:00:00.000Z',
      period_ended_at: '2030-05-30T14:00:00.000Z',
      third_party: true,
    })
    expect((await billed.bills())[0]).toMatchObject({ state: 'sent', hubId: [...billed.hub.bills.keys()][0] })
  })

  it('is one for each reference, whatever comes at once', async ({ expect }) => {
    const billed = await aBilledCompany()
    const asked = { reference: 'once', priceCents: 100, description: 'A thing' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => billed.operate(asked)))
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(19).fill(200), 202])
    const other = await billed.operate({ ...asked, priceCents: 101 })
    expect([other.status, (await other.json<{ error: { code: string } }>()).error.code]).toEqual([
      409,
      'reference_used',
    ])
    await billed.deliver()
    expect(billed.hub.bills.size).toBe(1)
  })

  it('is the same for a reference that comes again once the company has another currency', async ({
    expect,
  }) => {
    const billed = await aBilledCompany()
    const asked = { reference: 'once', priceCents: 100, description: 'A thing' }
    expect((await billed.operate(asked)).status).toBe(202)
    await signedOnAs(billed.marketplace, { group_uid: billed.company.groupUid, group_currency: 'EUR' })
    expect((await billed.operate(asked)).status).toBe(200)
    expect((await billed.operate({ ...asked, currency: 'EUR' })).status).toBe(409)
  })

  it.for([
    [{ priceCents: 0 }, 'priceCents'],
    [{ priceCents: 1.5 }, 'priceCents'],
    [{ reference: '' }, 'reference'],
    [{ description: 'x'.repeat(201) }, 'description'],
    [{ currency: 'dollars' }, 'currency'],
    [{ units: 0 }, 'units'],
    [{ units: 1.005 }, 'units'],
    [{ periodStartedAt: '2030-05-01T00:00:00Z' }, 'periodEndedAt'],
    [{ periodStartedAt: '2030-05-02T00:00:00Z', periodEndedAt: '2030-05-01T00:00:00Z' }, 'periodEndedAt'],
    [{ colour: 'red' }, ''],
  ] as const)('is refused with %j', async ([given, path], { expect }) => {
    const billed = await aBilledCompany()
    const answer = await billed.operate({ reference: 'r', priceCents: 100, description: 'A thing', ...given })
    const body = await answer.json<{ error: { code: string; issues: { path: string }[] } }>()
    expect([answer.status, body.error.code, body.error.issues[0]?.path]).toEqual([400, 'validation', path])
    expect(await billed.bills()).toEqual([])
  })

  it('is refused for a company that has ended, and one that isn’t known', async ({ expect }) => {
    const billed = await aBilledCompany()
    const { groupUid, tenant } = billed.company
    await hubCalls(billed.marketplace, 'DELETE', `/maestrano/account/groups/${groupUid}/${tenant}`)
    const asked = { reference: 'r', priceCents: 100, description: 'A thing' }
    const answer = await billed.operate(asked)
    expect([answer.status, (await answer.json<{ error: { code: string } }>()).error.code]).toEqual([
      409,
      'company_cancelled',
    ])
    expect((await billed.operate(asked, 'nobody')).status).toBe(404)
  })
})
