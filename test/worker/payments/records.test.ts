import { env } from 'cloudflare:workers'
import { afterAll, describe, it } from 'vitest'
import { forgetKeys } from '../identity/support'
import { aBiller, anAccount, aSchedule } from './support'

// Tests at other times leave keys of those times.
afterAll(forgetKeys)

const rule = '============================================='

describe('the records of a schedule', () => {
  it('tell of its addition, its states and its deletion in the source’s words', async ({ expect }) => {
    const { biller } = await aBiller()
    const day = biller.at('2030-03-18T14:30:00Z') // 19 March in Melbourne
    await anAccount(day)
    const { scheduleId } = await aSchedule(day, {
      dueDate: '2030-05-01',
      amount: 3,
      externalScheduleId: "O'Hara",
    })
    await day.post(`/accounts/A1/oneOffSchedules/${scheduleId}/status`, {
      status: 'promised',
      date: '2030-05-03',
    })
    await day.delete(`/accounts/A1/oneOffSchedules/${scheduleId}`)
    const { body } = await day.get('/accounts/A1/auditRecords')
    const ids = await env.DB.prepare(
      'SELECT id, account_uid FROM pay_schedules_deleted WHERE schedule_no = ?',
    )
      .bind(Number(scheduleId))
      .first<{ id: string; account_uid: string }>()
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
    expect(ids).toEqual({ id: expect.stringMatching(uuid), account_uid: expect.stringMatching(uuid) })
    const block = `PayscheduleId => ${ids?.id} Class => ScheduleOneOff StartDate => 2030-05-01 ScheduleNo => ${scheduleId} Installment => 3.00 Frequency => One off PaymentType => OP AccountId => ${ids?.account_uid} PayScheduleLoadDate => 2030-03-19`
    const fields = {
      PayscheduleId: ids?.id,
      Class: 'ScheduleOneOff',
      StartDate: '2030-05-01',
      ScheduleNo: scheduleId,
      Installment: '3.00',
      Frequency: 'One off',
      PaymentType: 'OP',
      AccountId: ids?.account_uid,
      PayScheduleLoadDate: '2030-03-19',
    }
    const common = {
      auditRecordId: expect.stringMatching(/^\d+$/),
      accountId: 'A1',
      scheduleId,
      user: biller.client.clientId,
      createdDateTime: '2030-03-18T14:30:00.000Z',
    }
    expect(body).toEqual({
      auditRecords: [
        {
          ...common,
          action: 'Schedule Deleted',
          text: `${rule} Schedule Deleted ${rule} ${block} ${rule} End ${rule}`,
          fields,
        },
        {
          ...common,
          action: 'Schedule Status Changed',
          text: `${rule} Schedule Status Changed ${rule} ${block} Status => promised StatusDate => 2030-05-03 ${rule} End ${rule}`,
          fields: { ...fields, Status: 'promised', StatusDate: '2030-05-03' },
        },
        {
          ...common,
          action: 'Schedule Added',
          text: `${rule} Schedule Added ${rule} ${block} ${rule} End ${rule}`,
          fields,
        },
      ],
      responseMetadata: { nextCursor: '', hasNext: false },
    })
    const said = `Webservice variation request by ${biller.client.clientId} processed successfully.`
    expect((await day.get('/accounts/A1/callNotes')).body).toEqual({
      callNotes: [
        `${said} Deleted one-off pay schedule O'Hara effective on 2030-05-01`,
        `${said} Added One-off pay schedule with external identifier O'Hara effective on 2030-05-01`,
      ].map((note) => ({
        callNoteId: expect.stringMatching(/^\d+$/),
        accountId: 'A1',
        scheduleId,
        note,
        purpose: 'DC',
        callHow: 'WSE',
        user: biller.client.clientId,
        createdDateTime: '2030-03-18T14:30:00.000Z',
      })),
      responseMetadata: { nextCursor: '', hasNext: false },
    })
  })

  it('name the schedule’s number where it has no external id, and come newest first in pages', async ({
    expect,
  }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const { scheduleId } = await aSchedule(biller)
    await biller.delete(`/accounts/A1/oneOffSchedules/${scheduleId}`)
    const first = (await biller.get('/accounts/A1/callNotes?limit=1')).body
    expect(first.callNotes[0].note).toContain(
      `Deleted one-off pay schedule ${scheduleId} effective on 2030-01-31`,
    )
    const rest = await biller.get(`/accounts/A1/callNotes?nextCursor=${first.responseMetadata.nextCursor}`)
    expect(rest.body.callNotes.map((each: { note: string }) => each.note)).toEqual([
      expect.stringContaining(
        `Added One-off pay schedule with schedule no ${scheduleId} effective on 2030-01-31`,
      ),
    ])
    expect((await biller.get('/accounts/A1/auditRecords?scheduleId=x')).body.auditRecords).toEqual([])
  })
})
