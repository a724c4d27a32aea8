import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import worker from '../../../src/worker'
import { type App, aPerson } from '../../support/apps'
import { prove } from '../../support/contacts'
import { racedDatabase } from '../../support/faults'
import type { TestPublisher } from '../../support/publisher'
import { logged } from '../../support/rows'
import { atTime } from '../../support/time'
import { callWith, forgetKeys, tokenOf } from '../identity/support'
import { aBiller, anAccount, aSchedule, type Biller, putBusiness } from './support'

// What other files left behind is settled first; each test settles its own.
beforeAll(async () => {
  await cron(env.DB, '7 * * * *')
  await cron(env.DB, '* * * * *')
})

// Tests at other times leave keys of those times.
afterAll(forgetKeys)

const PATH = '/accounts/A1/oneOffSchedules'
const DUE = '2034-01-31'
const EARLY = Date.parse('2034-01-10T01:00:00Z')
/** When all the writes are. */
const NOW = Date.parse(`${DUE}T01:00:00Z`)

const settings = { sameDayDelete: 'before_cutoff' }

/** Two persons, the first linked to an account with three schedules due by now: the second was paid and never shown. */
type Scene = {
  publisher: TestPublisher
  ann: { ecalId: string; email: string; app: App }
  ben: { ecalId: string; email: string; app: App }
  /** Makes a call, through a database of its own where one is given. */
  call: (method: string, path: string, body?: object) => (DB?: D1Database) => Promise<number>
  schedules: [first: string, paid: string, last: string]
}

async function aScene(): Promise<Scene> {
  const { biller, publisher } = await aBiller(settings)
  const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
  const early = biller.at(EARLY)
  await anAccount(early)
  const made: string[] = []
  for (let n = 0; n < 3; n++) made.push((await aSchedule(early, { dueDate: DUE })).scheduleId)
  const [first = '', paid = '', last = ''] = made
  await early.post(`${PATH}/${paid}/status`, { status: 'paid' })
  await early.patch('/accounts/A1', { subscriberId: ann.ecalId })
  return { publisher, ann, ben, call: await callsOf(biller), schedules: [first, paid, last] }
}

async function callsOf(biller: Biller): Promise<Scene['call']> {
  const Authorization = await atTime(NOW, async () => `Bearer ${await tokenOf(biller.client)}`)
  return (method, path, body) =>
    (DB = env.DB) =>
      atTime(NOW, async () => {
        const init = { method, headers: { Authorization }, ...(body ? { body: JSON.stringify(body) } : {}) }
        return (await callWith({ DB }, path, init)).status
      })
}

async function cron(DB: D1Database, name: string): Promise<number> {
  await atTime(NOW, () => worker.scheduled(createScheduledController({ cron: name }), { ...env, DB }))
  return 200
}

type Write = (scene: Scene) => (DB?: D1Database) => Promise<number>

const writes: Record<string, Write> = {
  'a new schedule': ({ call }) => call('POST', PATH, { dueDate: DUE, amount: 7 }),
  'a promise': ({ call, schedules: [first] }) =>
    call('POST', `${PATH}/${first}/status`, { status: 'promised', date: '2034-02-10' }),
  'a reversed payment': ({ call, schedules: [, paid] }) =>
    call('POST', `${PATH}/${paid}/status`, { status: 'failed' }),
  'a deletion': ({ call, schedules: [first] }) => call('DELETE', `${PATH}/${first}`),
  'another link': ({ call, ben }) => call('PATCH', '/accounts/A1', { subscriberId: ben.ecalId }),
  'the end of the link': ({ call }) => call('PATCH', '/accounts/A1', { subscriberId: null }),
  'the account’s end': ({ call }) => call('PATCH', '/accounts/A1', { status: 'closed' }),
  'other words':
    ({ publisher }) =>
    async () => {
      await putBusiness(publisher, 'MELB01', {
        ...settings,
        calendar: { templates: { upcoming: { title: 'Soon' }, due: { title: 'Now' } } },
      })
      return 200
    },
  'the every-minute cron':
    () =>
    (DB = env.DB) =>
      cron(DB, '* * * * *'),
  'the hourly cron':
    () =>
    (DB = env.DB) =>
      cron(DB, '7 * * * *'),
  'a merge into the other':
    ({ ann, ben }) =>
    async () =>
      (await prove(ben.app, ben.ecalId, { email: ann.email })).status,
  'a merge of the other':
    ({ ann, ben }) =>
    async () =>
      (await prove(ann.app, ann.ecalId, { email: ben.email })).status,
  'the end of the subscription':
    ({ publisher, ann }) =>
    async () =>
      (await publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)).status,
}

/** Writes of other surfaces: they only come between. */
const elsewhere = [
  'other words',
  'a merge into the other',
  'a merge of the other',
  'the end of the subscription',
]

/** Whose live events an account's live schedules have, a line each. */
async function shown(publisherId: number): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT reference || ' ' || owner_id AS line FROM events
     WHERE publisher_id = ? AND reference_type = 'schedule' AND deleted_at IS NULL ORDER BY reference`,
  )
    .bind(publisherId)
    .all<{ line: string }>()
  return results.map(({ line }) => line)
}

/** Whose events the account's live schedules should have; one that is paid may have none. */
async function wanted(publisherId: number): Promise<{ line: string; paid: boolean }[]> {
  const { results } = await env.DB.prepare(
    `SELECT 'schedule:' || s.schedule_no || ' ' || p.id AS line, s.stored_status IS 'paid' AS paid
     FROM pay_schedules s JOIN accounts a ON a.id = s.account_uid AND a.status <> 'closed'
     JOIN subscribers p ON p.id = a.subscriber_id AND p.state = 'active' WHERE s.publisher_id = ?
     ORDER BY s.schedule_no`,
  )
    .bind(publisherId)
    .all<{ line: string; paid: number }>()
  return results.map(({ line, paid }) => ({ line, paid: paid === 1 }))
}

describe('two writes, one between what the other reads and what it writes', () => {
  it.for(
    Object.keys(writes)
      .filter((write) => !elsewhere.includes(write))
      .flatMap((write) => Object.keys(writes).map((meanwhile) => [write, meanwhile] as const)),
  )('leave the calendars right: %s, and meanwhile %s', async ([write, meanwhile], { expect }) => {
    const scene = await aScene()
    const { publisher } = scene
    if (write === 'the every-minute cron') await writes['other words']?.(scene)()
    let between: number | undefined
    const raced = racedDatabase(async () => {
      between = await writes[meanwhile]?.(scene)()
    })
    expect(await writes[write]?.(scene)(raced)).toBeLessThan(500)
    expect(between).toBeLessThan(500)
    await cron(env.DB, '* * * * *')
    await cron(env.DB, '7 * * * *')
    const events = await shown(publisher.id)
    const all = await wanted(publisher.id)
    expect(all.map(({ line }) => line)).toEqual(expect.arrayContaining(events))
    expect(events).toEqual(expect.arrayContaining(all.flatMap(({ line, paid }) => (paid ? [] : [line]))))
    // What they say is right too: settling all of it anew finds nothing to write.
    const wasThere = events.length
    const more = await logged(async () => {
      await env.DB.prepare('UPDATE businesses SET refreshed_to = 0 WHERE publisher_id = ?')
        .bind(publisher.id)
        .run()
      await cron(env.DB, '* * * * *')
    })
    expect(more.map((row) => row.op)).toEqual([])
    expect(await shown(publisher.id)).toHaveLength(wasThere)
  })

  it('link an account to whoever the person has merged into', async ({ expect }) => {
    const scene = await aScene()
    const { call, ann, ben } = scene
    await call('PATCH', '/accounts/A1', { subscriberId: null })()
    const merge = writes['a merge into the other'] as Write
    const link = call('PUT', '/accounts/A2', { businessAccountId: 'MELB01', subscriberId: ann.ecalId })
    expect(await link(racedDatabase(merge(scene)))).toBe(201)
    const { results } = await env.DB.prepare(
      'SELECT subscriber_id FROM accounts WHERE account_id = ? AND publisher_id = ?',
    )
      .bind('A2', scene.publisher.id)
      .all()
    expect(results).toEqual([{ subscriber_id: ben.ecalId }])
  })
})
