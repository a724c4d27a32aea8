import type { FC } from 'hono/jsx'
import { isAtLeast } from '../../../domain/marketplace/roles'
import { refusalOfState } from '../../../domain/payments'
import { readPayingAccount, type ShownAccount } from '../../../domain/portal/payments'
import { answerPage, type PageStatus } from '../answers'
import type { PortalCall } from '../environment'
import { type Entered, Field } from '../fields'
import { dayOnly, money } from '../format'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from '../pages'
import { Facts, Folded, FormAlert, Hidden, newFormId } from '../parts'
import { Refusal } from '../refusals'
import { AccountState, PAYMENTS } from './list'
import { orRefuse } from './refusals'
import { ScheduleTable } from './schedules'

export const idOf = (c: PortalCall) => c.req.param('accountId') ?? ''
export const pathOf = (accountId: string) => `${PAYMENTS}/${encodeURIComponent(accountId)}`
const parent = { path: PAYMENTS, label: 'Payments' }

const nothingEntered: Entered = { values: {}, issues: [] }

/** `GET /portal/payments/{accountId}`: an account and its payment dates. */
export function answerAccount(c: PortalCall): Promise<Response> {
  return showAccount(c, nothingEntered, newFormId())
}

/** The page of an account; `entered`: what its form said, where it comes back. */
export async function showAccount(
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
}> = ({ action, entered: typed, formId, csrf, currency }) => {
  const common = { form: 'schedule', entered: typed }
  return (
    <form method="post" action={action}>
      <Hidden csrf={csrf} formId={formId} />
      <FormAlert issues={typed.issues} />
      <div class="fields">
        <Field {...common} name="dueDate" label="Due on" type="date" hint="From today on" required />
        <Field {...common} name="amount" label={`Amount in ${currency}`} hint="Such as 50.00" required />
        <Field {...common} name="scheduleDescription" label="What it is for" hint="Shows in the calendar" />
        <Field
          {...common}
          name="externalScheduleId"
          label="Your own number"
          hint="By which your billing system knows it"
        />
      </div>
      <button type="submit">Add the payment date</button>
    </form>
  )
}
