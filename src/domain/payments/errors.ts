import type { FieldIssue } from '../errors'

/** What can go wrong with payments; the surface maps each code, exhaustively, to status and body (`payments.md` 3, 6, 10). */
export type PaymentErrorCode =
  | 'invalid'
  | 'not_found'
  | 'no_business_access'
  | 'no_account_access'
  | 'account_not_active'
  | 'payments_stopped'
  | 'schedule_paid'
  | 'not_a_future_schedule'
  | 'cut_off_passed'
  | 'already_paid'

export class PaymentError extends Error {
  constructor(
    readonly code: PaymentErrorCode,
    /** For `invalid`: every faulty field, in the order of its table. */
    readonly issues: readonly FieldIssue[] = [],
  ) {
    super(code)
    this.name = 'PaymentError'
  }
}
