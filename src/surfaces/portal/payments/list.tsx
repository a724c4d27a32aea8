import type { FC } from 'hono/jsx'
import { type ListedAccount, listPayingAccounts } from '../../../domain/portal/payments'
import { answerPage } from '../answers'
import type { PortalCall } from '../environment'
import { dayOnly, money } from '../format'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from '../pages'
import { Empty, LinkedRow, State, Table, Tag } from '../parts'
import { Refusal } from '../refusals'

export const PAYMENTS = '/portal/payments'

/** `GET /portal/payments`: the accounts, each with its state and when it is next due. */
export async function answerPayments(c: PortalCall): Promise<Response> {
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const prefix = (c.req.query('q') ?? '').trim()
  const accounts = await listPayingAccounts(c.var.context, { prefix, ...rowsOf(page) })
  const isEmpty = accounts.length === 0 && prefix === '' && page === 1
  const content = isEmpty ? (
    <Empty title="There are no accounts yet">
      <p>
        Your billing system puts its customers’ accounts here, and their payment dates into the calendars of
        those who connected one. How it does that is told under <a href="/portal/help">Help</a>.
      </p>
    </Empty>
  ) : (
    <>
      <form method="get" action={PAYMENTS} class="search">
        <div class="field">
          <label for="q">Find an account</label>
          <input type="search" id="q" name="q" value={prefix} maxlength={15} autocomplete="off" />
        </div>
        <button type="submit" class="plain">
          Find
        </button>
      </form>
      {accounts.length === 0 ? (
        <p>
          No account’s id begins with “<bdi>{prefix}</bdi>”.
        </p>
      ) : (
        <AccountTable accounts={accounts.slice(0, PAGE_ROWS)} />
      )}
      <Pager
        path={PAYMENTS}
        query={prefix === '' ? {} : { q: prefix }}
        page={page}
        hasNext={accounts.length > PAGE_ROWS}
      />
    </>
  )
  return answerPage(c, 'Payments', content)
}

const AccountTable: FC<{ accounts: readonly ListedAccount[] }> = ({ accounts }) => (
  <Table caption="Accounts" heads={['Account', 'Business', 'State', 'Outstanding', 'Next due']}>
    {accounts.map((account) => (
      <LinkedRow href={`${PAYMENTS}/${account.accountId}`} name={account.accountId}>
        <td data-label="Business">{account.businessName}</td>
        <td>
          <AccountState account={account} />
        </td>
        <td class="number" data-label="Outstanding">
          {money(account.outstandingCents, account.currency)}
        </td>
        <td class="when" data-label="Next due">
          {account.nextDue === null ? '' : dayOnly(account.nextDue)}
        </td>
      </LinkedRow>
    ))}
  </Table>
)

/** The state of an account; whether payments are stopped stands beside it. */
export const AccountState: FC<{ account: Pick<ListedAccount, 'status' | 'paymentStopped'> }> = ({
  account: { status, paymentStopped },
}) => (
  <>
    {status === 'active' ? (
      <State kind="good">Active</State>
    ) : (
      <State kind="over">{status === 'closed' ? 'Closed' : 'Inactive'}</State>
    )}
    {paymentStopped ? <Tag>Payments stopped</Tag> : null}
  </>
)
