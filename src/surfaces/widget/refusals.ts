import { type CommonErrorCode, commonCode, DomainError, type FieldIssue } from '../../domain/errors'
import { logFault } from '../../platform/fault-log'

/** Statuses and texts of refusals, as the publisher API words them (`publisher-api.md` 2). */
const refusals = {
  invalid: [400, 'Invalid input.'],
  /** `emailSign` is missing or wrong: which of them isn't told. */
  unsigned: [403, 'Signature mismatch or apiKey is not valid.'],
  /** The company has ended (`marketplace.md` 7). */
  cancelled: [403, 'Forbidden.'],
  foreign_origin: [403, 'Forbidden.'],
  forbidden: [403, 'Forbidden.'],
  not_found: [404, 'Not found.'],
  method: [405, 'Method not allowed.'],
  already_exists: [409, 'Already exists.'],
  limit_reached: [409, 'Limit reached.'],
  idempotency_conflict: [409, 'Idempotency-Key conflict.'],
  too_slow: [408, 'Request timeout.'],
  too_large: [413, 'Payload too large.'],
  media_type: [415, 'Unsupported media type.'],
  too_many: [429, 'Too many requests! Try again after sometime.'],
  internal: [500, 'Internal error.'],
} as const

export type RefusalReason = keyof typeof refusals

export type RefusalStatus = (typeof refusals)[RefusalReason][0]

/** Why a request isn't done; a surface of people and client systems answers it as a page or as JSON. */
export class Refusal extends Error {
  readonly status: RefusalStatus

  constructor(
    readonly reason: RefusalReason,
    readonly issues: readonly FieldIssue[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(reason)
    this.name = 'Refusal'
    this.status = refusals[reason][0]
  }

  /** The error body of the JSON dialect; `errors` only on 400. */
  get envelope(): { status: string; statusLong: string; errors?: readonly FieldIssue[] } {
    const [status, statusLong] = refusals[this.reason]
    return { status: String(status), statusLong, ...(status === 400 ? { errors: this.issues } : {}) }
  }
}

/** This surface's reason for each domain error. A new code that is missing here does not compile. */
const reasons: Record<CommonErrorCode, RefusalReason> = {
  invalid: 'invalid',
  forbidden: 'forbidden',
  not_found: 'not_found',
  gone: 'not_found',
  inactive: 'not_found',
  already_exists: 'already_exists',
  limit_reached: 'limit_reached',
  idempotency_conflict: 'idempotency_conflict',
}

/** What was thrown as a refusal; what is our fault is logged, and gives nothing away. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof DomainError) return new Refusal(reasons[commonCode(error.code)], error.issues)
  logFault('widget', error)
  return new Refusal('internal')
}
