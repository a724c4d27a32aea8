import type { Child, FC } from 'hono/jsx'
import type { CalendarLinks } from '../../domain/feeds/links'
import type { CalendarApplication } from '../../domain/sign-up/fields'
import { needsAddress, openUrl, otherApplications } from './applications'
import { Mark } from './marks'
import type { Words } from './messages'
import { Page } from './page'
import { qrPath } from './qr-code'

export type Confirmation = {
  readonly publisherName: string
  readonly email: string
  readonly application: CalendarApplication
  readonly links: CalendarLinks
  /** The Welcome Event, where one was made just now. `date`: `YYYY-MM-DD`. */
  readonly welcome: { readonly name: string; readonly date: string } | null
  /** The link for a phone's camera; null where the person holds the phone already. */
  readonly phoneLink: string | null
}

/** What a person sees once connected. It shows the feed address, so it is never kept or told to another site. */
export const ConfirmationPage: FC<{ confirmation: Confirmation; words: Words }> = ({
  confirmation,
  words,
}) => {
  const { publisherName, email, application, links, welcome, phoneLink } = confirmation
  const { label, opens, steps } = words.applications[application]
  return (
    <Page title={words.connectedTitle(publisherName)} words={words}>
      <p class="from">{publisherName}</p>
      <h1>
        <Tick /> {words.connected}
      </h1>
      <p>{words.connectedLead(publisherName, email)}</p>
      {welcome ? <WelcomeCard {...welcome} words={words} /> : null}
      {needsAddress(application) ? null : (
        <>
          <AppLink class="button main" href={openUrl(application, links)}>
            <Mark application={application} />
            <span>{words.openIn(opens ?? label)}</span>
            <span aria-hidden="true">→</span>
          </AppLink>
          <p class="next">{steps.next}</p>
        </>
      )}
      <AddressField application={application} links={links} words={words} />
      {phoneLink === null ? null : <PhoneCode link={phoneLink} words={words} />}
      <OtherLinks application={application} links={links} words={words} />
    </Page>
  )
}

/**
 * A link to a calendar app. Web pages of others open in a tab of their own: they refuse to be framed. A `webcal` link is
 * the whole window's to follow: in a frame, the policy of the page around it may block it and end the frame.
 */
const AppLink: FC<{ href: string; class?: string; children?: Child }> = ({ href, children, ...rest }) => {
  const target = href.startsWith('https:')
    ? { target: '_blank', rel: 'noopener noreferrer' }
    : { target: '_top' }
  return (
    <a href={href} {...rest} {...target}>
      {children}
    </a>
  )
}

type Linked = Pick<Confirmation, 'application' | 'links'> & { readonly words: Words }

const AddressField: FC<Linked> = ({ application, links, words }) => (
  <div class="field">
    <label for="address">{words.addressLabel}</label>
    <input
      type="text"
      id="address"
      class="address"
      readonly
      value={links.httpsCalUrl}
      aria-describedby="address-steps address-secret"
    />
    <p id="address-steps">{words.applications[application].steps.byHand}</p>
    {needsAddress(application) ? (
      <AppLink class="button" href={links.webCalUrl}>
        <Mark application={application} />
        <span>{words.openHere}</span>
        <span aria-hidden="true">→</span>
      </AppLink>
    ) : null}
    <p class="soft" id="address-secret">
      {words.addressSecret}
    </p>
  </div>
)

/** The Welcome Event as a calendar shows it. */
const WelcomeCard: FC<{ name: string; date: string; words: Words }> = ({ name, date, words }) => {
  const day = new Date(`${date}T00:00:00Z`)
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(words.language, { timeZone: 'UTC', ...options }).format(day)
  return (
    <section class="day" aria-label={words.welcomeLabel}>
      <time datetime={date}>
        <span>{part({ month: 'short' })}</span>
        <strong>{part({ day: 'numeric' })}</strong>
        <span>{part({ weekday: 'short' })}</span>
      </time>
      <p>
        <strong>{name}</strong>
        <span class="soft">{words.welcomeAllDay}</span>
      </p>
    </section>
  )
}

/** The same calendar in the other applications. */
const OtherLinks: FC<Linked> = ({ application, links, words }) => (
  <nav aria-label={words.alsoIn}>
    <h2>{words.alsoIn}</h2>
    <ul class="links">
      {otherApplications(application).map((other) => (
        <li>
          <AppLink href={openUrl(other, links)}>
            <Mark application={other} />
            <span>{words.applications[other].label}</span>
          </AppLink>
        </li>
      ))}
    </ul>
  </nav>
)

/** The link as a code for a phone's camera. */
const PhoneCode: FC<{ link: string; words: Words }> = ({ link, words }) => {
  const { size, path } = qrPath(link)
  return (
    <section class="phone">
      <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={words.onAPhoneCode}>
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" shape-rendering="crispEdges" />
      </svg>
      <div>
        <h2>{words.onAPhone}</h2>
        <p class="soft">{words.onAPhoneHow}</p>
      </div>
    </section>
  )
}

const Tick: FC = () => (
  <svg class="tick" viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="12" cy="12" r="11" />
    <path d="m7 12.5 3.5 3.5L17 9" />
  </svg>
)

/** The e-mail is connected, and nobody has shown that it is theirs: no address, no id. */
export const AlreadyConnectedPage: FC<{ publisherName: string; email: string; words: Words }> = ({
  publisherName,
  email,
  words,
}) => (
  <Page title={words.alreadyTitle(publisherName)} words={words}>
    <p class="from">{publisherName}</p>
    <h1>{words.already}</h1>
    <p>{words.alreadyLead(publisherName, email)}</p>
    <p class="note">
      <strong>{words.alreadyNext(publisherName)}</strong>
    </p>
    <p class="soft">{words.alreadyOther}</p>
  </Page>
)
