import { isRealDay } from '../dates'
import type { FieldIssue } from '../errors'
import { centsOf, dollars, NumberLiteral } from './amounts'
import { PaymentError } from './errors'
import type { AccountFacts, AccountRow } from './facts'
import { type BusinessRow, isAfterCutOff, localDay, tenYearsOn } from './life'
import { takeText } from './texts'

/** What a biller says of a new schedule. */
export type ScheduleValues = {
  readonly dueDate: string
  readonly cents: number
  readonly description: string
  readonly externalId: string
}

const MIN_CENTS = 100
const MAX_TEXT = 50

/** The values of a new schedule (`payments.md` 6.1). @throws PaymentError `invalid` with the first fault of each field */
export function scheduleValues(
  body: Record<string, unknown>,
  { account, business }: AccountFacts,
  now: number,
): ScheduleValues {
  const issues: FieldIssue[] = []
  const tell = (field: string, message: string | null) => {
    if (message !== null) issues.push({ field, message })
  }
  tell('dueDate', dueDateFault(body.dueDate, account, business, now))
  const amount = readAmount(body.amount, business.maxAmountCents)
  tell('amount', amount.fault)
  const description = takeText(body.scheduleDescription, MAX_TEXT)
  tell('scheduleDescription', textFault('ScheduleDescription', description))
  const externalId = takeText(body.externalScheduleId, MAX_TEXT)
  tell('externalScheduleId', textFault('ExternalScheduleId', externalId))
  if (issues.length > 0 || 'fault' in description || 'fault' in externalId) {
    throw new PaymentError('invalid', issues)
  }
  return {
    dueDate: String(body.dueDate),
    cents: amount.cents,
    description: description.value,
    externalId: externalId.value,
  }
}

function dueDateFault(
  given: unknown,
  account: AccountRow,
  business: BusinessRow,
  now: number,
): string | null {
  if (given === undefined || given === null || given === '') return 'DueDate is required.'
  if (typeof given !== 'string' || !isRealDay(given)) {
    return 'Invalid dueDate format provided. Please use YYYY-MM-DD.'
  }
  const today = localDay(business, now)
  if (given < today) return 'DueDate must not be in the past.'
  if (given === today && isAfterCutOff(business, now)) {
    return 'DueDate must not be today as the cut-off time has passed for today.'
  }
  if (given < account.startDate) return 'DueDate must be on or after account start date.'
  if (account.termEndDate !== null) {
    return given > account.termEndDate ? 'This schedule is outside of the term of the account.' : null
  }
  if (given <= tenYearsOn(today)) return null
  return 'DueDate must not more than 10 years from now for an on-going account.'
}

function readAmount(given: unknown, max: number): { cents: number; fault: string | null } {
  const wrong = (fault: string) => ({ cents: 0, fault })
  if (given === undefined || given === null) return wrong('Amount is required.')
  const cents = given instanceof NumberLiteral ? centsOf(given) : null
  if (cents === null) return wrong('Amount is invalid.')
  if (cents < MIN_CENTS) return wrong('Amount must be greater than or equal to $1.')
  if (cents > max) return wrong(`Amount must not be greater than ${dollars(max)}.`)
  return { cents: Number(cents), fault: null }
}

function textFault(name: string, taken: ReturnType<typeof takeText>): string | null {
  if ('value' in taken) return null
  return taken.fault === 'invalid' ? `${name} is invalid.` : `${name} must not exceed ${MAX_TEXT} characters.`
}
