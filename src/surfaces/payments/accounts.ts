import {
  type AccountView,
  listAccounts,
  makeCursor,
  PaymentError,
  patchAccount,
  putAccount,
  reaches,
  readAccount,
  type SchedulePage,
} from '../../domain/payments'
import { moneyJson } from '../../objects/money'
import { answer } from './answers'
import type { PaymentsCall } from './environment'
import { bodyReader, parameter, readPage } from './requests'
import { scheduleAnswer } from './wire'

/** Schedules that an account's answer shows. */
const SHOWN = 50

const iso = (at: number) => new Date(at).toISOString()

/** An account on the wire (`payments.md` 5), with its first schedules where they were read. */
function accountAnswer({ account, calendarLinked, outstandingCents }: AccountView, page?: SchedulePage) {
  const amount = moneyJson(outstandingCents)
  return {
    accountId: account.accountId,
    businessAccountId: account.businessId,
    status: account.status,
    startDate: account.startDate,
    finishDate: account.finishDate,
    termEndDate: account.termEndDate,
    paymentStopped: account.paymentStopped,
    activePayMethod: account.activePayMethod,
    model: account.model,
    subscriberId: account.subscriberId,
    email: account.email,
    calendarLinked,
    // One-off schedules are the only charge there is.
    totalAmountDue: amount,
    outstandingOneOffAmount: amount,
    createdDateTime: iso(account.createdAt),
    lastUpdatedDateTime: iso(account.updatedAt),
    ...(page
      ? {
          oneOffSchedules: page.schedules.map((schedule) => scheduleAnswer(account.accountId, schedule)),
          hasMoreSchedules: page.hasNext,
        }
      : {}),
  }
}

/** GET /accounts/{accountId}: the source's GetCustomerAccountByAccountId. */
export async function getAccount(c: PaymentsCall): Promise<Response> {
  const view = await readAccount(c.var.context, c.var.target.accountId, SHOWN)
  return answer(c, accountAnswer(view, view))
}

/** PUT /accounts/{accountId}: makes or replaces. */
export async function putAccountRoute(c: PaymentsCall): Promise<Response> {
  const { accountId } = c.var.target
  const { isNew } = await putAccount(c.var.context, accountId, bodyReader(c))
  const view = await readAccount(c.var.context, accountId, SHOWN)
  const headers: Record<string, string> = isNew ? { Location: `${c.var.prefix}/accounts/${accountId}` } : {}
  return answer(c, accountAnswer(view, view), isNew ? 201 : 200, headers)
}

/** PATCH /accounts/{accountId}: changes the fields given. */
export async function patchAccountRoute(c: PaymentsCall): Promise<Response> {
  await patchAccount(c.var.context, c.var.target.accountId, bodyReader(c))
  return getAccount(c)
}

/** GET /accounts: those of the client's businesses. */
export async function getAccounts(c: PaymentsCall): Promise<Response> {
  const { context } = c.var
  const businessId = parameter(c, 'businessAccountId')
  if (businessId !== '' && !reaches(context, businessId)) throw new PaymentError('no_business_access')
  const status = parameter(c, 'status')
  const known = ['', 'active', 'inactive', 'closed'].includes(status)
  const cursorOf = { list: 'accounts', of: '' }
  const issues = known ? [] : [{ field: 'status', message: 'Status is invalid.' }]
  const { limit, after } = await readPage(c, cursorOf, issues)
  const { accounts, hasNext } = await listAccounts(context, {
    businessId: businessId || null,
    status: status || null,
    after: String(after?.[0] ?? ''),
    limit,
  })
  const last = accounts.at(-1)
  const nextCursor = hasNext && last ? await makeCursor(context, cursorOf, [last.account.accountId]) : ''
  return answer(c, {
    accounts: accounts.map((view) => accountAnswer(view)),
    responseMetadata: { nextCursor, hasNext },
  })
}
