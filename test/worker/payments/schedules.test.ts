import { env } from 'cloudflare:workers'
import { afterAll, describe, it } from 'vitest'
import { count, logged } from '../../support/rows'
import { forgetKeys } from '../identity/support'
import {
  aBiller,
  anAccount,
  anotherBiller,
  aSchedule,
  type Biller,
  denied,
  faulty,
  noAccount,
  notActive,
  notFound,
  notFuture,
  putBusiness,
} from './support'

// Tests at other times leave keys of those times.
afterAll(forgetKeys)

const path = '/accounts/A1/oneOffSchedules'
const stopped = {
  errorCode: 'access_denied',
  message: 'New payment schedules cannot be created as the account is currently set to stop on payments.',
}
const notUnique =
  'ExternalScheduleId is not unique and has been used for a schedule previously. Please retry with a different externalScheduleId.'

describe('a schedule', () => {
  it('is created, read, listed and counted as due', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const body =
      '{"dueDate":"2030-01-31","amount":50.00,"scheduleDescription":"  Maintenance charges FY20 ","externalScheduleId":" T125810\u2003"}'
    const made = await biller.post(path, body)
    expect(made.status).toBe(201)
    const id: string = made.body.scheduleId
    expect(id).toMatch(/^[1-9]\d{7,}$/)
    const written = `{"scheduleId":"${id}","accountId":"A1","dueDate":"2030-01-31","amount":50.00,"scheduleDescription":"Maintenance charges FY20","externalScheduleId":"T125810"}`
    expect(made.text).toBe(written)
    expect(made.headers.get('Location')).toBe(`${path}/${id}`)
    expect((await biller.get(`${path}/${id}`)).text).toBe(`{"oneOffSchedules":[${written}]}`)
    expect((await biller.get(path)).text).toBe(
      `{"oneOffSchedules":[${written}],"responseMetadata":{"nextCursor":"","hasNext":false}}`,
    )
    const account = await biller.get('/accounts/A1')
    expect(account.text).toContain(`"totalAmountDue":50.00,"outstandingOneOffAmount":50.00`)
    expect(account.text).toContain(`"oneOffSchedules":[${written}],"hasMoreSchedules":false}`)
  })

  it('stands in the database in the source’s tables and columns', async ({ expect }) => {
    const { biller } = await aBiller()
    const account = await anAccount(biller, 'A1', { activePayMethod: 'CC' })
    const made = await aSchedule(biller, {
      amount: 3,
      scheduleDescription: 'Rates',
      externalScheduleId: 'X1',
    })
    const row = await env.DB.prepare(
      'SELECT s.*, a.account_id FROM pay_schedules s JOIN accounts a ON a.id = s.account_uid WHERE schedule_no = ?',
    )
      .bind(Number(made.scheduleId))
      .first()
    expect(row).toMatchObject({
      account_id: account.accountId,
      start_date: '2030-01-31',
      installment_cents: 300,
      pay_desc: 'Rates',
      external_identifier: 'X1',
      pay_method: 'CC',
      class: 'ScheduleOneOff',
    })
  })

  it.for([['CC'], ['DD'], [null]] as const)(
    'keeps the pay method %s of its account at that time',
    async ([method], { expect }) => {
      const { biller } = await aBiller()
      for (const model of ['gateway', 'fullService']) {
        const id = `A${model}`
        await anAccount(biller, id, { activePayMethod: method, model })
        const { scheduleId } = await aSchedule(biller, {}, id)
        await biller.patch(`/accounts/${id}`, { activePayMethod: 'DD' })
        const status = await biller.get(`/accounts/${id}/oneOffSchedules/${scheduleId}/status`)
        expect(status.body.payMethod).toBe(method)
      }
    },
  )

  it('may be the same as another, and needs neither description nor external id', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const [one, two] = [
      await aSchedule(biller),
      await aSchedule(biller, { scheduleDescription: ' ', externalScheduleId: null }),
    ]
    expect(two).toMatchObject({ amount: 50, scheduleDescription: '', externalScheduleId: '' })
    expect(Number(two.scheduleId)).toBeGreaterThan(Number(one.scheduleId))
    expect((await biller.get('/accounts/A1')).text).toContain('"totalAmountDue":100.00')
  })

  it('is listed page by page, at most 50, by a cursor that rows coming and going do not break', async ({
    expect,
  }) => {
    const { biller, publisher } = await aBiller()
    await anAccount(biller)
    await anAccount(biller, 'A2')
    const ids: string[] = []
    for (let n = 0; n < 53; n++) ids.push((await aSchedule(biller, { amount: n + 1 })).scheduleId)
    const page = async (query = '') => {
      const { body } = await biller.get(`${path}${query}`)
      const found = body.oneOffSchedules.map((each: { scheduleId: string }) => each.scheduleId)
      return { found, ...body.responseMetadata }
    }
    expect((await page()).found).toEqual(ids.slice(0, 50))
    for (const limit of ['51', '1000', ' ', '50'])
      expect((await page(`?limit=${limit}`)).found).toHaveLength(50)
    const first = await page('?limit=2')
    expect(first).toMatchObject({
      found: ids.slice(0, 2),
      hasNext: true,
      nextCursor: expect.stringMatching(/^[\w-]+$/),
    })
    await biller.delete(`${path}/${ids[2]}`)
    ids.push((await aSchedule(biller)).scheduleId)
    const second = await page(`?limit=3&nextCursor=${first.nextCursor}`)
    expect(second.found).toEqual(ids.slice(3, 6))
    const rest = await page(`?nextCursor=${second.nextCursor}`)
    expect(rest).toEqual({ found: ids.slice(6), nextCursor: '', hasNext: false })
    expect((await biller.get('/accounts/A1')).body).toMatchObject({ hasMoreSchedules: true })
    expect((await biller.get('/accounts/A1')).body.oneOffSchedules).toHaveLength(50)
    expect((await biller.get('/accounts/A2/oneOffSchedules')).body.oneOffSchedules).toEqual([])

    const cursor: string = first.nextCursor
    const flipped = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`
    for (const bad of ['x', '!', flipped, `${cursor}A`, cursor.slice(1), 'eyJ9']) {
      expect(await biller.get(`${path}?nextCursor=${bad}`)).toMatchObject({
        status: 400,
        body: faulty(['nextCursor', 'NextCursor is invalid.']),
      })
    }
    expect((await biller.get(`/accounts/A2/oneOffSchedules?nextCursor=${cursor}`)).status).toBe(400)
    expect((await biller.get(`/accounts/A1/auditRecords?nextCursor=${cursor}`)).status).toBe(400)
    const stranger = await aBiller()
    await anAccount(stranger.biller)
    expect((await stranger.biller.get(`${path}?nextCursor=${cursor}`)).status).toBe(400)
    for (const limit of ['0', '-1', '1.5', 'x', '1e1']) {
      expect((await biller.get(`${path}?limit=${limit}`)).body).toEqual(
        faulty(['limit', 'Limit is invalid.']),
      )
    }
    expect(publisher.id).toBeGreaterThan(0)
  })

  it('is 404 by an id that names none', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    await anAccount(biller, 'A2')
    const { scheduleId } = await aSchedule(biller)
    const others = [`0${scheduleId}`, '99999999', 'x', '-1', `${scheduleId}.0`, '1e7']
    for (const id of others) {
      for (const method of ['GET', 'DELETE']) {
        expect(await biller.call(method, `${path}/${id}`)).toMatchObject({ status: 404, body: notFound })
      }
    }
    const elsewhere = `/accounts/A2/oneOffSchedules/${scheduleId}`
    expect(await biller.get(elsewhere)).toMatchObject({ status: 404, body: notFound })
    expect(await biller.delete(elsewhere)).toMatchObject({ status: 404, body: notFound })
    await env.DB.prepare(`UPDATE pay_schedules SET class = 'ScheduleRecurring' WHERE schedule_no = ?`)
      .bind(Number(scheduleId))
      .run()
    expect(await biller.get(`${path}/${scheduleId}`)).toMatchObject({ status: 404, body: notFound })
    expect(await biller.delete(`${path}/${scheduleId}`)).toMatchObject({ status: 404, body: notFound })
    expect((await biller.get(path)).body.oneOffSchedules).toEqual([])
  })
})

describe('a client of another business', () => {
  it.for([
    ['GET', ''],
    ['PATCH', ''],
    ['GET', '/oneOffSchedules'],
    ['POST', '/oneOffSchedules'],
    ['GET', '/oneOffSchedules/{id}'],
    ['DELETE', '/oneOffSchedules/{id}'],
    ['GET', '/oneOffSchedules/{id}/status'],
    ['POST', '/oneOffSchedules/{id}/status'],
    ['GET', '/auditRecords'],
    ['GET', '/callNotes'],
  ] as const)(
    'gets 403 for %s /accounts/{id}%s, and 404 where there is no such account',
    async ([method, rest], { expect }) => {
      const { biller, publisher } = await aBiller()
      await anAccount(biller)
      const { scheduleId } = await aSchedule(biller)
      const other = await anotherBiller(publisher, { businesses: ['SYD01'] })
      const below = rest.replace('{id}', scheduleId)
      const body = method === 'GET' || method === 'DELETE' ? undefined : '{"amount":1}'
      expect(await other.call(method, `/accounts/A1${below}`, body)).toMatchObject({
        status: 403,
        body: noAccount,
      })
      expect(await other.call(method, `/accounts/A9${below}`, body)).toMatchObject({
        status: 404,
        body: notFound,
      })
      const stranger = await aBiller()
      expect(await stranger.biller.call(method, `/accounts/A1${below}`, body)).toMatchObject({
        status: 404,
        body: notFound,
      })
    },
  )
})

describe('the state of an account', () => {
  const post = (biller: Biller) => biller.post(path, { dueDate: '2030-01-31', amount: 50 })

  it('decides whether it takes schedules', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    await anAccount(biller, 'A1', { status: 'inactive', paymentStopped: true })
    expect(await post(biller)).toMatchObject({ status: 403, body: notActive })
    await biller.patch('/accounts/A1', { status: 'closed' })
    expect(await post(biller)).toMatchObject({ status: 403, body: notActive })
    await putBusiness(publisher, 'MELB01', { canCollectForClosedAccount: true })
    expect(await post(biller)).toMatchObject({ status: 403, body: stopped })
    await biller.patch('/accounts/A1', { paymentStopped: false })
    expect((await post(biller)).status).toBe(201)
    await biller.patch('/accounts/A1', { status: 'inactive' })
    expect(await post(biller)).toMatchObject({ status: 403, body: notActive })
    await biller.patch('/accounts/A1', { status: 'active', paymentStopped: true })
    expect(await biller.post(path, '{')).toMatchObject({ status: 403, body: stopped })
  })

  it('hinders deleting while it is not active, whatever may be collected; a payment stop does not', async ({
    expect,
  }) => {
    const { biller, publisher } = await aBiller()
    await putBusiness(publisher, 'MELB01', { canCollectForClosedAccount: true })
    await anAccount(biller)
    const { scheduleId } = await aSchedule(biller)
    for (const status of ['inactive', 'closed']) {
      await biller.patch('/accounts/A1', { status })
      expect(await biller.delete(`${path}/${scheduleId}`)).toMatchObject({ status: 403, body: notActive })
    }
    await biller.patch('/accounts/A1', { status: 'active', paymentStopped: true })
    expect(await biller.delete(`${path}/${scheduleId}`)).toMatchObject({
      status: 200,
      body: { message: 'One-off schedule successfully deleted' },
    })
  })
})

describe('an external id', () => {
  it('is given once, over live and deleted schedules of the business', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    await putBusiness(publisher, 'SYD01')
    await anAccount(biller)
    await anAccount(biller, 'A2')
    await anAccount(biller, 'S1', { businessAccountId: 'SYD01' })
    const { scheduleId } = await aSchedule(biller, { externalScheduleId: 'T1' })
    const again = (account = 'A1', externalScheduleId = 'T1') =>
      biller.post(`/accounts/${account}/oneOffSchedules`, {
        dueDate: '2030-01-31',
        amount: 50,
        externalScheduleId,
      })
    const refused = { status: 400, body: faulty(['externalScheduleId', notUnique]) }
    expect(await again()).toMatchObject(refused)
    expect(await again('A2', ' T1 ')).toMatchObject(refused)
    expect((await again('A1', 't1')).status).toBe(201)
    expect((await again('S1')).status).toBe(201)
    await biller.delete(`${path}/${scheduleId}`)
    expect(await again()).toMatchObject(refused)
    const faultyToo = await biller.post(path, { amount: 50, externalScheduleId: 'T1' })
    expect(faultyToo.body).toEqual(faulty(['dueDate', 'DueDate is required.']))
  })

  it('is taken by exactly one of twenty at once, with one record, note, event and total', async ({
    expect,
  }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    const rows = await logged(async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          biller.post(path, { dueDate: '2030-01-31', amount: 50, externalScheduleId: 'T1' }),
        ),
      )
      expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
      for (const answer of answers.filter((each) => each.status !== 201)) {
        expect(answer).toMatchObject({ status: 400, body: faulty(['externalScheduleId', notUnique]) })
      }
    })
    expect(rows.map((row) => row.op)).toEqual(['event.created', 'schedule.created'])
    const account = await biller.get('/accounts/A1')
    expect(account.text).toContain('"totalAmountDue":50.00')
    expect((await biller.get('/accounts/A1/auditRecords')).body.auditRecords).toHaveLength(1)
    expect((await biller.get('/accounts/A1/callNotes')).body.callNotes).toHaveLength(1)
    const events = await publisher.api.get('/event', { ecal_id: ann.ecalId, type: 'private' })
    expect(
      events.data.filter((event: { referenceType: string }) => event.referenceType === 'schedule'),
    ).toHaveLength(1)
  })
})

describe('an external id on several accounts', () => {
  it('is taken by exactly one of twenty at once, whichever account they are on', async ({ expect }) => {
    const { biller } = await aBiller()
    const accounts = ['A1', 'A2', 'A3', 'A4']
    for (const account of accounts) await anAccount(biller, account)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        biller.post(`/accounts/${accounts[n % 4]}/oneOffSchedules`, {
          dueDate: '2030-01-31',
          amount: 50,
          externalScheduleId: 'T1',
        }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(19).fill(400)])
    const { body } = await biller.get('/accounts')
    const due = body.accounts.map((account: { totalAmountDue: number }) => account.totalAmountDue)
    expect(due.sort()).toEqual([0, 0, 0, 50])
  })
})

describe('deleting', () => {
  it('moves the schedule to the deleted ones, once, also among twenty at once', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const { scheduleId } = await aSchedule(biller, { externalScheduleId: 'T1' })
    await aSchedule(biller, { amount: 7 })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => biller.delete(`${path}/${scheduleId}`)),
    )
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 404)).toHaveLength(19)
    const number = Number(scheduleId)
    expect(await count('pay_schedules WHERE schedule_no = ?', number)).toBe(0)
    const kept = await env.DB.prepare('SELECT * FROM pay_schedules_deleted WHERE schedule_no = ?')
      .bind(number)
      .first()
    expect(kept).toMatchObject({
      installment_cents: 5000,
      external_identifier: 'T1',
      deleted_by: biller.client.clientId,
    })
    const records = (await biller.get(`/accounts/A1/auditRecords?scheduleId=${scheduleId}`)).body.auditRecords
    expect(records.map((record: { action: string }) => record.action)).toEqual([
      'Schedule Deleted',
      'Schedule Added',
    ])
    expect((await biller.get(`/accounts/A1/callNotes?scheduleId=${scheduleId}`)).body.callNotes).toHaveLength(
      2,
    )
    const account = await biller.get('/accounts/A1')
    expect(account.text).toContain('"totalAmountDue":7.00')
    expect(account.text).not.toContain(scheduleId)
    expect((await biller.get(path)).text).not.toContain(scheduleId)
    expect((await biller.get(`${path}/${scheduleId}`)).status).toBe(404)
  })

  it('depends on the due date, the cut-off and what the business allows', async ({ expect }) => {
    const { biller, publisher } = await aBiller({ cutOffTime: '17:00' })
    await anAccount(biller)
    const passed = denied('as the cut-off time has passed for today.')
    const early = biller.at('2030-07-01T00:00:00Z')
    const remove = (scheduleId: string, at: string) => biller.at(at).delete(`${path}/${scheduleId}`)
    const [one, two, three] = [
      await aSchedule(early, { dueDate: '2030-07-05' }),
      await aSchedule(early, { dueDate: '2030-07-05' }),
      await aSchedule(early, { dueDate: '2030-07-05' }),
    ]
    // Melbourne is 10 hours ahead: its 5 July begins at 14:00 of the 4th, its cut-off is at 07:00 UTC.
    expect((await remove(one.scheduleId, '2030-07-04T13:59:59.999Z')).status).toBe(200)
    expect(await remove(two.scheduleId, '2030-07-04T14:00:00Z')).toMatchObject({
      status: 403,
      body: notFuture,
    })
    expect(await remove(two.scheduleId, '2030-07-05T07:00:00Z')).toMatchObject({ status: 403, body: passed })
    expect(await remove(two.scheduleId, '2030-07-05T14:00:00Z')).toMatchObject({
      status: 403,
      body: notFuture,
    })
    await putBusiness(publisher, 'MELB01', { cutOffTime: '17:00', sameDayDelete: 'before_cutoff' })
    expect(await remove(three.scheduleId, '2030-07-05T07:00:00Z')).toMatchObject({
      status: 403,
      body: passed,
    })
    expect((await remove(three.scheduleId, '2030-07-05T06:59:59.999Z')).status).toBe(200)
  })
})
