import { PaymentError } from '../../../domain/payments'
import { paymentRefusals } from '../../../objects/payment-refusals'
import { Refusal } from '../refusals'

/** This surface's answer to what payments refuse (`payments.md` 3 and 6). Invalid input is told at its fields. */
export function toRefusal(error: unknown): unknown {
  if (!(error instanceof PaymentError) || error.code === 'invalid') return error
  switch (error.code) {
    case 'not_found':
    case 'no_account_access':
    case 'no_business_access':
      return new Refusal('not_found')
    default:
      return new Refusal('forbidden', paymentRefusals[error.code])
  }
}

/** Does something with payments. @throws Refusal for what payments refuse */
export async function orRefuse<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw toRefusal(error)
  }
}
