import { NumberLiteral, PaymentError } from '../../../domain/payments'
import { dropSchedule, findDeletable, makeSchedule } from '../../../domain/portal/payments'
import { seeOther } from '../answers'
import { askToConfirm, isConfirmed } from '../confirm'
import type { PortalCall } from '../environment'
import { dayOnly, money } from '../format'
import { formIdOf } from '../read-form'
import { idOf, pathOf, showAccount } from './page'
import { orRefuse, toRefusal } from './refusals'

/** What the form of a payment date sends (`payments.md` 6.1). */
const fields = ['dueDate', 'amount', 'scheduleDescription', 'externalScheduleId'] as const

/** An amount as people type it, judged as the number that it is in a request to the API. */
function amountOf(text: string): unknown {
  const amount = text.trim()
  if (amount === '') return undefined
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(amount) ? new NumberLiteral(amount) : amount
}

/** `POST /portal/payments/{accountId}/schedules`: adds a payment date, once for each form. */
export async function answerNewSchedule(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const formId = formIdOf(form)
  const values = Object.fromEntries(fields.map((name) => [name, form.get(name) ?? '']))
  const path = pathOf(idOf(c))
  try {
    const posted = { path: `${path}/schedules`, formId }
    await makeSchedule(context, posted, idOf(c), { ...values, amount: amountOf(values.amount ?? '') })
    return seeOther(c, path, 'schedule_created')
  } catch (error) {
    if (!(error instanceof PaymentError) || error.code !== 'invalid') throw toRefusal(error)
    return showAccount(c, { values, issues: error.issues }, formId, 422)
  }
}

/** `POST /portal/payments/{accountId}/schedules/{id}/delete`: asks first. */
export async function answerDeleteSchedule(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const [accountId, id] = [idOf(c), c.req.param('id') ?? '']
  const path = pathOf(accountId)
  if (isConfirmed(form)) {
    await orRefuse(() => dropSchedule(context, accountId, id))
    return seeOther(c, path, 'schedule_deleted')
  }
  const { facts, schedule, refusal } = await orRefuse(() => findDeletable(context, accountId, id))
  if (refusal !== null) throw toRefusal(new PaymentError(refusal))
  const amount = money(schedule.installmentCents, facts.business.currency)
  const fromCalendar = facts.target === null ? '' : ' It goes from the person’s calendar, too.'
  return askToConfirm(c, {
    title: 'Delete this payment date?',
    action: `${path}/schedules/${id}/delete`,
    lost: `${amount}, due on ${dayOnly(schedule.startDate)}, is no longer asked for on account ${accountId}.${fromCalendar}`,
    yes: 'Delete the payment date',
    back: path,
  })
}
