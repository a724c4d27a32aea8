import type { FC } from 'hono/jsx'
import type { CalendarApplication } from '../../domain/sign-up-fields'
import { applications, orderedApplications } from './applications'
import { SUBSCRIPTIONS_PATH } from './environment'
import type { FormView } from './form-view'
import { fieldMessage, refusalWords, words } from './messages'
import { Page } from './page'
import type { Refusal } from './refusals'

/** The hosted page: one form, which works without any script (`widget-and-feeds.md` 1). */
export const HostedPage: FC<{ view: FormView }> = ({ view }) => {
  const { publisherName, refusal } = view
  const issueOf = (field: string) => refusal?.issues.find((issue) => issue.field.split('.')[0] === field)
  const message = (field: string) => {
    const issue = issueOf(field)
    return issue ? fieldMessage(field, issue.message) : null
  }
  return (
    <Page title={words.formTitle(publisherName)}>
      {publisherName === '' ? null : <p class="from">{publisherName}</p>}
      <h1>{words.heading}</h1>
      {refusal ? <RefusalNote refusal={refusal} publisherName={publisherName} /> : null}
      {view.needsSignedLink && !refusal ? <p class="note">{words.needsSignedLink(publisherName)}</p> : null}
      <form method="post" action={SUBSCRIPTIONS_PATH}>
        {view.hidden.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <EmailField view={view} error={message('email')} />
        {view.calendars.length === 0 ? null : (
          <CalendarList calendars={view.calendars} error={message('calendarIds')} />
        )}
        <ApplicationButtons likely={view.likely} error={message('application')} />
      </form>
      <p class="soft">{words.whatHappens}</p>
    </Page>
  )
}

const ON_THE_PAGE = ['email', 'calendarIds', 'application']

/** Why the form is here again; what is wrong with a field that isn't seen is said here too. */
const RefusalNote: FC<{ refusal: Refusal; publisherName: string }> = ({ refusal, publisherName }) => {
  const [title, text] = refusalWords[refusal.reason](publisherName)
  const unseen = refusal.issues.filter((issue) => !ON_THE_PAGE.includes(issue.field.split('.')[0] ?? ''))
  return (
    <div class="alert" role="alert">
      <p>
        <strong>{title}</strong>
      </p>
      {unseen.length > 0 ? (
        unseen.map((issue) => <p>{fieldMessage(issue.field, issue.message)}</p>)
      ) : (
        <p>{text}</p>
      )}
    </div>
  )
}

/** What marks a field as wrong, and leads to the sentence that says why. */
function faulty(error: string | null, id: string) {
  return error === null ? {} : { 'aria-invalid': 'true' as const, 'aria-describedby': id }
}

const FieldError: FC<{ id: string; error: string | null }> = ({ id, error }) =>
  error === null ? null : (
    <p class="error" id={id}>
      {error}
    </p>
  )

const EmailField: FC<{ view: FormView; error: string | null }> = ({ view, error }) => (
  <div class="field">
    <label for="email">{words.emailLabel}</label>
    <input
      type="email"
      id="email"
      name="email"
      required
      autocomplete="email"
      maxlength={254}
      value={view.email}
      readonly={view.emailIsFixed}
      {...faulty(error, 'email-error')}
    />
    <FieldError id="email-error" error={error} />
  </div>
)

const CalendarList: FC<{ calendars: FormView['calendars']; error: string | null }> = ({
  calendars,
  error,
}) => (
  <details class="field" open={error !== null}>
    <summary>{words.calendarsSummary(calendars.length)}</summary>
    <fieldset>
      <legend>{words.calendarsLegend}</legend>
      {calendars.length > 50 ? <p class="soft">{words.calendarsLimit}</p> : null}
      <FieldError id="calendars-error" error={error} />
      {calendars.map(({ id, name, isTicked }) => (
        <label class="choice">
          <input
            type="checkbox"
            name="calendarIds"
            value={id}
            checked={isTicked}
            {...faulty(error, 'calendars-error')}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  </details>
)

const ApplicationButtons: FC<{ likely: CalendarApplication; error: string | null }> = ({ likely, error }) => {
  const { first, others } = orderedApplications(likely)
  const button = (application: CalendarApplication) => (
    <button
      type="submit"
      name="application"
      value={application}
      class={application === likely ? 'button main' : 'button'}
      {...(error === null ? {} : { 'aria-describedby': 'application-error' })}
    >
      <span>{applications[application].label}</span>
      <span aria-hidden="true">→</span>
    </button>
  )
  return (
    <div class="applications">
      <FieldError id="application-error" error={error} />
      {first.map(button)}
      <details>
        <summary>{words.otherApplications}</summary>
        <div class="applications">{others.map(button)}</div>
      </details>
    </div>
  )
}
