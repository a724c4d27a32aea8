import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, it } from 'vitest'
import worker from '../../../src/worker'
import { aPerson, type TestPerson } from '../../support/apps'
import { prove } from '../../support/contacts'
import { feedText, summaries } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'
import { atTime } from '../../support/time'
import { forgetKeys } from '../identity/support'
import { aBiller, anAccount, aSchedule } from './support'

// Tests at other times leave keys of those times.
afterAll(forgetKeys)

const EARLY = '2036-01-10T01:00:00Z'
const DUE = '2036-01-31'
const path = '/accounts/A1/oneOffSchedules'

const hourly = () =>
  atTime(Date.parse(`${DUE}T01:00:00Z`), () =>
    worker.scheduled(createScheduledController({ cron: '7 * * * *' }), env),
  )

async function twoPersons() {
  const { biller, publisher } = await aBiller()
  const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
  return { biller: biller.at(EARLY), publisher, ann, ben }
}

const etag = async (person: TestPerson) => (await person.feed()).headers.get('ETag')

describe('the ETag of a feed', () => {
  it('changes with what the payer sees of a payment, and with nothing else', async ({ expect }) => {
    const { biller, ann, ben } = await twoPersons()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    await anAccount(biller, 'A2')
    const others = await etag(ben)
    /** Whether something changes the payer's ETag; a client that holds it learns the same from 304 and 200. */
    const changes = async (act: () => Promise<unknown>) => {
      const before = await etag(ann)
      await act()
      const changed = (await etag(ann)) !== before
      expect((await ann.feed({ 'If-None-Match': before ?? '' })).status).toBe(changed ? 200 : 304)
      return changed
    }
    let scheduleId = ''
    const create = async () => {
      scheduleId = (await aSchedule(biller, { dueDate: DUE })).scheduleId
    }
    const tell = (status: object) => () => biller.post(`${path}/${scheduleId}/status`, status)
    expect(await changes(create)).toBe(true)
    expect(await changes(() => aSchedule(biller, { dueDate: DUE }, 'A2'))).toBe(false)
    expect(await changes(() => biller.patch('/accounts/A1', { activePayMethod: 'CC' }))).toBe(false)
    expect(await changes(() => biller.get('/accounts/A1'))).toBe(false)
    expect(await changes(tell({ status: 'promised', date: '2036-02-10' }))).toBe(true)
    expect(await changes(tell({ status: 'promised', date: '2036-02-10' }))).toBe(false)
    expect(await changes(tell({ status: 'failed' }))).toBe(true)
    expect(await changes(tell({ status: 'unheard of' }))).toBe(false)
    expect(await changes(() => biller.delete(`${path}/${scheduleId}`))).toBe(true)
    expect(await changes(() => biller.delete(`${path}/${scheduleId}`))).toBe(false)
    expect(await changes(create)).toBe(true)
    expect(await changes(hourly)).toBe(true)
    expect(await changes(hourly)).toBe(false)
    expect(await changes(() => biller.patch('/accounts/A1', { subscriberId: null }))).toBe(true)
    expect(await etag(ben)).toBe(others)
  })
})

describe('sync by token', () => {
  it('keeps the copies of payers right while payments live and links move', async ({ expect }) => {
    const { biller, ann, ben } = await twoPersons()
    const [ofAnn, ofBen] = [new Replica(ann.app), new Replica(ben.app)]
    /** What came anew to each of the two: titles, or that it is no longer theirs. Both copies are what a full read is. */
    const came = async () => {
      const news: string[][] = []
      for (const [replica, { app }] of [
        [ofAnn, ann],
        [ofBen, ben],
      ] as const) {
        const items = await replica.sync()
        expect(replica.sorted()).toEqual(await fullRead(app))
        const titles = items.map(async ({ permission, event_id: id }) =>
          permission === 'removed' ? permission : (await app.get(`/events/${id}`)).data[0].title,
        )
        news.push(await Promise.all(titles))
      }
      return news
    }
    await came()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    const { scheduleId } = await aSchedule(biller, { dueDate: DUE })
    expect(await came()).toEqual([['Payment Upcoming'], []])
    await hourly()
    expect(await came()).toEqual([['Payment Due'], []])
    await biller.patch('/accounts/A1', { subscriberId: ben.ecalId })
    expect(await came()).toEqual([['removed'], ['Payment Upcoming']])
    await biller.post(`${path}/${scheduleId}/status`, { status: 'promised', date: '2036-02-10' })
    await biller.patch('/accounts/A1', { status: 'closed' })
    expect(await came()).toEqual([[], ['removed']])
    await biller.patch('/accounts/A1', { status: 'active' })
    expect(await came()).toEqual([[], ['Promise to Pay']])
  })
})

describe('a payer who merges', () => {
  it('takes the payments along under their UIDs, and they live on in the survivor’s feed', async ({
    expect,
  }) => {
    const { biller, publisher, ann, ben } = await twoPersons()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    const { scheduleId } = await aSchedule(biller, { dueDate: DUE })
    const reference = `/event/schedule:${scheduleId}`
    const before = (await publisher.api.get(reference)).data
    expect((await prove(ben.app, ben.ecalId, { email: ann.email })).meta.merged_ids).toEqual([ann.ecalId])
    await worker.scheduled(createScheduledController({ cron: '* * * * *' }), env)
    expect((await biller.get('/accounts/A1')).body).toMatchObject({
      subscriberId: ben.ecalId,
      calendarLinked: true,
    })
    expect((await publisher.api.get(reference)).data).toMatchObject({ id: before.id, ecalId: ben.ecalId })
    await biller.post(`${path}/${scheduleId}/status`, { status: 'promised', date: '2036-02-10' })
    const after = (await publisher.api.get(reference)).data
    expect(after).toMatchObject({ id: before.id, name: 'Promise to Pay' })
    expect(after.sequence).toBeGreaterThan(before.sequence)
    expect(await summaries(ben.feed())).toContain('Promise to Pay')
    expect(await feedText(ann.feed())).not.toContain('Promise to Pay')
    await biller.delete(`${path}/${scheduleId}`)
    expect(await summaries(ben.feed())).not.toContain('Promise to Pay')
  })
})
