/**
 * Headers of every answer of this surface (`portal.md`, *Session*): only our own style sheet loads, nobody frames a page,
 * and forms go to us. `formTargets`: further origins that a form may lead to.
 */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      "style-src 'self'",
      ["form-action 'self'", ...formTargets].join(' '),
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    // With `no-referrer` browsers would send `Origin: null` with the forms.
    'Referrer-Policy': 'same-origin',
    'X-Robots-Tag': 'noindex',
    'Cache-Control': 'no-store',
  }
}
