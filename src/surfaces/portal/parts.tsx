import type { Child, FC } from 'hono/jsx'
import type { FieldIssue } from '../../domain/errors'
import { randomHex } from '../../platform/ids'
import { dateAndTime } from './format'

/** What pages are made of. */

/** What every form carries; a create form also the id under which it has its effect once. */
export const Hidden: FC<{ csrf: string; formId?: string }> = ({ csrf, formId }) => (
  <>
    <input type="hidden" name="csrf" value={csrf} />
    {formId === undefined ? null : <input type="hidden" name="formId" value={formId} />}
  </>
)

/** An id for a create form that is shown for the first time. */
export const newFormId = (): string => randomHex(16)

/** A form of one button. `label` says what it is about, where several look alike. */
export const ButtonForm: FC<{ action: string; csrf: string; label?: string; children?: Child }> = ({
  action,
  csrf,
  label,
  children,
}) => (
  <form method="post" action={action} class="inline">
    <Hidden csrf={csrf} />
    <button type="submit" class="small" {...(label === undefined ? {} : { 'aria-label': label })}>
      {children}
    </button>
  </form>
)

/** The sentence that says what is wrong with a field; null where nothing is. */
export function messageFor(issues: readonly FieldIssue[], field: string): string | null {
  return issues.find((issue) => issue.field === field)?.message ?? null
}

/** What marks a field as wrong and leads to the sentence that says why. */
export function faulty(error: string | null, id: string) {
  return error === null ? {} : { 'aria-invalid': 'true' as const, 'aria-describedby': id }
}

export const FieldError: FC<{ id: string; error: string | null }> = ({ id, error }) =>
  error === null ? null : (
    <p class="error" id={id}>
      {error}
    </p>
  )

/** Says above a form that is shown again why it is there. */
export const FormAlert: FC<{ issues: readonly FieldIssue[] }> = ({ issues }) =>
  issues.length === 0 ? null : (
    <p class="alert" role="alert">
      <strong>Nothing was done:</strong> {messageFor(issues, '') ?? 'please look at what is marked below.'}
    </p>
  )

/** An instant on the company's wall clock. */
export const Time: FC<{ at: number; zone: string }> = ({ at, zone }) => (
  <time datetime={new Date(at).toISOString()}>{dateAndTime(at, zone)}</time>
)

export const ZoneNote: FC<{ zone: string }> = ({ zone }) => <p class="soft">Times are those of {zone}.</p>

/**
 * A table; on phones each row is a small card, where cells with `data-label` say what they are. `heads`: '' for a column
 * of buttons.
 */
export const Table: FC<{ caption: string; heads: readonly string[]; children?: Child }> = ({
  caption,
  heads,
  children,
}) => (
  <div class="table">
    <table>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {heads.map((head) => (
            <th scope="col">{head === '' ? <span class="unseen">Actions</span> : head}</th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)

/** A state: a word, and a colour beside it. */
export const State: FC<{ kind: 'good' | 'waiting' | 'bad' | 'over'; children?: Child }> = ({
  kind,
  children,
}) => <span class={`state ${kind}`}>{children}</span>

/** A row of a table that leads to the page of what it is about. `note`: said beside the name. */
export const LinkedRow: FC<{ href: string; name: string; note?: Child; children?: Child }> = ({
  href,
  name,
  note,
  children,
}) => (
  <tr class="linked">
    <th scope="row">
      <a href={href}>{name}</a>
      {note}
    </th>
    {children}
  </tr>
)

/** A short word beside a name. */
export const Tag: FC<{ children?: Child }> = ({ children }) => <span class="tag">{children}</span>

/** A list with nothing in it: what the place is for, and its first step. */
export const Empty: FC<{ title: Child; children?: Child }> = ({ title, children }) => (
  <div class="empty">
    <p>
      <strong>{title}</strong>
    </p>
    {children}
  </div>
)

/** A form that is out of the way until it is wanted. */
export const Folded: FC<{ label: string; isOpen?: boolean; children?: Child }> = ({
  label,
  isOpen = false,
  children,
}) => (
  <details class="sheet" open={isOpen}>
    <summary>{label}</summary>
    {children}
  </details>
)

/**
 * Names with commas between them; '' for none, which is no fact. A text of somebody else's inside a sentence stands in `bdi`, so that one
 * that turns the direction of writing turns nothing but itself.
 */
export function listed(names: readonly string[]): Child {
  if (names.length === 0) return ''
  return names.map((name, n) => (
    <>
      {n === 0 ? '' : ', '}
      <bdi>{name}</bdi>
    </>
  ))
}

export type Fact = readonly [name: string, value: Child]

/** What is known of one thing; what is empty isn't said. */
export const Facts: FC<{ facts: readonly Fact[] }> = ({ facts }) => (
  <dl class="facts">
    {facts
      .filter(([, value]) => value !== '' && value !== null)
      .map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
  </dl>
)

/** Ways to look at one thing; one of them is the present one. */
export const Views: FC<{ label: string; views: readonly (View | null)[] }> = ({ label, views }) => (
  <nav class="views" aria-label={label}>
    <ul>
      {views.map((view) =>
        view === null ? null : (
          <li>
            <a href={view.path} {...(view.isCurrent ? { 'aria-current': 'page' as const } : {})}>
              {view.label}
            </a>
          </li>
        ),
      )}
    </ul>
  </nav>
)

export type View = { readonly path: string; readonly label: string; readonly isCurrent: boolean }
