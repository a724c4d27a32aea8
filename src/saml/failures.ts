/** Why a response is refused: the codes of the table in `marketplace.md` 3.2 that need nothing stored, in its order. */
export type SamlFailure =
  | 'no_response'
  | 'malformed'
  | 'forbidden_markup'
  | 'encrypted'
  | 'assertion_count'
  | 'unsigned'
  | 'signature_reference'
  | 'signature_algorithm'
  | 'signature_invalid'
  | 'status_not_success'
  | 'issuer'
  | 'destination'
  | 'recipient'
  | 'audience'
  | 'not_yet_valid'
  | 'expired'
  | 'request_mismatch'
  | 'attributes'

/** What a check found, or the one code for the log. Nothing of it is for the person who signs on. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: SamlFailure }

export function found<T>(value: T): Checked<T> {
  return { ok: true, value }
}

export function refused(code: SamlFailure): { readonly ok: false; readonly code: SamlFailure } {
  return { ok: false, code }
}
