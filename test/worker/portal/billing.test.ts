import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { atTime } from '../../support/time'
import {
  aCustomer,
  anOperatorsPublisher,
  auditOf,
  type Browser,
  hubsAreAway,
  large,
  rowsOf,
  signIn,
  signOn,
} from './support'

hubsAreAway()

const BILLING = '/portal/billing'

const bills = async (publisherId: number) =>
  (
    await env.DB.prepare(
      'SELECT id, kind, state, plan_id, price_cents, units FROM bills WHERE publisher_id = ? ORDER BY rowid',
    )
      .bind(publisherId)
      .all<{
        id: string
        kind: string
        state: string
        plan_id: string | null
        price_cents: number
        units: number | null
      }>()
  ).results

async function anAdmin(settings: Parameters<typeof aCustomer>[0] = {}) {
  const { company, marketplace } = await aCustomer(settings)
  const admin = await signOn(company)
  return { company, marketplace, admin, id: company.publisherId }
}

const actionsOf = async (id: number) =>
  (await auditOf(id))
    .filter(({ action }) => action !== 'signed_in')
    .map(({ action, target }) => [action, target])

describe('the billing page', () => {
  it('has the plans with their prices, the chosen one marked, and the end of the trial', async ({
    expect,
  }) => {
    const now = Date.parse('2030-03-01T00:00:00Z')
    await atTime(now, async () => {
      const { admin } = await anAdmin({ trialDays: 14, plans: [{ ...large, perUser: true, frequency: 3 }] })
      const page = await admin.get(BILLING)
      expect(page.words).toContain('AUD 99.00 every 3 months for each user')
      expect(page.words).toContain('No plan is chosen yet.')
      expect(page.words).toContain('Your trial ends on 15 Mar 2030, 11:00 (Australia/Melbourne)')
      await admin.send(BILLING, `${BILLING}/plan`, { plan: 'large' })
      const chosen = await admin.get(BILLING)
      expect(chosen.html).toMatch(/<input type="radio" name="plan" value="large" required="" checked=""/)
      expect(chosen.words).toContain('The plan is chosen.')
      expect(chosen.words).toContain('Starts 15 Mar 2030, 11:00')
    })
  })

  it('says “Billing is arranged with us” to a company outside of a marketplace, which has nothing to post', async ({
    expect,
  }) => {
    const { admin: operators } = await anOperatorsPublisher()
    const { company } = await aCustomer()
    await env.DB.prepare("UPDATE companies SET status = 'standalone' WHERE publisher_id = ?")
      .bind(company.publisherId)
      .run()
    const standalone = await signIn(company.publisherId)
    for (const admin of [operators, standalone]) {
      const page = await admin.get(BILLING)
      expect(page.words).toContain('Billing is arranged with us')
      expect(page.forms.map(({ action }) => action)).toEqual(['/portal/logout'])
      expect((await admin.get('/portal')).words).toContain('Billing is arranged with us')
      const csrf = await admin.csrf()
      const fields = {
        csrf,
        plan: 'large',
        extra: 'sms',
        quantity: '1',
        confirm: 'yes',
        formId: 'ab'.repeat(16),
      }
      for (const path of ['plan', 'extras', 'cancel', 'bills/bill_1/retry']) {
        expect((await admin.post(`${BILLING}/${path}`, fields)).status).toBe(404)
      }
    }
    expect(await rowsOf('bills', company.publisherId)).toBe(0)
  })

  it('lists bills newest first, with what went wrong', async ({ expect }) => {
    const { admin, id } = await anAdmin()
    await admin.send(BILLING, `${BILLING}/plan`, { plan: 'standard' })
    await env.DB.prepare(
      "UPDATE bills SET state = 'failed', last_error = 'No card <on> file' WHERE publisher_id = ?",
    )
      .bind(id)
      .run()
    await admin.send(BILLING, `${BILLING}/extras`, { extra: 'sms', quantity: '3' })
    const { words } = await admin.get(BILLING)
    expect(words.indexOf('3 × 1,000 messages')).toBeLessThan(words.indexOf('No card <on> file'))
    expect(words).toContain('AUD 60.00')
    expect(words).toContain('AUD 49.00 a month')
  })
})

describe('choosing a plan', () => {
  it('makes the bill, says so, and is recorded; the same one again changes nothing', async ({ expect }) => {
    const { admin, id } = await anAdmin()
    for (let times = 0; times < 2; times++) {
      const done = await admin.send(BILLING, `${BILLING}/plan`, { plan: 'standard' })
      expect([done.status, done.location]).toEqual([303, BILLING])
    }
    expect(await bills(id)).toMatchObject([{ kind: 'recurring', plan_id: 'standard', price_cents: 4900 }])
    expect(await actionsOf(id)).toEqual([['plan.chosen', 'standard']])
  })

  it('of a plan that the marketplace doesn’t sell is 422 with a message at the plans', async ({ expect }) => {
    const { admin, id } = await anAdmin()
    for (const plan of ['', 'nothing', '<script>']) {
      const page = await admin.send(BILLING, `${BILLING}/plan`, { plan })
      expect(page.status).toBe(422)
      expect(page.words).toContain('Choose one of the plans.')
      expect(page.html).toContain('<fieldset aria-describedby="plan-error">')
      expect(page.html).toContain('<p class="error" id="plan-error">')
    }
    expect(await bills(id)).toEqual([])
    expect(await actionsOf(id)).toEqual([])
  })

  it('at the same moment by many makes one bill, for one of the plans', async ({ expect }) => {
    const { admin, id } = await anAdmin()
    const csrf = await admin.csrf()
    const posts = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        admin.post(`${BILLING}/plan`, { csrf, plan: at % 2 === 0 ? 'standard' : 'large' }),
      ),
    )
    expect(new Set(posts.map(({ status }) => status))).toEqual(new Set([303]))
    expect(
      await rowsOf('bills', id, "kind = 'recurring' AND state IN ('scheduled', 'queued', 'active')"),
    ).toBe(1)
  })
})

describe('cancelling the plan', () => {
  it('asks first, then drops the plan and its bill', async ({ expect }) => {
    const { admin, id } = await anAdmin({ trialDays: 14 })
    await admin.send(BILLING, `${BILLING}/plan`, { plan: 'standard' })
    const action = `${BILLING}/cancel`
    const question = await admin.send(BILLING, action)
    expect([question.status, question.words.includes('Cancel the plan?')]).toEqual([200, true])
    expect(await bills(id)).toMatchObject([{ state: 'scheduled' }])
    const done = await admin.post(action, question.form(action).fields)
    expect([done.status, done.location]).toEqual([303, BILLING])
    expect(await bills(id)).toMatchObject([{ state: 'cancelled' }])
    const page = await admin.get(BILLING)
    expect([page.words.includes('The plan is cancelled.'), page.has(action)]).toEqual([true, false])
    await admin.post(action, question.form(action).fields)
    expect(await actionsOf(id)).toEqual([
      ['plan.chosen', 'standard'],
      ['plan.cancelled', 'standard'],
    ])
  })
})

describe('buying an extra', () => {
  it('makes one bill for each form, however often it is posted', async ({ expect }) => {
    const { admin, id } = await anAdmin()
    const action = `${BILLING}/extras`
    const { fields } = (await admin.get(BILLING)).form(action)
    const buy = (quantity: string) => admin.post(action, { ...fields, extra: 'sms', quantity })
    const posts = await Promise.all(Array.from({ length: 20 }, () => buy('2')))
    // The first one counts, whatever comes with the same form later.
    posts.push(await buy('2'), await buy('7'))
    expect(new Set(posts.map(({ status, location }) => `${status} ${location}`))).toEqual(
      new Set([`303 ${BILLING}`]),
    )
    expect(await bills(id)).toMatchObject([{ kind: 'ad_hoc', price_cents: 4000, units: 2 }])
    expect(await actionsOf(id)).toEqual([['extra.bought', 'sms']])
    await admin.send(BILLING, action, { extra: 'sms', quantity: '1' })
    expect(await bills(id)).toHaveLength(2)
  })

  it.for([
    ['0', 'quantity'],
    ['101', 'quantity'],
    ['1.5', 'quantity'],
    ['', 'quantity'],
    ['1e2', 'quantity'],
    ['"><b>', 'quantity'],
  ] as const)(
    'of %j is 422, with what was entered and a message at the %s',
    async ([quantity, field], { expect }) => {
      const { admin, id } = await anAdmin()
      const action = `${BILLING}/extras`
      const before = (await admin.get(BILLING)).form(action)
      const page = await admin.post(action, { ...before.fields, extra: 'sms', quantity })
      expect(page.status).toBe(422)
      expect(page.html).toContain(
        `<p class="error" id="${field}-error">Must be a whole number from 1 to 100.</p>`,
      )
      expect(page.html).toMatch(/name="quantity"[^>]*aria-invalid="true" aria-describedby="quantity-error"/)
      expect(page.html).toContain(
        `value="${quantity.replace('"', '&quot;').replace('>', '&gt;').replace('<b>', '&lt;b&gt;')}"`,
      )
      expect(page.form(action).fields).toEqual(before.fields)
      expect(await bills(id)).toEqual([])
      // Put right, the same form does it.
      expect(
        (await admin.post(action, { ...page.form(action).fields, extra: 'sms', quantity: '1' })).status,
      ).toBe(303)
      expect(await bills(id)).toHaveLength(1)
    },
  )

  it('that there isn’t is 422 at the extra', async ({ expect }) => {
    const { admin } = await anAdmin()
    const page = await admin.send(BILLING, `${BILLING}/extras`, { extra: 'none', quantity: '1' })
    expect(page.status).toBe(422)
    expect(page.html).toContain('<p class="error" id="extra-error">Choose one of the extras.</p>')
  })
})

describe('a bill that failed', () => {
  const fail = (id: number) =>
    env.DB.prepare(
      "UPDATE bills SET state = 'failed', last_error = 'No card', next_attempt_at = NULL, lease = NULL, lease_until = NULL WHERE publisher_id = ?",
    )
      .bind(id)
      .run()

  async function aFailedBill(): Promise<{ admin: Browser; id: number; path: string }> {
    const { admin, id } = await anAdmin()
    await admin.send(BILLING, `${BILLING}/plan`, { plan: 'standard' })
    await fail(id)
    const [bill] = await bills(id)
    return { admin, id, path: `${BILLING}/bills/${bill?.id}/retry` }
  }

  it('has a button by which it is tried again', async ({ expect }) => {
    const { admin, id, path } = await aFailedBill()
    const done = await admin.send(BILLING, path)
    expect([done.status, done.location]).toEqual([303, BILLING])
    expect(await bills(id)).toMatchObject([{ state: 'queued' }])
    expect((await actionsOf(id)).at(-1)?.[0]).toBe('bill.retried')
    // One that isn't failed any more is left alone, and nothing is recorded.
    expect((await admin.post(path, { csrf: await admin.csrf() })).status).toBe(303)
    expect(await rowsOf('portal_audit', id, "action = 'bill.retried'")).toBe(1)
  })

  it('is dropped with its plan: trying it again brings no second bill beside the open one', async ({
    expect,
  }) => {
    const { admin, id, path } = await aFailedBill()
    await admin.send(BILLING, `${BILLING}/plan`, { plan: 'large' })
    const before = await bills(id)
    expect(before.filter((bill) => bill.state === 'queued' || bill.state === 'active')).toHaveLength(1)
    await admin.post(path, { csrf: await admin.csrf() })
    expect((await bills(id)).map((bill) => bill.id)).toEqual(before.map((bill) => bill.id))
    expect((await bills(id))[0]?.state).toMatch(/^cancell(ed|ing)$/)
  })
})

describe('a change of the number of users', () => {
  it('by a block changes the bill of a plan that is priced by users', async ({ expect }) => {
    const { company } = await aCustomer({
      trialDays: 14,
      plans: [{ ...large, perUser: true }],
    })
    const admin = await signOn(company)
    const guest = await signIn(company.publisherId)
    await admin.send(BILLING, `${BILLING}/plan`, { plan: 'large' })
    expect(await bills(company.publisherId)).toMatchObject([{ price_cents: 19_800 }])
    await admin.send('/portal/users', `/portal/users/${guest.userId}/block`)
    await expect.poll(() => bills(company.publisherId)).toMatchObject([{ price_cents: 9900 }])
    await admin.send('/portal/users', `/portal/users/${guest.userId}/unblock`)
    await expect.poll(() => bills(company.publisherId)).toMatchObject([{ price_cents: 19_800 }])
    expect((await auditOf(company.publisherId)).map(({ action }) => action)).toEqual([
      'signed_in',
      'signed_in',
      'plan.chosen',
      'user.blocked',
      'user.unblocked',
    ])
  })
})
