import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { summaries } from '../../support/publisher'
import { aBiller, anAccount, aSchedule, copySchedule } from '../payments/support'
import { auditOf, type Browser, rowsOf, signIn } from './support'

const PATH = '/portal/payments'

/** A biller with an account, and an Admin of it. */
async function aPayee(business: Record<string, unknown> = {}, account: Record<string, unknown> = {}) {
  const { publisher, biller } = await aBiller(business)
  await anAccount(biller, 'A1', account)
  return { publisher, biller, admin: await signIn(publisher.id) }
}

const path = `${PATH}/A1`
const good = { dueDate: '2031-01-31', amount: '50.00', scheduleDescription: 'Rates', externalScheduleId: '' }

const add = (browser: Browser, fields: Record<string, string> = {}) =>
  browser.send(path, `${path}/schedules`, { ...good, ...fields })

const actionsOf = async (publisherId: number) =>
  (await auditOf(publisherId)).filter(({ action }) => action.startsWith('schedule.'))

describe('payments in the portal', () => {
  it('list the accounts with their state and when each is next due', async ({ expect }) => {
    const { biller, admin } = await aPayee()
    await anAccount(biller, 'B2', { status: 'inactive' })
    await anAccount(biller, 'C3', { paymentStopped: true })
    await aSchedule(biller, { dueDate: '2030-03-01', amount: 20 })
    const promised = await aSchedule(biller, { dueDate: '2030-02-01', amount: 30 })
    const paid = await aSchedule(biller, { dueDate: '2030-01-31', amount: 40 })
    await biller.post(`/accounts/A1/oneOffSchedules/${promised.scheduleId}/status`, {
      status: 'promised',
      date: '2030-02-15',
    })
    await biller.post(`/accounts/A1/oneOffSchedules/${paid.scheduleId}/status`, { status: 'paid' })
    const { words } = await admin.get(PATH)
    expect(words).toContain('A1 Melbourne Rates Active AUD 50.00 15 Feb 2030')
    expect(words).toContain('B2 Melbourne Rates Inactive AUD 0.00')
    expect(words).toContain('C3 Melbourne Rates Active Payments stopped AUD 0.00')
    const found = await admin.get(`${PATH}?q=B`)
    expect([found.words.includes('B2'), found.words.includes('A1')]).toEqual([true, false])
    expect((await admin.get(`${PATH}?q=nobody`)).words).toContain('No account’s id begins with “nobody”.')
  })

  it('are explained where there is none', async ({ expect }) => {
    const { publisher } = await aBiller()
    expect((await (await signIn(publisher.id)).get(PATH)).words).toContain('There are no accounts yet')
  })

  it('show an account with its schedules in the words of their state', async ({ expect }) => {
    const { biller, admin } = await aPayee()
    const schedules = [
      await aSchedule(biller, {
        dueDate: '2031-03-01',
        amount: 20,
        scheduleDescription: 'Water',
        externalScheduleId: 'T-1',
      }),
      await aSchedule(biller, { dueDate: '2031-03-02', amount: 30 }),
      await aSchedule(biller, { dueDate: '2031-03-03', amount: 40 }),
    ]
    const status = (at: number, body: object) =>
      biller.post(`/accounts/A1/oneOffSchedules/${schedules[at]?.scheduleId}/status`, body)
    await status(1, { status: 'promised', date: '2031-04-05', note: 'After payday' })
    await status(2, { status: 'paid', date: '2026-01-02' })
    const { words } = await admin.get(path)
    expect(words).toContain(`1 Mar 2031 AUD 20.00 Water No. ${schedules[0]?.scheduleId}, yours T-1 Upcoming`)
    expect(words).toMatch(/2 Mar 2031 AUD 30\.00 No\. \d+ Promised for 5 Apr 2031 After payday/)
    expect(words).toMatch(/3 Mar 2031 AUD 40\.00 No\. \d+ Paid on 2 Jan 2026/)
    expect(words).toContain('Outstanding AUD 50.00')
    expect(words).toContain('Dates are those of Australia/Melbourne.')
    expect(words).toContain('Not connected')
  })

  it('stand by their due date, the latest first, in whatever order they were added', async ({ expect }) => {
    const { biller, admin } = await aPayee()
    for (const dueDate of ['2031-02-01', '2031-04-01', '2031-01-01', '2031-03-01']) {
      await aSchedule(biller, { dueDate })
    }
    const { html } = await admin.get(path)
    const days = [...html.matchAll(/<th scope="row" class="when">([^<]*)</g)].map(([, day]) => day)
    expect(days).toEqual(['1 Apr 2031', '1 Mar 2031', '1 Feb 2031', '1 Jan 2031'])
  })

  it('take a new date, which the API, the calendar, the audit and the webhooks know of', async ({
    expect,
  }) => {
    const { publisher, biller } = await aBiller()
    const person = await publisher.subscriber()
    await anAccount(biller, 'A1', { subscriberId: person.ecalId })
    const admin = await signIn(publisher.id)
    const answer = await add(admin, { externalScheduleId: 'T-9' })
    expect([answer.status, answer.location]).toEqual([303, path])
    const shown = await admin.get(path)
    expect(shown.words).toContain('The payment date is added.')
    expect(shown.html).toContain(`href="/portal/subscribers/${person.ecalId}"`)
    const [schedule] = (await biller.get('/accounts/A1/oneOffSchedules')).body.oneOffSchedules
    expect(schedule).toMatchObject({
      dueDate: '2031-01-31',
      amount: 50,
      scheduleDescription: 'Rates',
      externalScheduleId: 'T-9',
    })
    expect(await actionsOf(publisher.id)).toMatchObject([
      { action: 'schedule.created', target: schedule.scheduleId, userId: admin.userId },
    ])
    const [record] = (await biller.get('/accounts/A1/auditRecords')).body.auditRecords
    expect(record).toMatchObject({ action: 'Schedule Added', user: `user:${admin.userId}` })
    expect(await summaries(person.feed())).toContain('Payment Upcoming')
    const change = await env.DB.prepare(
      "SELECT actor, message FROM changes WHERE publisher_id = ? AND op = 'schedule.created'",
    )
      .bind(publisher.id)
      .first()
    expect(change).toEqual({ actor: `user:${admin.userId}`, message: 'schedule.created' })
  })

  it.for([
    [{ dueDate: '' }, 'DueDate is required.'],
    [{ dueDate: '31/01/2031' }, 'Invalid dueDate format provided. Please use YYYY-MM-DD.'],
    [{ dueDate: '2020-01-31' }, 'DueDate must not be in the past.'],
    [{ dueDate: '2055-01-31' }, 'DueDate must not more than 10 years from now for an on-going account.'],
    [{ amount: ' ' }, 'Amount is required.'],
    [{ amount: 'fifty' }, 'Amount is invalid.'],
    [{ amount: '50.001' }, 'Amount is invalid.'],
    [{ amount: '1,"dueDate":"2031-02-01"' }, 'Amount is invalid.'],
    [{ amount: '0.99' }, 'Amount must be greater than or equal to $1.'],
    [{ amount: '-5' }, 'Amount must be greater than or equal to $1.'],
    [{ amount: '3000.01' }, 'Amount must not be greater than $3000.'],
    [{ scheduleDescription: 'x'.repeat(51) }, 'ScheduleDescription must not exceed 50 characters.'],
    [{ externalScheduleId: 'a\tb' }, 'ExternalScheduleId is invalid.'],
  ] as const)('say of %o, in the API’s words: %s', async ([fields, message], { expect }) => {
    const { publisher, admin } = await aPayee({ maxAmount: 300_000 })
    const page = await add(admin, fields)
    expect([page.status, page.words.includes(message)]).toEqual([422, true])
    const [[name = '', value = '']] = Object.entries(fields) as [[string, string]]
    expect(page.html).toMatch(new RegExp(`<input[^>]* id="schedule-${name}"[^>]* aria-invalid="true"`))
    expect(page.html).toContain(`id="schedule-${name}-error"`)
    if (value.trim() !== '' && !value.includes('"') && !value.includes('\t'))
      expect(page.html).toContain(`value="${value}"`)
    expect(await rowsOf('pay_schedules', publisher.id)).toBe(0)
    expect(await actionsOf(publisher.id)).toEqual([])
    // Mended, the same form is taken.
    const mended = await admin.post(`${path}/schedules`, {
      ...page.form(`${path}/schedules`).fields,
      ...good,
    })
    expect(mended.status).toBe(303)
  })

  it('refuse a number of the biller’s that was used before', async ({ expect }) => {
    const { biller, admin } = await aPayee()
    await aSchedule(biller, { externalScheduleId: 'T-1' })
    const page = await add(admin, { externalScheduleId: 'T-1' })
    expect([page.status, page.words.includes('ExternalScheduleId is not unique')]).toEqual([422, true])
  })

  it('take one date for each form, however often and at what moment it is posted', async ({ expect }) => {
    const { publisher, admin } = await aPayee()
    const { fields } = (await admin.get(path)).form(`${path}/schedules`)
    const post = () => admin.post(`${path}/schedules`, { ...fields, ...good })
    const answers = await Promise.all(Array.from({ length: 6 }, post))
    answers.push(await post())
    expect(answers.map(({ status, location }) => [status, location])).toEqual(Array(7).fill([303, path]))
    expect(await rowsOf('pay_schedules', publisher.id)).toBe(1)
    expect(await actionsOf(publisher.id)).toHaveLength(1)
  })

  it.for([
    [
      { status: 'inactive' },
      'The account is not active',
      'Unable to process this request as the account is not active.',
    ],
    [
      { paymentStopped: true },
      'Payments are stopped on this account',
      'New payment schedules cannot be created as the account is currently set to stop on payments.',
    ],
  ] as const)(
    'have no form for an account with %o, and refuse one',
    async ([account, note, message], { expect }) => {
      const { publisher, admin } = await aPayee({}, account)
      const page = await admin.get(path)
      expect(page.has(`${path}/schedules`)).toBe(false)
      expect(page.words).toContain(note)
      const csrf = await admin.csrf()
      const refused = await admin.post(`${path}/schedules`, { csrf, formId: 'ab'.repeat(16), ...good })
      expect([refused.status, refused.words.includes(message)]).toEqual([403, true])
      expect(await rowsOf('pay_schedules', publisher.id)).toBe(0)
    },
  )

  it('are deleted after a question, which says what is lost', async ({ expect }) => {
    const { publisher, biller, admin } = await aPayee()
    const { scheduleId } = await aSchedule(biller, { dueDate: '2031-01-31', amount: 50 })
    const action = `${path}/schedules/${scheduleId}/delete`
    const asked = await admin.send(path, action)
    expect(asked.status).toBe(200)
    expect(asked.words).toContain('AUD 50.00, due on 31 Jan 2031, is no longer asked for on account A1.')
    expect(await rowsOf('pay_schedules', publisher.id)).toBe(1)
    const form = asked.form(action)
    const answers = await Promise.all([1, 2].map(() => admin.post(action, form.fields)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404])
    expect((await admin.get(path)).words).toContain('There is no payment date yet')
    expect((await biller.get(`/accounts/A1/oneOffSchedules/${scheduleId}`)).status).toBe(404)
    expect(await actionsOf(publisher.id)).toMatchObject([{ action: 'schedule.deleted', target: scheduleId }])
  })

  it('that are paid or past can’t be deleted', async ({ expect }) => {
    const { publisher, biller, admin } = await aPayee()
    const paid = await aSchedule(biller)
    await biller.post(`/accounts/A1/oneOffSchedules/${paid.scheduleId}/status`, { status: 'paid' })
    const past = await aSchedule(biller.at('2026-01-01T00:00:00Z'), { dueDate: '2026-01-02' })
    const csrf = await admin.csrf()
    const refuse = async (id: string, more: Record<string, string> = {}) => {
      const page = await admin.post(`${path}/schedules/${id}/delete`, { csrf, ...more })
      return [page.status, page.words]
    }
    for (const more of [{}, { confirm: 'yes' }]) {
      expect(await refuse(paid.scheduleId, more)).toEqual([
        403,
        expect.stringContaining('as the schedule has been paid.'),
      ])
      expect(await refuse(past.scheduleId, more)).toEqual([
        403,
        expect.stringContaining('must be a future schedule.'),
      ])
    }
    const page = await admin.get(path)
    expect(page.forms.map(({ action }) => action)).toEqual(['/portal/logout', `${path}/schedules`])
    expect(await rowsOf('pay_schedules', publisher.id)).toBe(2)
  })

  it('are read by all, and written by Power Users', async ({ expect }) => {
    const { publisher, biller } = await aPayee()
    await aSchedule(biller)
    const member = await signIn(publisher.id, { role: 'Member' })
    expect((await member.get(PATH)).words).toContain('A1')
    expect((await member.get(path)).forms.map(({ action }) => action)).toEqual(['/portal/logout'])
    const power = await signIn(publisher.id, { role: 'Power User' })
    expect((await add(power)).status).toBe(303)
  })

  it('of another publisher are nobody’s here, even under the same id', async ({ expect }) => {
    const [mine, theirs] = [await aPayee(), await aPayee()]
    const { scheduleId } = await aSchedule(theirs.biller, { scheduleDescription: 'Theirs alone' })
    await anAccount(theirs.biller, 'ONLYTHEIRS')
    const csrf = await mine.admin.csrf()
    const fields = { csrf, confirm: 'yes', formId: 'ab'.repeat(16), ...good }
    expect((await mine.admin.get(path)).words).not.toContain('Theirs alone')
    expect((await mine.admin.get(PATH)).words).not.toContain('ONLYTHEIRS')
    expect((await mine.admin.get(`${PATH}/ONLYTHEIRS`)).status).toBe(404)
    expect((await mine.admin.post(`${PATH}/ONLYTHEIRS/schedules`, fields)).status).toBe(404)
    expect((await mine.admin.post(`${path}/schedules/${scheduleId}/delete`, fields)).status).toBe(404)
    expect(await rowsOf('pay_schedules', theirs.publisher.id)).toBe(1)
  })

  it('show texts of any kind as text', async ({ expect }) => {
    const nasty = '"><script>alert(1)</script>\''
    const { biller, admin } = await aPayee({ name: nasty })
    await aSchedule(biller, { scheduleDescription: nasty, externalScheduleId: nasty })
    const all = [
      await admin.get(PATH),
      await admin.get(path),
      await admin.get(`${PATH}?q=${encodeURIComponent(nasty)}`),
      await add(admin, { scheduleDescription: nasty, amount: nasty, dueDate: nasty }),
    ]
    for (const page of all) {
      expect(page.html).not.toMatch(/<script/)
      expect(page.html).toContain('&lt;script&gt;')
    }
  })

  it('come in pages, and are read by indexes however many there are', async ({ expect }) => {
    const { publisher, biller, admin } = await aPayee()
    await aSchedule(biller)
    await copySchedule(publisher, 120)
    const [first, third] = [await admin.get(path), await admin.get(`${path}?page=3`)]
    expect(first.html.match(/<th scope="row"/g)).toHaveLength(50)
    expect(third.html.match(/<th scope="row"/g)).toHaveLength(21)
    expect(first.html).toContain(`href="${path}?page=2"`)
    const { results } = await env.DB.prepare(
      `EXPLAIN QUERY PLAN SELECT min(CASE WHEN status_date IS NULL THEN start_date ELSE status_date END) FROM pay_schedules
       WHERE account_uid = 'x' AND (stored_status IS NULL OR stored_status = 'promised')
         AND CASE WHEN status_date IS NULL THEN start_date ELSE status_date END >= '2030-01-01'`,
    ).all<{ detail: string }>()
    expect(results[0]?.detail).toContain('pay_schedules_next (account_uid=? AND <expr>>?)')
  })
})
