import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { moveSchedules } from '../../../src/domain/payments'
import { count, logged } from '../../support/rows'
import { callWith, tokenOf } from '../identity/support'
import { aBiller, anAccount, aSchedule } from './support'

const path = '/accounts/A1/oneOffSchedules'

const liveEvents = (owner: string) =>
  count(`events WHERE owner_id = ? AND reference_type = 'schedule' AND deleted_at IS NULL`, owner)

describe('writes that meet', () => {
  it('leave every schedule in the calendar that the account is linked to at last', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const [ann, ben] = [await publisher.subscriber(), await publisher.subscriber()]
    await anAccount(biller)
    const link = (subscriberId: string | null) => biller.patch('/accounts/A1', { subscriberId })
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) => {
        if (n % 6 === 3) return link(n % 4 === 1 ? ann.ecalId : ben.ecalId)
        return biller.post(path, { dueDate: '2030-01-31', amount: 50 })
      }),
    )
    expect(answers.every((answer) => answer.status < 300)).toBe(true)
    const { subscriberId } = (await biller.get('/accounts/A1')).body
    const other = subscriberId === ann.ecalId ? ben.ecalId : ann.ecalId
    expect([await liveEvents(subscriberId), await liveEvents(other)]).toEqual([20, 0])
    expect((await biller.get('/accounts/A1')).body.totalAmountDue).toBe(1000)
  })

  it('all succeed, however many change one account', { timeout: 180_000 }, async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, n) =>
        biller.patch('/accounts/A1', { termEndDate: `${2030 + n}-01-01`, email: `a${n}@example.com` }),
      ),
    )
    expect(answers.filter((answer) => answer.status !== 200)).toEqual([])
    const { termEndDate, email } = (await biller.get('/accounts/A1')).body
    expect(email).toBe(`a${Number(termEndDate.slice(0, 4)) - 2030}@example.com`)
  })

  it('put nothing on an account that was closed or stopped meanwhile', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const rows = await logged(() =>
      Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          n === 7
            ? biller.patch('/accounts/A1', { paymentStopped: true })
            : biller.post(path, { dueDate: '2030-01-31', amount: 50 }),
        ),
      ),
    )
    const ops = rows.filter((row) => row.stream.startsWith('account:')).map((row) => row.op)
    expect(ops.at(-1)).toBe('account.updated')
  })

  it('either delete or pay a schedule', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    for (let round = 0; round < 5; round++) {
      const { scheduleId } = await aSchedule(biller)
      const [deleted, paid] = await Promise.all([
        biller.delete(`${path}/${scheduleId}`),
        biller.post(`${path}/${scheduleId}/status`, { status: 'paid' }),
      ])
      expect([
        [200, 404],
        [403, 200],
      ]).toContainEqual([deleted.status, paid.status])
    }
  })
})

/** A database in which something else happens just before the first write. */
function overtaken(happen: () => Promise<unknown>): D1Database {
  let first = true
  const statement = (sql: string, real: D1PreparedStatement): object => ({
    sql,
    real,
    bind: (...values: unknown[]) => statement(sql, real.bind(...values)),
    first: () => real.first(),
  })
  const session = {
    prepare: (sql: string) => statement(sql, env.DB.prepare(sql)),
    batch: async (statements: { sql: string; real: D1PreparedStatement }[]) => {
      const writes = statements.some(({ sql }) => sql.startsWith('INSERT'))
      if (first && writes) {
        first = false
        await happen()
      }
      return env.DB.batch(statements.map(({ real }) => real))
    },
    getBookmark: () => null,
  }
  return { withSession: () => session } as unknown as D1Database
}

describe('a link to somebody', () => {
  it.for(['PUT', 'PATCH'])('leads to who is there once it is written by %s', async (method, { expect }) => {
    const { biller, publisher } = await aBiller()
    const [ann, ben] = [await publisher.subscriber(), await publisher.subscriber()]
    if (method === 'PATCH') {
      await anAccount(biller)
      await aSchedule(biller)
    }
    const merged = () =>
      env.DB.prepare(`UPDATE subscribers SET state = 'merged', merged_into = ?1 WHERE id = ?2`)
        .bind(ben.ecalId, ann.ecalId)
        .run()
    const answer = await callWith({ DB: overtaken(merged) }, '/accounts/A1', {
      method,
      headers: { Authorization: `Bearer ${await tokenOf(biller.client)}` },
      body: JSON.stringify({ businessAccountId: 'MELB01', subscriberId: ann.ecalId }),
    })
    expect(answer.status).toBeLessThan(300)
    expect(await answer.json()).toMatchObject({ subscriberId: ben.ecalId, calendarLinked: true })
    expect([await liveEvents(ann.ecalId), await liveEvents(ben.ecalId)]).toEqual([
      0,
      method === 'PATCH' ? 1 : 0,
    ])
  })
})

describe('a merge of two persons', () => {
  it('moves the links of accounts, and logs it', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const [ann, ben] = [await publisher.subscriber(), await publisher.subscriber()]
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    const ctx = {
      db: env.DB,
      now: Date.now(),
      actor: 'operator',
      publisher: { ...publisher, orgId: 0, name: '', timezone: 'UTC', defaultRegion: 'AU', isPartner: false },
      inEachWrite: [],
      encryptionKey: () => '',
    }
    // The merge marks who goes; without its mark nothing moves.
    expect(await logged(() => env.DB.batch(moveSchedules(ctx, ann.ecalId, ben.ecalId, 'a-merge')))).toEqual(
      [],
    )
    await env.DB.prepare(`UPDATE subscribers SET write_id = 'a-merge' WHERE id = ?`).bind(ann.ecalId).run()
    const rows = await logged(() => env.DB.batch(moveSchedules(ctx, ann.ecalId, ben.ecalId, 'a-merge')))
    expect(rows.map((row) => [row.op, row.entity_id])).toEqual([['account.updated', 'A1']])
    expect((await biller.get('/accounts/A1')).body).toMatchObject({
      subscriberId: ben.ecalId,
      calendarLinked: true,
    })
  })
})
