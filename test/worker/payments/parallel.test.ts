import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { moveSchedules } from '../../../src/domain/payments'
import { count, logged } from '../../support/rows'
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
