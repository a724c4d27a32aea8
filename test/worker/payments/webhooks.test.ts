import { describe, it } from 'vitest'
import { aReceiver, type Received } from '../../support/receiver'
import { anEndpoint } from '../../support/webhooks'
import { aBiller, anAccount, aSchedule } from './support'

const events = ['schedule.created', 'schedule.deleted', 'schedule.status_changed']

const sequenceOf = (message: Received) => Number(message.json.data.sequence)

describe('the webhooks of schedules', () => {
  it('tell each change once, with the schedule and its state as of then', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    const receiver = aReceiver()
    await anEndpoint(publisher, receiver.url, { events })
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    await anAccount(biller, 'A2')
    const made = await aSchedule(biller, {
      amount: 50.1,
      scheduleDescription: 'Rates',
      externalScheduleId: 'T1',
    })
    const path = `/accounts/A1/oneOffSchedules/${made.scheduleId}`
    await biller.post(`${path}/status`, { status: 'promised', date: '2030-02-10', note: 'soon' })
    await biller.delete(path)
    await aSchedule(biller, {}, 'A2')
    const sent = (await receiver.until(4)).toSorted((a, b) => sequenceOf(a) - sequenceOf(b))
    expect(sent.map((message) => message.json.type)).toEqual([
      'schedule.created',
      'schedule.status_changed',
      'schedule.deleted',
      'schedule.created',
    ])
    const [created, changed, deleted, unlinked] = sent.map((message) => JSON.parse(message.body))
    const data = {
      sequence: expect.any(Number),
      accountId: 'A1',
      businessAccountId: 'MELB01',
      subscriberId: ann.ecalId,
      schedule: made,
      status: 'upcoming',
      date: '2030-01-31',
      note: '',
    }
    expect(created).toEqual({ type: 'schedule.created', timestamp: expect.any(String), data })
    expect(Object.keys(created.data)).toEqual(Object.keys(data))
    expect(changed.data).toEqual({ ...data, status: 'promised', date: '2030-02-10', note: 'soon' })
    expect(deleted.data).toEqual({ ...data, status: 'promised', date: '2030-02-10', note: 'soon' })
    expect(unlinked.data).toMatchObject({ accountId: 'A2', subscriberId: '' })
    expect(sent[0]?.id).toBe(`msg_${created.data.sequence}`)
    expect(sent[0]?.body).toContain('"amount":50.10,')
    expect(sent.map((message) => message.body).join()).not.toContain('ecal-sub')
  })
})
