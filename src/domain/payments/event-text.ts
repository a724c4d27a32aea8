import { moneyText } from '../../objects/money'
import { isRealDay } from '../dates'
import { characters } from '../fields'
import type { BusinessRow, ScheduleRow, ScheduleState, ScheduleStatus } from './life'

/** Kinds of texts that a business may word in its own way. */
export const templateKinds = ['upcoming', 'due', 'promised', 'overdue', 'failed', 'paid'] as const
export type TemplateKind = (typeof templateKinds)[number]

/** What stands in braces in titles and details. */
export const placeholders = ['amount', 'dueDate', 'description', 'accountId'] as const

const MAX_TITLE = 250

const titles: Record<ScheduleStatus, string> = {
  upcoming: 'Payment Upcoming',
  due: 'Payment Due',
  promised: 'Promise to Pay',
  overdue: 'Payment Overdue',
  failed: 'Payment Overdue',
  paid: '✅ Payment Received',
}

/** An amount in a business's currency and locale, always with its cents: `Intl` would round those of some currencies. */
export function amountText(cents: number, { locale, currency }: Pick<BusinessRow, 'locale' | 'currency'>) {
  const decimals = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...decimals }).format(
    moneyText(cents) as `${number}`,
  )
}

/** A date in words: `31 January 2030`. */
function dateText(day: string, locale: string): string {
  if (!isRealDay(day)) return day
  // A date is the same everywhere: it is written as it stands.
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  return format.format(Date.parse(`${day}T00:00:00Z`))
}

/** What the event of a schedule says (`payments.md` 9). */
export function eventText(
  business: Pick<BusinessRow, 'locale' | 'currency' | 'templates'>,
  accountId: string,
  schedule: Pick<ScheduleRow, 'installmentCents' | 'startDate' | 'payDesc' | 'statusNote'>,
  { status }: ScheduleState,
): { name: string; details: string } {
  const values: Record<(typeof placeholders)[number], string> = {
    amount: amountText(schedule.installmentCents, business),
    dueDate: dateText(schedule.startDate, business.locale),
    description: schedule.payDesc,
    accountId,
  }
  // One pass: braces inside a value stay text.
  const fill = (text: string) =>
    text.replace(
      /\{(amount|dueDate|description|accountId)\}/g,
      (_, name: keyof typeof values) => values[name],
    )
  const template = business.templates[status] ?? {}
  const name = cut(fill(template.title ?? titles[status]).trim(), MAX_TITLE) || titles[status]
  const summary = `${values.amount} · ${values.dueDate} · ${accountId}`
  const byDefault = [schedule.payDesc, summary].filter((line) => line !== '').join('\n')
  const details = template.details === undefined ? byDefault : fill(template.details)
  return { name, details: [details, schedule.statusNote].filter((text) => text !== '').join('\n') }
}

/** The first `max` characters of a text. */
function cut(text: string, max: number): string {
  return characters(text) <= max ? text : [...text].slice(0, max).join('').trimEnd()
}
