// @ts-check
// Bills and recurring bills as the hub keeps them (marketplace.md 6).
import { randomHex } from './bytes.mjs'

/** @typedef {'submitted' | 'cancelled'} BillStatus */
/**
 * @typedef {object} Bill
 * @property {string} id
 * @property {string} group_id
 * @property {BillStatus} status
 * @property {number} price_cents
 * @property {string} description
 * @property {string} currency
 * @property {number | null} units
 * @property {string | null} period_started_at
 * @property {string | null} period_ended_at
 * @property {boolean} third_party
 * @property {string} created_at
 * @property {string} updated_at
 */
/**
 * @typedef {object} RecurringBill
 * @property {string} id
 * @property {string} group_id
 * @property {BillStatus} status
 * @property {number} price_cents
 * @property {string} description
 * @property {string} currency
 * @property {string} period
 * @property {number} frequency
 * @property {number | null} cycles
 * @property {number} initial_cents
 * @property {string | null} start_date
 * @property {string} created_at
 * @property {string} updated_at
 */

/** What is wrong with a bill, by field. */
export class BillError extends Error {
  /** @param {number} status @param {Record<string, string[]>} errors */
  constructor(status, errors) {
    super(Object.entries(errors).flat(2).join(' '))
    this.status = status
    this.errors = errors
  }
}

const periods = ['Day', 'Week', 'SemiMonth', 'Month', 'Year']

/** @typedef {(value: unknown) => boolean} Rule */
const isText = (/** @type {unknown} */ value) => typeof value === 'string' && value.trim() !== ''
const isCurrency = (/** @type {unknown} */ value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value)
const isTime = (/** @type {unknown} */ value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isWholeFrom = (/** @type {number} */ least) => (/** @type {unknown} */ value) =>
  Number.isSafeInteger(value) && Number(value) >= least

/** @type {Record<string, [isGood: Rule, text: string, isRequired?: boolean]>} */
const billRules = {
  price_cents: [isWholeFrom(1), 'must be a whole number of cents from 1', true],
  description: [isText, 'must be a text', true],
  currency: [isCurrency, 'must be an ISO 4217 code'],
  units: [(value) => typeof value === 'number' && value > 0, 'must be a number above 0'],
  period_started_at: [isTime, 'must be a time'],
  period_ended_at: [isTime, 'must be a time'],
  third_party: [(value) => typeof value === 'boolean', 'must be true or false'],
}

/** @type {typeof billRules} */
const recurringBillRules = {
  price_cents: [isWholeFrom(1), 'must be a whole number of cents from 1', true],
  description: [isText, 'must be a text', true],
  currency: [isCurrency, 'must be an ISO 4217 code'],
  period: [(value) => periods.includes(String(value)), `must be one of ${periods.join(', ')}`],
  frequency: [isWholeFrom(1), 'must be a whole number from 1'],
  cycles: [isWholeFrom(1), 'must be a whole number from 1'],
  initial_cents: [isWholeFrom(0), 'must be a whole number of cents from 0'],
  start_date: [isTime, 'must be a time'],
}

/** @param {Record<string, unknown>} fields @param {typeof billRules} rules */
function check(fields, rules) {
  /** @type {Record<string, string[]>} */
  const errors = {}
  for (const [name, [isGood, text, isRequired = false]] of Object.entries(rules)) {
    const value = fields[name]
    const isAbsent = value === undefined || value === null
    if (isAbsent ? isRequired : !isGood(value)) errors[name] = [text]
  }
  if (Object.keys(errors).length > 0) throw new BillError(400, errors)
}

/** @param {Record<string, unknown>} fields @param {{ group: string, now: number }} of @returns {Bill} @throws BillError */
export function newBill(fields, { group, now }) {
  check(fields, billRules)
  return {
    ...common(fields, 'bill', group, now),
    units: /** @type {number | undefined} */ (fields.units) ?? null,
    period_started_at: /** @type {string | undefined} */ (fields.period_started_at) ?? null,
    period_ended_at: /** @type {string | undefined} */ (fields.period_ended_at) ?? null,
    third_party: fields.third_party === true,
  }
}

/** @param {Record<string, unknown>} fields @param {{ group: string, now: number }} of @returns {RecurringBill} @throws BillError */
export function newRecurringBill(fields, { group, now }) {
  check(fields, recurringBillRules)
  return {
    ...common(fields, 'rbill', group, now),
    period: String(fields.period ?? 'Month'),
    frequency: Number(fields.frequency ?? 1),
    cycles: /** @type {number | undefined} */ (fields.cycles) ?? null,
    initial_cents: Number(fields.initial_cents ?? 0),
    start_date: /** @type {string | undefined} */ (fields.start_date) ?? null,
  }
}

/**
 * Ids are random: a hub that starts anew must not give one again that Daybook still knows.
 * @param {Record<string, unknown>} fields @param {string} kind @param {string} group @param {number} now
 */
function common(fields, kind, group, now) {
  const at = new Date(now).toISOString()
  return {
    id: `${kind}-${randomHex(4)}`,
    group_id: group,
    status: /** @type {BillStatus} */ ('submitted'),
    price_cents: Number(fields.price_cents),
    description: String(fields.description),
    currency: String(fields.currency ?? 'AUD'),
    created_at: at,
    updated_at: at,
  }
}

/**
 * The first charge of a recurring bill that is still to come, ISO 8601; null once it is cancelled or its cycles are
 * over. The first of all is at `start_date`, else at once.
 * @param {RecurringBill} bill @param {number} now
 */
export function nextExecutionAt(bill, now) {
  if (bill.status === 'cancelled') return null
  const start = Date.parse(bill.start_date ?? bill.created_at)
  for (let cycle = 0; bill.cycles === null || cycle < bill.cycles; cycle++) {
    const at = chargeTime(start, bill, cycle)
    if (at > now) return new Date(at).toISOString()
  }
  return null
}

const DAY_MS = 86_400_000

/** @param {number} start @param {RecurringBill} bill @param {number} cycle */
function chargeTime(start, { period, frequency }, cycle) {
  const steps = cycle * frequency
  switch (period) {
    case 'Day':
      return start + steps * DAY_MS
    case 'Week':
      return start + steps * 7 * DAY_MS
    case 'SemiMonth':
      return monthsLater(start, Math.floor(steps / 2)) + (steps % 2) * 15 * DAY_MS
    case 'Year':
      return monthsLater(start, 12 * steps)
    default:
      return monthsLater(start, steps)
  }
}

/** The same day of a later month, or that month's last day. @param {number} start @param {number} months */
function monthsLater(start, months) {
  const date = new Date(start)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, lastDay))
  return date.getTime()
}
