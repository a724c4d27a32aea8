import type { FC } from 'hono/jsx'
import type { CalendarApplication } from '../../domain/sign-up/fields'
import { orderedApplications } from './applications'
import { CalendarList } from './calendar-list'
import { SUBSCRIPTIONS_PATH } from './environment'
import { FieldError, faulty } from './field-error'
import type { FormView } from './form-view'
import { Mark } from './marks'
import type { Words } from './messages'
import { Page } from './page'
import type { Refusal } from './refusals'

/** The hosted page: one form, which works without any script (`widget-and-feeds.md` 1). */
export const HostedPage: FC<{ view: FormView; words: Words }> = ({ view, words }) => {
  const { publisherName, refusal } = view
  const message = (field: string) => {
    const issue = refusal?.issues.find((one) => one.field.split('.')[0] === field)
    return issue ? words.fieldMessage(field, issue.message) : null
  }
  return (
    <Page title={words.formTitle(publisherName)} words={words}>
      {publisherName === '' ? null : <p class="from">{publisherName}</p>}
      <h1>{words.heading}</h1>
      {refusal ? <RefusalNote refusal={refusal} publisherName={publisherName} words={words} /> : null}
      {view.needsSignedLink && !refusal ? <p class="note">{words.needsSignedLink(publisherName)}</p> : null}
      <form method="post" action={SUBSCRIPTIONS_PATH}>
        {view.hidden.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <EmailField view={view} error={message('email')} words={words} />
        {view.calendars.length === 0 ? null : (
          <CalendarList calendars={view.calendars} error={message('calendarIds')} words={words} />
        )}
        <ApplicationButtons likely={view.likely} error={message('application')} words={words} />
      </form>
      <div class="after">
        <p>{words.whatHappens}</p>
        <p class="soft">{words.consent(publisherName)}</p>
      </div>
    </Page>
  )
}

const ON_THE_PAGE = ['email', 'calendarIds', 'application']

/** Why the form is here again; what is wrong with a field that isn't seen is said here too. */
const RefusalNote: FC<{ refusal: Refusal; publisherName: string; words: Words }> = ({
  refusal,
  publisherName,
  words,
}) => {
  const [title, text] = words.refusals[refusal.reason](publisherName)
  const unseen = refusal.issues.filter((issue) => !ON_THE_PAGE.includes(issue.field.split('.')[0] ?? ''))
  return (
    <div class="alert" role="alert">
      <p>
        <strong>{title}</strong>
      </p>
      {unseen.length > 0 ? (
        unseen.map((issue) => <p>{words.fieldMessage(issue.field, issue.message)}</p>)
      ) : (
        <p>{text}</p>
      )}
    </div>
  )
}

const EmailField: FC<{ view: FormView; error: string | null; words: Words }> = ({ view, error, words }) => (
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

const ApplicationButtons: FC<{ likely: CalendarApplication; error: string | null; words: Words }> = ({
  likely,
  error,
  words,
}) => {
  const { first, others } = orderedApplications(likely)
  const button = (application: CalendarApplication) => (
    <button
      type="submit"
      name="application"
      value={application}
      class={application === likely ? 'button main' : 'button'}
      {...(error === null ? {} : { 'aria-describedby': 'application-error' })}
    >
      <Mark application={application} />
      <span>{words.applications[application].label}</span>
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
