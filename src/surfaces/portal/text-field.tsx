import type { Child, FC } from 'hono/jsx'
import { FieldError, faulty } from './parts'

/** One field of a form with its label, a hint, and what is wrong with it. */
export const TextField: FC<{
  name: string
  label: string
  value: string
  error: string | null
  type?: 'text' | 'url' | 'date'
  hint?: Child
  required?: boolean
  maxlength?: number
  inputmode?: 'decimal'
}> = ({ name, label, value, error, type = 'text', hint, required = false, maxlength, inputmode }) => {
  const [hintId, errorId] = [`${name}-hint`, `${name}-error`]
  const described = [...(error === null ? [] : [errorId]), ...(hint === undefined ? [] : [hintId])]
  return (
    <div class="field">
      <label for={name}>
        {label}
        {required ? null : <span class="soft"> (optional)</span>}
      </label>
      <input
        type={type}
        id={name}
        name={name}
        value={value}
        required={required}
        autocomplete="off"
        {...(maxlength === undefined ? {} : { maxlength })}
        {...(inputmode === undefined ? {} : { inputmode })}
        {...faulty(error, errorId)}
        {...(described.length === 0 ? {} : { 'aria-describedby': described.join(' ') })}
      />
      <FieldError id={errorId} error={error} />
      {hint === undefined ? null : (
        <p class="soft" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  )
}
