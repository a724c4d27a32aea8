import { DomainError, type FieldIssue } from '../../domain/errors'
import { billsOf, buyExtra, choosePlan, dropPlan, retryBill } from '../../domain/marketplace/billing'
import { audited } from '../../domain/portal/audit'
import { once } from '../../domain/portal/once'
import { answerPage, type PageStatus, seeOther } from './answers'
import { billedThrough } from './billed-through'
import { BillingPage } from './billing-page'
import { askToConfirm, isConfirmed } from './confirm'
import type { PortalCall } from './environment'
import { PAGE_ROWS, pageAsked, rowsOf } from './pages'
import { newFormId } from './parts'
import { formIdOf } from './read-form'
import { Refusal } from './refusals'
import { wakeWaitingBills } from './wake-bills'

const PATH = '/portal/billing'

/** What a form of this page said, where it is shown again. */
export type Entered = {
  readonly plan: string | null
  readonly extra: string
  readonly quantity: string
  readonly formId: string
  readonly issues: readonly FieldIssue[]
}

const nothingEntered = (): Entered => ({
  plan: null,
  extra: '',
  quantity: '1',
  formId: newFormId(),
  issues: [],
})

/** `GET /portal/billing`: plans, the chosen one, extras, bills. */
export function answerBilling(c: PortalCall): Promise<Response> {
  return showBilling(c, nothingEntered())
}

async function showBilling(c: PortalCall, entered: Entered, status: PageStatus = 200): Promise<Response> {
  const { session, context, csrf } = c.var
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const billed = billedThrough(session)
  const bills = (await billsOf(context.db, [context.publisher.id])).get(context.publisher.id) ?? []
  const { limit, offset } = rowsOf(page)
  const shown = bills.toReversed().slice(offset, offset + limit)
  const content = (
    <BillingPage
      billed={billed}
      bills={shown.slice(0, PAGE_ROWS)}
      pages={{ page, hasNext: shown.length > PAGE_ROWS }}
      entered={entered}
      csrf={csrf}
      now={context.now}
      zone={context.publisher.timezone}
    />
  )
  return answerPage(c, 'Billing', content, status)
}

/** The marketplace that a form of this page is for. @throws Refusal `not_found` where billing is arranged with us */
function mustBeBilled(c: PortalCall) {
  const billed = billedThrough(c.var.session)
  if (!billed) throw new Refusal('not_found', 'Billing is arranged with us; there is nothing to choose here.')
  return billed
}

/** After a write: the page that shows it; what is due at the marketplace is sent at once. */
function settled(c: PortalCall, notice: Parameters<typeof seeOther>[2]): Response {
  c.executionCtx.waitUntil(wakeWaitingBills(c))
  return seeOther(c, PATH, notice)
}

/** Does what a form asks for; where its input is invalid, answers the page with what was entered. */
async function orAgain(c: PortalCall, entered: Entered, act: () => Promise<Response>): Promise<Response> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'invalid') throw error
    return showBilling(c, { ...entered, issues: error.issues }, 422)
  }
}

/** `POST /portal/billing/plan`: chooses a plan. The one that is chosen already changes nothing. */
export async function answerPlan(c: PortalCall): Promise<Response> {
  const { marketplace } = mustBeBilled(c)
  const plan = c.var.form.get('plan') ?? ''
  return orAgain(c, { ...nothingEntered(), plan }, async () => {
    await choosePlan(audited(c.var.context, 'plan.chosen', plan), marketplace, plan)
    return settled(c, 'plan_chosen')
  })
}

/** `POST /portal/billing/extras`: buys an extra, once for each form. */
export async function answerExtra(c: PortalCall): Promise<Response> {
  const { marketplace, company } = mustBeBilled(c)
  const { form, context } = c.var
  const formId = formIdOf(form)
  const [extra, quantity] = [form.get('extra') ?? '', form.get('quantity') ?? '']
  return orAgain(c, { ...nothingEntered(), extra, quantity, formId }, async () => {
    const wanted = { extraId: extra, quantity: wholeNumber(quantity), formId }
    await once(
      audited(context, 'extra.bought', extra),
      { path: `${PATH}/extras`, formId },
      async (acting) => {
        const { bill } = await buyExtra(acting, marketplace, company, wanted)
        return bill.id
      },
    )
    return settled(c, 'extra_bought')
  })
}

/** A number as people type it; NaN for anything but digits. */
function wholeNumber(text: string): number {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN
}

/** `POST /portal/billing/bills/{id}/retry`: tries a failed bill once more; another one is left alone. */
export async function answerRetry(c: PortalCall): Promise<Response> {
  mustBeBilled(c)
  const { context } = c.var
  const id = c.req.param('id') ?? ''
  const isFailed = {
    sql: `EXISTS (SELECT 1 FROM bills WHERE id = ?9 AND publisher_id = ?10 AND state = 'failed')`,
    values: [id, context.publisher.id],
  }
  await retryBill(audited(context, 'bill.retried', id, isFailed), id)
  return settled(c, 'bill_retried')
}

/** `POST /portal/billing/cancel`: drops the plan and cancels its bill; asks first. */
export async function answerCancel(c: PortalCall): Promise<Response> {
  const { company } = mustBeBilled(c)
  const { form, context } = c.var
  if (!isConfirmed(form)) {
    return askToConfirm(c, {
      title: 'Cancel the plan?',
      action: `${PATH}/cancel`,
      lost: (
        <>
          The plan <bdi>{company.plan ? `“${company.plan.name}”` : ''}</bdi> is dropped and its recurring bill
          is cancelled at your marketplace. You can choose a plan again later; a trial that is left goes on.
        </>
      ),
      yes: 'Cancel the plan',
      back: PATH,
    })
  }
  await dropPlan(audited(context, 'plan.cancelled', company.plan?.id ?? ''))
  return settled(c, 'plan_cancelled')
}
