import type { Child, FC } from 'hono/jsx'
import type { PortalSession } from '../../domain/marketplace/read-session'
import { Document } from '../../objects/document'
import { fullName } from './format'
import { Hidden } from './parts'
import { placesOf } from './places'

/** What stands around a page: whose it is, where one can go, and the way out. */
export type Surroundings = {
  readonly session: PortalSession
  readonly csrf: string
  /** The path of the page. */
  readonly path: string
  /** What is told once. */
  readonly notice: string | null
  /** The page above this one. */
  readonly parent: PageLink | null
}

/** A page that another one leads to. */
export type PageLink = { readonly path: string; readonly label: string }

/** A page of somebody who isn't in a session: one column. */
export const BarePage: FC<{ title: string; children?: Child }> = ({ title, children }) => (
  <Document title={`${title} – Daybook`} kind="single">
    <SkipLink />
    <main id="content" tabindex={-1}>
      <p class="from">Daybook</p>
      <h1>{title}</h1>
      {children}
    </main>
  </Document>
)

/** A page of the portal. */
export const PortalPage: FC<{ title: string; around: Surroundings; children?: Child }> = ({
  title,
  around,
  children,
}) => (
  <Document title={`${title} – ${around.session.publisher.name}`} kind="portal">
    <SkipLink />
    <header class="top">
      <p class="company">{around.session.publisher.name}</p>
      <SignedOn around={around} />
    </header>
    <Navigation around={around} />
    <main id="content" tabindex={-1}>
      {around.parent === null ? null : (
        <p class="crumb">
          <a href={around.parent.path}>
            <span aria-hidden="true">←&nbsp;</span>
            {around.parent.label}
          </a>
        </p>
      )}
      <h1>{title}</h1>
      {around.notice === null ? null : (
        <p class="note done" role="status">
          {around.notice}
        </p>
      )}
      {children}
    </main>
  </Document>
)

const SkipLink: FC = () => (
  <a class="skip" href="#content">
    Skip to content
  </a>
)

const SignedOn: FC<{ around: Surroundings }> = ({ around: { session, csrf } }) => (
  <div class="who">
    <p>
      <span>{fullName(session.user)}</span> <span class="soft">{session.user.role}</span>
    </p>
    <form method="post" action="/portal/logout">
      <Hidden csrf={csrf} />
      <button type="submit" class="quiet">
        Sign out
      </button>
    </form>
  </div>
)

const Navigation: FC<{ around: Surroundings }> = ({ around: { session, path, parent } }) => (
  <nav class="places" aria-label="Portal">
    <ul>
      {placesOf(session.user.role).map((place) => (
        <li>
          <a
            href={place.path}
            {...(isAt(parent?.path ?? path, place.path) ? { 'aria-current': 'page' as const } : {})}
          >
            {place.label}
          </a>
        </li>
      ))}
    </ul>
  </nav>
)

/** Whether a path is a page or lies below it; all lie below the first page. */
function isAt(path: string, place: string): boolean {
  return path === place || (place !== '/portal' && path.startsWith(`${place}/`))
}

/** The text of a page. */
export async function renderPage(page: ReturnType<FC>): Promise<string> {
  return `<!doctype html>${String(await page)}`
}
