import { describe, it } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { logged } from '../../support/rows'
import {
  aBiller,
  anAccount,
  anotherBiller,
  faulty,
  noAccount,
  noBusiness,
  notFound,
  putBusiness,
} from './support'

describe('an account', () => {
  it('is made by PUT with defaults, and read', async ({ expect }) => {
    const { biller } = await aBiller()
    const noon = biller.at('2030-01-31T14:00:00Z') // 1 February in Melbourne
    const made = await noon.put('/accounts/A1', { businessAccountId: 'MELB01' })
    expect(made.status).toBe(201)
    expect(made.headers.get('Location')).toBe('/accounts/A1')
    expect(made.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(made.headers.get('Cache-Control')).toBe('no-store')
    expect(made.text).toBe(
      '{"accountId":"A1","businessAccountId":"MELB01","status":"active","startDate":"2030-02-01","finishDate":null,' +
        '"termEndDate":null,"paymentStopped":false,"activePayMethod":null,"model":"fullService","subscriberId":null,' +
        '"email":null,"calendarLinked":false,"totalAmountDue":0.00,"outstandingOneOffAmount":0.00,' +
        '"createdDateTime":"2030-01-31T14:00:00.000Z","lastUpdatedDateTime":"2030-01-31T14:00:00.000Z",' +
        '"oneOffSchedules":[],"hasMoreSchedules":false}',
    )
    expect((await noon.get('/accounts/A1')).text).toBe(made.text)
    const alias = await noon.put('/CustomerServices/v1.0/accounts/A2', { businessAccountId: 'MELB01' })
    expect(alias.headers.get('Location')).toBe('/CustomerServices/v1.0/accounts/A2')
    expect((await noon.get('/CustomerServices/v1.0/accounts/A1')).text).toBe(made.text)
  })

  it('is replaced by PUT and changed by PATCH, logged only where something changed', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller, 'A1', { paymentStopped: true, activePayMethod: 'DD', model: 'gateway' })
    const ops = async (act: () => Promise<unknown>) => (await logged(act)).map((row) => [row.op, row.message])
    const put = { businessAccountId: 'MELB01', startDate: '2020-01-01' }
    expect(await ops(() => biller.put('/accounts/A1', put))).toEqual([['account.updated', null]])
    expect(await ops(() => biller.put('/accounts/A1', put))).toEqual([])
    const replaced = await biller.get('/accounts/A1')
    expect(replaced.body).toMatchObject({
      paymentStopped: false,
      activePayMethod: null,
      model: 'fullService',
    })

    const patched = await biller.patch('/accounts/A1', { activePayMethod: 'CC', termEndDate: '2031-01-01' })
    expect(patched.status).toBe(200)
    expect(patched.body).toMatchObject({
      activePayMethod: 'CC',
      termEndDate: '2031-01-01',
      startDate: '2020-01-01',
    })
    expect(await ops(() => biller.patch('/accounts/A1', { activePayMethod: 'CC' }))).toEqual([])
    expect((await biller.patch('/accounts/A1', { activePayMethod: null })).body.activePayMethod).toBeNull()
    expect(await biller.patch('/accounts/A9', { activePayMethod: 'CC' })).toMatchObject({
      status: 404,
      body: notFound,
    })
  })

  it('has a finish date exactly while it is closed', async ({ expect }) => {
    const { biller } = await aBiller()
    const day = biller.at('2030-05-01T00:00:00Z')
    await anAccount(day)
    const state = async (body: object) => {
      const { status, finishDate } = (await day.patch('/accounts/A1', body)).body
      return [status, finishDate]
    }
    expect(await state({ status: 'closed' })).toEqual(['closed', '2030-05-01'])
    expect(await state({ finishDate: '2029-12-31' })).toEqual(['closed', '2029-12-31'])
    expect(await state({ model: 'gateway' })).toEqual(['closed', '2029-12-31'])
    expect(await state({ status: 'inactive' })).toEqual(['inactive', null])
    expect(await state({ finishDate: '2029-12-31' })).toEqual(['closed', '2029-12-31'])
    expect(await state({ status: 'active' })).toEqual(['active', null])
    const both = await day.patch('/accounts/A1', { status: 'active', finishDate: '2030-01-01' })
    expect(both).toMatchObject({ status: 400, body: faulty(['finishDate', 'FinishDate is invalid.']) })
    const closed = await day.put('/accounts/A2', {
      businessAccountId: 'MELB01',
      startDate: '2030-01-01',
      finishDate: '2030-02-01',
    })
    expect(closed.body).toMatchObject({ status: 'closed', finishDate: '2030-02-01' })
  })

  it('tells of all faulty fields at once, in table order', async ({ expect }) => {
    const { biller } = await aBiller()
    const wrong = await biller.put('/accounts/not-one', {
      email: 'nobody',
      subscriberId: 5,
      model: 'x',
      activePayMethod: 'cc',
      paymentStopped: 'yes',
      termEndDate: '2030-02-30',
      startDate: '1/1/2030',
      status: 'open',
      businessAccountId: 'NONE',
    })
    expect(wrong.status).toBe(400)
    expect(wrong.body).toEqual(
      faulty(
        ['accountId', 'AccountId is invalid.'],
        ['businessAccountId', 'BusinessAccountId could not be found.'],
        ['status', 'Status is invalid.'],
        ['startDate', 'StartDate is invalid.'],
        ['termEndDate', 'TermEndDate is invalid.'],
        ['paymentStopped', 'PaymentStopped is invalid.'],
        ['activePayMethod', 'ActivePayMethod is invalid.'],
        ['model', 'Model is invalid.'],
        ['subscriberId', 'SubscriberId is invalid.'],
        ['email', 'Email is invalid.'],
      ),
    )
    expect((await biller.put('/accounts/A1', {})).body).toEqual(
      faulty(['businessAccountId', 'BusinessAccountId is required.']),
    )
    expect((await biller.put('/accounts/A1', '[]')).body).toEqual(
      faulty(['body', 'Request body is invalid.']),
    )
    const order = { businessAccountId: 'MELB01', startDate: '2030-01-02', termEndDate: '2030-01-01' }
    expect((await biller.put('/accounts/A1', order)).body).toEqual(
      faulty(['termEndDate', 'TermEndDate is invalid.']),
    )
    // What is no date bounds nothing: the dates after it are not at fault.
    const dates = { businessAccountId: 'MELB01', startDate: 'soon', termEndDate: '2020-01-01' }
    for (const finishDate of [undefined, null, '2019-01-01']) {
      expect((await biller.put('/accounts/A1', { ...dates, finishDate })).body).toEqual(
        faulty(['startDate', 'StartDate is invalid.']),
      )
    }
    await anAccount(biller)
    expect((await biller.patch('/accounts/A1', { businessAccountId: 'OTHER' })).body).toEqual(
      faulty(['businessAccountId', 'BusinessAccountId must not be changed.']),
    )
  })

  it('is linked by subscriber id, or by an e-mail that somebody has verified', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const [ann, ben] = [await publisher.subscriber(), await publisher.subscriber()]
    const foreign = await (await aPublisher()).subscriber()
    const typed = await biller.put('/accounts/A1', { businessAccountId: 'MELB01', email: ann.email })
    expect(typed.body).toMatchObject({ subscriberId: null, email: ann.email, calendarLinked: false })

    await publisher.api.post(`/subscriber/${ann.ecalId}/confirm-email`)
    expect((await biller.get('/accounts/A1')).body.subscriberId).toBeNull()
    const found = await biller.patch('/accounts/A1', { email: ann.email.toUpperCase() })
    expect(found.body).toMatchObject({ subscriberId: ann.ecalId, calendarLinked: true })
    expect((await biller.patch('/accounts/A1', { email: ben.email })).body.subscriberId).toBeNull()
    const both = await biller.patch('/accounts/A1', { subscriberId: ben.ecalId, email: ann.email })
    expect(both.body).toMatchObject({ subscriberId: ben.ecalId, email: ann.email, calendarLinked: true })
    for (const subscriberId of [foreign.ecalId, 'nobody', 'f'.repeat(24)]) {
      expect((await biller.patch('/accounts/A1', { subscriberId })).body).toEqual(
        faulty(['subscriberId', 'SubscriberId could not be found.']),
      )
    }
    await publisher.api.post(`/subscriber/${ben.ecalId}/unsubscribe`)
    expect((await biller.get('/accounts/A1')).body).toMatchObject({
      subscriberId: ben.ecalId,
      calendarLinked: false,
    })
    expect((await biller.get('/accounts/A1')).text).not.toContain('ecal-sub')
  })

  it('is listed by id in code-point order, page by page', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    await putBusiness(publisher, 'SYD01')
    for (const id of ['b', 'B', 'a1', 'A10', 'A2']) await anAccount(biller, id)
    await anAccount(biller, 'Z', { businessAccountId: 'SYD01', status: 'inactive' })
    const ids = (answer: { body: { accounts: { accountId: string }[] } }) =>
      answer.body.accounts.map((account) => account.accountId)
    const all = await biller.get('/accounts')
    expect(ids(all)).toEqual(['A10', 'A2', 'B', 'Z', 'a1', 'b'])
    expect(all.body.responseMetadata).toEqual({ nextCursor: '', hasNext: false })
    expect(all.body.accounts[0]).not.toHaveProperty('oneOffSchedules')
    const first = await biller.get('/accounts?limit=4')
    expect(ids(first)).toEqual(['A10', 'A2', 'B', 'Z'])
    const next = await biller.get(`/accounts?nextCursor=${first.body.responseMetadata.nextCursor}`)
    expect(ids(next)).toEqual(['a1', 'b'])
    expect(ids(await biller.get('/accounts?businessAccountId=SYD01'))).toEqual(['Z'])
    expect(ids(await biller.get('/accounts?status=inactive'))).toEqual(['Z'])
    expect((await biller.get('/accounts?status=open&limit=0')).body).toEqual(
      faulty(['status', 'Status is invalid.'], ['limit', 'Limit is invalid.']),
    )
    const melbourne = await anotherBiller(publisher, { businesses: ['MELB01'] })
    expect(ids(await melbourne.get('/accounts'))).toEqual(['A10', 'A2', 'B', 'a1', 'b'])
    expect(await melbourne.get('/accounts?businessAccountId=SYD01')).toMatchObject({
      status: 403,
      body: noBusiness,
    })
  })

  it('is another business’s 403, and another publisher’s 404', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    await anAccount(biller)
    const other = await anotherBiller(publisher, { businesses: ['SYD01'] })
    const put = { businessAccountId: 'MELB01' }
    expect(await other.get('/accounts/A1')).toMatchObject({ status: 403, body: noAccount })
    expect(await other.patch('/accounts/A1', {})).toMatchObject({ status: 403, body: noAccount })
    expect(await other.put('/accounts/A1', put)).toMatchObject({ status: 403, body: noAccount })
    expect(await other.put('/accounts/A2', put)).toMatchObject({ status: 403, body: noBusiness })
    expect(await other.get('/accounts/A2')).toMatchObject({ status: 404, body: notFound })
    const none = await anotherBiller(publisher, { businesses: [] })
    expect(await none.get('/accounts/A1')).toMatchObject({ status: 403, body: noBusiness })

    const stranger = await aBiller()
    expect(await stranger.biller.get('/accounts/A1')).toMatchObject({ status: 404, body: notFound })
    expect((await stranger.biller.put('/accounts/A1', put)).status).toBe(201)
  })

  it('is made once by twenty at once', async ({ expect }) => {
    const { biller } = await aBiller()
    await biller.get('/accounts')
    const rows = await logged(async () => {
      const put = { businessAccountId: 'MELB01', startDate: '2030-01-01' }
      const answers = await Promise.all(Array.from({ length: 20 }, () => biller.put('/accounts/A1', put)))
      expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(19)
    })
    expect(rows.map((row) => row.op)).toEqual(['account.created'])
  })
})
