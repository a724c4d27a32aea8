// @ts-check
// Who and what the local marketplace begins with. The same seed gives the same people every time; dates are around
// today.

/** @typedef {import('./model.mjs').User} User */
/** @typedef {import('./model.mjs').Group} Group */
/** @typedef {import('./connec.mjs').Entity} Entity */

const DAY_MS = 86_400_000

/** @returns {User[]} */
export const demoUsers = () => [
  { uid: 'usr-1', name: 'Ann', surname: 'Lee', email: 'ann@acme.example', country: 'AU' },
  { uid: 'usr-2', name: 'Ben', surname: 'Okafor', email: 'ben@acme.example', country: 'AU' },
  { uid: 'usr-3', name: 'Cleo', surname: 'Marin', email: 'cleo@harbour.example', country: 'NZ' },
]

/** The second has a trial that the marketplace promised: to the end of next month. @returns {Group[]} */
export const demoGroups = (now = Date.now()) => [
  {
    uid: 'cld-1',
    name: 'Acme Lending',
    status: 'active',
    email: 'office@acme.example',
    currency: 'AUD',
    timezone: 'Australia/Melbourne',
    country: 'AU',
    city: 'Melbourne',
    hasCreditCard: true,
    freeTrialEndsAt: null,
    members: new Map([
      ['usr-1', { role: 'Super Admin', isOwner: true }],
      ['usr-2', { role: 'Member' }],
    ]),
  },
  {
    uid: 'cld-2',
    name: 'Harbour Club',
    status: 'active',
    email: 'hello@harbour.example',
    currency: 'NZD',
    timezone: 'Pacific/Auckland',
    country: 'NZ',
    city: 'Auckland',
    hasCreditCard: false,
    freeTrialEndsAt: endOfNextMonth(now),
    members: new Map([
      ['usr-3', { role: 'Admin', isOwner: true }],
      ['usr-1', { role: 'Guest' }],
    ]),
  },
]

/** @param {number} now */
function endOfNextMonth(now) {
  const date = new Date(now)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 2, 1) - 1_000).toISOString()
}

/** How many entities each demo group has at first. @type {Record<string, { people: number, events: number, invoices: number }>} */
export const demoCounts = {
  'cld-1': { people: 250, events: 120, invoices: 60 },
  'cld-2': { people: 24, events: 12, invoices: 6 },
}

const firstNames =
  'Amelia Noah Isla Oliver Mia Leo Ava Jack Grace Henry Zoe Lucas Ruby Theo Ivy Max Nina Hugo Priya Arjun Mei Kenji Sofia Mateo Aroha Tane Layla Omar Elena Yusuf'.split(
    ' ',
  )
const lastNames =
  'Abbott Baker Chen Davies Evans Fischer Gupta Hughes Ito Jensen Kelly Lim Murphy Nguyen Okoye Patel Quinn Rossi Singh Taylor Usman Vella Walker Xu Young Zhang'.split(
    ' ',
  )
const eventNames = [
  'Branch breakfast',
  'First home evening',
  'Refinance workshop',
  'Rates briefing',
  'Broker round table',
  'Budget clinic',
  'Members’ evening',
  'Office hours',
]
const places = ['Level 3, 120 Collins Street', 'Town Hall', 'Docklands Library', 'Harbour Room', 'Online']

/**
 * People, events and invoices of a group, in the order in which they were made.
 * @param {{ group: string, people?: number, events?: number, invoices?: number, now?: number, timezone?: string, currency?: string }} wanted
 * @returns {{ people: Entity[], events: Entity[], invoices: Entity[] }}
 */
export function demoEntities({
  group,
  people: peopleCount = 250,
  events: eventCount = 120,
  invoices: invoiceCount = 60,
  now = Date.now(),
  timezone = 'Australia/Melbourne',
  currency = 'AUD',
}) {
  const random = randomFrom(group)
  const today = Math.floor(now / DAY_MS) * DAY_MS
  const people = listOf(peopleCount, (index) => demoPerson(random, index, today))
  const events = listOf(eventCount, (index) => demoEvent(random, index, today, timezone))
  const payers = people.filter(({ status, email }) => status === 'ACTIVE' && email !== undefined)
  const invoices = listOf(payers.length === 0 ? 0 : invoiceCount, (index) =>
    demoInvoice(random, index, today, currency, String(payers[index % payers.length]?.id)),
  )
  return { people, events, invoices }
}

/** @typedef {() => number} Random From 0 up to 1. */

/** @param {Random} random @param {number} index @param {number} today @returns {Entity} */
export function demoPerson(random, index, today) {
  const first = pick(firstNames, index)
  const last = pick(lastNames, Math.floor(index / firstNames.length) + index * 7)
  const number = index < firstNames.length * lastNames.length ? '' : String(index)
  const address = `${first}.${last}${number}@people.example`.toLowerCase()
  return {
    ...identified(random, today - 400 * DAY_MS + index * 3_600_000),
    code: code('PE', index),
    first_name: first,
    last_name: last,
    // Every 25th has no address, so that nothing comes to rely on one.
    ...(index % 25 === 24 ? {} : { email: { address } }),
    phone_work: { mobile: `+61 491 570 ${String(index % 1_000).padStart(3, '0')}` },
    phone_home: { landline: `+61 3 5550 ${String(index % 10_000).padStart(4, '0')}` },
    status: index % 40 === 39 ? 'INACTIVE' : 'ACTIVE',
    is_customer: true,
  }
}

/** Every tenth lasts two whole days; the others an hour or two. @param {Random} random @param {number} index @param {number} today @param {string} timezone @returns {Entity} */
export function demoEvent(random, index, today, timezone) {
  const day = today + (Math.floor(random() * 150) - 30) * DAY_MS
  const start = day + (22 + Math.floor(random() * 10)) * 3_600_000 // a working day, east of Greenwich
  const isAllDay = index % 10 === 9
  const dates = isAllDay
    ? { start_date: iso(day).slice(0, 10), end_date: iso(day + DAY_MS).slice(0, 10) }
    : { start_date: iso(start), end_date: iso(start + (1 + Math.floor(random() * 2)) * 3_600_000) }
  return {
    ...identified(random, today - 300 * DAY_MS + index * 7_200_000),
    code: code('EV', index),
    name: `${pick(eventNames, index)} ${Math.floor(index / eventNames.length) + 1}`,
    description: 'Come as you are; no booking needed.',
    ...dates,
    timezone,
    location: { name: pick(places, Math.floor(random() * places.length)) },
    url: `https://events.example/${code('EV', index).toLowerCase()}`,
    status: index % 30 === 29 ? 'CANCELLED' : 'ACTIVE',
  }
}

/** Most are due, some are paid, drafts, a supplier's or void. @param {Random} random @param {number} index @param {number} today @param {string} currency @param {string} personId @returns {Entity} */
export function demoInvoice(random, index, today, currency, personId) {
  const total = Math.round(5_000 + random() * 95_000) / 100
  const due = today + (Math.floor(random() * 90) - 20) * DAY_MS
  const status = { 5: 'PAID', 7: 'DRAFT', 11: 'VOIDED' }[index % 12] ?? 'AUTHORISED'
  return {
    ...identified(random, today - 200 * DAY_MS + index * 10_800_000),
    code: code('INV', index),
    transaction_number: code('INV', index),
    title: 'Repayment',
    person_id: personId,
    transaction_date: iso(due - 30 * DAY_MS).slice(0, 10),
    due_date: iso(due).slice(0, 10),
    currency,
    amount: { total_amount: total, net_amount: total, tax_amount: 0 },
    balance: status === 'PAID' ? 0 : total,
    type: index % 15 === 14 ? 'SUPPLIER' : 'CUSTOMER',
    status,
  }
}

/** Numbers that depend on the seed alone (mulberry32). @param {string} seed @returns {Random} */
export function randomFrom(seed) {
  let state = [...seed].reduce((sum, character) => Math.imul(sum, 31) + (character.codePointAt(0) ?? 0), 7)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** @template T @param {number} count @param {(index: number) => T} make */
const listOf = (count, make) => Array.from({ length: count }, (_, index) => make(index))

/** @template T @param {readonly T[]} list @param {number} index @returns {T} */
const pick = (list, index) => /** @type {T} */ (list[index % list.length])

/** @param {number} ms */
const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z')

/** @param {string} prefix @param {number} index */
const code = (prefix, index) => `${prefix}-${String(index + 1).padStart(4, '0')}`

/** Ids are the seed's too: Daybook knows an entity again when the hub starts anew. @param {Random} random @param {number} at */
function identified(random, at) {
  const hex = listOf(32, () => Math.floor(random() * 16).toString(16)).join('')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`]
  const time = new Date(at).toISOString()
  return { id: `${parts.join('-')}-${hex.slice(20)}`, created_at: time, updated_at: time }
}
