import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { demo } from '../../scripts/demo-data.mjs'

/** A site of somebody else, on another host and port than Daybook. */
export type Site = { readonly origin: string; stop: () => Promise<void> }

/** What a button says at least. */
export const keys = `data-ecal-widget-id="${demo.widgetId}" data-ecal-api-key="${demo.apiKey}"`

const buttonsOf = (daybook: string) => `
  <h1>Your loan</h1>
  <div class="card"><p>Payment dates</p>
    <button type="button" class="ecal-sync-widget-button" ${keys} data-ecal-email="known@example.com">My payments</button></div>
  <div class="card"><p>Open days</p>
    <a class="ecal-sync-widget-button" ${keys} data-ecal-calendar-reference="demo-fixtures,demo-club"
      href="${daybook}/button/v1/ecal.html?apiKey=${demo.apiKey}&amp;widgetId=${demo.widgetId}&amp;calendar_reference=demo-fixtures,demo-club">All fixtures</a></div>`

/** The bodies of the site's pages, by path. */
const bodies: Readonly<Record<string, (daybook: string) => string>> = {
  '/': buttonsOf,
  '/strict': buttonsOf,
  '/twice': (daybook) => `${buttonsOf(daybook)}<script async src="${daybook}/widget.js?again"></script>`,
  '/divs': () => `<div class="ecal-sync-widget-button" ${keys}>A div</div>`,
}

/** A policy that lets in the widget's script and frame, and else only what is the site's own. */
const strictPolicy = (daybook: string) =>
  [
    "default-src 'none'",
    "img-src 'self'",
    `script-src ${daybook}`,
    "style-src 'self'",
    `frame-src ${daybook}`,
    "require-trusted-types-for 'script'",
  ].join('; ')

/** Serves the site; each page loads the widget's script from `daybook`, and a style sheet that means everything. */
export async function startSite(daybook: string): Promise<Site> {
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const body = bodies[path]
    if (path === '/site.css') {
      response.writeHead(200, { 'Content-Type': 'text/css' }).end(styleSheet)
    } else if (body === undefined) {
      response.writeHead(204).end()
    } else {
      const policy = path === '/strict' ? { 'Content-Security-Policy': strictPolicy(daybook) } : {}
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...policy })
      response.end(documentOf(daybook, body(daybook)))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { origin: `http://127.0.0.1:${port}`, stop }
}

const documentOf = (daybook: string, body: string) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Acme Lending</title>
  <link rel="stylesheet" href="/site.css">
  <script async src="${daybook}/widget.js"></script>
</head>
<body><main>${body}</main></body>
</html>`

/** A site's own styles, some of them so broad that they'd reach anything in the page. */
const styleSheet = `
  html { font: 62.5%/1.4 Georgia, serif; }
  body { margin: 0; color: #223; background: #f4f6fa; }
  main { max-width: 640px; margin: 0 auto; padding: 32px 16px 1600px; font-size: 18px; }
  .card { margin: 24px 0; padding: 24px; background: #fff; border: 1px solid #d5dbe6; border-radius: 4px; }
  .ecal-sync-widget-button { padding: 12px 20px; color: #fff; background: #1f4b99; border: 0; font: inherit; }
  body > div, dialog, iframe { display: none; opacity: 0; width: 1px; }
  button, header, h2 { letter-spacing: 3px; text-transform: uppercase; }
`
