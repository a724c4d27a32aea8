/** Nothing but our own style sheet loads, the form goes to us only, and any site may frame the page. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  'frame-ancestors *',
].join('; ')

/**
 * Headers of every page of this surface (`widget-and-feeds.md` 1). One with the form sends `same-origin`, since with
 * `no-referrer` browsers would send `Origin: null` with the form; one that shows a feed address sends `no-referrer`.
 */
export function pageHeaders(referrer: 'same-origin' | 'no-referrer'): Record<string, string> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy,
    'Referrer-Policy': referrer,
    'X-Content-Type-Options': 'nosniff',
    'X-Robots-Tag': 'noindex',
    'Cache-Control': 'no-store',
  }
}

export const jsonHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
}

export const styleHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/css; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'public, max-age=300',
}

/** The script runs in pages of any site, also in those that load only what says so (CORS, CORP). */
export const scriptHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/javascript; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'public, max-age=300',
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
}
