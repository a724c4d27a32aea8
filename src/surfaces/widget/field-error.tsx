import type { FC } from 'hono/jsx'

/** What marks a field as wrong, and leads to the sentence that says why. */
export function faulty(error: string | null, id: string) {
  return error === null ? {} : { 'aria-invalid': 'true' as const, 'aria-describedby': id }
}

/** The sentence that says what is wrong with a field. */
export const FieldError: FC<{ id: string; error: string | null }> = ({ id, error }) =>
  error === null ? null : (
    <p class="error" id={id}>
      {error}
    </p>
  )
