// @ts-check
// What the buttons of the start page do to a group's data. Each says what it did.
import { demoEvent, demoInvoice, demoPerson } from './demo-data.mjs'

/** @typedef {import('./hub.mjs').Hub} Hub */
/** @typedef {import('./connec.mjs').Entity} Entity */

const DAY_MS = 86_400_000

/**
 * Renames a person, moves the next event by a day, or pays the invoice that is due next.
 * @param {Hub} hub @param {string} group uid @param {string} collection @returns {string}
 */
export function changeDemoEntity(hub, group, collection) {
  const entities = hub.connec.list(group, collection)
  switch (collection) {
    case 'people': {
      const person = entities.find(({ status }) => status === 'ACTIVE')
      if (!person) return 'There is no person to rename.'
      const isMarried = String(person.last_name).endsWith('-Smith')
      const lastName = isMarried ? String(person.last_name).slice(0, -6) : `${person.last_name}-Smith`
      hub.connec.update(group, collection, person.id, { last_name: lastName })
      return `${person.first_name} ${person.last_name} is ${person.first_name} ${lastName} now.`
    }
    case 'events': {
      const today = new Date(hub.now()).toISOString()
      const [event] = entities
        .filter(({ status, start_date: start }) => status === 'ACTIVE' && String(start) > today)
        .sort((a, b) => (String(a.start_date) < String(b.start_date) ? -1 : 1))
      if (!event) return 'There is no event to come that could be moved.'
      const [start, end] = [event.start_date, event.end_date ?? event.start_date].map(dayLater)
      hub.connec.update(group, collection, event.id, { start_date: start, end_date: end })
      return `“${event.name}” is on ${start?.slice(0, 10)} now.`
    }
    case 'invoices': {
      const [invoice] = entities
        .filter(({ status, type }) => status === 'AUTHORISED' && type === 'CUSTOMER')
        .sort((a, b) => (String(a.due_date) < String(b.due_date) ? -1 : 1))
      if (!invoice) return 'There is no invoice that is still due.'
      hub.connec.update(group, collection, invoice.id, { status: 'PAID', balance: 0 })
      return `Invoice ${invoice.transaction_number} is paid.`
    }
    default:
      return `Nothing is known about changing ${collection}.`
  }
}

/**
 * Adds a person, an event or an invoice such as the demo data has.
 * @param {Hub} hub @param {string} group uid @param {string} collection @returns {string}
 */
export function addDemoEntity(hub, group, collection) {
  const index = hub.connec.list(group, collection).length
  const today = Math.floor(hub.now() / DAY_MS) * DAY_MS
  const { timezone = 'UTC', currency = 'AUD' } = hub.groups.get(group) ?? {}
  switch (collection) {
    case 'people': {
      const { first_name: first, last_name: last } = hub.connec.create(
        group,
        collection,
        demoPerson(Math.random, index, today),
      )
      return `${first} ${last} was added.`
    }
    case 'events': {
      const { name } = hub.connec.create(group, collection, demoEvent(Math.random, index, today, timezone))
      return `“${name}” was added.`
    }
    case 'invoices': {
      const payer = hub.connec.list(group, 'people').find(({ status }) => status === 'ACTIVE')
      if (!payer) return 'There is no person whose invoice it could be.'
      const invoice = demoInvoice(Math.random, index, today, currency, payer.id)
      const { transaction_number: number } = hub.connec.create(group, collection, {
        ...invoice,
        type: 'CUSTOMER',
        status: 'AUTHORISED',
        balance: invoice.amount && /** @type {{ total_amount: number }} */ (invoice.amount).total_amount,
      })
      return `Invoice ${number} was added.`
    }
    default:
      return `Nothing is known about adding ${collection}.`
  }
}

/** The same time a day later, in the form in which it came. @param {unknown} text */
function dayLater(text) {
  const later = new Date(Date.parse(String(text)) + DAY_MS).toISOString()
  return String(text).length === 10 ? later.slice(0, 10) : later.replace('.000Z', 'Z')
}
