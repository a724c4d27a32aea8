import type { Child, FC } from 'hono/jsx'
import { Document } from '../../objects/document'
import type { MarketplaceCall } from './environment'
import { INIT, printed } from './paths'

/** The pages of a sign-on that ends here. They say nothing of the cause: that stands in the marketplace's log. */

const Page: FC<{ title: string; children?: Child }> = ({ title, children }) => (
  <Document title={title} kind="single">
    <main>
      <h1>{title}</h1>
      {children}
    </main>
  </Document>
)

const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': contentSecurityPolicy,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
  'Cache-Control': 'no-store',
}

type PageStatus = 403 | 408 | 413

async function answer(c: MarketplaceCall, status: PageStatus, page: ReturnType<FC>): Promise<Response> {
  return c.body(`<!doctype html>${String(await page)}`, status, headers)
}

/** The page of a sign-on that failed, whatever the cause; the reference leads to it in the log. */
export function answerFailed(c: MarketplaceCall, status: PageStatus, reference: string): Promise<Response> {
  const page = (
    <Page title="Sign-on failed">
      <p>You could not be signed on. Please start again; if that does not help, tell us the reference.</p>
      <p class="soft">Reference: {reference}</p>
      <p>
        <a href={printed(INIT, c.var.marketplace)}>Start again</a>
      </p>
    </Page>
  )
  return answer(c, status, page)
}

/** The page for users of a company whose subscription has ended. */
export function answerEnded(c: MarketplaceCall, reference: string): Promise<Response> {
  const { contact } = c.var.marketplace
  const page = (
    <Page title="Your subscription has ended">
      <p>Your company’s subscription to Daybook has ended, so nobody can sign on to it.</p>
      {contact === '' ? null : <p>To go on, please turn to {contact}.</p>}
      <p class="soft">Reference: {reference}</p>
    </Page>
  )
  return answer(c, 403, page)
}
