import type { FC } from 'hono/jsx'
import { MOST_OFFERED } from '../../../domain/portal/subscribers'
import { FieldError, Folded, Hidden, Tag } from '../parts'

/** The forms of a person's page, but for that of a private event. */

/** Vouches for the e-mail; says what that does before it is done. */
export const ConfirmEmail: FC<{ path: string; email: string; csrf: string }> = ({ path, email, csrf }) => (
  <form method="post" action={`${path}/confirm-email`} class="sheet">
    <Hidden csrf={csrf} />
    <h2>
      Is <bdi>{email}</bdi> really theirs?
    </h2>
    <p>
      Nobody has shown it yet. If you know that it is, confirm it: the person gets a new feed address, which
      is shown to you once, to be sent to that e-mail. Their former address goes on with public calendars
      only, and apps that act for them have to ask again.
    </p>
    <button type="submit" class="plain">
      Confirm the e-mail
    </button>
  </form>
)

type Offered = { readonly id: string; readonly name: string; readonly draft: boolean }

/** Adds calendars to those that a person follows. */
export const FollowForm: FC<{
  path: string
  calendars: readonly Offered[]
  error: string | null
  csrf: string
}> = ({ path, calendars, error, csrf }) =>
  calendars.length === 0 && error === null ? null : (
    <Folded label="Add calendars" isOpen={error !== null}>
      <form method="post" action={`${path}/subscriptions`}>
        <Hidden csrf={csrf} />
        <input type="hidden" name="action" value="add" />
        <fieldset {...(error === null ? {} : { 'aria-describedby': 'calendars-error' })}>
          <legend>Calendars to follow</legend>
          <FieldError id="calendars-error" error={error} />
          {calendars.map(({ id, name, draft }) => (
            <label class="choice">
              <input type="checkbox" name="calendarId" value={id} />
              <span>
                <bdi>{name}</bdi>
                {draft ? <Tag>Draft</Tag> : null}
              </span>
            </label>
          ))}
        </fieldset>
        {calendars.length === MOST_OFFERED ? <p class="soft">The first {MOST_OFFERED} by name.</p> : null}
        <button type="submit">Add</button>
      </form>
    </Folded>
  )

/** Takes one calendar from those that a person follows. */
export const StopFollowing: FC<{ path: string; calendar: Pick<Offered, 'id' | 'name'>; csrf: string }> = ({
  path,
  calendar,
  csrf,
}) => (
  <form method="post" action={`${path}/subscriptions`} class="inline">
    <Hidden csrf={csrf} />
    <input type="hidden" name="action" value="remove" />
    <input type="hidden" name="calendarId" value={calendar.id} />
    <button type="submit" class="small" aria-label={`Remove ${calendar.name}`}>
      Remove
    </button>
  </form>
)

export const Unsubscribe: FC<{ path: string; csrf: string }> = ({ path, csrf }) => (
  <form method="post" action={`${path}/unsubscribe`}>
    <Hidden csrf={csrf} />
    <button type="submit" class="quiet danger">
      Unsubscribe this person …
    </button>
  </form>
)
