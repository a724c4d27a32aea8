import { describe, it } from 'vitest'
import { aHub } from './support'

const standard = {
  group_id: 'cld-1',
  price_cents: 4900,
  description: 'Standard [bill_1]',
  currency: 'AUD',
  period: 'Month',
  frequency: 1,
  initial_cents: 0,
}
const path = '/api/v1/account/recurring_bills'

describe('a recurring bill at the hub', () => {
  it('is made, found by its group, read with its next charge and cancelled', async ({ expect }) => {
    const now = Date.parse('2030-01-31T09:00:00Z')
    const { json } = await aHub({ now: () => now })
    const made = await json('POST', path, standard)
    expect(made).toMatchObject({
      status: 200,
      body: { success: true, errors: {}, data: { ...standard, status: 'submitted' } },
    })
    const { id } = made.body.data
    expect(id).toEqual(expect.any(String))

    const ours = await json('GET', `${path}?group_id=cld-1`)
    expect(ours.body.data.map((bill) => bill.id)).toEqual([id])
    expect((await json('GET', `${path}?group_id=cld-2`)).body.data).toEqual([])
    const one = await json('GET', `${path}/${id}`)
    expect(one.body.data.next_execution_at).toBe('2030-02-28T09:00:00.000Z')

    expect((await json('DELETE', `${path}/${id}`)).body.data.status).toBe('cancelled')
    expect((await json('GET', `${path}/${id}`)).body.data.next_execution_at).toBeNull()
    expect(await json('DELETE', `${path}/${id}`)).toMatchObject({ status: 400, body: { success: false } })
    expect(await json('DELETE', `${path}/rbill-unknown`)).toMatchObject({ status: 404 })
  })

  it('is first charged at its start date', async ({ expect }) => {
    const { json } = await aHub({ now: () => Date.parse('2030-01-31T09:00:00Z') })
    const made = await json('POST', path, { ...standard, start_date: '2030-03-15T00:00:00.000Z' })
    expect(made.body.data.next_execution_at).toBe('2030-03-15T00:00:00.000Z')
  })

  it.for([
    [{ group_id: 'cld-9' }, 'group_id'],
    [{ price_cents: 0 }, 'price_cents'],
    [{ price_cents: '4900' }, 'price_cents'],
    [{ description: ' ' }, 'description'],
    [{ currency: 'dollars' }, 'currency'],
    [{ period: 'Fortnight' }, 'period'],
    [{ frequency: 0 }, 'frequency'],
    [{ start_date: 'soon' }, 'start_date'],
  ] as const)('with %j is refused by name', async ([fields, name], { expect }) => {
    const { hub, json } = await aHub()
    const { status, body } = await json('POST', path, { ...standard, ...fields })
    expect(status).toBe(400)
    expect(body.success).toBe(false)
    expect(Object.keys(body.errors)).toEqual([name])
    expect(hub.recurringBills.size).toBe(0)
  })
})

describe('a single bill at the hub', () => {
  it('keeps what it was sent with', async ({ expect }) => {
    const { hub, json } = await aHub()
    const fields = {
      group_id: 'cld-1',
      price_cents: 2500,
      description: 'Reminders',
      currency: 'AUD',
      units: 2.5,
    }
    const { body } = await json('POST', '/api/v1/account/bills', { ...fields, third_party: true })
    expect(body.data).toMatchObject({ ...fields, third_party: true })
    expect(hub.bills.size).toBe(1)
  })
})

describe('the account API', () => {
  it('opens with the credentials of the app only, and tells of groups and users', async ({ expect }) => {
    const { hub, call, json } = await aHub()
    for (const given of ['', 'Basic !', `Basic ${btoa('app-demo:other')}`, 'Bearer x']) {
      expect((await call('GET', '/api/v1/account/groups', undefined, { Authorization: given })).status).toBe(
        401,
      )
    }
    const groups = await json('GET', '/api/v1/account/groups')
    expect(groups.body.data.map(({ id, name }) => [id, name])).toEqual([
      ['cld-1', 'Acme Lending'],
      ['cld-2', 'Harbour Club'],
    ])
    expect((await json('GET', '/api/v1/account/users/usr-1')).body.data).toMatchObject({
      name: 'Ann',
      surname: 'Lee',
    })
    expect((await json('GET', '/api/v1/account/users/nobody')).status).toBe(404)
    expect((await json('GET', '/api/v1/nothing')).status).toBe(404)
    expect(hub.calls.at(0)).toMatchObject({ authorized: false, apiId: null, status: 401 })
    expect(hub.calls.at(-1)).toMatchObject({ authorized: true, apiId: 'app-demo', path: '/api/v1/nothing' })
    expect(JSON.stringify(hub.calls)).not.toContain(hub.apiKey)
  })

  it('knows a session until its user signs out', async ({ expect }) => {
    const { hub, json } = await aHub()
    const { mno_session: session } = hub.attributes('usr-1', 'cld-1')
    const check = async (uid: string) =>
      (await json('GET', `/api/v1/auth/saml/${uid}?session=${session}`)).body.valid
    expect([await check('usr-1'), await check('usr-2')]).toEqual([true, false])
    const goodbye = await hub.handle(new Request(`${hub.origin}/app_logout?user_uid=usr-1`))
    expect(await goodbye.text()).toContain('You are signed out')
    expect(await check('usr-1')).toBe(false)
  })
})
