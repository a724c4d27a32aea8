import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import worker from '../../../src/worker'
import { dyingDatabase, racedDatabase, strictDatabase } from '../../support/faults'
import type { TestPublisher } from '../../support/publisher'
import { count, logged } from '../../support/rows'
import { atTime } from '../../support/time'
import { callWith, forgetKeys, tokenOf } from '../identity/support'
import { aBiller, anAccount, aSchedule, copySchedule, putBusiness } from './support'

/** Runs of the crons: what they cost, what fails in them, and what meets. */

const DAY = '2035-01-31'
const EARLY = Date.parse('2035-01-10T01:00:00Z')
const ON_THE_DAY = Date.parse(`${DAY}T01:00:00Z`)

const run = (cron: string, DB: D1Database = env.DB) =>
  atTime(ON_THE_DAY, () => worker.scheduled(createScheduledController({ cron }), { ...env, DB }))
const hourly = (DB?: D1Database) => run('7 * * * *', DB)
const everyMinute = (DB?: D1Database) => run('* * * * *', DB)

// What other tests left behind is settled first, and tests at other times leave keys of those times.
beforeAll(async () => {
  await everyMinute()
  await hourly()
})
afterAll(forgetKeys)

/** A linked account with so many schedules of one day, upcoming. */
async function manyDue(times: number) {
  const { biller, publisher } = await aBiller()
  const ann = await publisher.subscriber()
  await anAccount(biller.at(EARLY), 'A1', { subscriberId: ann.ecalId })
  await aSchedule(biller.at(EARLY), { dueDate: DAY })
  await copySchedule(publisher, times - 1)
  return { biller, publisher, ann }
}

const toldAs = (status: string, { id }: TestPublisher) =>
  count('pay_schedules WHERE told_status = ? AND publisher_id = ?', status, id)

const titled = (name: string, { id }: TestPublisher) =>
  count('events WHERE name = ? AND publisher_id = ? AND deleted_at IS NULL', name, id)

/** Numbers of the schedules of which a change was logged, rising. */
async function told({ id }: TestPublisher, act: () => Promise<unknown>): Promise<string[]> {
  const rows = await logged(act)
  const changes = rows.filter((row) => row.publisher_id === id && row.op === 'schedule.status_changed')
  return changes.map((row) => row.entity_id).sort()
}

describe('the hourly run', () => {
  it('that dies in the middle is made up by the next, and each schedule is told of once', async ({
    expect,
  }) => {
    const { publisher } = await manyDue(451)
    // Of another class: none of this surface's.
    await env.DB.prepare(
      `UPDATE pay_schedules SET class = 'ScheduleRecurring'
       WHERE schedule_no = (SELECT min(schedule_no) FROM pay_schedules WHERE publisher_id = ?)`,
    )
      .bind(publisher.id)
      .run()
    const numbers = await told(publisher, async () => {
      await expect(hourly(dyingDatabase(1))).rejects.toThrow('the database is gone')
      expect(await toldAs('due', publisher)).toBe(200)
      expect(await titled('Payment Due', publisher)).toBe(200)
      await hourly()
      await hourly()
    })
    expect(numbers).toHaveLength(450)
    expect(new Set(numbers).size).toBe(450)
    expect(await titled('Payment Due', publisher)).toBe(450)
  })

  it('that has no time for all leaves the rest to the next minutes, which take up nothing else', async ({
    expect,
  }) => {
    const { publisher } = await manyDue(450)
    // Not before the hour's own run had its turn.
    const early = Date.parse('2035-01-30T13:05:00Z')
    await atTime(early, () => worker.scheduled(createScheduledController({ cron: '* * * * *' }), env))
    expect(await toldAs('due', publisher)).toBe(0)
    vi.useFakeTimers({ toFake: ['Date'] })
    const isLate = racedDatabase(async () => void vi.setSystemTime(Date.now() + 60_000))
    await hourly(isLate).finally(() => vi.useRealTimers())
    expect(await toldAs('due', publisher)).toBe(200)
    await everyMinute()
    expect(await toldAs('due', publisher)).toBe(450)
  })

  it('tells of each schedule once where two run at once', async ({ expect }) => {
    const { publisher } = await manyDue(250)
    const numbers = await told(publisher, () => Promise.all([hourly(), hourly()]))
    expect(numbers).toHaveLength(250)
    expect(new Set(numbers).size).toBe(250)
  })
})

describe('a business that can’t be settled', () => {
  it('keeps no other waiting', async ({ expect }) => {
    const [broken, sound] = [await manyDue(250), await manyDue(1)]
    const ben = await broken.publisher.subscriber()
    await broken.biller.patch('/accounts/A1', { subscriberId: ben.ecalId })
    const title = { calendar: { templates: { due: { title: 'Now' }, upcoming: { title: 'Soon' } } } }
    for (const { publisher } of [broken, sound]) await putBusiness(publisher, 'MELB01', title)
    const speak = (locale: string) =>
      env.DB.prepare('UPDATE businesses SET locale = ? WHERE publisher_id = ?')
        .bind(locale, broken.publisher.id)
        .run()
    await speak('no language')
    await expect(hourly()).rejects.toThrow('language tag')
    expect(await toldAs('due', sound.publisher)).toBe(1)
    await putBusiness(sound.publisher, 'MELB01')
    await expect(everyMinute()).rejects.toThrow('language tag')
    expect(await titled('Payment Due', sound.publisher)).toBe(1)
    await speak('en-AU')
    await hourly()
    await everyMinute()
    expect(await titled('Now', broken.publisher)).toBe(250)
    expect(await count('businesses WHERE refreshed_to IS NOT NULL')).toBe(0)
    expect(await count('accounts WHERE calendar_stale = 1')).toBe(0)
  })
})

describe('long words', () => {
  it('of a business reach the events of 200 schedules, in values of a size that the database takes', async ({
    expect,
  }) => {
    const details = '{description}'.repeat(150)
    const words = { calendar: { templates: { upcoming: { details }, due: { details } } } }
    const { biller, publisher } = await aBiller(words)
    const ann = await publisher.subscriber()
    await anAccount(biller.at(EARLY))
    await aSchedule(biller.at(EARLY), { dueDate: DAY, scheduleDescription: '😀'.repeat(50) })
    await copySchedule(publisher, 199)
    const link = await callWith({ DB: strictDatabase() }, '/accounts/A1', {
      method: 'PATCH',
      headers: { Authorization: `Bearer ${await tokenOf(biller.client)}` },
      body: JSON.stringify({ subscriberId: ann.ecalId }),
    })
    expect(link.status).toBe(200)
    expect(await titled('Payment Upcoming', publisher)).toBe(200)
    await hourly(strictDatabase())
    expect(await titled('Payment Due', publisher)).toBe(200)
  })
})
