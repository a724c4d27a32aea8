import { PaymentError, type PaymentErrorCode } from '../../domain/payments'
import { commonMessages, noSuchMethod } from '../../objects/payment-messages'
import { paymentRefusals } from '../../objects/payment-refusals'
import { logFault } from '../../platform/fault-log'
import type { BodyFault } from '../../platform/http'
import type { PaymentsCall } from './environment'

type Status = 200 | 201 | 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 429 | 500 | 503

/** An answer as JSON, never cached. */
export function answer(
  c: PaymentsCall,
  body: object,
  status: Status = 200,
  headers: Record<string, string> = {},
): Response {
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  })
}

/** Bodies that say no more than a message (`payments.md` 10). */
export const messages = {
  ...commonMessages,
  401: 'Authorization has been denied for this request.',
  404: 'The requested resource could not be found.',
} as const

export function refuse(
  c: PaymentsCall,
  status: keyof typeof messages,
  headers: Record<string, string> = {},
): Response {
  return answer(c, { message: messages[status] }, status, headers)
}

/** A path that nobody knows. */
export function refusePath(c: PaymentsCall): Response {
  return answer(c, { message: commonMessages[404] }, 404)
}

/** A method that a path does not have. */
export function refuseMethod(c: PaymentsCall, allow: string): Response {
  return answer(c, { message: noSuchMethod(c.req.method) }, 405, { Allow: allow })
}

/** The body for a token without the scope. */
export function claimBody(claim: string): object {
  const message = 'Unable to process this request due to insufficient client claims.'
  return { errorCode: 'required_claims', message, errors: [{ claim }] }
}

/** A token without the scope. */
export function refuseClaim(c: PaymentsCall, claim: string): Response {
  return answer(c, claimBody(claim), 403)
}

const denied = (message: string) => [403, 'access_denied', message] as const

/** This surface's answer to each error of payments. A new code that is missing here does not compile. */
const errors: Record<
  Exclude<PaymentErrorCode, 'not_found' | 'invalid'>,
  readonly [status: 403 | 409, errorCode: string, message: string]
> = {
  no_business_access: denied('Unable to process this request due to insufficient business permission.'),
  no_account_access: denied(
    'Unable to process this request as you do not have access to the customer associated to this request.',
  ),
  account_not_active: denied(paymentRefusals.account_not_active),
  payments_stopped: denied(paymentRefusals.payments_stopped),
  schedule_paid: denied(paymentRefusals.schedule_paid),
  not_a_future_schedule: denied(paymentRefusals.not_a_future_schedule),
  cut_off_passed: denied(paymentRefusals.cut_off_passed),
  already_paid: [409, 'conflict', paymentRefusals.already_paid],
}

/** A body that wasn't read to its end. */
export class BodyRefused extends Error {
  constructor(readonly why: BodyFault) {
    super(why)
  }
}

export function answerError(error: unknown, c: PaymentsCall): Response {
  if (error instanceof BodyRefused) return refuse(c, error.why === 'too_large' ? 413 : 408)
  if (!(error instanceof PaymentError)) {
    // Nothing about the cause is told.
    logFault('payments', error)
    return refuse(c, 500)
  }
  const [status, body] = bodyOf(error)
  return answer(c, body, status)
}

/** Status and body for an error of payments. */
export function bodyOf({ code, issues }: PaymentError): [Status, object] {
  if (code === 'not_found') return [404, { message: messages[404] }]
  if (code === 'invalid') {
    const message = 'Unable to process request due to validation errors.'
    return [400, { errorCode: 'validation', message, errors: issues }]
  }
  const [status, errorCode, message] = errors[code]
  return [status, { errorCode, message }]
}
