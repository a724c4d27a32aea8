// @ts-check
// The account API, as it stands under /api/v1: groups, users, bills, recurring bills, session check.
import { Hono } from 'hono'
import { isAuthorized } from './basic-auth.mjs'
import { BillError, newBill, newRecurringBill, nextExecutionAt } from './bills.mjs'
import { isPlainObject } from './connec.mjs'

/** @typedef {import('./hub.mjs').Hub} Hub */
/** @typedef {import('./bills.mjs').Bill} Bill */
/** @typedef {import('./bills.mjs').RecurringBill} RecurringBill */

/** @param {Hub} hub */
export function accountApi(hub) {
  const api = new Hono()

  api.use('/account/*', async (c, next) => {
    if (!isAuthorized(hub, c.req.raw)) {
      throw new BillError(401, { authentication: ['the credentials are not those of the app'] })
    }
    await next()
  })

  list('/account/groups', () => [...hub.groups.values()].map(groupView))
  one('/account/groups/:id', (id) => hub.groups.get(id), groupView)
  list('/account/users', () => [...hub.users.values()].map(userView))
  one('/account/users/:id', (id) => hub.users.get(id), userView)

  const billView = (/** @type {Bill} */ bill) => bill
  const recurringView = (/** @type {RecurringBill} */ bill) => ({
    ...bill,
    next_execution_at: nextExecutionAt(bill, hub.now()),
  })
  billing('/account/bills', hub.bills, newBill, billView)
  billing('/account/recurring_bills', hub.recurringBills, newRecurringBill, recurringView)

  // The session's token is the credential here.
  api.get('/auth/saml/:uid', (c) => {
    const recheck = new Date(hub.now() + hub.recheckMs).toISOString()
    return c.json({ valid: hub.isSession(c.req.param('uid'), c.req.query('session') ?? ''), recheck })
  })

  api.all('*', () => answer(404, {}, { path: ['there is nothing here'] }))
  api.onError((error) => {
    if (error instanceof BillError) return answer(error.status, {}, error.errors)
    console.error(error)
    return answer(500, {}, { system: [error.message] })
  })
  return api

  /** @param {string} path @param {() => unknown[]} read */
  function list(path, read) {
    api.get(path, () => answer(200, read()))
  }

  /** @template T @param {string} path @param {(id: string) => T | undefined} find @param {(found: T) => unknown} view */
  function one(path, find, view) {
    api.get(path, (c) => answer(200, view(existing(find(c.req.param('id') ?? '')))))
  }

  /**
   * The calls that bills of both kinds have.
   * @template {Bill | RecurringBill} T
   * @param {string} path @param {Map<string, T>} bills
   * @param {(fields: Record<string, unknown>, of: { group: string, now: number }) => T} make
   * @param {(bill: T) => unknown} view
   */
  function billing(path, bills, make, view) {
    api.get(path, (c) => {
      const group = c.req.query('group_id')
      const found = [...bills.values()].filter((bill) => group === undefined || bill.group_id === group)
      return answer(200, found.map(view))
    })
    api.post(path, async (c) => {
      const fields = await c.req.json().catch(() => null)
      if (!isPlainObject(fields)) throw new BillError(400, { body: ['must be a JSON object'] })
      const group = hub.groups.get(String(fields.group_id))
      if (!group) throw new BillError(400, { group_id: ['does not exist'] })
      const bill = make(fields, { group: group.uid, now: hub.now() })
      bills.set(bill.id, bill)
      return answer(200, view(bill))
    })
    one(`${path}/:id`, (id) => bills.get(id), view)
    api.delete(`${path}/:id`, (c) => {
      const bill = existing(bills.get(c.req.param('id') ?? ''))
      if (bill.status === 'cancelled') throw new BillError(400, { id: ['is already cancelled'] })
      bill.status = 'cancelled'
      bill.updated_at = new Date(hub.now()).toISOString()
      return answer(200, view(bill))
    })
  }
}

/** @template T @param {T | undefined} found @returns {T} @throws BillError 404 */
function existing(found) {
  if (found === undefined) throw new BillError(404, { id: ['does not exist'] })
  return found
}

/** @param {number} status @param {unknown} data @param {Record<string, string[]>} [errors] */
const answer = (status, data, errors = {}) =>
  Response.json({ success: status < 300, errors, data }, { status })

/** @param {import('./model.mjs').Group} group */
const groupView = (group) => ({
  id: group.uid,
  name: group.name,
  status: group.status,
  email: group.email,
  currency: group.currency,
  timezone: group.timezone,
  country: group.country,
  city: group.city,
  has_credit_card: group.hasCreditCard,
  free_trial_end_at: group.freeTrialEndsAt,
})

/** @param {import('./model.mjs').User} user */
const userView = (user) => ({
  id: user.uid,
  name: user.name,
  surname: user.surname,
  email: user.email,
  country: user.country,
})
