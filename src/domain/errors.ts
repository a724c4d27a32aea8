/**
 * What can go wrong with a call, in the product's own words. A surface maps each code, exhaustively, to its
 * dialect's status and body; the domain never knows HTTP.
 */
export type CommonErrorCode =
  | 'invalid'
  | 'forbidden'
  | 'not_found'
  | 'already_exists'
  | 'limit_reached'
  | 'idempotency_conflict'
  | 'inactive'
  | 'gone'

/** What the event subscriptions tell apart beyond that, and what to all others it amounts to. */
const finer = {
  event_not_found: 'not_found',
  subscriber_not_found: 'not_found',
  relation_not_found: 'not_found',
  calendar_not_found: 'not_found',
  permission_transition: 'forbidden',
  indirect_relation: 'forbidden',
  contact_conflict: 'already_exists',
  code_invalid: 'invalid',
  code_expired: 'gone',
  filter_not_syncable: 'invalid',
  sync_token_invalid: 'gone',
  not_authenticated: 'forbidden',
  rate_limited: 'limit_reached',
} as const satisfies Record<string, CommonErrorCode>

export type DomainErrorCode = CommonErrorCode | keyof typeof finer

/** The code that a surface answers which doesn't tell the finer ones apart. */
export function commonCode(code: DomainErrorCode): CommonErrorCode {
  return code in finer ? finer[code as keyof typeof finer] : (code as CommonErrorCode)
}

/** One thing wrong with the input: the wire name of the field and a sentence that says what to do. */
export type FieldIssue = { readonly field: string; readonly message: string }

export class DomainError extends Error {
  constructor(
    readonly code: DomainErrorCode,
    readonly issues: readonly FieldIssue[] = [],
    /** Where something was asked for too often: when it may be asked for again. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(code)
    this.name = 'DomainError'
  }
}

/** The error of input that breaks a rule: `field` is wrong because of `message`. */
export function invalid(field: string, message: string): DomainError {
  return new DomainError('invalid', [{ field, message }])
}

/** The error of what was asked for too often. */
export function rateLimited(retryAfterSeconds: number): DomainError {
  return new DomainError('rate_limited', [], Math.max(1, Math.ceil(retryAfterSeconds)))
}
