import type { FC } from 'hono/jsx'
import type { FieldIssue } from '../../domain/errors'
import { isAtLeast } from '../../domain/marketplace/roles'
import { NumberLiteral, PaymentError, refusalOfState } from '../../domain/payments'
import {
  dropSchedule,
  findDeletable,
  makeSchedule,
  readPayingAccount,
  type ShownAccount,
} from '../../domain/portal/payments'
import { paymentRefusals } from '../../objects/payment-refusals'
import { answerPage, type PageStatus, seeOther } from './answers'
import { askToConfirm, isConfirmed } from './confirm'
import type { PortalCall } from './environment'
import { dayOnly, money } from './format'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from './pages'
import { Facts, Folded, FormAlert, Hidden, messageFor, newFormId } from './parts'
import { AccountState, PAYMENTS } from './payments'
import { formIdOf } from './read-form'
import { Refusal } from './refusals'
import { ScheduleTable } from './schedule-table'
import { TextField } from './text-field'

const idOf = (c: PortalCall) => c.req.param('accountId') ?? ''
const pathOf = (accountId: string) => `${PAYMENTS}/${encodeURIComponent(accountId)}`
const parent = { path: PAYMENTS, label: 'Payments' }

/** What the form of a payment date said. */
type Entered = {
  readonly dueDate: string
  readonly amount: string
  readonly scheduleDescription: string
  readonly externalScheduleId: string
  readonly issues: readonly FieldIssue[]
}

const nothingEntered: Entered = {
  dueDate: '',
  amount: '',
  scheduleDescription: '',
  externalScheduleId: '',
  issues: [],
}

/** This surface's answer to what payments refuse (`payments.md` 3 and 6). Invalid input is told at its fields. */
function toRefusal(error: unknown): unknown {
  if (!(error instanceof PaymentError) || error.code === 'invalid') return error
  switch (error.code) {
    case 'not_found':
    case 'no_account_access':
    case 'no_business_access':
      return new Refusal('not_found')
    default:
      return new Refusal('forbidden', paymentRefusals[error.code])
  }
}

/** Does something with payments. @throws Refusal for what payments refuse */
async function orRefuse<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw toRefusal(error)
  }
}

/** `GET /portal/payments/{accountId}`: an account and its payment dates. */
export function answerAccount(c: PortalCall): Promise<Response> {
  return showAccount(c, nothingEntered, newFormId())
}

async function showAccount(
  c: PortalCall,
  entered: Entered,
  formId: string,
  status: PageStatus = 200,
): Promise<Response> {
  const { context, csrf, session } = c.var
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const shown = await orRefuse(() => readPayingAccount(context, idOf(c), rowsOf(page)))
  const { account, business } = shown.facts
  const mayWrite = isAtLeast(session.user.role, 'Power User')
  const path = pathOf(account.accountId)
  const refusal = refusalOfState(shown.facts)
  const content = (
    <>
      <AccountFacts shown={shown} />
      <section>
        <h2>Payment dates</h2>
        <ScheduleTable
          schedules={shown.schedules.slice(0, PAGE_ROWS)}
          business={business}
          path={path}
          csrf={mayWrite ? csrf : null}
        />
        <Pager path={path} page={page} hasNext={shown.schedules.length > PAGE_ROWS} />
        <p class="soft">Dates are those of {business.timezone}.</p>
      </section>
      {mayWrite && refusal === null ? (
        <Folded label="New payment date" isOpen={entered.issues.length > 0}>
          <ScheduleForm
            action={`${path}/schedules`}
            entered={entered}
            formId={formId}
            csrf={csrf}
            currency={business.currency}
          />
        </Folded>
      ) : null}
      {mayWrite && refusal !== null ? (
        <p class="note">
          {refusal === 'payments_stopped'
            ? 'Payments are stopped on this account: it takes no new payment date.'
            : 'The account is not active: it takes no new payment date.'}
        </p>
      ) : null}
    </>
  )
  return answerPage(c, `Account ${account.accountId}`, content, status, { parent })
}

const AccountFacts: FC<{ shown: ShownAccount }> = ({ shown: { facts, outstandingCents } }) => {
  const { account, business, target } = facts
  return (
    <Facts
      facts={[
        ['Business', business.name],
        ['State', <AccountState account={account} />],
        ['Outstanding', money(outstandingCents, business.currency)],
        [
          'Calendar',
          target === null ? (
            'Not connected: the payment dates show in nobody’s calendar'
          ) : (
            <a href={`/portal/subscribers/${target.ownerId}`}>Connected</a>
          ),
        ],
        ['E-mail', account.email ?? ''],
        ['Began', dayOnly(account.startDate)],
        ['Ended', account.finishDate === null ? '' : dayOnly(account.finishDate)],
        ['Term ends', account.termEndDate === null ? '' : dayOnly(account.termEndDate)],
      ]}
    />
  )
}

const ScheduleForm: FC<{
  action: string
  entered: Entered
  formId: string
  csrf: string
  currency: string
}> = ({ action, entered, formId, csrf, currency }) => {
  const field = (name: keyof Omit<Entered, 'issues'>) => ({
    name,
    value: entered[name],
    error: messageFor(entered.issues, name),
  })
  return (
    <form method="post" action={action}>
      <Hidden csrf={csrf} formId={formId} />
      <FormAlert issues={entered.issues} />
      <div class="fields">
        <TextField {...field('dueDate')} label="Due on" type="date" required />
        <TextField
          {...field('amount')}
          label={`Amount in ${currency}`}
          required
          inputmode="decimal"
          hint="Such as 50.00"
        />
        <TextField {...field('scheduleDescription')} label="What it is for" />
        <TextField
          {...field('externalScheduleId')}
          label="Your own number"
          hint="By which your billing system knows it"
        />
      </div>
      <button type="submit">Add the payment date</button>
    </form>
  )
}

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
  const typed = (name: string) => form.get(name) ?? ''
  const entered = {
    dueDate: typed('dueDate'),
    amount: typed('amount'),
    scheduleDescription: typed('scheduleDescription'),
    externalScheduleId: typed('externalScheduleId'),
  }
  const path = pathOf(idOf(c))
  try {
    const posted = { path: `${path}/schedules`, formId }
    await makeSchedule(context, posted, idOf(c), { ...entered, amount: amountOf(entered.amount) })
    return seeOther(c, path, 'schedule_created')
  } catch (error) {
    if (!(error instanceof PaymentError) || error.code !== 'invalid') throw toRefusal(error)
    return showAccount(c, { ...entered, issues: error.issues }, formId, 422)
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
