import type { FC } from 'hono/jsx'
import type { FieldIssue } from '../../domain/errors'
import { FieldError, messageFor } from './parts'

/** What a form says: its fields as they were typed, and what is wrong with them. */
export type Entered = {
  readonly values: Readonly<Record<string, string>>
  readonly issues: readonly FieldIssue[]
}

/** Fields of a form, by the names that they are posted with. */
export function entered(form: URLSearchParams, issues: readonly FieldIssue[]): Entered {
  return { values: Object.fromEntries(form), issues }
}

type FieldProps = {
  /** Tells the fields of one form from those of another on its page. */
  readonly form: string
  readonly name: string
  readonly label: string
  readonly entered: Entered
  readonly hint?: string | undefined
  readonly required?: boolean
  /** How much of a row it takes. */
  readonly width?: 'wide' | 'narrow'
}

/** A field on one line. `zones`: offers the names of time zones. */
export const Field: FC<FieldProps & { type?: 'text' | 'date' | 'time' | 'url'; zones?: boolean }> = ({
  type = 'text',
  zones = false,
  ...field
}) => (
  <Labelled {...field}>
    <input type={type} {...attributes(field)} {...(zones ? { list: ZONES } : {})} value={textOf(field)} />
  </Labelled>
)

/** A field of several lines. */
export const Lines: FC<FieldProps> = (field) => (
  <Labelled {...field}>
    <textarea rows={4} {...attributes(field)}>
      {textOf(field)}
    </textarea>
  </Labelled>
)

/** A box to tick; posted as `on`. */
export const Tick: FC<Omit<FieldProps, 'width'>> = (field) => {
  const { form, name, label, hint } = field
  return (
    <div class="wide">
      <label class="choice">
        <input type="checkbox" value="on" {...attributes(field)} checked={isTicked(textOf(field))} />
        <span>{label}</span>
      </label>
      {hint === undefined ? null : (
        <p class="soft" id={hintId(form, name)}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** Whether the text of a box says that it is ticked. */
export const isTicked = (value: string | undefined): boolean =>
  ['on', '1', 'true', 'yes'].includes(value ?? '')

const Labelled: FC<FieldProps & { children?: unknown }> = (field) => {
  const { form, name, label, hint, required = false, width, entered: typed, children } = field
  return (
    <div class={`field ${width ?? ''}`.trim()}>
      <label for={idOf(form, name)}>
        {label}
        {required ? <span class="soft"> (needed)</span> : null}
      </label>
      {children}
      {hint === undefined ? null : (
        <p class="soft" id={hintId(form, name)}>
          {hint}
        </p>
      )}
      <FieldError id={errorId(form, name)} error={messageFor(typed.issues, name)} />
    </div>
  )
}

const idOf = (form: string, name: string) => `${form}-${name}`
const hintId = (form: string, name: string) => `${form}-${name}-hint`
const errorId = (form: string, name: string) => `${form}-${name}-error`

const textOf = ({ entered: typed, name }: FieldProps): string => typed.values[name] ?? ''

function attributes({ form, name, hint, required = false, entered: typed }: FieldProps) {
  const isWrong = messageFor(typed.issues, name) !== null
  const described = [
    ...(hint === undefined ? [] : [hintId(form, name)]),
    ...(isWrong ? [errorId(form, name)] : []),
  ]
  return {
    id: idOf(form, name),
    name,
    ...(required ? { required: true } : {}),
    ...(isWrong ? { 'aria-invalid': 'true' as const } : {}),
    ...(described.length === 0 ? {} : { 'aria-describedby': described.join(' ') }),
  }
}

const ZONES = 'time-zones'

/** The names that fields with `zones` offer; once a page. */
export const ZoneNames: FC = () => (
  <datalist id={ZONES}>
    {Intl.supportedValuesOf('timeZone').map((zone) => (
      <option value={zone} />
    ))}
  </datalist>
)
