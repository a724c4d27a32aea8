import type { FC } from 'hono/jsx'
import type { Plan } from '../../db/schema'
import type { BillRow } from '../../domain/marketplace/billing'
import { howOften, money } from './format'
import { ButtonForm, State, Table, Time } from './parts'

/** Bills with their state and what went wrong; newest first. `csrf`: null where none can be tried again. */
export const BillTable: FC<{
  bills: readonly BillRow[]
  plans: readonly Pick<Plan, 'id' | 'name'>[]
  csrf: string | null
  now: number
  zone: string
}> = ({ bills, plans, csrf, now, zone }) =>
  bills.length === 0 ? (
    <p>There is no bill yet. Choosing a plan or buying an extra makes one.</p>
  ) : (
    <Table caption="Bills" heads={['What', 'Amount', 'Made', 'State', '']}>
      {bills.map((bill) => (
        <tr>
          <th scope="row">{titleOf(bill, plans)}</th>
          <td class="number">
            {money(bill.priceCents, bill.currency)}
            {bill.kind === 'recurring' ? <span class="soft about">{recurrence(bill)}</span> : null}
          </td>
          <td class="when" data-label="Made">
            <Time at={bill.createdAt} zone={zone} />
          </td>
          <td>
            <BillState bill={bill} now={now} zone={zone} />
            {bill.lastError === null || !isTold(bill) ? null : (
              <span class="soft about">{bill.lastError}</span>
            )}
          </td>
          <td class="actions">
            {csrf !== null && bill.state === 'failed' ? (
              <ButtonForm
                action={`/portal/billing/bills/${bill.id}/retry`}
                csrf={csrf}
                label={`Try again: ${titleOf(bill, plans)}`}
              >
                Try again
              </ButtonForm>
            ) : null}
          </td>
        </tr>
      ))}
    </Table>
  )

/** What a bill is for, as its buyer knows it: the plan's name where the plan is still sold. */
function titleOf(bill: BillRow, plans: readonly Pick<Plan, 'id' | 'name'>[]): string {
  return plans.find(({ id }) => id === bill.planId)?.name ?? bill.description
}

function recurrence({ period, frequency }: BillRow): string {
  return howOften({ period: period ?? 'Month', frequency: frequency ?? 1 })
}

/** Whether what went wrong last still matters. */
function isTold({ state }: BillRow): boolean {
  return state === 'failed' || state === 'queued' || state === 'cancelling'
}

const BillState: FC<{ bill: BillRow; now: number; zone: string }> = ({ bill, now, zone }) => {
  switch (bill.state) {
    case 'scheduled':
      return (
        <State kind="waiting">
          Starts {bill.startsAt > now ? <Time at={bill.startsAt} zone={zone} /> : 'now'}
        </State>
      )
    case 'queued':
      return <State kind="waiting">Being sent</State>
    case 'active':
      return <State kind="good">Active</State>
    case 'sent':
      return <State kind="good">Sent</State>
    case 'cancelling':
      return <State kind="waiting">Being cancelled</State>
    case 'cancelled':
      return <State kind="over">Cancelled</State>
    case 'failed':
      return <State kind="bad">Failed</State>
  }
}
