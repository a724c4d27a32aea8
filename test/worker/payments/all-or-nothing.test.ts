import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, type ExpectStatic, it } from 'vitest'
import worker from '../../../src/worker'
import { aPerson } from '../../support/apps'
import { newestCode } from '../../support/contacts'
import { faultyDatabase } from '../../support/faults'
import { summaries } from '../../support/publisher'
import { count } from '../../support/rows'
import { atTime } from '../../support/time'
import { callWith, forgetKeys, tokenOf } from '../identity/support'
import { aBiller, anAccount, aSchedule, type Biller, copySchedule } from './support'

// Tests at other times leave keys of those times.
afterAll(forgetKeys)

const tables = [
  'accounts',
  'businesses',
  'pay_schedules',
  'pay_schedules_deleted',
  'schedule_external_ids',
  'audit_records',
  'call_notes',
  // Without the mark of the dispatcher, who comes when he likes.
  '(SELECT publisher_id, seq, op, stream, payload FROM changes)',
  'events',
  'calendar_events',
  'calendars',
]

/** All that a publisher has. */
async function rowsOf(publisherId: number): Promise<unknown> {
  const all = tables.map((table) =>
    env.DB.prepare(`SELECT * FROM ${table} WHERE publisher_id = ?`).bind(publisherId),
  )
  return (await env.DB.batch(all)).map((result, at) => [tables[at], result.results])
}

type Expecting = { readonly expect: ExpectStatic; readonly publisherId: number }

/** Runs a write with a fault at each of its statements: each leaves everything as it was. At last it runs without. */
async function failEverywhere(
  { expect, publisherId }: Expecting,
  run: (DB: D1Database) => Promise<number>,
): Promise<void> {
  const before = await rowsOf(publisherId)
  let at = 0
  for (let statements = 1; at < statements; at++) {
    const { DB, seen } = faultyDatabase(at)
    expect(await run(DB)).toBe(500)
    expect(await rowsOf(publisherId)).toEqual(before)
    statements = seen.statements
  }
  expect(at).toBeGreaterThan(1)
  expect(await run(faultyDatabase(null).DB)).toBeLessThan(300)
  expect(await rowsOf(publisherId)).not.toEqual(before)
}

async function caller(biller: Biller) {
  const Authorization = `Bearer ${await tokenOf(biller.client)}`
  return (method: string, path: string, body?: object) => async (DB: D1Database) => {
    const init = { method, headers: { Authorization }, ...(body ? { body: JSON.stringify(body) } : {}) }
    return (await callWith({ DB }, path, init)).status
  }
}

describe('a fault at any statement leaves all or nothing', { timeout: 20_000 }, () => {
  it('of making, telling of and deleting a schedule', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    const call = await caller(biller)
    const path = '/accounts/A1/oneOffSchedules'
    const body = { dueDate: '2030-01-31', amount: 50, externalScheduleId: 'T1' }
    await failEverywhere({ expect, publisherId: publisher.id }, call('POST', path, body))
    const [{ scheduleId }] = (await biller.get(path)).body.oneOffSchedules
    const promise = { status: 'promised', date: '2030-01-31', note: 'soon' }
    await failEverywhere(
      { expect, publisherId: publisher.id },
      call('POST', `${path}/${scheduleId}/status`, promise),
    )
    await failEverywhere({ expect, publisherId: publisher.id }, call('DELETE', `${path}/${scheduleId}`))
  })

  it('of making an account, linking it, moving and ending its link, closing and reopening it', async ({
    expect,
  }) => {
    const { biller, publisher } = await aBiller()
    const [ann, ben] = [await publisher.subscriber(), await publisher.subscriber()]
    const call = await caller(biller)
    const fail = (method: string, body: object) =>
      failEverywhere({ expect, publisherId: publisher.id }, call(method, '/accounts/A1', body))
    await fail('PUT', { businessAccountId: 'MELB01', startDate: '2020-01-01', subscriberId: ann.ecalId })
    await aSchedule(biller)
    await aSchedule(biller)
    await fail('PATCH', { subscriberId: ben.ecalId })
    await fail('PATCH', { status: 'closed' })
    await fail('PATCH', { status: 'active' })
    await fail('PATCH', { subscriberId: null })
    await fail('PATCH', { subscriberId: ann.ecalId })
  })

  it('of other settings, and of the every-minute cron that brings them to the events', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    await aSchedule(biller)
    await cronAt(Date.now(), '* * * * *')(env.DB)
    const path = `/operator/publishers/${publisher.id}/businesses/MELB01`
    const calendar = { templates: { upcoming: { title: 'Soon' } } }
    await failEverywhere({ expect, publisherId: publisher.id }, async (DB) => {
      const headers = { Authorization: 'Bearer test-operator-token' }
      const body = JSON.stringify({ name: 'Rates', timezone: 'Australia/Melbourne', calendar })
      return (await callWith({ DB }, path, { method: 'PUT', headers, body })).status
    })
    await failEverywhere({ expect, publisherId: publisher.id }, cronAt(Date.now(), '* * * * *'))
    expect(await summaries(ann.feed())).toContain('Soon')
  })

  it('of the every-minute cron that takes the rest of a link along', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    await anAccount(biller)
    await aSchedule(biller)
    await copySchedule(publisher, 204)
    await biller.patch('/accounts/A1', { subscriberId: ann.ecalId })
    const shown = () =>
      count('events WHERE publisher_id = ? AND reference_type = ?', publisher.id, 'schedule')
    expect(await shown()).toBe(200)
    await failEverywhere({ expect, publisherId: publisher.id }, cronAt(Date.now(), '* * * * *'))
    expect(await shown()).toBe(205)
  })

  it('of a merge of the payer, links and events together', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    await aSchedule(biller)
    const contact = { email: ann.email }
    await ben.app.post('/persons/me/contacts', contact)
    const body = JSON.stringify({ ...contact, code: await newestCode(ben.ecalId) })
    const headers = { Authorization: ben.app.authorization ?? '' }
    await failEverywhere({ expect, publisherId: publisher.id }, async (DB) => {
      const init = { method: 'POST', headers, body }
      return (await callWith({ DB }, '/persons/me/contacts/confirm', init)).status
    })
    expect((await biller.get('/accounts/A1')).body.subscriberId).toBe(ben.ecalId)
    expect(await summaries(ben.feed())).toContain('Payment Upcoming')
  })

  it('of the hourly cron', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    const hourly = cronAt(Date.parse('2033-01-31T03:00:00Z'), '7 * * * *')
    // What other tests left behind is settled first.
    await hourly(env.DB)
    await aSchedule(biller.at('2033-01-01T03:00:00Z'), { dueDate: '2033-01-31' })
    await failEverywhere({ expect, publisherId: publisher.id }, hourly)
  })
})

/** Runs a cron at an instant; answers as a call would. */
function cronAt(instant: number, cron: string) {
  return async (DB: D1Database): Promise<number> => {
    try {
      await atTime(instant, () => worker.scheduled(createScheduledController({ cron }), { ...env, DB }))
      return 200
    } catch {
      return 500
    }
  }
}
