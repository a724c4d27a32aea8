/**
 * What can go wrong with a call, in the product's own words. A surface maps each code, exhaustively, to its
 * dialect's status and body; the domain never knows HTTP.
 */
export type DomainErrorCode =
  | 'invalid'
  | 'forbidden'
  | 'not_found'
  | 'already_exists'
  | 'limit_reached'
  | 'idempotency_conflict'
  | 'inactive'
  | 'gone'

/** One thing wrong with the input: the wire name of the field and a sentence that says what to do. */
export type FieldIssue = { readonly field: string; readonly message: string }

export class DomainError extends Error {
  constructor(
    readonly code: DomainErrorCode,
    readonly issues: readonly FieldIssue[] = [],
  ) {
    super(code)
    this.name = 'DomainError'
  }
}

/** The error of input that breaks a rule: `field` is wrong because of `message`. */
export function invalid(field: string, message: string): DomainError {
  return new DomainError('invalid', [{ field, message }])
}
