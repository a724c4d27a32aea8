import type { Child, FC } from 'hono/jsx'
import type { CalendarLinks } from '../../domain/calendar-links'
import type { CalendarApplication } from '../../domain/sign-up-fields'
import { applications, needsAddress, openUrl } from './applications'
import { words } from './messages'
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
export const ConfirmationPage: FC<{ confirmation: Confirmation }> = ({ confirmation }) => {
  const { publisherName, email, application, links, welcome, phoneLink } = confirmation
  return (
    <Page title={words.connectedTitle(publisherName)}>
      <p class="from">{publisherName}</p>
      <h1>
        <Tick /> {words.connected}
      </h1>
      <p>{words.connectedLead(publisherName, email)}</p>
      {needsAddress(application) ? null : (
        <AppLink class="button main" href={openUrl(application, links)}>
          <span>{words.openIn(applications[application].opens ?? applications[application].label)}</span>
          <span aria-hidden="true">→</span>
        </AppLink>
      )}
      <AddressField application={application} links={links} />
      {welcome ? <WelcomeCard name={welcome.name} date={welcome.date} /> : null}
      <OtherLinks application={application} links={links} />
      {phoneLink === null ? null : <PhoneCode link={phoneLink} />}
    </Page>
  )
}

/** A link to a calendar app. Web pages of others open in a tab of their own: they refuse to be framed. */
const AppLink: FC<{ href: string; class?: string; children?: Child }> = ({ href, children, ...rest }) => (
  <a
    href={href}
    {...rest}
    {...(href.startsWith('https:') ? { target: '_blank', rel: 'noopener noreferrer' } : {})}
  >
    {children}
  </a>
)

const AddressField: FC<Pick<Confirmation, 'application' | 'links'>> = ({ application, links }) => (
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
    <p id="address-steps">{applications[application].steps}</p>
    {needsAddress(application) ? (
      <AppLink class="button" href={links.webCalUrl}>
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
const WelcomeCard: FC<{ name: string; date: string }> = ({ name, date }) => {
  const day = new Date(`${date}T00:00:00Z`)
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en', { timeZone: 'UTC', ...options }).format(day)
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

const OFFERED: readonly CalendarApplication[] = ['apple', 'google', 'outlook', 'outlook.com']

/** The same calendar in the other applications. */
const OtherLinks: FC<Pick<Confirmation, 'application' | 'links'>> = ({ application, links }) => (
  <nav aria-label={words.alsoIn}>
    <h2>{words.alsoIn}</h2>
    <ul class="links">
      {OFFERED.filter((other) => applications[other].link !== applications[application].link).map((other) => (
        <li>
          <AppLink href={openUrl(other, links)}>{applications[other].label}</AppLink>
        </li>
      ))}
    </ul>
  </nav>
)

/** The link as a code for a phone's camera. */
const PhoneCode: FC<{ link: string }> = ({ link }) => {
  const { size, path } = qrPath(link)
  return (
    <section>
      <h2>{words.onAPhone}</h2>
      <p class="soft">{words.onAPhoneHow}</p>
      <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={words.onAPhoneCode}>
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" shape-rendering="crispEdges" />
      </svg>
    </section>
  )
}

const Tick: FC = () => (
  <svg class="tick" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
    <circle cx="12" cy="12" r="11" fill="currentColor" />
    <path d="m7 12.5 3.5 3.5L17 9" fill="none" stroke-width="2.2" />
  </svg>
)

/** The e-mail is connected, and nobody has shown that it is theirs: no address, no id. */
export const AlreadyConnectedPage: FC<{ publisherName: string; email: string }> = ({
  publisherName,
  email,
}) => (
  <Page title={words.alreadyTitle(publisherName)}>
    <p class="from">{publisherName}</p>
    <h1>{words.already}</h1>
    <p>{words.alreadyLead(publisherName, email)}</p>
    <p>{words.alreadyNext(publisherName)}</p>
  </Page>
)
