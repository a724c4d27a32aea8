import {
  createSchedule,
  deleteSchedule,
  findAccount,
  findSchedule,
  listSchedules,
  makeCursor,
} from '../../domain/payments'
import { answer } from './answers'
import type { PaymentsCall } from './environment'
import { bodyReader, readPage } from './requests'
import { scheduleAnswer } from './wire'

/** POST /accounts/{accountId}/oneOffSchedules */
export async function postSchedule(c: PaymentsCall): Promise<Response> {
  const { accountId } = c.var.target
  const schedule = await createSchedule(c.var.context, accountId, bodyReader(c))
  const Location = `${c.var.prefix}/accounts/${accountId}/oneOffSchedules/${schedule.scheduleNo}`
  return answer(c, scheduleAnswer(accountId, schedule), 201, { Location })
}

/** GET /accounts/{accountId}/oneOffSchedules: live ones, by number. */
export async function getSchedules(c: PaymentsCall): Promise<Response> {
  const { context, target } = c.var
  const cursorOf = { list: 'oneOffSchedules', of: target.accountId }
  const { limit, after } = await readPage(c, cursorOf)
  const facts = await findAccount(context, target.accountId)
  const { schedules, hasNext } = await listSchedules(context, facts, Number(after?.[0] ?? 0), limit)
  const last = schedules.at(-1)
  const nextCursor = hasNext && last ? await makeCursor(context, cursorOf, [last.scheduleNo]) : ''
  return answer(c, {
    oneOffSchedules: schedules.map((schedule) => scheduleAnswer(target.accountId, schedule)),
    responseMetadata: { nextCursor, hasNext },
  })
}

/** GET /accounts/{accountId}/oneOffSchedules/{scheduleId}: wrapped in a list, as the source shows it. */
export async function getSchedule(c: PaymentsCall): Promise<Response> {
  const { accountId, scheduleId } = c.var.target
  const { schedule } = await findSchedule(c.var.context, accountId, scheduleId)
  return answer(c, { oneOffSchedules: [scheduleAnswer(accountId, schedule)] })
}

/** DELETE /accounts/{accountId}/oneOffSchedules/{scheduleId} */
export async function deleteScheduleRoute(c: PaymentsCall): Promise<Response> {
  const { accountId, scheduleId } = c.var.target
  await deleteSchedule(c.var.context, accountId, scheduleId)
  return answer(c, { message: 'One-off schedule successfully deleted' })
}
