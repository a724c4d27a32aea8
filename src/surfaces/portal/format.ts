import type { Plan } from '../../db/schema'

/** Values as people read them. */

/** `28 Nov 2026, 14:05`, on the company's wall clock. */
export function dateAndTime(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
}

/** `28 Nov 2026`. */
export function dateOnly(at: number, zone: string): string {
  const format = { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' } as const
  return new Intl.DateTimeFormat('en-GB', format).format(at)
}

/** `AUD 1,049.00`. */
export function money(cents: number, currency: string): string {
  const amount = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return `${currency} ${amount.format(cents / 100)}`
}

type Price = Pick<
  Plan,
  'priceCents' | 'currency' | 'period' | 'frequency' | 'perUser' | 'cycles' | 'initialCents'
>

/** `AUD 49.00 a month for each user`. */
export function planPrice(plan: Price): string {
  if (plan.priceCents === 0) return 'Free'
  const each = plan.perUser ? ' for each user' : ''
  const cycles = plan.cycles === null ? '' : plan.cycles === 1 ? ', once' : `, ${plan.cycles} times`
  const initial =
    plan.initialCents === 0 ? '' : `, and ${money(plan.initialCents, plan.currency)} at the start`
  return `${money(plan.priceCents, plan.currency)} ${howOften(plan)}${each}${cycles}${initial}`
}

/** `a month`, `every 3 months`, `twice a month`. */
export function howOften({ period, frequency }: Pick<Plan, 'period' | 'frequency'>): string {
  if (period === 'SemiMonth') return 'twice a month'
  const word = period.toLowerCase()
  return frequency === 1 ? `a ${word}` : `every ${frequency} ${word}s`
}

/** First and last name; the e-mail where there is neither. */
export function fullName(person: {
  readonly firstName: string
  readonly lastName: string
  readonly email: string
}): string {
  return `${person.firstName} ${person.lastName}`.trim() || person.email || 'Somebody'
}

/** `28 Nov 2026`, of a date `YYYY-MM-DD`. */
export function dayOnly(date: string): string {
  return dateOnly(Date.parse(`${date}T00:00:00Z`), 'UTC')
}
