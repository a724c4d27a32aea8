// @ts-check
// The frame of every page.
import { html } from 'hono/html'

/** @typedef {ReturnType<typeof html>} Html */

/**
 * A page as a response. `scripts` are paths of ours; `posts` are the origins to which its forms may go besides the hub.
 * @param {{ title: string, body: Html, status?: number, narrow?: boolean, scripts?: readonly string[], posts?: readonly string[],
 *   headers?: Record<string, string> }} page
 * @returns {Promise<Response>}
 */
export async function page({
  title,
  body,
  status = 200,
  narrow = false,
  scripts = [],
  posts = [],
  headers = {},
}) {
  const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Demo Marketplace</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/hub.css">
${scripts.map((path) => html`<script src="${path}" defer></script>`)}
</head>
<body>
<main class="${narrow ? 'narrow' : ''}">
<p class="from">Demo Marketplace</p>
${body}
</main>
</body>
</html>`
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    ...(scripts.length > 0 ? ["script-src 'self'"] : []),
    ["form-action 'self'", ...posts].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  return new Response(String(text), {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  })
}

/** A page that says what is wrong and what to do. @param {string} text @param {number} [status] */
export const problem = (text, status = 400) =>
  page({
    title: 'That did not work',
    status,
    narrow: true,
    body: html`<h1>That did not work</h1>
<p class="note wrong" role="alert">${text}</p>
<p><a href="/">Back to the marketplace</a></p>`,
  })
