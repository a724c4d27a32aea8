import type { Child, FC } from 'hono/jsx'
import { signOutTarget } from '../../domain/marketplace/read-session'
import type { PortalCall } from './environment'
import { pageHeaders } from './headers'
import { type NoticeCode, noticeCookie, notices, shownNoticeCookie } from './notices'
import { BarePage, type PageLink, PortalPage, renderPage } from './shell'

export type PageStatus = 200 | 400 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500

type More = { readonly headers?: Record<string, string>; readonly cookies?: readonly string[] }

/** `parent`: the page above, which a link leads back to. */
type MoreOfPage = More & { readonly parent?: PageLink | undefined }

async function answer(
  c: PortalCall,
  status: PageStatus,
  page: ReturnType<FC>,
  formTargets: readonly string[],
  { headers = {}, cookies = [] }: More,
): Promise<Response> {
  const text = await renderPage(page)
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true })
  return c.body(text, status, { ...pageHeaders(formTargets), ...headers })
}

/** A page of the portal, for whoever is in. */
export function answerPage(
  c: PortalCall,
  title: string,
  content: Child,
  status: PageStatus = 200,
  more: MoreOfPage = {},
): Promise<Response> {
  const { session, csrf, notice } = c.var
  const isTold = notice !== null && c.req.method === 'GET'
  const around = {
    session,
    csrf,
    path: c.req.path,
    notice: isTold ? notices[notice] : null,
    parent: more.parent ?? null,
  }
  const page = (
    <PortalPage title={title} around={around}>
      {content}
    </PortalPage>
  )
  const cookies = [...(more.cookies ?? []), ...(isTold ? [shownNoticeCookie] : [])]
  return answer(c, status, page, logoutTargets(c), { ...more, cookies })
}

/** Where the logout form of a page may lead beside ourselves. */
function logoutTargets(c: PortalCall): string[] {
  const target = new URL(signOutTarget(c.var.session), c.req.url).origin
  return target === new URL(c.req.url).origin ? [] : [target]
}

/** A page for whoever isn't in. */
export function answerBare(
  c: PortalCall,
  status: PageStatus,
  title: string,
  content: Child,
  more: More = {},
): Promise<Response> {
  return answer(c, status, <BarePage title={title}>{content}</BarePage>, [], more)
}

/** Leads on to another page: after a post to the one that shows what it did. */
export function seeOther(
  c: PortalCall,
  path: string,
  notice: NoticeCode | null = null,
  cookies: readonly string[] = [],
): Response {
  for (const cookie of [...cookies, ...(notice === null ? [] : [noticeCookie(notice)])]) {
    c.header('Set-Cookie', cookie, { append: true })
  }
  return c.body(null, 303, { ...pageHeaders(), Location: path })
}
