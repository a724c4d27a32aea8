import { emailKey } from '../../objects/email'
import { isRealDay } from '../dates'
import type { FieldIssue } from '../errors'
import { PaymentError } from './errors'
import type { AccountRow } from './facts'

/** What a biller decides of an account, as stored. */
export type AccountValues = Pick<
  AccountRow,
  | 'status'
  | 'startDate'
  | 'finishDate'
  | 'termEndDate'
  | 'paymentStopped'
  | 'activePayMethod'
  | 'model'
  | 'subscriberId'
  | 'email'
>

/** What was found of whom a body names. */
export type Named = {
  /** The surviving active subscriber whom `subscriberId` names. */
  readonly subscriber: string | null
  /** The active subscriber who has `email` verified. */
  readonly holder: string | null
}

type Body = Record<string, unknown>

const statuses = ['active', 'inactive', 'closed'] as const
const payMethods = ['CC', 'DD'] as const
const models = ['gateway', 'fullService'] as const

/** Names that stand in paths, so no account can have them. */
const RESERVED = ['oneOffSchedules', 'auditRecords', 'callNotes']

/** Whether an account may have this id (`payments.md` 5). */
export function isAccountId(text: string): boolean {
  return /^[A-Za-z0-9]{1,15}$/.test(text) && !RESERVED.includes(text)
}

/** The e-mail address of a body, or null where it names none that could be one. */
export function emailOf({ email }: Body): string | null {
  if (typeof email !== 'string') return null
  const key = emailKey(email)
  return key.length <= 254 && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(key) && key.isWellFormed() ? key : null
}

/**
 * The values of an account after a PUT (`current` left out: what is not given takes its default) or a PATCH.
 * `issues` holds what is wrong so far; the rest is added in table order.
 * @throws PaymentError `invalid` with all of it
 */
export function accountValues(
  body: Body,
  named: Named,
  today: string,
  issues: FieldIssue[],
  current?: AccountValues,
): AccountValues {
  const read = new Reader(body, issues)
  const given = (name: string) => body[name] !== undefined
  const status =
    read.choice('status', statuses) ??
    (typeof body.finishDate === 'string'
      ? 'closed'
      : given('status')
        ? 'active'
        : (current?.status ?? 'active'))
  const startDate = read.date('startDate') ?? (given('startDate') ? today : (current?.startDate ?? today))
  const finishDate = read.finishDate(status, startDate, today, current)
  const termEndDate = read.dateFrom('termEndDate', startDate, current?.termEndDate ?? null)
  const paymentStopped = read.flag('paymentStopped', current?.paymentStopped ?? false)
  const activePayMethod =
    read.choice('activePayMethod', payMethods) ??
    (given('activePayMethod') ? null : (current?.activePayMethod ?? null))
  const model =
    read.choice('model', models) ?? (given('model') ? 'fullService' : (current?.model ?? 'fullService'))
  const subscriberId = read.link(named, current)
  const email = read.email(current)
  if (issues.length > 0) throw new PaymentError('invalid', issues)
  return {
    status,
    startDate,
    finishDate,
    termEndDate,
    paymentStopped,
    activePayMethod,
    model,
    subscriberId,
    email,
  }
}

/** Reads fields of a body, and notes those that are wrong. */
class Reader {
  constructor(
    private readonly body: Body,
    private readonly issues: FieldIssue[],
  ) {}

  private fault(field: string): null {
    const name = `${field.charAt(0).toUpperCase()}${field.slice(1)}`
    this.issues.push({ field, message: `${name} is invalid.` })
    return null
  }

  /** One of some words; null where none was given. */
  choice<W extends string>(name: string, words: readonly W[]): W | null {
    const given = this.body[name]
    if (given === undefined || given === null) return null
    return words.find((word) => word === given) ?? this.fault(name)
  }

  date(name: string): string | null {
    const given = this.body[name]
    if (given === undefined || given === null) return null
    return typeof given === 'string' && isRealDay(given) ? given : this.fault(name)
  }

  /** A date or null, not before the start; a start that is wrong itself bounds nothing. */
  dateFrom(name: string, startDate: string, current: string | null): string | null {
    const date = this.date(name) ?? (this.body[name] === undefined ? current : null)
    const isBounded = !this.issues.some(({ field }) => field === 'startDate')
    if (isBounded && date !== null && date < startDate) this.fault(name)
    return date
  }

  /** Set exactly when the account is closed: today where none was given, or the start where that is later. */
  finishDate(
    status: AccountRow['status'],
    startDate: string,
    today: string,
    current: AccountValues | undefined,
  ): string | null {
    const given = typeof this.body.finishDate === 'string'
    if (status !== 'closed') {
      if (given) return this.fault('finishDate')
      this.date('finishDate')
      return null
    }
    const kept = current?.status === 'closed' ? current.finishDate : null
    return this.dateFrom('finishDate', startDate, kept) ?? (today < startDate ? startDate : today)
  }

  flag(name: string, current: boolean): boolean {
    const given = this.body[name]
    if (given === undefined) return current
    if (given === null) return false
    if (typeof given === 'boolean') return given
    this.fault(name)
    return current
  }

  /** The link: `subscriberId` where it is given, else whoever `email` finds (`payments.md` 5, *Link*). */
  link(named: Named, current: AccountValues | undefined): string | null {
    const { subscriberId, email } = this.body
    if (typeof subscriberId === 'string') {
      if (named.subscriber === null) {
        this.issues.push({ field: 'subscriberId', message: 'SubscriberId could not be found.' })
      }
      return named.subscriber
    }
    if (subscriberId !== undefined && subscriberId !== null) return this.fault('subscriberId')
    if (email !== undefined) return named.holder
    return subscriberId === null ? null : (current?.subscriberId ?? null)
  }

  email(current: AccountValues | undefined): string | null {
    const { email } = this.body
    if (email === undefined) return current?.email ?? null
    if (email === null) return null
    return emailOf(this.body) === null ? this.fault('email') : String(email).trim()
  }
}
