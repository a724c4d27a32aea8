import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { countingEnv } from '../../support/counting'
import { count } from '../../support/rows'
import { callWith, tokenOf } from '../identity/support'
import { aBiller, anAccount, aSchedule, type Biller } from './support'

/** Copies the newest schedule of an account, with its event, so often. */
async function manySchedules(publisherId: number, n: number): Promise<void> {
  const columns = `publisher_id, business_id, account_uid, start_date, installment_cents, pay_desc, external_identifier,
    load_date, status_changed_at, told_status, moves_on, created_at, write_id`
  const event = `publisher_id, owner_id, name, all_day, start_date, start_time, end_date, end_time, timezone,
    end_timezone, end_date_given, end_time_given, starts_at, ends_at, status, show_as, created_at, modified_at`
  const numbers = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?2)'
  await env.DB.batch([
    env.DB.prepare(
      `${numbers} INSERT INTO pay_schedules (id, ${columns}) SELECT lower(hex(randomblob(16))), ${columns}
       FROM n, (SELECT * FROM pay_schedules WHERE publisher_id = ?1 LIMIT 1)`,
    ).bind(publisherId, n),
    env.DB.prepare(
      `${numbers} INSERT INTO events (id, calendar_id, ${event}) SELECT lower(hex(randomblob(12))), '', ${event}
       FROM n, (SELECT * FROM events WHERE publisher_id = ?1 LIMIT 1)`,
    ).bind(publisherId, n),
  ])
}

/** Rows that a call reads. */
async function rowsRead(biller: Biller, method: string, path: string, body?: object): Promise<number> {
  const { counted, counts } = countingEnv()
  const headers = { Authorization: `Bearer ${await tokenOf(biller.client)}` }
  const response = await callWith(counted, path, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (response.status > 201) throw new Error(`a test's call answered ${response.status}`)
  await response.text()
  return counts.rowsRead
}

describe('what a call costs', () => {
  it('does not grow with the schedules and events that are not its own', { timeout: 30_000 }, async ({
    expect,
  }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    await anAccount(biller, 'A2')
    await aSchedule(biller, {}, 'A2')
    await manySchedules(publisher.id, 5_000)
    expect(await count('events WHERE publisher_id = ?', publisher.id)).toBeGreaterThan(5_000)
    const path = '/accounts/A1/oneOffSchedules'
    const { scheduleId } = await aSchedule(biller)
    const body = { dueDate: '2030-01-31', amount: 50, externalScheduleId: 'T1' }
    expect(await rowsRead(biller, 'POST', path, body)).toBeLessThan(200)
    expect(await rowsRead(biller, 'GET', path)).toBeLessThan(100)
    expect(await rowsRead(biller, 'GET', '/accounts/A1')).toBeLessThan(100)
    const status = { status: 'promised', date: '2030-01-31' }
    expect(await rowsRead(biller, 'POST', `${path}/${scheduleId}/status`, status)).toBeLessThan(200)
    expect(await rowsRead(biller, 'PATCH', '/accounts/A1', { subscriberId: null })).toBeLessThan(300)
    expect(await rowsRead(biller, 'DELETE', `${path}/${scheduleId}`)).toBeLessThan(200)
  })
})
