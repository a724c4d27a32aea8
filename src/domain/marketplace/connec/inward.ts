import { emailKey } from '../../../objects/email'
import { canonicalTimeZone, instantToWall, wallToInstant } from '../../../platform/time-zone'
import { isClockTime, isRealDate } from '../../dates'
import type { ChangedEventFields } from '../../events/fields'
import { connecIdOf, type Entity, hasStatus, isEntity, textOf } from './entity'

/** What entities of the data hub mean here (`marketplace.md` 8.1): pure. */

export type PersonValues = {
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly phone: string
  readonly active: boolean
}

/** A person of the directory. */
export function personOf(entity: Entity): PersonValues {
  const { email } = entity
  const address = textOf(isEntity(email) ? email.address : email, 1_000)
  return {
    firstName: textOf(entity.first_name, 100),
    lastName: textOf(entity.last_name, 100),
    email: isEmail(address) ? emailKey(address) : '',
    phone: phoneIn(entity.phone_work) || phoneIn(entity.phone_home),
    active: !hasStatus(entity, 'INACTIVE', 'ARCHIVED', 'DELETED'),
  }
}

const isEmail = (text: string) => text.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(text)

function phoneIn(value: unknown): string {
  if (!isEntity(value)) return textOf(value, 50)
  return textOf(value.mobile, 50) || textOf(value.landline, 50)
}

/** `removed`: the event is to go; `skipped`: it can't be used, and why. */
export type EventOutcome =
  | { readonly kind: 'event'; readonly fields: ChangedEventFields }
  | { readonly kind: 'removed' }
  | { readonly kind: 'skipped'; readonly why: string }

/**
 * What an entity says of an event; `timezone` is the company's. What it doesn't speak of stays as it is.
 */
export function eventOf(entity: Entity, timezone: string): EventOutcome {
  if (hasStatus(entity, 'CANCELLED', 'INACTIVE', 'ARCHIVED', 'DELETED')) return { kind: 'removed' }
  const zone = (typeof entity.timezone === 'string' && canonicalTimeZone(entity.timezone)) || timezone
  const start = momentOf(entity.start_date, zone)
  if (!start) return { kind: 'skipped', why: 'start_date can’t be read' }
  const { location, name, title } = entity
  const isNamed = name !== undefined || title !== undefined
  return {
    kind: 'event',
    fields: {
      ...spanOf(start, momentOf(entity.end_date, zone), zone),
      timezone: zone,
      ...(isNamed ? { name: textOf(name, 250) || textOf(title, 250) || UNTITLED } : {}),
      ...('description' in entity ? { details: textOf(entity.description, 8_000, { lines: true }) } : {}),
      ...('location' in entity
        ? { location: textOf(isEntity(location) ? location.name : location, 500, { lines: true }) }
        : {}),
      ...('url' in entity ? { url: urlOf(entity.url) } : {}),
    },
  }
}

/** What an event is called that has no name. */
export const UNTITLED = 'Untitled'

/** A day, or a moment on the clock of the event's zone. */
type Moment =
  | { readonly kind: 'day'; readonly date: string }
  | { readonly kind: 'clock'; readonly date: string; readonly time: string; readonly instant: number }

const HOUR = 3_600_000

function spanOf(start: Moment, end: Moment | null, zone: string) {
  if (start.kind === 'day') {
    const endDate = end && end.date >= start.date ? end.date : start.date
    return { allDay: true, startDate: start.date, endDate }
  }
  const startTold = { startDate: start.date, startTime: start.time }
  const given = end?.kind === 'clock' ? end.instant : null
  const instant = given !== null && given >= start.instant ? given : start.instant + HOUR
  const ended = instantToWall(instant, zone)
  return { ...startTold, endDate: ended.date, endTime: ended.time, allDay: false }
}

/** `YYYY-MM-DD`, or a date with a time: an instant where it has an offset, else on the zone's clock. */
function momentOf(value: unknown, zone: string): Moment | null {
  if (typeof value !== 'string') return null
  const [, date = '', time, offset] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
      value.trim(),
    ) ?? []
  if (!isRealDate(date)) return null
  if (time === undefined) return { kind: 'day', date }
  if (!isClockTime(time)) return null
  const instant =
    offset === undefined ? wallToInstant(date, time, zone) : Date.parse(isoOf(date, time, offset))
  if (Number.isNaN(instant)) return null
  const wall = instantToWall(instant, zone)
  return { kind: 'clock', date: wall.date, time: wall.time, instant }
}

function isoOf(date: string, time: string, offset: string): string {
  const zone = /^z$/i.test(offset) ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`
  return `${date}T${time}:00${zone}`
}

function urlOf(value: unknown): string {
  const text = textOf(value, 4_000)
  const url = text.length <= 2_000 && !/\s/.test(text) ? URL.parse(text) : null
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? text : ''
}

export type InvoiceValues = {
  readonly personConnecId: string
  readonly dueDate: string
  /** The name of its event. */
  readonly name: string
  readonly wanted: boolean
}

/** An invoice as a person's calendar shows it. */
export function invoiceOf(entity: Entity): InvoiceValues {
  const dueDate = typeof entity.due_date === 'string' ? entity.due_date.trim().slice(0, 10) : ''
  const personConnecId = connecIdOf(entity.person_id) ?? ''
  const isDue = isRealDate(dueDate)
  const isSupplier = typeof entity.type === 'string' && entity.type.toUpperCase() === 'SUPPLIER'
  const isOut = hasStatus(entity, 'DRAFT', 'VOIDED', 'INACTIVE', 'DELETED')
  return {
    personConnecId,
    dueDate: isDue ? dueDate : '',
    name: invoiceName(entity),
    wanted: isDue && personConnecId !== '' && !isSupplier && !isOut,
  }
}

function invoiceName(entity: Entity): string {
  const balance = amountOf(entity.balance)
  const total = amountOf(isEntity(entity.amount) ? entity.amount.total_amount : entity.amount)
  const isPaid = hasStatus(entity, 'PAID') || (balance !== null && Number(balance) === 0)
  const number = textOf(entity.transaction_number, 100) || textOf(entity.code, 100)
  const parts = [
    isPaid ? 'Payment received:' : 'Payment due:',
    textOf(entity.currency, 10),
    (isPaid ? total : (balance ?? total)) ?? '',
    number === '' ? '' : `(${number})`,
  ]
  const name = parts.filter((part) => part !== '').join(' ')
  return parts.slice(1).every((part) => part === '') ? name.slice(0, -1) : name
}

/** An amount with two decimals; null for what is none. */
function amountOf(value: unknown): string | null {
  const isNumber =
    typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()))
  const amount = isNumber ? Number(value) : Number.NaN
  return Number.isFinite(amount) ? (Math.round((amount + Number.EPSILON) * 100) / 100).toFixed(2) : null
}
