import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, it } from 'vitest'
import worker from '../../../src/worker'
import { appOf } from '../../support/apps'
import { feedText, summaries, type TestPublisher, type TestSubscriber } from '../../support/publisher'
import { Replica } from '../../support/replica'
import { count, logged } from '../../support/rows'
import { atTime } from '../../support/time'
import { forgetKeys } from '../identity/support'
import { aBiller, anAccount, aSchedule, type Biller, copySchedule, faulty, putBusiness } from './support'

// Tests at other times leave keys of those times.
afterAll(forgetKeys)

const pathOf = (scheduleId: string, account = 'A1') => `/accounts/${account}/oneOffSchedules/${scheduleId}`

/** Runs the hourly or the every-minute cron at an instant. */
const runAt = (at: string, cron = '7 * * * *') =>
  atTime(Date.parse(at), () => worker.scheduled(createScheduledController({ cron }), env))

/** The events of a feed that are payments, as their lines of interest. */
async function payments(person: TestSubscriber) {
  const text = (await feedText(person.feed())).replaceAll('\r\n ', '')
  return text
    .split('BEGIN:VEVENT')
    .slice(1)
    .map((event) => {
      const line = (name: string) => new RegExp(`^${name}[^:\\r]*:(.*)\\r$`, 'm').exec(event)?.[1] ?? ''
      return {
        uid: line('UID'),
        sequence: Number(line('SEQUENCE')),
        title: line('SUMMARY'),
        on: line('DTSTART'),
        details: line('DESCRIPTION')
          .replace(/\\([,;\\])/g, '$1')
          .replaceAll('\\n', '\n'),
      }
    })
    .filter((event) => !event.title.startsWith('Your calendar is connected'))
}

/** A biller with an account that is linked to somebody's calendar. */
async function aPayer(business: Record<string, unknown> = {}, fields: Record<string, unknown> = {}) {
  const made = await aBiller(business)
  const ann = await made.publisher.subscriber()
  await anAccount(made.biller, 'A1', { subscriberId: ann.ecalId, ...fields })
  return { ...made, ann }
}

describe('a payment’s life in the payer’s feed', () => {
  it('goes from upcoming to due, promise, overdue and received as one event', async ({ expect }) => {
    const { biller, ann } = await aPayer()
    const { scheduleId } = await aSchedule(biller.at('2030-01-10T01:00:00Z'), {
      scheduleDescription: 'Rates',
    })
    const seen: Awaited<ReturnType<typeof payments>> = []
    const look = async () => seen.push(...(await payments(ann)))
    const tell = (at: string, status: object) => biller.at(at).post(`${pathOf(scheduleId)}/status`, status)
    await look()
    await runAt('2030-01-30T12:00:00Z') // still the 30th in Melbourne
    await runAt('2030-01-30T13:07:00Z') // midnight has passed there
    await look()
    await tell('2030-01-31T01:00:00Z', { status: 'promised', date: '2030-02-10', note: 'after payday' })
    await look()
    await runAt('2030-02-10T12:07:00Z') // still the 10th
    await runAt('2030-02-10T13:07:00Z') // the 11th
    await look()
    await tell('2030-02-12T01:00:00Z', { status: 'paid' })
    await look()
    const details = 'Rates\n$50.00 · 31 January 2030 · A1'
    expect(seen).toEqual(
      [
        ['Payment Upcoming', '20300131', details],
        ['Payment Due', '20300131', details],
        ['Promise to Pay', '20300210', `${details}\nafter payday`],
        ['Payment Overdue', '20300211', `${details}\nafter payday`],
        ['✅ Payment Received', '20300212', details],
      ].map(([title, on, text], sequence) => ({ uid: seen[0]?.uid, sequence, title, on, details: text })),
    )
  })

  it('tells each state once, by log and webhook row, and writes no audit record by itself', async ({
    expect,
  }) => {
    const { biller } = await aPayer()
    const early = biller.at('2030-01-10T01:00:00Z')
    const { scheduleId } = await aSchedule(early)
    const ops = async (at: string) =>
      (await logged(() => runAt(at))).filter((row) => row.publisher_id === biller.client.publisherId)
    const due = await ops('2030-01-31T00:07:00Z')
    expect(due.map((row) => [row.op, row.message, row.actor])).toEqual([
      ['event.updated', 'event.updated', 'cron'],
      ['schedule.status_changed', 'schedule.status_changed', 'cron'],
    ])
    expect(JSON.parse(due[1]?.payload ?? '')).toMatchObject({ status: 'due', date: '2030-01-31' })
    expect(await ops('2030-01-31T01:07:00Z')).toEqual([])
    // Runs were missed: the next one makes up for them.
    const overdue = await ops('2030-03-01T00:07:00Z')
    expect(JSON.parse(overdue[1]?.payload ?? '')).toMatchObject({ status: 'overdue', date: '2030-02-01' })
    expect(await ops('2030-03-02T00:07:00Z')).toEqual([])
    expect(await count('audit_records WHERE schedule_no = ?', Number(scheduleId))).toBe(1)
  })

  it('is told right before any cron ran', async ({ expect }) => {
    const { biller } = await aPayer()
    const { scheduleId } = await aSchedule(biller.at('2030-01-10T01:00:00Z'))
    const on = async (at: string) => (await biller.at(at).get(`${pathOf(scheduleId)}/status`)).body
    expect(await on('2030-01-30T12:59:59Z')).toEqual({
      scheduleId,
      accountId: 'A1',
      status: 'upcoming',
      date: '2030-01-31',
      note: '',
      payMethod: null,
      changedDateTime: '2030-01-10T01:00:00.000Z',
    })
    expect(await on('2030-01-30T13:00:00Z')).toMatchObject({ status: 'due', date: '2030-01-31' })
    expect(await on('2030-01-31T13:00:00Z')).toMatchObject({ status: 'overdue', date: '2030-02-01' })
  })
})

describe('a status call', () => {
  const at = '2030-01-31T01:00:00Z'
  async function due() {
    const payer = await aPayer()
    const { scheduleId } = await aSchedule(payer.biller.at('2030-01-10T01:00:00Z'))
    const tell = (body: unknown, when = at) =>
      payer.biller.at(when).post(`${pathOf(scheduleId)}/status`, body)
    return { ...payer, scheduleId, tell }
  }

  it.for([
    [{}, ['status', 'Status is required.']],
    [{ status: 'due' }, ['status', 'Status is invalid.']],
    [{ status: 'upcoming' }, ['status', 'Status is invalid.']],
    [{ status: 'promised' }, ['date', 'Date is required.']],
    [{ status: 'promised', date: '2030-01-30' }, ['date', 'Date is invalid.']],
    [{ status: 'promised', date: '2040-02-01' }, ['date', 'Date is invalid.']],
    [{ status: 'paid', date: '2030-02-01' }, ['date', 'Date is invalid.']],
    [{ status: 'failed', date: '2030-2-1' }, ['date', 'Date is invalid.']],
    [{ status: 'paid', note: 5 }, ['note', 'Note is invalid.']],
    [{ status: 'paid', note: 'x'.repeat(501) }, ['note', 'Note must not exceed 500 characters.']],
  ] as const)('%j is refused', async ([body, issue], { expect }) => {
    const { tell } = await due()
    expect(await tell(body)).toMatchObject({ status: 400, body: faulty([issue[0], issue[1]]) })
  })

  it('tells of all its faults at once', async ({ expect }) => {
    const { tell } = await due()
    expect((await tell({ status: 'x', date: 'y', note: [] })).body).toEqual(
      faulty(['status', 'Status is invalid.'], ['date', 'Date is invalid.'], ['note', 'Note is invalid.']),
    )
  })

  it('is refused as overdue before the due date', async ({ expect }) => {
    const { tell } = await due()
    const early = await tell({ status: 'overdue' }, '2030-01-30T01:00:00Z')
    expect(early.body).toEqual(faulty(['status', 'Status must not be overdue before the due date.']))
    expect((await tell({ status: 'overdue' })).body).toMatchObject({ status: 'overdue', date: '2030-01-31' })
  })

  it('takes a payment off the total, and a reversed one puts it back', async ({ expect }) => {
    const { tell, biller } = await due()
    const total = async () => (await biller.get('/accounts/A1')).body.totalAmountDue
    const paid = await tell({ status: 'paid', note: ' line one\r\nline two ' })
    expect(paid.status).toBe(200)
    expect(paid.body).toMatchObject({
      status: 'paid',
      date: '2030-01-31',
      note: 'line one\nline two',
      changedDateTime: '2030-01-31T01:00:00.000Z',
    })
    expect(await total()).toBe(0)
    const conflict = { errorCode: 'conflict', message: 'The schedule has already been paid.' }
    expect(await tell({ status: 'paid', date: '2030-01-30' })).toMatchObject({ status: 409, body: conflict })
    expect(await tell({ status: 'promised', date: '2030-02-10' })).toMatchObject({
      status: 409,
      body: conflict,
    })
    expect((await tell({ status: 'failed' })).body).toMatchObject({ status: 'failed', date: '2030-01-31' })
    expect(await total()).toBe(50)
  })

  it('said again writes nothing, also by ten at once', async ({ expect }) => {
    const { biller, scheduleId } = await due()
    const rows = await logged(async () => {
      const same = { status: 'paid', date: '2026-01-30', note: 'thanks' }
      const path = `${pathOf(scheduleId)}/status`
      const answers = await Promise.all(Array.from({ length: 10 }, () => biller.post(path, same)))
      expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size).toBe(1)
    })
    expect(rows.map((row) => row.op)).toEqual(['event.updated', 'schedule.status_changed'])
    expect(await count('audit_records WHERE schedule_no = ?', Number(scheduleId))).toBe(2)
    const paidOne = await biller.at('2030-01-20T01:00:00Z').delete(pathOf(scheduleId))
    expect(paidOne).toMatchObject({
      status: 403,
      body: { message: 'Unable to process this request as the schedule has been paid.' },
    })
  })
})

describe('the event of a schedule', () => {
  it('reads through /apiv2 like any private event, and only reads', async ({ expect }) => {
    const { biller, publisher, ann } = await aPayer()
    const { scheduleId } = await aSchedule(biller)
    const reference = `schedule:${scheduleId}`
    const read = await publisher.api.get(`/event/${reference}`)
    expect(read.data).toMatchObject({
      name: 'Payment Upcoming',
      type: 'private',
      reference,
      referenceType: 'schedule',
      startDate: '2030-01-31',
      details: '$50.00 · 31 January 2030 · A1',
    })
    expect((await publisher.api.put(`/event/${reference}`, { name: 'x' })).status).toBe(403)
    expect((await publisher.api.delete(`/event/${reference}`)).status).toBe(403)
    const forged = { name: 'x', startDate: '2030-01-01', allDay: true, reference: 'schedule:1' }
    expect((await publisher.api.post('/event', forged, { query: { ecal_id: ann.ecalId } })).status).toBe(403)
  })

  it('goes with its schedule', async ({ expect }) => {
    const { biller, ann } = await aPayer()
    const { scheduleId } = await aSchedule(biller)
    expect(await payments(ann)).toHaveLength(1)
    const rows = await logged(() => biller.delete(pathOf(scheduleId)))
    expect(rows.map((row) => [row.op, row.message])).toEqual([
      ['event.deleted', 'event.deleted'],
      ['schedule.deleted', 'schedule.deleted'],
    ])
    expect(await payments(ann)).toEqual([])
  })

  it('speaks in the business’s words, currency and locale, and takes values as text', async ({ expect }) => {
    const { biller, ann } = await aPayer({
      currency: 'EUR',
      locale: 'de-DE',
      calendar: {
        templates: {
          upcoming: { title: 'Zahlung {amount} {description}', details: '{dueDate}: {accountId}' },
        },
      },
    })
    const { scheduleId } = await aSchedule(biller, {
      amount: 1234.5,
      scheduleDescription: '{accountId}, <b>; \\x',
    })
    const [event] = await payments(ann)
    expect(event?.title.replaceAll('\\', '')).toBe('Zahlung 1.234,50\u00a0€ {accountId}, <b>; x')
    expect(event?.details).toBe('31. Januar 2030: A1')
    await biller.post(`${pathOf(scheduleId)}/status`, { status: 'paid', date: '2026-01-01', note: 'Danke' })
    expect((await payments(ann))[0]?.title).toBe('✅ Payment Received')
  })

  it('appears some days before, at once where that day has come, or with a status call', async ({
    expect,
  }) => {
    const { biller, ann } = await aPayer({ calendar: { upcomingDaysBefore: 3 } })
    const early = biller.at('2030-01-10T01:00:00Z')
    const titles = async () => (await payments(ann)).map((event) => event.title)
    await aSchedule(early, { dueDate: '2030-01-31' })
    const { scheduleId } = await aSchedule(early, { dueDate: '2030-06-30' })
    expect(await titles()).toEqual([])
    await aSchedule(early, { dueDate: '2030-01-13' })
    expect(await titles()).toEqual(['Payment Upcoming'])
    await early.post(`${pathOf(scheduleId)}/status`, { status: 'promised', date: '2030-07-01' })
    expect(await titles()).toEqual(['Payment Upcoming', 'Promise to Pay'])
    await runAt('2030-01-27T01:00:00Z')
    expect(await titles()).toHaveLength(2)
    const rows = await logged(() => runAt('2030-01-28T01:00:00Z'))
    expect(rows.map((row) => row.op)).toEqual(['event.created'])
    expect(await titles()).toHaveLength(3)
  })
})

describe('a calendar', () => {
  it('that is full takes no event, and hinders no schedule', async ({ expect }) => {
    const { biller, ann } = await aPayer()
    await env.DB.prepare('UPDATE calendars SET event_count = 10000 WHERE owner_id = ?').bind(ann.ecalId).run()
    const { scheduleId } = await aSchedule(biller)
    expect(await payments(ann)).toEqual([])
    expect((await biller.get('/accounts/A1')).body.totalAmountDue).toBe(50)
    await env.DB.prepare('UPDATE calendars SET event_count = 1 WHERE owner_id = ?').bind(ann.ecalId).run()
    await biller.post(`${pathOf(scheduleId)}/status`, { status: 'promised', date: '2030-02-01' })
    expect((await payments(ann)).map((event) => event.title)).toEqual(['Promise to Pay'])
  })

  it('reaches the payer’s app like every other', async ({ expect }) => {
    const { biller, publisher, ann } = await aPayer()
    const replica = new Replica(await appOf(publisher, ann.ecalId))
    await replica.sync()
    const { scheduleId } = await aSchedule(biller)
    const { data } = await publisher.api.get(`/event/schedule:${scheduleId}`)
    expect(await replica.sync()).toMatchObject([{ event_id: data.id, permission: 'subscribed_read' }])
    await biller.post(`${pathOf(scheduleId)}/status`, { status: 'promised', date: '2030-02-01' })
    await replica.sync()
    await biller.delete(pathOf(scheduleId))
    expect(await replica.sync()).toMatchObject([{ id: `${data.id}_${ann.ecalId}`, permission: 'removed' }])
  })
})

describe('linking', () => {
  const shown = async (person: TestSubscriber) => (await payments(person)).map((event) => event.title)

  it('shows the schedules that are there, moves them to another person, and takes them away', async ({
    expect,
  }) => {
    const { biller, publisher } = await aBiller()
    const [ann, ben] = [await publisher.subscriber(), await publisher.subscriber()]
    await anAccount(biller)
    await aSchedule(biller)
    const paid = await aSchedule(biller)
    await biller.post(`${pathOf(paid.scheduleId)}/status`, { status: 'paid', date: '2026-01-01' })
    await biller.patch('/accounts/A1', { subscriberId: ann.ecalId })
    expect(await shown(ann)).toEqual(['Payment Upcoming'])
    await biller.patch('/accounts/A1', { subscriberId: ben.ecalId })
    expect([await shown(ann), await shown(ben)]).toEqual([[], ['Payment Upcoming']])
    await biller.patch('/accounts/A1', { status: 'closed' })
    expect(await shown(ben)).toEqual([])
    await biller.patch('/accounts/A1', { status: 'active' })
    expect(await shown(ben)).toEqual(['Payment Upcoming'])
    await biller.patch('/accounts/A1', { subscriberId: null })
    expect(await shown(ben)).toEqual([])
  })

  it('ends with the subscription, and schedules go on without', async ({ expect }) => {
    const { biller, publisher, ann } = await aPayer()
    await aSchedule(biller)
    await publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)
    const { scheduleId } = await aSchedule(biller)
    expect((await biller.post(`${pathOf(scheduleId)}/status`, { status: 'paid' })).status).toBe(200)
    const ben = await publisher.subscriber()
    await biller.patch('/accounts/A1', { subscriberId: ben.ecalId })
    expect(await shown(ben)).toEqual(['Payment Upcoming'])
  })

  it('of more than 200 schedules is done by the every-minute cron', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    await anAccount(biller)
    await aSchedule(biller)
    await copySchedule(publisher, 229)
    const live = () =>
      count(
        `events WHERE publisher_id = ? AND reference_type = 'schedule' AND deleted_at IS NULL`,
        publisher.id,
      )
    await biller.patch('/accounts/A1', { subscriberId: ann.ecalId })
    expect(await live()).toBe(200)
    await runAt(new Date().toISOString(), '* * * * *')
    expect(await live()).toBe(230)
    expect(await count('accounts WHERE calendar_stale = 1')).toBe(0)
    await biller.patch('/accounts/A1', { subscriberId: null })
    await runAt(new Date().toISOString(), '* * * * *')
    expect(await live()).toBe(0)
  })
})

describe('a changed setting', () => {
  async function changed(publisher: TestPublisher, settings: Record<string, unknown>, biller: Biller) {
    await putBusiness(publisher, 'MELB01', settings)
    await runAt(new Date().toISOString(), '* * * * *')
    return biller
  }

  it('reaches the events that are there', async ({ expect }) => {
    const { biller, publisher, ann } = await aPayer()
    await aSchedule(biller)
    const [before] = await payments(ann)
    await changed(
      publisher,
      {
        currency: 'USD',
        locale: 'en-US',
        calendar: { templates: { upcoming: { title: 'Soon: {amount}' } } },
      },
      biller,
    )
    const [after] = await payments(ann)
    expect(after).toMatchObject({
      uid: before?.uid,
      title: 'Soon: $50.00',
      details: '$50.00 · January 31, 2030 · A1',
    })
    await changed(publisher, { calendar: { enabled: false } }, biller)
    expect(await payments(ann)).toEqual([])
    await aSchedule(biller)
    expect(await payments(ann)).toEqual([])
    await changed(publisher, {}, biller)
    expect(await payments(ann)).toHaveLength(2)
    expect(await count('businesses WHERE refreshed_to IS NOT NULL')).toBe(0)
  })
})

describe('a feed', () => {
  it('has no payments of others', async ({ expect }) => {
    const { biller, publisher } = await aPayer()
    const ben = await publisher.subscriber()
    await aSchedule(biller)
    expect(await summaries(ben.feed())).toEqual(['Your calendar is connected to Acme Lending'])
  })
})
